/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "db_write.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "cleanup.h"
#include "db_put.h"

static void
fail(struct sj_db_put *put, int error)
{
	if (!put->is_failed)
		put->sys_errno = error;
	put->is_failed = true;
}

/*
 * CDB addresses 4 GiB: records, and two slots of eight bytes for each.  libcdb
 * does not look at the slots.
 */
static bool
has_room(const struct sj_db_put *put, size_t key_len)
{
	uint64_t end = put->make.cdb_dpos;

	end += 8 + key_len + put->pack.len;
	end += ((uint64_t)put->make.cdb_rcnt + 1) * 16;
	return end <= UINT32_MAX;
}

static void
put_record(struct sj_db_put *put, const void *key, size_t key_len)
{
	if (put->is_failed)
		return;
	if (put->pack.is_bad || put->list.is_bad) {
		fail(put, ENOMEM);
		return;
	}
	if (!has_room(put, key_len)) {
		put->is_too_big = true;
		fail(put, EFBIG);
		return;
	}
	errno = ENOMEM;
	if (cdb_make_add(&put->make, key, (unsigned)key_len, put->pack.data,
		(unsigned)put->pack.len) != 0)
		fail(put, errno);
}

void
sj_db_put_name(struct sj_db_put *put, char letter, const char *name)
{
	unsigned char key[256];
	size_t len = strlen(name);

	if (len >= sizeof(key)) {
		fail(put, ENAMETOOLONG);
		return;
	}
	key[0] = (unsigned char)letter;
	/* bytes: NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(key + 1, name, len);
	put_record(put, key, len + 1);
}

void
sj_db_put_number(struct sj_db_put *put, char letter, uint32_t number)
{
	unsigned char key[5] = {(unsigned char)letter};

	sj_store_key_number(key + 1, number);
	put_record(put, key, sizeof(key));
}

/* Space for the header, which sj_db_seal() fills in at the end. */
static void
put_header(struct sj_db_put *put)
{
	static const unsigned char zeros[SJ_DB_HEADER_SIZE];

	put->pack.len = 0;
	sj_pack_bytes(&put->pack, zeros, sizeof(zeros));
	put_record(put, SJ_DB_HEADER_KEY, strlen(SJ_DB_HEADER_KEY));
}

/*
 * libcdb frees its lists only in cdb_make_finish(), which is why that is
 * called after a failure, too.
 */
static void
write_records(struct sj_db_put *put, const struct sj_db_target *target,
    const struct sj_model *model, struct sj_db_header *header)
{
	put_header(put);
	if (target->kind == SJ_DB_PUBLIC)
		sj_db_put_public(put, model, header);
	else
		sj_db_put_secret(put, model, header);
	errno = ENOMEM;
	if (cdb_make_finish(&put->make) != 0)
		/* its word for a lack of memory */
		fail(put, errno == ENOENT ? ENOMEM : errno);
	sj_pack_clear(&put->pack);
	sj_pack_clear(&put->list);
	/* Give the lists of a million records back. */
	(void)malloc_trim(0);
}

static bool
read_at(int fd, unsigned char *bytes, size_t len, off_t off)
{
	ssize_t got;

	while (len > 0) {
		got = pread(fd, bytes, len, off);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO;
		if (got <= 0)
			return false;
		bytes += got;
		off += got;
		len -= (size_t)got;
	}
	return true;
}

/* One table at a time: those of a million users are 50 MB together. */
static bool
sum_table(int fd, const unsigned char *entry, uint64_t *ret_sum)
{
	size_t len = (size_t)sj_load_le32(entry + 4) * 8;
	SJ_AUTO_FREE unsigned char *table = malloc(len + 1);

	if (table == NULL || !read_at(fd, table, len, sj_load_le32(entry)))
		return false;
	*ret_sum = sj_sum(SJ_SUM_SEED, table, len);
	return true;
}

static bool
seal(int fd, enum sj_db_kind kind, const struct sj_db_header *header)
{
	unsigned char toc[SJ_DB_TABLE_COUNT * 8], value[SJ_DB_HEADER_SIZE];
	struct sj_db_shape shape = {.kind = kind};
	struct stat st;
	unsigned i;

	if (fstat(fd, &st) != 0 || !read_at(fd, toc, sizeof(toc), 0))
		return false;
	shape.size = (uint64_t)st.st_size;
	for (i = 0; i < SJ_DB_TABLE_COUNT; i++)
		if (!sum_table(fd, toc + (size_t)i * 8, &shape.table_sums[i]))
			return false;
	sj_db_seal_header(value, toc, &shape, header);
	errno = EIO;
	return pwrite(fd, value, sizeof(value), SJ_DB_HEADER_OFF) ==
	       (ssize_t)sizeof(value);
}

static bool
set_owner(int fd, const struct sj_db_target *target)
{
	mode_t mode = 0644;

	if (target->kind == SJ_DB_SECRET)
		mode = target->secret_gid != SJ_NO_INDEX ? 0640 : 0600;
	if (target->kind == SJ_DB_SECRET && target->secret_gid != SJ_NO_INDEX &&
	    fchown(fd, (uid_t)-1, target->secret_gid) != 0)
		return false;
	return fchmod(fd, mode) == 0;
}

static enum sj_reason
give_up(const struct sj_db_target *target, int error, struct sj_fault *fault)
{
	(void)unlinkat(target->dir_fd, target->name, 0);
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, error, "%s%s", target->name,
	    error == EFBIG ? " would be larger than 4 GiB, which no CDB can "
			     "be; expected fewer users or keys"
			   : "");
}

enum sj_reason
sj_db_write(const struct sj_db_target *target, const struct sj_model *model,
    struct sj_fault *fault)
{
	struct sj_db_header header = {.generation = target->generation};
	struct sj_db_put put = {.progress = target->progress};
	SJ_AUTO_CLOSE int fd = -1;

	/* One that a killed process left; the lock says it is nobody's. */
	(void)unlinkat(target->dir_fd, target->name, 0);
	fd = openat(target->dir_fd, target->name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s", target->name);
	if (cdb_make_start(&put.make, fd) != 0)
		fail(&put, errno);
	else
		write_records(&put, target, model, &header);
	if (!put.is_failed && (!seal(fd, target->kind, &header) ||
				  !set_owner(fd, target) || fsync(fd) != 0))
		fail(&put, errno);
	if (put.is_failed)
		return give_up(target, put.sys_errno, fault);
	return SJ_OK;
}

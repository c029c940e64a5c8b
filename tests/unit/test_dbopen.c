/* SPDX-License-Identifier: ISC */
/* Opening a database: what is trusted, and why not. */
#define _GNU_SOURCE
#include "db.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "db_format.h"
#include "db_small.h"
#include "test.h"
#include "tree.h"

struct place {
	char *root;
	char *path;
	char *other;
};

static struct place
make_place(void)
{
	struct place place = {.root = tree_make()};

	if (asprintf(&place.path, "%s/db", place.root) < 0 ||
	    asprintf(&place.other, "%s/other", place.root) < 0)
		fixture_die("asprintf");
	fixture_write_public(place.path, &small_world);
	return place;
}

static void
drop_place(struct place *place)
{
	(void)unlink(place->path);
	(void)rmdir(place->path);
	(void)unlink(place->other);
	(void)rmdir(place->root);
	free(place->root);
	free(place->path);
	free(place->other);
}

static enum sj_reason
try_open(
    const char *path, uid_t owner, enum sj_db_kind kind, struct sj_fault *fault)
{
	struct sj_db_source source = {path, kind, owner};
	struct sj_db db;
	enum sj_reason reason = sj_db_open(&db, &source, fault);

	if (reason == SJ_OK)
		sj_db_close(&db);
	return reason;
}

static void
spoil_nothing(struct place *place)
{
	(void)place;
}

static void
spoil_remove(struct place *place)
{
	CHECK_INT(unlink(place->path), 0);
}

static void
spoil_symlink(struct place *place)
{
	CHECK_INT(rename(place->path, place->other), 0);
	CHECK_INT(symlink(place->other, place->path), 0);
}

static void
spoil_dangling(struct place *place)
{
	CHECK_INT(unlink(place->path), 0);
	CHECK_INT(symlink("/nonexistent", place->path), 0);
}

static void
spoil_fifo(struct place *place)
{
	CHECK_INT(unlink(place->path), 0);
	CHECK_INT(mkfifo(place->path, 0644), 0);
}

static void
spoil_directory(struct place *place)
{
	CHECK_INT(unlink(place->path), 0);
	CHECK_INT(mkdir(place->path, 0755), 0);
}

static void
spoil_socket(struct place *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_INT(unlink(place->path), 0);
	(void)snprintf(
	    address.sun_path, sizeof(address.sun_path), "%s", place->path);
	CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(fd);
}

static void
spoil_group_mode(struct place *place)
{
	CHECK_INT(chmod(place->path, 0664), 0);
}

static void
spoil_other_mode(struct place *place)
{
	CHECK_INT(chmod(place->path, 0646), 0);
}

static void
spoil_empty(struct place *place)
{
	CHECK_INT(truncate(place->path, 0), 0);
}

static void
spoil_header_only(struct place *place)
{
	CHECK_INT(
	    truncate(place->path, SJ_DB_HEADER_OFF + SJ_DB_HEADER_SIZE), 0);
}

static void
spoil_sparse(struct place *place)
{
	CHECK_INT(truncate(place->path, (off_t)5 << 30), 0);
}

static void
spoil_text(struct place *place)
{
	FILE *file = fopen(place->path, "w");
	unsigned i;

	CHECK(file != NULL);
	for (i = 0; file != NULL && i < 1000; i++)
		fputs("root:x:0:0:root:/root:/bin/sh\n", file);
	if (file != NULL)
		(void)fclose(file);
}

/* Changes one number of the header, and makes its sum right again. */
static void
spoil_header(struct place *place, unsigned off, uint32_t value)
{
	unsigned char header[SJ_DB_HEADER_SIZE];
	int fd = open(place->path, O_RDWR | O_CLOEXEC);

	CHECK_INT(pread(fd, header, sizeof(header), SJ_DB_HEADER_OFF),
	    sizeof(header));
	sj_store_le32(header + off, value);
	sj_store_le64(header, sj_header_sum(header));
	CHECK_INT(pwrite(fd, header, sizeof(header), SJ_DB_HEADER_OFF),
	    sizeof(header));
	(void)close(fd);
}

static void
spoil_format(struct place *place)
{
	spoil_header(place, SJ_HEADER_FORMAT, SJ_DB_FORMAT + 1);
}

static void
spoil_magic(struct place *place)
{
	spoil_header(place, SJ_HEADER_MAGIC, 0x41424344);
}

static void
spoil_size(struct place *place)
{
	spoil_header(place, SJ_HEADER_FILE_SIZE, 5000);
}

static void
spoil_kind(struct place *place)
{
	fixture_write_secret(place->path, &small_world);
	CHECK_INT(chmod(place->path, 0644), 0);
}

static void
spoil_none_of_ours(struct place *place)
{
	struct cdb_make make;
	int fd = open(place->path, O_RDWR | O_TRUNC | O_CLOEXEC);
	unsigned i;

	CHECK_INT(cdb_make_start(&make, fd), 0);
	for (i = 0; i < 500; i++)
		CHECK_INT(cdb_make_add(&make, &i, sizeof(i), "value", 5), 0);
	CHECK_INT(cdb_make_finish(&make), 0);
	(void)close(fd);
}

static const struct {
	const char *name;
	void (*spoil)(struct place *place);
	enum sj_reason want;
} opens[] = {
    {"whole", spoil_nothing, SJ_OK},
    {"missing", spoil_remove, SJ_DB_MISSING},
    {"symlink", spoil_symlink, SJ_DB_UNTRUSTED},
    {"dangling_symlink", spoil_dangling, SJ_DB_UNTRUSTED},
    {"fifo", spoil_fifo, SJ_DB_UNTRUSTED},
    {"directory", spoil_directory, SJ_DB_UNTRUSTED},
    {"socket", spoil_socket, SJ_DB_UNTRUSTED},
    {"group_writable", spoil_group_mode, SJ_DB_UNTRUSTED},
    {"world_writable", spoil_other_mode, SJ_DB_UNTRUSTED},
    {"empty", spoil_empty, SJ_DB_CORRUPT},
    {"header_only", spoil_header_only, SJ_DB_CORRUPT},
    {"5_gigabytes", spoil_sparse, SJ_DB_CORRUPT},
    {"text", spoil_text, SJ_DB_CORRUPT},
    {"other_format", spoil_format, SJ_DB_CORRUPT},
    {"other_magic", spoil_magic, SJ_DB_CORRUPT},
    {"other_size", spoil_size, SJ_DB_CORRUPT},
    {"other_kind", spoil_kind, SJ_DB_CORRUPT},
    {"other_cdb", spoil_none_of_ours, SJ_DB_CORRUPT},
};

static int
first_free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)close(fd);
	return fd;
}

/* A FIFO that blocked would end by the alarm: a failed test, not a hang. */
static void
test_opens(void)
{
	struct sj_fault fault;
	struct place place;
	char name[64];
	unsigned i;
	int fd;

	for (i = 0; i < SMALL_COUNT(opens); i++) {
		place = make_place();
		opens[i].spoil(&place);
		fd = first_free_fd();
		fault = (struct sj_fault){.reason = SJ_OK};
		(void)alarm(20);
		CHECK_INT(try_open(place.path, geteuid(), SJ_DB_PUBLIC, &fault),
		    opens[i].want);
		(void)alarm(0);
		CHECK_INT(fault.reason, opens[i].want);
		CHECK(opens[i].want == SJ_OK ||
		      strstr(fault.where, place.path) != NULL);
		CHECK_INT(first_free_fd(), fd);
		drop_place(&place);
		(void)snprintf(name, sizeof(name), "db_open_%s", opens[i].name);
		test_done(name);
	}
}

static void
test_open_owner(void)
{
	struct place place = make_place();

	CHECK_INT(try_open(place.path, geteuid() + 1, SJ_DB_PUBLIC, NULL),
	    SJ_DB_UNTRUSTED);
	drop_place(&place);
	test_done("db_open_foreign_owner");
}

static void
test_open_unreadable(void)
{
	struct place place = make_place();
	struct sj_fault fault;

	if (geteuid() == 0 && seteuid(65534) != 0) {
		test_skip("db_open_unreadable", "another user to be");
		return;
	}
	CHECK_INT(chmod(place.path, 0), geteuid() == 65534 ? -1 : 0);
	if (geteuid() == 65534) {
		CHECK_INT(seteuid(0), 0);
		CHECK_INT(chmod(place.path, 0600), 0);
		CHECK_INT(chmod(place.root, 0755), 0);
		CHECK_INT(seteuid(65534), 0);
	}
	CHECK_INT(
	    try_open(place.path, 0, SJ_DB_PUBLIC, &fault), SJ_SYSTEM_ERROR);
	CHECK_INT(fault.sys_errno, EACCES);
	if (getuid() == 0)
		CHECK_INT(seteuid(0), 0);
	drop_place(&place);
	test_done("db_open_unreadable");
}

static void
test_retired(void)
{
	struct place place = make_place();
	struct sj_db_source source = {place.path, SJ_DB_PUBLIC, geteuid()};
	struct sj_db db;
	struct stat st;

	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	CHECK_INT(stat(place.path, &st), 0);
	CHECK(db.dev == st.st_dev && db.ino == st.st_ino);
	CHECK(!sj_db_is_retired(&db));
	fixture_write_public(place.other, &small_world);
	fixture_replace(place.other, place.path, true);
	CHECK(sj_db_is_retired(&db));
	sj_db_close(&db);
	CHECK_INT(sj_db_open(&db, &source, NULL), SJ_OK);
	CHECK(!sj_db_is_retired(&db));
	sj_db_close(&db);
	drop_place(&place);
	test_done("db_retired_is_seen_at_once");
}

int
main(void)
{
	(void)umask(022);
	test_opens();
	test_open_owner();
	test_open_unreadable();
	test_retired();
	return test_failures > 0;
}

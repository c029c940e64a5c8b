/* SPDX-License-Identifier: ISC */
/*
 * Damaged databases through the module's entry points: each byte changed, and
 * each length cut.
 *	nss_damage MODULE STATE-DIR public|secret bytes|lengths
 * Prints what it saw; exits 1 if an answer was wrong.
 */
#define _GNU_SOURCE
#include "nss_direct.h"

#include <sys/wait.h>

struct tally {
	unsigned long right, unavailable, wrong;
};

static void
judge(struct tally *tally, const struct reply *r, bool is_right)
{
	if (r->status == NSS_STATUS_UNAVAIL && r->error != ERANGE)
		tally->unavailable++;
	else if (is_right)
		tally->right++;
	else
		tally->wrong++;
}

static void
ask_public(const struct direct *d, struct tally *tally)
{
	struct reply r;
	unsigned i;

	for (i = 0; i < SMALL_COUNT(small_users); i++) {
		direct_ask(d, 'u', small_users[i].name, 0, &r);
		judge(tally, &r, r.status == 1 && is_small_user(&r.passwd, i));
		direct_ask(d, 'U', NULL, small_users[i].uid, &r);
		judge(tally, &r, r.status == 1 && is_small_user(&r.passwd, i));
		direct_ask(d, 'g', small_groups[i].name, 0, &r);
		judge(tally, &r, r.status == 1 && is_small_group(&r.group, i));
		direct_ask(d, 'G', NULL, small_groups[i].gid, &r);
		judge(tally, &r, r.status == 1 && is_small_group(&r.group, i));
	}
	direct_ask(d, 'i', "alice", 0, &r);
	judge(tally, &r,
	    r.status == 1 && r.gid_count == 2 && r.gids[0] == 20001 &&
		r.gids[1] == 20002);
	direct_ask(d, 'u', "carol", 0, &r);
	judge(tally, &r, r.status == NSS_STATUS_NOTFOUND);
	direct_ask(d, 'i', "_c", 0, &r);
	judge(tally, &r, r.status == NSS_STATUS_NOTFOUND);
}

static void
ask_secret(const struct direct *d, struct tally *tally)
{
	struct reply r;
	unsigned i;

	for (i = 0; i < small_world.served_count; i++) {
		direct_ask(d, 's', small_secrets[i].name, 0, &r);
		judge(
		    tally, &r, r.status == 1 && is_small_shadow(&r.shadow, i));
	}
	direct_ask(d, 's', "carol", 0, &r);
	judge(tally, &r, r.status == NSS_STATUS_NOTFOUND);
}

static void
walk(const struct direct *d, char how, struct tally *tally)
{
	bool is_right, is_over;
	struct reply r;
	unsigned i;

	for (i = 0; i <= 3; i++) {
		direct_next(d, how, &r);
		is_over = r.status != NSS_STATUS_SUCCESS;
		if (i == 3)
			is_right = r.status == NSS_STATUS_NOTFOUND;
		else
			is_right =
			    !is_over &&
			    (how == 'u'	     ? is_small_user(&r.passwd, i)
				: how == 'g' ? is_small_group(&r.group, i)
					     : is_small_shadow(&r.shadow, i));
		judge(tally, &r, is_right);
		if (is_over)
			return;
	}
}

/* The module is loaded anew: it holds on to a file that was good. */
static void
ask_all(const char *module, bool is_public, struct tally *tally)
{
	struct direct d;

	direct_open(&d, module);
	if (is_public) {
		ask_public(&d, tally);
		walk(&d, 'u', tally);
		walk(&d, 'g', tally);
	} else {
		ask_secret(&d, tally);
		walk(&d, 's', tally);
	}
	(void)d.endpwent();
	(void)d.endgrent();
	(void)d.endspent();
	(void)dlclose(d.handle);
}

/* Each child leaves its mappings behind: a thousand at a time. */
static int
damage_range(
    const char *module, const char *path, size_t from, size_t to, bool is_cut)
{
	bool is_public = strstr(path, "public") != NULL;
	struct tally tally = {0, 0, 0};
	unsigned char byte, bad;
	size_t i;
	int fd;

	for (i = from; i < to; i++) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0 || pread(fd, &byte, 1, (off_t)i) != 1)
			fixture_die(path);
		bad = byte ^ (unsigned char)(1u << i % 8);
		if (is_cut ? ftruncate(fd, (off_t)i) != 0
			   : pwrite(fd, &bad, 1, (off_t)i) != 1)
			fixture_die(path);
		ask_all(module, is_public, &tally);
		if (!is_cut && pwrite(fd, &byte, 1, (off_t)i) != 1)
			fixture_die(path);
		(void)close(fd);
		if (is_cut && is_public)
			fixture_write_public(path, &small_world);
		else if (is_cut)
			fixture_write_secret(path, &small_world);
		if (tally.wrong > 0) {
			printf("wrong at %lu\n", (unsigned long)i);
			return 1;
		}
	}
	printf("%lu..%lu: %lu right, %lu unavailable\n", (unsigned long)from,
	    (unsigned long)to, tally.right, tally.unavailable);
	return tally.unavailable > 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int status = 0, is_bad = 0;
	char path[4096];
	struct stat st;
	size_t from, size;
	pid_t pid;

	if (argc < 5)
		return 2;
	(void)snprintf(path, sizeof(path), "%s/%s.v1.cdb", argv[2], argv[3]);
	if (stat(path, &st) != 0)
		fixture_die(path);
	size = (size_t)st.st_size;
	for (from = 0; from < size; from += 1000) {
		(void)fflush(stdout);
		pid = fork();
		if (pid == 0) {
			(void)alarm(120);
			status = damage_range(argv[1], path, from,
			    from + 1000 < size ? from + 1000 : size,
			    strcmp(argv[4], "lengths") == 0);
			(void)fflush(stdout);
			_exit(status);
		}
		if (waitpid(pid, &status, 0) != pid)
			fixture_die("waitpid");
		if (status != 0)
			printf("status %x\n", (unsigned)status);
		is_bad |= status != 0;
	}
	return is_bad;
}

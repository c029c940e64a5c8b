/* SPDX-License-Identifier: ISC */
/*
 * The module and databases that are not as they should be.
 *	nss_attack MODULE STATE-DIR CASE
 * Each case is a process of its own, in a private world.
 */
#define _GNU_SOURCE
#include "nss_direct.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static const char *module_path;
static char public_path[4096], secret_path[4096];

static void
put_small(void)
{
	fixture_write_public(public_path, &small_world);
	fixture_write_secret(secret_path, &small_world);
}

static unsigned
count_descriptors(void)
{
	unsigned count = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* What a database that can't be used answers to every question. */
static void
check_unavailable(const struct direct *d, const char *hows)
{
	struct reply r;

	for (; *hows != '\0'; hows++) {
		direct_ask(d, *hows, "alice", 20001, &r);
		CHECK_INT(r.status, NSS_STATUS_UNAVAIL);
		CHECK(r.error != 0 && r.error != ERANGE);
		direct_ask(d, *hows, "carol", 20099, &r);
		CHECK_INT(r.status, NSS_STATUS_UNAVAIL);
		if (strchr("ugs", *hows) == NULL)
			continue;
		direct_next(d, *hows, &r);
		CHECK_INT(r.status, NSS_STATUS_UNAVAIL);
		CHECK(r.error != 0 && r.error != ERANGE);
	}
}

static void
check_right(const struct direct *d)
{
	struct reply r;

	direct_ask(d, 'u', "alice", 0, &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_user(&r.passwd, 0));
	direct_ask(d, 'G', NULL, 20001, &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_group(&r.group, 1));
	direct_ask(d, 's', "alice", 0, &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_shadow(&r.shadow, 0));
	direct_next(d, 'u', &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_user(&r.passwd, 0));
	direct_next(d, 'g', &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_group(&r.group, 0));
	direct_next(d, 's', &r);
	CHECK(r.status == NSS_STATUS_SUCCESS && is_small_shadow(&r.shadow, 0));
}

/*
 * The files are spoilt already; asked twice, so that a lock that was kept
 * would hold us up; then they are mended.
 */
static void
case_unusable(void)
{
	unsigned descriptors, i;
	struct direct d;

	direct_open(&d, module_path);
	descriptors = count_descriptors();
	for (i = 0; i < 2; i++) {
		check_unavailable(&d, "uUgGis");
		CHECK_INT(d.setpwent(0), NSS_STATUS_UNAVAIL);
		CHECK_INT(d.setgrent(0), NSS_STATUS_UNAVAIL);
		CHECK_INT(d.setspent(0), NSS_STATUS_UNAVAIL);
		CHECK_INT(d.endpwent(), NSS_STATUS_SUCCESS);
		CHECK_INT(d.endgrent(), NSS_STATUS_SUCCESS);
		CHECK_INT(d.endspent(), NSS_STATUS_SUCCESS);
		CHECK_INT(count_descriptors(), descriptors);
	}
	if (remove(public_path) != 0 || remove(secret_path) != 0)
		CHECK_INT(errno, ENOENT);
	put_small();
	check_right(&d);
	CHECK_INT(count_descriptors(), descriptors);
}

/* A writer gone mad: whatever is in there, nobody becomes root. */
static void
case_evil(void)
{
	static const char *const names[] = {
	    "root", "toor", "gidzero", "minus", "wheel", "locked"};
	struct direct d;
	struct reply r;
	unsigned i;

	direct_open(&d, module_path);
	for (i = 0; i < SMALL_COUNT(names); i++) {
		direct_ask(&d, 'u', names[i], 0, &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
		direct_ask(&d, 'g', names[i], 0, &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
		direct_ask(&d, 's', names[i], 0, &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
		direct_ask(&d, 'i', names[i], 0, &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
	}
	for (i = 0; i < 4; i++) {
		static const unsigned ids[] = {0, UINT32_MAX, 20005, 20006};

		direct_ask(&d, 'U', NULL, ids[i], &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
		direct_ask(&d, 'G', NULL, i < 2 ? ids[i] : 20007, &r);
		CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
	}
	direct_ask(&d, 'i', "alice", 0, &r);
	CHECK_INT(r.status, NSS_STATUS_SUCCESS);
	CHECK_INT(r.gid_count, 1);
	CHECK_INT(r.gids[0], 20007);
	direct_next(&d, 'u', &r);
	CHECK_STR(r.passwd.pw_name, "alice");
	direct_next(&d, 'u', &r);
	CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
	direct_next(&d, 'g', &r);
	CHECK_STR(r.group.gr_name, "good");
	direct_next(&d, 'g', &r);
	CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
	direct_next(&d, 's', &r);
	CHECK_STR(r.shadow.sp_namp, "alice");
	direct_next(&d, 's', &r);
	CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
}

static void
case_errno(void)
{
	struct direct d;
	struct reply r;
	unsigned i;

	direct_open(&d, module_path);
	for (i = 0; i < 2; i++) {
		const char *how = "uUgGis";

		for (; *how != '\0'; how++) {
			errno = 12345;
			direct_ask(&d, *how, *how == 'g' ? "acme" : "alice",
			    20001, &r);
			CHECK_INT(r.status, NSS_STATUS_SUCCESS);
			CHECK_INT(errno, 12345);
			CHECK_INT(r.error, 0);
			direct_ask(&d, *how, "carol", 20099, &r);
			CHECK_INT(r.status, NSS_STATUS_NOTFOUND);
			CHECK_INT(r.error, ENOENT);
		}
		errno = 12345;
		CHECK_INT(d.setpwent(1), NSS_STATUS_SUCCESS);
		direct_next(&d, 'u', &r);
		CHECK_INT(d.endpwent(), NSS_STATUS_SUCCESS);
		CHECK_INT(errno, 12345);
	}
}

/* Mapped by us, and then written over: not crash, not believe. */
static void
case_overwritten(void)
{
	static const char zeros[65536];
	struct direct d;
	struct stat st;
	int fd;

	direct_open(&d, module_path);
	check_right(&d);
	CHECK_INT(
	    d.endpwent() + d.endgrent() + d.endspent(), 3 * NSS_STATUS_SUCCESS);
	fd = open(public_path, O_WRONLY | O_CLOEXEC);
	CHECK_INT(fstat(fd, &st), 0);
	/* the retired word, too, says that there is another one: there is not
	 */
	CHECK_INT(pwrite(fd, zeros, (size_t)st.st_size, 0), (long)st.st_size);
	(void)close(fd);
	check_unavailable(&d, "uUgGi");
}

/* The fast path of a warm process may read, write and exit: no more. */
static void
look_up_confined(const struct direct *d, time_t second)
{
	static const char hows[] = "uUgG";
	struct reply r;
	gid_t room[16], *gids = room;
	long start, size;
	int error;
	unsigned i;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
		syscall(SYS_exit, 3);
	for (i = 0; i < 100; i++) {
		const char *how = hows;

		for (; *how != '\0'; how++) {
			r.error = 0;
			r.status =
			    *how == 'u'	  ? d->getpwnam_r("alice", &r.passwd,
						r.buffer, 1024, &r.error)
			    : *how == 'U' ? d->getpwuid_r(20002, &r.passwd,
						r.buffer, 1024, &r.error)
			    : *how == 'g' ? d->getgrnam_r("nope", &r.group,
						r.buffer, 1024, &r.error)
					  : d->getgrgid_r(20001, &r.group,
						r.buffer, 1024, &r.error);
			if ((r.status == NSS_STATUS_SUCCESS) == (*how == 'g'))
				syscall(SYS_exit, 1);
		}
		start = size = 1;
		size = 16;
		if (d->initgroups_dyn("alice", 20000, &start, &size, &gids, -1,
			&error) != NSS_STATUS_SUCCESS ||
		    start != 3)
			syscall(SYS_exit, 1);
	}
	/* once a second the path is looked at: then this says nothing */
	syscall(SYS_exit, time(NULL) == second ? 0 : 2);
}

static void
case_warm(void)
{
	int status = -1, tries;
	struct direct d;
	time_t second;
	pid_t pid;

	direct_open(&d, module_path);
	for (tries = 0; tries < 10; tries++) {
		second = time(NULL);
		while (time(NULL) == second)
			(void)usleep(1000);
		second = time(NULL);
		pid = fork();
		if (pid == 0) {
			struct reply r;

			direct_ask(&d, 'g', "nope", 0, &r);
			look_up_confined(&d, second);
		}
		CHECK_INT(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
			puts("no seccomp");
			exit(77);
		}
		if (status == 0 ||
		    (WIFEXITED(status) && WEXITSTATUS(status) != 2))
			break;
	}
	CHECK_INT(status, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
    {"unusable", case_unusable},
    {"evil", case_evil},
    {"errno", case_errno},
    {"overwritten", case_overwritten},
    {"warm", case_warm},
};

int
main(int argc, char **argv)
{
	unsigned i;

	if (argc < 4) {
		fputs("usage: nss_attack MODULE STATE-DIR CASE\n", stderr);
		return 2;
	}
	module_path = argv[1];
	(void)snprintf(
	    public_path, sizeof(public_path), "%s/public.v1.cdb", argv[2]);
	(void)snprintf(
	    secret_path, sizeof(secret_path), "%s/secret.v1.cdb", argv[2]);
	(void)alarm(60);
	for (i = 0; i < SMALL_COUNT(cases); i++)
		if (strcmp(argv[3], cases[i].name) == 0) {
			cases[i].run();
			return test_is_bad;
		}
	return 2;
}

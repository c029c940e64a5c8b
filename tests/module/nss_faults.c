/* SPDX-License-Identifier: ISC */
/*
 * Each system call and each allocation of the NSS module fails in turn: in a
 * first lookup, and in those behind a replacement.  The answer is right, or
 * UNAVAIL or TRYAGAIN with an errno; who is there is never "not found"; the
 * next lookup is right, and no descriptor is left.
 *	nss_faults MODULE STATE-DIR
 */
#define _GNU_SOURCE
#include "faults.h"

/* What the tests themselves allocate to ask a question does not fail. */
static inline void *
spared_malloc(size_t size)
{
	bool was_on = faults_shared != NULL && faults_shared->is_on;
	void *memory;

	if (was_on)
		faults_end();
	memory = malloc(size);
	if (was_on)
		faults_begin();
	return memory;
}
#define malloc spared_malloc
#include "nss_direct.h"

#include "db_many.h"

/* What is asked, and the errors it met; shared with the process that asks. */
struct report {
	unsigned wrong, errors, asked;
	int status, error; /* of the last that was wrong */
	char how;
};

struct scene {
	const char *name;
	void (*ask)(const struct direct *d);
	bool is_replaced; /* between a first, good lookup and these */
};

static const char *module_path;
static char public_path[4096], secret_path[4096], new_path[4096];
static struct report *report;

static void
put(const struct fixture_world *world)
{
	fixture_write_secret(new_path, world);
	fixture_replace(new_path, secret_path, true);
	fixture_write_public(new_path, world);
	fixture_replace(new_path, public_path, true);
}

static unsigned
count_descriptors(void)
{
	unsigned count = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* UNAVAIL and TRYAGAIN are for who could not look. */
static void
judge(char how, const struct reply *r, bool may_be_missing, bool is_right)
{
	bool is_good = false;

	report->asked++;
	if (r->status == NSS_STATUS_SUCCESS)
		is_good = is_right;
	else if (r->status == NSS_STATUS_NOTFOUND)
		is_good = may_be_missing && r->error == ENOENT;
	else if (r->status == NSS_STATUS_UNAVAIL ||
		 r->status == NSS_STATUS_TRYAGAIN) {
		is_good = r->error != 0 && r->error != ERANGE;
		report->errors++;
	}
	if (is_good)
		return;
	report->wrong++;
	report->how = how;
	report->status = r->status;
	report->error = r->error;
}

static bool
is_alice(char how, const struct reply *r)
{
	if (r->status != NSS_STATUS_SUCCESS)
		return false;
	switch (how) {
	case 'u':
	case 'U':
		return is_small_user(&r->passwd, 0);
	case 'g':
	case 'G':
		return is_small_group(&r->group, 1);
	case 's':
		return is_small_shadow(&r->shadow, 0);
	default:
		return r->gid_count == 2;
	}
}

static void
ask_of(const struct direct *d, const char *hows)
{
	struct reply r;

	for (; *hows != '\0'; hows++) {
		direct_ask(
		    d, *hows, *hows == 'g' ? "acme" : "alice", 20001, &r);
		judge(*hows, &r, false, is_alice(*hows, &r));
		direct_ask(d, *hows, "carol", 20099, &r);
		judge(*hows, &r, true, false);
	}
}

static void
ask_public(const struct direct *d)
{
	ask_of(d, "uUgGi");
}

static void
ask_secret(const struct direct *d)
{
	ask_of(d, "s");
}

static void
ask_walks(const struct direct *d)
{
	struct reply r;

	direct_next(d, 'u', &r);
	judge('1', &r, false, is_alice('u', &r));
	direct_next(d, 'g', &r);
	judge('2', &r, false,
	    r.status == NSS_STATUS_SUCCESS && is_small_group(&r.group, 0));
	direct_next(d, 's', &r);
	judge('3', &r, false, is_alice('s', &r));
	(void)d->endpwent();
	(void)d->endgrent();
	(void)d->endspent();
}

/* Of the small world before and 30 users now, one answers. */
static void
ask_replaced(const struct direct *d)
{
	struct reply r;

	direct_ask(d, 'u', "alice", 0, &r);
	judge('a', &r, true, is_alice('u', &r));
	direct_ask(d, 'u', "user1", 0, &r);
	judge('b', &r, true, r.passwd.pw_uid == MANY_UID + 1);
	direct_ask(d, 's', "alice", 0, &r);
	judge('c', &r, true, is_alice('s', &r));
	direct_ask(d, 'i', "user1", 0, &r);
	judge('d', &r, true, r.gid_count == 2);
}

static int
look_up(const void *argument)
{
	const struct scene *scene = argument;
	struct fixture_world many;
	struct direct d;
	struct reply r;
	unsigned descriptors, i;

	put(&small_world);
	direct_open(&d, module_path);
	if (scene->is_replaced) {
		many = many_world(30);
		ask_public(&d);
		ask_secret(&d);
		put(&many);
	}
	memset(report, 0, sizeof(*report));
	descriptors = count_descriptors();
	faults_begin();
	scene->ask(&d);
	faults_end();
	if (count_descriptors() > descriptors)
		return 2;
	direct_ask(&d, 'u', scene->is_replaced ? "user1" : "alice", 0, &r);
	judge('z', &r, scene->is_replaced,
	    scene->is_replaced ? r.passwd.pw_uid == MANY_UID + 1
			       : is_alice('u', &r));
	/* The path is looked at once a second; one error is enough to wait. */
	if (scene->is_replaced && r.status != NSS_STATUS_SUCCESS &&
	    faults_shared->faults.error == EIO) {
		for (i = 0; i < 200 && r.status != NSS_STATUS_SUCCESS; i++) {
			(void)usleep(50000);
			direct_ask(&d, 'u', "user1", 0, &r);
		}
		judge('Z', &r, false, r.passwd.pw_uid == MANY_UID + 1);
	}
	return 0;
}

static const struct scene scenes[] = {
    {"first_lookup", ask_public, false},
    {"first_shadow", ask_secret, false},
    {"walk", ask_walks, false},
    {"replaced", ask_replaced, true},
};

static void
run_scene(const struct scene *scene, enum faults_kind kind, int error)
{
	struct faults faults = {.kind = kind, .error = error};
	unsigned count = 0, errors = 0;
	char name[96];

	for (faults.at = 1;; faults.at++) {
		faults.is_hit = false;
		faults_try(&faults, look_up, scene);
		if (!faults.is_hit)
			break;
		/* A descriptor that close(2) would not close is left. */
		CHECK(faults.status == 0 || faults.call == SYS_close);
		CHECK_INT(report->wrong, 0);
		if (test_is_bad)
			printf("# fault %lu (%s), error %d, status %d: '%c' "
			       "status %d, error %d\n",
			    faults.at, faults_name(&faults), error,
			    faults.status, report->how, report->status,
			    report->error);
		count++;
		errors += report->errors;
	}
	CHECK_INT(report->wrong, 0);
	CHECK_INT(report->errors, 0);
	(void)snprintf(name, sizeof(name), "nss_faults_%s_%s", scene->name,
	    kind != FAULTS_CALL ? "allocations" : strerrorname_np(error));
	printf("# %u of them errors\n# count faults %u\n", errors, count);
	test_done(name);
}

int
main(int argc, char **argv)
{
	static const int errors[] = {EIO, EMFILE, ENOENT, ENOMEM, EINTR};
	unsigned i, j;

	if (argc < 3) {
		fputs("usage: nss_faults MODULE STATE-DIR\n", stderr);
		return 2;
	}
	module_path = argv[1];
	(void)snprintf(
	    public_path, sizeof(public_path), "%s/public.v1.cdb", argv[2]);
	(void)snprintf(
	    secret_path, sizeof(secret_path), "%s/secret.v1.cdb", argv[2]);
	(void)snprintf(new_path, sizeof(new_path), "%s/new", argv[2]);
	(void)umask(022);
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (report == MAP_FAILED)
		return 1;
	for (i = 0; i < SMALL_COUNT(scenes); i++) {
		for (j = 0; j < SMALL_COUNT(errors); j++)
			run_scene(&scenes[i], FAULTS_CALL, errors[j]);
		run_scene(&scenes[i], FAULTS_ALLOC, 0);
	}
	return test_failures > 0;
}

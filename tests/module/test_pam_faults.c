/* SPDX-License-Identifier: ISC */
/*
 * A login, from authenticate to close_session, in which each allocation and
 * each system call fails in turn: the user's process is in its jail, or ends,
 * or can't become the user.  Every denial says so once, with a reason; memory,
 * descriptors, mounts and the record are given back.
 */
#define _GNU_SOURCE
#include "faults.h"
#include "pam_login.h"

#include <dirent.h>
#include <pwd.h>
#include <syslog.h>
#include <time.h>

/* What one login came to; shared with the process that tries it. */
#define NOT_ASKED (-1)

struct seen {
	int authenticated, account, opened,
	    closed; /* PAM codes; or not asked */
	enum login_end end;
	int denials, account_denials, records;
	long live; /* bytes of memory kept */
	int descriptors, mounts;
	char log[4096];
};

/* Whose login, what fails, and only each so many'th if there are many. */
struct series {
	const char *name;
	char user[8];
	enum faults_kind kind;
	int error;
	unsigned step;
};

static const struct series all_series[] = {
    {"jailed_each_allocation", "alice", FAULTS_ALLOC, 0, 1},
    {"jailed_no_more_memory", "alice", FAULTS_ALLOCS_FROM, 0, 2},
    {"jailed_each_call", "alice", FAULTS_CALL, EIO, 1},
    {"jailed_each_call_interrupted", "alice", FAULTS_CALL, EINTR, 3},
    {"unjailed_each_allocation", "local", FAULTS_ALLOC, 0, 2},
    {"unjailed_each_call", "local", FAULTS_CALL, EIO, 3},
    {"root_each_allocation", "root", FAULTS_ALLOC, 0, 2},
    {"root_each_call", "root", FAULTS_CALL, EIO, 3},
};

static struct seen *seen;

static int
count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = -2;

	while (dir != NULL && readdir(dir) != NULL)
		count++;
	if (dir != NULL)
		(void)closedir(dir);
	return count;
}

static int
count_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	int c, count = 0;

	while (file != NULL && (c = getc(file)) != EOF)
		count += c == '\n';
	if (file != NULL)
		(void)fclose(file);
	return count;
}

static void
prepare(void)
{
	static const struct sj_jail jail = {USERS_JAIL_UPLOAD};
	struct users_plan plan = {.jail = jail};

	plan.jail.is_network_host = false;
	plan.jail.transfer_log = SJ_TRANSFER_LOG_ON;
	plan.jail.max_sessions = 3;
	plan.jail.session_time_sec = 3600;
	plan.jail.umask = 0027;
	if (unshare(CLONE_NEWNS) != 0)
		world_die("unshare");
	world_tmpfs("/srv");
	world_tmpfs(SJ_STATEDIR);
	world_tmpfs(SJ_RUNDIR);
	world_mkdir(SJ_RUNDIR, 0700, 0, 0);
	world_put(SJ_SHELL, 0755, "%s", "");
	users_make_homes();
	users_write(&plan);
	world_set_title("sshd: alice [priv]");
	world_stack("sshd", "", "", "");
}

/* The user's process; its end is what it exits with. */
static void
be_child(pam_handle_t *pamh, const char *user)
{
	const struct passwd *pw = getpwnam(user);

	if (pw == NULL || setgid(pw->pw_gid) != 0 ||
	    initgroups(user, pw->pw_gid) != 0)
		_exit(9);
	faults_begin();
	(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	faults_end();
	if (setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0)
		_exit(LOGIN_BARRED);
	if (access("/etc/passwd", F_OK) == 0)
		_exit(LOGIN_FREE);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ||
	    socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EACCES)
		_exit(LOGIN_FREE);
	_exit(LOGIN_CONFINED);
}

/* As sshd goes on after acct has allowed the user. */
static void
go_on(pam_handle_t *pamh, const char *user)
{
	pid_t pid;

	faults_begin();
	(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	seen->opened = pam_open_session(pamh, 0);
	pid = fork();
	faults_end();
	if (pid == 0)
		be_child(pamh, user);
	if (pid > 0)
		seen->end = (enum login_end)login_wait(pid);
	faults_begin();
	seen->closed = pam_close_session(pamh, 0);
	faults_end();
}

static int
log_in(const void *argument)
{
	const struct series *series = argument;
	const char *user = series->user;
	pam_handle_t *pamh;
	int descriptors, mounts;
	long live;

	prepare();
	live = faults_live;
	pamh = world_start("sshd", user);
	(void)pam_set_item(pamh, PAM_RHOST, "192.0.2.7");
	(void)pam_set_item(pamh, PAM_TTY, "ssh");
	world_listen();
	descriptors = count_entries("/proc/self/fd");
	mounts = count_mounts();
	faults_begin();
	seen->authenticated = pam_authenticate(pamh, 0);
	if (seen->authenticated == PAM_SUCCESS)
		seen->account = pam_acct_mgmt(pamh, 0);
	faults_end();
	seen->account_denials = world_count(" deny user=\"");
	if (seen->account == PAM_SUCCESS)
		go_on(pamh, user);
	seen->denials = world_count(" deny user=\"");
	(void)snprintf(seen->log, sizeof(seen->log), "%s", world_log);
	seen->records = count_entries(SJ_RUNDIR "/sessions");
	(void)pam_end(pamh, PAM_SUCCESS);
	closelog();
	seen->live = faults_live - live;
	seen->descriptors = count_entries("/proc/self/fd") - descriptors;
	seen->mounts = count_mounts() - mounts;
	return 0;
}

static bool
is_ours(int code)
{
	return code != PAM_SUCCESS && code != PAM_SYSTEM_ERR &&
	       code != PAM_BUF_ERR && code != NOT_ASKED;
}

/* Who logs out of memory says nothing, nor can a child between two fences. */
static bool
is_mute(const struct faults *faults)
{
	if (faults->kind == FAULTS_ALLOCS_FROM)
		return true;
	return faults->kind == FAULTS_CALL &&
	       (faults->call == SYS_clone || faults->call == SYS_capget ||
		   faults->call == SYS_capset);
}

static int
count_text(const char *text)
{
	const char *p = seen->log;
	int count = 0;

	while ((p = strstr(p, text)) != NULL) {
		p += strlen(text);
		count++;
	}
	return count;
}

/* The other codes are libpam's: it did not get as far as our module. */
static void
check_said(const struct faults *faults)
{
	CHECK_INT(count_text(" reason="), seen->denials);
	CHECK(count_text(":account): deny ") <= 1);
	CHECK(count_text(":session): deny ") <= 1);
	CHECK(count_text(":setcred): deny ") <= 2); /* in two processes */
	if (is_mute(faults))
		return;
	if (is_ours(seen->authenticated) || is_ours(seen->account))
		CHECK_INT(seen->account_denials, 1);
	if (is_ours(seen->opened))
		CHECK(seen->denials > 0);
	if (seen->account == PAM_SUCCESS && seen->end == LOGIN_ENDED)
		CHECK(seen->denials > 0);
}

static void
check_login(const struct series *series, const struct faults *faults)
{
	bool is_jailed = strcmp(series->user, "alice") == 0;

	CHECK_INT(faults->status, 0);
	CHECK(seen->end != LOGIN_FREE || !is_jailed);
	CHECK(seen->end != LOGIN_CONFINED || is_jailed);
	CHECK(seen->end == LOGIN_ENDED || seen->account == PAM_SUCCESS);
	CHECK(seen->end <= LOGIN_ENDED || seen->end == LOGIN_FREE ||
	      seen->end == LOGIN_BARRED);
	check_said(faults);
	/* A record that close_session could not reach is dead by its pid. */
	CHECK(seen->records <= 0 || seen->closed != PAM_SUCCESS ||
	      faults->call == SYS_unlink || faults->call == SYS_unlinkat);
	CHECK(seen->descriptors <=
	      (faults->kind == FAULTS_CALL && faults->call == SYS_close));
	/* The one that may stay is the empty network namespace. */
	CHECK(seen->mounts <= 1);
}

static void
print_login(const struct faults *faults)
{
	printf("# fault %lu (%s): authenticate %d, acct %d, open %d, end %d, "
	       "close %d, denials %d, records %d, %ld bytes, descriptors %d, "
	       "mounts %d\n# %s",
	    faults->at, faults_name(faults), seen->authenticated, seen->account,
	    seen->opened, (int)seen->end, seen->closed, seen->denials,
	    seen->records, seen->live, seen->descriptors, seen->mounts,
	    seen->log);
}

static void
try_login(const struct series *series, struct faults *faults)
{
	memset(seen, 0, sizeof(*seen));
	seen->account = seen->opened = seen->closed = NOT_ASKED;
	seen->end = LOGIN_ENDED;
	faults->is_hit = false;
	faults_try(faults, log_in, series);
}

static void
run_series(const struct series *series, bool is_each)
{
	struct faults faults = {.kind = series->kind, .error = series->error};
	unsigned count = 0, let_in = 0;
	char name[64];
	long live;

	try_login(series, &faults);
	live = seen->live;
	CHECK_INT(seen->denials, 0);
	CHECK_INT(seen->opened, PAM_SUCCESS);
	for (faults.at = 1;; faults.at += is_each ? 1 : series->step) {
		try_login(series, &faults);
		if (!faults.is_hit)
			break;
		check_login(series, &faults);
		CHECK(seen->live <= live);
		if (test_is_bad)
			print_login(&faults);
		count++;
		let_in +=
		    seen->end == LOGIN_CONFINED || seen->end == LOGIN_FREE;
	}
	printf("# %u of them let in\n# count faults %u\n", let_in, count);
	CHECK(count > 10 && let_in > 0 && let_in < count);
	(void)snprintf(name, sizeof(name), "pam_faults_%s_fails", series->name);
	test_done(name);
}

int
main(int argc, char **argv)
{
	bool is_each = getenv("SJ_FAULTS") != NULL;
	const char *missing = world_make(argv, USERS_PASSWD, USERS_GROUP);
	size_t i;

	(void)argc;
	if (missing != NULL) {
		test_skip("pam_faults", missing);
		return 77;
	}
	/* As in sshd by then; glibc crashes where it can't begin with this. */
	(void)getpwnam("root");
	(void)getgrnam("root");
	tzset();
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED)
		world_die("mmap");
	for (i = 0; i < sizeof(all_series) / sizeof(all_series[0]); i++)
		run_series(&all_series[i], is_each);
	return test_failures > 0;
}

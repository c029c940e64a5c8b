/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* What the running kernel can do, tried in a child that then ends. */

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "policy.h"

/* <linux/seccomp.h>; the headers of old systems lack these. */
#ifndef PR_SET_SECCOMP
#define PR_SET_SECCOMP 22
#endif
#ifndef PR_GET_NO_NEW_PRIVS
#define PR_GET_NO_NEW_PRIVS 39
#endif
#define FILTER_MODE 2

#define LACKS_MOUNTS 1
#define LACKS_NETWORK 2
#define LACKS_FILTER 4
#define LACKS_NO_NEW_PRIVS 8
#define LACKS_PROC 16
#define LACKS_ALL 31

static const struct sj_problem_kind mounts = {"kernel-mount-namespace",
    SJ_ERROR,
    "jails with isolation = \"namespace\" can't be built: their "
    "users are denied with system-error"};
static const struct sj_problem_kind network = {"kernel-network-namespace",
    SJ_ERROR, "jails with network = \"none\" deny with network-unavailable"};
static const struct sj_problem_kind filter = {"kernel-seccomp", SJ_ERROR,
    "jails with network = \"none\" deny with network-unavailable"};
static const struct sj_problem_kind no_new_privs = {"kernel-no-new-privs",
    SJ_ERROR,
    "a jailed process could gain rights by set-user-id programs: "
    "sessions are refused"};
static const struct sj_problem_kind proc = {"kernel-proc", SJ_ERROR,
    "jails are built by way of /proc/self/fd, and open files are found there"};
static const struct sj_problem_kind pacing = {"kernel-pacing", SJ_ERROR,
    "jails with download_rate deny with system-error"};
static const struct sj_problem_kind shell = {"selinux-context", SJ_WARNING,
    "SELinux enforces, and users may not execute what has another one"};
static const struct sj_problem_kind selinux = {"selinux-policy", SJ_ERROR,
    "sshd may not make namespaces and mounts then: sessions of jailed users "
    "are refused"};

/* All of it is the child's own: nothing is left when it ends. */
static bool
can_mount(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("sftpjail", "/proc", "tmpfs", MS_NOSUID | MS_NODEV,
		   NULL) == 0;
}

/* A kernel that knows the mode looks for the filter, which is not there. */
static bool
can_filter(void)
{
	return prctl(PR_SET_SECCOMP, FILTER_MODE, NULL, 0, 0) != 0 &&
	       errno == EFAULT;
}

static int
probe(const struct sj_check_needs *needs)
{
	struct stat st;
	int lacks = 0;

	if (stat("/proc/self/fd", &st) != 0)
		lacks |= LACKS_PROC;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) < 0)
		lacks |= LACKS_NO_NEW_PRIVS;
	if (needs->network && unshare(CLONE_NEWNET) != 0)
		lacks |= LACKS_NETWORK;
	if (needs->network && !can_filter())
		lacks |= LACKS_FILTER;
	if (needs->mounts && !can_mount())
		lacks |= LACKS_MOUNTS;
	return lacks;
}

/* What could not be tried is taken to be missing. */
static int
probe_in_child(const struct sj_check_needs *needs)
{
	pid_t pid, got;
	int status = 0;

	pid = fork();
	if (pid < 0)
		return LACKS_ALL;
	if (pid == 0)
		_exit(probe(needs));
	do {
		got = waitpid(pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	return got == pid && WIFEXITED(status) ? WEXITSTATUS(status)
					       : LACKS_ALL;
}

static bool
is_enforcing(void)
{
	SJ_AUTO_FCLOSE FILE *file = fopen("/sys/fs/selinux/enforce", "re");

	return file != NULL && fgetc(file) == '1';
}

static bool
has_policy(void)
{
	static const char *const places[] = {
	    "/var/lib/selinux/*/active/modules/*/sftpjail",
	    "/etc/selinux/*/modules/active/modules/sftpjail.pp",
	    "/etc/selinux/*/active/modules/*/sftpjail"};
	bool is_found = false;
	glob_t found;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]) && !is_found; i++) {
		if (glob(places[i], 0, NULL, &found) != 0)
			continue;
		is_found = found.gl_pathc > 0;
		globfree(&found);
	}
	return is_found;
}

/* What users may execute; the type is the third part of a context. */
static bool
has_shell_context(void)
{
	char context[256];
	ssize_t len = lgetxattr(
	    SJ_SHELL, "security.selinux", context, sizeof(context) - 1);

	if (len < 0)
		return false;
	context[len] = '\0';
	return strstr(context, ":shell_exec_t") != NULL ||
	       strstr(context, ":bin_t") != NULL;
}

static bool
can_pace(void)
{
	struct utsname name;

	return uname(&name) == 0 && sj_policy_can_pace(name.release);
}

static void
add(struct sj_checkup *check, const struct sj_problem_kind *kind,
    const char *what, const char *fix)
{
	sj_report_add(check->report, kind, NULL, 0, "%s", what);
	sj_report_fix(check->report, "%s", fix);
}

void
sj_check_kernel(struct sj_checkup *check)
{
	int lacks = probe_in_child(&check->needs);

	if ((lacks & LACKS_MOUNTS) != 0 && check->needs.mounts)
		add(check, &mounts,
		    "no mount namespace can be made here, or no tmpfs mounted",
		    "in a container, give it CAP_SYS_ADMIN and mounts; else "
		    "isolation = \"chroot\"");
	if ((lacks & LACKS_NETWORK) != 0 && check->needs.network)
		add(check, &network, "no network namespace can be made here",
		    "network = \"host\", with AllowTcpForwarding no in "
		    "sshd_config");
	if ((lacks & LACKS_FILTER) != 0 && check->needs.network)
		add(check, &filter, "the kernel has no seccomp filters",
		    "network = \"host\", with AllowTcpForwarding and "
		    "AllowStreamLocalForwarding no in sshd_config");
	if ((lacks & LACKS_NO_NEW_PRIVS) != 0)
		add(check, &no_new_privs, "the kernel has no no_new_privs",
		    "Linux 3.5 or later");
	if ((lacks & LACKS_PROC) != 0)
		add(check, &proc, "/proc is not mounted",
		    "mount -t proc proc /proc");
	if (check->needs.pacing && !can_pace())
		add(check, &pacing, "the kernel is older than Linux 4.13",
		    "take download_rate away");
	if (is_enforcing() && !has_policy())
		add(check, &selinux,
		    "SELinux enforces, and the policy module sftpjail is not "
		    "installed",
		    "semodule -i sftpjail.pp; section 12 of INSTALL makes "
		    "it of conf/sftpjail.te");
	if (is_enforcing() && !has_shell_context())
		add(check, &shell, SJ_SHELL " has not the context of a shell",
		    "semanage fcontext -a -t shell_exec_t " SJ_SHELL
		    " && restorecon " SJ_SHELL);
}

/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_WORLD_H
#define SJ_PAM_WORLD_H

/*
 * A mount namespace with its own users, databases, PAM files and syslog, in
 * which the built pam_sftpjail.so is called through libpam.  Nothing of the
 * host changes.  Ends the program where it can't be made.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "db_fixture.h"
#include "test.h"

#define WORLD_PAM "/run/pam.d"
#define WORLD_LOG_SIZE 16384

static int world_log_fd = -1;
static char world_log[WORLD_LOG_SIZE]; /* since the last world_listen() */
static char world_module[4096];
static char world_told[4096]; /* what the conversation was shown */
static char *world_title;     /* what ps(1) shows of this program; 64 bytes */

static inline void
world_die(const char *what)
{
	printf("not ok world - %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void
world_put(const char *path, mode_t mode, const char *format, ...)
{
	FILE *file = fopen(path, "w");
	va_list ap;

	if (file == NULL)
		world_die(path);
	va_start(ap, format);
	if (vfprintf(file, format, ap) < 0)
		world_die(path);
	va_end(ap);
	if (fclose(file) != 0 || chmod(path, mode) != 0)
		world_die(path);
}

static inline void
world_mkdir(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	(void)mkdir(path, 0700);
	if (chown(path, uid, gid) != 0 || chmod(path, mode) != 0)
		world_die(path);
}

static inline void
world_tmpfs(const char *path)
{
	if (mount("tmpfs", path, "tmpfs", 0, "mode=0755") != 0)
		world_die(path);
}

/* A file of our own over one of the host's. */
static inline void
world_cover(const char *path, const char *text)
{
	char own[64];

	(void)snprintf(own, sizeof(own), "/run/%s", strrchr(path, '/') + 1);
	world_put(own, 0644, "%s", text);
	if (mount(own, path, NULL, MS_BIND, NULL) != 0)
		world_die(path);
}

/* /dev is the same for all namespaces: one of our own has our log. */
static inline void
world_make_dev(void)
{
	struct sockaddr_un address = {
	    .sun_family = AF_UNIX, .sun_path = "/dev/log"};

	world_mkdir("/run/dev", 0755, 0, 0);
	world_tmpfs("/run/dev");
	world_put("/run/dev/null", 0666, "%s", "");
	if (mount("/dev/null", "/run/dev/null", NULL, MS_BIND, NULL) != 0 ||
	    mount("/run/dev", "/dev", NULL, MS_MOVE, NULL) != 0)
		world_die("/dev");
	world_log_fd =
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (world_log_fd < 0 || bind(world_log_fd, (struct sockaddr *)&address,
				    sizeof(address)) != 0)
		world_die("/dev/log");
}

static inline void
world_find_module(void)
{
	ssize_t len =
	    readlink("/proc/self/exe", world_module, sizeof(world_module) - 64);
	char *slash;
	int i;

	if (len < 0)
		world_die("/proc/self/exe");
	world_module[len] = '\0';
	for (i = 0; i < 3; i++) {
		slash = strrchr(world_module, '/');
		if (slash == NULL)
			world_die("no module");
		*slash = '\0';
	}
	strcat(world_module, "/pam_sftpjail.so");
	if (access(world_module, R_OK) != 0)
		world_die(world_module);
}

/* Every directory on the way, in the tmpfs at the top of it. */
static inline void
world_mkdirs(const char *path)
{
	char part[256];
	char *slash;

	(void)snprintf(part, sizeof(part), "%s/", path);
	for (slash = part; (slash = strchr(slash + 1, '/')) != NULL;
	     *slash = '/') {
		*slash = '\0';
		if (mkdir(part, 0755) != 0 && errno != EEXIST && errno != EROFS)
			world_die(part);
	}
}

/*
 * The title is written over the arguments and the environment behind them, as
 * sshd does it.
 */
static inline void
world_find_title(char **argv)
{
	extern char **environ;
	char *end = argv[0] + strlen(argv[0]) + 1;
	int i;

	for (i = 1; argv[i] != NULL; i++)
		end = argv[i] + strlen(argv[i]) + 1;
	for (i = 0; environ[i] != NULL; i++)
		if (environ[i] == end)
			end += strlen(environ[i]) + 1;
	if (end - argv[0] < 64)
		world_die("no room for a title");
	world_title = argv[0];
	environ = NULL;
}

/* "sshd: alice [priv]": what is behind it is cut off. */
static inline void
world_set_title(const char *title)
{
	memset(world_title, 0, 64);
	(void)snprintf(world_title, 64, "%s", title);
}

/* NULL, or what is missing. */
static inline const char *
world_make(char **argv, const char *passwd, const char *group)
{
	if (geteuid() != 0)
		return "root";
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return "CAP_SYS_ADMIN";
	world_find_module();
	world_find_title(argv);
	(void)umask(022);
	world_tmpfs("/run");
	world_tmpfs("/srv");
	/* the program may have been built below one of these */
	if (strncmp(SJ_STATEDIR, "/var/lib/", 9) == 0)
		world_tmpfs("/var/lib");
	if (strncmp(SJ_SHELL, "/usr/libexec/", 13) == 0)
		world_tmpfs("/usr/libexec");
	world_mkdirs(SJ_SHELL);
	(void)rmdir(SJ_SHELL);
	world_put(SJ_SHELL, 0755, "%s", "");
	world_mkdirs(SJ_STATEDIR);
	world_mkdirs(SJ_RUNDIR);
	world_mkdir(SJ_RUNDIR, 0700, 0, 0);
	world_mkdirs(WORLD_PAM);
	world_cover("/etc/passwd", passwd);
	world_cover("/etc/group", group);
	world_cover("/etc/nsswitch.conf",
	    "passwd: files\ngroup: files\nshadow: files\n");
	world_make_dev();
	return NULL;
}

/*
 * One line for each type, with these arguments; NULL: no line of that type.
 * pam_permit says yes for whom ours ignores, as other modules do elsewhere.
 */
static inline void
world_stack(const char *service, const char *auth, const char *account,
    const char *session)
{
	const char *const types[] = {"auth", "account", "session"};
	const char *const args[] = {auth, account, session};
	char path[256], text[32768];
	size_t used = 0;
	int i;

	for (i = 0; i < 3; i++) {
		if (args[i] != NULL)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, "%s required %s %s\n",
			    types[i], world_module, args[i]);
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s required pam_permit.so\n", types[i]);
	}
	world_put(WORLD_PAM "/other", 0644, "%s", "");
	(void)snprintf(path, sizeof(path), WORLD_PAM "/%s", service);
	world_put(path, 0644, "%s", text);
}

/* Forgets what was logged and told so far. */
static inline void
world_listen(void)
{
	while (recv(world_log_fd, world_log, sizeof(world_log), 0) >= 0)
		continue;
	world_log[0] = '\0';
	world_told[0] = '\0';
}

/* Every line logged since then, without "<PRI>DATE ": tag and text. */
static inline const char *
world_hear(void)
{
	char line[8192];
	size_t used = strlen(world_log);
	ssize_t len;

	while ((len = recv(world_log_fd, line, sizeof(line) - 1, 0)) >= 0) {
		line[len] = '\0';
		used += (size_t)snprintf(
		    world_log + used, sizeof(world_log) - used, "%s\n", line);
		if (used >= sizeof(world_log))
			world_die("too much log");
	}
	return world_log;
}

/* How often text stands in what was logged. */
static inline int
world_count(const char *text)
{
	const char *p = world_hear();
	int count = 0;

	while ((p = strstr(p, text)) != NULL) {
		p += strlen(text);
		count++;
	}
	return count;
}

static inline int
world_converse(int count, const struct pam_message **messages,
    struct pam_response **ret_responses, void *data)
{
	size_t used;
	int i;

	(void)data;
	for (i = 0; i < count; i++) {
		used = strlen(world_told);
		(void)snprintf(world_told + used, sizeof(world_told) - used,
		    "[%d]%s", messages[i]->msg_style, messages[i]->msg);
	}
	*ret_responses = calloc((size_t)count, sizeof(**ret_responses));
	return *ret_responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static inline pam_handle_t *
world_start(const char *service, const char *user)
{
	static const struct pam_conv conversation = {world_converse, NULL};
	pam_handle_t *pamh = NULL;

	if (pam_start_confdir(service, user, &conversation, WORLD_PAM, &pamh) !=
	    PAM_SUCCESS)
		world_die("pam_start_confdir");
	return pamh;
}

#endif

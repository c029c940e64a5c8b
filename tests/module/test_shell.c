/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The login shell: says no to whatever it is called with, and what it tells the
 * user and the log; and runs an external sftp server, as its own file says. The
 * log's socket is in a /dev of our own, and that file in a /usr/libexec: needs
 * root.
 */
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "confine_world.h"
#include "server.h"

#define DEFAULT                                           \
	"This account is for file transfer (SFTP) only: " \
	"there is no shell, and no command is run.\n"
#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X256 X64 X64 X64 X64

static const struct row {
	const char *name;
	const char *argv[5];
	const char *env[5];
	const char *user;    /* in the log */
	const char *command; /* in the log */
	const char *message; /* to the user */
} rows[] = {
    {"command", {"sftpjail-shell", "-c", "id"}, {"USER=alice"}, "alice", "id",
	DEFAULT},
    {"login", {"-sftpjail-shell"}, {"USER=alice"}, "alice", "", DEFAULT},
    {"no_arguments", {"x"}, {NULL}, "", "", DEFAULT},
    {"logname", {"x"}, {"LOGNAME=bob"}, "bob", "", DEFAULT},
    {"user_before_logname", {"x"}, {"LOGNAME=bob", "USER=al"}, "al", "",
	DEFAULT},
    {"c_without_command", {"x", "-c"}, {NULL}, "", "-c", DEFAULT},
    {"empty_command", {"x", "-c", ""}, {NULL}, "", "", DEFAULT},
    {"other_arguments", {"x", "-l", "-i", "y z"}, {NULL}, "", "-l -i y z",
	DEFAULT},
    {"scp", {"x", "-c", "scp -t /tmp"}, {NULL}, "", "scp -t /tmp", DEFAULT},
    {"sftp_server_in_it", {"x", "-c", "sh; /usr/lib/sftp-server"}, {NULL}, "",
	"sh; /usr/lib/sftp-server", DEFAULT},
    {"format", {"x", "-c", "%s%n%1000000d"}, {"USER=%n"}, "%n", "%s%n%1000000d",
	DEFAULT},
    {"control_characters", {"x", "-c", "a\nb\"\\\x7f\xff\x1b[2J"},
	{"USER=a\nroot: x"}, "a\\x0aroot: x",
	"a\\x0ab\\x22\\x5c\\x7f\\xff\\x1b[2J", DEFAULT},
    {"long_command", {"x", "-c", X256 "yyyy"}, {"USER=" X256 X256}, X256, X256,
	DEFAULT},
    {"long_escape_is_not_cut",
	{"x", "-c",
	    X64 X64 X64 X16 X16 X16 "xxxx"
				    "xxxx"
				    "xxxx"
				    "x"
				    "\n"},
	{NULL}, "", X64 X64 X64 X16 X16 X16 "xxxxxxxxxxxxx", DEFAULT},
    {"message", {"x"}, {"SFTPJAIL_MESSAGE=Files only."}, "", "",
	"Files only.\n"},
    {"message_lines", {"x"}, {"SFTPJAIL_MESSAGE=a\nb\n"}, "", "", "a\nb\n"},
    {"message_empty", {"x"}, {"SFTPJAIL_MESSAGE="}, "", "", DEFAULT},
    {"message_controls", {"x"},
	{"SFTPJAIL_MESSAGE=a\x1b]0;t\x07 \x08\x7f\rb\xc2\x9b"
	 "c \xc3\xa4"},
	"", "", "a]0;t bc \xc3\xa4\n"},
    {"message_format", {"x"}, {"SFTPJAIL_MESSAGE=%s%n"}, "", "", "%s%n\n"},
    {"hostile_environment", {"x", "-c", "id"},
	{"LD_PRELOAD=/x.so", "TZ=:/dev/zero", "LOCPATH=/x", "IFS=x"}, "", "id",
	DEFAULT},
};

static int
listen_log(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)strcpy(address.sun_path, "/dev/log");
	if (mount("tmpfs", "/dev", "tmpfs", 0, "mode=0755") != 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		world_die("/dev/log");
	return fd;
}

static void
receive(int log_fd, char *ret_line, size_t size)
{
	struct pollfd poll_fd = {.fd = log_fd, .events = POLLIN};
	ssize_t len = 0;

	if (poll(&poll_fd, 1, 0) == 1)
		len = recv(log_fd, ret_line, size - 1, 0);
	ret_line[len < 0 ? 0 : len] = '\0';
}

/* Runs it to its end; what it writes to stderr fits into the pipe. */
static pid_t
run(const struct row *row, int *ret_status, char *ret_text, size_t size)
{
	union {
		const char *const *in;
		char *const *out;
	} argv = {row->argv}, env = {row->env};
	int out[2];
	ssize_t len;
	pid_t pid;

	if (pipe(out) != 0)
		world_die("pipe");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (dup2(out[1], STDERR_FILENO) < 0 ||
		    dup2(out[1], STDOUT_FILENO) < 0 || setuid(USER_UID) != 0)
			_exit(2);
		(void)execve(SHELL, argv.out, env.out);
		_exit(3);
	}
	(void)close(out[1]);
	if (waitpid(pid, ret_status, 0) != pid)
		world_die("waitpid");
	len = read(out[0], ret_text, size - 1);
	ret_text[len < 0 ? 0 : len] = '\0';
	(void)close(out[0]);
	return pid;
}

static void
test_row(const struct row *row, int log_fd)
{
	char text[8192], line[4096], want[4096], name[128];
	int status = 0;
	pid_t pid = run(row, &status, text, sizeof(text));

	receive(log_fd, line, sizeof(line));
	(void)snprintf(want, sizeof(want),
	    "<85>sftpjail-shell[%ld]: deny user=\"%s\" command=\"%s\" uid=%d",
	    (long)pid, row->user, row->command, USER_UID);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	CHECK_STR(text, row->message);
	CHECK_STR(line, want);
	(void)snprintf(name, sizeof(name), "shell_%s", row->name);
	test_done(name);
}

static void
test_long_message(int log_fd)
{
	static char variable[20000] = "SFTPJAIL_MESSAGE=";
	struct row row = {.argv = {"x"}, .env = {variable}};
	char text[8192], line[4096];
	int status;
	size_t len = strlen(variable);

	memset(variable + len, 'm', sizeof(variable) - 1 - len);
	(void)run(&row, &status, text, sizeof(text));
	receive(log_fd, line, sizeof(line));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	CHECK_INT(strlen(text), 4095);
	CHECK_STR(text + 4093, "m\n");
	test_done("shell_long_message_is_cut");
}

/* Without a log, and with one that nobody reads. */
static void
test_no_log(int log_fd)
{
	char text[8192];
	int status;

	CHECK(rename("/dev/log", "/dev/away") == 0);
	(void)run(&rows[0], &status, text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	CHECK_STR(text, DEFAULT);
	test_done("shell_without_log_refuses_all_the_same");

	CHECK(rename("/dev/away", "/dev/log") == 0);
	(void)close(log_fd);
	(void)run(&rows[0], &status, text, sizeof(text));
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	CHECK_STR(text, DEFAULT);
	test_done("shell_with_dead_log_refuses_all_the_same");
}

/* In the place of the server: shows its arguments and environment. */
#define PROGRAM "/bin/sh"
#define ARGV PROGRAM "\0-c\0echo \"$*\"; exec /usr/bin/env -u PWD\0x\0-l\0INFO"
#define RAN "-l INFO\n"

static const struct server_row {
	const char *name;
	const char *argv[5];
	const char *env[5];
	const char *text; /* what the program says; NULL: it is not run */
} server_rows[] = {
    {"as_sshd", {"x", "-c", PROGRAM}, {NULL}, RAN},
    {"arguments_are_left_out", {"x", "-c", PROGRAM " -e -R"}, {NULL}, RAN},
    {"tab", {"x", "-c", PROGRAM "\t-e"}, {NULL}, RAN},
    {"hostile_arguments", {"x", "-c", PROGRAM " ; id $(id) `id` \n id"}, {NULL},
	RAN},
    {"connection_is_kept", {"x", "-c", PROGRAM},
	{"SSH_CONNECTION=192.0.2.7 1 2 3"},
	RAN "SSH_CONNECTION=192.0.2.7 1 2 3\n"},
    {"environment_is_not", {"x", "-c", PROGRAM},
	{"LD_PRELOAD=/x.so", "GCONV_PATH=/x", "TZ=/x", "SSH_CONNECTIONS=x"},
	RAN},
    {"another_program", {"x", "-c", PROGRAM "x"}, {NULL}, NULL},
    {"quoted", {"x", "-c", "'" PROGRAM "'"}, {NULL}, NULL},
    {"separator", {"x", "-c", PROGRAM ";id"}, {NULL}, NULL},
    {"newline", {"x", "-c", PROGRAM "\nid"}, {NULL}, NULL},
    {"blank_in_front", {"x", "-c", " " PROGRAM}, {NULL}, NULL},
    {"behind_another", {"x", "-c", "id; " PROGRAM}, {NULL}, NULL},
    {"assignment", {"x", "-c", "A=b " PROGRAM}, {NULL}, NULL},
    {"exec", {"x", "-c", "exec " PROGRAM}, {NULL}, NULL},
    {"basename", {"x", "-c", "sh"}, {NULL}, NULL},
    {"other_way_there", {"x", "-c", "/bin/../bin/sh"}, {NULL}, NULL},
    {"empty", {"x", "-c", ""}, {NULL}, NULL},
    {"other_option", {"x", "-l", PROGRAM}, {NULL}, NULL},
    {"more_options", {"x", "-c", PROGRAM, "-x"}, {NULL}, NULL},
    {"no_option", {"x", PROGRAM}, {NULL}, NULL},
    {"as_a_name", {PROGRAM, "-c"}, {NULL}, NULL},
};

static void
put_argv(const void *bytes, size_t size, mode_t mode)
{
	int fd;

	(void)unlink(SJ_SERVER_ARGV);
	fd = open(SJ_SERVER_ARGV, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size ||
	    fchmod(fd, mode) != 0 || close(fd) != 0)
		world_die(SJ_SERVER_ARGV);
}

static void
make_place(void)
{
	char path[] = SJ_SERVER_ARGV, *slash = path;

	/* Two levels down, over whatever is installed here. */
	slash = strchr(strchr(slash + 1, '/') + 1, '/');
	*slash = '\0';
	if (mount("tmpfs", path, "tmpfs", 0, "mode=0755") != 0)
		world_die(path);
	for (*slash = '/'; (slash = strchr(slash + 1, '/')) != NULL;
	     *slash = '/') {
		*slash = '\0';
		if (mkdir(path, 0755) != 0)
			world_die(path);
	}
}

/* Runs it; true if it was the program that spoke, else it was refused. */
static void
try_server(const struct server_row *row, int log_fd, const char *detail)
{
	const struct row as_row = {.argv = {row->argv[0], row->argv[1],
				       row->argv[2], row->argv[3], NULL},
	    .env = {row->env[0], row->env[1], row->env[2], row->env[3], NULL}};
	char text[8192], line[4096];
	int status = 0;

	(void)run(&as_row, &status, text, sizeof(text));
	receive(log_fd, line, sizeof(line));
	CHECK_STR(text, row->text != NULL ? row->text : DEFAULT);
	CHECK(WIFEXITED(status) &&
	      WEXITSTATUS(status) == (row->text != NULL ? 0 : 1));
	CHECK((line[0] == '\0') == (row->text != NULL));
	CHECK(detail == NULL || strstr(line, detail) != NULL);
	CHECK(detail != NULL || strstr(line, "detail=") == NULL);
}

static void
test_server_rows(int log_fd)
{
	char name[128];
	size_t i;

	put_argv(ARGV, sizeof(ARGV), 0644);
	for (i = 0; i < sizeof(server_rows) / sizeof(server_rows[0]); i++) {
		try_server(&server_rows[i], log_fd, NULL);
		(void)snprintf(
		    name, sizeof(name), "shell_server_%s", server_rows[i].name);
		test_done(name);
	}
}

/* What others than root could have said is not believed. */
static void
test_server_file(int log_fd)
{
	const struct server_row no = {.argv = {"x", "-c", PROGRAM}};
	char many[2 * (SJ_SERVER_ARGS_MAX + 1)], big[SJ_SERVER_ARGV_SIZE + 1];
	size_t i;

	put_argv(ARGV, sizeof(ARGV), 0664);
	try_server(&no, log_fd, "written by others");
	put_argv(ARGV, sizeof(ARGV), 0644);
	CHECK(chown(SJ_SERVER_ARGV, USER_UID, 0) == 0);
	try_server(&no, log_fd, "written by others");
	put_argv(ARGV, sizeof(ARGV), 0600);
	try_server(&no, log_fd, "Permission denied");
	CHECK(rename(SJ_SERVER_ARGV, SJ_SERVER_ARGV ".x") == 0 &&
	      chmod(SJ_SERVER_ARGV ".x", 0644) == 0 &&
	      symlink(SJ_SERVER_ARGV ".x", SJ_SERVER_ARGV) == 0);
	try_server(&no, log_fd, "symbolic link");
	CHECK(unlink(SJ_SERVER_ARGV) == 0 && mkfifo(SJ_SERVER_ARGV, 0644) == 0);
	try_server(&no, log_fd, "written by others");
	test_done("shell_server_file_of_others_is_not_believed");

	put_argv("", 0, 0644);
	try_server(&no, log_fd, "damaged");
	put_argv(PROGRAM, sizeof(PROGRAM) - 1, 0644);
	try_server(&no, log_fd, "damaged");
	memset(big, 0, sizeof(big));
	memcpy(big, PROGRAM, sizeof(PROGRAM));
	put_argv(big, sizeof(big), 0644);
	try_server(&no, log_fd, "damaged");
	for (i = 0; i < sizeof(many); i++)
		many[i] = i % 2 == 0 ? 'x' : '\0';
	put_argv(many, sizeof(many), 0644);
	try_server(&no, log_fd, "damaged");
	test_done("shell_server_file_that_is_damaged_is_refused");

	put_argv("/nowhere", sizeof("/nowhere"), 0644);
	try_server(&no, log_fd, NULL);
	try_server(&(const struct server_row){.argv = {"x", "-c", "/nowhere"}},
	    log_fd, "No such file");
	CHECK(unlink(SJ_SERVER_ARGV) == 0);
	try_server(&no, log_fd, NULL);
	test_done("shell_server_missing_is_refused");
}

int
main(void)
{
	size_t i;
	int log_fd;

	if (!world_enter()) {
		test_skip("shell", "root and a mount namespace");
		return 77;
	}
	world_put_shell();
	log_fd = listen_log();
	if (chmod("/dev/log", 0666) != 0)
		world_die("chmod");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i], log_fd);
	test_long_message(log_fd);
	make_place();
	test_server_rows(log_fd);
	test_server_file(log_fd);
	test_no_log(log_fd);
	return test_failures != 0;
}

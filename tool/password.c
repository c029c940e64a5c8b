/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "password.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "cleanup.h"
#include "value.h"

/* explicit_bzero(3), which glibc has from 2.25 on. */
void
sj_password_wipe(void *memory, size_t size)
{
	memset(memory, 0, size);
	__asm__ __volatile__("" : : "r"(memory) : "memory");
}

static enum sj_reason
refuse(struct sj_fault *fault, const char *what)
{
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0, "%s", what);
}

static enum sj_reason
check_password(const char *password, struct sj_fault *fault)
{
	const unsigned char *p = (const unsigned char *)password;

	if (*p == '\0')
		return refuse(fault, "the password is empty");
	for (; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f)
			return refuse(fault,
			    "the password has a control character, which "
			    "nobody could type");
	}
	return SJ_OK;
}

/*
 * A line without its end.  is_alone: nothing but the line's end may follow.
 */
static enum sj_reason
read_line(int fd, bool is_alone, char ret_line[SJ_PASSWORD_SIZE],
    struct sj_fault *fault)
{
	char *end = NULL;
	size_t len = 0;

	/* One byte more than fits tells a line that is too long. */
	while (len < SJ_PASSWORD_SIZE && (end == NULL || is_alone)) {
		ssize_t got = read(fd, ret_line + len, SJ_PASSWORD_SIZE - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
			    "reading the password");
		if (got == 0)
			break;
		len += (size_t)got;
		end = memchr(ret_line, '\n', len);
	}
	if (end == NULL && len == SJ_PASSWORD_SIZE)
		return refuse(
		    fault, "the password is too long, at most 511 bytes");
	if (end != NULL && (size_t)(end - ret_line) + 1 < len)
		return refuse(fault, "more than one line, expected the "
				     "password alone");
	if (end == NULL)
		end = ret_line + len;
	if (memchr(ret_line, '\0', (size_t)(end - ret_line)) != NULL)
		return refuse(fault, "the password has a NUL byte");
	*end = '\0';
	return SJ_OK;
}

enum sj_reason
sj_password_read(
    int fd, char ret_password[SJ_PASSWORD_SIZE], struct sj_fault *fault)
{
	enum sj_reason reason = read_line(fd, true, ret_password, fault);

	return reason == SJ_OK ? check_password(ret_password, fault) : reason;
}

/* What was of the terminal and the signals, to be put back. */
struct terminal {
	int fd;
	int signal_fd;
	struct termios before;
	sigset_t mask;
};

/* Signals wait from here on, so that none leaves the terminal without echo. */
static enum sj_reason
open_terminal(struct terminal *terminal, struct sj_fault *fault)
{
	struct termios silent;
	sigset_t signals;

	terminal->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->before) != 0)
		return refuse(fault, "no terminal to ask for the password; "
				     "scripts use --stdin");
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGQUIT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGTSTP);
	terminal->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (terminal->signal_fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "waiting for signals");
	(void)sigprocmask(SIG_BLOCK, &signals, &terminal->mask);
	silent = terminal->before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (tcsetattr(terminal->fd, TCSAFLUSH, &silent) == 0)
		return SJ_OK;
	(void)sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
	return sj_fault_set(
	    fault, SJ_SYSTEM_ERROR, errno, "turning off the echo");
}

/* A signal that has come ends the process here. */
static void
close_terminal(struct terminal *terminal)
{
	(void)tcsetattr(terminal->fd, TCSAFLUSH, &terminal->before);
	(void)sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
}

static enum sj_reason
ask_once(const struct terminal *terminal, const char *prompt,
    char ret_password[SJ_PASSWORD_SIZE], struct sj_fault *fault)
{
	struct pollfd fds[2] = {{.fd = terminal->fd, .events = POLLIN},
	    {.fd = terminal->signal_fd, .events = POLLIN}};
	enum sj_reason reason;

	(void)dprintf(terminal->fd, "%s", prompt);
	if (poll(fds, 2, -1) < 0 || fds[1].revents != 0)
		return refuse(fault, "interrupted");
	reason = read_line(terminal->fd, false, ret_password, fault);
	(void)dprintf(terminal->fd, "\n");
	return reason;
}

static enum sj_reason
ask_twice(const struct terminal *terminal, const char *user,
    char ret_password[SJ_PASSWORD_SIZE], struct sj_fault *fault)
{
	char prompt[80], again[SJ_PASSWORD_SIZE] = "";
	enum sj_reason reason;

	(void)snprintf(prompt, sizeof(prompt), "New password for %s: ", user);
	reason = ask_once(terminal, prompt, ret_password, fault);
	if (reason == SJ_OK)
		reason = check_password(ret_password, fault);
	if (reason == SJ_OK)
		reason = ask_once(terminal, "Once more: ", again, fault);
	if (reason == SJ_OK && strcmp(ret_password, again) != 0)
		reason = refuse(fault, "the two passwords are not the same");
	sj_password_wipe(again, sizeof(again));
	return reason;
}

enum sj_reason
sj_password_ask(const char *user, char ret_password[SJ_PASSWORD_SIZE],
    struct sj_fault *fault)
{
	struct terminal terminal = {.fd = -1, .signal_fd = -1};
	enum sj_reason reason = open_terminal(&terminal, fault);

	if (reason == SJ_OK) {
		reason = ask_twice(&terminal, user, ret_password, fault);
		close_terminal(&terminal);
	}
	if (terminal.fd >= 0)
		(void)close(terminal.fd);
	if (terminal.signal_fd >= 0)
		(void)close(terminal.signal_fd);
	return reason;
}

#if defined(CRYPT_GENSALT_IMPLEMENTS_DEFAULT_PREFIX) && \
    defined(CRYPT_GENSALT_IMPLEMENTS_AUTO_ENTROPY)
static bool
make_salt(char ret_salt[SJ_PASSWORD_HASH_SIZE])
{
	return crypt_gensalt_rn(
		   NULL, 0, NULL, 0, ret_salt, SJ_PASSWORD_HASH_SIZE) != NULL;
}
#else
/* glibc's own libcrypt knows nothing better than SHA-512. */
static bool
make_salt(char ret_salt[SJ_PASSWORD_HASH_SIZE])
{
	static const char letters[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz";
	SJ_AUTO_CLOSE int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	unsigned char bytes[16];
	char *next = ret_salt + sprintf(ret_salt, "$6$");
	size_t i;

	if (fd < 0 || read(fd, bytes, sizeof(bytes)) != sizeof(bytes))
		return false;
	for (i = 0; i < sizeof(bytes); i++)
		*next++ = letters[bytes[i] & 63];
	*next = '\0';
	return true;
}
#endif

enum sj_reason
sj_password_hash(const char *password, char ret_hash[SJ_PASSWORD_HASH_SIZE],
    struct sj_fault *fault)
{
	SJ_AUTO_FREE struct crypt_data *data = calloc(1, sizeof(*data));
	char salt[SJ_PASSWORD_HASH_SIZE];
	const char *hash;
	int len = -1;

	if (data == NULL || !make_salt(salt))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "making a salt");
	errno = 0;
	hash = crypt_r(password, salt, data);
	if (hash != NULL)
		len = snprintf(ret_hash, SJ_PASSWORD_HASH_SIZE, "%s", hash);
	sj_password_wipe(data, sizeof(*data));
	if (len < 0 || len >= SJ_PASSWORD_HASH_SIZE ||
	    sj_value_password(ret_hash) == SJ_PASSWORD_NONE ||
	    sj_value_password(ret_hash) == SJ_PASSWORD_INVALID)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "libcrypt could not hash the password");
	return SJ_OK;
}

/* SPDX-License-Identifier: ISC */
/*
 * Every SFTP request that changes something, sent as it is:
 *   sftpraw DIR UID GID COMMAND...
 * COMMAND reaches the server, such as ssh -s HOST sftp.  DIR there holds the
 * files f, g, k and m and the empty directory d of user UID and group GID.
 * Prints a line for each request: its name and the status of the answer
 * (draft-ietf-secsh-filexfer-02, 7; 0 is "done", 8 "unsupported").
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	INIT = 1,
	OPEN = 3,
	CLOSE = 4,
	SETSTAT = 9,
	FSETSTAT = 10,
	REMOVE = 13,
	MKDIR = 14,
	RMDIR = 15,
	RENAME = 18,
	SYMLINK = 20,
	STATUS = 101,
	HANDLE = 102,
	EXTENDED = 200
};
enum {
	F_READ = 1,
	F_WRITE = 2,
	F_APPEND = 4,
	F_CREATE = 8,
	F_TRUNC = 16,
	F_EXCL = 32
};
enum { A_SIZE = 1, A_OWNER = 2, A_MODE = 4, A_TIMES = 8 };

static int server;
static const char *dir;
static uint32_t owner[2];
static unsigned char packet[4096];
static size_t packet_len;

static void
put_number(uint32_t number)
{
	number = htonl(number);
	memcpy(packet + packet_len, &number, 4);
	packet_len += 4;
}

static void
put_bytes(const void *bytes, size_t len)
{
	put_number((uint32_t)len);
	memcpy(packet + packet_len, bytes, len);
	packet_len += len;
}

static void
put_path(const char *name)
{
	char path[1024];
	int len = snprintf(path, sizeof(path), "%s/%s", dir, name);

	put_bytes(path, (size_t)len);
}

static void
put_attributes(uint32_t which)
{
	put_number(which);
	if (which & A_SIZE) {
		put_number(0);
		put_number(1);
	}
	if (which & A_OWNER) {
		put_number(owner[0]);
		put_number(owner[1]);
	}
	if (which & A_MODE)
		put_number(0700);
	if (which & A_TIMES) {
		put_number(1000000000);
		put_number(1000000000);
	}
}

static void
begin(unsigned char type)
{
	packet_len = 4;
	packet[packet_len++] = type;
	if (type != INIT)
		put_number(1);
}

static void
read_all(void *to, size_t len)
{
	ssize_t got;

	for (; len > 0; len -= (size_t)got, to = (char *)to + got) {
		got = read(server, to, len);
		if (got <= 0)
			errx(1, "the server is gone");
	}
}

/* Sends the packet; the answer replaces it, without its length. */
static void
ask(void)
{
	uint32_t len = htonl((uint32_t)packet_len - 4);

	memcpy(packet, &len, 4);
	if (write(server, packet, packet_len) != (ssize_t)packet_len)
		err(1, "write");
	read_all(&len, 4);
	len = ntohl(len);
	if (len > sizeof(packet))
		errx(1, "an answer of %u bytes", (unsigned)len);
	read_all(packet, len);
	packet_len = len;
}

static uint32_t
number_at(size_t at)
{
	uint32_t number;

	memcpy(&number, packet + at, 4);
	return ntohl(number);
}

/* A handle is as good as "done". */
static unsigned
status(void)
{
	if (packet[0] == HANDLE)
		return 0;
	if (packet[0] != STATUS)
		errx(1, "an answer of type %u", packet[0]);
	return (unsigned)number_at(5);
}

static void
tell(const char *name)
{
	ask();
	printf("%s %u\n", name, status());
}

static void
open_file(const char *what, const char *name, uint32_t flags)
{
	begin(OPEN);
	put_path(name);
	put_number(flags);
	put_attributes(0);
	tell(what);
	if (packet[0] != HANDLE)
		return;
	begin(CLOSE);
	put_bytes("\0\0\0\0", 4); /* OpenSSH's first handle */
	ask();
}

static void
one_path(const char *what, unsigned char type, const char *name)
{
	begin(type);
	put_path(name);
	if (type == MKDIR)
		put_attributes(0);
	tell(what);
}

static void
two_paths(
    const char *what, unsigned char type, const char *from, const char *to)
{
	begin(type);
	put_path(from);
	put_path(to);
	tell(what);
}

static void
extended(
    const char *what, const char *request, const char *from, const char *to)
{
	begin(EXTENDED);
	put_bytes(request, strlen(request));
	put_path(from);
	put_path(to);
	tell(what);
}

static void
set(const char *what, const char *name, uint32_t which)
{
	begin(SETSTAT);
	put_path(name);
	put_attributes(which);
	tell(what);
}

static void
set_link(const char *what, const char *name, uint32_t which)
{
	static const char request[] = "lsetstat@openssh.com";

	begin(EXTENDED);
	put_bytes(request, sizeof(request) - 1);
	put_path(name);
	put_attributes(which);
	tell(what);
}

/* By a handle that was opened to read. */
static void
set_handle(const char *what, uint32_t which)
{
	begin(OPEN);
	put_path("f");
	put_number(F_READ);
	put_attributes(0);
	ask();
	if (packet[0] != HANDLE)
		errx(1, "%s/f can't be read", dir);
	begin(FSETSTAT);
	put_bytes("\0\0\0\0", 4);
	put_attributes(which);
	tell(what);
	begin(CLOSE);
	put_bytes("\0\0\0\0", 4);
	ask();
}

static void
send_all(void)
{
	open_file("open-write", "f", F_WRITE);
	open_file("open-read-write", "f", F_READ | F_WRITE);
	open_file("open-append", "f", F_WRITE | F_APPEND);
	open_file("open-truncate", "f", F_WRITE | F_CREATE | F_TRUNC);
	open_file("open-read-truncate", "f", F_READ | F_TRUNC);
	open_file("open-create", "new1", F_WRITE | F_CREATE);
	open_file("open-create-exclusive", "new2", F_WRITE | F_CREATE | F_EXCL);
	open_file("open-create-to-read", "new3", F_READ | F_CREATE);
	open_file("open-create-alone", "new4", F_CREATE);
	set("setstat-size", "f", A_SIZE);
	set("setstat-mode", "f", A_MODE);
	set("setstat-times", "f", A_TIMES);
	set("setstat-owner", "f", A_OWNER);
	set("setstat-of-directory", "d", A_MODE | A_TIMES);
	set("setstat-of-mount", ".", A_MODE | A_TIMES);
	set_handle("fsetstat-mode", A_MODE);
	set_handle("fsetstat-times", A_TIMES);
	set_handle("fsetstat-owner", A_OWNER);
	set_link("lsetstat-times", "f", A_TIMES);
	set_link("lsetstat-owner", "f", A_OWNER);
	one_path("mkdir", MKDIR, "new5");
	one_path("rmdir", RMDIR, "d");
	two_paths("symlink", SYMLINK, "f", "new6");
	two_paths("rename", RENAME, "g", "new7");
	extended("posix-rename", "posix-rename@openssh.com", "k", "new8");
	extended("posix-rename-over", "posix-rename@openssh.com", "m", "f");
	extended("hardlink", "hardlink@openssh.com", "f", "new9");
	one_path("remove", REMOVE, "f");
}

int
main(int argc, char **argv)
{
	int pair[2];

	if (argc < 5)
		errx(2, "usage: sftpraw DIR UID GID COMMAND...");
	dir = argv[1];
	owner[0] = (uint32_t)atoi(argv[2]);
	owner[1] = (uint32_t)atoi(argv[3]);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		err(1, "socketpair");
	if (fork() == 0) {
		(void)dup2(pair[1], 0);
		(void)dup2(pair[1], 1);
		(void)close(pair[0]);
		(void)close(pair[1]);
		(void)execvp(argv[4], argv + 4);
		err(1, "%s", argv[4]);
	}
	(void)close(pair[1]);
	server = pair[0];
	begin(INIT);
	put_number(3);
	ask();
	send_all();
	return 0;
}

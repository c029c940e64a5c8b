/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "kernel_limits.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "policy.h"

/* asm/socket.h of old systems lacks them. */
#ifndef SO_PROTOCOL
#define SO_PROTOCOL 38
#endif
#ifndef SO_MAX_PACING_RATE
#define SO_MAX_PACING_RATE 47
#endif

/*
 * A signal that comes between sshd's look at its flag and its sleep is lost
 * on it, in some versions, until something else wakes it: hence more of them.
 */
#define AGAIN_SEC 5

/* More than any file of the module has. */
#define FILE_ROOM (1024u * 1024)

/* The kernel's own, for glibc's are in librt before 2.34 and may be wider. */
struct timer_spec {
	long interval_sec;
	long interval_nsec;
	long value_sec;
	long value_nsec;
};

enum sj_reason
sj_limits_arm(
    struct sj_limits_timer *timer, uint32_t sec, struct sj_fault *fault)
{
	const struct timer_spec spec = {
	    .interval_sec = AGAIN_SEC, .value_sec = (long)sec};
	struct sigevent event;
	int id;

	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = SIGTERM;
	/* Linux 2.6.39; the other stops while the machine sleeps. */
	if (syscall(SYS_timer_create, CLOCK_BOOTTIME, &event, &id) != 0 &&
	    syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "timer_create");
	timer->is_armed = true;
	timer->id = id;
	if (syscall(SYS_timer_settime, id, 0, &spec, NULL) == 0)
		return SJ_OK;
	(void)sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "timer_settime");
	sj_limits_disarm(timer);
	return SJ_SYSTEM_ERROR;
}

void
sj_limits_disarm(struct sj_limits_timer *timer)
{
	if (timer->is_armed)
		(void)syscall(SYS_timer_delete, timer->id);
	timer->is_armed = false;
}

/* Before, only the fq discipline paces, and a module can't see if it does. */
static enum sj_reason
check_kernel(struct sj_fault *fault)
{
	struct utsname name;

	if (uname(&name) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "uname");
	if (sj_policy_can_pace(name.release))
		return SJ_OK;
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
	    "download_rate needs Linux 4.13, this is %.32s", name.release);
}

/* A listening socket has no peer. */
static bool
find_peer(int fd, struct sj_net *ret_peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage room;
	} peer;
	char text[INET6_ADDRSTRLEN];
	socklen_t len = sizeof(peer);
	const void *addr;

	memset(&peer, 0, sizeof(peer));
	if (getpeername(fd, &peer.any, &len) != 0)
		return false;
	if (peer.any.sa_family == AF_INET)
		addr = &peer.v4.sin_addr;
	else if (peer.any.sa_family == AF_INET6)
		addr = &peer.v6.sin6_addr;
	else
		return false;
	return inet_ntop(peer.any.sa_family, addr, text, sizeof(text)) !=
		   NULL &&
	       sj_addr_parse(text, ret_peer);
}

static bool
is_to_client(int fd, const struct sj_net *client)
{
	socklen_t len = sizeof(int);
	struct sj_net peer;
	int protocol = 0;

	return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == 0 &&
	       protocol == IPPROTO_TCP && find_peer(fd, &peer) &&
	       sj_net_contains(client, &peer);
}

/* 32 bits everywhere; newer kernels take 64, too.  All ones: no limit. */
static enum sj_reason
pace(int fd, uint32_t rate, struct sj_fault *fault)
{
	socklen_t len = sizeof(uint32_t);
	uint32_t now = 0;

	if (setsockopt(
		fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof(rate)) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &now, &len) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "limit the rate of the connection");
	if (now != rate)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the kernel took the rate %lu for %lu", (unsigned long)rate,
		    (unsigned long)now);
	return SJ_OK;
}

static void
close_dir(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

enum sj_reason
sj_limits_pace(
    const struct sj_net *client, uint64_t rate, struct sj_fault *fault)
{
	__attribute__((cleanup(close_dir))) DIR *dir = NULL;
	enum sj_reason reason = check_kernel(fault);
	const struct dirent *entry;
	unsigned int count = 0;

	if (reason != SJ_OK)
		return reason;
	if (rate >= UINT32_MAX)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "download_rate is more than the kernel can keep");
	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "/proc/self/fd");
	while (reason == SJ_OK && (entry = readdir(dir)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (entry->d_name[0] == '.' || !is_to_client(fd, client))
			continue;
		reason = pace(fd, (uint32_t)rate, fault);
		count++;
	}
	if (reason == SJ_OK && count == 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "download_rate: this process has no TCP connection to the "
		    "client's address");
	return reason;
}

void
sj_limits_lift_files(struct sj_limits_files *files)
{
	struct sigaction ignore;
	struct rlimit room;

	if (getrlimit(RLIMIT_FSIZE, &files->size) != 0 ||
	    files->size.rlim_cur >= FILE_ROOM)
		return;
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	if (sigaction(SIGXFSZ, &ignore, &files->action) != 0)
		return;
	files->is_lifted = true;
	room = files->size;
	room.rlim_cur = FILE_ROOM;
	if (room.rlim_max < FILE_ROOM)
		room.rlim_max = FILE_ROOM;
	(void)setrlimit(RLIMIT_FSIZE, &room);
}

void
sj_limits_restore_files(struct sj_limits_files *files)
{
	if (!files->is_lifted)
		return;
	(void)setrlimit(RLIMIT_FSIZE, &files->size);
	(void)sigaction(SIGXFSZ, &files->action, NULL);
	files->is_lifted = false;
}

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "flock.h"

#define PIN "net"
/* linux/magic.h and linux/nsfs.h, which older systems lack. */
#define NSFS_MAGIC_NUMBER 0x6e736673
#define NSFS_GET_NSTYPE _IO(0xb7, 0x3)

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool
is_nsfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC_NUMBER;
}

/*
 * A network namespace that is neither the one we are in nor that of process 1.
 * Where the latter may not be looked at (fewer capabilities than its own), its
 * loopback, which is up, gives it away after all.
 */
static bool
is_foreign_network(int fd)
{
	struct stat st, own, host;

	if (!is_nsfs(fd) || ioctl(fd, NSFS_GET_NSTYPE) != CLONE_NEWNET ||
	    fstat(fd, &st) != 0 || stat("/proc/self/ns/net", &own) != 0)
		return false;
	return !is_same_file(&st, &own) &&
	       (stat("/proc/1/ns/net", &host) != 0 ||
		   !is_same_file(&st, &host));
}

static bool
is_down(int socket_fd, const char *name, size_t len)
{
	struct ifreq request;

	if (len == 0 || len >= sizeof(request.ifr_name))
		return false;
	memset(&request, 0, sizeof(request));
	memcpy(request.ifr_name, name, len);
	return ioctl(socket_fd, SIOCGIFFLAGS, &request) == 0 &&
	       (request.ifr_flags & IFF_UP) == 0;
}

/*
 * Loopback is always there.  Others may be, but down: the modules of tunnels
 * put one into every new namespace.
 */
static bool
is_every_interface_down(void)
{
	SJ_AUTO_CLOSE int fd = -1;
	SJ_AUTO_FCLOSE FILE *file = NULL;
	char line[512];
	const char *name, *end;
	unsigned count = 0;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	file = fopen("/proc/self/net/dev", "re");
	if (fd < 0 || file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL) {
		name = line + strspn(line, " ");
		end = strchr(name, ':');
		if (end == NULL)
			continue; /* the two lines of headings */
		if (!is_down(fd, name, (size_t)(end - name)))
			return false;
		count++;
	}
	return count > 0 && !ferror(file);
}

static int
open_pin(int run_fd, int flags)
{
	return openat(run_fd, PIN,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | flags,
	    0600);
}

static bool
enter_pinned(int fd)
{
	return is_foreign_network(fd) && setns(fd, CLONE_NEWNET) == 0 &&
	       is_every_interface_down();
}

static void
unlock(int *fd)
{
	if (*fd >= 0)
		sj_flock_release(*fd);
}

/*
 * Holds the lock, so that many first sessions make one namespace.  What fails
 * here leaves this session a private one, which is as good but costs more.
 */
static bool
enter_new(int run_fd)
{
	__attribute__((cleanup(unlock))) int locked_fd = -1;
	SJ_AUTO_CLOSE int fd = -1;
	char target[32];
	struct stat st;

	if (sj_flock_take(run_fd, "the network namespace", NULL) == SJ_OK)
		locked_fd = run_fd;
	fd = locked_fd < 0 ? -1 : open_pin(run_fd, O_CREAT);
	if (fd >= 0 && is_nsfs(fd))
		return enter_pinned(fd);
	if (unshare(CLONE_NEWNET) != 0)
		return false;
	if (!is_every_interface_down())
		return false;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return true;
	(void)snprintf(target, sizeof(target), "/proc/self/fd/%d", fd);
	(void)mount("/proc/self/ns/net", target, NULL, MS_BIND, NULL);
	return true;
}

enum sj_reason
sj_network_enter(int run_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = open_pin(run_fd, 0);
	bool is_pinned = fd >= 0 && is_nsfs(fd);

	if (is_pinned ? enter_pinned(fd) : enter_new(run_fd))
		return SJ_OK;
	if (unshare(CLONE_NEWNET) != 0)
		return sj_fault_set(fault, SJ_NETWORK_UNAVAILABLE, errno,
		    "make a network namespace");
	if (!is_every_interface_down())
		return sj_fault_set(fault, SJ_NETWORK_UNAVAILABLE, 0,
		    "a new network namespace is not seen to be empty");
	return SJ_OK;
}

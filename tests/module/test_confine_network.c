/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The network of a confined process: which sockets it gets by which door, and
 * that nothing but an empty namespace is taken for one.  Needs root.
 */
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "confine_world.h"

#define PIN RUN_DIR "/net"

static const struct socket_row {
	const char *name;
	int domain;
	int type;
	int want; /* errno */
} sockets[] = {
    {"inet_stream", AF_INET, SOCK_STREAM, EACCES},
    {"inet_datagram", AF_INET, SOCK_DGRAM, EACCES},
    {"inet_raw", AF_INET, SOCK_RAW, EACCES},
    {"inet6_stream", AF_INET6, SOCK_STREAM, EACCES},
    {"netlink", AF_NETLINK, SOCK_RAW, EAFNOSUPPORT},
    {"packet", AF_PACKET, SOCK_RAW, EACCES},
    {"vsock", AF_VSOCK, SOCK_STREAM, EACCES},
    {"algorithm", AF_ALG, SOCK_SEQPACKET, EACCES},
    {"unspecified", AF_UNSPEC, SOCK_DGRAM, EACCES},
    {"unix_stream", AF_UNIX, SOCK_STREAM, EACCES},
    {"unix_stream_cloexec", AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, EACCES},
    {"unix_seqpacket", AF_UNIX, SOCK_SEQPACKET, EACCES},
    {"unix_raw", AF_UNIX, SOCK_RAW, EACCES},
    {"unix_datagram", AF_UNIX, SOCK_DGRAM, 0},
    {"unix_datagram_flags", AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	0},
};

static bool
try_sockets(void)
{
	size_t i;
	int fds[2], error;

	for (i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		error = socket(sockets[i].domain, sockets[i].type, 0) < 0
			    ? errno
			    : 0;
		if (error != sockets[i].want) {
			printf("# socket %s: %s\n", sockets[i].name,
			    strerror(error));
			test_is_bad = true;
		}
	}
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	return !test_is_bad;
}

static int
error_of(long result)
{
	return result < 0 ? errno : 0;
}

/* Other doors to a socket, and the one to a user's own root. */
static bool
try_other_calls(void)
{
	CHECK_INT(error_of(syscall(425, 8, NULL)), EACCES); /* io_uring */
	CHECK_INT(error_of(syscall(435, NULL, 0)), ENOSYS); /* clone3 */
	CHECK_INT(error_of(unshare(CLONE_NEWUSER)), EACCES);
	CHECK_INT(error_of(unshare(CLONE_NEWUSER | CLONE_NEWNET)), EACCES);
	CHECK_INT(error_of(syscall(SYS_clone,
		      CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0)),
	    EACCES);
	CHECK_INT(error_of(unshare(CLONE_FS)), 0);
#if defined(__x86_64__) && !defined(__ILP32__)
	/* The same numbers with the bit of x32. */
	CHECK_INT(error_of(syscall(0x40000000 | 41, AF_INET, SOCK_STREAM, 0)),
	    EACCES);
#endif
	return !test_is_bad;
}

#if defined(__x86_64__)
/* The 32-bit door; 0x80 is there on 64-bit kernels, too. */
static long
call_i386(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static bool
has_i386(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(call_i386(20, 0, 0, 0) == (long)getpid() ? 0 : 1);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static bool
try_i386(void)
{
	CHECK_INT(call_i386(359, AF_INET, SOCK_STREAM, 0), -EACCES);
	CHECK_INT(call_i386(359, AF_UNIX, SOCK_STREAM, 0), -EACCES);
	CHECK(call_i386(359, AF_UNIX, SOCK_DGRAM, 0) >= 0);
	CHECK_INT(call_i386(102, 1, 0, 0), -EACCES); /* socketcall */
	CHECK_INT(call_i386(425, 8, 0, 0), -EACCES);
	CHECK_INT(call_i386(310, CLONE_NEWUSER, 0, 0), -EACCES);
	return !test_is_bad;
}
#else
static bool
has_i386(void)
{
	return false;
}

static bool
try_i386(void)
{
	return true;
}
#endif

static void
test_inside(const char *name, bool (*inside)(void))
{
	struct world_process process =
	    world_start(&world_confine, NULL, inside);

	CHECK_STR(sj_reason_token(process.report.reason), "ok");
	world_end(&process);
	test_done(name);
}

static ino_t
network_of(pid_t pid)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%ld/ns/net", (long)pid);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

/* Two sessions: is it one namespace, and the pinned one? */
static void
check_namespace(bool is_pinned)
{
	struct world_process a = world_start(&world_confine, NULL, NULL);
	struct world_process b = world_start(&world_confine, NULL, NULL);
	ino_t own = network_of(getpid());
	struct stat st;

	CHECK_STR(sj_reason_token(a.report.reason), "ok");
	CHECK_STR(sj_reason_token(b.report.reason), "ok");
	CHECK(network_of(a.pid) != 0 && network_of(a.pid) != own);
	CHECK(network_of(b.pid) != 0 && network_of(b.pid) != own);
	CHECK((network_of(a.pid) == network_of(b.pid)) == is_pinned);
	CHECK(lstat(PIN, &st) == 0);
	CHECK((st.st_ino == network_of(a.pid)) == is_pinned);
	CHECK(strstr(world_proc(a.pid, "net/dev"), "lo:") != NULL);
	CHECK_INT(world_count_lines(world_proc(a.pid, "net/dev")) >= 3, 1);
	world_end(&a);
	world_end(&b);
}

static void
clear_pin(void)
{
	while (umount2(PIN, MNT_DETACH) == 0)
		;
	if (unlink(PIN) != 0)
		(void)rmdir(PIN);
}

static void
pin(const char *namespace)
{
	int fd;

	clear_pin();
	fd = open(PIN, O_CREAT | O_RDONLY, 0600);
	if (fd < 0 || mount(namespace, PIN, NULL, MS_BIND, NULL) != 0)
		world_die("pin");
	(void)close(fd);
}

/* A namespace whose loopback is up: two users could meet there. */
static void
pin_with_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int status, fd;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWNET) != 0)
			_exit(1);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		request.ifr_flags = IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
			_exit(1);
		pin("/proc/self/ns/net");
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		world_die("loopback");
}

static bool
leave_network(void)
{
	return unshare(CLONE_NEWNET) == 0;
}

/* A server that has a network of its own does not take the host's for empty. */
static bool
runs_elsewhere(void)
{
	struct world_process process =
	    world_start(&world_confine, leave_network, NULL);
	bool is_good = process.report.reason == SJ_OK &&
		       network_of(process.pid) != network_of(getpid());

	world_end(&process);
	return is_good;
}

static void
test_pins(void)
{
	clear_pin();
	check_namespace(true);
	test_done("network_first_session_pins_one_for_all");

	pin("/proc/self/ns/net");
	check_namespace(false);
	test_done("network_host_namespace_pinned_is_not_used");

	CHECK(runs_elsewhere());
	test_done("network_host_namespace_is_known_from_elsewhere");

	pin("/proc/self/ns/ipc");
	check_namespace(false);
	test_done("network_other_kind_pinned_is_not_used");

	pin_with_loopback();
	check_namespace(false);
	test_done("network_loopback_up_is_not_used");

	clear_pin();
	CHECK(symlink("/proc/1/ns/net", PIN) == 0);
	check_namespace(false);
	test_done("network_pin_symlink_is_not_used");

	clear_pin();
	CHECK(mkfifo(PIN, 0600) == 0);
	check_namespace(false);
	test_done("network_pin_fifo_is_not_used");

	clear_pin();
	CHECK(mkdir(PIN, 0700) == 0);
	check_namespace(false);
	test_done("network_pin_directory_is_not_used");

	clear_pin();
	check_namespace(true);
	test_done("network_pin_is_made_again");
	clear_pin();
}

/* Who may write /run/sftpjail could pin what he likes. */
static void
test_run_dir(void)
{
	CHECK(chmod(RUN_DIR, 0777) == 0);
	CHECK(world_try(&world_confine, SJ_SYSTEM_ERROR));
	CHECK(chmod(RUN_DIR, 0700) == 0 && chown(RUN_DIR, 1, 0) == 0);
	CHECK(world_try(&world_confine, SJ_SYSTEM_ERROR));
	CHECK(chown(RUN_DIR, 0, 0) == 0);
	CHECK(world_try(&world_confine, SJ_OK));
	test_done("network_foreign_run_directory_denies");
}

int
main(void)
{
	if (!world_enter()) {
		test_skip("confine_network", "root and a mount namespace");
		return 77;
	}
	(void)mkdir(WORLD "/srv", 0755);
	world_put_shell();
	test_inside("sockets_only_unix_datagrams", try_sockets);
	test_inside("sockets_no_other_door", try_other_calls);
	if (has_i386())
		test_inside("sockets_32_bit_door", try_i386);
	else
		test_skip("sockets_32_bit_door", "32-bit system calls");
	test_pins();
	test_run_dir();
	return test_failures != 0;
}

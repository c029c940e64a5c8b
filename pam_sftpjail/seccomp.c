/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "seccomp.h"

#include <endian.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PR_SET_SECCOMP
#define PR_SET_SECCOMP 22
#endif

#define NONE UINT32_MAX
#define ALL_BITS UINT32_MAX
/* The bit of x32 calls: its first 512 numbers are those of x86_64. */
#define NO_X32_BIT (~UINT32_C(0x40000000))
/* These have one number everywhere. */
#define NR_IO_URING_SETUP 425u
#define NR_CLONE3 435u

/* One system call table.  socketcall(2)'s arguments are behind a pointer. */
struct abi {
	uint32_t audit_arch;
	uint32_t number_mask;
	uint32_t nr_socket;
	uint32_t nr_socketcall;
	uint32_t nr_unshare;
	uint32_t nr_clone;
	uint32_t clone_flags_index;
};

/*
 * Each table that a kernel of this machine may offer: AUDIT_ARCH_* of
 * linux/audit.h and the numbers of its asm/unistd.h, spelt out because no
 * header has those of more than one.
 */
static const struct abi abis[] = {
#if defined(__x86_64__) || defined(__i386__)
    {0xc000003eu, NO_X32_BIT, 41, NONE, 272, 56, 0},
    {0x40000003u, ALL_BITS, 359, 102, 310, 120, 0},
#elif defined(__aarch64__) || defined(__arm__)
    {0xc00000b7u, ALL_BITS, 198, NONE, 97, 220, 0},
    {0x40000028u, ALL_BITS, 281, 102, 337, 120, 0},
#elif defined(__riscv) && __riscv_xlen == 64
    {0xc00000f3u, ALL_BITS, 198, NONE, 97, 220, 0},
#elif defined(__powerpc64__) && __BYTE_ORDER == __LITTLE_ENDIAN
    {0xc0000015u, ALL_BITS, 326, 102, 282, 120, 0},
#elif defined(__s390x__)
    {0x80000016u, ALL_BITS, 359, 102, 303, 120, 1},
    {0x00000016u, ALL_BITS, 359, 102, 303, 120, 1},
#endif
    {0, 0, NONE, NONE, NONE, NONE, 0},
};

#define ABI_COUNT (sizeof(abis) / sizeof(abis[0]) - 1)

#define FIELD(member) ((uint32_t)offsetof(struct seccomp_data, member))
/* All that is looked at is in the low half of an argument. */
#define LOW (__BYTE_ORDER == __BIG_ENDIAN ? 4u : 0u)
#define ARGUMENT(i) (FIELD(args) + 8u * (i) + LOW)

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define MASK(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FAIL(error) RETURN(SECCOMP_RET_ERRNO | (error))
/* Jumps to places of the block below; here is the place of the jump. */
#define TO(place, here) (uint8_t)((place) - (here)-1)
#define IF_EQUAL(here, k, place) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, TO(place, here), 0)
#define UNLESS_EQUAL(here, k, place) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, TO(place, here))
#define IF_ANY_BIT(here, k, place) \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, k, TO(place, here), 0)

enum place {
	AT_SOCKET = 9,
	AT_UNSHARE = 16,
	AT_CLONE = 19,
	AT_ALLOW = 21,
	AT_DENY = 22,
	AT_UNKNOWN = 23,
	AT_NETLINK = 24,
	BLOCK_LEN = 25
};

#define PROGRAM_LEN (1 + ABI_COUNT * BLOCK_LEN + 1)

/*
 * The filter of one table; the next block follows for the other tables.
 *
 * libpam ends pam_setcred(3) by asking the audit system, over netlink.  To
 * EACCES it answers PAM_SYSTEM_ERR, and sshd then ends a login by
 * keyboard-interactive; that the kernel has no such sockets, it takes well.
 */
static void
put_block(const struct abi *abi, struct sock_filter *ret_block)
{
	const uint32_t flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
	const struct sock_filter block[BLOCK_LEN] = {
	    [0] = UNLESS_EQUAL(0, abi->audit_arch, BLOCK_LEN),
	    [1] = LOAD(FIELD(nr)),
	    [2] = MASK(abi->number_mask),
	    [3] = IF_EQUAL(3, abi->nr_socketcall, AT_DENY),
	    [4] = IF_EQUAL(4, NR_IO_URING_SETUP, AT_DENY),
	    [5] = IF_EQUAL(5, NR_CLONE3, AT_UNKNOWN),
	    [6] = IF_EQUAL(6, abi->nr_unshare, AT_UNSHARE),
	    [7] = IF_EQUAL(7, abi->nr_clone, AT_CLONE),
	    [8] = UNLESS_EQUAL(8, abi->nr_socket, AT_ALLOW),
	    [AT_SOCKET] = LOAD(ARGUMENT(0)),
	    [10] = IF_EQUAL(10, AF_NETLINK, AT_NETLINK),
	    [11] = UNLESS_EQUAL(11, AF_UNIX, AT_DENY),
	    [12] = LOAD(ARGUMENT(1)),
	    [13] = MASK(~flags),
	    [14] = UNLESS_EQUAL(14, SOCK_DGRAM, AT_DENY),
	    [15] = RETURN(SECCOMP_RET_ALLOW),
	    [AT_UNSHARE] = LOAD(ARGUMENT(0)),
	    [17] = IF_ANY_BIT(17, CLONE_NEWUSER, AT_DENY),
	    [18] = RETURN(SECCOMP_RET_ALLOW),
	    [AT_CLONE] = LOAD(ARGUMENT(abi->clone_flags_index)),
	    [20] = IF_ANY_BIT(20, CLONE_NEWUSER, AT_DENY),
	    [AT_ALLOW] = RETURN(SECCOMP_RET_ALLOW),
	    [AT_DENY] = FAIL(EACCES),
	    [AT_UNKNOWN] = FAIL(ENOSYS),
	    [AT_NETLINK] = FAIL(EAFNOSUPPORT),
	};

	memcpy(ret_block, block, sizeof(block));
}

/* A filter that would not stand in the way is no filter. */
static bool
is_filtering(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		(void)close(fd);
	return fd < 0 && errno == EACCES;
}

enum sj_reason
sj_seccomp_install(struct sj_fault *fault)
{
	struct sock_filter program[PROGRAM_LEN] = {LOAD(FIELD(arch))};
	const struct sock_filter last = FAIL(EACCES);
	const struct sock_fprog filter = {
	    .len = PROGRAM_LEN,
	    .filter = program,
	};
	size_t i;

	if (ABI_COUNT == 0)
		return sj_fault_set(fault, SJ_NETWORK_UNAVAILABLE, 0,
		    "there is no socket filter for this kind of machine");
	for (i = 0; i < ABI_COUNT; i++)
		put_block(&abis[i], program + 1 + i * BLOCK_LEN);
	program[PROGRAM_LEN - 1] = last;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		return sj_fault_set(fault, SJ_NETWORK_UNAVAILABLE, errno,
		    "install the socket filter");
	if (!is_filtering())
		return sj_fault_set(fault, SJ_NETWORK_UNAVAILABLE, 0,
		    "the socket filter has no effect");
	return SJ_OK;
}

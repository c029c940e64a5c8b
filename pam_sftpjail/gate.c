/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "gate.h"

#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SETUID_BIT (1u << CAP_SETUID)

/*
 * The only changing data of this module that belongs to no handle: a fork
 * handler is given no argument, and can't be taken back.
 */
static volatile sig_atomic_t is_armed;
static volatile sig_atomic_t is_registered;

/* Two words from Linux 2.6.26 on; before that there is one of 32 bits. */
struct capabilities {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[2];
};

/* Only system calls: runs in a child that may have had threads. */
static int
get(struct capabilities *capabilities)
{
	memset(capabilities, 0, sizeof(*capabilities));
	capabilities->header.version = _LINUX_CAPABILITY_VERSION_3;
	if (syscall(SYS_capget, &capabilities->header, capabilities->data) == 0)
		return 0;
	if (errno != EINVAL)
		return -1;
	capabilities->header.version = _LINUX_CAPABILITY_VERSION_1;
	return (int)syscall(
	    SYS_capget, &capabilities->header, capabilities->data);
}

static int
set(struct capabilities *capabilities)
{
	return (int)syscall(
	    SYS_capset, &capabilities->header, capabilities->data);
}

static void
close_in_child(void)
{
	struct capabilities capabilities;
	int saved = errno;

	if (!is_armed)
		return;
	if (get(&capabilities) != 0)
		_exit(1);
	capabilities.data[0].effective &= ~SETUID_BIT;
	if (set(&capabilities) != 0)
		_exit(1);
	errno = saved;
}

enum sj_reason
sj_gate_arm(struct sj_fault *fault)
{
	struct capabilities capabilities;
	int error = 0;

	if (!is_registered)
		error = pthread_atfork(NULL, NULL, close_in_child);
	if (error != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, error, "pthread_atfork");
	is_registered = 1;
	is_armed = 1;
	/* The child could only die of it: here it can be said. */
	if (get(&capabilities) != 0 || set(&capabilities) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "capget and capset");
	return SJ_OK;
}

void
sj_gate_disarm(void)
{
	is_armed = 0;
}

enum sj_reason
sj_gate_open(struct sj_fault *fault)
{
	struct capabilities capabilities;

	if (!is_armed)
		return SJ_OK;
	if (get(&capabilities) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "capget");
	capabilities.data[0].effective |= SETUID_BIT;
	if (set(&capabilities) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "capset: giving CAP_SETUID back");
	is_armed = 0;
	return SJ_OK;
}

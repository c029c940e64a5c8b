/* SPDX-License-Identifier: ISC */
#include "outcome.h"

#include <errno.h>

void
sj_outcome_begin(struct sj_outcome *ret_outcome)
{
	ret_outcome->errno_before = errno;
	ret_outcome->reason = SJ_OK;
	ret_outcome->is_found = false;
	ret_outcome->is_fitting = false;
	ret_outcome->fault.sys_errno = 0;
}

/* ERANGE would make callers try again with ever larger buffers. */
static int
cause(const struct sj_outcome *outcome, int otherwise)
{
	int sys_errno = outcome->fault.sys_errno;

	return sys_errno != 0 && sys_errno != ERANGE ? sys_errno : otherwise;
}

/* The reasons of the database; the others are of a login and never seen here.
 */
static int
errno_of(const struct sj_outcome *outcome)
{
	switch (outcome->reason) {
	case SJ_DB_MISSING:
		return ENOENT;
	case SJ_DB_UNTRUSTED:
		return EPERM;
	case SJ_SYSTEM_ERROR:
		return cause(outcome, EIO);
	case SJ_DB_CORRUPT:
	case SJ_OK:
	case SJ_BAD_OPTION:
	case SJ_USER_UNKNOWN:
	case SJ_USER_CONFLICT:
	case SJ_NOT_JAILED:
	case SJ_USER_DISABLED:
	case SJ_USER_NOT_YET_VALID:
	case SJ_USER_EXPIRED:
	case SJ_SERVICE_NOT_ALLOWED:
	case SJ_FROM_NOT_ALLOWED:
	case SJ_OUTSIDE_HOURS:
	case SJ_AUTH_NOT_ALLOWED:
	case SJ_TOO_MANY_SESSIONS:
	case SJ_ROOT_MISSING:
	case SJ_ROOT_NOT_DIRECTORY:
	case SJ_ROOT_SYMLINK:
	case SJ_ROOT_OWNER:
	case SJ_ROOT_MODE:
	case SJ_WRITABLE_UNSAFE:
	case SJ_START_MISSING:
	case SJ_MOUNT_MISSING:
	case SJ_MOUNT_UNSAFE:
	case SJ_NETWORK_UNAVAILABLE:
	case SJ_PAM_NOT_WIRED:
		return EBADMSG;
	}
	return EBADMSG;
}

static enum nss_status
fail(int *errnop, int value, enum nss_status status)
{
	*errnop = value;
	return status;
}

static bool
is_passing(int sys_errno)
{
	return sys_errno == EAGAIN || sys_errno == ENOMEM ||
	       sys_errno == EMFILE || sys_errno == ENFILE;
}

enum nss_status
sj_outcome_status(const struct sj_outcome *outcome, int *errnop)
{
	int value;

	if (outcome->reason != SJ_OK) {
		value = errno_of(outcome);
		return fail(errnop, value,
		    is_passing(value) ? NSS_STATUS_TRYAGAIN
				      : NSS_STATUS_UNAVAIL);
	}
	if (!outcome->is_found)
		return fail(errnop, ENOENT, NSS_STATUS_NOTFOUND);
	if (!outcome->is_fitting)
		return fail(errnop, ERANGE, NSS_STATUS_TRYAGAIN);
	errno = outcome->errno_before;
	return NSS_STATUS_SUCCESS;
}

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "reason.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *
sj_reason_token(enum sj_reason reason)
{
	switch (reason) {
#define X(code, token, message) \
	case code:              \
		return token;
#include "reason.def"
#undef X
	}
	return "system-error";
}

const char *
sj_reason_message(enum sj_reason reason)
{
	switch (reason) {
#define X(code, token, message) \
	case code:              \
		return message;
#include "reason.def"
#undef X
	}
	return "unknown reason";
}

/*
 * strerror() is not thread-safe and strerror_r() of glibc may answer with its
 * own memory: both forms end here in the caller's buffer.
 */
static void
append_errno(char *text, size_t size, int sys_errno)
{
	char buf[128];
	size_t len = strlen(text);

	(void)snprintf(text + len, size - len, "%s%s", len > 0 ? ": " : "",
	    strerror_r(sys_errno, buf, sizeof(buf)));
}

enum sj_reason
sj_fault_set(struct sj_fault *fault, enum sj_reason reason, int sys_errno,
    const char *format, ...)
{
	va_list ap;

	if (fault == NULL)
		return reason;
	fault->reason = reason;
	fault->sys_errno = sys_errno;
	va_start(ap, format);
	if (vsnprintf(fault->where, sizeof(fault->where), format, ap) < 0)
		fault->where[0] = '\0';
	va_end(ap);
	if (sys_errno != 0)
		append_errno(fault->where, sizeof(fault->where), sys_errno);
	return reason;
}

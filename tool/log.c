/* SPDX-License-Identifier: ISC */
#include "log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define VALUE_MAX 256u
#define VALUE_SIZE (VALUE_MAX * 4 + 1)

static void
escape(const char *text, char *ret_value)
{
	const unsigned char *p = (const unsigned char *)text;
	char *out = ret_value;
	size_t i;

	for (i = 0; i < VALUE_MAX && p[i] != '\0'; i++) {
		if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' || p[i] == '\\')
			out += snprintf(out, 5, "\\x%02x", p[i]);
		else
			*out++ = (char)p[i];
	}
	*out = '\0';
}

void
sj_log_change(const char *what, uint64_t generation)
{
	const char *by = getenv("SUDO_USER");
	char what_value[VALUE_SIZE], by_value[VALUE_SIZE];

	escape(what, what_value);
	escape(by != NULL && *by != '\0' ? by : "root", by_value);
	openlog("sftpjail", 0, LOG_AUTHPRIV);
	syslog(LOG_NOTICE,
	    "change what=\"%s\" by=\"%s\" uid=%lu generation=%" PRIu64,
	    what_value, by_value, (unsigned long)getuid(), generation);
	closelog();
}

/* SPDX-License-Identifier: ISC */
#ifndef SJ_POLICY_MODEL_H
#define SJ_POLICY_MODEL_H

/*
 * The decision once more, written from the words of sftpjail.conf(5), of the
 * list of reasons and of policy.h, in types of its own: text where the core has
 * packed bytes, seconds where it has days, bits as characters.  Slow, and plain
 * enough to be seen to be right.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define MODEL_LIST 4 /* with the NULL at its end */

struct model_hours {
	const char *days; /* "-xxxxx-": from Monday to Friday; NULL: the end */
	int start_min;
	int end_min;
};

struct model_jail {
	const char *users[MODEL_LIST];
	const char *groups[MODEL_LIST];
	const char *except_users[MODEL_LIST];
	const char *except_groups[MODEL_LIST];
	const char *services[MODEL_LIST];
	const char *from[MODEL_LIST];
	struct model_hours hours[MODEL_LIST];
	const char *auth[MODEL_LIST];
	uint32_t max_sessions;
	uint32_t max_sessions_per_address;
};

struct model_login {
	const char *user;
	const char *groups[MODEL_LIST];
	bool is_in_nss, is_in_public, is_in_secret;
	uint32_t nss_uid, public_uid, secret_uid;
	bool is_locked; /* by his entry, or by the list at the top level */
	int32_t not_before_day, expires_day; /* of his entry; or SJ_NO_DAY */
	const char *service;		     /* NULL: not asked */
	enum sj_from_state from_state;
	const char *address;
	const char *methods; /* "publickey+password", NULL: nobody tells */
	int64_t now_sec;
	int wday, min;
	uint32_t session_count, address_count;
};

static inline bool
model_list_has(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

static inline enum sj_reason
model_identity(const struct model_login *login)
{
	if (!login->is_in_nss)
		return SJ_USER_UNKNOWN;
	if (!login->is_in_public && !login->is_in_secret)
		return SJ_OK; /* a user of another source */
	if (login->is_in_public && login->is_in_secret &&
	    login->nss_uid == login->public_uid &&
	    login->nss_uid == login->secret_uid)
		return SJ_OK;
	return SJ_USER_CONFLICT;
}

static inline bool
model_is_member(const struct model_login *login, const char *const *groups)
{
	unsigned i;

	for (i = 0; login->groups[i] != NULL; i++)
		if (model_list_has(groups, login->groups[i]))
			return true;
	return false;
}

static inline bool
model_takes(const struct model_jail *jail, const struct model_login *login)
{
	bool is_named = model_list_has(jail->users, login->user);
	bool is_served = login->is_in_secret;

	if (model_list_has(jail->users, "*") && is_served)
		is_named = true;
	if (!is_named && !model_is_member(login, jail->groups))
		return false;
	if (model_list_has(jail->except_users, login->user))
		return false;
	return !model_is_member(login, jail->except_groups);
}

/* Each check: is the login stopped by it? */
static inline bool
model_disabled(const struct model_jail *jail, const struct model_login *login)
{
	(void)jail;
	return login->is_locked;
}

/* "from 00:00:00 UTC of that day on" */
static inline bool
model_too_early(const struct model_jail *jail, const struct model_login *login)
{
	(void)jail;
	return login->is_in_secret && login->not_before_day != SJ_NO_DAY &&
	       login->now_sec < (int64_t)login->not_before_day * 86400;
}

/* "until 23:59:59 UTC of that day" */
static inline bool
model_too_late(const struct model_jail *jail, const struct model_login *login)
{
	(void)jail;
	return login->is_in_secret && login->expires_day != SJ_NO_DAY &&
	       login->now_sec > (int64_t)login->expires_day * 86400 + 86399;
}

static inline bool
model_bad_service(
    const struct model_jail *jail, const struct model_login *login)
{
	return login->service != NULL &&
	       !model_list_has(jail->services, login->service);
}

/* '4' or '6', then a character for each bit: ret_bits has 130 bytes. */
static inline void
model_bits(const char *address, char *ret_bits)
{
	static const unsigned char mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	unsigned char bytes[16];
	unsigned i, len = 16;

	if (inet_pton(AF_INET, address, bytes) == 1) {
		len = 4;
	} else if (inet_pton(AF_INET6, address, bytes) != 1) {
		abort();
	} else if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		memmove(bytes, bytes + 12, 4);
		len = 4;
	}
	*ret_bits++ = len == 4 ? '4' : '6';
	for (i = 0; i < 8 * len; i++)
		*ret_bits++ = (bytes[i / 8] >> (7 - i % 8) & 1) ? '1' : '0';
	*ret_bits = '\0';
}

static inline bool
model_net_holds(const char *net, const char *address)
{
	char net_bits[130], bits[130], text[64];
	const char *slash = strchr(net, '/');
	size_t len = slash == NULL ? strlen(net) : (size_t)(slash - net);

	memcpy(text, net, len);
	text[len] = '\0';
	model_bits(text, net_bits);
	model_bits(address, bits);
	len = slash == NULL ? strlen(net_bits) : 1 + (size_t)atoi(slash + 1);
	if (net_bits[0] == '4' && slash != NULL && strchr(text, ':') != NULL)
		len -= 96; /* ::ffff:192.0.2.0/120 */
	return strncmp(net_bits, bits, len) == 0;
}

static inline bool
model_bad_address(
    const struct model_jail *jail, const struct model_login *login)
{
	unsigned i;

	if (jail->from[0] == NULL || login->from_state == SJ_FROM_SKIP)
		return false;
	if (login->from_state == SJ_FROM_UNUSABLE)
		return true;
	for (i = 0; jail->from[i] != NULL; i++)
		if (model_net_holds(jail->from[i], login->address))
			return false;
	return true;
}

/* How long ago did a span begin, and is that less than it lasts? */
static inline bool
model_span_holds(const struct model_hours *span, int wday, int min)
{
	int day, ago, lasts = span->end_min - span->start_min;

	if (lasts <= 0)
		lasts += 24 * 60; /* over midnight */
	for (day = 0; day < 7; day++) {
		if (span->days[day] != 'x')
			continue;
		ago = (wday - day) * 24 * 60 + min - span->start_min;
		if (ago < 0)
			ago += 7 * 24 * 60;
		if (ago < lasts)
			return true;
	}
	return false;
}

static inline bool
model_closed(const struct model_jail *jail, const struct model_login *login)
{
	unsigned i;

	if (jail->hours[0].days == NULL)
		return false;
	for (i = 0; jail->hours[i].days != NULL; i++)
		if (model_span_holds(&jail->hours[i], login->wday, login->min))
			return false;
	return true;
}

/* Is each word of "a+b" a word of the other, too? */
static inline bool
model_all_in(const char *words, const char *other)
{
	char *copy = strdup(words), *others = strdup(other), *word, *save,
	     *theirs, *their_save;
	bool is_in = true, is_found;

	for (word = strtok_r(copy, "+", &save); word != NULL;
	     word = strtok_r(NULL, "+", &save)) {
		is_found = false;
		strcpy(others, other);
		for (theirs = strtok_r(others, "+", &their_save);
		     theirs != NULL; theirs = strtok_r(NULL, "+", &their_save))
			is_found = is_found || strcmp(word, theirs) == 0;
		is_in = is_in && is_found;
	}
	free(copy);
	free(others);
	return is_in;
}

/* "Every method that the login completed must be in one entry", and, of
 * publickey+password, "both". */
static inline bool
model_bad_auth(const struct model_jail *jail, const struct model_login *login)
{
	unsigned i;

	if (jail->auth[0] == NULL)
		return false;
	if (login->methods == NULL)
		return true;
	for (i = 0; jail->auth[i] != NULL; i++)
		if (model_all_in(login->methods, jail->auth[i]) &&
		    model_all_in(jail->auth[i], login->methods))
			return false;
	return true;
}

static inline bool
model_full(const struct model_jail *jail, const struct model_login *login)
{
	return jail->max_sessions > 0 &&
	       login->session_count >= jail->max_sessions;
}

static inline bool
model_address_full(
    const struct model_jail *jail, const struct model_login *login)
{
	if (jail->max_sessions_per_address == 0 ||
	    login->from_state == SJ_FROM_SKIP)
		return false;
	return login->from_state == SJ_FROM_UNUSABLE ||
	       login->address_count >= jail->max_sessions_per_address;
}

/* In the order of the list of reasons. */
static const struct {
	bool (*stops)(const struct model_jail *, const struct model_login *);
	enum sj_reason reason;
	enum sj_check check; /* what the core calls it */
} model_checks[] = {
    {model_disabled, SJ_USER_DISABLED, SJ_CHECK_DISABLED},
    {model_too_early, SJ_USER_NOT_YET_VALID, SJ_CHECK_NOT_BEFORE},
    {model_too_late, SJ_USER_EXPIRED, SJ_CHECK_EXPIRES},
    {model_bad_service, SJ_SERVICE_NOT_ALLOWED, SJ_CHECK_SERVICE},
    {model_bad_address, SJ_FROM_NOT_ALLOWED, SJ_CHECK_FROM},
    {model_closed, SJ_OUTSIDE_HOURS, SJ_CHECK_HOURS},
    {model_bad_auth, SJ_AUTH_NOT_ALLOWED, SJ_CHECK_AUTH},
    {model_full, SJ_TOO_MANY_SESSIONS, SJ_CHECK_SESSIONS},
    {model_address_full, SJ_TOO_MANY_SESSIONS, SJ_CHECK_ADDRESS},
};
#define MODEL_CHECKS (sizeof(model_checks) / sizeof(model_checks[0]))

/* The first of some checks that stops the login: bits of SJ_CHECK_*. */
static inline enum sj_reason
model_decide(uint32_t checks, const struct model_jail *jail,
    const struct model_login *login)
{
	size_t i;

	for (i = 0; i < MODEL_CHECKS; i++)
		if ((checks & (1u << model_checks[i].check)) != 0 &&
		    model_checks[i].stops(jail, login))
			return model_checks[i].reason;
	return SJ_OK;
}

/* Number of the first jail that takes the login; count: none does. */
static inline unsigned
model_choose(const struct model_jail *jails, unsigned count,
    const struct model_login *login)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (model_takes(&jails[i], login))
			return i;
	return count;
}

#endif

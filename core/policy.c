/* SPDX-License-Identifier: ISC */
#include "policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SEC 86400

static const char default_message[] =
    "This account is for file transfer by SFTP only. "
    "If SFTP is refused, too, please ask your contact at this site.";
static const char unknown_message[] = "Login is not possible at the moment. "
				      "Please ask your contact at this site.";

int32_t
sj_day_of(int64_t sec)
{
	int64_t day = sec / DAY_SEC;

	if (sec % DAY_SEC < 0)
		day--;
	return day > SJ_NO_DAY - 1 ? SJ_NO_DAY - 1 : (int32_t)day;
}

const char *
sj_check_name(enum sj_check check)
{
	switch (check) {
	case SJ_CHECK_DISABLED:
		return "disabled";
	case SJ_CHECK_NOT_BEFORE:
		return "not_before";
	case SJ_CHECK_EXPIRES:
		return "expires";
	case SJ_CHECK_SERVICE:
		return "services";
	case SJ_CHECK_FROM:
		return "from";
	case SJ_CHECK_HOURS:
		return "hours";
	case SJ_CHECK_AUTH:
		return "auth";
	case SJ_CHECK_SESSIONS:
		return "max_sessions";
	case SJ_CHECK_ADDRESS:
		return "max_sessions_per_address";
	case SJ_CHECK_COUNT:
		break;
	}
	return "?";
}

enum sj_reason
sj_policy_identity(const struct sj_facts *facts, struct sj_fault *fault)
{
	bool is_served = facts->served != NULL && facts->served->is_served;

	if (!facts->is_known)
		return sj_fault_set(
		    fault, SJ_USER_UNKNOWN, 0, "NSS does not know the user");
	if (is_served != facts->is_public)
		return sj_fault_set(fault, SJ_USER_CONFLICT, 0,
		    "the user is in the %s database only",
		    is_served ? "secret" : "public");
	if (is_served && facts->served->uid != facts->public_uid)
		return sj_fault_set(fault, SJ_USER_CONFLICT, 0,
		    "uid %u in the secret database, %u in the public one",
		    facts->served->uid, facts->public_uid);
	if (is_served && facts->served->uid != facts->uid)
		return sj_fault_set(fault, SJ_USER_CONFLICT, 0,
		    "NSS gives uid %u, the database %u", facts->uid,
		    facts->served->uid);
	return SJ_OK;
}

static bool
is_in_groups(const struct sj_strings *wanted, const struct sj_facts *facts)
{
	uint32_t i;

	for (i = 0; i < facts->group_count; i++)
		if (sj_strings_contain(wanted, facts->groups[i]))
			return true;
	return false;
}

bool
sj_policy_matches(const struct sj_jail *jail, const struct sj_facts *facts,
    const char **ret_why)
{
	bool is_served = facts->served != NULL && facts->served->is_served;
	const char *why;

	if (sj_strings_contain(&jail->users, facts->user))
		why = "named in users";
	else if (is_served && sj_strings_contain(&jail->users, "*"))
		why = "users has \"*\"";
	else if (is_in_groups(&jail->groups, facts))
		why = "member of one of groups";
	else
		why = NULL;
	*ret_why = why != NULL ? why : "neither in users nor in groups";
	if (why == NULL)
		return false;
	if (sj_strings_contain(&jail->except_users, facts->user)) {
		*ret_why = "named in except_users";
		return false;
	}
	if (is_in_groups(&jail->except_groups, facts)) {
		*ret_why = "member of one of except_groups";
		return false;
	}
	return true;
}

/* The civil date of a day (proleptic Gregorian, as sj_day_of() counts). */
static void
day_text(int32_t day, char *buf, size_t size)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	unsigned month = mp < 10 ? mp + 3 : mp - 9;

	(void)snprintf(buf, size, "%04" PRId64 "-%02u-%02u",
	    yoe + era * 400 + (month <= 2), month,
	    doy - (153 * mp + 2) / 5 + 1);
}

static enum sj_reason
check_disabled(const struct sj_facts *facts, struct sj_fault *fault)
{
	if (facts->served == NULL || !facts->served->is_disabled)
		return SJ_OK;
	return sj_fault_set(fault, SJ_USER_DISABLED, 0,
	    "the user is disabled in the configuration");
}

static enum sj_reason
check_days(
    enum sj_check check, const struct sj_facts *facts, struct sj_fault *fault)
{
	const struct sj_user *served = facts->served;
	char text[32];

	if (served == NULL || !served->is_served)
		return SJ_OK;
	if (check == SJ_CHECK_NOT_BEFORE &&
	    served->not_before_day != SJ_NO_DAY &&
	    sj_day_of(facts->now_sec) < served->not_before_day) {
		day_text(served->not_before_day, text, sizeof(text));
		return sj_fault_set(fault, SJ_USER_NOT_YET_VALID, 0,
		    "valid from %s 00:00:00 UTC", text);
	}
	if (check == SJ_CHECK_EXPIRES && served->expires_day != SJ_NO_DAY &&
	    sj_day_of(facts->now_sec) > served->expires_day) {
		day_text(served->expires_day, text, sizeof(text));
		return sj_fault_set(fault, SJ_USER_EXPIRED, 0,
		    "expired at the end of %s UTC", text);
	}
	return SJ_OK;
}

static enum sj_reason
check_service(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	if (facts->service == NULL ||
	    sj_strings_contain(&jail->services, facts->service))
		return SJ_OK;
	return sj_fault_set(fault, SJ_SERVICE_NOT_ALLOWED, 0,
	    "service \"%s\" is not in services", facts->service);
}

static enum sj_reason
check_from(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	struct sj_net net;
	uint32_t i;

	if (jail->from.count == 0 || facts->from_state == SJ_FROM_SKIP)
		return SJ_OK;
	if (facts->from_state == SJ_FROM_UNUSABLE)
		return sj_fault_set(fault, SJ_FROM_NOT_ALLOWED, 0,
		    "the server gave no numeric client address");
	for (i = 0; i < jail->from.count; i++) {
		net = sj_jail_from(jail, i);
		if (sj_net_contains(&net, &facts->from))
			return SJ_OK;
	}
	return sj_fault_set(fault, SJ_FROM_NOT_ALLOWED, 0,
	    "the client's address is not in from");
}

/*
 * A range over midnight belongs to its first day: behind midnight it is the
 * day before that counts.
 */
static bool
is_within(const struct sj_hours *hours, unsigned wday, unsigned min)
{
	bool is_today = (hours->days >> wday & 1) != 0;
	bool is_yesterday = (hours->days >> (wday + 6) % 7 & 1) != 0;

	if (hours->start_min < hours->end_min)
		return is_today && min >= hours->start_min &&
		       min < hours->end_min;
	return (is_today && min >= hours->start_min) ||
	       (is_yesterday && min < hours->end_min);
}

static enum sj_reason
check_hours(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	struct sj_hours hours;
	uint32_t i;

	if (jail->hours.count == 0)
		return SJ_OK;
	for (i = 0; i < jail->hours.count; i++) {
		hours = sj_jail_hours(jail, i);
		if (is_within(&hours, facts->local_wday % 7, facts->local_min))
			return SJ_OK;
	}
	return sj_fault_set(fault, SJ_OUTSIDE_HOURS, 0,
	    "local time %02u:%02u is not in hours", facts->local_min / 60u,
	    facts->local_min % 60u);
}

/*
 * Every method that the login completed must be in one entry, and an entry
 * that asks for two is not content with one.
 */
static enum sj_reason
check_auth(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	uint32_t i;

	if (jail->auth.count == 0)
		return SJ_OK;
	if (!facts->is_auth_known)
		return sj_fault_set(fault, SJ_AUTH_NOT_ALLOWED, 0,
		    "the server does not tell how the user authenticated");
	for (i = 0; i < jail->auth.count; i++)
		if (sj_jail_auth(jail, i) == facts->auth)
			return SJ_OK;
	return sj_fault_set(fault, SJ_AUTH_NOT_ALLOWED, 0,
	    "authenticated by%s%s%s%s, which auth does not list",
	    facts->auth & SJ_AUTH_PUBLICKEY ? " publickey" : "",
	    facts->auth & SJ_AUTH_PASSWORD ? " password" : "",
	    facts->auth & SJ_AUTH_OTHER ? " another method" : "",
	    facts->auth == 0 ? " nothing" : "");
}

static enum sj_reason
check_sessions(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	if (jail->max_sessions == 0 ||
	    facts->session_count < jail->max_sessions)
		return SJ_OK;
	return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
	    "%u sessions live, max_sessions is %u", facts->session_count,
	    jail->max_sessions);
}

static enum sj_reason
check_address(const struct sj_jail *jail, const struct sj_facts *facts,
    struct sj_fault *fault)
{
	if (jail->max_sessions_per_address == 0 ||
	    facts->from_state == SJ_FROM_SKIP)
		return SJ_OK;
	if (facts->from_state == SJ_FROM_UNUSABLE)
		return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
		    "the server gave no numeric client address to count by");
	if (facts->address_count < jail->max_sessions_per_address)
		return SJ_OK;
	return sj_fault_set(fault, SJ_TOO_MANY_SESSIONS, 0,
	    "%u sessions live from the client's address, "
	    "max_sessions_per_address is %u",
	    facts->address_count, jail->max_sessions_per_address);
}

enum sj_reason
sj_policy_check(enum sj_check check, const struct sj_jail *jail,
    const struct sj_facts *facts, struct sj_fault *fault)
{
	switch (check) {
	case SJ_CHECK_DISABLED:
		return check_disabled(facts, fault);
	case SJ_CHECK_NOT_BEFORE:
	case SJ_CHECK_EXPIRES:
		return check_days(check, facts, fault);
	case SJ_CHECK_SERVICE:
		return check_service(jail, facts, fault);
	case SJ_CHECK_FROM:
		return check_from(jail, facts, fault);
	case SJ_CHECK_HOURS:
		return check_hours(jail, facts, fault);
	case SJ_CHECK_AUTH:
		return check_auth(jail, facts, fault);
	case SJ_CHECK_SESSIONS:
		return check_sessions(jail, facts, fault);
	case SJ_CHECK_ADDRESS:
		return check_address(jail, facts, fault);
	case SJ_CHECK_COUNT:
		break;
	}
	return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0, "no such check");
}

enum sj_reason
sj_policy_decide(uint32_t checks, const struct sj_jail *jail,
    const struct sj_facts *facts, struct sj_fault *fault)
{
	enum sj_reason reason;
	unsigned check;

	for (check = 0; check < SJ_CHECK_COUNT; check++) {
		if ((checks >> check & 1) == 0)
			continue;
		reason =
		    sj_policy_check((enum sj_check)check, jail, facts, fault);
		if (reason != SJ_OK)
			return reason;
	}
	return SJ_OK;
}

bool
sj_policy_can_pace(const char *kernel_release)
{
	unsigned long major, minor = 0;
	char *end;

	major = strtoul(kernel_release, &end, 10);
	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return major > 4 || (major == 4 && minor >= 13);
}

const char *
sj_policy_message(const struct sj_jail *jail)
{
	if (jail == NULL)
		return unknown_message;
	return jail->message[0] != '\0' ? jail->message : default_message;
}

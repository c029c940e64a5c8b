/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "flow.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * sshd's word, not that of a user who got at the PAM environment in between, as
 * with SSH_AUTH_INFO_0.
 */
static const char *
find_connection(const struct sj_flow *flow)
{
	const struct sj_flow_state *state = sj_flow_state_find(flow->pamh);

	if (state != NULL && state->wired_pid != 0)
		return state->connection;
	return pam_getenv(flow->pamh, "SSH_CONNECTION");
}

/*
 * The client's address.  sshd with UseDNS gives a name as PAM_RHOST: names are
 * never resolved here; from 8.0 on SSH_CONNECTION has the address as well.
 */
static enum sj_from_state
find_from(const struct sj_flow *flow, struct sj_net *ret_from)
{
	const char *connection;
	char address[64];
	size_t len;

	if (flow->report.rhost == NULL || flow->report.rhost[0] == '\0')
		return SJ_FROM_UNUSABLE;
	if (sj_addr_parse(flow->report.rhost, ret_from))
		return SJ_FROM_KNOWN;
	connection = find_connection(flow);
	if (connection == NULL)
		return SJ_FROM_UNUSABLE;
	len = strcspn(connection, " ");
	if (len >= sizeof(address))
		return SJ_FROM_UNUSABLE;
	memcpy(address, connection, len);
	address[len] = '\0';
	return sj_addr_parse(address, ret_from) ? SJ_FROM_KNOWN
						: SJ_FROM_UNUSABLE;
}

void
sj_flow_fill_facts(struct sj_flow *flow)
{
	struct sj_facts *facts = &flow->account.facts;
	time_t now = time(NULL);
	struct tm local;

	/* Without a service none is allowed; NULL would mean "not asked". */
	facts->service = flow->service != NULL ? flow->service : "";
	facts->from_state = find_from(flow, &facts->from);
	facts->now_sec = (int64_t)now;
	/* The host's zone may have changed since this process looked. */
	tzset();
	if (localtime_r(&now, &local) == NULL)
		return;
	facts->local_wday = (uint8_t)local.tm_wday;
	facts->local_min = (uint16_t)(local.tm_hour * 60 + local.tm_min);
}

static bool
is_publickey_only(const struct sj_jail *jail)
{
	uint32_t i;

	for (i = 0; i < jail->auth.count; i++)
		if (sj_jail_auth(jail, i) != SJ_AUTH_PUBLICKEY)
			return false;
	return jail->auth.count > 0;
}

enum told {
	TOLD_NOTHING,
	TOLD_DOUBTFUL, /* somebody else may have written it, or taken it out */
	TOLD
};

/*
 * Where setcred came in front of open_session, as in sshd, the two values tell
 * if somebody wrote in between.  A service with confine=session may have none
 * to compare with.
 */
static enum told
judge_value(const struct sj_flow *flow, const char *value)
{
	const struct sj_flow_state *state = sj_flow_state_find(flow->pamh);
	bool is_confine_session = flow->options.is_confine_session;
	const char *before;

	if (state == NULL || state->wired_pid == 0) {
		if (value == NULL)
			return TOLD_NOTHING;
		return is_confine_session ? TOLD : TOLD_DOUBTFUL;
	}
	before = state->auth_before;
	if (before == NULL && value == NULL)
		return TOLD_NOTHING;
	if (is_confine_session && before != NULL && value != NULL &&
	    strcmp(before, value) == 0)
		return TOLD;
	return sj_auth_info_is_genuine(before, value, state->is_password_asked)
		   ? TOLD
		   : TOLD_DOUBTFUL;
}

void
sj_flow_fill_auth(struct sj_flow *flow)
{
	struct sj_facts *facts = &flow->account.facts;
	const char *value = pam_getenv(flow->pamh, SJ_AUTH_INFO_VARIABLE);
	enum told told = judge_value(flow, value);

	sj_auth_info_parse(told == TOLD ? value : NULL, &flow->auth);
	facts->auth = flow->auth.methods;
	facts->is_auth_known = flow->auth.methods != 0;
	flow->is_auth_doubtful = told == TOLD_DOUBTFUL;
	if (told != TOLD_NOTHING || !is_publickey_only(&flow->account.jail))
		return;
	facts->auth = SJ_AUTH_PUBLICKEY;
	facts->is_auth_known = true;
}

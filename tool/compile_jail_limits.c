/* SPDX-License-Identifier: ISC */
#include "compile_jail.h"

#include <string.h>

#include "value.h"

/* Slower than this, sshd's own packets come too late for the client. */
#define DOWNLOAD_RATE_MIN 1024
#define DOWNLOAD_RATE_MAX ((int64_t)UINT32_MAX - 1) /* the kernel's 32 bits */
#define MESSAGE_MAX 1024u

static void
read_booleans(struct sj_jail_reader *reader)
{
	const struct sj_node *read_only = reader->at[SJ_JAIL_READ_ONLY];
	const struct sj_node *log = reader->at[SJ_JAIL_TRANSFER_LOG];

	reader->jail.is_read_only = read_only != NULL && read_only->number != 0;
	reader->jail.transfer_log =
	    reader->jail.is_chroot ? SJ_TRANSFER_LOG_OFF : SJ_TRANSFER_LOG_ON;
	if (log == NULL)
		return;
	if (log->type == SJ_NODE_BOOL)
		reader->jail.transfer_log =
		    log->number != 0 ? SJ_TRANSFER_LOG_ON : SJ_TRANSFER_LOG_OFF;
	else if (strcmp(log->string, "required") == 0)
		reader->jail.transfer_log = SJ_TRANSFER_LOG_REQUIRED;
	else
		sj_jail_error(reader, SJ_JAIL_TRANSFER_LOG, SJ_NO_INDEX,
		    "is unknown", "true, false or \"required\"");
}

static void
read_network(struct sj_jail_reader *reader)
{
	const struct sj_node *network = reader->at[SJ_JAIL_NETWORK];
	const struct sj_node *mask = reader->at[SJ_JAIL_UMASK];

	if (network != NULL && strcmp(network->string, "host") == 0)
		reader->jail.is_network_host = true;
	else if (network != NULL && strcmp(network->string, "none") != 0)
		sj_jail_error(reader, SJ_JAIL_NETWORK, SJ_NO_INDEX,
		    "is unknown", "\"none\" or \"host\"");
	reader->jail.umask = SJ_UMASK_UNSET;
	if (mask != NULL &&
	    !sj_value_mode(mask->string, 0777, &reader->jail.umask))
		sj_jail_error(reader, SJ_JAIL_UMASK, SJ_NO_INDEX, "is no umask",
		    "an octal string such as \"0027\", at most \"0777\"");
}

static const unsigned char *
keep(struct sj_jail_reader *reader)
{
	struct sj_pack *scratch = &reader->compile->scratch;
	struct sj_model_store *store = reader->compile->model->store;
	const char *copy = NULL;

	if (!scratch->is_bad)
		copy = sj_arena_copy(&store->arena,
		    scratch->len > 0 ? (const char *)scratch->data : "",
		    scratch->len);
	if (copy == NULL)
		store->is_short = true;
	return (const unsigned char *)copy;
}

static const char *
net_error(enum sj_net_error error)
{
	switch (error) {
	case SJ_NET_OK:
	case SJ_NET_SYNTAX:
		return "is no numeric address";
	case SJ_NET_PREFIX:
		return "has an impossible prefix length";
	case SJ_NET_HOST_BITS:
		return "has bits set behind its prefix";
	}
	return "is no numeric address";
}

static void
read_from(struct sj_jail_reader *reader)
{
	const struct sj_node *list = reader->at[SJ_JAIL_FROM];
	enum sj_net_error error;
	struct sj_net net;
	uint32_t i;

	if (list == NULL)
		return;
	if (list->count == 0)
		sj_jail_error(reader, SJ_JAIL_FROM, SJ_NO_INDEX,
		    "is empty and would let nobody in",
		    "addresses, or the setting unset");
	reader->compile->scratch.len = 0;
	for (i = 0; i < list->count; i++) {
		error = sj_net_parse(list->children[i].string, &net);
		if (error != SJ_NET_OK)
			sj_jail_error(reader, SJ_JAIL_FROM, i, net_error(error),
			    "one such as \"192.0.2.1\", \"192.0.2.0/24\" or "
			    "\"2001:db8::/32\"");
		else
			sj_pack_net(&reader->compile->scratch, &net);
		reader->jail.from.count += error == SJ_NET_OK;
	}
	reader->jail.from.first = keep(reader);
}

static void
read_hours_item(struct sj_jail_reader *reader, uint32_t item, const char *text)
{
	struct sj_hours hours;

	if (sj_value_hours(text, &hours)) {
		sj_pack_hours(&reader->compile->scratch, &hours);
		reader->jail.hours.count++;
	} else
		sj_jail_error(reader, SJ_JAIL_HOURS, item, "is no time span",
		    "one such as \"Mon-Fri 08:00-18:00\"");
}

static void
read_hours(struct sj_jail_reader *reader)
{
	const struct sj_node *node = reader->at[SJ_JAIL_HOURS];
	uint32_t i;

	if (node == NULL)
		return;
	reader->compile->scratch.len = 0;
	if (node->type == SJ_NODE_STRING)
		read_hours_item(reader, SJ_NO_INDEX, node->string);
	else if (node->count == 0)
		sj_jail_error(reader, SJ_JAIL_HOURS, SJ_NO_INDEX,
		    "is empty and would let nobody in",
		    "time spans, or the setting unset");
	for (i = 0; node->type == SJ_NODE_LIST && i < node->count; i++)
		read_hours_item(reader, i, node->children[i].string);
	reader->jail.hours.first = keep(reader);
}

static void
read_auth(struct sj_jail_reader *reader)
{
	const struct sj_node *list = reader->at[SJ_JAIL_AUTH];
	uint32_t i, bits;

	if (list == NULL)
		return;
	if (list->count == 0)
		sj_jail_error(reader, SJ_JAIL_AUTH, SJ_NO_INDEX,
		    "is empty and would let nobody in",
		    "methods, or the setting unset");
	reader->compile->scratch.len = 0;
	for (i = 0; i < list->count; i++) {
		if (sj_value_auth(list->children[i].string, &bits)) {
			sj_pack_u32(&reader->compile->scratch, bits);
			reader->jail.auth.count++;
		} else
			sj_jail_error(reader, SJ_JAIL_AUTH, i, "is unknown",
			    "\"publickey\", \"password\" or "
			    "\"publickey+password\"");
	}
	reader->jail.auth.first = keep(reader);
}

/* 0 where it is not set or bad. */
static uint32_t
read_number(struct sj_jail_reader *reader, enum sj_jail_setting setting)
{
	const struct sj_node *node = reader->at[setting];

	if (node == NULL)
		return 0;
	if (node->number >= 0 && node->number <= INT32_MAX)
		return (uint32_t)node->number;
	sj_jail_error(reader, setting, SJ_NO_INDEX, "is out of range",
	    "0 (no limit), or a number up to 2147483647");
	return 0;
}

static void
read_download_rate(struct sj_jail_reader *reader)
{
	const struct sj_node *node = reader->at[SJ_JAIL_DOWNLOAD_RATE];

	if (node == NULL || node->number == 0)
		return;
	if (node->number >= DOWNLOAD_RATE_MIN &&
	    node->number <= DOWNLOAD_RATE_MAX)
		reader->jail.download_rate = (uint64_t)node->number;
	else
		sj_jail_error(reader, SJ_JAIL_DOWNLOAD_RATE, SJ_NO_INDEX,
		    "is out of range",
		    "0 (no limit) or bytes per second, from 1024 to "
		    "4294967294L");
}

/* One line or more; no terminal control, for it is shown to strangers. */
static bool
is_message(const char *text)
{
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p != '\0'; p++)
		if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
			return false;
	return (size_t)(p - (const unsigned char *)text) <= MESSAGE_MAX;
}

static void
read_message(struct sj_jail_reader *reader)
{
	const struct sj_node *message = reader->at[SJ_JAIL_MESSAGE];

	reader->jail.message = "";
	if (message == NULL)
		return;
	if (is_message(message->string))
		reader->jail.message =
		    sj_model_copy(reader->compile->model, message->string);
	else
		sj_jail_error(reader, SJ_JAIL_MESSAGE, SJ_NO_INDEX,
		    "is too long or has a control character",
		    "at most 1024 bytes of text");
}

void
sj_jail_read_limits(struct sj_jail_reader *reader)
{
	read_booleans(reader);
	read_network(reader);
	read_from(reader);
	read_hours(reader);
	read_auth(reader);
	reader->jail.max_sessions = read_number(reader, SJ_JAIL_MAX_SESSIONS);
	reader->jail.max_sessions_per_address =
	    read_number(reader, SJ_JAIL_MAX_PER_ADDRESS);
	reader->jail.session_time_sec =
	    read_number(reader, SJ_JAIL_SESSION_TIME);
	read_download_rate(reader);
	read_message(reader);
}

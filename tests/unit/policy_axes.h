/* SPDX-License-Identifier: ISC */
#ifndef SJ_POLICY_AXES_H
#define SJ_POLICY_AXES_H

/*
 * What a login and a jail may be like, one thing at a time: value number i of
 * an axis is put into both.
 */

#include <stdio.h>

#include "policy_model.h"

#define NOON (20000 * (int64_t)86400 + 43200)

struct axis {
	unsigned count;
	void (*set)(
	    struct model_login *login, struct model_jail *jail, unsigned i);
};

static const struct model_login plain_login = {
    .user = "alice",
    .groups = {"staff", "acme"},
    .is_in_nss = true,
    .is_in_public = true,
    .is_in_secret = true,
    .nss_uid = 20001,
    .public_uid = 20001,
    .secret_uid = 20001,
    .not_before_day = SJ_NO_DAY,
    .expires_day = SJ_NO_DAY,
    .service = "sshd",
    .address = "192.0.2.7",
    .methods = "publickey",
    .now_sec = NOON,
    .wday = 3,
    .min = 720,
};

static const struct model_jail plain_jail = {
    .users = {"alice"},
    .services = {"sshd"},
};

/* Who he is. */
static inline void
set_is_in(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->is_in_nss = i & 1;
	login->is_in_public = i & 2;
	login->is_in_secret = i & 4;
	login->is_locked = i & 8;
}

static inline void
set_uids(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->nss_uid += i % 2;
	login->public_uid += i / 2 % 2;
	login->secret_uid += i / 4;
}

/* Which jail: all sets of a few names, by the bits of i. */
static inline void
put_set(
    const char **list, unsigned i, const char *a, const char *b, const char *c)
{
	if (i & 1)
		*list++ = a;
	if (i & 2)
		*list++ = b;
	if (i & 4)
		*list++ = c;
	*list = NULL;
}

static inline void
set_users(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->users, i, "alic", "alice", "*");
}

static inline void
set_groups(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->groups, i, "staff", "acme", "alice");
}

static inline void
set_except_users(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->except_users, i, "alice", "bob", "staff");
}

static inline void
set_except_groups(
    struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->except_groups, i, "staff", "acme", NULL);
}

static inline void
set_name(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->user = i == 0 ? "alice" : i == 1 ? "bob" : "alic";
}

static inline void
set_member(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	put_set(login->groups, i, "acme", "staff", NULL);
}

static inline void
set_served(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->is_in_secret = login->is_in_public = i == 0;
	login->is_locked = i == 2;
}

/* When: days, and the seconds around their ends. */
static const int32_t some_days[] = {
    -1, 0, 1, 19999, 20000, 20001, SJ_NO_DAY - 1, SJ_NO_DAY};

static inline void
set_not_before(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->not_before_day = some_days[i];
}

static inline void
set_expires(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->expires_day = some_days[i];
}

static inline void
set_now(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const int32_t days[] = {-2, -1, 0, 1, 2, 19998, 19999, 20000,
	    20001, 20002, 2932896, SJ_NO_DAY - 1};
	static const int32_t seconds[] = {0, 1, 43200, 86398, 86399};

	(void)jail;
	login->now_sec = (int64_t)days[i / 5] * 86400 + seconds[i % 5];
}

static inline void
set_services(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->services, i, "sshd", "ssh", "sshd2");
}

static inline void
set_service(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const char *const services[] = {
	    NULL, "", "ssh", "sshd", "sshd2", "SSHD"};

	(void)jail;
	login->service = services[i];
}

/* From where. */
static const char *const some_nets[] = {NULL, "0.0.0.0/0", "192.0.2.0/24",
    "192.0.2.7", "192.0.2.6/31", "198.51.100.0/22", "::/0", "2001:db8::/33",
    "2001:db8::7", "::ffff:192.0.2.0/121", "::ffff:192.0.2.8", "::/96"};

static inline void
set_net(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->from[0] = some_nets[i];
}

static inline void
set_second_net(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	if (jail->from[0] != NULL)
		jail->from[1] = some_nets[i];
}

static inline void
set_address(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const char *const addresses[] = {"192.0.2.7", "192.0.2.6",
	    "192.0.2.128", "192.0.3.0", "198.51.100.1", "198.51.104.0",
	    "::ffff:192.0.2.7", "::ffff:192.0.2.8", "2001:db8::7",
	    "2001:db8:8000::7", "::192.0.2.7", "::"};

	(void)jail;
	login->from_state = (enum sj_from_state)(i % 3);
	login->address = addresses[i / 3];
}

/*
 * A base address, one bit of it turned, in each of its networks.  Formatted
 * anew for each: the lists hold pointers.
 */
static char net_text[64], address_text[64];

static inline void
set_prefix(struct model_jail *jail, int family, const unsigned char *base,
    unsigned prefix)
{
	unsigned char bytes[16] = {0};
	char text[48];
	unsigned bit;

	for (bit = 0; bit < prefix; bit++)
		bytes[bit / 8] |=
		    (unsigned char)(base[bit / 8] & 0x80u >> bit % 8);
	(void)inet_ntop(family, bytes, text, sizeof(text));
	(void)snprintf(net_text, sizeof(net_text), "%s/%u", text, prefix);
	jail->from[0] = net_text;
}

static inline void
set_turned(struct model_login *login, int family, const unsigned char *base,
    unsigned size, unsigned bit)
{
	unsigned char bytes[16];

	memcpy(bytes, base, size);
	if (bit < 8 * size)
		bytes[bit / 8] ^= (unsigned char)(0x80u >> bit % 8);
	(void)inet_ntop(family, bytes, address_text, sizeof(address_text));
	login->address = address_text;
}

static const unsigned char base_v4[] = {203, 0, 113, 90};
static const unsigned char base_v6[] = {
    0x20, 1, 0xd, 0xb8, 0xff, 0, 0xa5, 0x5a, 1, 2, 3, 4, 5, 6, 7, 0x81};

static inline void
set_prefix_v4(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	set_prefix(jail, AF_INET, base_v4, i);
}

static inline void
set_turned_v4(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	set_turned(login, AF_INET, base_v4, sizeof(base_v4), i);
}

static inline void
set_prefix_v6(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	set_prefix(jail, AF_INET6, base_v6, i);
}

static inline void
set_turned_v6(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	set_turned(login, AF_INET6, base_v6, sizeof(base_v6), i);
}

/* At which hour: a span, and every minute of the week. */
static const char *const some_days_open[] = {"x------", "-x-----", "------x",
    "-xxxxx-", "x-----x", "xxxxxxx", "-------", "x-x-x--"};
static const int some_starts[] = {0, 1, 480, 720, 1320, 1439};
static const int some_ends[] = {0, 1, 480, 721, 1320, 1439, 1440};

static inline void
set_days(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->hours[0].days = some_days_open[i];
}

static inline void
set_span(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->hours[0].start_min = some_starts[i / 7];
	jail->hours[0].end_min = some_ends[i % 7];
}

/* 0 is none; the others are few, because each is tried with each first one. */
static inline void
set_second_span(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const struct model_hours spans[] = {{NULL, 0, 0},
	    {"--x----", 1320, 120}, {"xxxxxxx", 600, 660},
	    {"------x", 0, 1440}};

	(void)login;
	jail->hours[1] = spans[i];
}

static inline void
set_wday(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->wday = (int)i;
}

/* The minutes around all those above; or, for one axis, all. */
static inline void
set_edge(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const int edges[] = {0, 1, 2, 119, 120, 479, 480, 481, 600, 660,
	    719, 720, 721, 1319, 1320, 1321, 1438, 1439};

	(void)jail;
	login->min = edges[i];
}

static inline void
set_minute(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->min = (int)i;
}

/* How. */
static inline void
set_auth(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	put_set(jail->auth, i, "publickey", "publickey+password", "password");
}

static inline void
set_methods(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const char *const methods[] = {NULL, "", "publickey", "password",
	    "publickey+password", "password+publickey", "hostbased",
	    "publickey+hostbased", "password+hostbased",
	    "publickey+password+hostbased"};

	(void)jail;
	login->methods = methods[i];
}

/* How many. */
static const uint32_t some_counts[] = {0, 1, 2, 3, UINT32_MAX};

static inline void
set_max(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->max_sessions = some_counts[i];
}

static inline void
set_live(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->session_count = some_counts[i];
}

static inline void
set_max_address(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->max_sessions_per_address = some_counts[i];
}

static inline void
set_live_address(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->address_count = some_counts[i];
}

static inline void
set_from_state(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->from_state = (enum sj_from_state)i;
}

/*
 * All at once: few values of everything, so that the order shows.  The first
 * value lets in, the second does not.
 */
static inline void
set_identity(struct model_login *login, struct model_jail *jail, unsigned i)
{
	switch (i) {
	case 1:
		login->is_locked = true;
		break;
	case 2: /* of another source */
		set_served(login, jail, 1);
		break;
	case 3:
		set_served(login, jail, 2);
		break;
	case 4:
		login->is_in_nss = false;
		break;
	case 5:
		login->public_uid++;
		break;
	case 6:
		login->is_in_public = false;
		break;
	}
}

static inline void
set_taken(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)login;
	jail->users[0] = i == 0 ? "alice" : i == 1 ? "*" : NULL;
	jail->groups[0] = i == 2 ? "acme" : NULL;
	jail->except_users[0] = i == 3 ? "alice" : NULL;
}

static inline void
set_validity(struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	if (i & 1)
		login->not_before_day = 20001;
	if (i & 2)
		login->expires_day = 19999;
}

static inline void
set_other_service(
    struct model_login *login, struct model_jail *jail, unsigned i)
{
	(void)jail;
	login->service = i == 0 ? "sshd" : "su";
}

static inline void
set_origin(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const char *const nets[] = {NULL, "::/0", "192.0.2.0/24"};

	login->from_state = (enum sj_from_state)(i / 3);
	jail->from[0] = nets[i % 3];
}

static inline void
set_hours(struct model_login *login, struct model_jail *jail, unsigned i)
{
	static const struct model_hours spans[] = {
	    {NULL, 0, 0}, {"--x----", 480, 1080}, {"---x---", 480, 1080}};

	(void)login;
	jail->hours[0] = spans[i];
}

static inline void
set_way(struct model_login *login, struct model_jail *jail, unsigned i)
{
	jail->auth[0] = i == 0 ? NULL : i == 1 ? "password" : "publickey";
	if (i == 2)
		login->methods = NULL;
}

static inline void
set_limit(struct model_login *login, struct model_jail *jail, unsigned i)
{
	jail->max_sessions = i == 0 ? 0 : 2;
	login->session_count = i == 1 ? 2 : 1;
}

static inline void
set_address_limit(
    struct model_login *login, struct model_jail *jail, unsigned i)
{
	jail->max_sessions_per_address = i == 0 ? 0 : 2;
	login->address_count = i == 1 ? 2 : 1;
}

#endif

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The core's decision against that of policy_model.h, for every combination of
 * small values: what can't be told apart by hand-written rows is tried, too.
 * A sweep is a product of axes, each of which sets a few things.
 */
#include <stdio.h>

#include "account.h"
#include "db_fixture.h"
#include "policy_axes.h"
#include "test.h"
#include "tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* The same login and jail, as the core has them. */
struct packed_jail {
	struct sj_jail jail;
	struct sj_pack from, hours, auth;
	char text[5][256];
};

struct packed_login {
	struct sj_facts facts;
	struct sj_user served;
	const char *groups[MODEL_LIST];
};

static struct sj_strings
pack_list(const char *const *list, char *text)
{
	struct sj_strings strings = {.first = text};

	for (; *list != NULL; list++, strings.count++) {
		strcpy(text + strings.size, *list);
		strings.size += (uint32_t)strlen(*list) + 1;
	}
	return strings;
}

static void
pack_hours(struct sj_pack *pack, const struct model_hours *model)
{
	struct sj_hours hours = {
	    0, (uint16_t)model->start_min, (uint16_t)model->end_min};
	unsigned day;

	for (day = 0; day < 7; day++)
		if (model->days[day] == 'x')
			hours.days = (uint8_t)(hours.days | 1u << day);
	sj_pack_hours(pack, &hours);
}

static uint32_t
auth_bits(const char *methods)
{
	uint32_t bits = 0;

	if (strstr(methods, "publickey") != NULL)
		bits |= SJ_AUTH_PUBLICKEY;
	if (strstr(methods, "password") != NULL)
		bits |= SJ_AUTH_PASSWORD;
	if (strstr(methods, "hostbased") != NULL)
		bits |= SJ_AUTH_OTHER;
	return bits;
}

static struct sj_packed
packed_list(const struct sj_pack *pack, size_t size)
{
	struct sj_packed list = {pack->data, (uint32_t)(pack->len / size)};

	return list;
}

static void
pack_jail(struct packed_jail *p, const struct model_jail *model)
{
	struct sj_jail *jail = &p->jail;
	struct sj_net net;
	unsigned i;

	memset(jail, 0, sizeof(*jail));
	jail->name = jail->root = jail->start = "/";
	jail->writable_group = jail->message = "";
	jail->users = pack_list(model->users, p->text[0]);
	jail->groups = pack_list(model->groups, p->text[1]);
	jail->except_users = pack_list(model->except_users, p->text[2]);
	jail->except_groups = pack_list(model->except_groups, p->text[3]);
	jail->services = pack_list(model->services, p->text[4]);
	jail->writable.first = jail->mount_paths.first = "";
	p->from.len = p->hours.len = p->auth.len = 0;
	for (i = 0; model->from[i] != NULL; i++) {
		if (sj_net_parse(model->from[i], &net) != SJ_NET_OK)
			abort();
		sj_pack_net(&p->from, &net);
	}
	for (i = 0; model->hours[i].days != NULL; i++)
		pack_hours(&p->hours, &model->hours[i]);
	for (i = 0; model->auth[i] != NULL; i++)
		sj_pack_u32(&p->auth, auth_bits(model->auth[i]));
	jail->from = packed_list(&p->from, 18);
	jail->hours = packed_list(&p->hours, 8);
	jail->auth = packed_list(&p->auth, 4);
	jail->max_sessions = model->max_sessions;
	jail->max_sessions_per_address = model->max_sessions_per_address;
}

static void
clear_jail(struct packed_jail *p)
{
	sj_pack_clear(&p->from);
	sj_pack_clear(&p->hours);
	sj_pack_clear(&p->auth);
}

static void
pack_login(struct packed_login *p, const struct model_login *model)
{
	struct sj_facts *facts = &p->facts;

	memset(p, 0, sizeof(*p));
	p->served = (struct sj_user){.is_served = model->is_in_secret,
	    .is_disabled = model->is_locked,
	    .uid = model->secret_uid,
	    .not_before_day = model->not_before_day,
	    .expires_day = model->expires_day,
	    .name = model->user,
	    .hash = "*"};
	facts->user = model->user;
	facts->service = model->service;
	facts->is_known = model->is_in_nss;
	facts->uid = model->nss_uid;
	if (model->is_in_secret || model->is_locked)
		facts->served = &p->served;
	facts->is_public = model->is_in_public;
	facts->public_uid = model->public_uid;
	for (; model->groups[facts->group_count] != NULL; facts->group_count++)
		p->groups[facts->group_count] =
		    model->groups[facts->group_count];
	facts->groups = p->groups;
	facts->now_sec = model->now_sec;
	facts->local_wday = (uint8_t)model->wday;
	facts->local_min = (uint16_t)model->min;
	facts->from_state = model->from_state;
	if (!sj_addr_parse(model->address, &facts->from))
		abort();
	facts->is_auth_known = model->methods != NULL;
	/* what nobody told must not count */
	facts->auth =
	    auth_bits(model->methods != NULL ? model->methods : "publickey");
	facts->session_count = model->session_count;
	facts->address_count = model->address_count;
}

/* Identity, the jail, some of the checks: each side by its own means. */
static enum sj_reason
core_verdict(uint32_t checks, const struct packed_jail *jail,
    const struct packed_login *login)
{
	enum sj_reason reason = sj_policy_identity(&login->facts, NULL);
	const char *why;

	if (reason != SJ_OK)
		return reason;
	if (!sj_policy_matches(&jail->jail, &login->facts, &why))
		return SJ_NOT_JAILED;
	return sj_policy_decide(checks, &jail->jail, &login->facts, NULL);
}

static enum sj_reason
model_verdict(uint32_t checks, const struct model_jail *jail,
    const struct model_login *login)
{
	enum sj_reason reason = model_identity(login);

	if (reason != SJ_OK)
		return reason;
	if (!model_takes(jail, login))
		return SJ_NOT_JAILED;
	return model_decide(checks, jail, login);
}

#define AXES_MAX 10

static void
report(const char *name, const unsigned *at, size_t count, enum sj_reason core,
    enum sj_reason model)
{
	size_t i;

	if (!test_is_bad) {
		printf("# %s: core %s, model %s, at", name,
		    sj_reason_token(core), sj_reason_token(model));
		for (i = 0; i < count; i++)
			printf(" %u", at[i]);
		putchar('\n');
	}
	test_is_bad = true;
}

/* Sets of checks: those that the phases of PAM ask for, and any. */
struct sets {
	uint32_t checks[1u << SJ_CHECK_COUNT];
	unsigned count;
};

static const struct sets phases = {
    {SJ_CHECKS_ALL, SJ_CHECKS_ACCOUNT, SJ_CHECKS_COUNTED,
	SJ_CHECKS_ALL & ~(1u << SJ_CHECK_DISABLED)},
    4};

static bool
step(const struct axis *axes, size_t count, unsigned *at)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (++at[i] < axes[i].count)
			return true;
		at[i] = 0;
	}
	return false;
}

static void
sweep(const char *name, const struct axis *axes, size_t count,
    const struct sets *sets)
{
	unsigned at[AXES_MAX] = {0}, inputs = 0, seen[SJ_REASON_COUNT] = {0};
	struct packed_jail jail = {.from = {0}};
	struct packed_login login;
	enum sj_reason core, model;
	size_t i;

	do {
		struct model_login a_login = plain_login;
		struct model_jail a_jail = plain_jail;

		for (i = 0; i < count; i++)
			axes[i].set(&a_login, &a_jail, at[i]);
		pack_jail(&jail, &a_jail);
		pack_login(&login, &a_login);
		for (i = 0; i < sets->count; i++) {
			core = core_verdict(sets->checks[i], &jail, &login);
			model =
			    model_verdict(sets->checks[i], &a_jail, &a_login);
			if (core != model)
				report(name, at, count, core, model);
			seen[model]++;
		}
		inputs++;
	} while (step(axes, count, at));
	clear_jail(&jail);
	printf("# %u inputs:", inputs);
	for (i = 0; i < SJ_REASON_COUNT; i++)
		if (seen[i] > 0)
			printf(" %s %u", sj_reason_token((enum sj_reason)i),
			    seen[i]);
	putchar('\n');
	/* both ways, or nothing was compared */
	CHECK(seen[SJ_OK] > 0 && seen[SJ_OK] < inputs * sets->count);
	test_done(name);
}

static const struct axis identity[] = {{16, set_is_in}, {8, set_uids}};
static const struct axis matches[] = {{8, set_users}, {8, set_groups},
    {8, set_except_users}, {4, set_except_groups}, {3, set_name},
    {4, set_member}, {3, set_served}};
static const struct axis days[] = {{COUNT(some_days), set_not_before},
    {COUNT(some_days), set_expires}, {60, set_now}, {3, set_served}};
static const struct axis services[] = {{8, set_services}, {6, set_service}};
static const struct axis nets[] = {{COUNT(some_nets), set_net},
    {COUNT(some_nets), set_second_net}, {36, set_address}};
static const struct axis bits_v4[] = {{33, set_prefix_v4}, {33, set_turned_v4}};
static const struct axis bits_v6[] = {
    {129, set_prefix_v6}, {129, set_turned_v6}};
static const struct axis hours[] = {{COUNT(some_days_open), set_days},
    {42, set_span}, {4, set_second_span}, {7, set_wday}, {18, set_edge}};
static const struct axis minutes[] = {
    {42, set_span}, {7, set_wday}, {1440, set_minute}, {4, set_days}};
static const struct axis auths[] = {{8, set_auth}, {10, set_methods}};
static const struct axis counts[] = {{5, set_max}, {5, set_live},
    {5, set_max_address}, {5, set_live_address}, {3, set_from_state}};
static const struct axis everything[] = {{7, set_identity}, {4, set_taken},
    {4, set_validity}, {2, set_other_service}, {9, set_origin}, {3, set_hours},
    {4, set_way}, {3, set_limit}, {3, set_address_limit}};

static const struct axis subsets[] = {{2, set_identity}, {4, set_validity},
    {2, set_other_service}, {2, set_origin}, {2, set_hours}, {2, set_way},
    {2, set_limit}, {2, set_address_limit}};

#define SWEEP(axes) sweep("policy_model_" #axes, axes, COUNT(axes), &phases)

/*
 * The first jail that takes him, of every list of up to three: through the
 * database, as a login finds it.
 */
static const struct model_jail some_jails[] = {
    {.users = {"alice"}},
    {.users = {"*"}},
    {.users = {"bob"}, .groups = {"acme"}},
    {.groups = {"staff", "acme"}, .except_users = {"alice"}},
    {.users = {"alice", "*"}, .except_groups = {"acme"}},
    {.groups = {"staff"}, .except_groups = {"staff"}},
    {.groups = {"alice"}, .users = {"bob"}},
};
#define CHOICE_MAX 3

/* As many jails as there are: none takes him. */
static unsigned times_chosen[CHOICE_MAX + 1];

/* Every login, with the jails of one database. */
static void
compare_choice(
    struct sj_account *account, const struct model_jail *jails, unsigned count)
{
	struct packed_login login;
	unsigned i, want;

	for (i = 0; i < 2 * 4 * 3; i++) {
		struct model_login model = plain_login;

		set_name(&model, NULL, i % 2);
		set_member(&model, NULL, i / 2 % 4);
		set_served(&model, NULL, i / 8);
		pack_login(&login, &model);
		account->facts = login.facts;
		want = model_choose(jails, count, &model);
		CHECK_INT(sj_account_find_jail(account, NULL), SJ_OK);
		CHECK_INT(
		    account->is_jailed ? account->jail_index : count, want);
		times_chosen[want]++;
	}
}

static void
test_choice(unsigned number, unsigned count, const char *path)
{
	struct packed_jail packed[CHOICE_MAX] = {{.from = {0}}};
	struct model_jail jails[CHOICE_MAX];
	struct sj_jail views[CHOICE_MAX];
	struct fixture_world world = {
	    .jails = views, .jail_count = count, .jail_groups = {.first = ""}};
	struct sj_db_source source = {path, SJ_DB_SECRET, geteuid()};
	struct sj_account account = {.is_secret_open = true};
	unsigned i;

	for (i = 0; i < count; i++, number /= (unsigned)COUNT(some_jails)) {
		jails[i] = some_jails[number % COUNT(some_jails)];
		pack_jail(&packed[i], &jails[i]);
		views[i] = packed[i].jail;
	}
	fixture_write_secret(path, &world);
	if (sj_db_open(&account.secret_db, &source, NULL) != SJ_OK)
		fixture_die(path);
	compare_choice(&account, jails, count);
	sj_db_close(&account.secret_db);
	for (i = 0; i < count; i++)
		clear_jail(&packed[i]);
}

static void
test_choices(void)
{
	unsigned lists = 1, count, i;
	char *tree = tree_make(), *path = NULL;

	if (asprintf(&path, "%s/secret.cdb", tree) < 0)
		abort();
	for (count = 0; count <= CHOICE_MAX; count++) {
		for (i = 0; i < lists; i++)
			test_choice(i, count, path);
		lists *= (unsigned)COUNT(some_jails);
	}
	free(path);
	tree_remove(tree);
	for (i = 0; i <= CHOICE_MAX; i++)
		CHECK(times_chosen[i] > 0);
	test_done("policy_model_first_jail_that_takes");
}

static void
test_subsets(void)
{
	struct sets all;

	for (all.count = 0; all.count < COUNT(all.checks); all.count++)
		all.checks[all.count] = all.count;
	sweep("policy_model_subsets", subsets, COUNT(subsets), &all);
}

int
main(void)
{
	SWEEP(identity);
	SWEEP(matches);
	SWEEP(days);
	SWEEP(services);
	SWEEP(nets);
	SWEEP(bits_v4);
	SWEEP(bits_v6);
	SWEEP(hours);
	SWEEP(minutes);
	SWEEP(auths);
	SWEEP(counts);
	SWEEP(everything);
	test_subsets();
	test_choices();
	return test_failures > 0;
}

/* SPDX-License-Identifier: ISC */
#ifndef SJ_RECORD_INSIDE_H
#define SJ_RECORD_INSIDE_H

/* Does a view name nothing outside of the bytes it was loaded from? */

#include <string.h>

#include "record.h"

union view {
	struct sj_passwd passwd;
	struct sj_group group;
	struct sj_group_list list;
	struct sj_keys keys;
	struct sj_user user;
	struct sj_jail jail;
	struct sj_strings names;
	struct sj_server server;
};

/* Does everything that the view names lie in [bytes, bytes + len)? */
struct room {
	const char *start;
	const char *end;
};

static inline bool
holds(const struct room *room, const char *string)
{
	return string >= room->start && string < room->end &&
	       memchr(string, '\0', (size_t)(room->end - string)) != NULL;
}

static inline bool
holds_strings(const struct room *room, const struct sj_strings *strings)
{
	const char *p = strings->first;
	uint32_t i;

	for (i = 0; i < strings->count; i++, p = sj_strings_next(p))
		if (!holds(room, p))
			return false;
	return strings->count == 0 || p == strings->first + strings->size;
}

static inline bool
holds_packed(const struct room *room, const struct sj_packed *packed, size_t n)
{
	const char *p = (const char *)packed->first;

	return packed->count == 0 ||
	       (p >= room->start && p <= room->end &&
		   packed->count <= (size_t)(room->end - p) / n);
}

static inline bool
holds_passwd(const struct room *room, const union view *view)
{
	const struct sj_passwd *p = &view->passwd;

	return holds(room, p->name) && holds(room, p->passwd) &&
	       holds(room, p->gecos) && holds(room, p->home) &&
	       holds(room, p->shell) && holds_strings(room, &p->strings) &&
	       p->strings.count == 5 && p->name == p->strings.first;
}

static inline bool
holds_group(const struct room *room, const union view *view)
{
	const struct sj_group *g = &view->group;

	return holds(room, g->name) && holds(room, g->passwd) &&
	       holds_strings(room, &g->members) &&
	       holds_strings(room, &g->strings) &&
	       g->name == g->strings.first &&
	       g->members.first + g->members.size ==
		   g->strings.first + g->strings.size;
}

static inline bool
holds_list(const struct room *room, const union view *view)
{
	const struct sj_packed gids = {
	    .first = view->list.gids, .count = view->list.count};

	return holds(room, view->list.user) && holds_packed(room, &gids, 4);
}

static inline bool
holds_keys(const struct room *room, const union view *view)
{
	return holds(room, view->keys.user) &&
	       holds_strings(room, &view->keys.lines);
}

static inline bool
holds_user(const struct room *room, const union view *view)
{
	const struct sj_user *u = &view->user;

	return holds(room, u->name) && holds(room, u->hash) &&
	       holds_strings(room, &u->strings) &&
	       u->name == u->strings.first && u->strings.count == 2;
}

/* The mounts are walked as who confines walks them. */
static inline bool
holds_mounts(const struct room *room, const struct sj_jail *jail)
{
	struct sj_mount mount;
	uint32_t i;

	for (i = 0; i < jail->mounts.count; i++) {
		mount = sj_jail_mount(jail, i);
		if (!holds(room, mount.source) || !holds(room, mount.target))
			return false;
	}
	return true;
}

static inline bool
holds_jail(const struct room *room, const union view *view)
{
	const struct sj_jail *j = &view->jail;

	return holds(room, j->name) && holds(room, j->root) &&
	       holds(room, j->start) && holds(room, j->writable_group) &&
	       holds(room, j->message) && holds_strings(room, &j->users) &&
	       holds_strings(room, &j->groups) &&
	       holds_strings(room, &j->except_users) &&
	       holds_strings(room, &j->except_groups) &&
	       holds_strings(room, &j->services) &&
	       holds_strings(room, &j->writable) &&
	       holds_strings(room, &j->mount_paths) &&
	       holds_packed(room, &j->mounts, 4) &&
	       holds_packed(room, &j->from, 18) &&
	       holds_packed(room, &j->hours, 8) &&
	       holds_packed(room, &j->auth, 4) && holds_mounts(room, j);
}

static inline bool
holds_names(const struct room *room, const union view *view)
{
	return holds_strings(room, &view->names);
}

static inline bool
holds_server(const struct room *room, const union view *view)
{
	return holds_strings(room, &view->server.argv) &&
	       holds_strings(room, &view->server.files) &&
	       view->server.argv.count > 0;
}

#endif

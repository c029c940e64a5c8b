/* SPDX-License-Identifier: ISC */
#include "server.h"

#include <stdio.h>
#include <string.h>

#include "jailroot.h"

const char *
sj_server_next_place(struct sj_server_places *places)
{
	static const char *const fixed[] = {SJ_SERVER_NULL, SJ_SERVER_ARGV,
	    SJ_SERVER_PASSWD, SJ_SERVER_GROUP, SJ_SERVER_NSSWITCH};
	const uint32_t count = (uint32_t)(sizeof(fixed) / sizeof(fixed[0]));
	const struct sj_strings *files;
	uint32_t seen;

	if (places->server == NULL)
		return NULL;
	seen = places->seen++;
	if (seen < count)
		return fixed[seen];
	files = &places->server->files;
	if (seen - count >= files->count)
		return NULL;
	places->file =
	    seen == count ? files->first : sj_strings_next(places->file);
	return places->file;
}

/* Other sources may say what would be a line of its own here. */
static const char *
field(const char *text)
{
	return text == NULL || strpbrk(text, ":\n") != NULL ? "" : text;
}

static void
pack_text(struct sj_pack *pack, const char *text)
{
	sj_pack_bytes(pack, text, strlen(text));
}

static void
pack_number(struct sj_pack *pack, uint32_t number)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%lu:", (unsigned long)number);
	pack_text(pack, text);
}

void
sj_server_pack_user(struct sj_pack *pack, const struct sj_jail_user *user)
{
	pack_text(pack, field(user->name));
	pack_text(pack, ":x:");
	pack_number(pack, user->uid);
	pack_number(pack, user->gid);
	pack_text(pack, ":");
	pack_text(pack, field(user->home));
	pack_text(pack, ":");
	pack_text(pack, field(user->shell));
	pack_text(pack, "\n");
}

void
sj_server_pack_group(struct sj_pack *pack, const char *name, uint32_t gid)
{
	if (*field(name) == '\0')
		return;
	pack_text(pack, name);
	pack_text(pack, ":x:");
	pack_number(pack, gid);
	pack_text(pack, "\n");
}

void
sj_server_pack_groups(
    struct sj_pack *pack, struct sj_db *public_db, const gid_t *gids, int count)
{
	struct sj_group group;
	bool is_found = false;
	int i;

	for (i = 0; i < count; i++)
		if (sj_db_find_group_gid(
			public_db, gids[i], &is_found, &group) == SJ_OK &&
		    is_found)
			sj_server_pack_group(pack, group.name, group.gid);
}

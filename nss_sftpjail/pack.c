/* SPDX-License-Identifier: ISC */
#include "pack.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

bool
sj_pack_name_is_usable(const char *name)
{
	return strcmp(name, "root") != 0;
}

bool
sj_pack_id_is_usable(uint32_t id)
{
	return id != 0 && id != UINT32_MAX;
}

/* Where a string of the copied block now is. */
static char *
moved(const struct sj_strings *block, char *copy, const char *string)
{
	return copy + (string - block->first);
}

bool
sj_pack_passwd(const struct sj_passwd *view, char *buffer, size_t size,
    struct passwd *ret_passwd)
{
	const struct sj_strings *block = &view->strings;

	if (block->size > size)
		return false;
	memcpy(buffer, block->first, block->size);
	ret_passwd->pw_name = moved(block, buffer, view->name);
	ret_passwd->pw_passwd = moved(block, buffer, view->passwd);
	ret_passwd->pw_uid = view->uid;
	ret_passwd->pw_gid = view->gid;
	ret_passwd->pw_gecos = moved(block, buffer, view->gecos);
	ret_passwd->pw_dir = moved(block, buffer, view->home);
	ret_passwd->pw_shell = moved(block, buffer, view->shell);
	return true;
}

static void
pack_members(const struct sj_group *view, char *copy, char **ret_members)
{
	char *p = moved(&view->strings, copy, view->members.first);
	uint32_t i;

	for (i = 0; i < view->members.count; i++, p += strlen(p) + 1)
		ret_members[i] = p;
	ret_members[i] = NULL;
}

bool
sj_pack_group(const struct sj_group *view, char *buffer, size_t size,
    struct group *ret_group)
{
	const struct sj_strings *block = &view->strings;
	size_t odd = (uintptr_t)buffer % sizeof(char *);
	size_t gap = odd > 0 ? sizeof(char *) - odd : 0;
	size_t room = size > gap ? size - gap : 0;
	char *front = buffer + gap, *copy;

	/* each member takes a pointer and at least its NUL: no overflow */
	if (block->size > room ||
	    view->members.count >= (room - block->size) / sizeof(char *))
		return false;
	copy = front + ((size_t)view->members.count + 1) * sizeof(char *);
	memcpy(copy, block->first, block->size);
	ret_group->gr_name = moved(block, copy, view->name);
	ret_group->gr_passwd = moved(block, copy, view->passwd);
	ret_group->gr_gid = view->gid;
	ret_group->gr_mem = (char **)(void *)front;
	pack_members(view, copy, ret_group->gr_mem);
	return true;
}

bool
sj_pack_shadow(const struct sj_user *view, char *buffer, size_t size,
    struct spwd *ret_shadow)
{
	const struct sj_strings *block = &view->strings;

	if (block->size > size)
		return false;
	memcpy(buffer, block->first, block->size);
	ret_shadow->sp_namp = moved(block, buffer, view->name);
	ret_shadow->sp_pwdp = moved(block, buffer, view->hash);
	ret_shadow->sp_lstchg = -1;
	ret_shadow->sp_min = -1;
	ret_shadow->sp_max = -1;
	ret_shadow->sp_warn = -1;
	ret_shadow->sp_inact = -1;
	ret_shadow->sp_expire =
	    view->expires_day == SJ_NO_DAY ? -1 : (long)view->expires_day + 1;
	ret_shadow->sp_flag = ~0ul;
	return true;
}

/* *ret_is_full: the caller wants no more than there are. */
static enum sj_reason
grow(const struct sj_pack_gids *into, bool *ret_is_full)
{
	long size = *into->size;
	gid_t *gids;

	*ret_is_full = into->limit > 0 && *into->start >= into->limit;
	if (*ret_is_full || *into->start < size)
		return SJ_OK;
	size = size > 0 ? 2 * size : 16;
	if (into->limit > 0 && size > into->limit)
		size = into->limit;
	gids = realloc(*into->gids, (size_t)size * sizeof(*gids));
	if (gids == NULL)
		return SJ_SYSTEM_ERROR;
	*into->gids = gids;
	*into->size = size;
	return SJ_OK;
}

enum sj_reason
sj_pack_group_list(const struct sj_group_list *list,
    const struct sj_pack_gids *into, bool *ret_is_any)
{
	enum sj_reason reason = SJ_OK;
	bool is_full = false, is_any = false;
	uint32_t i, gid;

	for (i = 0; i < list->count && reason == SJ_OK && !is_full; i++) {
		gid = sj_load_le32(list->gids + (size_t)i * 4);
		if (!sj_pack_id_is_usable(gid) || gid == into->skip)
			continue;
		reason = grow(into, &is_full);
		if (reason != SJ_OK || is_full)
			continue;
		(*into->gids)[(*into->start)++] = gid;
		is_any = true;
	}
	*ret_is_any = is_any;
	return reason;
}

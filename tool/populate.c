/* SPDX-License-Identifier: ISC */
#include "populate.h"

#include <string.h>

#include "bytes.h"
#include "cleanup.h"
#include "path.h"

void
sj_populate_clear(struct sj_populate *populate)
{
	sj_pack_clear(&populate->passwd);
	sj_pack_clear(&populate->group);
	sj_pack_clear(&populate->gids);
	sj_pack_clear(&populate->shells.pack);
}

void
sj_populate_add_user(
    struct sj_populate *populate, const struct sj_jail_user *user)
{
	char shell[SJ_PATH_SIZE];

	sj_server_pack_user(&populate->passwd, user);
	/* sshd runs what the user's shell is, as a path in the jail. */
	if (sj_jailroot_shell(user, shell) && strcmp(shell, SJ_SHELL) != 0 &&
	    sj_external_add(&populate->shells, shell, NULL) != SJ_OK)
		populate->shells.pack.is_bad = true;
	populate->user_count++;
}

static bool
has_gid(const struct sj_pack *gids, uint32_t gid)
{
	size_t at;

	for (at = 0; at < gids->len; at += 4)
		if (sj_load_le32(gids->data + at) == gid)
			return true;
	return false;
}

void
sj_populate_add_group(
    struct sj_populate *populate, const char *name, uint32_t gid)
{
	if (has_gid(&populate->gids, gid))
		return;
	sj_pack_u32(&populate->gids, gid);
	sj_server_pack_group(&populate->group, name, gid);
}

/* The strings of a list as items, each a copy. */
static enum sj_reason
each_copy(const struct sj_strings *paths, const char *source,
    const struct sj_populate_visitor *visitor, struct sj_fault *fault)
{
	struct sj_populate_item item = {.mode = 0755};
	enum sj_reason reason = SJ_OK;
	uint32_t i;

	item.path = paths->first;
	for (i = 0; reason == SJ_OK && i < paths->count; i++) {
		item.source = source != NULL ? source : item.path;
		reason = visitor->item(visitor->context, &item, fault);
		item.path = sj_strings_next(item.path);
	}
	return reason;
}

enum sj_reason
sj_populate_each(const struct sj_populate *populate,
    const struct sj_populate_visitor *visitor, struct sj_fault *fault)
{
	struct sj_strings shells = sj_external_strings(&populate->shells);
	struct sj_pack argv = {NULL, 0, 0, false};
	struct sj_pack nsswitch = {NULL, 0, 0, false};
	const struct sj_populate_item items[] = {
	    {.path = SJ_SHELL, .source = SJ_SHELL, .mode = 0755},
	    {.path = SJ_SERVER_ARGV, .content = &argv, .mode = 0644},
	    {.path = SJ_SERVER_NSSWITCH, .content = &nsswitch, .mode = 0644},
	    {.path = SJ_SERVER_GROUP,
		.content = &populate->group,
		.is_partial = populate->is_partial,
		.mode = 0644},
	    {.path = SJ_SERVER_PASSWD,
		.content = &populate->passwd,
		.is_partial = populate->is_partial,
		.mode = 0644},
	    {.path = SJ_SERVER_NULL, .mode = 0666},
	};
	enum sj_reason reason;
	size_t i;

	sj_pack_bytes(
	    &argv, populate->server->argv.first, populate->server->argv.size);
	sj_pack_bytes(&nsswitch, SJ_SERVER_NSSWITCH_TEXT,
	    sizeof(SJ_SERVER_NSSWITCH_TEXT) - 1);
	if (argv.is_bad || nsswitch.is_bad || populate->passwd.is_bad ||
	    populate->group.is_bad || populate->gids.is_bad ||
	    populate->shells.pack.is_bad)
		reason = sj_fault_set(fault, SJ_SYSTEM_ERROR, ENOMEM,
		    "what the sftp server needs");
	else
		reason =
		    each_copy(&populate->server->files, NULL, visitor, fault);
	if (reason == SJ_OK)
		reason = each_copy(&shells, SJ_SHELL, visitor, fault);
	for (i = 0; reason == SJ_OK && i < sizeof(items) / sizeof(items[0]);
	     i++)
		reason = visitor->item(visitor->context, &items[i], fault);
	sj_pack_clear(&argv);
	sj_pack_clear(&nsswitch);
	return reason;
}

struct check {
	int root_fd;
	const char *root;
};

static enum sj_reason
check_item(
    void *context, const struct sj_populate_item *item, struct sj_fault *fault)
{
	const struct check *check = context;
	enum sj_populate_state state = sj_populate_judge(check->root_fd, item);

	if (state == SJ_POPULATE_FRESH)
		return SJ_OK;
	return sj_fault_set(fault, SJ_MOUNT_MISSING, 0,
	    "%s%s, which sftp_server needs there, %s", check->root, item->path,
	    state == SJ_POPULATE_MISSING ? "is missing"
					 : "is not what it should be");
}

enum sj_reason
sj_populate_check(const struct sj_server *server,
    const struct sj_jail_user *user, const char *root, struct sj_fault *fault)
{
	struct sj_populate populate = {.server = server, .is_partial = true};
	SJ_AUTO_CLOSE int root_fd = -1;
	struct check check = {.root = root};
	const struct sj_populate_visitor visitor = {check_item, &check};
	enum sj_reason reason;

	if (sj_path_open(root, &sj_path_rule_root, &root_fd, NULL) != SJ_OK)
		return SJ_OK;
	check.root_fd = root_fd;
	sj_populate_add_user(&populate, user);
	reason = sj_populate_each(&populate, &visitor, fault);
	sj_populate_clear(&populate);
	return reason;
}

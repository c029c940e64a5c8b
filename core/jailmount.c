/* SPDX-License-Identifier: ISC */
#include "jailmount.h"

#include <string.h>
#include <unistd.h>

void
sj_jailmounts_init(struct sj_jailmounts *mounts)
{
	unsigned i;

	mounts->shown = mounts->to_make = mounts->bad = 0;
	for (i = 0; i < SJ_JAIL_MOUNT_MAX; i++)
		mounts->fds[i] = -1;
}

void
sj_jailmounts_clear(struct sj_jailmounts *mounts)
{
	unsigned i;

	for (i = 0; i < SJ_JAIL_MOUNT_MAX; i++)
		if (mounts->fds[i] >= 0)
			(void)close(mounts->fds[i]);
	sj_jailmounts_init(mounts);
}

uint64_t
sj_jailmount_all(const struct sj_jail *jail)
{
	return jail->mounts.count == SJ_JAIL_MOUNT_MAX
		   ? UINT64_MAX
		   : (UINT64_C(1) << jail->mounts.count) - 1;
}

bool
sj_jailmount_is_of_host(const char *path)
{
	return sj_jailroot_holds("/proc", path) ||
	       sj_jailroot_holds("/sys", path);
}

enum sj_reason
sj_jailmount_source(const struct sj_jail *jail, const struct sj_jail_user *user,
    uint32_t index, char *ret_path, struct sj_fault *fault)
{
	enum sj_reason reason;

	reason = sj_jailroot_expand_template(sj_jail_mount(jail, index).source,
	    user, SJ_MOUNT_UNSAFE, ret_path, fault);
	if (reason == SJ_OK && sj_jailmount_is_of_host(ret_path))
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    "%s would show the host", ret_path);
	return reason;
}

enum sj_reason
sj_jailmount_open(const struct sj_jail *jail, const struct sj_jail_user *user,
    uint32_t index, const struct sj_path_rule *rule, int *ret_fd,
    struct sj_fault *fault)
{
	char path[SJ_PATH_SIZE];
	enum sj_reason reason;

	reason = sj_jailmount_source(jail, user, index, path, fault);
	return reason == SJ_OK ? sj_path_open(path, rule, ret_fd, fault)
			       : reason;
}

static int
find(const struct sj_jail *jail, uint64_t shown, uint32_t end, const char *path,
    const char **ret_rest)
{
	int found = SJ_JAILMOUNT_NONE;
	size_t len = 0;
	uint32_t i;

	*ret_rest = strcmp(path, "/") == 0 ? "" : path;
	for (i = 0; i < end; i++) {
		const char *target = sj_jail_mount(jail, i).target;

		if ((shown >> i & 1) == 0 || strlen(target) < len ||
		    !sj_jailroot_holds(target, path))
			continue;
		found = (int)i;
		len = strlen(target);
		*ret_rest = path + len;
	}
	return found;
}

int
sj_jailmount_find(const struct sj_jail *jail, uint64_t shown, const char *path,
    const char **ret_rest)
{
	return find(jail, shown, jail->mounts.count, path, ret_rest);
}

int
sj_jailmount_find_place(const struct sj_jail *jail, uint64_t shown,
    uint32_t index, const char **ret_rest)
{
	return find(
	    jail, shown, index, sj_jail_mount(jail, index).target, ret_rest);
}

bool
sj_jailmount_leads(const struct sj_jail *jail, uint64_t shown, const char *path)
{
	uint32_t i;

	for (i = 0; i < jail->mounts.count; i++)
		if ((shown >> i & 1) != 0 &&
		    sj_jailroot_holds(path, sj_jail_mount(jail, i).target))
			return true;
	return false;
}

bool
sj_jailmount_is_users(const struct sj_jail *jail, uint32_t index)
{
	const struct sj_mount mount = sj_jail_mount(jail, index);

	return sj_template_depends_on_user(mount.source) ||
	       sj_strings_contain(&jail->writable, mount.target);
}

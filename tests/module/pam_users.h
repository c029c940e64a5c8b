/* SPDX-License-Identifier: ISC */
#ifndef SJ_PAM_USERS_H
#define SJ_PAM_USERS_H

/* Who lives in the world of the PAM tests, and how his jail is made. */

#include "pam_world.h"

#define ALICE 20001
#define JAILED_GID 20000

#define USERS_PASSWD                                             \
	"root:x:0:0:root:/root:/bin/sh\n"                        \
	"toor:x:0:0:root:/root:/bin/sh\n"                        \
	"local:x:1000:1000::/home/local:/bin/sh\n"               \
	"alice:x:20001:20000::/srv/alice:/bin/false\n"           \
	"moved:x:20099:20000::/srv/moved:/bin/false\n"           \
	"wheelie:x:20003:0::/srv/wheelie:/bin/false\n"           \
	"minus:x:4294967295:20000::/srv/minus:/bin/false\n"      \
	"backslash\\user:x:20004:20000::/srv/alice:/bin/false\n" \
	"admin:x:1001:1001::/home/admin:/bin/sh\n"               \
	"primary:x:1002:1500::/home/primary:/bin/sh\n"           \
	"nobody:x:65534:65534::/:/bin/false\n"
#define USERS_GROUP                                         \
	"root:x:0:\nlocal:x:1000:\nrescuers:x:1500:admin\n" \
	"sftp-only:x:20000:\nacme:x:20001:alice,minus\n"    \
	"jailed:x:20002:wheelie,minus\n"

/* What a case changes; zero is a user for whom all is well. */
struct users_plan {
	struct sj_jail jail; /* name NULL: the default one */
	bool is_disabled;
	int32_t not_before_day;
	int32_t expires_day;
	uint32_t secret_uid; /* 0: the right one */
	bool is_secret_only;
};

static const struct sj_passwd users_public[] = {
    {.uid = ALICE,
	.gid = JAILED_GID,
	.name = "alice",
	.passwd = "x",
	.gecos = "",
	.home = "/srv/alice",
	.shell = "/bin/false"},
    {.uid = 20098, /* files say 20099 */
	.gid = JAILED_GID,
	.name = "moved",
	.passwd = "x",
	.gecos = "",
	.home = "/srv/moved",
	.shell = "/bin/false"},
};

static const struct sj_group users_groups[] = {
    {.gid = JAILED_GID,
	.name = "sftp-only",
	.passwd = "x",
	.members = {.first = "", .size = 0, .count = 0}},
};

#define USERS_JAIL_REST                                                \
	.name = "default", .root = "/srv/%u", .writable_group = "",    \
	.message = "", .groups = FIXTURE_STRINGS("jailed\0", 1),       \
	.except_users = {.first = ""}, .except_groups = {.first = ""}, \
	.services = FIXTURE_STRINGS("sshd\0", 1),                      \
	.mount_paths = {.first = ""}, .umask = SJ_UMASK_UNSET,         \
	.writable_mode = 0700, .is_network_host = true
#define USERS_JAIL_BUT_PLACES \
	USERS_JAIL_REST,      \
	    .users = FIXTURE_STRINGS("alice\0moved\0backslash\\user\0", 3)
#define USERS_JAIL_OF(name_nul)                                               \
	USERS_JAIL_REST, .users = FIXTURE_STRINGS(name_nul, 1), .start = "/", \
			 .writable = {.first = ""}
#define USERS_JAIL \
	USERS_JAIL_BUT_PLACES, .start = "/", .writable = {.first = ""}
#define USERS_JAIL_UPLOAD                    \
	USERS_JAIL_BUT_PLACES, .start = "/", \
			       .writable = FIXTURE_STRINGS("/upload\0", 1)
#define USERS_JAIL_NOWHERE \
	USERS_JAIL_BUT_PLACES, .start = "/nowhere", .writable = {.first = ""}

static inline void
users_write(const struct users_plan *plan)
{
	static const struct sj_jail usual = {USERS_JAIL};
	struct sj_user secrets[] = {
	    {.is_served = true,
		.is_disabled = plan->is_disabled,
		.uid = plan->secret_uid != 0 ? plan->secret_uid : ALICE,
		.not_before_day = plan->not_before_day != 0
				      ? plan->not_before_day
				      : SJ_NO_DAY,
		.expires_day =
		    plan->expires_day != 0 ? plan->expires_day : SJ_NO_DAY,
		.name = "alice",
		.hash = "*"},
	    {.is_served = true,
		.uid = 20098,
		.not_before_day = SJ_NO_DAY,
		.expires_day = SJ_NO_DAY,
		.name = "moved",
		.hash = "*"},
	};
	struct fixture_world world = {
	    .users = users_public,
	    .user_count = plan->is_secret_only ? 0 : 2,
	    .groups = users_groups,
	    .group_count = 1,
	    .secrets = secrets,
	    .secret_count = 2,
	    .served_count = 2,
	    .jails = plan->jail.name != NULL ? &plan->jail : &usual,
	    .jail_count = 1,
	    .jail_groups = FIXTURE_STRINGS("jailed\0", 1),
	    .generation = 1,
	};

	fixture_write_secret(SJ_STATEDIR "/secret.v1.cdb", &world);
	fixture_write_public(SJ_STATEDIR "/public.v1.cdb", &world);
}

/* The directories of all, as they should be. */
static inline void
users_make_homes(void)
{
	world_mkdir("/srv", 0755, 0, 0);
	world_mkdir("/srv/alice", 0755, 0, 0);
	world_mkdir("/srv/alice/upload", 0700, ALICE, JAILED_GID);
	world_mkdir("/srv/wheelie", 0755, 0, 0);
}

/*
 * A child with directories and databases of its own: what a case changes or
 * confines is gone with it.
 */
static inline pid_t
users_fork(void)
{
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid != 0)
		return pid;
	if (unshare(CLONE_NEWNS) != 0)
		world_die("unshare");
	world_tmpfs("/srv");
	world_tmpfs(SJ_STATEDIR);
	world_tmpfs(SJ_RUNDIR);
	world_mkdir(SJ_RUNDIR, 0700, 0, 0);
	world_put(SJ_SHELL, 0755, "%s", "");
	users_make_homes();
	return 0;
}

static inline void
users_exit(void)
{
	(void)fflush(stdout);
	_exit(test_is_bad ? 1 : 0);
}

#endif

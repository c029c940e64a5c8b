/* SPDX-License-Identifier: ISC */
#ifndef SJ_DB_SMALL_H
#define SJ_DB_SMALL_H

/* A small world with one of everything that a record may hold. */

#include "db_fixture.h"

static const struct sj_passwd small_users[] = {
    {.uid = 20001,
	.gid = 20000,
	.name = "alice",
	.passwd = "x",
	.gecos = "Alice, ACME",
	.home = "/srv/sftp/alice",
	.shell = "/usr/libexec/sftpjail/sftpjail-shell"},
    {.uid = 20002,
	.gid = 20001,
	.name = "bob.smith",
	.passwd = "x",
	.gecos = "",
	.home = "/srv/sftp/bob.smith",
	.shell = "/bin/false"},
    {.uid = 59999,
	.gid = 20000,
	.name = "_c",
	.passwd = "x",
	.gecos = "Zo\xc3\xab",
	.home = "/",
	.shell = ""},
};

static const struct sj_group small_groups[] = {
    {.gid = 20000,
	.name = "sftp-only",
	.passwd = "x",
	.members = {.first = "", .size = 0, .count = 0}},
    {.gid = 20001,
	.name = "acme",
	.passwd = "x",
	.members = FIXTURE_STRINGS("alice\0bob.smith\0local\0", 3)},
    {.gid = 20002,
	.name = "x",
	.passwd = "x",
	.members = FIXTURE_STRINGS("alice\0", 1)},
};

static const struct sj_group_list small_lists[] = {
    {.user = "alice",
	.gids = (const unsigned char *)"\x21\x4e\0\0\x22\x4e\0\0",
	.count = 2},
    {.user = "bob.smith",
	.gids = (const unsigned char *)"\x21\x4e\0\0",
	.count = 1},
    {.user = "local",
	.gids = (const unsigned char *)"\x21\x4e\0\0",
	.count = 1},
};

static const struct sj_keys small_keys[] = {
    {.user = "alice",
	.not_before_day = SJ_NO_DAY,
	.expires_day = 20000,
	.lines = FIXTURE_STRINGS("ssh-ed25519 AAAA a\0ssh-rsa BBBB b\0", 2)},
    {.user = "bob.smith",
	.not_before_day = 10000,
	.expires_day = SJ_NO_DAY,
	.lines = FIXTURE_STRINGS("ssh-ed25519 CCCC\0", 1)},
};

static const struct sj_user small_secrets[] = {
    {.is_served = true,
	.uid = 20001,
	.not_before_day = SJ_NO_DAY,
	.expires_day = 20000,
	.name = "alice",
	.hash = "$6$salt$abcdefghijklmnopqrstuvwxyz"},
    {.is_served = true,
	.is_disabled = true,
	.uid = 20002,
	.not_before_day = 10000,
	.expires_day = SJ_NO_DAY,
	.name = "bob.smith",
	.hash = "*"},
    {.is_served = true,
	.uid = 59999,
	.not_before_day = SJ_NO_DAY,
	.expires_day = SJ_NO_DAY,
	.name = "_c",
	.hash = ""},
    {.is_disabled = true, .name = "local", .hash = ""},
};

static const struct sj_jail small_jails[] = {
    {.name = "default",
	.root = "%h",
	.start = "/upload",
	.writable_group = "",
	.message = "",
	.users = {.first = "", .size = 0, .count = 0},
	.groups = FIXTURE_STRINGS("sftp-only\0", 1),
	.except_users = FIXTURE_STRINGS("root\0", 1),
	.except_groups = FIXTURE_STRINGS("wheel\0", 1),
	.services = FIXTURE_STRINGS("sshd\0", 1),
	.writable = FIXTURE_STRINGS("/upload\0/in\0", 2),
	.mount_paths = FIXTURE_STRINGS("/data/%u\0/data\0", 2),
	.mounts = {.first = (const unsigned char *)"\1\0\0\0", .count = 1},
	.from = {.first = (const unsigned char *)"\4\10\12\0\0\0\0\0\0\0\0\0"
						 "\0\0\0\0\0\0",
	    .count = 1},
	.hours = {.first = (const unsigned char *)"\76\0\340\1\70\4\0\0",
	    .count = 1},
	.auth = {.first = (const unsigned char *)"\3\0\0\0", .count = 1},
	.is_create = true,
	.transfer_log = SJ_TRANSFER_LOG_ON,
	.umask = 027,
	.writable_mode = 0700,
	.max_sessions = 3,
	.max_sessions_per_address = 5,
	.session_time_sec = 3600,
	.download_rate = 1000000},
    {.name = "other",
	.root = "",
	.start = "/",
	.writable_group = "acme",
	.message = "no",
	.users = FIXTURE_STRINGS("*\0", 1),
	.groups = {.first = "", .size = 0, .count = 0},
	.except_users = {.first = "", .size = 0, .count = 0},
	.except_groups = {.first = "", .size = 0, .count = 0},
	.services = FIXTURE_STRINGS("sshd\0", 1),
	.writable = {.first = "", .size = 0, .count = 0},
	.mount_paths = {.first = "", .size = 0, .count = 0},
	.is_virtual = true,
	.is_read_only = true,
	.umask = SJ_UMASK_UNSET,
	.writable_mode = 0700},
};

static const struct sj_server small_server = {
    .argv = FIXTURE_STRINGS("/usr/lib/sftp-server\0-l\0INFO\0", 3),
    .files = FIXTURE_STRINGS("/usr/lib/sftp-server\0/lib/libc.so.6\0", 2),
};

#define SMALL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct fixture_world small_world = {
    .users = small_users,
    .user_count = SMALL_COUNT(small_users),
    .groups = small_groups,
    .group_count = SMALL_COUNT(small_groups),
    .lists = small_lists,
    .list_count = SMALL_COUNT(small_lists),
    .keys = small_keys,
    .key_count = SMALL_COUNT(small_keys),
    .secrets = small_secrets,
    .secret_count = SMALL_COUNT(small_secrets),
    .served_count = SMALL_COUNT(small_secrets) - 1,
    .jails = small_jails,
    .jail_count = SMALL_COUNT(small_jails),
    .jail_groups = FIXTURE_STRINGS("sftp-only\0wheel\0", 2),
    .server = &small_server,
    .generation = 7,
};

#endif

/* SPDX-License-Identifier: ISC */
#ifndef SJ_NSS_DIRECT_H
#define SJ_NSS_DIRECT_H

/*
 * A module itself, loaded as the C library loads it, without the library in
 * between: its status and errno for each entry point.
 */

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <shadow.h>

#include "db_small.h"
#include "test.h"

#define DIRECT_BUFFER 4096

struct direct {
	const char *service;
	void *handle;
	enum nss_status (*getpwnam_r)(
	    const char *, struct passwd *, char *, size_t, int *);
	enum nss_status (*getpwuid_r)(
	    uid_t, struct passwd *, char *, size_t, int *);
	enum nss_status (*setpwent)(int);
	enum nss_status (*getpwent_r)(struct passwd *, char *, size_t, int *);
	enum nss_status (*endpwent)(void);
	enum nss_status (*getgrnam_r)(
	    const char *, struct group *, char *, size_t, int *);
	enum nss_status (*getgrgid_r)(
	    gid_t, struct group *, char *, size_t, int *);
	enum nss_status (*setgrent)(int);
	enum nss_status (*getgrent_r)(struct group *, char *, size_t, int *);
	enum nss_status (*endgrent)(void);
	enum nss_status (*getspnam_r)(
	    const char *, struct spwd *, char *, size_t, int *);
	enum nss_status (*setspent)(int);
	enum nss_status (*getspent_r)(struct spwd *, char *, size_t, int *);
	enum nss_status (*endspent)(void);
	enum nss_status (*initgroups_dyn)(
	    const char *, gid_t, long *, long *, gid_t **, long, int *);
};

static inline void
direct_symbol(const struct direct *d, const char *name, void *ret_function)
{
	char symbol[64];
	void *found;

	(void)snprintf(symbol, sizeof(symbol), "_nss_%s_%s", d->service, name);
	found = dlsym(d->handle, symbol);
	if (found == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	memcpy(ret_function, &found, sizeof(found));
}

static inline void
direct_open_service(struct direct *d, const char *service, const char *path)
{
	d->service = service;
	d->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (d->handle == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	direct_symbol(d, "getpwnam_r", &d->getpwnam_r);
	direct_symbol(d, "getpwuid_r", &d->getpwuid_r);
	direct_symbol(d, "setpwent", &d->setpwent);
	direct_symbol(d, "getpwent_r", &d->getpwent_r);
	direct_symbol(d, "endpwent", &d->endpwent);
	direct_symbol(d, "getgrnam_r", &d->getgrnam_r);
	direct_symbol(d, "getgrgid_r", &d->getgrgid_r);
	direct_symbol(d, "setgrent", &d->setgrent);
	direct_symbol(d, "getgrent_r", &d->getgrent_r);
	direct_symbol(d, "endgrent", &d->endgrent);
	direct_symbol(d, "getspnam_r", &d->getspnam_r);
	direct_symbol(d, "setspent", &d->setspent);
	direct_symbol(d, "getspent_r", &d->getspent_r);
	direct_symbol(d, "endspent", &d->endspent);
	direct_symbol(d, "initgroups_dyn", &d->initgroups_dyn);
}

static inline void
direct_open(struct direct *d, const char *path)
{
	direct_open_service(d, "sftpjail", path);
}

/* One call of any kind, and what came of it. */
struct reply {
	enum nss_status status;
	int error;
	struct passwd passwd;
	struct group group;
	struct spwd shadow;
	char buffer[DIRECT_BUFFER];
	gid_t gids[64];
	long gid_count;
};

/* how: the entry points' letters, as in the answers below */
static inline void
direct_ask(const struct direct *d, char how, const char *name, unsigned id,
    struct reply *r)
{
	gid_t *gids = malloc(sizeof(*gids));
	long start = 1, size = 1;
	size_t room = sizeof(r->buffer);

	gids[0] = 20000;
	r->error = 0;
	if (how == 'u')
		r->status =
		    d->getpwnam_r(name, &r->passwd, r->buffer, room, &r->error);
	else if (how == 'U')
		r->status =
		    d->getpwuid_r(id, &r->passwd, r->buffer, room, &r->error);
	else if (how == 'g')
		r->status =
		    d->getgrnam_r(name, &r->group, r->buffer, room, &r->error);
	else if (how == 'G')
		r->status =
		    d->getgrgid_r(id, &r->group, r->buffer, room, &r->error);
	else if (how == 's')
		r->status =
		    d->getspnam_r(name, &r->shadow, r->buffer, room, &r->error);
	else
		r->status = d->initgroups_dyn(
		    name, 20000, &start, &size, &gids, -1, &r->error);
	r->gid_count = start - 1;
	memcpy(r->gids, gids + 1, (size_t)(start - 1) * sizeof(*gids));
	free(gids);
}

/* The next of a walk: 'u', 'g' or 's'. */
static inline void
direct_next(const struct direct *d, char how, struct reply *r)
{
	size_t room = sizeof(r->buffer);

	r->error = 0;
	if (how == 'u')
		r->status =
		    d->getpwent_r(&r->passwd, r->buffer, room, &r->error);
	else if (how == 'g')
		r->status =
		    d->getgrent_r(&r->group, r->buffer, room, &r->error);
	else
		r->status =
		    d->getspent_r(&r->shadow, r->buffer, room, &r->error);
}

static inline bool
is_small_user(const struct passwd *got, unsigned i)
{
	return got->pw_uid == small_users[i].uid &&
	       got->pw_gid == small_users[i].gid &&
	       strcmp(got->pw_name, small_users[i].name) == 0 &&
	       strcmp(got->pw_passwd, small_users[i].passwd) == 0 &&
	       strcmp(got->pw_gecos, small_users[i].gecos) == 0 &&
	       strcmp(got->pw_dir, small_users[i].home) == 0 &&
	       strcmp(got->pw_shell, small_users[i].shell) == 0;
}

static inline bool
is_small_group(const struct group *got, unsigned i)
{
	const char *member = small_groups[i].members.first;
	unsigned n;

	if (got->gr_gid != small_groups[i].gid ||
	    strcmp(got->gr_name, small_groups[i].name) != 0)
		return false;
	for (n = 0; n < small_groups[i].members.count; n++) {
		if (got->gr_mem[n] == NULL ||
		    strcmp(got->gr_mem[n], member) != 0)
			return false;
		member = sj_strings_next(member);
	}
	return got->gr_mem[n] == NULL;
}

static inline bool
is_small_shadow(const struct spwd *got, unsigned i)
{
	return strcmp(got->sp_namp, small_secrets[i].name) == 0 &&
	       strcmp(got->sp_pwdp, small_secrets[i].hash) == 0 &&
	       got->sp_expire == (i == 0 ? 20001 : -1);
}

#endif

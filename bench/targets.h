/* SPDX-License-Identifier: ISC */
#ifndef SJ_TARGETS_H
#define SJ_TARGETS_H

/* The modules that are compared, and one lookup in each of them. */

#include <dlfcn.h>

#include "limit.h"

#define BUFFER_SIZE 4096

enum figure { PWNAM, PWNAM_MISS, PWUID, SPNAM, INITGROUPS, FIGURE_COUNT };

static const char *const figure_names[] = {
    "getpwnam", "getpwnam-miss", "getpwuid", "getspnam", "initgroups"};

struct target {
	const char *name;
	const char *service; /* for the C library */
	bool is_limit;
	struct limit *limit;
	enum nss_status (*getpwnam_r)(
	    const char *, struct passwd *, char *, size_t, int *);
	enum nss_status (*getpwuid_r)(
	    uid_t, struct passwd *, char *, size_t, int *);
	enum nss_status (*getspnam_r)(
	    const char *, struct spwd *, char *, size_t, int *);
	enum nss_status (*initgroups_dyn)(
	    const char *, gid_t, long *, long *, gid_t **, long, int *);
	enum nss_status (*setpwent)(int);
	enum nss_status (*getpwent_r)(struct passwd *, char *, size_t, int *);
	enum nss_status (*endpwent)(void);
};

struct key {
	char name[16];
	uint32_t number;
};

extern int __nss_configure_lookup(const char *base, const char *services);

/* A name as long as the others, that is nobody's. */
static inline void
missing_name(const struct key *key, char *name)
{
	memcpy(name, key->name, sizeof(key->name));
	name[0] = 'x';
}

static inline bool
limit_once(const struct limit *limit, enum figure figure, const struct key *key,
    char *buffer)
{
	struct passwd passwd;
	struct spwd shadow;
	gid_t gids[32];
	char name[16];

	switch (figure) {
	case PWNAM:
		return limit_passwd(
		    limit_find(limit->by_name, limit->mask, key->name), &passwd,
		    buffer, BUFFER_SIZE);
	case PWNAM_MISS:
		missing_name(key, name);
		return limit_find(limit->by_name, limit->mask, name) == NULL;
	case PWUID:
		return limit_passwd(
		    limit_find_uid(limit, MANY_UID + key->number), &passwd,
		    buffer, BUFFER_SIZE);
	case SPNAM:
		return limit_shadow(
		    limit_find(limit->shadow, limit->mask, key->name), &shadow,
		    buffer, BUFFER_SIZE);
	case INITGROUPS:
		return limit_groups(limit, key->name, gids) > 0;
	case FIGURE_COUNT:
		break;
	}
	return false;
}

static inline bool
libc_once(enum figure figure, const struct key *key, char *buffer)
{
	struct passwd passwd, *found = NULL;
	struct spwd shadow, *found_shadow = NULL;
	gid_t gids[32];
	char name[16];
	int count = 32;

	switch (figure) {
	case PWNAM:
		return getpwnam_r(key->name, &passwd, buffer, BUFFER_SIZE,
			   &found) == 0 &&
		       found != NULL;
	case PWNAM_MISS:
		missing_name(key, name);
		return getpwnam_r(name, &passwd, buffer, BUFFER_SIZE, &found) ==
			   0 &&
		       found == NULL;
	case PWUID:
		return getpwuid_r(MANY_UID + key->number, &passwd, buffer,
			   BUFFER_SIZE, &found) == 0 &&
		       found != NULL;
	case SPNAM:
		return getspnam_r(key->name, &shadow, buffer, BUFFER_SIZE,
			   &found_shadow) == 0 &&
		       found_shadow != NULL;
	case INITGROUPS:
		return getgrouplist(key->name, 1, gids, &count) > 1;
	case FIGURE_COUNT:
		break;
	}
	return false;
}

static inline bool
module_groups(const struct target *target, const struct key *key)
{
	static __thread gid_t room[64];
	gid_t *gids = room;
	long start = 1, size = 64;
	int error;

	if (target->initgroups_dyn == NULL)
		return libc_once(INITGROUPS, key, NULL);
	return target->initgroups_dyn(key->name, 1, &start, &size, &gids, -1,
		   &error) == NSS_STATUS_SUCCESS &&
	       start > 1;
}

static inline bool
look_up(const struct target *target, enum figure figure, const struct key *key,
    char *buffer)
{
	struct passwd passwd;
	struct spwd shadow;
	char name[16];
	int error;

	if (target->limit != NULL)
		return limit_once(target->limit, figure, key, buffer);
	if (target->getpwnam_r == NULL)
		return libc_once(figure, key, buffer);
	switch (figure) {
	case PWNAM:
		return target->getpwnam_r(key->name, &passwd, buffer,
			   BUFFER_SIZE, &error) == NSS_STATUS_SUCCESS;
	case PWNAM_MISS:
		missing_name(key, name);
		return target->getpwnam_r(name, &passwd, buffer, BUFFER_SIZE,
			   &error) == NSS_STATUS_NOTFOUND;
	case PWUID:
		return target->getpwuid_r(MANY_UID + key->number, &passwd,
			   buffer, BUFFER_SIZE, &error) == NSS_STATUS_SUCCESS;
	case SPNAM:
		return target->getspnam_r(key->name, &shadow, buffer,
			   BUFFER_SIZE, &error) == NSS_STATUS_SUCCESS;
	case INITGROUPS:
		return module_groups(target, key);
	case FIGURE_COUNT:
		break;
	}
	return false;
}

static inline void
choose_service(const struct target *target)
{
	if (target->service == NULL)
		return;
	__nss_configure_lookup("passwd", target->service);
	__nss_configure_lookup("group", target->service);
	__nss_configure_lookup("shadow", target->service);
}

static inline void
find_symbol(
    void *handle, const char *service, const char *function, void *ret_function)
{
	char symbol[128];
	void *found;

	(void)snprintf(symbol, sizeof(symbol), "_nss_%s_%s", service, function);
	found = dlsym(handle, symbol);
	memcpy(ret_function, &found, sizeof(found));
}

/* The service is what is between libnss_ and .so. */
static inline bool
load_module(struct target *target, const char *path)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const char *base = strstr(path, "libnss_");
	char *service;

	if (handle == NULL || base == NULL) {
		fprintf(stderr, "nssbench: %s\n",
		    handle == NULL ? dlerror() : path);
		return false;
	}
	service = strdup(base + 7);
	service[strcspn(service, ".-")] = '\0';
	target->service = service;
	find_symbol(handle, service, "getpwnam_r", &target->getpwnam_r);
	find_symbol(handle, service, "getpwuid_r", &target->getpwuid_r);
	find_symbol(handle, service, "getspnam_r", &target->getspnam_r);
	find_symbol(handle, service, "initgroups_dyn", &target->initgroups_dyn);
	find_symbol(handle, service, "setpwent", &target->setpwent);
	find_symbol(handle, service, "getpwent_r", &target->getpwent_r);
	find_symbol(handle, service, "endpwent", &target->endpwent);
	return target->getpwnam_r != NULL;
}

#endif

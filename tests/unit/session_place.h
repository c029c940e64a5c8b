/* SPDX-License-Identifier: ISC */
#ifndef SJ_SESSION_PLACE_H
#define SJ_SESSION_PLACE_H

/* A directory of session records, and what goes into it. */

#include <dirent.h>
#include <fcntl.h>

#include "session.h"
#include "test.h"
#include "tree.h"

static char *run; /* DIR of all cases, fresh for each */

static inline struct sj_session_dir
directory(void)
{
	const struct sj_session_dir dir = {run, geteuid()};

	return dir;
}

static inline void
fresh(void)
{
	if (run != NULL)
		tree_remove(run);
	run = tree_make();
}

static inline struct sj_session
session_of(const char *user, uint32_t uid)
{
	struct sj_session session;

	memset(&session, 0, sizeof(session));
	(void)snprintf(session.user, sizeof(session.user), "%s", user);
	(void)snprintf(session.jail, sizeof(session.jail), "default");
	(void)snprintf(session.service, sizeof(session.service), "sshd");
	(void)snprintf(session.from, sizeof(session.from), "192.0.2.7");
	(void)snprintf(session.auth, sizeof(session.auth), "publickey");
	(void)snprintf(session.key, sizeof(session.key), "SHA256:abc");
	session.uid = uid;
	if (!sj_addr_parse(session.from, &session.addr))
		exit(1);
	return session;
}

static const struct sj_session_counts no_limit;

/* Of one user. */
static inline const struct sj_session_counts *
at_most(uint32_t max_sessions)
{
	static struct sj_session_counts max;

	max.user = max_sessions;
	return &max;
}

static inline struct sj_session_counts
counts_of(const struct sj_session *session)
{
	const struct sj_session_dir dir = directory();
	struct sj_session_counts counts = {9999, 9999};
	struct sj_fault fault = {0};

	if (sj_session_count(&dir, session, &counts, &fault) != SJ_OK)
		printf("# %s\n", fault.where);
	return counts;
}

static inline uint32_t
count(uint32_t uid)
{
	const struct sj_session session = session_of("alice", uid);

	return counts_of(&session).user;
}

/* All names in DIR/sessions, also hidden ones. */
static inline unsigned
count_files(void)
{
	char *path = NULL;
	struct dirent *entry;
	unsigned number = 0;
	DIR *dir;

	if (asprintf(&path, "%s/sessions", run) < 0)
		exit(1);
	dir = opendir(path);
	free(path);
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		number += strcmp(entry->d_name, ".") != 0 &&
			  strcmp(entry->d_name, "..") != 0;
	(void)closedir(dir);
	return number;
}

static inline char *
record_path(const struct sj_session *session)
{
	char *path = NULL;

	if (asprintf(&path, "%s/sessions/%s", run, session->id) < 0)
		exit(1);
	return path;
}

/* Each case in a directory of its own. */
static inline int
run_cases(void (*const *cases)(void), size_t case_count)
{
	size_t i;

	for (i = 0; i < case_count; i++) {
		fresh();
		cases[i]();
	}
	tree_remove(run);
	return test_failures != 0;
}

#endif

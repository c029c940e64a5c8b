/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "check_mend.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "quote.h"
#include "sysfile.h"

struct sj_mend {
	char *path;
	char *fix;
	struct stat st; /* as it was judged */
	uid_t uid;
	mode_t mode;
	bool is_new;
	bool is_disputed; /* another jail wants it otherwise */
};

static int
compare(const void *left, const void *right)
{
	const struct sj_mend *a = left, *b = right;

	return strcmp(a->path, b->path);
}

static void
free_mend(struct sj_mend *mend)
{
	if (mend == NULL)
		return;
	free(mend->path);
	free(mend->fix);
	free(mend);
}

static struct sj_mend *
make_mend(const struct sj_jailroot_path *path)
{
	struct sj_mend *mend = calloc(1, sizeof(*mend));

	if (mend == NULL)
		return NULL;
	mend->path = strdup(path->path);
	mend->fix = strdup(path->fix);
	if (mend->path == NULL || mend->fix == NULL) {
		free_mend(mend);
		return NULL;
	}
	mend->is_new = path->st == NULL;
	if (path->st != NULL)
		mend->st = *path->st;
	mend->uid = path->want_uid;
	mend->mode = path->want_mode;
	return mend;
}

/* False if memory is short. */
static bool
add(struct sj_mends *mends, struct sj_mend *mend)
{
	/* an array of pointers: NOLINTNEXTLINE(bugprone-sizeof-expression) */
	if (!sj_sysfile_grow(&mends->items, mends->count, sizeof(mend)) ||
	    tsearch(mend, &mends->paths, compare) == NULL)
		return false;
	mends->items[mends->count++] = mend;
	return true;
}

void
sj_mends_note(struct sj_mends *mends, const struct sj_jailroot_path *path)
{
	bool is_missing = path->st == NULL && path->reason == SJ_ROOT_MISSING;
	struct sj_mend key = {.path = (char *)(uintptr_t)path->path};
	struct sj_mend **found, *mend;

	if (path->fix[0] == '\0' || (!path->is_mendable && !is_missing))
		return;
	found = tfind(&key, &mends->paths, compare);
	if (found != NULL) {
		if ((*found)->uid != path->want_uid ||
		    (*found)->mode != path->want_mode)
			(*found)->is_disputed = true;
		return;
	}
	mend = make_mend(path);
	if (mend == NULL || !add(mends, mend)) {
		free_mend(mend);
		mends->is_short = true;
	}
}

bool
sj_mends_is_pending(const struct sj_mends *mends)
{
	size_t i;

	for (i = mends->tried_count; i < mends->count; i++)
		if (!mends->items[i]->is_disputed)
			return true;
	return false;
}

void
sj_mends_print(const struct sj_mends *mends, FILE *out)
{
	const struct sj_mend *mend;
	size_t i;

	for (i = mends->tried_count; i < mends->count; i++) {
		mend = mends->items[i];
		if (mend->is_disputed) {
			sj_quote_printf(out,
			    "# %s: jails want different owners: left\n",
			    mend->path);
			continue;
		}
		sj_quote_put_command(out, mend->fix);
		(void)fputc('\n', out);
	}
}

static bool
is_as_judged(const struct sj_mend *mend, const struct stat *st)
{
	return st->st_dev == mend->st.st_dev && st->st_ino == mend->st.st_ino &&
	       st->st_uid == mend->st.st_uid && st->st_mode == mend->st.st_mode;
}

static enum sj_reason
make_one(const struct sj_mend *mend, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int path_fd = -1, fd = -1;
	struct sj_path_rule rule = sj_path_rule_root;
	gid_t gid = mend->uid == 0 ? 0 : (gid_t)-1;
	enum sj_reason reason;
	struct stat st;

	rule.is_last_any = true;
	rule.is_create = mend->is_new;
	reason = sj_path_open(mend->path, &rule, &path_fd, fault);
	if (reason != SJ_OK || mend->is_new)
		return reason;
	/* The same directory, as a descriptor that can be changed. */
	fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s", mend->path);
	if (!is_as_judged(mend, &st))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is another one than was judged", mend->path);
	if ((st.st_uid != mend->uid && fchown(fd, mend->uid, gid) != 0) ||
	    ((st.st_mode & 07777) != mend->mode && fchmod(fd, mend->mode) != 0))
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "%s", mend->path);
	return SJ_OK;
}

void
sj_mends_make(struct sj_mends *mends)
{
	const struct sj_mend *mend;
	struct sj_fault fault;

	for (; mends->tried_count < mends->count; mends->tried_count++) {
		mend = mends->items[mends->tried_count];
		if (mend->is_disputed)
			continue;
		if (make_one(mend, &fault) == SJ_OK) {
			mends->made_count++;
			continue;
		}
		(void)fputs("sftpjail check: not done: ", stderr);
		sj_quote_put_command(stderr, mend->fix);
		sj_quote_printf(stderr, ": %s\n", fault.where);
	}
}

static void
keep(void *node)
{
	(void)node;
}

void
sj_mends_clear(struct sj_mends *mends)
{
	size_t i;

	tdestroy(mends->paths, keep);
	for (i = 0; i < mends->count; i++)
		free_mend(mends->items[i]);
	free(mends->items);
	memset(mends, 0, sizeof(*mends));
}

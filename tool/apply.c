/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "apply.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "db_install.h"
#include "keyfiles.h"
#include "model_store.h"
#include "nscd.h"
#include "sources.h"

/* From so many users on the tables by name are freed while writing. */
#define MANY_USERS 100000u
#define SHRINK_MIN 10u

struct install {
	const struct sj_tool *tool;
	struct sj_model *model;
	const struct sj_apply_options *options;
	struct sj_apply_result *result;
	struct sj_fault *fault;
	int dir_fd;
	int new_dir_fd;
	char new_dir[64]; /* of a dry run; "" else */
	struct sj_db_files installed;
};

void
sj_apply_result_clear(struct sj_apply_result *result)
{
	free(result->names_memory);
	memset(result, 0, sizeof(*result));
}

/*
 * The group "shadow" of the files, as ours could be asked for it as well.  A
 * file that can't be read is not one without it: who checks passwords as that
 * group could not any more.
 */
static enum sj_reason
find_shadow_gid(uint32_t *ret_gid, struct sj_fault *fault)
{
	SJ_AUTO_FCLOSE FILE *file = fopen("/etc/group", "re");
	const struct group *group;

	*ret_gid = SJ_NO_INDEX;
	if (file == NULL && errno == ENOENT)
		return SJ_OK;
	if (file == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "/etc/group");
	while ((errno = 0, group = fgetgrent(file)) != NULL)
		if (strcmp(group->gr_name, "shadow") == 0) {
			*ret_gid = group->gr_gid;
			return SJ_OK;
		}
	if (errno != 0 && errno != ENOENT)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "/etc/group");
	return SJ_OK;
}

/* A dry run writes to a directory of its own, which is removed. */
static enum sj_reason
open_dirs(struct install *install)
{
	const char *dir = install->tool->state_dir;

	install->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (install->dir_fd < 0 &&
	    !(install->options->is_dry_run && errno == ENOENT))
		return sj_fault_set(
		    install->fault, SJ_SYSTEM_ERROR, errno, "%s", dir);
	if (!install->options->is_dry_run) {
		install->new_dir_fd = install->dir_fd;
		return SJ_OK;
	}
	(void)strcpy(install->new_dir, "/tmp/sftpjail.XXXXXX");
	if (mkdtemp(install->new_dir) == NULL) {
		install->new_dir[0] = '\0';
		return sj_fault_set(install->fault, SJ_SYSTEM_ERROR, errno,
		    "making a directory in /tmp");
	}
	install->new_dir_fd = open(
	    install->new_dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (install->new_dir_fd < 0)
		return sj_fault_set(install->fault, SJ_SYSTEM_ERROR, errno,
		    "%s", install->new_dir);
	return SJ_OK;
}

static void
close_install(struct install *install)
{
	if (install->new_dir_fd >= 0)
		sj_db_files_discard(install->new_dir_fd);
	if (install->new_dir[0] != '\0')
		(void)rmdir(install->new_dir);
	if (install->new_dir_fd >= 0 && install->new_dir_fd != install->dir_fd)
		(void)close(install->new_dir_fd);
	if (install->dir_fd >= 0)
		(void)close(install->dir_fd);
	sj_db_files_close(&install->installed);
}

/* One of the two files that are written; neither changes the model. */
struct writing {
	struct sj_db_target target;
	const struct sj_model *model;
	enum sj_reason reason;
	struct sj_fault fault;
};

static void *
write_one(void *context)
{
	struct writing *writing = context;

	writing->reason =
	    sj_db_write(&writing->target, writing->model, &writing->fault);
	return NULL;
}

/* The secret file; a big one in a thread of its own, beside the other. */
static enum sj_reason
write_files(struct install *install)
{
	const bool is_big = install->model->user_count > MANY_USERS;
	struct writing secret = {.model = install->model,
	    .target = {.dir_fd = install->new_dir_fd,
		.name = SJ_DB_SECRET_FILE SJ_DB_NEW_SUFFIX,
		.kind = SJ_DB_SECRET,
		.generation = sj_db_files_generation(&install->installed) + 1,
		.secret_gid = SJ_NO_INDEX,
		.progress = is_big ? NULL : install->options->progress}};
	struct writing public = secret;
	enum sj_reason reason = SJ_OK;
	bool has_thread = false;
	pthread_t thread;

	if (geteuid() == 0)
		reason =
		    find_shadow_gid(&secret.target.secret_gid, install->fault);
	if (reason != SJ_OK)
		return reason;
	public.target.name = SJ_DB_PUBLIC_FILE SJ_DB_NEW_SUFFIX;
	public.target.kind = SJ_DB_PUBLIC;
	public.target.progress = install->options->progress;
	if (is_big) {
		sj_model_drop_tables(install->model);
		has_thread =
		    pthread_create(&thread, NULL, write_one, &secret) == 0;
	}
	if (!has_thread)
		(void)write_one(&secret);
	if (has_thread || secret.reason == SJ_OK)
		(void)write_one(&public);
	if (has_thread)
		(void)pthread_join(thread, NULL);
	if (secret.reason == SJ_OK && public.reason == SJ_OK)
		return SJ_OK;
	if (install->fault != NULL)
		*install->fault =
		    secret.reason != SJ_OK ? secret.fault : public.fault;
	return SJ_SYSTEM_ERROR;
}

/* Against nothing, everything is new: no need to read it all again. */
static void
count_all(struct install *install)
{
	struct sj_apply_result *result = install->result;

	result->users.added = install->model->user_count;
	result->groups.added = install->model->group_count;
	result->jails.added = install->model->jail_count;
}

static enum sj_reason
count_changes(struct install *install)
{
	struct sj_db_files *old = &install->installed;
	struct sj_db_pair old_pair = {NULL, NULL}, new_pair;
	struct sj_db_files new;
	enum sj_reason reason = SJ_DB_CORRUPT;

	if (!old->has_public && !install->options->is_named) {
		count_all(install);
		return SJ_OK;
	}
	sj_db_files_open(&new,
	    install->new_dir[0] != '\0' ? install->new_dir
					: install->tool->state_dir,
	    SJ_DB_NEW_SUFFIX, geteuid());
	new_pair.public = new.has_public ? &new.public : NULL;
	new_pair.secret = new.has_secret ? &new.secret : NULL;
	if (old->has_public)
		old_pair.public = &old->public;
	if (old->has_secret)
		old_pair.secret = &old->secret;
	if (old->is_secret_hidden)
		new_pair.secret = NULL;
	if (new.sys_errno != 0)
		reason = SJ_SYSTEM_ERROR;
	else if (new.has_public &&new.has_secret)
		reason = sj_db_diff(&old_pair, &new_pair,
		    install->options->is_named, install->result);
	sj_db_files_close(&new);
	if (reason == SJ_DB_CORRUPT) {
		/* The installed one, as the other was written just now. */
		count_all(install);
		return SJ_OK;
	}
	if (reason != SJ_OK)
		return sj_fault_set(install->fault, SJ_SYSTEM_ERROR,
		    new.sys_errno != 0 ? new.sys_errno : ENOMEM,
		    "comparing the databases");
	return SJ_OK;
}

/* An empty file is valid, and so is one that lost its second half. */
static bool
is_shrinking(const struct install *install)
{
	uint32_t before;
	const struct sj_db_files *old = &install->installed;

	if (install->options->is_shrink_allowed || !old->has_public)
		return false;
	before = old->public.header.sections[SJ_DB_SECTION_PASSWD].count;
	return before >= SHRINK_MIN &&
	       install->result->users.removed > before / 2;
}

static enum sj_exit
refuse_shrinking(const struct install *install)
{
	(void)sj_fault_set(install->fault, SJ_SYSTEM_ERROR, 0,
	    "this would drop %u of %u users; if that is meant, run apply with "
	    "--allow-shrink",
	    (unsigned)install->result->users.removed,
	    (unsigned)install->installed.public.header
		.sections[SJ_DB_SECTION_PASSWD]
		.count);
	return SJ_EXIT_CONFIG;
}

static enum sj_reason
call_before_commit(struct install *install)
{
	if (install->options->before_commit == NULL ||
	    install->options->is_dry_run)
		return SJ_OK;
	return install->options->before_commit(
	    install->options->context, install->fault);
}

/* The database, if it changes, and then what is made from the same text. */
static enum sj_reason
commit(struct install *install)
{
	bool is_begun = false;
	enum sj_reason reason = call_before_commit(install);

	if (reason != SJ_OK || install->options->is_dry_run)
		return reason;
	if (install->result->is_changed)
		reason = sj_db_files_commit(install->dir_fd,
		    &install->installed, &is_begun, install->fault);
	if (reason == SJ_OK)
		reason = sj_keyfiles_store(install->tool, install->model,
		    (int64_t)time(NULL), install->fault);
	if (reason == SJ_OK)
		reason = sj_sources_store(
		    install->tool, install->model, install->fault);
	if (is_begun)
		sj_nscd_flush();
	return reason;
}

/* A dry run may be anybody's, and what is installed root's. */
static uid_t
installed_owner(const struct install *install)
{
	struct stat st;

	if (install->options->is_dry_run &&
	    stat(install->tool->state_dir, &st) == 0 && st.st_uid == 0)
		return 0;
	return geteuid();
}

static enum sj_exit
install_new(struct install *install)
{
	bool is_same = false;

	sj_db_files_open(&install->installed, install->tool->state_dir, "",
	    installed_owner(install));
	/* Not taken for none: how many users would go is to be counted. */
	if (install->installed.sys_errno != 0) {
		(void)sj_fault_set(install->fault, SJ_SYSTEM_ERROR,
		    install->installed.sys_errno,
		    "opening the installed database in %s",
		    install->tool->state_dir);
		return SJ_EXIT_SYSTEM;
	}
	if (write_files(install) != SJ_OK ||
	    sj_db_files_compare(install->dir_fd, install->new_dir_fd,
		&install->installed, &is_same, install->fault) != SJ_OK)
		return SJ_EXIT_SYSTEM;
	install->result->is_changed = !is_same;
	install->result->generation =
	    sj_db_files_generation(&install->installed) + !is_same;
	if (!is_same && count_changes(install) != SJ_OK)
		return SJ_EXIT_SYSTEM;
	if (is_shrinking(install))
		return refuse_shrinking(install);
	return commit(install) == SJ_OK ? SJ_EXIT_OK : SJ_EXIT_SYSTEM;
}

enum sj_exit
sj_apply_install(const struct sj_tool *tool, struct sj_model *model,
    const struct sj_apply_options *options, struct sj_apply_result *ret_result,
    struct sj_fault *fault)
{
	struct sj_apply_result result = {.is_changed = false};
	struct install install = {.tool = tool,
	    .model = model,
	    .options = options,
	    .result = &result,
	    .fault = fault,
	    .dir_fd = -1,
	    .new_dir_fd = -1};
	enum sj_exit status = SJ_EXIT_SYSTEM;

	if (open_dirs(&install) == SJ_OK)
		status = install_new(&install);
	close_install(&install);
	if (status == SJ_EXIT_OK)
		*ret_result = result;
	else
		sj_apply_result_clear(&result);
	return status;
}

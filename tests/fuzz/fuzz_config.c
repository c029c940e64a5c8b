/* SPDX-License-Identifier: ISC */
/*
 * The configuration: scan, libconfig, compiler.  What has no error becomes two
 * databases that can be read, and can be edited without becoming an error.
 */
#define _GNU_SOURCE
#include "db_see.h"
#include "db_write.h"
#include "edit.h"
#include "text.h"

static struct sj_model *
load(const char *text, size_t len)
{
	struct sj_text_options options = {.dir = fuzz_dir(),
	    .owner = geteuid(),
	    .replaced = "sftpjail.conf",
	    .replaced_text = text,
	    .replaced_len = len};
	struct sj_model *model = NULL;

	FUZZ_MUST(sj_text_load(&options, &model, NULL) == SJ_OK);
	sj_findings_print(&model->errors, "", fuzz_sink());
	sj_findings_print(&model->warnings, "warning: ", fuzz_sink());
	return model;
}

/* Each user and group of the model is in the database. */
static void
check_public(const struct sj_model *model, struct sj_db *db)
{
	struct sj_user_def user;
	struct sj_passwd passwd;
	struct sj_group group;
	bool is_found;
	uint32_t i;

	for (i = 0; i < model->user_count; i++) {
		sj_model_user(model, i, &user);
		FUZZ_MUST(sj_db_find_passwd(
			      db, user.name, &is_found, &passwd) == SJ_OK &&
			  is_found && passwd.uid == user.uid &&
			  strcmp(passwd.home, user.home) == 0);
	}
	for (i = 0; i < model->group_count; i++)
		FUZZ_MUST(sj_db_find_group_gid(db, model->groups[i].gid,
			      &is_found, &group) == SJ_OK &&
			  is_found);
}

static void
check_secret(const struct sj_model *model, struct sj_db *db)
{
	struct sj_jail jail;
	uint32_t i;

	FUZZ_MUST(db->header.jail_count == model->jail_count);
	for (i = 0; i < model->jail_count; i++)
		FUZZ_MUST(sj_db_jail(db, i, &jail) == SJ_OK &&
			  strcmp(jail.name, model->jails[i].jail.name) == 0);
}

static void
check_written(const struct sj_model *model, enum sj_db_kind kind)
{
	struct sj_db_target target = {.name = "cdb",
	    .kind = kind,
	    .generation = 1,
	    .secret_gid = SJ_NO_INDEX};
	char path[256];
	struct sj_db_source source = {path, kind, geteuid()};
	struct sj_db db;

	(void)snprintf(path, sizeof(path), "%s/cdb", fuzz_dir());
	target.dir_fd = open(fuzz_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_MUST(sj_db_write(&target, model, NULL) == SJ_OK);
	FUZZ_MUST(sj_db_open(&db, &source, NULL) == SJ_OK);
	if (kind == SJ_DB_PUBLIC)
		check_public(model, &db);
	else
		check_secret(model, &db);
	sj_db_close(&db);
	db_see_file(&source);
	(void)unlink(path);
	(void)close(target.dir_fd);
}

/* The list of locked users, the first user's gecos, then he is taken out. */
static void
check_edited(const struct sj_model *model, const char *text, size_t len)
{
	static const char *const items[] = {"zz"};
	const struct sj_edit_field gecos = {
	    .name = "gecos", .kind = SJ_EDIT_STRING, .text = "a \"b\" \\ c"};
	const struct sj_edit_field disabled = {.name = "disabled",
	    .kind = SJ_EDIT_LIST,
	    .items = items,
	    .count = 1};
	struct sj_edit edit = {NULL, 0, false};
	struct sj_model *edited;
	struct sj_user_def user;

	FUZZ_MUST(sj_edit_init(&edit, text, len, NULL) == SJ_OK);
	FUZZ_MUST(sj_edit_set_top(&edit, &disabled, NULL) == SJ_OK);
	if (model->user_count > 0) {
		sj_model_user(model, 0, &user);
		FUZZ_MUST(sj_edit_set(&edit, "users", user.element, &gecos,
			      NULL) == SJ_OK);
	}
	edited = load(edit.text, edit.len);
	FUZZ_MUST(edited->errors.count == 0 && edited->disabled_count == 1);
	FUZZ_MUST(edited->user_count == model->user_count);
	if (model->user_count > 0) {
		sj_model_user(edited, 0, &user);
		FUZZ_MUST(strcmp(user.gecos, gecos.text) == 0);
	}
	sj_model_free(edited);
	/* Others may name him: that may be an error, but he alone is gone. */
	if (model->user_count > 0) {
		FUZZ_MUST(sj_edit_remove(&edit, "users", user.element, NULL) ==
			  SJ_OK);
		edited = load(edit.text, edit.len);
		FUZZ_MUST(edited->user_count == model->user_count - 1 &&
			  edited->jail_count == model->jail_count);
		sj_model_free(edited);
	}
	sj_edit_clear(&edit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct sj_model *model = load(text, size);

	if (model->errors.count == 0) {
		check_written(model, SJ_DB_PUBLIC);
		check_written(model, SJ_DB_SECRET);
		check_edited(model, text, size);
	}
	sj_model_free(model);
	free(text);
	return 0;
}

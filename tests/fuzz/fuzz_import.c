/* SPDX-License-Identifier: ISC */
/*
 * import: the first line is the kind (one letter: s, p, m, r), "-" for conf.d,
 * and --group; then the file, and behind each form feed one of the others:
 * group, shadow, accounts.  What is printed, apply takes.
 */
#define _GNU_SOURCE
#include <strings.h>

#include "fuzz.h"
#include "import.h"
#include "text.h"

static const char *const names[] = {"in", "group", "shadow", "accounts"};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static char paths[NAME_COUNT][256];

/* Includes of this host are not for a fuzzer to read. */
static bool
write_files(char *rest)
{
	char *text;
	size_t i;

	for (i = 0; i < NAME_COUNT; i++) {
		text = rest == NULL ? NULL : strsep(&rest, "\f");
		if (text == NULL)
			text = strdupa("");
		if (strcasestr(text, "include") != NULL)
			return false;
		(void)snprintf(paths[i], sizeof(paths[i]), "%s",
		    fuzz_write(names[i], text, strlen(text)));
	}
	return true;
}

static enum sj_reason
run(struct sj_import *import, char kind, const char *group,
    struct sj_fault *fault)
{
	const struct sj_import_everybody everybody = {
	    *group == '\0' ? NULL : group, paths[3]};
	const struct sj_import_accounts accounts = {.passwd_path = paths[0],
	    .group_path = paths[1],
	    .shadow_path = paths[2],
	    .group = group};

	if (kind == 's')
		return sj_import_sshd(import, paths[0], fault);
	if (kind == 'p')
		return sj_import_passwd(import, &accounts, fault);
	if (kind == 'r')
		return sj_import_rssh(import, paths[0], &everybody, fault);
	return sj_import_mysecureshell(import, paths[0], &everybody, fault);
}

static void
check_config(const char *text)
{
	struct sj_text_options options = {.dir = fuzz_dir(),
	    .owner = geteuid(),
	    .replaced = "sftpjail.conf",
	    .replaced_text = text,
	    .replaced_len = strlen(text)};
	struct sj_model *model = NULL;

	FUZZ_MUST(sj_text_load(&options, &model, NULL) == SJ_OK);
	if (model->errors.count > 0) {
		(void)fputs(text, stderr);
		sj_findings_print(&model->errors, "", stderr);
	}
	FUZZ_MUST(model->errors.count == 0);
	sj_model_free(model);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_import import = {.say = fuzz_sink(), .arena = {.fd = -1}};
	char *text = fuzz_copy(data, size), *rest = text, *made = NULL;
	const char *options = strsep(&rest, "\n");
	struct sj_fault fault;
	bool is_whole;
	size_t made_size;
	char kind = *options;

	if (kind != '\0' && *++options == '-') {
		import.is_part = true;
		options++;
	}
	/* The command line has been looked at. */
	if (kind != 'p' && *options != '\0' && !sj_import_is_name(options))
		options = "";
	if (write_files(rest)) {
		import.out = open_memstream(&made, &made_size);
		FUZZ_MUST(import.out != NULL);
		if (import.is_part)
			(void)fputs("version = 1;\n", import.out);
		is_whole = run(&import, kind, options, &fault) == SJ_OK;
		FUZZ_MUST(fclose(import.out) == 0 && !import.is_short);
		/* Accounts in a part have ids that the rest must allow. */
		if (is_whole && !(import.is_part && kind == 'p'))
			check_config(made);
		free(made);
		sj_import_clear(&import);
	}
	free(text);
	return 0;
}

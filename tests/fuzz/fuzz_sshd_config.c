/* SPDX-License-Identifier: ISC */
/*
 * sshd_config: the reader, Match blocks, what setup makes of it.  Behind a form
 * feed: a file that it may include.
 */
#define _GNU_SOURCE
#include "setup_twice.h"
#include "sshd_config.h"

#define CONF SJ_SYSCONFDIR "/ssh/sshd_config"
#define INCLUDED SJ_SYSCONFDIR "/ssh/a.conf"

static void
check_line(const struct sj_sshd_config *config, const struct sj_sshd_line *line)
{
	static const char *const groups[] = {"users", "sftp-only"};
	const struct sj_sshd_who who = {.user = "alice",
	    .groups = groups,
	    .group_count = 2,
	    .addr = "192.0.2.7"};
	const struct sj_sshd_who unknown = {.user = "alice"};
	enum sj_sshd_answer sure;
	char *joined = sj_sshd_args_join(line->args);

	FUZZ_MUST(joined != NULL && line->arg_count > 0);
	free(joined);
	(void)sj_sshd_config_find_for(config, line->keyword, &who, &sure);
	(void)sj_sshd_config_find_for(config, line->keyword, &unknown, &sure);
	(void)sj_sshd_block_applies(config, line->block, &who);
}

static void
check_config(const char *root)
{
	const struct sj_sshd_who who = {.user = "alice"};
	const struct sj_sshd_line *by;
	struct sj_sshd_config config;
	size_t i;

	if (sj_sshd_config_load(root, &config, NULL) == SJ_OK) {
		/* Each costs as much as there are: not the square of many. */
		for (i = 0; i < config.line_count && i < 64; i++)
			check_line(&config, &config.lines[i]);
		(void)sj_sshd_access_denied(&config, &who, &by);
		(void)sj_sshd_config_subsystem(&config, "sftp");
	}
	sj_sshd_config_clear(&config);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_setup_facts facts = {
	    .root = fuzz_dir(), .is_key_files = true};
	char *text = fuzz_copy(data, size), *rest = text;

	if (fuzz_is_slow(text)) {
		free(text);
		return 0;
	}
	(void)strsep(&rest, "\f");
	tree_put(facts.root, CONF, text);
	tree_put(facts.root, INCLUDED, rest == NULL ? "" : rest);
	check_config(facts.root);
	setup_twice(&facts, CONF, text, sj_setup_sshd);
	facts.is_key_files = false;
	setup_twice(&facts, CONF, text, sj_setup_sshd);
	free(text);
	return 0;
}

/* SPDX-License-Identifier: ISC */
/*
 * Files of public keys: lines of OpenSSH's and SSH2 blocks.  What is taken is
 * the same key in every form that is made of it.
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "sshkey.h"
#include "sshkey_ssh2.h"

/* As a block, and read again. */
static void
check_block(const char *line)
{
	struct sj_sshkey_list list = {.count = 0};
	enum sj_sshkey_error error;
	unsigned int number;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	FUZZ_MUST(out != NULL);
	sj_sshkey_ssh2_put(out, line);
	FUZZ_MUST(fclose(out) == 0);
	error = sj_sshkey_list_parse(text, size, &list, &number);
	/* A comment may be made of whatever is refused, or grow by \xHH. */
	FUZZ_MUST(error == SJ_SSHKEY_OK || error == SJ_SSHKEY_PRIVATE ||
		  error == SJ_SSHKEY_TOO_LONG || error == SJ_SSHKEY_SEVERAL);
	if (error == SJ_SSHKEY_OK)
		FUZZ_MUST(
		    list.count == 1 && sj_sshkey_is_same(list.lines[0], line));
	sj_sshkey_list_clear(&list);
	free(text);
}

static void
check_line(const char *line)
{
	static const char front[] = SJ_SSHKEY_RESTRICTIONS;
	struct sj_sshkey key, other;
	char *restricted = NULL;
	enum sj_sshkey_error error;

	FUZZ_MUST(sj_sshkey_parse(line, &key) == SJ_SSHKEY_OK);
	FUZZ_MUST(strpbrk(line, "\r\n") == NULL);
	FUZZ_MUST(key.blob.text >= line &&
		  key.blob.text + key.blob.len <= line + strlen(line));
	error = sj_sshkey_restrict(line, &restricted);
	if (error != SJ_SSHKEY_TOO_LONG) {
		FUZZ_MUST(error == SJ_SSHKEY_OK);
		FUZZ_MUST(strncmp(restricted, front, strlen(front)) == 0);
		FUZZ_MUST(strpbrk(restricted, "\r\n") == NULL);
		error = sj_sshkey_parse(restricted, &other);
		FUZZ_MUST(error == SJ_SSHKEY_OK || error == SJ_SSHKEY_TOO_LONG);
		if (error == SJ_SSHKEY_OK) {
			FUZZ_MUST(
			    strcmp(key.fingerprint, other.fingerprint) == 0);
			FUZZ_MUST(sj_sshkey_is_same(line, restricted));
		}
	}
	free(restricted);
	check_block(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_sshkey_list list = {.count = 0};
	unsigned int number = 0;
	char *text = fuzz_copy(data, size), *rest = text, *line;
	struct sj_sshkey key;
	size_t i;

	if (sj_sshkey_list_parse(text, size, &list, &number) == SJ_SSHKEY_OK)
		for (i = 0; i < list.count; i++)
			check_line(list.lines[i]);
	sj_sshkey_list_clear(&list);
	/* And each line by itself, as the configuration has it. */
	while ((line = strsep(&rest, "\n")) != NULL)
		if (sj_sshkey_check_line(line) == SJ_SSHKEY_OK)
			FUZZ_MUST(sj_sshkey_parse(line, &key) == SJ_SSHKEY_OK);
		else
			(void)sj_sshkey_is_private(line);
	free(text);
	return 0;
}

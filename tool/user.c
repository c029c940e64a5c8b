/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "user.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "json.h"
#include "model_store.h"
#include "quote.h"
#include "sshkey.h"

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **
sj_user_groups(const struct sj_model *model, uint32_t index, size_t *ret_count)
{
	const uint32_t *groups = NULL;
	const char *primary, *name;
	uint32_t count = sj_model_groups_of(model, index, &groups), i;
	const char **names = calloc((size_t)count + 1, sizeof(names[0]));
	size_t used = 0;

	if (names == NULL)
		return NULL;
	(void)sj_model_names(model, index, &primary);
	for (i = 0; i < count; i++) {
		name = model->groups[groups[i]].name;
		if (strcmp(name, primary) != 0)
			names[used++] = name;
	}
	qsort(names, used, sizeof(names[0]), compare_names);
	*ret_count = used;
	return names;
}

const char *
sj_user_jail(const struct sj_model *model, uint32_t index)
{
	uint32_t jail = sj_model_jail_of(model, index);

	return jail == SJ_NO_INDEX ? NULL : model->jails[jail].jail.name;
}

static const char *
next_line(const struct sj_strings *lines, uint32_t index, const char *line)
{
	return index == 0 ? lines->first : sj_strings_next(line);
}

json_t *
sj_user_json_keys(const struct sj_user_def *user)
{
	json_t *list = json_array(), *key;
	const char *line = NULL;
	struct sj_sshkey parsed;
	uint32_t i;

	for (i = 0; i < user->keys.count; i++) {
		line = next_line(&user->keys, i, line);
		if (sj_sshkey_parse(line, &parsed) != SJ_SSHKEY_OK)
			continue;
		key = json_pack("{s:o, s:s, s:o}", "type",
		    sj_json_text_len(parsed.type.text, parsed.type.len),
		    "fingerprint", parsed.fingerprint, "comment",
		    sj_json_text_len(parsed.comment.text, parsed.comment.len));
		if (json_array_append_new(list, key) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

void
sj_user_put_keys(const struct sj_user_def *user, const char *indent, FILE *out)
{
	const char *line = NULL;
	struct sj_sshkey key;
	uint32_t i;

	for (i = 0; i < user->keys.count; i++) {
		SJ_AUTO_FREE char *comment = NULL;

		line = next_line(&user->keys, i, line);
		if (sj_sshkey_parse(line, &key) != SJ_SSHKEY_OK)
			continue;
		comment = strndup(key.comment.text, key.comment.len);
		(void)fprintf(out, "%s%.*s %s", indent, (int)key.type.len,
		    key.type.text, key.fingerprint);
		if (key.comment.len > 0)
			sj_quote_printf(out, " %s", comment);
		(void)fputc('\n', out);
	}
}

static json_t *
json_names(const char *const *names, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++) {
		if (json_array_append_new(list, sj_json_text(names[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *
sj_user_json_defined(const struct sj_place *place)
{
	SJ_AUTO_FREE char *text = NULL;

	if (asprintf(&text, "%s:%u", place->file, (unsigned)place->line) < 0) {
		text = NULL;
		return NULL;
	}
	return sj_json_text(text);
}

json_t *
sj_user_json(const struct sj_model *model, uint32_t index)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	SJ_AUTO_FREE const char **groups = NULL;
	json_t *head, *tail;
	size_t count = 0;

	groups = sj_user_groups(model, index, &count);
	if (user == NULL || groups == NULL)
		return NULL;
	sj_model_user(model, index, user);
	head = json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "name",
	    sj_json_text(user->name), "uid", (json_int_t)user->uid, "gid",
	    (json_int_t)user->gid, "group", sj_json_text(user->group_name),
	    "groups", json_names(groups, count), "gecos",
	    sj_json_text(user->gecos), "home", sj_json_text(user->home),
	    "shell", sj_json_text(user->shell));
	tail = json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "password",
	    strchr("*!", user->password[0]) == NULL ? "set" : "none",
	    "disabled", user->is_disabled, "not_before",
	    sj_json_day(user->not_before_day), "expires",
	    sj_json_day(user->expires_day), "keys", sj_user_json_keys(user),
	    "jail", sj_json_text(sj_user_jail(model, index)), "defined",
	    sj_user_json_defined(&user->place));
	if (head == NULL || tail == NULL ||
	    json_object_update(head, tail) != 0) {
		json_decref(head);
		head = NULL;
	}
	json_decref(tail);
	return head;
}

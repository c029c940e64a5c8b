/* SPDX-License-Identifier: ISC */
/* shadow(5): hashes and the end of accounts. */
#include "import_passwd.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "record.h"

/* As shadow(5) has them. */
enum field {
	NAME,
	HASH,
	CHANGED,
	MIN,
	MAX,
	WARN,
	INACTIVE,
	EXPIRE,
	FIELD_COUNT
};

/* Greater is "never" by custom. */
#define AGE_MAX 99999u
/* 9999-12-31, as days since 1970-01-01: what a date can say. */
#define DAY_MAX 2932896u

static bool
is_name(const void *array, uint32_t index, const void *key)
{
	const struct sj_import_secret *secrets = array;

	return strcmp(secrets[index].name, key) == 0;
}

const struct sj_import_secret *
sj_import_shadow_find(const struct sj_import_shadow *shadow, const char *name)
{
	uint32_t at = sj_table_find(&shadow->table, sj_table_hash_string(name),
	    is_name, shadow->items, name);

	return at == SJ_TABLE_NONE ? NULL : &shadow->items[at];
}

static void
take_line(struct sj_import *import, const struct sj_import_place *place,
    char *line, struct sj_import_shadow *shadow)
{
	struct sj_import_secret secret = {.place = *place};
	char *fields[FIELD_COUNT];
	uint32_t number;

	(void)sj_import_fields(line, fields, FIELD_COUNT);
	secret.name = fields[NAME];
	secret.hash = fields[HASH];
	secret.is_aged =
	    sj_args_number(fields[MAX], &number) && number < AGE_MAX;
	/* The field is the first day on which there is no login. */
	secret.last_day = SJ_NO_DAY;
	if (sj_args_number(fields[EXPIRE], &number) && number <= DAY_MAX)
		secret.last_day = number == 0 ? 0 : (int32_t)number - 1;
	if (*secret.name == '\0' ||
	    sj_import_shadow_find(shadow, secret.name) != NULL)
		return;
	if (!sj_sysfile_grow(
		&shadow->items, shadow->count, sizeof(*shadow->items)) ||
	    !sj_table_add(&shadow->table, sj_table_hash_string(secret.name),
		(uint32_t)shadow->count)) {
		import->is_short = true;
		return;
	}
	shadow->items[shadow->count++] = secret;
}

enum sj_reason
sj_import_shadow_load(struct sj_import *import, const char *path,
    struct sj_import_shadow *ret_shadow, struct sj_fault *fault)
{
	struct sj_import_place place = {path, 0};
	enum sj_reason reason;
	char *cursor, *line;

	reason = sj_import_load(import, path, &cursor, fault);
	if (reason != SJ_OK)
		return reason;
	while ((line = sj_sysfile_line(&cursor, &place.line)) != NULL)
		take_line(import, &place, line, ret_shadow);
	return SJ_OK;
}

void
sj_import_shadow_clear(struct sj_import_shadow *shadow)
{
	free(shadow->items);
	sj_table_clear(&shadow->table);
}

/* SPDX-License-Identifier: ISC */
#ifndef SJ_EDIT_H
#define SJ_EDIT_H

/*
 * Changes in the text of conf.d/50-users.conf, as an editor would make them:
 * what is not changed stays as it is, comments too.  The text is one that
 * sj_text_load() has read without errors; where it can't be followed all the
 * same, an operation answers SJ_SYSTEM_ERROR and changes nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "record.h"
#include "reason.h"

/* A text that grows; owned.  Starts zeroed; sj_edit_clear() frees it. */
struct sj_edit {
	char *text; /* terminated */
	size_t len;
	bool is_changed; /* is no longer what it began with */
};

void sj_edit_clear(struct sj_edit *edit);

/* Takes a copy of text, or of what a new file begins with where it is NULL. */
enum sj_reason sj_edit_init(struct sj_edit *ret_edit, const char *text,
    size_t len, struct sj_fault *fault) SJ_MUST_CHECK;

enum sj_edit_kind {
	SJ_EDIT_NONE = 0, /* not set; in sj_edit_set(): taken out */
	SJ_EDIT_STRING,	  /* text, quoted */
	SJ_EDIT_BARE,	  /* text as it is: a number, true */
	SJ_EDIT_LIST,	  /* items, in one line */
	SJ_EDIT_LINES	  /* items, one in a line */
};

/* A setting; name, text and items are borrowed. */
struct sj_edit_field {
	const char *name;
	enum sj_edit_kind kind;
	const char *text;
	const char *const *items; /* none: as SJ_EDIT_NONE */
	size_t count;
};

/* An element of a list, "{ name = value; ... }", without a comma. */
void sj_edit_put_element(
    FILE *out, const struct sj_edit_field *fields, size_t count);

/* Between the elements of a text for sj_edit_append(). */
#define SJ_EDIT_BETWEEN ",\n"

/*
 * What follows changes a list of the top level: "users", "groups".
 * Puts elements behind its last one; the list is made if it is missing.
 */
enum sj_reason sj_edit_append(struct sj_edit *edit, const char *list,
    const char *elements, struct sj_fault *fault) SJ_MUST_CHECK;

/* Puts one element of these fields there. */
enum sj_reason sj_edit_add(struct sj_edit *edit, const char *list,
    const struct sj_edit_field *fields, size_t count,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Takes list[element] out. */
enum sj_reason sj_edit_remove(struct sj_edit *edit, const char *list,
    uint32_t element, struct sj_fault *fault) SJ_MUST_CHECK;

/* Sets, or takes out, a setting of list[element]. */
enum sj_reason sj_edit_set(struct sj_edit *edit, const char *list,
    uint32_t element, const struct sj_edit_field *field,
    struct sj_fault *fault) SJ_MUST_CHECK;

/* Sets, or takes out, a setting of the top level. */
enum sj_reason sj_edit_set_top(struct sj_edit *edit,
    const struct sj_edit_field *field, struct sj_fault *fault) SJ_MUST_CHECK;

#endif

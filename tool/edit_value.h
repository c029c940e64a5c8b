/* SPDX-License-Identifier: ISC */
#ifndef SJ_EDIT_VALUE_H
#define SJ_EDIT_VALUE_H

/* What stands behind the "=". */

#include "edit.h"

/* False: there is nothing to write. */
bool sj_edit_value_is_set(const struct sj_edit_field *field);

/*
 * The text of a number for an SJ_EDIT_BARE field: above INT32_MAX libconfig
 * wants an L behind it.
 */
#define SJ_EDIT_NUMBER_SIZE 16
void sj_edit_value_number(uint32_t number, char ret_text[SJ_EDIT_NUMBER_SIZE]);

void sj_edit_value_put(FILE *out, const struct sj_edit_field *field);

#endif

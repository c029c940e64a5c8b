/* SPDX-License-Identifier: ISC */
#ifndef SJ_EDIT_VALUE_H
#define SJ_EDIT_VALUE_H

/* What stands behind the "=". */

#include "edit.h"

/* False: there is nothing to write. */
bool sj_edit_value_is_set(const struct sj_edit_field *field);

void sj_edit_value_put(FILE *out, const struct sj_edit_field *field);

#endif

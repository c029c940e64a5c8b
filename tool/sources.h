/* SPDX-License-Identifier: ISC */
#ifndef SJ_SOURCES_H
#define SJ_SOURCES_H

/* Which text the installed database was made from. */

#include "model.h"
#include "tool.h"

#define SJ_SOURCES_FILE "sources.v1"

/* Writes the stamps of the model's files, atomically. */
enum sj_reason sj_sources_store(const struct sj_tool *tool,
    const struct sj_model *model, struct sj_fault *fault) SJ_MUST_CHECK;

/*
 * *ret_is_stale: the text is another than the one that was applied last (also
 * when it is not known which that was).  SJ_SYSTEM_ERROR: can't be told.
 */
enum sj_reason sj_sources_is_stale(const struct sj_tool *tool,
    bool *ret_is_stale, struct sj_fault *fault) SJ_MUST_CHECK;

#endif

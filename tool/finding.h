/* SPDX-License-Identifier: ISC */
#ifndef SJ_FINDING_H
#define SJ_FINDING_H

/* Errors and warnings about the configuration, all of them at once. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where a thing stands in the text. */
struct sj_place {
	const char *file; /* "": nowhere */
	uint32_t line;	  /* 0: the file as a whole */
};

struct sj_finding {
	struct sj_place place;
	uint32_t file_rank;  /* files in the order of reading */
	const char *setting; /* "users[3].uid"; "": none */
	const char *message;
};

/*
 * Owned by the model.  More than SJ_FINDING_MAX are counted, not kept.
 * is_short stays set once memory was short.
 */
#define SJ_FINDING_MAX 10000u

struct sj_findings {
	struct sj_finding *items;
	size_t count;
	size_t size;
	size_t dropped_count;
	bool is_short;
};

void sj_findings_clear(struct sj_findings *findings);

/* Copies setting and message; file must outlive the findings. */
void sj_finding_add(struct sj_findings *findings, const struct sj_finding *new);

/* By file in the order of reading, line, and order of adding. */
void sj_findings_sort(struct sj_findings *findings);

/*
 * A line for each: "file:line: setting: message", with prefix ("warning: " or
 * "") behind the place.  Control characters are shown as \xHH.
 */
void sj_findings_print(
    const struct sj_findings *findings, const char *prefix, FILE *out);

#endif

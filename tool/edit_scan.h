/* SPDX-License-Identifier: ISC */
#ifndef SJ_EDIT_SCAN_H
#define SJ_EDIT_SCAN_H

/*
 * Where things stand in a text of libconfig's (its manual, "Configuration
 * Files"): offsets of settings and of the elements of a list.  Pure; knows
 * comments and strings, judges nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from start_off up to, not including, end_off. */
struct sj_edit_span {
	size_t start_off;
	size_t end_off;
};

struct sj_edit_setting {
	struct sj_edit_span whole; /* name to value, and the ; or , behind */
	struct sj_edit_span value;
	bool is_terminated; /* has a ; or , */
};

/*
 * Finds a setting among those in body: the whole text, or what stands between
 * the braces of a group.  *ret_found is false if it is not there; *ret_last_off
 * is the end of the last setting's whole (body's start if there is none), and
 * *ret_last_terminated says if that has a ; or ,.  False: not to be followed.
 */
struct sj_edit_found {
	bool is_found;
	struct sj_edit_setting setting;
	size_t last_off;
	bool is_last_terminated;
};
bool sj_edit_scan_setting(const char *text, const struct sj_edit_span *body,
    const char *name, struct sj_edit_found *ret_found);

/*
 * The element with this index of the list or array at value, and the commas
 * in front of it and behind it; count is how many elements there are.  index
 * UINT32_MAX: the last one.
 */
struct sj_edit_element {
	uint32_t count;
	bool is_found;
	struct sj_edit_span span;
	bool has_before, has_after;
	size_t before_comma_off;
	size_t after_comma_off;
};
bool sj_edit_scan_element(const char *text, const struct sj_edit_span *value,
    uint32_t index, struct sj_edit_element *ret_element);

#endif

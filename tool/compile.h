/* SPDX-License-Identifier: ISC */
#ifndef SJ_COMPILE_H
#define SJ_COMPILE_H

/*
 * From trees of settings to a checked model.  text.c hands the pieces of all
 * files over in order; sj_compile_finish() then checks what needs all of them.
 * Nothing stops at an error: each is added to the model.
 */

#include "model_store.h"
#include "node.h"

/* Scalars of the top level: where each was set, in whatever file. */
enum sj_top {
	SJ_TOP_VERSION = 0,
	SJ_TOP_KEY_FILES,
	SJ_TOP_UID_MIN,
	SJ_TOP_UID_MAX,
	SJ_TOP_GID_MIN,
	SJ_TOP_GID_MAX,
	SJ_TOP_GROUP,
	SJ_TOP_HOME,
	SJ_TOP_SHELL,
	SJ_TOP_SFTP_SERVER,
	SJ_TOP_COUNT
};

struct sj_compile {
	struct sj_model *model;
	uint32_t file;	    /* the one that is read */
	uint32_t hash_line; /* of its first password hash; 0: none */
	bool is_broken;	    /* a file was not read to its end */
	struct sj_place tops[SJ_TOP_COUNT]; /* line 0: not set */
	uint32_t top_files[SJ_TOP_COUNT];
	struct sj_pack scratch;
};

/* Frees what the compiler itself holds, not the model. */
void sj_compile_clear(struct sj_compile *compile);

/* The lists that may be handed over in pieces, ended by NULL. */
extern const char *const sj_compile_lists[];

/* One setting of the top level, or one element of such a list. */
void sj_compile_setting(struct sj_compile *compile, const struct sj_node *node);
void sj_compile_element(struct sj_compile *compile, const char *list,
    uint32_t element, const struct sj_node *node);

/* When all was read: defaults, references, memberships, nested jails. */
void sj_compile_finish(struct sj_compile *compile);

/*
 * The rest is for compile*.c and host.c.
 */

/* "list[element].setting[item].sub", as much of it as is set. */
struct sj_where {
	const char *list;
	const char *setting;
	const char *sub;
	uint32_t element; /* SJ_NO_INDEX: none, likewise item */
	uint32_t item;
};

#define SJ_WHERE_TOP(name)  \
	((struct sj_where){ \
	    .setting = (name), .element = SJ_NO_INDEX, .item = SJ_NO_INDEX})
#define SJ_WHERE_ELEMENT(name, index) \
	((struct sj_where){           \
	    .list = (name), .element = (index), .item = SJ_NO_INDEX})

void sj_compile_error(struct sj_compile *compile, uint32_t line,
    const struct sj_where *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void sj_compile_warn(struct sj_compile *compile, uint32_t line,
    const struct sj_where *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, of the setting of that name. */
#define SJ_ERROR_AT(compile, node, where, name, ...)                          \
	do {                                                                  \
		struct sj_where at_ = *(where);                               \
		at_.setting = (name);                                         \
		sj_compile_error((compile), (node)->line, &at_, __VA_ARGS__); \
	} while (0)

enum sj_want {
	SJ_WANT_STRING,
	SJ_WANT_INTEGER,
	SJ_WANT_BOOL,
	SJ_WANT_STRINGS,
	SJ_WANT_GROUP,
	SJ_WANT_GROUPS,
	SJ_WANT_STRING_OR_BOOL,
	SJ_WANT_STRING_OR_STRINGS
};

struct sj_spec {
	const char *name;
	enum sj_want want;
};

/*
 * Sorts the settings of a group by the specs: ret_nodes[i] is that of
 * specs[i], or NULL if it is not set or of another type.  Unknown ones and
 * wrong types are reported.
 */
void sj_compile_collect(struct sj_compile *compile, const struct sj_node *group,
    const struct sj_where *where, const struct sj_spec *specs, uint32_t count,
    const struct sj_node **ret_nodes);

/* True if the node is of that type; else reported. */
bool sj_compile_is_type(struct sj_compile *compile, const struct sj_node *node,
    const struct sj_where *where, enum sj_want want);

/* True if the group has the setting, of whatever type. */
bool sj_compile_has(const struct sj_node *group, const char *name);

/* Reports the setting as missing if the group does not have it at all. */
void sj_compile_require(struct sj_compile *compile, const struct sj_node *group,
    const struct sj_where *where, const char *name, const char *expected);

/* The nearest of the names by edit distance; never NULL if count > 0. */
const char *sj_compile_nearest(
    const char *name, const struct sj_spec *specs, uint32_t count);

/* Packs the strings of a list into the model; none: an empty list. */
struct sj_strings sj_compile_strings(
    struct sj_compile *compile, const struct sj_node *list);

void sj_compile_user(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node);
void sj_compile_group(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node);
void sj_compile_disabled(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node);
void sj_compile_jail(
    struct sj_compile *compile, uint32_t element, const struct sj_node *node);

/* The list of names in a setting of a jail or group: reported if bad. */
bool sj_compile_check_names(struct sj_compile *compile,
    const struct sj_node *list, const struct sj_where *where,
    const char *setting, bool is_star_allowed);

/* Defaults and bounds that were not set; the missing version. */
void sj_compile_finish_top(struct sj_compile *compile);
/* What is reported next concerns this place's file. */
void sj_compile_at(struct sj_compile *compile, const struct sj_place *place);
/* Jails that never match, users without one, trees that nest. */
void sj_compile_check_jails(struct sj_compile *compile);
void sj_compile_check_nesting(struct sj_compile *compile);

#endif

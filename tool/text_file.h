/* SPDX-License-Identifier: ISC */
#ifndef SJ_TEXT_FILE_H
#define SJ_TEXT_FILE_H

/* Which files there are, and whether they may be believed. */

#include <sys/types.h>

#include "compile.h"
#include "scan.h"
#include "text.h"

#define SJ_TEXT_MAIN_FILE "sftpjail.conf"
#define SJ_TEXT_CONF_D "conf.d"

#define SJ_TEXT_SIZE_MAX ((uint64_t)1 << 30)

/* "*.conf" as a shell means it. */
bool sj_text_is_conf_name(const char *name);

/* sftpjail.conf and the files of conf.d, in the order of reading. */
struct sj_text_list {
	const struct sj_text_options *options;
	int dir_fd;
	int conf_d_fd; /* -1: there is none */
	char **names;  /* below dir: "sftpjail.conf", "conf.d/50-users.conf" */
	uint32_t count;
};

/*
 * Opens and checks the directories and lists the files; what can't be trusted
 * is an error in the model.  SJ_SYSTEM_ERROR: could not be told.
 */
enum sj_reason sj_text_list_open(struct sj_text_list *list,
    const struct sj_text_options *options, struct sj_compile *compile,
    struct sj_fault *fault) SJ_MUST_CHECK;
void sj_text_list_clear(struct sj_text_list *list);

/* One file, or the memory in place of it. */
struct sj_text_source {
	const char *path; /* the model's */
	uint32_t file;	  /* index in the model */
	int fd;		  /* -1: text */
	const char *text;
	size_t text_len;
	size_t text_pos;
	uint64_t size;	/* bytes so far */
	uint64_t total; /* as it was opened */
	uint64_t sum;
	int sys_errno; /* of a read that failed */
};

/* Adds the file to the model and opens it; false: an error of the model. */
bool sj_text_source_open(struct sj_text_source *ret_source,
    const struct sj_text_list *list, uint32_t index,
    struct sj_compile *compile);

/* At most size bytes; always as many as there are: the sum depends on it. */
long sj_text_source_read(struct sj_text_source *source, char *buf, size_t size);

/* When it was read: notes size and sum; warns of hashes that others see. */
void sj_text_source_finish(
    struct sj_text_source *source, struct sj_compile *compile);
void sj_text_source_close(struct sj_text_source *source);

#endif

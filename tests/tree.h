/* SPDX-License-Identifier: ISC */
#ifndef SJ_TREE_H
#define SJ_TREE_H

/* A directory below TMPDIR that stands for "/", for tests of file readers. */

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline char *
tree_make(void)
{
	const char *tmp = getenv("TMPDIR");
	char *root = NULL;

	if (asprintf(&root, "%s/sftpjail-tree.XXXXXX",
		tmp == NULL ? "/tmp" : tmp) < 0 ||
	    mkdtemp(root) == NULL) {
		perror("mkdtemp");
		exit(1);
	}
	return root;
}

/* Writes root + path, and the directories to it. */
static inline void
tree_put(const char *root, const char *path, const char *text)
{
	char *full = NULL, *slash;
	FILE *file;

	if (asprintf(&full, "%s%s", root, path) < 0)
		exit(1);
	for (slash = full + strlen(root);
	     (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
		*slash = '\0';
		(void)mkdir(full, 0755);
	}
	file = fopen(full, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		perror(full);
		exit(1);
	}
	free(full);
}

static inline int
tree_remove_one(
    const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* Removes it and frees its name. */
static inline void
tree_remove(char *root)
{
	(void)nftw(root, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(root);
}

#endif

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "external.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "path.h"

#define LISTING_SIZE 65536
#define CACHE "/etc/ld.so.cache"
#define TIME_ZONE "/etc/localtime"
#define NSS_FILES "libnss_files.so.2"

static enum sj_reason
judge_owner(const char *path, const struct stat *st, struct sj_fault *fault)
{
	if (st->st_uid != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is owned by uid %lu, want root; chown root:root %s",
		    path, (unsigned long)st->st_uid, path);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is mode %04o, others may write it; chmod go-w %s", path,
		    (unsigned)st->st_mode & 07777u, path);
	return SJ_OK;
}

enum sj_reason
sj_external_judge(const char *path, struct sj_fault *fault)
{
	SJ_AUTO_FREE char *real = realpath(path, NULL);
	SJ_AUTO_CLOSE int fd = -1;
	struct sj_fault way;
	enum sj_reason reason;
	struct stat st;

	if (real == NULL || stat(real, &st) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is no regular file, expected one", real);
	reason = judge_owner(real, &st, fault);
	if (reason != SJ_OK)
		return reason;
	if (sj_path_open(dirname(real), &sj_path_rule_root, &fd, &way) != SJ_OK)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s: others than root could put another file there: %s",
		    path, way.where);
	return SJ_OK;
}

/* Nothing of the caller's environment: it could name other libraries. */
static void
run_child(const char *const *words, int out)
{
	union {
		const char *const *in;
		char *const *out;
	} argv = {words};
	char *const env[] = {NULL};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0)
		(void)execve(words[0], argv.out, env);
	_exit(127);
}

static bool
read_listing(int fd, char *text)
{
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, text + len, LISTING_SIZE - 1 - len);
		if (got > 0)
			len += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	text[len] = '\0';
	return got == 0 && len < LISTING_SIZE - 1;
}

/* What the loader says to these words; false if it fails. */
static bool
ask_loader(const char *const *words, char *ret_text)
{
	bool is_read = false;
	int ends[2], status = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		run_child(words, ends[1]);
	(void)close(ends[1]);
	if (pid > 0)
		is_read = read_listing(ends[0], ret_text);
	(void)close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 && is_read && status == 0;
}

static enum sj_reason
add(struct sj_external_list *files, const char *path, struct sj_fault *fault)
{
	enum sj_reason reason = sj_external_judge(path, fault);

	return reason == SJ_OK ? sj_external_add(files, path, fault) : reason;
}

/*
 * First as in the jail, where there is no cache; loaders that do not know the
 * option, or find nothing so, are asked again, and the cache is shown.
 */
static enum sj_reason
add_libraries(const char *program, const char *loader,
    struct sj_external_list *files, struct sj_fault *fault)
{
	const char *const bare[] = {
	    loader, "--inhibit-cache", "--list", program, NULL};
	const char *const plain[] = {loader, "--list", program, NULL};
	SJ_AUTO_FREE char *listing = malloc(LISTING_SIZE);
	size_t len = files->pack.len;
	uint32_t count = files->count;
	enum sj_reason reason;

	if (listing == NULL)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "asking %s", loader);
	if (ask_loader(bare, listing) &&
	    sj_external_parse_listing(listing, files, fault) == SJ_OK)
		return SJ_OK;
	files->pack.len = len;
	files->count = count;
	if (!ask_loader(plain, listing))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the libraries of %s can't be found out: \"%s --list %s\" "
		    "fails",
		    program, loader, program);
	reason = sj_external_parse_listing(listing, files, fault);
	if (reason == SJ_OK && access(CACHE, F_OK) == 0)
		reason = add(files, CACHE, fault);
	return reason;
}

/* Before glibc 2.34, what reads /etc/passwd is loaded from beside the libc. */
static enum sj_reason
add_name_service(struct sj_external_list *files, struct sj_fault *fault)
{
	struct sj_strings known = sj_external_strings(files);
	const char *path = known.first, *name;
	char beside[SJ_PATH_SIZE + sizeof(NSS_FILES)];
	uint32_t i;

	for (i = 0; i < known.count; i++, path = sj_strings_next(path)) {
		name = strrchr(path, '/') + 1;
		if (strncmp(name, "libc.so.", 8) != 0)
			continue;
		(void)snprintf(beside, sizeof(beside), "%.*s" NSS_FILES,
		    (int)(name - path), path);
		return access(beside, F_OK) == 0 ? add(files, beside, fault)
						 : SJ_OK;
	}
	return SJ_OK;
}

static enum sj_reason
judge_all(const struct sj_external_list *files, struct sj_fault *fault)
{
	struct sj_strings paths = sj_external_strings(files);
	const char *path = paths.first;
	enum sj_reason reason = SJ_OK;
	uint32_t i;

	if (files->pack.is_bad)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "the list of libraries");
	if (paths.count > SJ_SERVER_FILES_MAX)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "the program needs %u files, expected at most %u",
		    (unsigned)paths.count, SJ_SERVER_FILES_MAX);
	for (i = 0; reason == SJ_OK && i < paths.count;
	     i++, path = sj_strings_next(path))
		reason = sj_external_judge(path, fault);
	return reason;
}

enum sj_reason
sj_external_find(const char *program, struct sj_external_list *ret_files,
    struct sj_fault *fault)
{
	char loader[SJ_PATH_SIZE] = "";
	enum sj_reason reason = add(ret_files, program, fault);

	if (reason == SJ_OK && access(program, X_OK) != 0)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "%s can't be run; chmod 0755 %s", program, program);
	if (reason == SJ_OK)
		reason = sj_external_interpreter(program, loader, fault);
	if (reason == SJ_OK && loader[0] != '\0')
		reason = add(ret_files, loader, fault);
	if (reason == SJ_OK && loader[0] != '\0')
		reason = add_libraries(program, loader, ret_files, fault);
	if (reason == SJ_OK)
		reason = add_name_service(ret_files, fault);
	if (reason == SJ_OK && access(TIME_ZONE, F_OK) == 0)
		reason = add(ret_files, TIME_ZONE, fault);
	return reason == SJ_OK ? judge_all(ret_files, fault) : reason;
}

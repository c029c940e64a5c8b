/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "jailroot_check.h"

#include <errno.h>
#include <fcntl.h>

enum sj_reason
sj_jailroot_judge_file(const struct stat *st, uid_t root_uid, const char *path,
    struct sj_fault *fault)
{
	if (S_ISREG(st->st_mode) && st->st_uid == root_uid &&
	    (st->st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return SJ_OK;
	return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
	    "%s is no file that only root could have written", path);
}

/*
 * A package that was upgraded may have taken a library away; what it brought in
 * its place is found by apply.
 */
static enum sj_reason
check_file(
    struct sj_jailroot_check *check, const char *path, struct sj_fault *fault)
{
	const int root_fd = check->host->root_fd;
	struct stat st;
	int result =
	    root_fd < 0 ? stat(path, &st) : fstatat(root_fd, path + 1, &st, 0);

	if (result != 0)
		return sj_fault_set(fault, SJ_MOUNT_MISSING, errno,
		    "%s, which sftp_server needs (sftpjail apply looks for it "
		    "anew)",
		    path);
	return sj_jailroot_judge_file(&st, check->host->uid, path, fault);
}

void
sj_jailroot_check_server(struct sj_jailroot_check *check)
{
	const struct sj_server *server = check->host->server;
	const char *path = server->files.first;
	enum sj_reason reason = SJ_OK;
	struct sj_fault fault;
	uint32_t i;

	check->role = SJ_JAILROOT_MOUNT;
	for (i = 0; reason == SJ_OK && i < server->files.count;
	     i++, path = sj_strings_next(path))
		reason = check_file(check, path, &fault);
	sj_jailroot_finish(
	    check, reason, reason == SJ_OK ? server->argv.first : fault.where);
}

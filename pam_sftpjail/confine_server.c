/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
#include "confine_server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "confine_mounts.h"
#include "server.h"

#define MEMORY "server"

static enum sj_reason
show_files(const struct sj_confine *confine, struct sj_mounts *mounts,
    int root_fd, struct sj_fault *fault)
{
	const struct sj_strings *files = &confine->server->files;
	const char *path = files->first;
	enum sj_reason reason = SJ_OK;
	struct stat st;
	uint32_t i;

	for (i = 0; reason == SJ_OK && i < files->count;
	     i++, path = sj_strings_next(path)) {
		/* Links are the host's, and lead to what is installed now. */
		SJ_AUTO_CLOSE int fd = open(path, O_PATH | O_CLOEXEC);

		if (fd < 0 || fstat(fd, &st) != 0)
			return sj_fault_set(fault, SJ_MOUNT_MISSING, errno,
			    "open %s, which sftp_server needs", path);
		reason = sj_jailroot_judge_file(&st, 0, path, fault);
		if (reason == SJ_OK)
			reason = sj_confine_mounts_show_file(mounts, root_fd,
			    fd, path, SJ_MOUNTS_READ_ONLY | SJ_MOUNTS_PROGRAM,
			    fault);
	}
	return reason;
}

/* The server opens it for reading and writing before anything else. */
static enum sj_reason
show_null(struct sj_mounts *mounts, int root_fd, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd =
	    open(SJ_SERVER_NULL, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open " SJ_SERVER_NULL);
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return sj_fault_set(fault, SJ_MOUNT_UNSAFE, 0,
		    SJ_SERVER_NULL " is another device");
	return sj_confine_mounts_show_file(mounts, root_fd, fd, SJ_SERVER_NULL,
	    SJ_MOUNTS_READ_ONLY | SJ_MOUNTS_DEVICE, fault);
}

static enum sj_reason
show_made(struct sj_mounts *mounts, int root_fd, int memory_fd,
    const char *path, const struct sj_pack *content, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd = openat(memory_fd, strrchr(path, '/') + 1,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (content->is_bad)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, ENOMEM, "make %s", path);
	/* By now the process has the group of the user. */
	if (fd < 0 || fchown(fd, 0, 0) != 0 ||
	    write(fd, content->data, content->len) != (ssize_t)content->len)
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
		    "make %s for the jail in memory", path);
	return sj_confine_mounts_show_file(
	    mounts, root_fd, fd, path, SJ_MOUNTS_READ_ONLY, fault);
}

static enum sj_reason
show_all_made(const struct sj_confine *confine, struct sj_mounts *mounts,
    int root_fd, struct sj_fault *fault)
{
	struct sj_pack argv = {NULL, 0, 0, false}, user = argv, order = argv;
	const struct {
		const char *path;
		const struct sj_pack *content;
	} made[] = {
	    {SJ_SERVER_ARGV, &argv},
	    {SJ_SERVER_PASSWD, &user},
	    {SJ_SERVER_GROUP, confine->groups},
	    {SJ_SERVER_NSSWITCH, &order},
	};
	SJ_AUTO_CLOSE int memory_fd = -1;
	enum sj_reason reason;
	size_t i;

	sj_pack_bytes(
	    &argv, confine->server->argv.first, confine->server->argv.size);
	sj_server_pack_user(&user, confine->user);
	sj_pack_bytes(&order, SJ_SERVER_NSSWITCH_TEXT,
	    sizeof(SJ_SERVER_NSSWITCH_TEXT) - 1);
	reason = sj_mounts_make_memory(mounts, MEMORY, &memory_fd, fault);
	for (i = 0; reason == SJ_OK && i < sizeof(made) / sizeof(made[0]); i++)
		reason = show_made(mounts, root_fd, memory_fd, made[i].path,
		    made[i].content, fault);
	sj_pack_clear(&argv);
	sj_pack_clear(&user);
	sj_pack_clear(&order);
	return reason;
}

enum sj_reason
sj_confine_server_show(const struct sj_confine *confine,
    struct sj_mounts *mounts, int root_fd, struct sj_fault *fault)
{
	enum sj_reason reason = show_files(confine, mounts, root_fd, fault);

	if (reason == SJ_OK)
		reason = show_null(mounts, root_fd, fault);
	if (reason == SJ_OK)
		reason = show_all_made(confine, mounts, root_fd, fault);
	return reason;
}

bool
sj_confine_server_is_selinux_enforcing(void)
{
	SJ_AUTO_CLOSE int fd =
	    open("/sys/fs/selinux/enforce", O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1 && byte == '1';
}

/* SPDX-License-Identifier: ISC */
#include "external.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"

static bool
read_at(int fd, void *data, size_t size, uint64_t off)
{
	return off <= INT64_MAX &&
	       pread(fd, data, size, (off_t)off) == (ssize_t)size;
}

static bool
is_program(const ElfW(Ehdr) * head)
{
	const unsigned char own = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

	return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 &&
	       head->e_ident[EI_CLASS] == own &&
	       (head->e_type == ET_EXEC || head->e_type == ET_DYN) &&
	       head->e_phentsize == sizeof(ElfW(Phdr));
}

/* The path in the file, with its NUL and no other. */
static bool
read_path(int fd, const ElfW(Phdr) * part, char *ret_path)
{
	return part->p_filesz > 1 && part->p_filesz <= SJ_PATH_SIZE &&
	       read_at(fd, ret_path, part->p_filesz, part->p_offset) &&
	       memchr(ret_path, '\0', part->p_filesz) ==
		   ret_path + part->p_filesz - 1 &&
	       ret_path[0] == '/';
}

enum sj_reason
sj_external_interpreter(
    const char *path, char *ret_interpreter, struct sj_fault *fault)
{
	SJ_AUTO_CLOSE int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char interpreter[SJ_PATH_SIZE];
	ElfW(Ehdr) head;
	ElfW(Phdr) part;
	unsigned i;

	if (fd < 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "open %s", path);
	if (!read_at(fd, &head, sizeof(head), 0) || !is_program(&head))
		return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
		    "%s is no program of this machine, expected one (a script "
		    "can't be run in a jail)",
		    path);
	interpreter[0] = '\0';
	for (i = 0; i < head.e_phnum; i++) {
		if (!read_at(fd, &part, sizeof(part),
			head.e_phoff + (uint64_t)i * sizeof(part)) ||
		    (part.p_type == PT_INTERP &&
			!read_path(fd, &part, interpreter)))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, 0,
			    "%s is a damaged program, install it again", path);
	}
	(void)snprintf(ret_interpreter, SJ_PATH_SIZE, "%s", interpreter);
	return SJ_OK;
}

/* SPDX-License-Identifier: ISC */
/* The kernel's list of mounts, whose paths users choose. */
#define _GNU_SOURCE
#include <sys/stat.h>

#include "fuzz.h"
#include "mounts_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sj_mounts_list *list = NULL;
	struct sj_fault fault;
	char path[256];
	size_t i;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/self", fuzz_dir());
	(void)mkdir(path, 0700);
	(void)fuzz_write("self/mountinfo", data, size);
	fd = open(fuzz_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	FUZZ_MUST(fd >= 0);
	if (sj_mounts_list_load(fd, &list, &fault) == SJ_OK) {
		for (i = 0; i < list->count; i++) {
			const struct sj_mounts_entry *entry = &list->entries[i];

			(void)(fuzz_see(entry->path) + fuzz_see(entry->type));
			FUZZ_MUST(sj_mounts_list_find(list, entry->id) != NULL);
			(void)sj_mounts_list_is_below(list, entry, 1);
			(void)sj_mounts_list_is_covered(list, entry);
			(void)sj_mounts_list_goes_with_host(list, entry);
		}
		sj_mounts_list_clear(&list);
	}
	(void)close(fd);
	return 0;
}

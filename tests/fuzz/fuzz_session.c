/* SPDX-License-Identifier: ISC */
/* A session record: as it is, and with the sum mended. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "../../core/session_record.c"

static void
check(int dir_fd, const void *data, size_t size)
{
	struct sj_session s;

	(void)fuzz_write("1", data, size);
	if (!sj_session_load(dir_fd, "1", &s))
		return;
	(void)(fuzz_see(s.boot) + fuzz_see(s.user) + fuzz_see(s.jail) +
	       fuzz_see(s.service) + fuzz_see(s.from) + fuzz_see(s.auth) +
	       fuzz_see(s.key));
	FUZZ_MUST(strcmp(s.id, "1") == 0);
	FUZZ_MUST(sj_session_store(dir_fd, &s, NULL) == SJ_OK);
	FUZZ_MUST(sj_session_load(dir_fd, "1", &s));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image image;
	int fd = open(fuzz_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	FUZZ_MUST(fd >= 0);
	check(fd, data, size);
	if (size == sizeof(image)) {
		memcpy(&image, data, size);
		memcpy(image.magic, magic, sizeof(magic));
		image.sum = image_sum(&image);
		check(fd, &image, size);
	}
	(void)close(fd);
	return 0;
}

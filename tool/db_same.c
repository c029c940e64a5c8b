/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "db_diff.h"
#include "db_format.h"

#define WINDOW 65536u

/* All of the window but for what differs between two generations. */
static void
mask_header(unsigned char *window)
{
	unsigned char *value = window + SJ_DB_HEADER_OFF;

	memset(value, 0, 8);
	memset(value + SJ_HEADER_RETIRED, 0, 4);
	memset(value + SJ_HEADER_GENERATION, 0, 8);
}

/* A whole window, or the rest of the file. */
static bool
read_window(int fd, unsigned char *window, size_t len, off_t off)
{
	size_t used = 0;
	ssize_t got;

	while (used < len) {
		got = pread(fd, window + used, len - used, off + (off_t)used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = EIO;
		if (got <= 0)
			return false;
		used += (size_t)got;
	}
	return true;
}

enum sj_reason
sj_db_diff_bytes(
    int old_fd, int new_fd, bool *ret_is_same, struct sj_fault *fault)
{
	SJ_AUTO_FREE unsigned char *windows = malloc(2 * WINDOW);
	struct stat old_st, new_st;
	size_t len;
	off_t off;

	if (windows == NULL || fstat(old_fd, &old_st) != 0 ||
	    fstat(new_fd, &new_st) != 0)
		return sj_fault_set(
		    fault, SJ_SYSTEM_ERROR, errno, "comparing the databases");
	*ret_is_same = false;
	if (old_st.st_size != new_st.st_size)
		return SJ_OK;
	for (off = 0; off < new_st.st_size; off += WINDOW) {
		len = WINDOW;
		if (new_st.st_size - off < (off_t)len)
			len = (size_t)(new_st.st_size - off);
		if (!read_window(old_fd, windows, len, off) ||
		    !read_window(new_fd, windows + WINDOW, len, off))
			return sj_fault_set(fault, SJ_SYSTEM_ERROR, errno,
			    "comparing the databases");
		if (off == 0) {
			mask_header(windows);
			mask_header(windows + WINDOW);
		}
		if (memcmp(windows, windows + WINDOW, len) != 0)
			return SJ_OK;
	}
	*ret_is_same = true;
	return SJ_OK;
}

/* SPDX-License-Identifier: ISC */
#include "owned.h"

#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"

int
sj_owned_find(const struct sj_change *change, const char *name,
    struct sj_owned *ret_owned)
{
	SJ_AUTO_FREE struct sj_user_def *user = malloc(sizeof(*user));
	uint32_t index = sj_model_find_user(change->model, name);

	if (user == NULL) {
		sj_change_say(change, "out of memory");
		return SJ_EXIT_SYSTEM;
	}
	if (index == SJ_NO_INDEX) {
		sj_change_say(
		    change, "%s: no such user in the configuration", name);
		return SJ_EXIT_NO;
	}
	sj_model_user(change->model, index, user);
	if (!sj_change_is_ours(&user->place)) {
		sj_change_say(change,
		    "%s:%u: the user %s is written by hand here: edit the "
		    "file, then sftpjail apply",
		    user->place.file, (unsigned)user->place.line, name);
		return SJ_EXIT_NO;
	}
	ret_owned->element = user->element;
	ret_owned->keys = user->keys;
	(void)snprintf(
	    ret_owned->home, sizeof(ret_owned->home), "%s", user->home);
	return SJ_EXIT_OK;
}

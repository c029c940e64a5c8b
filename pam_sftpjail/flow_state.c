/* SPDX-License-Identifier: ISC */
#include "flow_state.h"

#include <stdlib.h>

#define DATA_NAME "sftpjail_state"

static void
release(pam_handle_t *pamh, void *data, int error_status)
{
	struct sj_flow_state *state = data;

	(void)pamh;
	(void)error_status;
	free(state->auth_before);
	free(state->connection);
	free(state);
}

struct sj_flow_state *
sj_flow_state_find(pam_handle_t *pamh)
{
	union {
		const void *found;
		struct sj_flow_state *state;
	} data = {NULL};

	/* pam_get_data() hands our own memory back as const. */
	if (pam_get_data(pamh, DATA_NAME, &data.found) != PAM_SUCCESS)
		return NULL;
	return data.state;
}

struct sj_flow_state *
sj_flow_state_make(pam_handle_t *pamh)
{
	struct sj_flow_state *state = sj_flow_state_find(pamh);

	if (state != NULL)
		return state;
	state = calloc(1, sizeof(*state));
	if (state == NULL)
		return NULL;
	if (pam_set_data(pamh, DATA_NAME, state, release) != PAM_SUCCESS) {
		free(state);
		return NULL;
	}
	return state;
}

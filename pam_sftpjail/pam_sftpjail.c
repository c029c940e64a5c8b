/* SPDX-License-Identifier: ISC */
/* The entry points.  See flow.h for what they share. */
#define _GNU_SOURCE
/* Older headers declare only what they are told is there. */
#define PAM_SM_AUTH
#define PAM_SM_ACCOUNT
#define PAM_SM_SESSION
#include <security/pam_modules.h>

#include "flow.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	SJ_FLOW_AUTO struct sj_flow flow = {
	    .pamh = pamh, .phase = SJ_PHASE_AUTH, .flags = flags};
	enum sj_reason reason = sj_flow_begin(&flow, argc, argv);

	if (reason == SJ_OK)
		reason = sj_flow_authenticate(&flow);
	return sj_flow_end(&flow, reason);
}

EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	SJ_FLOW_AUTO struct sj_flow flow = {
	    .pamh = pamh, .phase = SJ_PHASE_ACCOUNT, .flags = flags};
	enum sj_reason reason = sj_flow_begin(&flow, argc, argv);

	if (reason == SJ_OK)
		reason = sj_flow_account(&flow);
	return sj_flow_end(&flow, reason);
}

EXPORT int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	SJ_FLOW_AUTO struct sj_flow flow = {
	    .pamh = pamh, .phase = SJ_PHASE_SETCRED, .flags = flags};
	enum sj_reason reason;

	if ((flags & PAM_DELETE_CRED) != 0)
		return PAM_IGNORE;
	reason = sj_flow_begin(&flow, argc, argv);
	return sj_flow_end(&flow, sj_flow_setcred(&flow, reason));
}

EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	SJ_FLOW_AUTO struct sj_flow flow = {
	    .pamh = pamh, .phase = SJ_PHASE_SESSION, .flags = flags};
	enum sj_reason reason = sj_flow_begin(&flow, argc, argv);

	return sj_flow_end(&flow, sj_flow_open_session(&flow, reason));
}

EXPORT int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)flags;
	(void)argc;
	(void)argv;
	return sj_flow_close_session(pamh);
}

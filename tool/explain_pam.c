/* SPDX-License-Identifier: ISC */
#include "explain_pam.h"

#include <string.h>

#include "check.h"

enum sj_reason
sj_explain_pam_judge(const char *service, bool is_auth_needed,
    struct sj_report *ret_report, struct sj_fault *fault)
{
	const struct sj_check_pam_facts facts = {
	    .service = service,
	    .is_sshd = strcmp(service, "sshd") == 0,
	    .is_auth_needed = is_auth_needed,
	};
	struct sj_pam_stack stack;
	enum sj_reason reason;

	memset(&stack, 0, sizeof(stack));
	reason = sj_pam_stack_load(NULL, service, &stack, fault);
	if (reason == SJ_OK)
		sj_check_pam_stack(ret_report, &stack, &facts);
	sj_pam_stack_clear(&stack);
	return reason;
}

/* SPDX-License-Identifier: ISC */
/*
 * Each reason through each entry of the module: the PAM code, the one line in
 * syslog, and what the client is told.
 */
#define _GNU_SOURCE
#include <sys/wait.h>

#include "pam_users.h"
#include "pam_reasons_rows.h"
#include "pam_reasons_run.h"

/* Only who is armed gets that far, and only what can change in between. */
static bool
is_for_setcred(const struct row *row)
{
	return row->user == NULL && row->args == NULL && row->service == NULL &&
	       row->plan.jail.max_sessions == 0 &&
	       row->plan.jail.max_sessions_per_address == 0;
}

int
main(int argc, char **argv)
{
	const char *missing = world_make(argv, USERS_PASSWD, USERS_GROUP);
	size_t i;

	(void)argc;

	if (missing != NULL) {
		test_skip("pam_reasons", missing);
		return 77;
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		in_child(run_account, &rows[i], "acct");
		if (rows[i].is_account_only)
			continue;
		in_child(run_session, &rows[i], "open_session");
		if (is_for_setcred(&rows[i]))
			in_child(run_setcred, &rows[i], "setcred_in_the_child");
	}
	return test_failures > 0;
}

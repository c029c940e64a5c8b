/* SPDX-License-Identifier: ISC */
/*
 * A PAM module for stacks that are wired wrongly: setcred answers one thing in
 * the process that called it first (sshd's monitor) and another in a process
 * forked from it.  Arguments: monitor=CODE child=CODE auth=CODE, each of
 * ignore (the default), success, fail.  The other calls are ignored.
 */
#include <security/pam_modules.h>
#include <string.h>
#include <unistd.h>

static int
code_of(int argc, const char **argv, const char *key)
{
	size_t len = strlen(key);
	int i;

	for (i = 0; i < argc; i++) {
		if (strncmp(argv[i], key, len) != 0)
			continue;
		if (strcmp(argv[i] + len, "success") == 0)
			return PAM_SUCCESS;
		if (strcmp(argv[i] + len, "fail") == 0)
			return PAM_CRED_ERR;
	}
	return PAM_IGNORE;
}

PAM_EXTERN int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	return code_of(argc, argv, "auth=");
}

PAM_EXTERN int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	static pid_t first;

	(void)pamh;
	(void)flags;
	if (first == 0)
		first = getpid();
	return code_of(argc, argv, first == getpid() ? "monitor=" : "child=");
}

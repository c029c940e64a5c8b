/* SPDX-License-Identifier: ISC */
/* Why the jails in front of the user's did not take him. */
#include "explain.h"

void
sj_explain_passed_jails(
    struct sj_explain *explain, struct sj_account *account, uint32_t count)
{
	struct sj_jail jail;
	const char *why;
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (sj_db_jail(&account->secret_db, i, &jail) != SJ_OK)
			return; /* was read just before; said elsewhere */
		(void)sj_policy_matches(&jail, &account->facts, &why);
		sj_explain_add(explain, "jail", SJ_EXPLAIN_SKIP, SJ_OK,
		    "%s does not take the user: %s", jail.name, why);
	}
}

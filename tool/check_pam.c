/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE

/* The PAM services that matter, and the module's file. */

#include "check.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define MODULE "pam_sftpjail.so"
#define KEEPS_USER 1003u /* the OpenSSH that lets no module change it */

static const struct sj_problem_kind no_service = {"pam-service-missing",
    SJ_ERROR, "logins of this service are judged by the service \"other\""};
static const struct sj_problem_kind unreadable = {"pam-service-missing",
    SJ_ERROR, "nothing is known of what this service asks"};
static const struct sj_problem_kind module_missing = {"pam-module-missing",
    SJ_ERROR, "libpam can't load it: every login by the service fails"};
static const struct sj_problem_kind module_unsafe = {"pam-module-unsafe",
    SJ_ERROR, "who may write it, is root at the next login"};
static const struct sj_problem_kind user_changed = {"pam-user-changed",
    SJ_WARNING,
    "OpenSSH 10.3 and later end a login whose name a module "
    "changes"};
static const struct sj_problem_kind rescue = {"pam-rescue", SJ_WARNING,
    "while the database can't be used, nobody but root can log in"};

/* The group is resolved by the host's own file, never by a network. */
bool
sj_check_pam_group(const char *name)
{
	SJ_AUTO_FCLOSE FILE *file = fopen(SJ_SYSCONFDIR "/group", "re");
	const struct group *entry;

	while (file != NULL && (entry = fgetgrent(file)) != NULL)
		if (strcmp(entry->gr_name, name) == 0)
			return true;
	return false;
}

static void
check_rescue(struct sj_checkup *check, const struct sj_pam_entry *entry)
{
	size_t i, len = strlen("rescue=");

	for (i = 0; i < entry->arg_count; i++) {
		if (strncmp(entry->args[i], "rescue=", len) != 0 ||
		    sj_check_pam_group(entry->args[i] + len))
			continue;
		sj_report_add(check->report, &rescue, entry->path, entry->line,
		    "%s: there is no such group in " SJ_SYSCONFDIR "/group",
		    entry->args[i]);
		sj_report_fix(check->report,
		    "name a group of administrators of this host");
	}
}

static void
check_module_at(struct sj_report *report, const char *path)
{
	(void)sj_check_file(report, path, &module_missing, &module_unsafe,
	    "install sftpjail again; PAM looks for modules in the directory "
	    "where pam_unix.so is");
}

void
sj_check_pam_module(struct sj_report *report)
{
	check_module_at(report, SJ_PAMDIR "/" MODULE);
}

/* sshd compares the name since then, and ends the login. */
static void
check_user_kept(struct sj_checkup *check, const struct sj_pam_entry *entry)
{
	if (check->sshd_version < KEEPS_USER ||
	    !sj_pam_entry_is(entry, "pam_canonicalize_user.so"))
		return;
	sj_report_add(check->report, &user_changed, entry->path, entry->line,
	    "pam_canonicalize_user.so changes the user's name");
	sj_report_fix(check->report, "take the line away");
}

/* Each place once: lines with a path of their own may name another file. */
static void
check_modules(
    struct sj_checkup *check, const struct sj_pam_stack *stack, bool is_sshd)
{
	const struct sj_pam_entry *entry;
	const char *last = SJ_PAMDIR "/" MODULE;
	size_t i;

	for (i = 0; i < stack->entry_count; i++) {
		entry = &stack->entries[i];
		if (is_sshd)
			check_user_kept(check, entry);
		if (!sj_pam_entry_is(entry, MODULE))
			continue;
		check_rescue(check, entry);
		if (entry->module[0] == '/' &&
		    strcmp(entry->module, last) != 0) {
			check_module_at(check->report, entry->module);
			last = entry->module;
		}
	}
}

static void
check_service(struct sj_checkup *check, const char *service)
{
	const struct sj_check_pam_facts facts = {
	    .service = service,
	    .is_sshd = strcmp(service, check->sshd_service) == 0 ||
		       strcmp(service, "sshd") == 0,
	    .is_auth_needed = check->needs.auth,
	};
	struct sj_pam_stack stack;
	struct sj_fault fault;
	SJ_AUTO_FREE char *path = NULL;

	if (sj_pam_stack_load(NULL, service, &stack, &fault) == SJ_OK) {
		sj_check_pam_stack(check->report, &stack, &facts);
		check_modules(check, &stack, facts.is_sshd);
	} else if (asprintf(&path, SJ_SYSCONFDIR "/pam.d/%s", service) < 0) {
		path = NULL;
		check->report->is_short = true;
	} else {
		sj_report_add(check->report,
		    fault.sys_errno == ENOENT ? &no_service : &unreadable, path,
		    0, "%s", fault.where);
		sj_report_fix(
		    check->report, "make it a readable file, see pam.conf(5)");
	}
	sj_pam_stack_clear(&stack);
}

/* Does a jail before this one name the service? */
static bool
is_seen(const struct sj_checkup *check, uint32_t jail, const char *service)
{
	uint32_t i;

	for (i = 0; i < jail; i++)
		if (sj_strings_contain(&check->jails[i].services, service))
			return true;
	return strcmp(service, check->sshd_service) == 0;
}

void
sj_check_pam(struct sj_checkup *check)
{
	const struct sj_strings *services;
	const char *service;
	uint32_t i, j;

	sj_check_pam_module(check->report);
	/* Also where no jail names it: a jailed user must be denied there. */
	check_service(check, check->sshd_service);
	for (i = 0; i < check->jail_count; i++) {
		services = &check->jails[i].services;
		for (j = 0, service = services->first; j < services->count;
		     j++, service = sj_strings_next(service))
			if (!is_seen(check, i, service))
				check_service(check, service);
	}
}

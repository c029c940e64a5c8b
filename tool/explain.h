/* SPDX-License-Identifier: ISC */
#ifndef SJ_EXPLAIN_H
#define SJ_EXPLAIN_H

/*
 * Why a user may or may not log in: every check of a login, made by the code
 * that the PAM module runs, none left out after a failure.  The verdict is the
 * first failure in the order of reason.def.  Changes nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "account.h"
#include "jailroot.h"
#include "tool.h"

enum sj_explain_result {
	SJ_EXPLAIN_OK,
	SJ_EXPLAIN_FAIL, /* denies */
	SJ_EXPLAIN_SKIP, /* could not be made, or was not asked for */
	SJ_EXPLAIN_WARN	 /* fails before or behind PAM, or is no good sign */
};

struct sj_explain_check {
	const char *name; /* never freed */
	enum sj_explain_result result;
	enum sj_reason reason; /* SJ_OK unless FAIL */
	char *detail;
	char *fix; /* NULL: none; a command */
};

struct sj_explain_path {
	enum sj_jailroot_role role;
	size_t check; /* index of the check that it was seen for */
	char *path;
	bool is_there;
	bool is_to_make; /* the login will */
	mode_t mode;	 /* with the type */
	uid_t uid;
	gid_t gid;
	enum sj_reason reason;
	char *fix; /* NULL: none */
};

struct sj_explain_question {
	const char *user;
	const char *service;
	const char *from; /* NULL: that check is skipped */
	struct sj_net from_addr;
	const char *auth; /* NULL: likewise */
	uint32_t auth_bits;
	int64_t at_sec;
};

enum sj_explain_verdict {
	SJ_EXPLAIN_ALLOW,
	SJ_EXPLAIN_DENY,
	SJ_EXPLAIN_NOT_JAILED
};

struct sj_explain {
	struct sj_explain_question question;
	enum sj_explain_verdict verdict;
	enum sj_reason reason;
	bool is_known; /* then uid is set */
	uid_t uid;
	const char *source;  /* "sftpjail", "files", "other"; NULL: unknown */
	char *jail;	     /* NULL: none */
	uint64_t generation; /* 0: not known */
	bool is_stale_known;
	bool is_stale;
	struct sj_explain_check *checks;
	size_t check_count;
	struct sj_explain_path *paths;
	size_t path_count;
	enum sj_reason first; /* of what failed, in the order of reason.def */
	bool is_brief;	      /* checks are only judged, not kept */
	bool is_short;	      /* memory was short: something is missing */
};

/*
 * Answers the question; *ret_explain borrows the strings of the question and is
 * to be cleared.  Needs root.
 */
void sj_explain_run(const struct sj_tool *tool,
    const struct sj_explain_question *question, struct sj_explain *ret_explain);

void sj_explain_clear(struct sj_explain *explain);

/*
 * The same verdict for every user of the database, as a table or as JSON, and
 * how often there was each reason.  Returns an enum sj_exit: SJ_EXIT_OK where
 * all are allowed.  Needs root.
 */
int sj_explain_all(
    const struct sj_tool *tool, const struct sj_explain_question *question);

/* "allow", "deny" or "not-jailed". */
const char *sj_explain_verdict_name(enum sj_explain_verdict verdict);

/* "ok", "FAIL", "skip" or "warn"; in lower case for JSON. */
const char *sj_explain_result_name(
    enum sj_explain_result result, enum sj_reason reason, bool is_json);

/* False if the output failed or memory was short. */
bool sj_explain_print_text(const struct sj_explain *explain);
bool sj_explain_print_json(const struct sj_explain *explain);

/*
 * For the parts: adds a check.  detail is formatted and copied; name must live
 * on.  reason is SJ_OK unless result is FAIL.
 */
void sj_explain_add(struct sj_explain *explain, const char *name,
    enum sj_explain_result result, enum sj_reason reason, const char *format,
    ...) __attribute__((format(printf, 5, 6)));

/* What mends the check that was added last. */
void sj_explain_fix(struct sj_explain *explain, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A copy of the path and its fix. */
void sj_explain_add_path(
    struct sj_explain *explain, const struct sj_jailroot_path *path);

/* The verdict by the checks that were added. */
void sj_explain_judge(struct sj_explain *explain);

/* The jails at index < count, which did not take the user. */
void sj_explain_passed_jails(
    struct sj_explain *explain, struct sj_account *account, uint32_t count);

/*
 * What a login checks behind the choice of the jail, for an account with a
 * jail: settings, sessions, directories.  Fills in the facts of the question.
 */
void sj_explain_jailed(struct sj_explain *explain, struct sj_account *account);

/* The settings of the jail; account->facts are complete. */
void sj_explain_settings(
    struct sj_explain *explain, const struct sj_account *account);

/* The directories of the jail, and the user's primary group. */
void sj_explain_directories(
    struct sj_explain *explain, const struct sj_account *account);

/* What the kernel lacks for the jail, and our lines in the PAM stack. */
void sj_explain_host(
    struct sj_explain *explain, const struct sj_account *account);

/* What fails before PAM is asked: keys, password, shell, sshd. */
void sj_explain_login(struct sj_explain *explain, const struct sj_tool *tool,
    struct sj_account *account);

/* What the user could prove himself with. */
struct sj_explain_keys {
	uint32_t key_count;	 /* in the database */
	bool has_password;	 /* a hash that a password can match */
	char file[SJ_PATH_SIZE]; /* where our key file is, or would be */
};

/* sshd_config, for this user. */
void sj_explain_sshd(struct sj_explain *explain,
    const struct sj_account *account, const struct sj_explain_keys *keys);

/* The Subsystem of that line is no internal-sftp: is it in the jail? */
struct sj_sshd_line;
void sj_explain_server(struct sj_explain *explain,
    const struct sj_account *account, const struct sj_sshd_line *line);

/*
 * Would sshd read this key file for the user?  StrictModes refuses the file
 * and each directory above it, up to his home, that others own or may write
 * to; and the file is opened as the user.  True: yes.  Else *ret_what says
 * what is wrong, with the mending command ("": none).
 */
struct sj_explain_file {
	char detail[SJ_PATH_SIZE + 128];
	char fix[SJ_PATH_SIZE + 128];
};
bool sj_explain_key_file(const struct sj_account *account, const char *path,
    struct sj_explain_file *ret_what);

#endif

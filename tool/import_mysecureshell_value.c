/* SPDX-License-Identifier: ISC */
/* The settings of sftp_config, and what becomes of each. */
#define _GNU_SOURCE
#include "import_mysecureshell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "stream.h"
#include "value.h"

#define NUMBER_MAX ((uint64_t)INT32_MAX)
#define RATE_MIN 1024u /* the least that download_rate takes */

enum form {
	FORM_HOME,
	FORM_NUMBER,
	FORM_BOOL,
	FORM_SPEED,
	FORM_TIME,
	FORM_RIGHTS,
	FORM_OFF, /* lost unless false or 0 */
	FORM_ON,  /* lost unless true */
	FORM_LOST,
	FORM_NOTHING /* means nothing to a session */
};

static const char only_kernel[] =
    "the files have the rights that the system gives them";
static const char no_filter[] = "a jail shows all that the user may see";
static const char no_veto[] =
    "a jail can only be read_only, or have the right owners and modes";
static const char no_rate[] = "only download_rate, of one connection, exists";

static const struct {
	const char *name;
	enum form form;
	enum sj_mss_key key;
	const char *why; /* where something is lost */
} known[] = {
    {"Home", FORM_HOME, SJ_MSS_HOME, NULL},
    {"StayAtHome", FORM_BOOL, SJ_MSS_STAY_AT_HOME, NULL},
    {"VirtualChroot", FORM_BOOL, SJ_MSS_VIRTUAL_CHROOT, NULL},
    {"LimitConnectionByUser", FORM_NUMBER, SJ_MSS_LIMIT_BY_USER, NULL},
    {"LimitConnectionByIP", FORM_NUMBER, SJ_MSS_LIMIT_BY_IP, NULL},
    {"Download", FORM_SPEED, SJ_MSS_DOWNLOAD, NULL},
    {"ConnectionMaxLife", FORM_TIME, SJ_MSS_MAX_LIFE, NULL},
    {"CreateHome", FORM_BOOL, SJ_MSS_CREATE_HOME, NULL},
    {"DisableAccount", FORM_BOOL, SJ_MSS_DISABLE_ACCOUNT, NULL},
    {"DefaultRights", FORM_RIGHTS, SJ_MSS_DEFAULT_RIGHTS, NULL},
    {"LimitConnection", FORM_OFF, 0,
	"there is no limit over all users; sshd has MaxStartups"},
    {"GlobalDownload", FORM_OFF, 0, no_rate},
    {"GlobalUpload", FORM_OFF, 0, no_rate},
    {"Upload", FORM_OFF, 0, no_rate},
    {"ByPassGlobalDownload", FORM_OFF, 0, no_rate},
    {"ByPassGlobalUpload", FORM_OFF, 0, no_rate},
    {"IdleTimeOut", FORM_OFF, 0,
	"sshd has ClientAliveInterval, and ChannelTimeout from 9.2 on"},
    {"ExpireDate", FORM_LOST, 0,
	"it is the account's: usermod -e DAY, or expires of a served user"},
    {"Shell", FORM_LOST, 0, "a jail gives SFTP and nothing else"},
    {"LogFile", FORM_LOST, 0,
	"transfers are logged to syslog: Subsystem sftp internal-sftp -l INFO"},
    {"ForceUser", FORM_LOST, 0, only_kernel},
    {"ForceGroup", FORM_LOST, 0, only_kernel},
    {"ForceRights", FORM_LOST, 0, only_kernel},
    {"MinimumRights", FORM_LOST, 0, only_kernel},
    {"MaximumRights", FORM_LOST, 0, only_kernel},
    {"CanChangeRights", FORM_ON, 0, no_veto},
    {"CanChangeTime", FORM_ON, 0, no_veto},
    {"CanRemoveDir", FORM_ON, 0, no_veto},
    {"CanRemoveFile", FORM_ON, 0, no_veto},
    {"DisableRemoveDir", FORM_OFF, 0, no_veto},
    {"DisableRemoveFile", FORM_OFF, 0, no_veto},
    {"DisableReadFile", FORM_OFF, 0, no_veto},
    {"DisableReadDir", FORM_OFF, 0, no_veto},
    {"DisableWriteFile", FORM_OFF, 0, no_veto},
    {"DisableSetAttribute", FORM_OFF, 0, no_veto},
    {"DisableMakeDir", FORM_OFF, 0, no_veto},
    {"DisableRename", FORM_OFF, 0, no_veto},
    {"DisableSymLink", FORM_OFF, 0, no_veto},
    {"DisableOverwrite", FORM_OFF, 0, no_veto},
    {"DisableStatsFs", FORM_OFF, 0, no_veto},
    {"IgnoreHidden", FORM_OFF, 0, no_filter},
    {"HideFiles", FORM_LOST, 0, no_filter},
    {"HideNoAccess", FORM_OFF, 0, no_filter},
    {"PathAllowFilter", FORM_LOST, 0, no_filter},
    {"PathDenyFilter", FORM_LOST, 0, no_filter},
    {"ApplyFileSpec", FORM_LOST, 0, no_filter},
    {"DirFakeUser", FORM_OFF, 0, no_filter},
    {"DirFakeGroup", FORM_OFF, 0, no_filter},
    {"DirFakeMode", FORM_OFF, 0, no_filter},
    {"ShowLinksAsLinks", FORM_ON, 0, no_filter},
    {"MaxOpenFilesForUser", FORM_OFF, 0, "there is no such limit"},
    {"MaxReadFilesForUser", FORM_OFF, 0, "there is no such limit"},
    {"MaxWriteFilesForUser", FORM_OFF, 0, "there is no such limit"},
    {"Charset", FORM_LOST, 0, "names are bytes, as the client sends them"},
    {"IsAdmin", FORM_OFF, 0, "there is no administration by SFTP"},
    {"IsSimpleAdmin", FORM_OFF, 0, "there is no administration by SFTP"},
    {"SftpProtocol", FORM_LOST, 0, "internal-sftp speaks version 3"},
    {"ResolveIP", FORM_NOTHING, 0, NULL},
    {"LogSyslog", FORM_NOTHING, 0, NULL},
    {"GMTTime", FORM_NOTHING, 0, NULL},
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static bool
is_true(const char *word)
{
	return strcasecmp(word, "true") == 0 || strcmp(word, "1") == 0;
}

static bool
read_number(const char *word, uint64_t *ret_number)
{
	size_t len = strspn(word, "0123456789");

	if (len == 0 || len > 9 || word[len] != '\0')
		return false;
	*ret_number = strtoull(word, NULL, 10);
	return true;
}

/* Digits, and a unit that stands behind them or in the next word. */
static bool
read_amount(const char *const *words, const char *units,
    const uint64_t *factors, uint64_t *ret_number)
{
	double amount, total;
	const char *unit;
	char *end;

	if (!isdigit((unsigned char)words[0][0]))
		return false;
	amount = strtod(words[0], &end);
	unit = *end != '\0' || words[1] == NULL ? end : words[1];
	total = amount;
	if (*unit != '\0') {
		const char *at = strchr(units, tolower((unsigned char)*unit));

		if (at == NULL)
			return false;
		total = amount * (double)factors[at - units];
	}
	if (!(total <= (double)NUMBER_MAX))
		return false;
	*ret_number = (uint64_t)total;
	return true;
}

/* $USER and $HOME of the environment are our %u and %h. */
static const char *
read_home(struct sj_import *import, const char *path)
{
	SJ_AUTO_FREE char *text = NULL;
	size_t size, len;
	FILE *out = sj_stream_open(&text, &size);
	bool is_good = true;

	if (out == NULL) {
		import->is_short = true;
		return NULL;
	}
	while (*path != '\0') {
		bool is_brace = path[0] == '$' && path[1] == '{';
		const char *name = path + 1 + is_brace;

		if (*path != '$') {
			(void)fputs(*path == '%' ? "%%" : "", out);
			if (*path != '%')
				(void)fputc(*path, out);
			path++;
			continue;
		}
		len = strspn(name, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		if (len == 4 && strncmp(name, "USER", 4) == 0)
			(void)fputs("%u", out);
		else if (len == 4 && strncmp(name, "HOME", 4) == 0)
			(void)fputs("%h", out);
		else
			is_good = false;
		path = name + len;
		path += is_brace && *path == '}';
	}
	if (fclose(out) != 0)
		import->is_short = true;
	return is_good && text != NULL ? sj_import_copy(import, text, size)
				       : NULL;
}

/* Files and, where given, directories; a directory needs x where it has r. */
static const char *
read_rights(struct sj_import *import, const char *const *words)
{
	uint32_t file, dir;

	if (!sj_value_mode(words[0], 0777, &file))
		return NULL;
	dir = file | (file & 0444) >> 2;
	if (words[1] != NULL && !sj_value_mode(words[1], 0777, &dir))
		return NULL;
	/* One umask gives both, or nothing does. */
	if ((dir & 0666) != (file & 0666) || (file & 0111) != 0)
		return NULL;
	return sj_import_printf(import, "%04o", (unsigned)(~dir & 0777));
}

static bool
read_form(struct sj_import *import, enum form form, const char *const *words,
    struct sj_mss_setting *setting)
{
	static const uint64_t speeds[] = {1024, 1048576};
	static const uint64_t times[] = {1, 60, 3600, 86400};

	switch (form) {
	case FORM_HOME:
		/* One that can't be had makes no jail of another home. */
		setting->text = read_home(import, words[0]);
		if (setting->text == NULL)
			setting->text = "";
		return true;
	case FORM_NUMBER:
		return read_number(words[0], &setting->number);
	case FORM_BOOL:
		setting->number = is_true(words[0]);
		return true;
	case FORM_SPEED:
		return read_amount(words, "km", speeds, &setting->number) &&
		       (setting->number == 0 || setting->number >= RATE_MIN);
	case FORM_TIME:
		return read_amount(words, "smhd", times, &setting->number);
	case FORM_RIGHTS:
		setting->text = read_rights(import, words);
		return setting->text != NULL;
	case FORM_OFF:
	case FORM_ON:
	case FORM_LOST:
	case FORM_NOTHING:
		break;
	}
	return false;
}

static bool
is_harmless(enum form form, const char *word)
{
	switch (form) {
	case FORM_OFF:
		return strcasecmp(word, "false") == 0 ||
		       word[strspn(word, "0")] == '\0';
	case FORM_ON:
		return is_true(word);
	case FORM_NOTHING:
		return true;
	case FORM_HOME:
	case FORM_NUMBER:
	case FORM_BOOL:
	case FORM_SPEED:
	case FORM_TIME:
	case FORM_RIGHTS:
	case FORM_LOST:
		break;
	}
	return false;
}

bool
sj_import_mysecureshell_value(struct sj_import *import,
    const struct sj_import_place *place, const char *const *words,
    struct sj_mss_setting *ret_setting)
{
	const char *why = "is no setting of MySecureShell";
	size_t i = 0;

	while (i < KNOWN_COUNT && strcmp(words[0], known[i].name) != 0)
		i++;
	if (i < KNOWN_COUNT && words[1] != NULL) {
		ret_setting->key = known[i].key;
		if (read_form(import, known[i].form, words + 1, ret_setting))
			return true;
		if (is_harmless(known[i].form, words[1]))
			return false;
		why = known[i].why != NULL
			  ? known[i].why
			  : "has a value that a jail can't have";
	} else if (i < KNOWN_COUNT) {
		why = "has no value";
	}
	sj_import_say(import, place, SJ_IMPORT_LOST, "%.64s%s%.128s: %s",
	    words[0], words[1] == NULL ? "" : " ",
	    words[1] == NULL ? "" : words[1], why);
	return false;
}

/* SPDX-License-Identifier: ISC */
/* SSH2 public key files (RFC 4716), as other programs write them. */
#include "sshkey_ssh2.h"

#include <stdlib.h>

#include "test.h"

#define ED_1 "AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO"
#define ED_2 "27u20oIMTEM0"
#define ED "ssh-ed25519 " ED_1 ED_2
#define EC_1 "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPSr2TA7s8"
#define EC_2 "llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9"
#define EC_3 "NrVFArpep1SsxJ0="
#define EC "ecdsa-sha2-nistp256 " EC_1 EC_2 EC_3
#define BEGIN "---- BEGIN SSH2 PUBLIC KEY ----\n"
#define END "---- END SSH2 PUBLIC KEY ----\n"

static const struct {
	const char *name;
	const char *text;
	enum sj_sshkey_error want;
	unsigned int line;    /* of an error */
	const char *lines[3]; /* the keys */
} rows[] = {
    {"without_headers", BEGIN ED_1 "\n" ED_2 "\n" END, SJ_SSHKEY_OK, 0, {ED}},
    {"in_one_line", BEGIN ED_1 ED_2 "\n" END, SJ_SSHKEY_OK, 0, {ED}},
    {"crlf_and_no_line_end",
	"---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: \"x y\"\r\n" ED_1
	"\r\n" ED_2 "\r\n---- END SSH2 PUBLIC KEY ----",
	SJ_SSHKEY_OK, 0, {ED " x y"}},
    {"tectia",
	BEGIN "Subject: alice\n"
	      "Comment: \"256-bit ecdsa, alice@acme, Mon Jan 05 2026 10:00:00 "
	      "+01\\\n00\"\n" EC_1 "\n" EC_2 "\n" EC_3 "\n" END,
	SJ_SSHKEY_OK, 0,
	{EC " 256-bit ecdsa, alice@acme, Mon Jan 05 2026 10:00:00 +0100"}},
    {"openvms_subject_alone", BEGIN "Subject: ALICE\n" ED_1 "\n" ED_2 "\n" END,
	SJ_SSHKEY_OK, 0, {ED " ALICE"}},
    {"subject_behind_comment",
	BEGIN "COMMENT: a\nSubject: b\n" ED_1 "\n" ED_2 "\n" END, SJ_SSHKEY_OK,
	0, {ED " a"}},
    {"unknown_headers_in_many_lines",
	BEGIN "x-command: /bin/\\\nfoo \\\n: bar\nComment: c\n" ED_1 "\n" ED_2
	      "\n" END,
	SJ_SSHKEY_OK, 0, {ED " c"}},
    {"comment_with_quotes_inside",
	BEGIN "Comment: \"a \"b\" c\"\n" ED_1 "\n" ED_2 "\n" END, SJ_SSHKEY_OK,
	0, {ED " a \"b\" c"}},
    {"comment_with_one_quote", BEGIN "Comment: \"\n" ED_1 "\n" ED_2 "\n" END,
	SJ_SSHKEY_OK, 0, {ED " \""}},
    {"comment_empty", BEGIN "Comment: \"\"\n" ED_1 "\n" ED_2 "\n" END,
	SJ_SSHKEY_OK, 0, {ED}},
    {"two_in_a_mail",
	"From: x\n\nHello: here it is, ssh-rsa or so\n\n" BEGIN
	"Comment: a\n" ED_1 "\n" ED_2 "\n" END "\nand\n" BEGIN EC_1 "\n" EC_2
	"\n" EC_3 "\n" END "-- \nBob\n",
	SJ_SSHKEY_OK, 0, {ED " a", EC}},
    {"quoted_in_a_mail",
	"> " BEGIN "> Comment: a\n> \n> " ED_1 "\n> " ED_2 "\n> " END,
	SJ_SSHKEY_OK, 0, {ED " a"}},
    {"no_end", "x\n" BEGIN ED_1 "\n" ED_2 "\n", SJ_SSHKEY_BLOCK, 2, {NULL}},
    {"begin_inside", BEGIN ED_1 "\n" BEGIN ED_1 "\n" ED_2 "\n" END,
	SJ_SSHKEY_BLOCK, 1, {NULL}},
    {"empty_block", BEGIN "Comment: x\n" END, SJ_SSHKEY_BLOCK, 1, {NULL}},
    {"cut_inside", BEGIN ED_1 ED_2 "\n" END BEGIN ED_1 "\n" END,
	SJ_SSHKEY_BROKEN, 4, {NULL}},
    {"letter_missing", BEGIN "AAAAC3NzaC1\n" END, SJ_SSHKEY_BASE64, 1, {NULL}},
    {"header_behind_body", BEGIN ED_1 "\nComment: x\n" ED_2 "\n" END,
	SJ_SSHKEY_BASE64, 1, {NULL}},
    {"unknown_type", BEGIN "AAAAA3gteQ==\n" END, SJ_SSHKEY_TYPE, 1, {NULL}},
    {"escape_in_comment", BEGIN "Comment: \033[2J\n" ED_1 ED_2 "\n" END,
	SJ_SSHKEY_CONTROL, 1, {NULL}},
    {"another_key_in_comment",
	BEGIN "Comment: ssh-rsa AAAA\n" ED_1 ED_2 "\n" END, SJ_SSHKEY_SEVERAL,
	1, {NULL}},
    {"private",
	"hello\n---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n"
	"P2/56wAAAgIAAAAm\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
	SJ_SSHKEY_PRIVATE, 2, {NULL}},
    {"private_behind_a_public_one",
	BEGIN ED_1 ED_2 "\n" END "> -----BEGIN RSA PRIVATE KEY-----\n",
	SJ_SSHKEY_PRIVATE, 4, {NULL}},
    {"private_of_putty_in_a_mail",
	"here:\n> PuTTY-User-Key-File-3: ssh-ed25519\n", SJ_SSHKEY_PRIVATE, 2,
	{NULL}},
};

static void
test_row(size_t i)
{
	struct sj_sshkey_list list = {NULL, 0};
	unsigned int line = 0;
	size_t k;

	CHECK_INT(sj_sshkey_list_parse(
		      rows[i].text, strlen(rows[i].text), &list, &line),
	    rows[i].want);
	for (k = 0; k < 3 && rows[i].lines[k] != NULL; k++)
		CHECK_STR(
		    k < list.count ? list.lines[k] : "", rows[i].lines[k]);
	CHECK_INT(list.count, k);
	if (rows[i].want != SJ_SSHKEY_OK)
		CHECK_INT(line, rows[i].line);
	sj_sshkey_list_clear(&list);
}

/* What is written is read as the same key, and no line is too long. */
static void
test_round_trip(const char *name, const char *comment)
{
	struct sj_sshkey_list list = {NULL, 0};
	char key[1024], *text = NULL, *line;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	unsigned int number;

	(void)snprintf(key, sizeof(key), ED "%s", comment);
	sj_sshkey_ssh2_put(out, key);
	sj_sshkey_ssh2_put(out, EC);
	(void)fclose(out);
	CHECK_INT(
	    sj_sshkey_list_parse(text, size, &list, &number), SJ_SSHKEY_OK);
	CHECK_INT(list.count, 2);
	CHECK_STR(list.count == 2 ? list.lines[0] : "", key);
	CHECK_STR(list.count == 2 ? list.lines[1] : "", EC);
	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		CHECK(strlen(line) <= 72);
	sj_sshkey_list_clear(&list);
	free(text);
	test_done(name);
}

/* A terminal must not act on what is printed. */
static void
test_terminal(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	sj_sshkey_ssh2_put(out, ED " a\xc2\x9b\x9b\xe2\x80\xae");
	(void)fclose(out);
	CHECK(strstr(text, "Comment: \"a\\xc2\\x9b\\x9b\\xe2\\x80\\xae\"\n") !=
	      NULL);
	free(text);
	test_done("ssh2_comment_is_made_safe");
}

/* Every cut of a block: no crash, and no other key is taken. */
static void
test_cut(void)
{
	static const char text[] =
	    BEGIN "Comment: \"a\\\nb\"\n" ED_1 "\n" ED_2 "\n" END;
	struct sj_sshkey_list list;
	unsigned int line;
	size_t len, taken = 0;

	for (len = 0; len < sizeof(text); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, text, len);
		list = (struct sj_sshkey_list){NULL, 0};
		if (sj_sshkey_list_parse(cut, len, &list, &line) ==
		    SJ_SSHKEY_OK) {
			CHECK_STR(list.lines[0], ED " ab");
			taken++;
		}
		sj_sshkey_list_clear(&list);
		free(cut);
	}
	/* Without the line end, and with it; the NUL is refused. */
	CHECK_INT(taken, 2);
	test_done("ssh2_cut_texts_are_survived");
}

int
main(void)
{
	char name[80], longest[] =
			   " an   \xc3\xbc \xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
			   " > very > long > comment > of > more > than > 72 > "
			   "bytes,         with blanks       "
			   "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc in it";
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row(i);
		(void)snprintf(name, sizeof(name), "ssh2_%s_is_%s",
		    rows[i].name,
		    rows[i].want == SJ_SSHKEY_OK ? "read" : "refused");
		test_done(name);
	}
	test_round_trip("ssh2_comes_back", " a b");
	test_round_trip("ssh2_without_comment_comes_back", "");
	test_round_trip("ssh2_long_comment_comes_back", longest);
	test_terminal();
	test_cut();
	return test_failures > 0;
}

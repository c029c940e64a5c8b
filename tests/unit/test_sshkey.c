/* SPDX-License-Identifier: ISC */
/* Lines of authorized_keys: what is taken, why the rest is refused. */
#include "sshkey.h"

#include <stdlib.h>

#include "base64.h"
#include "test.h"

#define ED_BLOB \
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM0"
#define ED "ssh-ed25519 " ED_BLOB
#define ED_PRINT "SHA256:RbpgMJqEFVtv+gqyq15yJ+DOCH/jzoYqzAuVrnrUsYA"
#define RSA                                                                    \
	"ssh-rsa "                                                             \
	"AAAAB3NzaC1yc2EAAAADAQABAAAAgQCiAdhU0Z0aQVZUUBclejqiDb52Ks0W2gs6mJIY" \
	"jl"                                                                   \
	"vTy7PhJ9xW+"                                                          \
	"5RY2x1BW0UMGRU9ACof7g7w3nrIcbstjlGq9PmeSBHAWQvMbOrMGlwhATHv"          \
	"RP+BGuI1m+hE7QQZdbTsJPpZqrpZMb9sSI77ExLowXhXoqtCD2KFPfi0peX+Aw=="

/* Keys that ssh-keygen made, and the fingerprints that it printed. */
static const struct {
	const char *name;
	const char *line;
	const char *fingerprint;
} good[] = {
    {"ed25519",
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNL"
	"M00TBO27u20oIMTEM0 ed25519--@test",
	"SHA256:RbpgMJqEFVtv+gqyq15yJ+DOCH/jzoYqzAuVrnrUsYA"},
    {"rsa_1024",
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCiAdhU0Z0aQVZUUBclejqiDb"
	"52Ks0W2gs6mJIYjlvTy7PhJ9xW+5RY2x1BW0UMGRU9ACof7g7w3nrIcbstjlGq"
	"9PmeSBHAWQvMbOrMGlwhATHvRP+BGuI1m+hE7QQZdbTsJPpZqrpZMb9sSI77Ex"
	"LowXhXoqtCD2KFPfi0peX+Aw== rsa-1024@test",
	"SHA256:sw8ovUW6je5LSc0jvS2jrZz+2xtdQum8hLO3LDADm8E"},
    {"rsa_2048",
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2cVY4JB1j94dvv0ccu+qW7b"
	"lncsrpQJ1ikY75ChiQ7+qkBpMeqTxubNw9fUuku1bJog9oj0b6VUyiIR7mh5H/"
	"3F1CS2XnHfGpxZbAm4Bf7X9lb0zxjSa4EBInAzqPNf5+ZKxGNJhIyIUK1HRY0L"
	"gtE7AjajoVKOW9/EVZVt0GnVTxhoPQ9TMCMY3dALSbGyiAISwEmWfaTQk1T9Am"
	"GCWZ6lTcwNlfAho+D9TpTKwhOvmRUoar0x0L3lC8LEsImpB0kaKTg1rXL3adSe"
	"DQRtuGjAap1EPVdTLnSfxLrxvU5MC6kW1R0B8blr9m/OIPTtr4FeTQotyhKoBY"
	"k9TNA0qb rsa-2048@test",
	"SHA256:/u5NrlKhsmF5dzPlbUbGL3y/Si+KFK62btZ97Qx7BPU"},
    {"ecdsa_256",
	"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdH"
	"AyNTYAAABBBPSr2TA7s8llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5n"
	"mZS9QaN+ilmI8Jq7kJy9NrVFArpep1SsxJ0= ecdsa-256@test",
	"SHA256:5Q/7zmNTSnzsiwrX6ZKETzpThmepLpELTg2iJLPAbe8"},
    {"ecdsa_384",
	"ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdH"
	"AzODQAAABhBJWImSMYNj9GsjJtaSkLDX1yMKIbNgp4c/7whwOCeT3gjRUTzJn+"
	"jeAyhbUVnlxl/g02FS/FHQE+zdXkJofdlVVSja2RdAKo+SKzmXZU7vbEbnEuJu"
	"RbEc3P7PHqymtVag== ecdsa-384@test",
	"SHA256:OULczogxUJV4M0KM350p886gUHumU+bnQtxscUezIdw"},
    {"ecdsa_521",
	"ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdH"
	"A1MjEAAACFBAB4Tm5yVrix2yeMmqLpbQeCoUYcv4WBOzsWqz5s0rKX+m+EF86G"
	"bC05ggzuJKBpWDCMd/PKgJqV7r5sQmHVTRgfigDciY1nRTlQulNZA9UuBOjNZe"
	"MMomJHEvDWRIKLbG66Pt9i9mg1ifeyeVUzV3XtyV9C5rujUmxwdf73qzZFob3n"
	"Pg== ecdsa-521@test",
	"SHA256:Yvo6Bdsz/X/XCUcs9A9Qbkp1zhhPEwLuyAy9bf+CI/I"},
    {"dsa",
	"ssh-dss AAAAB3NzaC1kc3MAAACBAIQ5KEyuzUSnDK96Hi9ZpBCPAFtBnpD0AD"
	"PYg7lVox0XsLEuNYC96lvV++Coi+78g9bS4LxZpqLmyCJMQJIOgnPWXmZ+4LTv"
	"QzJIFhE92CfIjnpbXfqhUZkRobhYxZiLccDCGhPZYvS22ntX3RGKWTGihmSoTs"
	"riHWUeVtupPNCTAAAAFQC3CNuF0EC5XkBG124Mi8GTNmv/cQAAAIBxhcFCgjvi"
	"/lYp3gRtv0Bt7q+5q0llc9Q327PhoMO9kBHTs1cLuKES83ukRSG/gXUqHuPkbx"
	"ubVmLca2ZawOTCl2v7RwsI14CkDk3vyBHsg0dxGsHZgjOP3gxokCrZtQQi6d7g"
	"MhpFQnGuwmCCzwTym+0mI9s6fjZbFTkWBF7F7AAAAIBWwpRoF9M/5ao5X93l/u"
	"+r9KhfokDHUD2Pfd1/3JpkX66YO0w3Gz6/est6+41iAektPRgCsrkZCT3sO5KG"
	"yTCrB9zrlaeSs4ouES6CNjeZA7bLLhE8kiJFPx2tT59QowNMxNJ+g+/wN6etNC"
	"PMK3KFSF5AnlWjJZjTz7aUydQVrg== dsa-1024@test",
	"SHA256:ODYjhj0kLAWwnkOLXVsDLtWk9wyQZQAQc7uyf0baDhI"},
    {"sk_ed25519",
	"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2g"
	"uY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNza"
	"Do= token",
	"SHA256:/p0CbeE3dk2SyW1OXXsThGc12ezDVD8eGw2/vtztDfk"},
    {"sk_ecdsa",
	"sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbml"
	"zdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBPSr2TA7s8llaZ0DH"
	"AP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9NrVFArp"
	"ep1SsxJ0AAAAEc3NoOg== token",
	"SHA256:CVKnsQJgbpMrsqCTJwEzUx/tRVVFQNnp8RqBPQD6afg"},
    {"without_comment", ED, ED_PRINT},
    {"comment_with_blanks", ED " Alice at  ACME ", ED_PRINT},
    {"comment_utf8", ED " J\xc3\xb6rg", ED_PRINT},
    {"comment_not_utf8", ED " J\xf6rg", ED_PRINT},
    {"comment_quotes", ED " \"a\" 'b' #c", ED_PRINT},
    {"comment_has_AAAA", ED " AAAA AAAAB3", ED_PRINT},
    {"tabs_and_blanks", "  ssh-ed25519\t " ED_BLOB "\t\tx", ED_PRINT},
    {"one_option", "no-pty " ED, ED_PRINT},
    {"many_options",
	"restrict,command=\"a b,c=\\\"d\\\"\",from=\"192.0.2.0/24\" " ED " x",
	ED_PRINT},
    {"option_in_capitals", "NO-PTY,no-x11-forwarding " ED, ED_PRINT},
};

/* What is no key, and the word for it. */
static const struct {
	const char *name;
	const char *line;
	enum sj_sshkey_error want;
} bad[] = {
    {"empty", "", SJ_SSHKEY_EMPTY},
    {"blanks", " \t ", SJ_SSHKEY_EMPTY},
    {"comment_line", "# " ED, SJ_SSHKEY_EMPTY},
    {"newline_inside", "ssh-ed25519 " ED_BLOB "\nx", SJ_SSHKEY_CONTROL},
    {"carriage_return_inside", ED " a\rb", SJ_SSHKEY_CONTROL},
    {"carriage_return_at_end", ED "\r", SJ_SSHKEY_CONTROL},
    {"escape_in_comment", ED " \033[2J", SJ_SSHKEY_CONTROL},
    {"delete_in_comment", ED " \177", SJ_SSHKEY_CONTROL},
    {"private_openssh", "-----BEGIN OPENSSH PRIVATE KEY-----",
	SJ_SSHKEY_PRIVATE},
    {"private_rsa", "-----BEGIN RSA PRIVATE KEY-----", SJ_SSHKEY_PRIVATE},
    {"private_with_newlines",
	"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n",
	SJ_SSHKEY_PRIVATE},
    {"private_putty", "PuTTY-User-Key-File-3: ssh-ed25519", SJ_SSHKEY_PRIVATE},
    {"private_bare", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE", SJ_SSHKEY_PRIVATE},
    {"ssh2", "---- BEGIN SSH2 PUBLIC KEY ----", SJ_SSHKEY_SSH2},
    {"pem_public", "-----BEGIN PUBLIC KEY-----", SJ_SSHKEY_OTHER_FORMAT},
    {"pgp", "-----BEGIN PGP PUBLIC KEY BLOCK-----", SJ_SSHKEY_OTHER_FORMAT},
    {"protocol_1", "1024 35 1234567890 a@b", SJ_SSHKEY_PROTOCOL1},
    {"certificate",
	"ecdsa-sha2-nistp256-cert-v01@openssh.com "
	"AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20A",
	SJ_SSHKEY_CERTIFICATE},
    {"words", "this is no key", SJ_SSHKEY_TYPE},
    {"type_alone", "ssh-ed25519", SJ_SSHKEY_BASE64},
    {"type_misspelt", "ssh-ed25591 " ED_BLOB, SJ_SSHKEY_TYPE},
    {"type_in_capitals", "SSH-ED25519 " ED_BLOB, SJ_SSHKEY_TYPE},
    {"blob_alone", ED_BLOB, SJ_SSHKEY_TYPE},
    {"option_unknown", "no-pony " ED, SJ_SSHKEY_OPTIONS},
    {"option_trailing_comma", "no-pty, " ED, SJ_SSHKEY_OPTIONS},
    {"option_leading_comma", ",no-pty " ED, SJ_SSHKEY_OPTIONS},
    {"option_value_unquoted", "command=ls " ED, SJ_SSHKEY_OPTIONS},
    {"option_value_missing", "command " ED, SJ_SSHKEY_OPTIONS},
    {"option_flag_with_value", "no-pty=\"x\" " ED, SJ_SSHKEY_OPTIONS},
    {"option_behind_quote", "command=\"a\"b " ED, SJ_SSHKEY_OPTIONS},
    {"option_quote_open", "command=\"ls " ED, SJ_SSHKEY_OPTIONS},
    {"option_blank_behind_comma", "no-pty, restrict " ED, SJ_SSHKEY_TYPE},
    {"base64_cut",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM",
	SJ_SSHKEY_BASE64},
    {"base64_cut_by_four",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO27u20oIM",
	SJ_SSHKEY_BROKEN},
    {"base64_wrong_letter",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJp!IJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM0",
	SJ_SSHKEY_BASE64},
    {"base64_url_alphabet",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJp_IJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM0",
	SJ_SSHKEY_BASE64},
    {"base64_split_by_blank",
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJ "
	"JQng7hGu2tH8PccNLM00TBO27u20oIMTEM0",
	SJ_SSHKEY_BASE64},
    {"base64_padding_in_the_middle",
	"ssh-ed25519 "
	"AAAA====aC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM0",
	SJ_SSHKEY_BASE64},
    {"base64_stray_bits",
	"ecdsa-sha2-nistp256 "
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPSr2TA7s8"
	"llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9"
	"NrVFArpep1SsxJ1=",
	SJ_SSHKEY_BASE64},
    {"base64_padding_missing",
	"ecdsa-sha2-nistp256 "
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPSr2TA7s8"
	"llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9"
	"NrVFArpep1SsxJ0",
	SJ_SSHKEY_BASE64},
    {"type_differs", "ssh-rsa " ED_BLOB, SJ_SSHKEY_TYPE_DIFFERS},
    {"bytes_behind",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAIK7WJpwIJJQng7hGu2tH8PccNLM00TBO27u20oIMTEM0AA"
	"==",
	SJ_SSHKEY_BROKEN},
    {"point_short",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5AAAAHwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	SJ_SSHKEY_BROKEN},
    {"length_beyond",
	"ssh-ed25519 "
	"AAAAC3NzaC1lZDI1NTE5/////wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	SJ_SSHKEY_BROKEN},
    {"length_of_type_beyond",
	"ssh-ed25519 ////8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	SJ_SSHKEY_BROKEN},
    {"ecdsa_other_curve",
	"ecdsa-sha2-nistp256 "
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAzODQAAABBBPSr2TA7s8"
	"llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9"
	"NrVFArpep1SsxJ0=",
	SJ_SSHKEY_BROKEN},
    {"ecdsa_compressed_point",
	"ecdsa-sha2-nistp256 "
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBAvSr2TA7s8"
	"llaZ0DHAP/VXODXdrtQ5dhI9u9A+JDV9jCC32U7G5nmZS9QaN+ilmI8Jq7kJy9"
	"NrVFArpep1SsxJ0=",
	SJ_SSHKEY_BROKEN},
    {"token_without_application",
	"sk-ssh-ed25519@openssh.com "
	"AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAAAAAAAAAAAAAAAAA"
	"AAAAAAAAAAAAAAAAAAAAAAAAAA",
	SJ_SSHKEY_BROKEN},
    {"rsa_768",
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAYQCAAQIDBAUGBwgJCgsMDQ4PEBESExQVFh"
	"cYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RF"
	"RkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=",
	SJ_SSHKEY_SIZE},
    {"rsa_negative",
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAYIABAgMEBQYHCAkKCwwNDg8QERITFBUWFx"
	"gZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVG"
	"R0hJSktMTU5PUFFSU1RVVldYWVpbXF1eXw==",
	SJ_SSHKEY_BROKEN},
    {"rsa_leading_zeros",
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAYgABgAECAwQFBgcICQoLDA0ODxAREhMUFR"
	"YXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNE"
	"RUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f",
	SJ_SSHKEY_BROKEN},
    {"rsa_zero", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAA==", SJ_SSHKEY_BROKEN},
    {"two_keys", ED " a " RSA, SJ_SSHKEY_SEVERAL},
    {"two_keys_glued", ED " alice@acme" RSA " x", SJ_SSHKEY_SEVERAL},
    {"two_keys_without_comment", ED RSA, SJ_SSHKEY_BASE64},
    {"two_keys_with_options", ED " a no-pty " RSA, SJ_SSHKEY_SEVERAL},
};

/* Options of a line, and the options that it is given out with. */
static const struct {
	const char *name;
	const char *line;
	const char *want; /* behind our own; NULL: refused */
} restricted[] = {
    {"plain", ED " x", " " ED " x"},
    {"without_comment", ED, " " ED},
    {"blanks_made_single", "  ssh-ed25519\t" ED_BLOB "  x y ", " " ED " x y"},
    {"options_joined", "from=\"192.0.2.1\",no-user-rc " ED,
	",from=\"192.0.2.1\",no-user-rc " ED},
    {"ours_not_repeated", "no-pty,No-Port-Forwarding,restrict " ED,
	",restrict " ED},
    {"undoing_ones_dropped",
	"restrict,pty,port-forwarding,PTY,X11-forwarding,agent-forwarding,"
	"user-rc,command=\"x\" " ED,
	",restrict,command=\"x\" " ED},
    {"quoted_comma_and_word", "command=\"a,pty,b \\\" c\",pty " ED,
	",command=\"a,pty,b \\\" c\" " ED},
    {"no_key", "no-pty x", NULL},
};

static void
test_good(void)
{
	struct sj_sshkey key;
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&key, 0, sizeof(key));
		CHECK_INT(sj_sshkey_parse(good[i].line, &key), SJ_SSHKEY_OK);
		CHECK_STR(key.fingerprint, good[i].fingerprint);
		CHECK_INT(sj_sshkey_check_line(good[i].line), SJ_SSHKEY_OK);
		(void)snprintf(
		    name, sizeof(name), "sshkey_%s_is_taken", good[i].name);
		test_done(name);
	}
}

static void
test_bad(void)
{
	struct sj_sshkey key;
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_INT(sj_sshkey_parse(bad[i].line, &key), bad[i].want);
		CHECK_INT(sj_sshkey_check_line(bad[i].line), bad[i].want);
		CHECK(sj_sshkey_error_text(bad[i].want)[0] != '\0');
		(void)snprintf(
		    name, sizeof(name), "sshkey_%s_is_refused", bad[i].name);
		test_done(name);
	}
}

static void
test_restrict(void)
{
	char name[80], want[4096], *line;
	enum sj_sshkey_error error;
	size_t i;

	for (i = 0; i < sizeof(restricted) / sizeof(restricted[0]); i++) {
		line = NULL;
		error = sj_sshkey_restrict(restricted[i].line, &line);
		if (restricted[i].want == NULL) {
			CHECK(error != SJ_SSHKEY_OK);
		} else {
			(void)snprintf(want, sizeof(want), "%s%s",
			    SJ_SSHKEY_RESTRICTIONS, restricted[i].want);
			CHECK_INT(error, SJ_SSHKEY_OK);
			CHECK_STR(line, want);
			CHECK(line != NULL &&
			      sj_sshkey_check_line(line) == SJ_SSHKEY_OK);
		}
		free(line);
		(void)snprintf(
		    name, sizeof(name), "restrict_%s", restricted[i].name);
		test_done(name);
	}
}

static void
test_parts(void)
{
	struct sj_sshkey key;

	CHECK_INT(sj_sshkey_parse("no-pty,from=\"a b\" " ED "  c d ", &key),
	    SJ_SSHKEY_OK);
	CHECK_INT(key.options.len, strlen("no-pty,from=\"a b\""));
	CHECK(strncmp(key.options.text, "no-pty,from=\"a b\"",
		  key.options.len) == 0);
	CHECK_INT(key.type.len, strlen("ssh-ed25519"));
	CHECK_INT(key.blob.len, strlen(ED_BLOB));
	CHECK_INT(key.comment.len, 3);
	CHECK(strncmp(key.comment.text, "c d", 3) == 0);
	test_done("sshkey_parts_are_found");

	CHECK(sj_sshkey_is_same(ED " a", "no-pty " ED " b"));
	CHECK(!sj_sshkey_is_same(ED " a", RSA " a"));
	CHECK(!sj_sshkey_is_same(ED " a", "no key"));
	test_done("sshkey_same_key_is_known_by_its_bytes");
}

/* An RSA key of so many bits, made up; and its line padded to a length. */
static char *
make_rsa(size_t bits, size_t line_len)
{
	static const unsigned char head[] = {
	    0, 0, 0, 7, 's', 's', 'h', '-', 'r', 's', 'a', 0, 0, 0, 3, 1, 0, 1};
	size_t number = bits / 8 + 1, len = sizeof(head) + 4 + number, used;
	unsigned char *blob = malloc(len);
	char *line = malloc(len * 2 + line_len + 64);

	if (blob == NULL || line == NULL)
		abort();
	memcpy(blob, head, sizeof(head));
	blob[sizeof(head)] = 0;
	blob[sizeof(head) + 1] = 0;
	blob[sizeof(head) + 2] = (unsigned char)(number >> 8);
	blob[sizeof(head) + 3] = (unsigned char)number;
	memset(blob + sizeof(head) + 4, 0xa5, number);
	blob[sizeof(head) + 4] = 0;
	(void)sprintf(line, "ssh-rsa ");
	sj_base64_encode_bare(blob, len, line + strlen(line));
	(void)strcat(line, len % 3 == 1 ? "== " : len % 3 == 2 ? "= " : " ");
	for (used = strlen(line); used < line_len; used++)
		line[used] = 'x';
	line[used] = '\0';
	free(blob);
	return line;
}

static void
check_rsa(
    size_t bits, size_t line_len, enum sj_sshkey_error want, const char *name)
{
	char *line = make_rsa(bits, line_len);

	CHECK_INT(sj_sshkey_check_line(line), want);
	free(line);
	test_done(name);
}

static void
test_sizes(void)
{
	check_rsa(1024, 0, SJ_SSHKEY_OK, "sshkey_rsa_1024_is_taken");
	check_rsa(1016, 0, SJ_SSHKEY_SIZE, "sshkey_rsa_1016_is_refused");
	check_rsa(16384, 0, SJ_SSHKEY_OK, "sshkey_rsa_16384_is_taken");
	check_rsa(16392, 0, SJ_SSHKEY_SIZE, "sshkey_rsa_16392_is_refused");
	check_rsa(16384, SJ_SSHKEY_LINE_MAX, SJ_SSHKEY_OK,
	    "sshkey_longest_line_is_taken");
	check_rsa(16384, SJ_SSHKEY_LINE_MAX + 1, SJ_SSHKEY_TOO_LONG,
	    "sshkey_line_longer_than_longest_is_refused");
}

static const struct {
	const char *name;
	const char *text;
	size_t len; /* 0: strlen */
	enum sj_sshkey_error want;
	size_t count;
	unsigned int line;
} files[] = {
    {"one", ED " a\n", 0, SJ_SSHKEY_OK, 1, 0},
    {"without_newline", ED " a", 0, SJ_SSHKEY_OK, 1, 0},
    {"crlf", ED " a\r\n\r\n# x\r\n" RSA " b\r\n", 0, SJ_SSHKEY_OK, 2, 0},
    {"byte_order_mark", "\xef\xbb\xbf" ED " a\n", 0, SJ_SSHKEY_OK, 1, 0},
    {"comments_and_blanks", "\n  # x\n\t" ED " a \n\n", 0, SJ_SSHKEY_OK, 1, 0},
    {"empty", "", 0, SJ_SSHKEY_EMPTY, 0, 1},
    {"comments_only", "# a\n# b\n", 0, SJ_SSHKEY_EMPTY, 0, 2},
    {"third_line_bad", ED "\n\nx y\n" RSA "\n", 0, SJ_SSHKEY_TYPE, 0, 3},
    {"private", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n", 0,
	SJ_SSHKEY_PRIVATE, 0, 1},
    {"putty", "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n", 0,
	SJ_SSHKEY_PRIVATE, 0, 1},
    {"utf16", "\xff\xfes\0s\0h\0", 8, SJ_SSHKEY_UTF16, 0, 1},
    {"nul_inside", ED " a\0b\n", sizeof(ED " a\0b\n") - 1, SJ_SSHKEY_CONTROL, 0,
	1},
    {"wrapped_line", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA\nIK7WJpwIJJQn\n", 0,
	SJ_SSHKEY_BROKEN, 0, 1},
};

static void
test_files(void)
{
	struct sj_sshkey_list list;
	unsigned int line;
	char name[80];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t len =
		    files[i].len != 0 ? files[i].len : strlen(files[i].text);

		memset(&list, 0, sizeof(list));
		line = 0;
		CHECK_INT(
		    sj_sshkey_list_parse(files[i].text, len, &list, &line),
		    files[i].want);
		CHECK_INT(list.count, files[i].count);
		if (files[i].line != 0)
			CHECK_INT(line, files[i].line);
		sj_sshkey_list_clear(&list);
		(void)snprintf(name, sizeof(name), "keyfile_%s_is_%s",
		    files[i].name,
		    files[i].want == SJ_SSHKEY_OK ? "read" : "refused");
		test_done(name);
	}
}

/* Every cut and every changed byte: no crash, and no other key is taken. */
static void
test_damage(void)
{
	char line[] = "from=\"x\" " ED " c";
	struct sj_sshkey key;
	size_t i, taken = 0;

	for (i = 0; i < sizeof(line); i++) {
		char kept = line[i];

		line[i] = '\0';
		if (sj_sshkey_parse(line, &key) == SJ_SSHKEY_OK)
			CHECK_STR(key.fingerprint, ED_PRINT);
		line[i] = (char)(kept ^ 1);
		if (i + 1 < sizeof(line) &&
		    sj_sshkey_parse(line, &key) == SJ_SSHKEY_OK)
			taken++;
		line[i] = kept;
	}
	/* The value of from, the 32 bytes of the point, the comment. */
	CHECK(taken < 60);
	CHECK(taken > 40);
	test_done("sshkey_damaged_lines_are_survived");
}

int
main(void)
{
	test_good();
	test_bad();
	test_parts();
	test_restrict();
	test_sizes();
	test_files();
	test_damage();
	return test_failures > 0;
}

/* SPDX-License-Identifier: ISC */
/* Names, templates, paths inside a jail, addresses and networks. */
#include "name.h"

#include "test.h"

static const struct {
	const char *name;
	const char *text;
	bool is_user;
	bool is_jail;
} names[] = {
    {"plain", "alice", true, true},
    {"underscore_first", "_alice", true, true},
    {"one_letter", "a", true, true},
    {"dots_inside", "bob.smith-2", true, true},
    {"trailing_dot", "bob.", false, true},
    {"digit_first", "1alice", false, true},
    {"capital", "Alice", false, true},
    {"empty", "", false, false},
    {"dash_first", "-alice", false, true},
    {"dot_first", ".alice", false, true},
    {"slash", "a/b", false, false},
    {"colon", "a:b", false, false},
    {"newline", "a\nb", false, false},
    {"space", "a b", false, false},
    {"dollar", "machine$", false, false},
    {"utf8", "\xc3\xa4lice", false, false},
    {"32_bytes", "a2345678901234567890123456789012", true, true},
    {"33_bytes", "a23456789012345678901234567890123", false, true},
    {"64_bytes",
	"a234567890123456789012345678901234567890123456789012345678901234",
	false, true},
    {"65_bytes",
	"a2345678901234567890123456789012345678901234567890123456789012345",
	false, false},
};

static const struct {
	const char *name;
	const char *template;
	const char *want; /* NULL: denied */
} templates[] = {
    {"plain", "/srv/sftp", "/srv/sftp"},
    {"user", "/srv/%u", "/srv/alice"},
    {"home", "%h", "/home/alice"},
    {"home_below", "%h/sftp", "/home/alice/sftp"},
    {"group", "/srv/%g/%u", "/srv/acme/alice"},
    {"percent", "/srv/100%%", "/srv/100%"},
    {"doubled_slashes", "//srv///x/", "/srv/x"},
    {"dot_components", "/srv/./x/.", "/srv/x"},
    {"root", "/", "/"},
    {"empty", "", NULL},
    {"relative", "srv/%u", NULL},
    {"dotdot", "/srv/../etc", NULL},
    {"dotdot_last", "/srv/..", NULL},
    {"dotdot_in_a_name", "/srv/..x", "/srv/..x"},
};

static const struct {
	const char *name;
	const char *path;
	const char *want;
} paths[] = {
    {"absolute", "/upload", "/upload"},
    {"relative", "upload/in", "/upload/in"},
    {"empty", "", "/"},
    {"root", "/", "/"},
    {"slashes", "//a//b//", "/a/b"},
    {"dot", "./a/.", "/a"},
    {"dotdot", "a/../b", NULL},
    {"dotdot_alone", "..", NULL},
    {"three_dots", "...", "/..."},
};

static const struct {
	const char *name;
	const char *net;
	enum sj_net_error error;
	const char *inside;
	const char *outside;
} nets[] = {
    {"bare_v4", "192.0.2.7", SJ_NET_OK, "192.0.2.7", "192.0.2.8"},
    {"v4_24", "192.0.2.0/24", SJ_NET_OK, "192.0.2.255", "192.0.3.0"},
    {"v4_23", "192.0.2.0/23", SJ_NET_OK, "192.0.3.9", "192.0.4.0"},
    {"v4_0", "0.0.0.0/0", SJ_NET_OK, "255.255.255.255", "::1"},
    {"v4_31", "10.0.0.2/31", SJ_NET_OK, "10.0.0.3", "10.0.0.4"},
    {"bare_v6", "2001:db8::1", SJ_NET_OK, "2001:db8:0:0::1", "2001:db8::2"},
    {"v6_33", "2001:db8:8000::/33", SJ_NET_OK,
	"2001:db8:ffff::", "2001:db8:7fff::"},
    {"v6_0_is_not_v4", "::/0", SJ_NET_OK, "fe80::1", "10.0.0.1"},
    {"mapped_is_v4", "::ffff:10.0.0.0/104", SJ_NET_OK, "10.1.2.3", "11.0.0.0"},
    {"mapped_client", "10.0.0.0/8", SJ_NET_OK, "::ffff:10.9.9.9",
	"::ffff:11.0.0.1"},
    {"mapped_too_wide", "::ffff:0.0.0.0/95", SJ_NET_PREFIX, NULL, NULL},
    {"host_bits_v4", "192.0.2.1/24", SJ_NET_HOST_BITS, NULL, NULL},
    {"host_bits_v6", "2001:db8::1/64", SJ_NET_HOST_BITS, NULL, NULL},
    {"v4_33", "10.0.0.0/33", SJ_NET_PREFIX, NULL, NULL},
    {"v6_129", "::/129", SJ_NET_PREFIX, NULL, NULL},
    {"prefix_empty", "10.0.0.0/", SJ_NET_PREFIX, NULL, NULL},
    {"prefix_sign", "10.0.0.0/+8", SJ_NET_PREFIX, NULL, NULL},
    {"prefix_zero", "10.0.0.0/08", SJ_NET_PREFIX, NULL, NULL},
    {"prefix_wraps", "10.0.0.0/4294967304", SJ_NET_PREFIX, NULL, NULL},
    {"name", "example.org", SJ_NET_SYNTAX, NULL, NULL},
    {"empty", "", SJ_NET_SYNTAX, NULL, NULL},
    {"short_v4", "10.1", SJ_NET_SYNTAX, NULL, NULL},
    {"octal_v4", "010.0.0.1", SJ_NET_SYNTAX, NULL, NULL},
    {"scoped", "fe80::1%eth0", SJ_NET_SYNTAX, NULL, NULL},
    {"space", " 10.0.0.1", SJ_NET_SYNTAX, NULL, NULL},
};

static void
title(char *buf, size_t size, const char *subject, const char *name)
{
	(void)snprintf(buf, size, "name_%s_%s", subject, name);
}

static void
test_names(void)
{
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CHECK_INT(sj_name_is_user(names[i].text), names[i].is_user);
		CHECK_INT(sj_name_is_jail(names[i].text), names[i].is_jail);
		title(name, sizeof(name), "is", names[i].name);
		test_done(name);
	}
}

static void
test_templates(void)
{
	const struct sj_template_values values = {
	    "alice", "/home/alice", "acme"};
	char path[SJ_PATH_SIZE], name[128];
	struct sj_fault fault;
	enum sj_reason reason;
	size_t i;

	for (i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		reason = sj_template_expand(templates[i].template, &values,
		    SJ_ROOT_MISSING, path, &fault);
		CHECK_INT(reason,
		    templates[i].want != NULL ? SJ_OK : SJ_ROOT_MISSING);
		if (templates[i].want != NULL)
			CHECK_STR(path, templates[i].want);
		else
			CHECK(fault.where[0] != '\0');
		title(name, sizeof(name), "template", templates[i].name);
		test_done(name);
	}
}

static void
test_template_limits(void)
{
	const struct sj_template_values unknown = {"alice", NULL, NULL};
	const struct sj_template_values relative = {"alice", "x", ""};
	char path[SJ_PATH_SIZE], deep[SJ_PATH_SIZE + 8];
	const struct sj_template_values wide = {"alice", deep, NULL};

	CHECK_INT(
	    sj_template_expand("%h", &unknown, SJ_ROOT_MISSING, path, NULL),
	    SJ_ROOT_MISSING);
	CHECK_INT(
	    sj_template_expand("%h", &relative, SJ_ROOT_MISSING, path, NULL),
	    SJ_ROOT_MISSING);
	memset(deep, 'x', sizeof(deep));
	deep[0] = '/';
	deep[SJ_PATH_SIZE - 1] = '\0';
	CHECK_INT(sj_template_expand("%h", &wide, SJ_ROOT_MISSING, path, NULL),
	    SJ_OK);
	deep[SJ_PATH_SIZE - 1] = 'x';
	deep[SJ_PATH_SIZE] = '\0';
	CHECK_INT(sj_template_expand("%h", &wide, SJ_ROOT_MISSING, path, NULL),
	    SJ_ROOT_MISSING);
	test_done("name_template_limits_deny");
	CHECK(sj_template_is_valid("/a/%u%h%g%%"));
	CHECK(!sj_template_is_valid("/a/%d"));
	CHECK(!sj_template_is_valid("/a/%"));
	test_done("name_template_letters_are_known");
}

static void
test_paths(void)
{
	char path[SJ_PATH_SIZE], name[128];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		CHECK_INT(sj_jail_path_normalise(paths[i].path, path),
		    paths[i].want != NULL);
		if (paths[i].want != NULL)
			CHECK_STR(path, paths[i].want);
		title(name, sizeof(name), "jail_path", paths[i].name);
		test_done(name);
	}
}

static bool
net_has(const struct sj_net *net, const char *text)
{
	struct sj_net addr;

	return sj_addr_parse(text, &addr) && sj_net_contains(net, &addr);
}

static void
test_nets(void)
{
	struct sj_net net;
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		CHECK_INT(sj_net_parse(nets[i].net, &net), nets[i].error);
		if (nets[i].error == SJ_NET_OK) {
			CHECK(net_has(&net, nets[i].inside));
			CHECK(!net_has(&net, nets[i].outside));
		}
		title(name, sizeof(name), "net", nets[i].name);
		test_done(name);
	}
}

int
main(void)
{
	test_names();
	test_templates();
	test_template_limits();
	test_paths();
	test_nets();
	return test_failures > 0;
}

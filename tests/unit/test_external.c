/* SPDX-License-Identifier: ISC */
/* sftp_server: the setting, the loader's listing, the program's loader. */
#define _GNU_SOURCE
#include <elf.h>
#include <link.h>
#include <stdlib.h>

#include "external.h"
#include "test.h"
#include "tree.h"

/* A list as one string, its words with ',' between them. */
static void
join(const struct sj_external_list *list, char *ret_line, size_t size)
{
	struct sj_strings words = sj_external_strings(list);
	const char *word = words.first;
	size_t len = 0;
	uint32_t i;

	ret_line[0] = '\0';
	for (i = 0; i < words.count; i++, word = sj_strings_next(word))
		len += (size_t)snprintf(
		    ret_line + len, size - len, "%s%s", i > 0 ? "," : "", word);
}

#define W16 "0123456789abcde "
#define W256 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16 W16
#define ONE "a a a a a a a a a a a a a a a "

static const struct {
	const char *name;
	const char *text;
	const char *want; /* NULL: refused */
} settings[] = {
    {"program_alone", "/usr/lib/sftp-server", "/usr/lib/sftp-server"},
    {"arguments", "/s -l INFO -f LOCAL5", "/s,-l,INFO,-f,LOCAL5"},
    {"blanks_around", "  /s   -l  INFO ", "/s,-l,INFO"},
    {"percent_and_equals", "/s -d /%u --x=y", "/s,-d,/%u,--x=y"},
    {"utf_8", "/srv/\xc3\xa4/s", "/srv/\xc3\xa4/s"},
    {"32_words", "/s " ONE ONE "a",
	"/s,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,"
	"a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a"},
    {"33_words", "/s " ONE ONE "a a", NULL},
    {"too_long", "/s " W256 W256 W256 W256, NULL},
    {"empty", "", NULL},
    {"blanks_alone", "   ", NULL},
    {"root", "/", NULL},
    {"relative", "sftp-server", NULL},
    {"internal", "internal-sftp -l INFO", NULL},
    {"dot_dot", "/usr/../s", NULL},
    {"dot", "/usr/./s", NULL},
    {"doubled_slash", "/usr//s", NULL},
    {"trailing_slash", "/usr/s/", NULL},
    {"tab", "/s\t-l", NULL},
    {"newline", "/s\n-l", NULL},
    {"delete", "/s \x7f", NULL},
    {"single_quote", "/s 'a b'", NULL},
    {"double_quote", "/s \"a\"", NULL},
    {"backslash", "/s a\\ b", NULL},
    {"variable", "/s $HOME", NULL},
    {"backquote", "/s `id`", NULL},
    {"second_command", "/s; id", NULL},
    {"pipe", "/s | id", NULL},
    {"background", "/s & id", NULL},
    {"redirection", "/s >/x", NULL},
    {"subshell", "(/s)", NULL},
    {"glob", "/s /*", NULL},
    {"brace", "/s {a,b}", NULL},
    {"tilde", "/s ~", NULL},
    {"comment", "/s # x", NULL},
};

static void
test_settings(void)
{
	struct sj_external_list list;
	const char *expected;
	char line[2048], name[128];
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		memset(&list, 0, sizeof(list));
		expected = sj_external_parse(settings[i].text, &list);
		join(&list, line, sizeof(line));
		CHECK((expected == NULL) == (settings[i].want != NULL));
		if (settings[i].want != NULL)
			CHECK_STR(line, settings[i].want);
		sj_pack_clear(&list.pack);
		(void)snprintf(name, sizeof(name), "external_setting_%s",
		    settings[i].name);
		test_done(name);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *want;
	const char *fault; /* NULL: good */
} listings[] = {
    {"debian",
	"\tlinux-vdso.so.1 (0x00007f226ffed000)\n"
	"\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f226fdc5000)\n"
	"\t/lib64/ld-linux-x86-64.so.2 (0x00007f226ffef000)\n",
	"/lib/x86_64-linux-gnu/libc.so.6,/lib64/ld-linux-x86-64.so.2", NULL},
    {"old_glibc",
	"\tlinux-gate.so.1 =>  (0xffffe000)\n"
	"\tlibcrypto.so.6 => /lib/libcrypto.so.6 (0x00b2e000)\n"
	"\tlibdl.so.2 => /lib/libdl.so.2 (0x00ae4000)\n"
	"\tlibcrypto.so.6 => /lib/libcrypto.so.6 (0x00b2e000)\n",
	"/lib/libcrypto.so.6,/lib/libdl.so.2", NULL},
    {"musl",
	"\t/lib/ld-musl-x86_64.so.1 (0x7f0000000000)\n"
	"\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f00)\n",
	"/lib/ld-musl-x86_64.so.1", NULL},
    {"loader_through_arrow",
	"\t/lib64/ld64.so.1 => /usr/lib64/ld64.so.1 (0x1)\n",
	"/usr/lib64/ld64.so.1", NULL},
    {"static", "\tstatically linked\n", "", NULL},
    {"nothing", "", "", NULL},
    {"no_newline_at_the_end", "a => /lib/a (0x1)", "/lib/a", NULL},
    {"no_address", "\ta => /lib/a\n", "/lib/a", NULL},
    {"blank_in_path", "\ta => /opt/my lib/a (0x1)\n", "/opt/my lib/a", NULL},
    {"slashes", "\ta => /opt//lib/./a (0x1)\n", "/opt/lib/a", NULL},
    {"not_found",
	"\tlibx.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n", "",
	"libx.so.1"},
    {"dot_dot", "\ta => /opt/s/../lib/a (0x1)\n", "", "/opt/s/../lib/a"},
};

static void
test_listings(void)
{
	struct sj_external_list list;
	enum sj_reason reason;
	struct sj_fault fault;
	char line[1024], text[1024], name[128];
	size_t i;

	for (i = 0; i < sizeof(listings) / sizeof(listings[0]); i++) {
		memset(&list, 0, sizeof(list));
		(void)strcpy(text, listings[i].text);
		reason = sj_external_parse_listing(text, &list, &fault);
		join(&list, line, sizeof(line));
		CHECK_STR(line, listings[i].want);
		CHECK_INT(reason,
		    listings[i].fault == NULL ? SJ_OK : SJ_SYSTEM_ERROR);
		CHECK(reason == SJ_OK ||
		      strstr(fault.where, listings[i].fault) != NULL);
		sj_pack_clear(&list.pack);
		(void)snprintf(name, sizeof(name), "external_listing_%s",
		    listings[i].name);
		test_done(name);
	}
}

/* A program of headers alone, and one thing changed in it. */
struct image {
	ElfW(Ehdr) head;
	ElfW(Phdr) parts[2];
	char loader[16];
};

static const struct image good_image = {
    .head = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
		 sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32},
	.e_type = ET_DYN,
	.e_phoff = sizeof(ElfW(Ehdr)),
	.e_phentsize = sizeof(ElfW(Phdr)),
	.e_phnum = 2},
    .parts = {{.p_type = PT_PHDR},
	{.p_type = PT_INTERP,
	    .p_offset = sizeof(ElfW(Ehdr)) + 2 * sizeof(ElfW(Phdr)),
	    .p_filesz = sizeof("/lib/ld.so")}},
    .loader = "/lib/ld.so",
};

static void
change_magic(struct image *image)
{
	image->head.e_ident[1] = 'X';
}

static void
change_class(struct image *image)
{
	image->head.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
}

static void
change_type(struct image *image)
{
	image->head.e_type = ET_REL;
}

static void
change_table(struct image *image)
{
	image->head.e_phoff = (ElfW(Off)) - 8;
}

static void
change_table_count(struct image *image)
{
	image->head.e_phnum = 0xffff;
}

static void
change_place(struct image *image)
{
	image->parts[1].p_offset = (ElfW(Off)) - 1;
}

static void
change_size(struct image *image)
{
	image->parts[1].p_filesz = SJ_PATH_SIZE + 1;
}

static void
change_no_end(struct image *image)
{
	image->parts[1].p_filesz -= 1;
}

static void
change_two_ends(struct image *image)
{
	image->loader[4] = '\0';
}

static void
change_relative(struct image *image)
{
	image->loader[0] = 'x';
}

static void
change_static(struct image *image)
{
	image->parts[1].p_type = PT_NOTE;
}

static const struct {
	const char *name;
	void (*change)(struct image *image);
	const char *want; /* NULL: refused */
} images[] = {
    {"good", NULL, "/lib/ld.so"},
    {"static", change_static, ""},
    {"magic", change_magic, NULL},
    {"other_machine", change_class, NULL},
    {"no_program", change_type, NULL},
    {"headers_outside", change_table, NULL},
    {"too_many_headers", change_table_count, NULL},
    {"loader_outside", change_place, NULL},
    {"loader_too_long", change_size, NULL},
    {"loader_without_end", change_no_end, NULL},
    {"loader_with_two_ends", change_two_ends, NULL},
    {"loader_relative", change_relative, NULL},
};

static void
put_image(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(bytes, 1, size, file) != size ||
	    fclose(file) != 0)
		exit(1);
}

static void
test_images(void)
{
	char *root = tree_make(), path[256], loader[SJ_PATH_SIZE], name[128];
	struct image image;
	enum sj_reason reason;
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/program", root);
	for (i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		image = good_image;
		if (images[i].change != NULL)
			images[i].change(&image);
		put_image(path, &image, sizeof(image));
		(void)strcpy(loader, "untouched");
		reason = sj_external_interpreter(path, loader, NULL);
		CHECK((reason == SJ_OK) == (images[i].want != NULL));
		CHECK_STR(loader,
		    images[i].want != NULL ? images[i].want : "untouched");
		(void)snprintf(
		    name, sizeof(name), "external_program_%s", images[i].name);
		test_done(name);
	}
	for (i = 0; i < sizeof(image) - sizeof(image.loader) + 10; i++) {
		put_image(path, &good_image, i);
		CHECK_INT(sj_external_interpreter(path, loader, NULL),
		    SJ_SYSTEM_ERROR);
	}
	test_done("external_program_cut_anywhere_is_refused");
	tree_remove(root);
}

/* What this machine says of a program that is there everywhere. */
static void
test_find(void)
{
	struct sj_external_list list = {.count = 0};
	struct sj_fault fault = {.where = ""};
	struct sj_strings files;
	char loader[SJ_PATH_SIZE];

	CHECK(sj_external_interpreter("/bin/sh", loader, NULL) == SJ_OK);
	CHECK(sj_external_find("/bin/sh", &list, &fault) == SJ_OK);
	files = sj_external_strings(&list);
	CHECK_STR(files.first, "/bin/sh");
	CHECK(loader[0] == '\0' || sj_strings_contain(&files, loader));
	CHECK(loader[0] == '\0' || files.count > 2);
	CHECK_STR(fault.where, "");
	sj_pack_clear(&list.pack);
	test_done("external_find_shell");

	memset(&list, 0, sizeof(list));
	CHECK(sj_external_find("/usr/bin/ldd", &list, &fault) != SJ_OK ||
	      access("/usr/bin/ldd", X_OK) != 0);
	sj_pack_clear(&list.pack);
	test_done("external_find_script_is_refused");

	memset(&list, 0, sizeof(list));
	CHECK(sj_external_find("/nowhere/sftp-server", &list, &fault) != SJ_OK);
	CHECK(strstr(fault.where, "/nowhere/sftp-server") != NULL);
	sj_pack_clear(&list.pack);
	test_done("external_find_missing_is_named");
}

int
main(void)
{
	test_settings();
	test_listings();
	test_images();
	test_find();
	return test_failures > 0;
}

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The walk: each component as each kind of thing, with each owner and mode.
 * "/" is a directory of ours and "root" is who runs this, so that it needs no
 * privileges; as root, foreign owners are tried, too.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "path.h"
#include "test.h"
#include "tree.h"

#define DEPTH 4
#define FOREIGN 12345

static const char *const components[DEPTH] = {"/", "/a", "/a/b", "/a/b/c"};

enum kind {
	KIND_DIRECTORY,
	KIND_MISSING,
	KIND_FILE,
	KIND_FIFO,
	KIND_SOCKET,
	KIND_DEVICE, /* as root */
	KIND_LINK_DIRECTORY,
	KIND_LINK_FILE,
	KIND_LINK_NOWHERE,
	KIND_LINK_ITSELF
};

static const struct row {
	const char *name;
	enum kind kind;
	mode_t mode;
	uid_t owner; /* FOREIGN, or 0: ours */
	enum sj_reason want;
} rows[] = {
    {"0755", KIND_DIRECTORY, 0755, 0, SJ_OK},
    {"0700", KIND_DIRECTORY, 0700, 0, SJ_OK},
    {"0711", KIND_DIRECTORY, 0711, 0, SJ_OK},
    {"02755", KIND_DIRECTORY, 02755, 0, SJ_OK},
    {"0775", KIND_DIRECTORY, 0775, 0, SJ_ROOT_MODE},
    {"0757", KIND_DIRECTORY, 0757, 0, SJ_ROOT_MODE},
    {"0777", KIND_DIRECTORY, 0777, 0, SJ_ROOT_MODE},
    {"01777", KIND_DIRECTORY, 01777, 0, SJ_ROOT_MODE},
    {"0720", KIND_DIRECTORY, 0720, 0, SJ_ROOT_MODE},
    {"0702", KIND_DIRECTORY, 0702, 0, SJ_ROOT_MODE},
    {"foreign", KIND_DIRECTORY, 0755, FOREIGN, SJ_ROOT_OWNER},
    {"foreign_0777", KIND_DIRECTORY, 0777, FOREIGN, SJ_ROOT_OWNER},
    {"missing", KIND_MISSING, 0, 0, SJ_ROOT_MISSING},
    {"file", KIND_FILE, 0755, 0, SJ_ROOT_NOT_DIRECTORY},
    {"fifo", KIND_FIFO, 0755, 0, SJ_ROOT_NOT_DIRECTORY},
    {"socket", KIND_SOCKET, 0755, 0, SJ_ROOT_NOT_DIRECTORY},
    {"device", KIND_DEVICE, 0755, 0, SJ_ROOT_NOT_DIRECTORY},
    {"link_to_directory", KIND_LINK_DIRECTORY, 0, 0, SJ_ROOT_SYMLINK},
    {"link_to_file", KIND_LINK_FILE, 0, 0, SJ_ROOT_SYMLINK},
    {"link_to_nothing", KIND_LINK_NOWHERE, 0, 0, SJ_ROOT_SYMLINK},
    {"link_to_itself", KIND_LINK_ITSELF, 0, 0, SJ_ROOT_SYMLINK},
};

static void
must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static void
make_socket(int root_fd, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path),
	    "/proc/self/fd/%d%s", root_fd, path);
	must(bind(fd, (const struct sockaddr *)&address, sizeof(address)),
	    "bind");
	(void)close(fd);
}

/* False: this kind can't be made here. */
static bool
make(int root_fd, const char *path, const struct row *row)
{
	const char *name = path + 1;
	int fd;

	if (row->kind != KIND_DIRECTORY)
		must(renameat(root_fd, name, root_fd, "moved"), "renameat");
	switch (row->kind) {
	case KIND_DIRECTORY:
		if (strcmp(path, "/") == 0)
			name = ".";
		must(fchmodat(root_fd, name, row->mode, 0), "fchmodat");
		return row->owner == 0 ||
		       fchownat(root_fd, name, row->owner, (gid_t)-1, 0) == 0;
	case KIND_MISSING:
		return true;
	case KIND_FILE:
		fd = openat(root_fd, name, O_CREAT | O_WRONLY, 0755);
		must(fd, "openat");
		(void)close(fd);
		return true;
	case KIND_FIFO:
		must(mkfifoat(root_fd, name, 0755), "mkfifoat");
		return true;
	case KIND_SOCKET:
		make_socket(root_fd, path);
		return true;
	case KIND_DEVICE:
		return mknodat(root_fd, name, S_IFCHR | 0755, 1 << 8 | 3) == 0;
	case KIND_LINK_DIRECTORY:
		must(symlinkat("/etc", root_fd, name), "symlinkat");
		return true;
	case KIND_LINK_FILE:
		must(symlinkat("/etc/passwd", root_fd, name), "symlinkat");
		return true;
	case KIND_LINK_NOWHERE:
		must(symlinkat("nowhere", root_fd, name), "symlinkat");
		return true;
	case KIND_LINK_ITSELF:
		must(symlinkat(strrchr(path, '/') + 1, root_fd, name),
		    "symlinkat");
		return true;
	}
	return false;
}

struct seen {
	unsigned count;
	unsigned bad;
	char last_bad[4096];
	bool has_stat;
};

static void
see(void *context, const struct sj_path_step *step)
{
	struct seen *seen = context;

	seen->count++;
	if (step->reason == SJ_OK)
		return;
	seen->bad++;
	seen->has_stat = step->st != NULL;
	(void)snprintf(
	    seen->last_bad, sizeof(seen->last_bad), "%s", step->path);
}

static int
open_tree_root(const char *tree)
{
	int fd = open(tree, O_RDONLY | O_DIRECTORY);

	must(fd, tree);
	must(fchmod(fd, 0755), "fchmod");
	must(mkdirat(fd, "a", 0755), "mkdirat");
	must(mkdirat(fd, "a/b", 0755), "mkdirat");
	must(mkdirat(fd, "a/b/c", 0755), "mkdirat");
	return fd;
}

static struct sj_path_rule
rule_for(int root_fd, struct seen *seen)
{
	struct sj_path_rule rule = sj_path_rule_root;

	rule.uid = geteuid();
	rule.root_fd = root_fd;
	rule.visit = see;
	rule.context = seen;
	return rule;
}

static void
check_bad(const struct row *row, int depth, const struct seen *seen,
    const struct sj_fault *fault)
{
	CHECK_INT(fault->reason, row->want);
	CHECK_INT(seen->bad, 1);
	CHECK_STR(seen->last_bad, components[depth]);
	CHECK(strncmp(fault->where, components[depth],
		  strlen(components[depth])) == 0);
	/* What is below a bad directory is still shown. */
	if (row->kind == KIND_DIRECTORY)
		CHECK_INT(seen->count, DEPTH);
	else
		CHECK_INT(seen->count, depth + 1);
	CHECK_INT(seen->has_stat, row->kind != KIND_MISSING);
}

static void
test_row(const struct row *row, int depth)
{
	struct seen seen = {0};
	struct sj_fault fault = {0};
	struct sj_path_rule rule;
	struct stat st, want;
	char *tree = tree_make(), name[128];
	int root_fd = open_tree_root(tree), fd = -1;
	enum sj_reason reason;

	(void)snprintf(
	    name, sizeof(name), "path_%s_at_depth_%d", row->name, depth);
	if (!make(root_fd, components[depth], row)) {
		test_skip(name, "root");
		(void)close(root_fd);
		tree_remove(tree);
		return;
	}
	rule = rule_for(root_fd, &seen);
	reason = sj_path_open(components[DEPTH - 1], &rule, &fd, &fault);
	CHECK_STR(sj_reason_token(reason), sj_reason_token(row->want));
	if (row->want == SJ_OK) {
		CHECK_INT(seen.count, DEPTH);
		CHECK_INT(seen.bad, 0);
		CHECK(fstat(fd, &st) == 0 &&
		      fstatat(root_fd, "a/b/c", &want, 0) == 0 &&
		      st.st_ino == want.st_ino);
		CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	} else {
		CHECK_INT(fd, -1);
		check_bad(row, depth, &seen, &fault);
	}
	if (fd >= 0)
		(void)close(fd);
	(void)close(root_fd);
	tree_remove(tree);
	test_done(name);
}

/* The first bad one is the reason, all are shown. */
static void
test_two_faults(void)
{
	struct seen seen = {0};
	struct sj_fault fault = {0};
	struct sj_path_rule rule;
	char *tree = tree_make();
	int root_fd = open_tree_root(tree), fd = -1;

	must(fchmodat(root_fd, "a", 0777, 0), "fchmodat");
	must(renameat(root_fd, "a/b/c", root_fd, "c"), "renameat");
	must(symlinkat("/", root_fd, "a/b/c"), "symlinkat");
	rule = rule_for(root_fd, &seen);
	CHECK_INT(sj_path_open("/a/b/c", &rule, &fd, &fault), SJ_ROOT_MODE);
	CHECK_STR(fault.where, "/a is mode 0777, want 0755");
	CHECK_INT(seen.bad, 2);
	CHECK_STR(seen.last_bad, "/a/b/c");
	(void)close(root_fd);
	tree_remove(tree);
	test_done("path_first_fault_is_the_reason");
}

static void
test_create(void)
{
	struct seen seen = {0};
	struct sj_fault fault = {0};
	struct sj_path_rule rule;
	struct stat st;
	char *tree = tree_make();
	int root_fd = open_tree_root(tree), fd = -1;
	mode_t mask = umask(077);

	rule = rule_for(root_fd, &seen);
	rule.is_create = true;
	CHECK_INT(sj_path_open("/a/x/y", &rule, &fd, &fault), SJ_OK);
	CHECK(fstat(fd, &st) == 0 && (st.st_mode & 07777) == 0755 &&
	      st.st_uid == geteuid());
	CHECK(fstatat(root_fd, "a/x", &st, 0) == 0 &&
	      (st.st_mode & 07777) == 0755);
	(void)close(fd);
	fd = -1;
	must(fchmodat(root_fd, "a", 0777, 0), "fchmodat");
	CHECK_INT(sj_path_open("/a/z/y", &rule, &fd, &fault), SJ_ROOT_MODE);
	CHECK(fstatat(root_fd, "a/z", &st, 0) != 0);
	must(fchmodat(root_fd, "a", 0755, 0), "fchmodat");
	must(symlinkat("x", root_fd, "a/link"), "symlinkat");
	CHECK_INT(
	    sj_path_open("/a/link/new", &rule, &fd, &fault), SJ_ROOT_SYMLINK);
	CHECK(fstatat(root_fd, "a/x/new", &st, 0) != 0);
	must(symlinkat("nothing", root_fd, "a/dangling"), "symlinkat");
	CHECK_INT(
	    sj_path_open("/a/dangling", &rule, &fd, &fault), SJ_ROOT_SYMLINK);
	CHECK(fstatat(root_fd, "a/nothing", &st, 0) != 0);
	CHECK_INT(fd, -1);
	(void)umask(mask);
	(void)close(root_fd);
	tree_remove(tree);
	test_done("path_create_makes_only_below_good_directories");
}

static void
test_odd_paths(void)
{
	static const struct {
		const char *path;
		enum sj_reason want;
	} odd[] = {
	    {"", SJ_ROOT_MISSING},
	    {"a/b", SJ_ROOT_MISSING},
	    {"/", SJ_OK},
	    {"//a//b/", SJ_OK},
	    {"/a/b/c/d", SJ_ROOT_MISSING},
	    {"/a/b\xff", SJ_ROOT_MISSING},
	    {"/a/b.", SJ_ROOT_MISSING},
	};
	struct seen seen = {0};
	struct sj_fault fault = {0};
	struct sj_path_rule rule;
	char *tree = tree_make(), name[600];
	int root_fd = open_tree_root(tree), fd;
	size_t i;

	rule = rule_for(root_fd, &seen);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		fd = -1;
		CHECK_INT(
		    sj_path_open(odd[i].path, &rule, &fd, &fault), odd[i].want);
		if (fd >= 0)
			(void)close(fd);
	}
	memset(name, 'x', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	fd = -1;
	CHECK_INT(sj_path_open(name, &rule, &fd, &fault), SJ_SYSTEM_ERROR);
	CHECK_INT(fd, -1);
	(void)close(root_fd);
	tree_remove(tree);
	test_done("path_odd_ones");
}

static void
test_inside(void)
{
	struct sj_fault fault = {0};
	struct stat st, want;
	char *tree = tree_make();
	int root_fd = open_tree_root(tree), fd = -1;

	must(symlinkat("b", root_fd, "a/link"), "symlinkat");
	must(fchmodat(root_fd, "a/b", 0777, 0), "fchmodat");
	CHECK_INT(sj_path_open_inside(
		      root_fd, "/a/b/c", SJ_START_MISSING, &fd, &fault),
	    SJ_OK);
	CHECK(fstat(fd, &st) == 0 && fstatat(root_fd, "a/b/c", &want, 0) == 0 &&
	      st.st_ino == want.st_ino);
	(void)close(fd);
	CHECK_INT(
	    sj_path_open_inside(root_fd, "/", SJ_START_MISSING, &fd, &fault),
	    SJ_OK);
	(void)close(fd);
	fd = -1;
	CHECK_INT(sj_path_open_inside(
		      root_fd, "/a/link", SJ_START_MISSING, &fd, &fault),
	    SJ_START_MISSING);
	CHECK_INT(sj_path_open_inside(
		      root_fd, "/a/none", SJ_START_MISSING, &fd, &fault),
	    SJ_START_MISSING);
	CHECK_INT(fd, -1);
	(void)close(root_fd);
	tree_remove(tree);
	test_done("path_inside_follows_no_link");
}

/* Root is 0 and the user 1000 here, another is 7. */
static const struct place_row {
	uid_t owner;
	mode_t mode;
	bool is_last;
	bool want;
} places[] = {
    {0, 0755, false, true},
    {1000, 0700, false, true},
    {7, 0755, false, false},
    {7, 0755, true, false},
    {0, 0775, false, false},
    {0, 0757, false, false},
    {1000, 02770, false, false},
    {0, 01777, false, true},
    {1000, 03770, false, true},
    {7, 01777, false, false},
    {0, 0777, true, true},
    {1000, 0777, true, true},
};

static void
test_place_rule(void)
{
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct stat st = {
		    .st_uid = places[i].owner, .st_mode = places[i].mode};

		if (sj_path_is_place_safe(&st, 0, 1000, places[i].is_last) ==
		    places[i].want)
			continue;
		printf("# row %zu\n", i);
		test_is_bad = true;
	}
	test_done("path_place_that_others_could_take_is_unsafe");
}

static void
test_half_made(void)
{
	static const struct {
		uid_t owner;
		mode_t mode;
		bool want;
	} halves[] = {{0, 01700, true}, {1000, 01700, true}, {7, 01700, false},
	    {0, 03700, true}, {0, 0700, false}, {0, 01755, false},
	    {1000, 05700, false}};
	size_t i;

	for (i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		const struct stat st = {.st_uid = halves[i].owner,
		    .st_mode = S_IFDIR | halves[i].mode};

		CHECK(sj_path_is_half_made(&st, 0, 1000) == halves[i].want);
	}
	test_done("path_half_made_is_told_by_mode_and_owner");
}

/* The modes of "/", "/a" and "/a/b"; the place is "/a/b". */
static const struct way_row {
	mode_t modes[3];
	enum sj_reason want;
} ways[] = {
    {{0755, 0755, 0755}, SJ_OK},
    {{0755, 0755, 0777}, SJ_OK},
    {{01777, 01777, 0755}, SJ_OK},
    {{0775, 0755, 0755}, SJ_MOUNT_UNSAFE},
    {{0755, 0757, 0755}, SJ_MOUNT_UNSAFE},
};

static void
test_place(void)
{
	char *tree = tree_make();
	int root_fd = open(tree, O_RDONLY | O_DIRECTORY), fd;
	struct sj_fault fault = {0};
	size_t i;

	CHECK(mkdirat(root_fd, "a", 0755) == 0);
	CHECK(mkdirat(root_fd, "a/b", 0755) == 0);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		fd = -1;
		CHECK(fchmod(root_fd, ways[i].modes[0]) == 0);
		CHECK(fchmodat(root_fd, "a", ways[i].modes[1], 0) == 0);
		CHECK(fchmodat(root_fd, "a/b", ways[i].modes[2], 0) == 0);
		CHECK_INT(
		    sj_path_open_place(root_fd, "/a/b", geteuid(), &fd, &fault),
		    ways[i].want);
		CHECK((fd >= 0) == (ways[i].want == SJ_OK));
		if (fd >= 0)
			(void)close(fd);
	}
	CHECK(fchmodat(root_fd, "a", 0755, 0) == 0);
	CHECK_INT(sj_path_open_place(root_fd, "/a/c", geteuid(), &fd, &fault),
	    SJ_MOUNT_UNSAFE);
	(void)close(root_fd);
	tree_remove(tree);
	test_done("path_place_is_judged_on_the_way");
}

int
main(void)
{
	size_t i;
	int depth;

	(void)umask(022);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (depth = 0; depth < DEPTH; depth++)
			if (depth > 0 || rows[i].kind == KIND_DIRECTORY)
				test_row(&rows[i], depth);
	test_two_faults();
	test_create();
	test_odd_paths();
	test_inside();
	test_place_rule();
	test_half_made();
	test_place();
	return test_failures != 0;
}

/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * The walk against sshd's own rule for ChrootDirectory, in trees of every kind:
 * what the walk lets pass, sshd does; what only the walk refuses has a symbolic
 * link in it.  As root "/" is a file system of its own, and owners are real;
 * without, "/" is a directory, and "root" who runs this or nobody.
 *
 * The last level of the trees is a sample, of which DIFFER=N takes N times as
 * much and SEED another one.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "path.h"
#include "test.h"
#include "tree.h"

#define LEVELS 4
#define SAMPLE 40 /* one of so many at the last level */
#define USER 1000

/* Where "/" is by name: "" or the directory that stands for it. */
static const char *base;
static struct sj_path_rule rule;
static unsigned differ, draws;
static bool is_root;
static unsigned both_allow, both_refuse, stricter;

static void
must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

/* The name by which the test reaches path. */
static const char *
outside(const char *path)
{
	static char names[4][8192];
	static unsigned next;
	char *name = names[next++ % 4];

	(void)snprintf(name, sizeof(names[0]), "%s%s", base, path);
	return name;
}

/*
 * As sshd_config(5) has it, and session.c does it: of every beginning of the
 * text that ends with a slash, and of all of it, stat(2) says that it is a
 * directory of root's which neither group nor others may write.
 */
static bool
sshd_allows(const char *path)
{
	char part[4096];
	struct stat st;
	size_t len;

	if (path[0] != '/')
		return false;
	for (len = 1; len <= strlen(path); len++) {
		if (path[len - 1] != '/' && path[len] != '\0')
			continue;
		memcpy(part, path, len);
		part[len] = '\0';
		if (stat(outside(part), &st) != 0 || !S_ISDIR(st.st_mode) ||
		    st.st_uid != rule.uid || (st.st_mode & 022) != 0)
			return false;
	}
	return true;
}

/* Is a component on the way, or the last one, a symbolic link? */
static bool
has_link(const char *path)
{
	char part[4096];
	struct stat st;
	size_t len;

	for (len = 1; len <= strlen(path); len++) {
		if (path[len] != '/' && path[len] != '\0')
			continue;
		memcpy(part, path, len);
		part[len] = '\0';
		if (lstat(outside(part), &st) == 0 && S_ISLNK(st.st_mode))
			return true;
	}
	return false;
}

static void
complain(const char *path, const char *what, const struct sj_fault *fault)
{
	if (!test_is_bad)
		printf("# %s: %s (%s)\n", path, what, fault->where);
	test_is_bad = true;
}

/* What was opened is what sshd would go into. */
static bool
is_same(int fd, const char *path)
{
	struct stat ours, theirs;

	return fstat(fd, &ours) == 0 && stat(outside(path), &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

static void
compare_as(const char *path)
{
	struct sj_fault fault = {.where = ""};
	int fd = -1;
	enum sj_reason reason = sj_path_open(path, &rule, &fd, &fault);
	bool is_allowed = sshd_allows(path);

	if (reason == SJ_OK) {
		if (!is_allowed)
			complain(path, "sshd would refuse", &fault);
		else if (!is_same(fd, path))
			complain(path, "another directory", &fault);
		(void)close(fd);
		both_allow++;
	} else if (!is_allowed) {
		both_refuse++;
	} else if (reason == SJ_ROOT_SYMLINK && has_link(path)) {
		stricter++;
	} else {
		complain(path, sj_reason_token(reason), &fault);
	}
}

/* The same path as it may be written. */
static void
compare(const char *path)
{
	char other[512] = "/", *end = other + 1;

	compare_as(path);
	if (path[1] == '\0')
		return;
	for (; *path != '\0'; path++)
		end =
		    stpcpy(end, *path == '/' ? "//./" : (char[]){*path, '\0'});
	strcpy(end, "/");
	compare_as(other);
}

/* What a component may be. */
enum kind { DIRECTORY, LINK, ABSOLUTE_LINK, OTHER, MISSING };

static const struct state {
	enum kind kind;
	uid_t owner;	    /* of the directory, or of that a link leads to */
	mode_t mode;	    /* the same, or what mknod makes */
	const char *behind; /* of links: the name of what lies beside them */
} states[] = {
    {DIRECTORY, 0, 0755, NULL},
    {DIRECTORY, 0, 0700, NULL},
    {DIRECTORY, 0, 0711, NULL},
    {DIRECTORY, 0, 02755, NULL},
    {DIRECTORY, 0, 0775, NULL},
    {DIRECTORY, 0, 0757, NULL},
    {DIRECTORY, 0, 01777, NULL},
    {DIRECTORY, 0, 02775, NULL},
    {DIRECTORY, 1, 0755, NULL},
    {DIRECTORY, 1, 0777, NULL},
    {DIRECTORY, USER, 0755, NULL},
    {DIRECTORY, USER, 0700, NULL},
    {LINK, 0, 0755, ".dir"},
    {LINK, 0, 0755, ".dir/."},
    {LINK, 0, 0755, ".link"},
    {LINK, 0, 0755, ".users/dir"},
    {LINK, 0, 0775, ".dir"},
    {LINK, USER, 0755, ".dir"},
    {ABSOLUTE_LINK, 0, 0755, ".dir"},
    {ABSOLUTE_LINK, USER, 0755, ".dir"},
    {LINK, 0, 0755, ".file"},
    {LINK, 0, 0755, ".nowhere"},
    {LINK, 0, 0755, ""},
    {OTHER, 0, S_IFREG | 0755, NULL},
    {OTHER, 0, S_IFIFO | 0755, NULL},
    {OTHER, 0, S_IFSOCK | 0755, NULL},
    {OTHER, 0, S_IFCHR | 0755, NULL},
    {MISSING, 0, 0, NULL},
};
#define STATES (sizeof(states) / sizeof(states[0]))

/* path and what may lie beside it: path.dir, path.link, path.users/dir */
static const char *const besides[] = {
    "", ".dir", ".link", ".file", ".users/dir", ".users"};

static const char *
beside(const char *path, const char *behind)
{
	static char names[4][512];
	static unsigned next;
	char *name = names[next++ % 4];

	(void)snprintf(name, sizeof(names[0]), "%s%s", path, behind);
	return outside(name);
}

static void
make_directory(const char *name, uid_t owner, mode_t mode)
{
	must(mkdir(name, 0755), name);
	if (is_root)
		must(chown(name, owner, 0), name);
	must(chmod(name, mode), name);
}

static void
make_link(const char *path, const struct state *state)
{
	const char *name = strrchr(path, '/') + 1;
	char text[64];

	make_directory(beside(path, ".dir"), state->owner, state->mode);
	make_directory(beside(path, ".users"), USER, 0777);
	make_directory(beside(path, ".users/dir"), state->owner, state->mode);
	(void)snprintf(text, sizeof(text), "%s.dir", name);
	must(symlink(text, beside(path, ".link")), path);
	must(mknod(beside(path, ".file"), S_IFREG | 0755, 0), path);
	(void)snprintf(text, sizeof(text), "%s%s", name, state->behind);
	must(symlink(state->kind == LINK ? text : beside(path, state->behind),
		 outside(path)),
	    path);
}

/* False: there is nothing that could be looked into. */
static bool
make(const char *path, const struct state *state)
{
	struct stat st;

	switch (state->kind) {
	case DIRECTORY:
		make_directory(outside(path), state->owner, state->mode);
		return true;
	case LINK:
	case ABSOLUTE_LINK:
		make_link(path, state);
		return stat(outside(path), &st) == 0 && S_ISDIR(st.st_mode);
	case OTHER:
		if (mknod(outside(path), state->mode, makedev(1, 3)) != 0 &&
		    is_root)
			must(-1, path);
		return false;
	case MISSING:
		break;
	}
	return false;
}

static void
clear(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(besides) / sizeof(besides[0]); i++)
		(void)remove(beside(path, besides[i]));
}

/* What a login makes, sshd takes; and it is made where sshd takes all above. */
static void
compare_created(const char *above, const char *path)
{
	struct sj_path_rule create = rule;
	struct sj_fault fault = {.where = ""};
	struct stat st;
	bool is_good = sshd_allows(above) && !has_link(above);
	int fd = -1;

	create.is_create = true;
	if (sj_path_open(path, &create, &fd, &fault) == SJ_OK) {
		(void)close(fd);
		if (!is_good || !sshd_allows(path))
			complain(path, "sshd would refuse it", &fault);
	} else if (is_good) {
		complain(path, "was not made", &fault);
	} else if (lstat(outside(path), &st) == 0) {
		complain(path, "was made, and refused", &fault);
	}
}

/* Each state of the next component, and below it again. */
static void
grow(const char *above, unsigned level, unsigned levels)
{
	char path[64];
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/%c", above, 'a' + (int)level);
	for (i = 0; i < STATES; i++) {
		if (level == LEVELS - 1 &&
		    (unsigned)rand_r(&draws) % SAMPLE >= differ)
			continue;
		if (make(path, &states[i]) && level + 1 < levels)
			grow(path, level + 1, levels);
		compare(path);
		if (states[i].kind == MISSING)
			compare_created(above[0] == '\0' ? "/" : above, path);
		clear(path);
	}
}

static const uid_t owners[] = {0, 1, USER};

static void
dress(const char *path, uid_t owner, gid_t group, mode_t mode)
{
	if (is_root)
		must(chown(outside(path), owner, group), path);
	must(chmod(outside(path), mode), path);
}

/* One component of a good path is given each mode there is. */
static void
test_modes(void)
{
	static const char *const paths[] = {"/", "/a", "/a/b", "/a/b/c"};
	unsigned at, i;
	mode_t mode;

	for (at = 1; at < 4; at++)
		make_directory(outside(paths[at]), 0, 0755);
	for (at = 0; at < 4; at++) {
		for (i = 0; i < (is_root ? 6 : 1); i++)
			for (mode = 0; mode <= 07777; mode++) {
				dress(paths[at], owners[i / 2], owners[i % 2],
				    mode);
				compare_as("/a/b/c");
			}
		dress(paths[at], 0, 0, 0755);
	}
	for (at = 4; at-- > 1;)
		must(remove(outside(paths[at])), paths[at]);
	test_done("path_rule_every_mode_and_owner");
}

static void
test_trees(void)
{
	static const mode_t modes[] = {0775, 0757, 01777};
	unsigned i;

	grow("", 0, LEVELS);
	for (i = 0; i < 3; i++) {
		dress("/", 0, 0, modes[i]);
		grow("", 0, 2);
	}
	for (i = 1; i < 3 && is_root; i++) {
		dress("/", owners[i], 0, 0755);
		grow("", 0, 2);
	}
	dress("/", 0, 0, 0755);
	test_done("path_rule_every_kind_of_tree");
}

/* Without root: the same trees, all of them somebody else's. */
static void
test_foreign(void)
{
	unsigned allowed = both_allow;

	rule.uid = geteuid() + 1;
	grow("", 0, 2);
	CHECK_INT(both_allow, allowed);
	test_done("path_rule_foreign_trees");
}

static unsigned
number_of(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 1 : (unsigned)strtoul(text, NULL, 10);
}

static void
enter(void)
{
	is_root = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
		  mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		  mount("tmpfs", "/mnt", "tmpfs", 0, "mode=0755") == 0 &&
		  chroot("/mnt") == 0 && chdir("/") == 0;
	rule = sj_path_rule_root;
	base = "";
	if (is_root)
		return;
	base = tree_make();
	rule.uid = geteuid();
	rule.root_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(rule.root_fd, base);
	must(chmod(base, 0755), base);
}

int
main(void)
{
	unsigned seed = number_of("SEED");

	differ = number_of("DIFFER");
	draws = seed;
	(void)umask(0);
	enter();
	test_modes();
	test_trees();
	test_foreign();
	printf(
	    "# seed %u: both allow %u, both refuse %u, only sshd allows %u\n",
	    seed, both_allow, both_refuse, stricter);
	CHECK(both_allow > 1000 && both_refuse > 1000 && stricter > 100);
	test_done("path_rule_all_three_were_met");
	if (!is_root)
		tree_remove((char *)(uintptr_t)base);
	return test_failures != 0;
}

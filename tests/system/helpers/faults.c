/* SPDX-License-Identifier: ISC */
/*
 * To be preloaded: runs a program's main() again and again, first without a
 * fault and then each time with the next one of a kind, and prints a line for
 * each that was hit:
 *	NUMBER NAME ENDING STATE OUTPUT TEXT
 * ENDING is exit:N or signal:N.  STATE is that of the trees below: old, new (as
 * without a fault) or other.  OUTPUT is "same" as without a fault, none or
 *other; TEXT the first line of standard error.  NAME is "foreign" for
 * allocations of code that does not look whether it got any.  In the
 *environment: FAULTS_KIND   alloc, allocs-from, or the error of a system call
 *(EIO) FAULTS_STEP   take only each so many'th; default 1 FAULTS_OUT    where
 *the lines go FAULTS_TREES  directories that are looked at, with ":" between
 *	FAULTS_HOOK   command that is run, with NUMBER NAME ENDING STATE, where
 *	              the trees are not the old ones; it puts them back
 */
#define _GNU_SOURCE
#include "../../faults.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>

#define LIMIT 20000
#define FIRST 300

typedef int main_function(int, char **, char **);

static main_function *real_main;
static int main_argc;
static char **main_argv, **main_env;
static char err_path[256], std_path[256], hook[1024];
static unsigned long long old_sum, new_sum, output_sum;

static unsigned long long
mix(unsigned long long sum, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len-- > 0)
		sum = (sum ^ *p++) * 1099511628211u;
	return sum;
}

static unsigned long long
sum_of_file(int dir, const char *name, const struct stat *st)
{
	const unsigned long long what[] = {st->st_mode, st->st_uid, st->st_gid};
	unsigned long long sum = mix(1469598103934665603u, name, strlen(name));
	char buf[65536];
	ssize_t len;
	int fd;

	sum = mix(sum, what, sizeof(what));
	/* in a lock is who had it last, in sources.v1 the time */
	if (!S_ISREG(st->st_mode) || strcmp(name, "lock") == 0 ||
	    strcmp(name, "sources.v1") == 0)
		return sum;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	while ((len = read(fd, buf, sizeof(buf))) > 0)
		sum = mix(sum, buf, (size_t)len);
	(void)close(fd);
	return sum;
}

/* Of names, modes, owners and contents, in whatever order they are found. */
static unsigned long long
sum_of_tree(int parent, const char *path)
{
	int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	unsigned long long sum = 0;
	struct dirent *entry;
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		sum += sum_of_file(fd, entry->d_name, &st);
		if (S_ISDIR(st.st_mode))
			sum += sum_of_tree(fd, entry->d_name) * 31;
	}
	if (dir != NULL)
		(void)closedir(dir);
	return sum;
}

static unsigned long long
sum_of_trees(void)
{
	static char trees[1024];
	const char *tree;
	char *rest = trees;
	unsigned long long sum = 0;

	(void)snprintf(trees, sizeof(trees), "%s", getenv("FAULTS_TREES"));
	while ((tree = strsep(&rest, ":")) != NULL)
		sum += sum_of_tree(AT_FDCWD, tree);
	return sum;
}

static bool
redirect(const char *path, int to)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		return false;
	(void)close(fd);
	return true;
}

static int
body(const void *argument)
{
	(void)argument;
	if (!redirect(std_path, 1) || !redirect(err_path, 2) ||
	    lseek(0, 0, SEEK_SET) > 0)
		return 99;
	faults_begin();
	return real_main(main_argc, main_argv, main_env);
}

static size_t
read_all(const char *path, char *ret_text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, ret_text, size - 1);

	(void)close(fd);
	len = len < 0 ? 0 : len;
	ret_text[len] = '\0';
	return (size_t)len;
}

/* 0: there is none */
static unsigned long long
sum_of_output(void)
{
	char text[65536];
	size_t len = read_all(std_path, text, sizeof(text));

	return len == 0 ? 0 : mix(1, text, len);
}

static void
say(int out, const struct faults *faults)
{
	char line[FIRST], ending[32], command[2048];
	unsigned long long sum = sum_of_trees(), output = sum_of_output();
	const char *name = faults->at == 0	? "none"
			   : faults->is_foreign ? "foreign"
						: faults_name(faults);
	const char *state = sum == old_sum   ? "old"
			    : sum == new_sum ? "new"
					     : "other";

	if (WIFSIGNALED(faults->status))
		(void)snprintf(ending, sizeof(ending), "signal:%d",
		    WTERMSIG(faults->status));
	else
		(void)snprintf(ending, sizeof(ending), "exit:%d",
		    WEXITSTATUS(faults->status));
	(void)read_all(err_path, line, sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	(void)dprintf(out, "%lu\t%s\t%s\t%s\t%s\t%s\n", faults->at, name,
	    ending, state,
	    output == output_sum ? "same"
	    : output == 0	 ? "none"
				 : "other",
	    line);
	if (sum == old_sum)
		return;
	(void)snprintf(command, sizeof(command), "%s %lu '%s' %s %s", hook,
	    faults->at, name, ending, state);
	if (system(command) != 0 || sum_of_trees() != old_sum)
		(void)dprintf(out, "%lu\t%s\tBAD\t-\t-\t-\n", faults->at, name);
}

static int
error_of(const char *name)
{
	return strcmp(name, "EIO") == 0	     ? EIO
	       : strcmp(name, "ENOSPC") == 0 ? ENOSPC
	       : strcmp(name, "ENOMEM") == 0 ? ENOMEM
	       : strcmp(name, "EINTR") == 0  ? EINTR
					     : EPERM;
}

static int
drive(int argc, char **argv, char **env)
{
	const char *kind = getenv("FAULTS_KIND");
	const char *step = getenv("FAULTS_STEP");
	int out = open(getenv("FAULTS_OUT"),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	struct faults faults = {.kind = FAULTS_CALL};

	(void)snprintf(hook, sizeof(hook), "%s", getenv("FAULTS_HOOK"));
	(void)snprintf(
	    err_path, sizeof(err_path), "%s.err", getenv("FAULTS_OUT"));
	(void)snprintf(
	    std_path, sizeof(std_path), "%s.std", getenv("FAULTS_OUT"));
	if (strncmp(kind, "alloc", 5) == 0)
		faults.kind =
		    kind[5] == '\0' ? FAULTS_ALLOC : FAULTS_ALLOCS_FROM;
	faults.error = error_of(kind);
	unsetenv("LD_PRELOAD");
	main_argc = argc;
	main_argv = argv;
	main_env = env;
	old_sum = sum_of_trees();
	faults_try(&faults, body, NULL);
	new_sum = sum_of_trees();
	output_sum = sum_of_output();
	say(out, &faults);
	faults.at = 1;
	do {
		faults.is_hit = false;
		faults_try(&faults, body, NULL);
		if (faults.is_hit)
			say(out, &faults);
		faults.at += step != NULL ? (unsigned)atoi(step) : 1;
	} while (faults.is_hit && faults.at < LIMIT);
	if (sum_of_trees() != old_sum)
		(void)system(hook);
	_exit(0);
}

static void
find_next(const char *name, void *ret_function)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(ret_function, &found, sizeof(found));
}

/*
 * These are no code of ours, and do not look at what malloc(3) returns:
 * libconfig's reader, and glibc's choice of NSS modules.
 */
void config_init(void *);
void
config_init(void *config)
{
	void (*next)(void *);

	find_next("config_init", &next);
	faults_foreign(1);
	next(config);
	faults_foreign(-1);
}

int config_read_string(void *, const char *);
int
config_read_string(void *config, const char *text)
{
	int (*next)(void *, const char *);
	int result;

	find_next("config_read_string", &next);
	faults_foreign(1);
	result = next(config, text);
	faults_foreign(-1);
	return result;
}

/* int FUNCTION(...): the first argument of each is a name or a number. */
#define FOREIGN(function, first)                                     \
	int function(first, void *, void *, size_t, void *);         \
	int function(first key, void *a, void *b, size_t c, void *d) \
	{                                                            \
		int (*next)(first, void *, void *, size_t, void *);  \
		int result;                                          \
                                                                     \
		find_next(#function, &next);                         \
		faults_foreign(1);                                   \
		result = next(key, a, b, c, d);                      \
		faults_foreign(-1);                                  \
		return result;                                       \
	}
FOREIGN(__nss_configure_lookup, const char *)
FOREIGN(getpwnam_r, const char *)
FOREIGN(getgrnam_r, const char *)
FOREIGN(getpwuid_r, unsigned)
FOREIGN(getgrgid_r, unsigned)

#define FOREIGN_FINDER(function, first)      \
	void *function(first);               \
	void *function(first key)            \
	{                                    \
		void *(*next)(first);        \
		void *result;                \
                                             \
		find_next(#function, &next); \
		faults_foreign(1);           \
		result = next(key);          \
		faults_foreign(-1);          \
		return result;               \
	}
FOREIGN_FINDER(getpwuid, unsigned)
FOREIGN_FINDER(getgrgid, unsigned)

/* As the C library calls it. */
int __libc_start_main(main_function *, int, char **, void (*)(void),
    void (*)(void), void (*)(void), void *);
int
__libc_start_main(main_function *the_main, int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *end)
{
	int (*next)(main_function *, int, char **, void (*)(void),
	    void (*)(void), void (*)(void), void *);

	real_main = the_main;
	find_next("__libc_start_main", &next);
	return next(drive, argc, argv, init, fini, rtld_fini, end);
}

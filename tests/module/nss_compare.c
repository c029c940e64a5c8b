/* SPDX-License-Identifier: ISC */
#define _GNU_SOURCE
/*
 * Our module and glibc's "files", asked the same by their entry points.
 *	nss_compare MODULE <KEYS
 * passwd, group and shadow below /etc must hold what the databases do.  A line
 * of KEYS is a kind and a key, as in nss_dump.c.  Of each key: whether it is
 * there, and all of the answer; ours with a buffer of every size from 0 to one
 * more than the answer needs, which ends where no memory is.  Too small is
 * ERANGE, and nothing else.  (files wants more room than its answer needs, so
 * that its own boundary is no measure.)  Then the walks, likewise.
 */
#include "nss_direct.h"

#include <sys/mman.h>

#define ROOM (1u << 20) /* for the longest answer */
#define SOME_LISTS 400	/* that are asked for with every limit of files, too */

union entry {
	struct passwd passwd;
	struct group group;
	struct spwd shadow;
};

struct answer {
	enum nss_status status;
	int error;
	union entry entry;
};

static struct direct files, ours;
static char *room, *room_end; /* behind it is nothing */
static unsigned long asked;
static unsigned complaints;

static void
complain(const char *key, const char *what, size_t size)
{
	if (complaints++ < 20)
		printf("# %s: %s, size %zu\n", key, what, size);
}

static struct answer
ask(const struct direct *d, const char *key, char *buffer, size_t size)
{
	struct answer a = {.status = NSS_STATUS_UNAVAIL};
	const char *name = key + 2;
	unsigned id = (unsigned)strtoul(name, NULL, 10);

	asked++;
	switch (key[0]) {
	case 'u':
		a.status = d->getpwnam_r(
		    name, &a.entry.passwd, buffer, size, &a.error);
		break;
	case 'U':
		a.status =
		    d->getpwuid_r(id, &a.entry.passwd, buffer, size, &a.error);
		break;
	case 'g':
		a.status =
		    d->getgrnam_r(name, &a.entry.group, buffer, size, &a.error);
		break;
	case 'G':
		a.status =
		    d->getgrgid_r(id, &a.entry.group, buffer, size, &a.error);
		break;
	case 's':
		a.status = d->getspnam_r(
		    name, &a.entry.shadow, buffer, size, &a.error);
		break;
	}
	return a;
}

/* The next entry of a walk: key "u", "g" or "s". */
static struct answer
ask_next(const struct direct *d, const char *key, char *buffer, size_t size)
{
	struct answer a = {.status = NSS_STATUS_UNAVAIL};

	asked++;
	if (key[0] == 'u')
		a.status =
		    d->getpwent_r(&a.entry.passwd, buffer, size, &a.error);
	else if (key[0] == 'g')
		a.status =
		    d->getgrent_r(&a.entry.group, buffer, size, &a.error);
	else
		a.status =
		    d->getspent_r(&a.entry.shadow, buffer, size, &a.error);
	return a;
}

/*
 * An answer in words.  Its strings must lie in the buffer, size bytes from
 * first on: is_astray.
 */
struct text {
	const char *first;
	size_t size;
	bool is_astray;
	size_t len;
	char bytes[65536];
};

static void
add_word(struct text *text, const char *word)
{
	size_t len = strlen(word);

	if (len + 2 > sizeof(text->bytes) - text->len)
		fixture_die("an answer longer than expected");
	memcpy(text->bytes + text->len, word, len);
	text->len += len;
	text->bytes[text->len++] = '\n';
}

static void
add(struct text *text, const char *string)
{
	text->is_astray |= string < text->first ||
			   string + strlen(string) >= text->first + text->size;
	add_word(text, string);
}

static void
add_number(struct text *text, long number)
{
	char digits[32];

	(void)snprintf(digits, sizeof(digits), "%ld", number);
	add_word(text, digits);
}

static void
add_shadow(struct text *text, const struct spwd *shadow)
{
	add(text, shadow->sp_namp);
	add(text, shadow->sp_pwdp);
	add_number(text, shadow->sp_lstchg);
	add_number(text, shadow->sp_min);
	add_number(text, shadow->sp_max);
	add_number(text, shadow->sp_warn);
	add_number(text, shadow->sp_inact);
	add_number(text, shadow->sp_expire);
	add_number(text, (long)shadow->sp_flag);
}

static void
spell(const char *key, const union entry *entry, const char *buffer,
    size_t size, struct text *text)
{
	const struct passwd *passwd = &entry->passwd;
	const struct group *group = &entry->group;
	unsigned i;

	text->first = buffer;
	text->size = size;
	text->is_astray = false;
	text->len = 0;
	if (key[0] == 's') {
		add_shadow(text, &entry->shadow);
	} else if (key[0] == 'u' || key[0] == 'U') {
		add(text, passwd->pw_name);
		add(text, passwd->pw_passwd);
		add_number(text, passwd->pw_uid);
		add_number(text, passwd->pw_gid);
		add(text, passwd->pw_gecos);
		add(text, passwd->pw_dir);
		add(text, passwd->pw_shell);
	} else {
		add(text, group->gr_name);
		add(text, group->gr_passwd);
		add_number(text, group->gr_gid);
		for (i = 0; group->gr_mem[i] != NULL; i++)
			add(text, group->gr_mem[i]);
		text->is_astray |=
		    (char *)group->gr_mem < buffer ||
		    (char *)(group->gr_mem + i + 1) > buffer + size;
	}
	text->bytes[text->len] = '\0';
}

/* What no answer can do without. */
static size_t
needed(const char *key, const union entry *entry)
{
	const struct passwd *passwd = &entry->passwd;
	const struct group *group = &entry->group;
	size_t size;
	unsigned i;

	if (key[0] == 's')
		return strlen(entry->shadow.sp_namp) +
		       strlen(entry->shadow.sp_pwdp) + 2;
	if (key[0] == 'u' || key[0] == 'U')
		return strlen(passwd->pw_name) + strlen(passwd->pw_passwd) +
		       strlen(passwd->pw_gecos) + strlen(passwd->pw_dir) +
		       strlen(passwd->pw_shell) + 5;
	size = strlen(group->gr_name) + strlen(group->gr_passwd) + 2;
	for (i = 0; group->gr_mem[i] != NULL; i++)
		size += strlen(group->gr_mem[i]) + 1 + sizeof(char *);
	return size + sizeof(char *);
}

#define CANARY 0x5a

static bool
is_canary(const char *bytes, size_t len)
{
	for (; len > 0 && *bytes == CANARY; bytes++, len--)
		;
	return len == 0;
}

struct question {
	const char *key;
	struct text want;
	size_t need;
};

/*
 * Asks us with a buffer of this size, of which the end is so many bytes before
 * that of all memory.
 */
static void
try_size(const struct question *q, size_t size, size_t pad)
{
	static struct text got;
	char *buffer = room_end - pad - size;
	bool is_group = q->key[0] == 'g' || q->key[0] == 'G';
	size_t gap = is_group ? -(uintptr_t)buffer % sizeof(char *) : 0;
	struct answer a;

	memset(buffer - 8, CANARY, 8);
	memset(room_end - pad, CANARY, pad);
	a = ask(&ours, q->key, buffer, size);
	if (!is_canary(buffer - 8, 8) || !is_canary(room_end - pad, pad))
		complain(q->key, "wrote beside the buffer", size);
	if (size < q->need + gap) {
		if (a.status != NSS_STATUS_TRYAGAIN || a.error != ERANGE)
			complain(q->key, "too small, and no ERANGE", size);
		return;
	}
	if (a.status != NSS_STATUS_SUCCESS) {
		complain(q->key, "does not fit", size);
		return;
	}
	spell(q->key, &a.entry, buffer, size, &got);
	if (got.len != q->want.len ||
	    memcmp(got.bytes, q->want.bytes, got.len) != 0)
		complain(q->key, "another answer", size);
	if (got.is_astray)
		complain(q->key, "a string outside of the buffer", size);
}

static void
compare(const char *key)
{
	static const size_t sizes[] = {0, 1, 8, 1024};
	static struct question q;
	struct answer theirs = ask(&files, key, room, ROOM), a;
	size_t size, pad, i;

	q.key = key;
	if (theirs.status != NSS_STATUS_SUCCESS) {
		if (theirs.status != NSS_STATUS_NOTFOUND)
			complain(key, "files can't tell", ROOM);
		for (i = 0; i < SMALL_COUNT(sizes); i++) {
			a = ask(&ours, key, room_end - sizes[i], sizes[i]);
			if (a.status != NSS_STATUS_NOTFOUND ||
			    a.error != ENOENT)
				complain(key, "is there", sizes[i]);
		}
		return;
	}
	spell(key, &theirs.entry, room, ROOM, &q.want);
	q.need = needed(key, &theirs.entry);
	for (size = 0; size <= q.need + sizeof(char *); size++)
		try_size(&q, size, 0);
	for (pad = 1; pad < sizeof(char *); pad++)
		for (size = q.need - 1; size <= q.need + 8; size++)
			try_size(&q, size, pad);
}

/* The groups of a user, behind the primary one, as initgroups(3) asks. */
struct list {
	enum nss_status status;
	long count;
	gid_t *gids;
};

static struct list
ask_list(const struct direct *d, const char *key, gid_t primary, long size,
    long limit)
{
	struct list list = {.count = 1};
	int error = 0;

	asked++;
	list.gids = malloc((size_t)size * sizeof(gid_t));
	list.gids[0] = primary;
	list.status = d->initgroups_dyn(
	    key + 2, primary, &list.count, &size, &list.gids, limit, &error);
	return list;
}

static bool
is_same_list(const struct list *a, const struct list *b)
{
	return a->status == b->status && a->count == b->count &&
	       memcmp(a->gids, b->gids, (size_t)a->count * sizeof(gid_t)) == 0;
}

/* With room for so many: the beginning of all there are. */
static void
compare_limit(const char *key, const struct list *all, long size, long limit,
    bool is_asked_too)
{
	struct list got = ask_list(&ours, key, all->gids[0], size, limit);
	struct list theirs;

	if (got.count != (all->count < limit ? all->count : limit) ||
	    memcmp(got.gids, all->gids, (size_t)got.count * sizeof(gid_t)) != 0)
		complain(key, "other groups, up to", (size_t)limit);
	if (is_asked_too) {
		theirs = ask_list(&files, key, all->gids[0], size, limit);
		if (!is_same_list(&got, &theirs))
			complain(
			    key, "files answers else, up to", (size_t)limit);
		free(theirs.gids);
	}
	free(got.gids);
}

static void
compare_lists(const char *key)
{
	static unsigned lists;
	bool is_asked_too = lists++ < SOME_LISTS;
	char name[512];
	struct answer user;
	struct list theirs, all;
	gid_t primary;
	long limit;

	(void)snprintf(name, sizeof(name), "u%s", key + 1);
	user = ask(&files, name, room, ROOM);
	primary = user.status == NSS_STATUS_SUCCESS ? user.entry.passwd.pw_gid
						    : 20000;
	theirs = ask_list(&files, key, primary, 1, -1);
	all = ask_list(&ours, key, primary, 1, -1);
	if (!is_same_list(&all, &theirs))
		complain(key, "other groups", (size_t)theirs.count);
	for (limit = 1; limit <= all.count + 1; limit++) {
		compare_limit(key, &all, 1, limit, is_asked_too);
		compare_limit(key, &all, limit, limit, false);
	}
	free(theirs.gids);
	free(all.gids);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct walk {
	const char *key; /* "u", "g" or "s" */
	char **texts;
	size_t count;
};

static void
keep(struct walk *walk, const struct text *text)
{
	walk->texts =
	    realloc(walk->texts, (walk->count + 1) * sizeof(*walk->texts));
	walk->texts[walk->count++] = strdup(text->bytes);
}

static void
sort(struct walk *walk)
{
	qsort(walk->texts, walk->count, sizeof(*walk->texts), compare_texts);
}

static void
walk_files(struct walk *walk)
{
	static struct text text;
	struct answer a;

	while ((a = ask_next(&files, walk->key, room, ROOM)).status ==
	       NSS_STATUS_SUCCESS) {
		spell(walk->key, &a.entry, room, ROOM, &text);
		keep(walk, &text);
	}
	sort(walk);
}

/* Each entry with a buffer that grows: what does not fit must not be lost. */
static void
walk_ours(struct walk *walk)
{
	static struct text text;
	struct answer a;
	size_t size, need;

	for (;;) {
		for (size = 0;; size++) {
			a = ask_next(&ours, walk->key, room_end - size, size);
			if (a.status != NSS_STATUS_TRYAGAIN ||
			    a.error != ERANGE)
				break;
		}
		if (a.status != NSS_STATUS_SUCCESS)
			break;
		need = needed(walk->key, &a.entry);
		if (walk->key[0] == 'g') /* the buffer begins at an odd place */
			need += -need % sizeof(char *);
		if (size != need)
			complain(
			    walk->key, "walked on with another size", size);
		spell(walk->key, &a.entry, room_end - size, size, &text);
		if (text.is_astray)
			complain(walk->key, "outside of the buffer", size);
		keep(walk, &text);
	}
	if (a.status != NSS_STATUS_NOTFOUND)
		complain(walk->key, "walked to no end", walk->count);
	sort(walk);
}

static void
compare_walks(const char *key)
{
	struct walk theirs = {.key = key}, mine = {.key = key};
	size_t i;

	walk_files(&theirs);
	walk_ours(&mine);
	if (theirs.count != mine.count || mine.count == 0)
		complain(key, "another number of entries", mine.count);
	for (i = 0; i < theirs.count && i < mine.count; i++)
		if (strcmp(theirs.texts[i], mine.texts[i]) != 0)
			complain(theirs.texts[i], mine.texts[i], i);
}

/* Where glibc keeps its own: in itself, since 2.34. */
static void
open_both(const char *module)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW);
	bool is_inside =
	    libc != NULL && dlsym(libc, "_nss_files_getpwnam_r") != NULL;

	direct_open_service(
	    &files, "files", is_inside ? "libc.so.6" : "libnss_files.so.2");
	direct_open(&ours, module);
}

int
main(int argc, char **argv)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char line[512];
	unsigned keys = 0;

	if (argc != 2) {
		fputs("usage: nss_compare MODULE <KEYS\n", stderr);
		return 2;
	}
	open_both(argv[1]);
	room = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED || mprotect(room + ROOM, page, PROT_NONE) != 0)
		fixture_die("mmap");
	room_end = room + ROOM;
	for (; fgets(line, sizeof(line), stdin) != NULL; keys++) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == 'i')
			compare_lists(line);
		else
			compare(line);
	}
	compare_walks("u");
	compare_walks("g");
	compare_walks("s");
	printf("%u keys, %lu questions, %u differences\n", keys, asked,
	    complaints);
	return keys == 0 || complaints > 0;
}

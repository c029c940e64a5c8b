/* SPDX-License-Identifier: ISC */
/*
 * Damaged databases, through every way to read them: the right answer or
 * SJ_DB_CORRUPT.  Never another answer, never "not found" for what is there,
 * never an end of a walk that is none.
 */
#include "mutation_ask.h"

static size_t
write_subject(const struct subject *subject, unsigned pad_size)
{
	struct fixture_world world = small_world;
	struct stat st;

	world.pad_size = pad_size;
	if (subject->source.kind == SJ_DB_PUBLIC)
		fixture_write_public(subject->path, &world);
	else
		fixture_write_secret(subject->path, &world);
	if (stat(subject->path, &st) != 0)
		fixture_die(subject->path);
	return (size_t)st.st_size;
}

/* The file ends where a page ends: to read on behind it is a SIGSEGV. */
static void
make_subject(struct subject *subject, enum sj_db_kind kind)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd;

	memset(subject, 0, sizeof(*subject));
	strcpy(subject->path, "/tmp/sftpjail-mutation.XXXXXX");
	fd = mkstemp(subject->path);
	if (fd < 0)
		fixture_die(subject->path);
	(void)close(fd);
	subject->source = (struct sj_db_source){
	    .path = subject->path, .kind = kind, .owner = geteuid()};
	subject->size = write_subject(subject, 1);
	subject->size =
	    write_subject(subject, (unsigned)(page - subject->size % page) + 1);
	CHECK_INT(subject->size % page, 0);
	fd = open(subject->path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fixture_die(subject->path);
	subject->map = mmap(
	    NULL, subject->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (subject->map == MAP_FAILED)
		fixture_die(subject->path);
	(void)close(fd);
}

static void
drop_subject(struct subject *subject)
{
	(void)munmap(subject->map, subject->size);
	(void)unlink(subject->path);
}

static void
test_whole(struct subject *subject)
{
	read_all(subject);
	CHECK_INT(subject->refused, 0);
	CHECK(subject->right > 20);
}

/*
 * Without effect are the 32 bits of the retired word, the padding, and slots of
 * hash tables that no question of ours came by.
 */
static void
test_bits(struct subject *subject)
{
	unsigned long refused, unnoticed = 0;
	size_t i;
	unsigned bit;

	for (i = 0; i < subject->size; i++)
		for (bit = 0; bit < 8; bit++) {
			refused = subject->refused;
			subject->at = i * 8 + bit;
			subject->map[i] ^= (unsigned char)(1u << bit);
			read_all(subject);
			subject->map[i] ^= (unsigned char)(1u << bit);
			unnoticed += subject->refused == refused;
		}
	printf("# %lu bits, %lu right answers, %lu refused, %lu of no effect\n",
	    (unsigned long)subject->size * 8, subject->right, subject->refused,
	    unnoticed);
	printf("# count mutants %lu\n", (unsigned long)subject->size * 8);
	CHECK(unnoticed >= 32 && unnoticed < subject->size * 6);
}

static void
test_truncations(struct subject *subject)
{
	size_t size;
	struct sj_db db;

	for (size = subject->size; size-- > 0;) {
		if (truncate(subject->path, (off_t)size) != 0)
			fixture_die("truncate");
		if (sj_db_open(&db, &subject->source, NULL) != SJ_DB_CORRUPT) {
			subject->at = size;
			CHECK_INT(subject->at, -1);
		}
	}
	printf("# count mutants %lu\n", (unsigned long)subject->size);
}

static void
test_appended(struct subject *subject)
{
	struct sj_db db;
	int fd = open(subject->path, O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd < 0 || write(fd, "", 1) != 1)
		fixture_die("append");
	(void)close(fd);
	CHECK_INT(sj_db_open(&db, &subject->source, NULL), SJ_DB_CORRUPT);
}

static uint32_t
random_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Bytes, runs of zeros and of ones, swapped words: many at once. */
static void
damage(struct subject *subject, uint32_t *state)
{
	size_t off = random_next(state) % subject->size;
	size_t len = random_next(state) % 64, i;
	uint32_t kind = random_next(state) % 3;

	if (len > subject->size - off)
		len = subject->size - off;
	for (i = 0; i < len; i++)
		subject->map[off + i] =
		    kind == 0
			? 0
			: (kind == 1 ? 0xff : (uint8_t)random_next(state));
}

static void
test_random(struct subject *subject)
{
	unsigned char *whole = malloc(subject->size);
	uint32_t state = 1;
	unsigned i;

	if (whole == NULL)
		fixture_die("malloc");
	memcpy(whole, subject->map, subject->size);
	for (i = 0; i < 4000; i++) {
		subject->at = i;
		damage(subject, &state);
		if (random_next(&state) % 2 == 0)
			damage(subject, &state);
		read_all(subject);
		memcpy(subject->map, whole, subject->size);
	}
	free(whole);
	printf("# count mutants %u\n", i);
}

static const struct {
	const char *name;
	void (*run)(struct subject *subject);
} cases[] = {
    {"whole", test_whole},
    {"bits", test_bits},
    {"random", test_random},
    {"truncations", test_truncations},
    {"appended", test_appended},
};

int
main(void)
{
	static const char *const kinds[] = {"public", "secret"};
	struct subject subject;
	char name[64];
	unsigned i, kind;

	for (kind = 0; kind < 2; kind++)
		for (i = 0; i < SMALL_COUNT(cases); i++) {
			make_subject(
			    &subject, kind == 0 ? SJ_DB_PUBLIC : SJ_DB_SECRET);
			cases[i].run(&subject);
			drop_subject(&subject);
			(void)snprintf(name, sizeof(name), "mutation_%s_%s",
			    kinds[kind], cases[i].name);
			test_done(name);
		}
	return test_failures > 0;
}

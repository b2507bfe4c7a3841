/* index.c - speed of the dedup index: inserts, look-ups, growth, snapshots.
 *
 * index [DOCUMENTS [FOLDER]]: 14 keys and a sketch of 64 bytes each, batches of
 * 512 as the committer has them.  One "name value unit" a line.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "store/index.h"

enum { KEYS = 14, SKETCH = 64, LOOKUPS = 1000000 };

static const struct index_params PARAMS = { "bench", "bench", KEYS, SKETCH };

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15U;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

static void
keys_of(uint64_t document, uint64_t key[KEYS])
{
	for (uint64_t i = 0; i < KEYS; i++)
		key[i] = mix(document * KEYS + i);
}

static void
bench_add(struct index *x, uint64_t n)
{
	char id[32], sketch[SKETCH] = "";
	uint64_t key[KEYS];
	double longest = 0, start = now();

	for (uint64_t i = 0; i < n; i++) {
		keys_of(i, key);
		(void)snprintf(id, sizeof id, "web-%" PRIu64, i + 1);
		double t = now();
		(void)index_add(x, id, key, KEYS, sketch);
		t = now() - t;
		if (t > longest)
			longest = t;
	}
	double s = now() - start;
	printf("add %.0f documents/s\n", (double)n / s);
	printf("add_keys %.2f M/s\n", (double)n * KEYS / s / 1e6);
	printf("longest_pause %.1f ms\n", longest * 1e3);
	printf("memory %.1f bytes/document\n",
	    (double)index_memory(x) / (double)n);
}

static void
bench_find(const struct index *x, uint64_t n, const char *what, uint64_t first)
{
	struct index_hit hit[INDEX_HITS_MAX];
	uint64_t key[KEYS];
	size_t hits = 0;
	double start = now();

	for (uint64_t i = 0; i < LOOKUPS; i++) {
		keys_of(first + mix(i) % n, key);
		hits += index_find(x, key, KEYS, hit, INDEX_HITS_MAX);
	}
	double s = now() - start;
	printf("find_%s %.3f us/document (%zu hits)\n", what, s * 1e6 / LOOKUPS,
	    hits);
}

static int
bench_snapshot(struct index **x, int dir, struct err *e)
{
	uint64_t position;
	double start = now();

	if (index_snapshot(*x, 1, e) < 0)
		return e->code;
	printf("snapshot %.2f s\n", now() - start);
	index_free(x);
	start = now();
	if (index_open(x, dir, &PARAMS, &position, e) < 0)
		return e->code;
	printf("load %.2f s (%" PRIu64 " documents)\n", now() - start,
	    index_documents(*x));
	start = now();
	bool there = index_forget(*x, "no-such-id");
	printf("forget %.1f ms (%d)\n", (now() - start) * 1e3, there);
	return 0;
}

int
main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	char folder[] = "/tmp/bench_index.XXXXXX";
	const char *in = argc > 2 ? argv[2] : mkdtemp(folder);
	struct index *x = NULL;
	uint64_t position;
	struct err e = { 0 };
	int dir = in ? fs_open_dir(AT_FDCWD, in, &e) : -1;
	int rc = dir < 0 || n == 0
	    ? -1
	    : index_open(&x, dir, &PARAMS, &position, &e);

	if (rc == 0) {
		bench_add(x, n);
		bench_find(x, n, "known", 0);
		bench_find(x, n, "new", n);
		rc = bench_snapshot(&x, dir, &e);
	}
	if (rc < 0)
		(void)fprintf(stderr, "index: %s\n", e.text);
	index_free(&x);
	fs_close(&dir);
	if (argc <= 2 && in)
		(void)fs_remove_tree(AT_FDCWD, in, &e);
	return rc < 0;
}

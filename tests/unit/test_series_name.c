/* test_series_name.c - names of shards and partitions, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/series.h"
#include "store/series_name.h"

static void
test_names_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *name;
		struct series_name n;
	} cases[] = {
		{ "part-00001.jsonl", { SERIES_SHARD, 1, SERIES_PLAIN, 0 } },
		{ "part-00001.jsonl.gz", { SERIES_SHARD, 1, SERIES_GZIP, 0 } },
		{ "part-123456.jsonl.zst",
		    { SERIES_SHARD, 123456, SERIES_ZSTD, 0 } },
		{ ".part-00002.jsonl.new", { SERIES_NEW, 2, SERIES_PLAIN, 0 } },
		{ ".part-00002.jsonl.zst.tail-0",
		    { SERIES_TAIL, 2, SERIES_ZSTD, 0 } },
		{ ".part-00002.jsonl.gz.tail-1048577",
		    { SERIES_TAIL, 2, SERIES_GZIP, 1048577 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct series_name n;
		char name[SERIES_NAME_SIZE];
		assert_string_equal(series_name_format(name, &cases[i].n,
					".jsonl"),
		    cases[i].name);
		assert_true(series_name_parse(&n, cases[i].name, ".jsonl"));
		assert_int_equal(n.kind, cases[i].n.kind);
		assert_int_equal(n.file, cases[i].n.file);
		assert_int_equal(n.codec, cases[i].n.codec);
		assert_int_equal(n.offset, cases[i].n.offset);
	}
}

static void
test_other_names_are_nobodys(void **state)
{
	static const char *const cases[] = { "", ".", "part-", "part-1.jsonl",
		"part-000001.jsonl", "part-00001.txt", "part-00001.jsonl.bz2",
		"part-00001.jsonl.new", "part-00001.jsonl.tail-0",
		".part-00001.jsonl", ".part-00001.jsonl.tail-",
		".part-00001.jsonl.tail-01", ".part-00001.jsonl.tail-0x",
		"part-00001.jsonl~", "xpart-00001.jsonl",
		"part-99999999999999999999999.jsonl" };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct series_name n;
		assert_false(series_name_parse(&n, cases[i], ".jsonl"));
	}
}

static void
test_partitions(void **state)
{
	static const char *const good[] = { "", "a", "lang=fr/year=2026",
		"a.b/c_d-e=F9", "...", "a/..b" };
	static const char *const bad[] = { "/", "/a", "a/", "a//b", ".", "..",
		"a/..", "../a", "a/./b", "a b", "a\\b", "\xc3\xa9", "a\nb" };
	char *longest = calloc(1, 400);

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(series_partition_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(series_partition_valid(bad[i]));
	memset(longest, 'a', 255);
	assert_true(series_partition_valid(longest));
	longest[255] = 'a';
	assert_false(series_partition_valid(longest));
	free(longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_read_as_they_are_written),
		cmocka_unit_test(test_other_names_are_nobodys),
		cmocka_unit_test(test_partitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

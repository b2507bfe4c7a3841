/* test_host_order.c - indexes, series, keys, hits, duplicates, records
 * through the host. */
#include "host_toys.h"

/* What open() declares is set by each test. */
static struct lavoir_index wanted_index;
static struct lavoir_series wanted_series;

static int
declare_index(const struct lavoir_host *host, const struct lavoir_value *opt)
{
	int n = host->index(host, &wanted_index);

	(void)opt;
	return n < 0 ? n : LAVOIR_OK;
}
static int
declare_and_ignore(const struct lavoir_host *host,
    const struct lavoir_value *opt)
{
	(void)opt;
	host->index(host, &wanted_index);
	return LAVOIR_OK;
}
static int
declare_series(const struct lavoir_host *host, const struct lavoir_value *opt)
{
	int n = host->series(host, &wanted_series);

	(void)opt;
	return n < 0 ? n : LAVOIR_OK;
}
static int
do_nothing(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	(void)doc;
	return LAVOIR_OK;
}
static int
give_keys(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	static const uint64_t key[] = { 1, 2 };

	return host->keys(doc, 0, key, 2, STR("ab"));
}
static int
give_keys_short_sketch(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	static const uint64_t key[] = { 1, 2 };

	return host->keys(doc, 0, key, 2, STR("a"));
}
static int
give_many_keys(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	static const uint64_t key[5] = { 1 };

	return host->keys(doc, 0, key, 5, STR("ab"));
}
static int
give_keys_elsewhere(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	static const uint64_t key[] = { 1 };

	return host->keys(doc, 1, key, 1, STR("ab"));
}
static int
end_as_copy(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	const struct lavoir_hit *hit;
	size_t n;

	assert_int_equal(host->hits(doc, 0, &hit, &n), 0);
	if (n == 0)
		return LAVOIR_OK;
	assert_int_equal(host->doc_id(doc).len, 5);
	assert_int_equal(host->sketch(doc, 0).len, 2);
	return host->duplicate(doc, hit[0].id, 0.9, "copy", "why", true);
}
static int
note_copy(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->duplicate(doc, STR("web-1"), 0.9, "copy", NULL, false);
}
static int
copy_of_unknown(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->duplicate(doc, STR("web-7"), 0.9, "copy", NULL, true);
}
static int
copy_beyond_one(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->duplicate(doc, STR("web-1"), 1.1, "copy", NULL, true);
}
static int
copy_for_no_reason(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->duplicate(doc, STR("web-1"), 1, "whim", NULL, true);
}
static int
set_text(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->doc_set_text(doc, STR("other"));
}
static int
append_one(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->append(doc, 0, "lang=fr", STR("{}\n"));
}
static int
append_outside(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->append(doc, 0, "../x", STR("{}\n"));
}
static int
append_elsewhere(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->append(doc, 1, NULL, STR("{}\n"));
}
static int
append_then_drop(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->append(doc, 0, NULL, STR("{}\n"));
	return host->drop(doc, "too_short", NULL);
}
static int
hand_out(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	const struct lavoir_child child = { .size = sizeof(child) };

	return host->doc_child(doc, &child);
}

static int
setup(void **state)
{
	wanted_index = (struct lavoir_index){ .size = sizeof(wanted_index),
		.keys_max = 4,
		.sketch_size = 2,
		.params = "exact 1" };
	wanted_series = (struct lavoir_series){ .size = sizeof(wanted_series),
		.folder = "/out",
		.suffix = ".jsonl" };
	return bench_setup(state);
}

static void
give_hit(struct bench *b)
{
	static const struct lavoir_hit hit = { .id = { "web-1", 5 },
		.sketch = { "ab", 2 },
		.shared = 2 };
	static struct doc_hits hits = { .index = 0, .n = 1, .hit = &hit };
	static const uint64_t key = 1;

	fresh_document(b);
	doc_set_text(&b->doc, STR("text"));
	b->doc.id = STR("web-9");
	doc_add_keys(&b->doc, 0, &key, 1, STR("ab"));
	b->doc.hits = &hits;
	b->doc.n_hits = 1;
}

static int
commit_with_hit(struct bench *b, toy_fn *fn)
{
	b->n = 0;
	add_toy(b, "dedup", do_nothing, fn)->open = declare_index;
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), 0);
	give_hit(b);
	return host_commit(b->chain, &b->doc, &b->e);
}

static void
test_indexes_of_both_roles_agree(void **state)
{
	static const int32_t roles[] = { LAVOIR_WORKER, LAVOIR_SEQUENCER };
	struct bench *b = *state;
	const struct host_index *x;

	add_toy(b, "one", do_nothing, do_nothing)->open = declare_index;
	add_toy(b, "two", do_nothing, do_nothing)->open = declare_index;
	add_toy(b, "export", NULL, do_nothing)->open = declare_series;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(open_bench(b, roles[i]), 0);
		assert_int_equal(host_chain_indexes(b->chain, &x), 2);
		assert_string_equal(x[0].name, "web.one");
		assert_string_equal(x[1].name, "web.two");
		assert_int_equal(x[1].keys_max, 4);
	}
}

static void
test_an_index_by_name_is_shared_if_its_parameters_are_the_same(void **state)
{
	struct bench *b = *state;
	const struct host_index *x;

	wanted_index.name = "shared";
	add_toy(b, "one", do_nothing, do_nothing)->open = declare_index;
	add_toy(b, "two", do_nothing, do_nothing)->open = declare_index;
	assert_int_equal(open_bench(b, LAVOIR_WORKER), 0);
	assert_int_equal(host_chain_indexes(b->chain, &x), 1);
	assert_string_equal(x[0].name, "shared");
}

static void
check_index_refused(struct bench *b, int code, const char *text)
{
	assert_int_equal(open_bench(b, LAVOIR_WORKER), code);
	assert_has(b->e.text, text);
}

static void
test_bad_indexes_are_refused_even_if_the_plugin_goes_on(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", do_nothing, do_nothing)->open = declare_and_ignore;
	wanted_index.name = "../x";
	check_index_refused(b, ERR_CONFIG, "named by");
	wanted_index.name = NULL;
	wanted_index.keys_max = 0;
	check_index_refused(b, ERR_FATAL, "keys_max");
	wanted_index.keys_max = 4;
	wanted_index.sketch_size = 257;
	check_index_refused(b, ERR_FATAL, "sketch_size");
	wanted_index.sketch_size = 0;
	wanted_index.params = NULL;
	check_index_refused(b, ERR_FATAL, "params");
	wanted_index.size = 4;
	check_index_refused(b, ERR_FATAL, "size");
}

static void
test_an_index_needs_both_calls(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", do_nothing, NULL)->open = declare_index;
	check_index_refused(b, ERR_FATAL, "process() and commit()");
}

static void
test_series_are_only_for_declared_outputs(void **state)
{
	struct bench *b = *state;
	const struct host_series *s;

	add_toy(b, "export", NULL, do_nothing)->open = declare_series;
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), 0);
	assert_int_equal(host_chain_series(b->chain, &s), 1);
	assert_string_equal(s[0].folder, "/out");
	wanted_series.folder = "/other";
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), ERR_FATAL);
	assert_has(b->e.text, "LAVOIR_OPT_OUTPUT");
	wanted_series.folder = "/out";
	wanted_series.suffix = "/../x";
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), ERR_FATAL);
	wanted_series.suffix = ".x";
	wanted_series.codec = 9;
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), ERR_FATAL);
}

static void
test_indexes_and_series_cannot_be_declared_later(void **state)
{
	struct bench *b = *state;
	struct toy *t = add_toy(b, "one", do_nothing, do_nothing);

	assert_int_equal(open_bench(b, LAVOIR_WORKER), 0);
	assert_int_equal(t->host->index(t->host, &wanted_index), LAVOIR_EFATAL);
	assert_int_equal(t->host->series(t->host, &wanted_series),
	    LAVOIR_EFATAL);
}

static void
test_keys_are_checked_against_their_index(void **state)
{
	struct bench *b = *state;
	struct toy *t = add_toy(b, "dedup", give_keys, do_nothing);

	t->open = declare_index;
	assert_int_equal(process_text(b, "x"), HOST_DONE);
	assert_int_equal(b->doc.n_keys, 1);
	assert_int_equal(b->doc.keys[0].n, 2);
	t->process = give_keys_short_sketch;
	assert_int_equal(process_text(b, "x"), HOST_FATAL);
	assert_has(b->e.text, "a sketch of 1 bytes instead of 2");
	t->process = give_many_keys;
	assert_int_equal(process_text(b, "x"), HOST_FATAL);
	t->process = give_keys_elsewhere;
	assert_int_equal(process_text(b, "x"), HOST_FATAL);
}

static void
test_duplicates_name_a_hit(void **state)
{
	struct bench *b = *state;

	assert_int_equal(commit_with_hit(b, end_as_copy), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_DUPLICATE);
	assert_string_equal(b->doc.reason, "copy");
	assert_int_equal(b->doc.n_keys, 0);
	assert_int_equal(commit_with_hit(b, note_copy), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_KEEP);
	assert_int_equal(b->doc.n_duplicates, 1);
	assert_int_equal(b->doc.n_keys, 1);
	assert_int_equal(commit_with_hit(b, copy_of_unknown), HOST_FATAL);
	assert_has(b->e.text, "among the hits");
	assert_int_equal(commit_with_hit(b, copy_beyond_one), HOST_FATAL);
	assert_int_equal(commit_with_hit(b, copy_for_no_reason), HOST_FATAL);
}

static void
test_calls_of_a_worker_fail_in_the_sequencer(void **state)
{
	static toy_fn *const calls[] = { set_text, give_keys, hand_out };
	struct bench *b = *state;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(commit_with_hit(b, calls[i]), HOST_FATAL);
		assert_has(b->e.text, "called in commit()");
	}
}

static int
commit_series(struct bench *b, toy_fn *fn)
{
	b->n = 0;
	add_toy(b, "export", NULL, fn)->open = declare_series;
	return commit_text(b, "text");
}

static void
test_records_are_staged_for_exported_documents(void **state)
{
	struct bench *b = *state;

	assert_int_equal(commit_series(b, append_one), HOST_DONE);
	assert_int_equal(b->doc.n_records, 1);
	assert_string_equal(b->doc.record[0].partition, "lang=fr");
	assert_int_equal(commit_series(b, append_then_drop), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_DROP);
	assert_int_equal(b->doc.n_records, 0);
	assert_int_equal(commit_series(b, append_elsewhere), HOST_FATAL);
	assert_int_equal(commit_series(b, append_outside), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_FAIL);
}

static void
test_series_are_numbered_over_the_chain(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", NULL, do_nothing)->open = declare_series;
	add_toy(b, "two", NULL, append_one)->open = declare_series;
	assert_int_equal(commit_text(b, "text"), HOST_DONE);
	assert_int_equal(b->doc.record[0].series, 1);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bench_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_indexes_of_both_roles_agree),
		TEST(
		    test_an_index_by_name_is_shared_if_its_parameters_are_the_same),
		TEST(test_bad_indexes_are_refused_even_if_the_plugin_goes_on),
		TEST(test_an_index_needs_both_calls),
		TEST(test_series_are_only_for_declared_outputs),
		TEST(test_indexes_and_series_cannot_be_declared_later),
		TEST(test_keys_are_checked_against_their_index),
		TEST(test_duplicates_name_a_hit),
		TEST(test_calls_of_a_worker_fail_in_the_sequencer),
		TEST(test_records_are_staged_for_exported_documents),
		TEST(test_series_are_numbered_over_the_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

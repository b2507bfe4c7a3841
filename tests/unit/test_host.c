/* test_host.c - what plugins may do to a document, and what their answers mean.
 */
#include "host_toys.h"

/* (host->fail): cmocka has a macro of that name. */

static int
give_ok(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	(void)doc;
	return LAVOIR_OK;
}
static int
give_end(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	(void)doc;
	return LAVOIR_END;
}
static int
give_pass(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	(void)doc;
	return LAVOIR_PASS;
}
static int
give_42(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	(void)doc;
	return 42;
}
static int
fail_invalid(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)doc;
	return (host->fail)(host, LAVOIR_EINVAL, "not a thing");
}
static int
fail_nomem(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)doc;
	return (host->fail)(host, LAVOIR_ENOMEM, "too big");
}
static int
fail_fatal(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)doc;
	return (host->fail)(host, LAVOIR_EFATAL, "broken model");
}
static int
stop_when_cancelled(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)doc;
	return host->cancelled(host) ? LAVOIR_ECANCELED : LAVOIR_OK;
}
static int
drop_short(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	const struct lavoir_measure m = { .size = sizeof(m),
		.op = LAVOIR_LT,
		.rule = "too_short",
		.value = 2,
		.threshold = 10,
		.broken = 1 };

	host->measure(doc, &m);
	return host->drop(doc, "too_short", "2 words");
}
static int
drop_but_return_ok(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->drop(doc, "too_short", NULL);
	return LAVOIR_OK;
}
static int
drop_undeclared(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->drop(doc, "whim", NULL) == LAVOIR_EFATAL ? LAVOIR_OK
							      : LAVOIR_END;
}
static int
drop_then_break(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->drop(doc, "too_short", NULL);
	host->doc_set_text(doc, STR("\xff"));
	return LAVOIR_END;
}
static int
set_bad_text(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	assert_int_equal(host->doc_set_text(doc, STR("\xff\xfe")),
	    LAVOIR_EINVAL);
	/* The error sticks, whatever follows. */
	assert_int_equal(host->doc_tag(doc, "x", true), LAVOIR_EINVAL);
	assert_int_equal(host->drop(doc, "too_short", NULL), LAVOIR_EINVAL);
	return LAVOIR_OK;
}
static int
ask_for_much(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	assert_non_null(host->doc_alloc(doc, 1000));
	assert_null(host->doc_alloc(doc, 64 << 20));
	return LAVOIR_OK;
}
static int
set_things(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	const struct lavoir_value v = { .type = LAVOIR_INT, .i = 7 };
	const struct lavoir_media m = { .uri = "a.png" };
	struct lavoir_value got;
	struct lavoir_attr attr;
	struct lavoir_media medium;
	const char *tag;

	assert_int_equal(host->doc_set(doc, "count", &v), 0);
	assert_int_equal(host->doc_get(doc, "count", &got), 0);
	assert_int_equal(got.i, 7);
	assert_int_equal(host->doc_get(doc, "absent", &got), LAVOIR_ENOENT);
	assert_int_equal(host->doc_set(doc, "gone", &v), 0);
	assert_int_equal(host->doc_set(doc, "gone", NULL), 0);
	assert_int_equal(host->doc_get(doc, "gone", &got), LAVOIR_ENOENT);
	assert_int_equal(host->doc_tag(doc, "a", true), 0);
	assert_true(host->doc_tagged(doc, "a"));
	assert_true(host->doc_tag_at(doc, 0, &tag));
	assert_string_equal(tag, "a");
	assert_false(host->doc_tag_at(doc, 1, &tag));
	assert_true(host->doc_attr_at(doc, 0, &attr));
	assert_string_equal(attr.name, "count");
	assert_false(host->doc_attr_at(doc, 1, &attr));
	assert_int_equal(host->doc_media(doc, &m), 0);
	assert_true(host->doc_media_at(doc, 0, &medium));
	assert_string_equal(medium.uri, "a.png");
	assert_false(host->doc_media_at(doc, 1, &medium));
	assert_int_equal(host->doc_text(doc).len, 5);
	host->count(host, 0, 3);
	assert_null(host->extension(host, "lavoir.x/1"));
	return host->doc_set_text(doc, STR("world!"));
}
static int
set_host_attribute(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	const struct lavoir_value v = { .type = LAVOIR_INT, .i = 7 };

	return host->doc_set(doc, "lavoir.path", &v);
}
static int
count_unknown(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)doc;
	host->count(host, 1, 3);
	return LAVOIR_OK;
}
static int
read_it(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->doc_set_text(doc, host->doc_raw(doc));
}
static int
read_then_pass(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->doc_set_text(doc, host->doc_raw(doc));
	return LAVOIR_PASS;
}
static int
append_in_worker(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->append(doc, 0, NULL, STR("x\n"));
	return LAVOIR_OK;
}

static struct lavoir_doc *kept;
static int
keep_pointer(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	(void)host;
	kept = doc;
	return LAVOIR_OK;
}

static void
test_what_a_step_returns_decides(void **state)
{
	static const struct {
		toy_fn *fn;
		int result, verdict;
		const char *text;
	} cases[] = {
		{ give_ok, HOST_DONE, DOC_KEEP, NULL },
		{ fail_invalid, HOST_DONE, DOC_FAIL, "not a thing" },
		{ fail_nomem, HOST_RETRY, DOC_KEEP, "too big" },
		{ fail_fatal, HOST_FATAL, DOC_KEEP, "broken model" },
		{ give_end, HOST_FATAL, DOC_KEEP, "without a verdict" },
		{ give_pass, HOST_FATAL, DOC_KEEP, "not a reader's" },
		{ give_42, HOST_FATAL, DOC_KEEP, "42" },
		{ drop_short, HOST_DONE, DOC_DROP, "2 words" },
		{ drop_but_return_ok, HOST_DONE, DOC_DROP, NULL },
		{ drop_undeclared, HOST_FATAL, DOC_KEEP, "undeclared reason" },
		{ drop_then_break, HOST_DONE, DOC_FAIL, "UTF-8" },
		{ set_bad_text, HOST_DONE, DOC_FAIL, "UTF-8" },
		{ ask_for_much, HOST_RETRY, DOC_KEEP, "memory" },
		{ set_host_attribute, HOST_FATAL, DOC_KEEP, "lavoir.path" },
		{ count_unknown, HOST_FATAL, DOC_KEEP, "counter 1" },
		{ append_in_worker, HOST_FATAL, DOC_KEEP, "append() called" },
	};
	struct bench *b = *state;
	int rc;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		b->n = 0;
		add_toy(b, "toy", cases[i].fn, NULL);
		rc = process_text(b, "hello");
		if (rc != cases[i].result || b->doc.verdict != cases[i].verdict)
			fail_msg("case %zu: result %d, verdict %d: %s", i, rc,
			    b->doc.verdict, b->e.text);
		if (cases[i].text)
			assert_has(rc == HOST_DONE ? b->doc.detail : b->e.text,
			    cases[i].text);
		if (rc == HOST_DONE && b->doc.verdict != DOC_KEEP)
			assert_string_equal(b->doc.plugin, "toy");
	}
}

static void
test_a_drop_carries_what_was_measured(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", drop_short, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_string_equal(b->doc.reason, "too_short");
	assert_true(b->doc.has_value && b->doc.value == 2);
	assert_true(b->doc.threshold == 10);
	assert_string_equal(b->doc.measure[0].step, "toy");
}

static void
test_a_verdict_ends_the_run(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", give_ok, NULL);
	add_toy(b, "two", drop_short, NULL);
	add_toy(b, "three", fail_fatal, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_string_equal(b->doc.plugin, "two");
	assert_int_equal(host_chain_step(b->chain), 1);
}

static void
test_every_call_is_announced_with_its_step(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", NULL, give_ok);
	add_toy(b, "two", give_ok, NULL);
	add_toy(b, "three", give_ok, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	/* Twice open, twice process; the first has no call in a worker. */
	assert_int_equal(b->n_entered, 4);
	assert_int_equal(b->entered[2], 1);
	assert_int_equal(b->entered[3], 2);
	assert_false(host_chain_empty(b->chain));
	b->n = 1;
	assert_int_equal(open_bench(b, LAVOIR_WORKER), 0);
	assert_true(host_chain_empty(b->chain));
}

static void
test_a_run_can_begin_behind_a_step(void **state)
{
	struct bench *b = *state;

	add_toy(b, "one", drop_short, NULL);
	add_toy(b, "two", give_ok, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_DROP);
	fresh_document(b);
	doc_set_text(&b->doc, STR("x"));
	assert_int_equal(host_process(b->chain, &b->doc, 1, &b->e), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_KEEP);
}

static void
test_documents_are_read_and_changed(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", set_things, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_KEEP);
	assert_int_equal(b->doc.text.len, 6);
	assert_int_equal(b->counted, 3);
}

static void
test_cancelling_costs_an_attempt(void **state)
{
	struct bench *b = *state;

	add_toy(b, "toy", stop_when_cancelled, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	b->cancel = true;
	assert_int_equal(process_text(b, "hello"), HOST_RETRY);
	assert_int_equal(b->e.code, ERR_CANCELED);
}

static void
test_a_reader_sees_only_undecoded_documents_of_its_types(void **state)
{
	struct bench *b = *state;

	add_reader(b, "reader", read_it);
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_KEEP);
	assert_true(b->doc.decoded);
	assert_int_equal(process_raw(b, "hello", "image/png"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_FAIL);
	assert_string_equal(b->doc.reason, "no_reader");
	assert_string_equal(b->doc.detail, "image/png");
	assert_null(b->doc.plugin);
	b->toy[0].process = fail_fatal;
	assert_int_equal(process_text(b, "decoded"), HOST_DONE);
}

static void
test_other_steps_see_only_decoded_documents(void **state)
{
	struct bench *b = *state;

	add_toy(b, "early", fail_fatal, NULL);
	add_reader(b, "reader", read_it);
	add_toy(b, "late", drop_short, NULL);
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_DONE);
	assert_string_equal(b->doc.plugin, "late");
}

static void
test_a_reader_may_pass_and_the_next_is_asked(void **state)
{
	struct bench *b = *state;

	add_reader(b, "first", give_pass);
	add_reader(b, "second", read_it);
	add_reader(b, "third", fail_fatal);
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_KEEP);
	b->toy[1].process = give_pass;
	b->toy[2].process = give_pass;
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_DONE);
	assert_string_equal(b->doc.reason, "no_reader");
}

static void
test_a_reader_that_gives_nothing_fails_the_document(void **state)
{
	struct bench *b = *state;

	add_reader(b, "reader", give_ok);
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_FAIL);
	assert_string_equal(b->doc.reason, "nothing_read");
	assert_string_equal(b->doc.plugin, "reader");
}

static void
test_passing_after_text_is_a_bug(void **state)
{
	struct bench *b = *state;

	add_reader(b, "reader", read_then_pass);
	assert_int_equal(process_raw(b, "hello", "text/plain"), HOST_FATAL);
	assert_has(b->e.text, "reader");
}

static void
test_a_document_kept_beyond_its_call_is_refused(void **state)
{
	struct bench *b = *state;
	const struct lavoir_host *host;

	add_toy(b, "toy", keep_pointer, NULL);
	assert_int_equal(process_text(b, "hello"), HOST_DONE);
	host = b->toy[0].host;
	assert_int_equal(host->doc_tag(kept, "x", true), LAVOIR_EFATAL);
	assert_int_equal(host->doc_text(kept).len, 0);
	assert_null(host->doc_alloc(kept, 1));
	assert_int_equal(host->doc_tag(NULL, "x", true), LAVOIR_EFATAL);
	assert_false(doc_tagged(&b->doc, "x"));
}

static int
refuse_options(const struct lavoir_host *host, const struct lavoir_value *opt)
{
	(void)opt;
	return (host->fail)(host, LAVOIR_EINVAL, "no such model");
}
static int
open_oddly(const struct lavoir_host *host, const struct lavoir_value *opt)
{
	(void)host;
	(void)opt;
	return LAVOIR_END;
}

static void
test_open_that_refuses_is_a_configuration_error(void **state)
{
	struct bench *b = *state;

	add_toy(b, "fine", give_ok, NULL);
	add_toy(b, "picky", give_ok, NULL)->open = refuse_options;
	assert_int_equal(open_bench(b, LAVOIR_WORKER), ERR_CONFIG);
	assert_has(b->e.text, "picky");
	assert_has(b->e.text, "no such model");
	assert_null(b->chain);
	b->toy[1].open = open_oddly;
	assert_int_equal(open_bench(b, LAVOIR_WORKER), ERR_FATAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_a_step_returns_decides),
		TEST(test_a_drop_carries_what_was_measured),
		TEST(test_a_verdict_ends_the_run),
		TEST(test_every_call_is_announced_with_its_step),
		TEST(test_a_run_can_begin_behind_a_step),
		TEST(test_documents_are_read_and_changed),
		TEST(test_cancelling_costs_an_attempt),
		TEST(test_a_reader_sees_only_undecoded_documents_of_its_types),
		TEST(test_other_steps_see_only_decoded_documents),
		TEST(test_a_reader_may_pass_and_the_next_is_asked),
		TEST(test_a_reader_that_gives_nothing_fails_the_document),
		TEST(test_passing_after_text_is_a_bug),
		TEST(test_a_document_kept_beyond_its_call_is_refused),
		TEST(test_open_that_refuses_is_a_configuration_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_host_child.c - children handed out through the host. */
#include "host_toys.h"

static struct lavoir_child wanted_child;

static int
hand_out(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	int rc = host->doc_child(doc, &wanted_child);

	return rc < 0 ? rc : host->doc_child(doc, &wanted_child);
}
static int
hand_out_stream(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->doc_child(doc, &wanted_child);
	host->doc_child_write(doc, STR("one "));
	host->doc_child_write(doc, STR("two"));
	return host->doc_child_write(doc, STR(""));
}
static int
fail_stream(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->doc_child(doc, &wanted_child);
	host->doc_child_write(doc, STR("one "));
	return host->doc_child_fail(doc, "cut off");
}
static int
fail_without_stream(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->doc_child_fail(doc, "cut off");
}
static int
fail_without_reason(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->doc_child(doc, &wanted_child);
	return host->doc_child_fail(doc, "\xff");
}
static int
leave_stream_open(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	host->doc_child(doc, &wanted_child);
	return host->doc_child_write(doc, STR("one "));
}
static int
write_without_stream(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	return host->doc_child_write(doc, STR("one "));
}
static int
go_on_behind(const struct lavoir_host *host, struct lavoir_doc *doc)
{
	uint64_t position, children;

	assert_int_equal(host->doc_resume(doc, &position, &children), 0);
	assert_int_equal(position, 70);
	assert_int_equal(children, 7);
	return host->doc_child(doc, &wanted_child);
}

static int
setup(void **state)
{
	wanted_child = (struct lavoir_child){ .size = sizeof(wanted_child),
		.name = "a.txt",
		.text = STR("child") };
	return bench_setup(state);
}

static int
read_with(struct bench *b, toy_fn *fn)
{
	b->n = 0;
	b->n_children = 0;
	b->written[0] = '\0';
	add_reader(b, "reader", fn);
	return process_raw(b, "container", "text/x");
}

static void
test_children_make_a_container(void **state)
{
	struct bench *b = *state;

	assert_int_equal(read_with(b, hand_out), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_CONTAINER);
	assert_int_equal(b->n_children, 2);
	assert_string_equal(b->child.name, "a.txt");
	wanted_child.text = (struct lavoir_str){ 0 };
	wanted_child.flags = LAVOIR_CHILD_STREAM;
	assert_int_equal(read_with(b, hand_out_stream), HOST_DONE);
	assert_string_equal(b->written, "one two");
	assert_int_equal(read_with(b, fail_stream), HOST_DONE);
	assert_string_equal(b->written, "one cut off");
	assert_int_equal(b->doc.verdict, DOC_CONTAINER);
	assert_int_equal(read_with(b, fail_without_stream), HOST_FATAL);
	assert_int_equal(read_with(b, fail_without_reason), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_FAIL);
	assert_int_equal(read_with(b, leave_stream_open), HOST_FATAL);
	assert_int_equal(read_with(b, write_without_stream), HOST_FATAL);
	wanted_child.flags = 0;
	assert_int_equal(read_with(b, go_on_behind), HOST_DONE);
	assert_int_equal(b->n_resumed, 1);
}

static void
check_child(struct bench *b, int result, const char *text)
{
	assert_int_equal(read_with(b, hand_out), result);
	assert_int_equal(b->n_children, 0);
	assert_has(result == HOST_FATAL ? b->e.text : b->doc.detail, text);
}

static void
test_bad_children_are_refused(void **state)
{
	static const struct lavoir_attr reserved[] = {
		{ .name = "lavoir.path", .value = { .type = LAVOIR_NULL } },
	};
	static const struct lavoir_attr odd[] = {
		{ .name = "x", .value = { .type = 99 } },
	};
	struct bench *b = *state;
	const struct lavoir_child good = wanted_child;

	wanted_child.name = "\xff";
	check_child(b, HOST_DONE, "UTF-8");
	wanted_child = good;
	wanted_child.text = STR("\xff");
	check_child(b, HOST_DONE, "UTF-8");
	wanted_child = good;
	wanted_child.flags = 8;
	check_child(b, HOST_FATAL, "flags");
	wanted_child.flags = LAVOIR_CHILD_STREAM;
	check_child(b, HOST_FATAL, "no other content");
	wanted_child = good;
	wanted_child.size = 8;
	check_child(b, HOST_FATAL, "size");
	wanted_child = good;
	wanted_child.attrs = (struct lavoir_map){ reserved, 1 };
	check_child(b, HOST_FATAL, "bad name");
	wanted_child.attrs = (struct lavoir_map){ odd, 1 };
	check_child(b, HOST_DONE, "value");
}

static void
test_a_text_child_that_is_too_long_fails_alone(void **state)
{
	static char text[2000];
	struct bench *b = *state;

	memset(text, 'x', sizeof(text));
	wanted_child.text = (struct lavoir_str){ text, sizeof(text) };
	assert_int_equal(read_with(b, hand_out), HOST_DONE);
	assert_int_equal(b->doc.verdict, DOC_CONTAINER);
	assert_has(b->child.fail, "longer");
	assert_int_equal(b->child.text.len, 0);
}

static void
test_errors_of_the_role_end_the_reader(void **state)
{
	struct bench *b = *state;

	b->child_rc = ERR_CANCELED;
	assert_int_equal(read_with(b, hand_out), HOST_RETRY);
	b->child_rc = ERR_PROTO;
	assert_int_equal(read_with(b, hand_out), HOST_FATAL);
	b->role.child = NULL;
	assert_int_equal(read_with(b, hand_out), HOST_FATAL);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bench_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_children_make_a_container),
		TEST(test_bad_children_are_refused),
		TEST(test_a_text_child_that_is_too_long_fails_alone),
		TEST(test_errors_of_the_role_end_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

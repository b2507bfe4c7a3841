/* test_doc.c - a document's text, attributes, tags, media, keys, records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "model/doc.h"

enum { TEXT_MAX = 1000 };

static struct doc doc;

static int
setup(void **state)
{
	(void)state;
	doc_init(&doc, arena_new(1 << 20), TEXT_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&doc.arena);
	return 0;
}

static struct lavoir_str
str(const char *s)
{
	return (struct lavoir_str){ s, strlen(s) };
}

static void
test_text_is_copied(void **state)
{
	char text[] = "abc";

	(void)state;
	assert_false(doc.decoded);
	assert_int_equal(doc_set_text(&doc, str(text)), 0);
	text[0] = 'X';
	assert_string_equal(doc.text.ptr, "abc");
	assert_int_equal(doc.text.len, 3);
	assert_true(doc.decoded);
}

static void
test_text_of_the_arena_is_kept(void **state)
{
	char *text = arena_strdup(doc.arena, "abcdef");

	(void)state;
	assert_int_equal(doc_set_text(&doc, (struct lavoir_str){ text, 3 }), 0);
	assert_ptr_equal(doc.text.ptr, text);
	/* A part of the text that is there already. */
	assert_int_equal(doc_set_text(&doc, (struct lavoir_str){ text + 1, 2 }),
	    0);
	assert_ptr_equal(doc.text.ptr, text + 1);
	text[1] = '\xff';
	assert_int_equal(doc_set_text(&doc, (struct lavoir_str){ text, 3 }),
	    ERR_INVAL);
}

static void
test_empty_text(void **state)
{
	(void)state;
	assert_int_equal(doc_set_text(&doc, (struct lavoir_str){ NULL, 0 }), 0);
	assert_string_equal(doc.text.ptr, "");
	assert_true(doc.decoded);
}

static void
check_text(struct lavoir_str text, int rc, const char *message)
{
	struct doc d;

	doc_init(&d, arena_new(1 << 20), TEXT_MAX);
	assert_int_equal(doc_set_text(&d, text), rc);
	assert_string_equal(d.error_text, message);
	assert_int_equal(doc_set_text(&d, str("good")), rc);
	assert_false(d.decoded);
	arena_free(&d.arena);
}

static void
test_bad_text_is_refused(void **state)
{
	(void)state;
	check_text((struct lavoir_str){ "x", 1001 }, ERR_NOMEM,
	    "text is 1001 bytes, more than 1000");
	check_text((struct lavoir_str){ "x", SIZE_MAX }, ERR_NOMEM,
	    "text is 18446744073709551615 bytes, more than 1000");
	check_text((struct lavoir_str){ NULL, 5 }, ERR_INVAL,
	    "text has a length but no bytes");
	check_text(str("a\xff"), ERR_INVAL, "text is not UTF-8");
}

static void
test_text_is_fixed_in_the_sequencer(void **state)
{
	(void)state;
	doc.text_fixed = true;
	assert_int_equal(doc_set_text(&doc, str("x")), ERR_INVAL);
}

static void
check_attrs(const char *names)
{
	char list[256] = "";
	int len = 0;

	for (size_t i = 0; i < doc.n_attrs; i++)
		len += snprintf(list + len, sizeof(list) - (size_t)len, "%s ",
		    doc.attr[i].name);
	assert_string_equal(list, names);
}

static void
test_attributes_keep_the_order_of_first_set(void **state)
{
	struct lavoir_value v;

	(void)state;
	assert_int_equal(doc_set_str(&doc, "b", "1"), 0);
	assert_int_equal(doc_set_int(&doc, "a", 2), 0);
	assert_int_equal(doc_set_str(&doc, "c", "3"), 0);
	assert_int_equal(doc_set_int(&doc, "b", 4), 0);
	check_attrs("b a c ");
	assert_int_equal(doc_get(&doc, "b", &v), 0);
	assert_int_equal(v.type, LAVOIR_INT);
	assert_int_equal(v.i, 4);
	assert_int_equal(doc_set(&doc, "a", NULL), 0);
	assert_int_equal(doc_set(&doc, "absent", NULL), 0);
	check_attrs("b c ");
	assert_int_equal(doc_set_int(&doc, "a", 5), 0);
	check_attrs("b c a ");
	assert_string_equal(doc_get_str(&doc, "c"), "3");
	assert_null(doc_get_str(&doc, "a"));
	assert_null(doc_get_str(&doc, "absent"));
}

static void
test_absent_attribute_does_not_stick(void **state)
{
	struct lavoir_value v;

	(void)state;
	assert_int_equal(doc_get(&doc, "x", &v), ERR_NOENT);
	assert_int_equal(doc_get(&doc, NULL, &v), ERR_NOENT);
	assert_int_equal(doc_set_int(&doc, "x", 1), 0);
}

static void
test_null_value_is_an_attribute(void **state)
{
	const struct lavoir_value null = { .type = LAVOIR_NULL };
	struct lavoir_value v;

	(void)state;
	assert_int_equal(doc_set(&doc, "x", &null), 0);
	assert_int_equal(doc_get(&doc, "x", &v), 0);
	assert_int_equal(v.type, LAVOIR_NULL);
}

static void
test_first_error_sticks(void **state)
{
	const struct lavoir_value bad = { .type = 77 };

	(void)state;
	assert_int_equal(doc_set_int(&doc, "before", 1), 0);
	assert_int_equal(doc_set(&doc, "x", &bad), ERR_INVAL);
	assert_string_equal(doc.error_text,
	    "x has no valid value: unknown type, not UTF-8 or too deep");
	assert_int_equal(doc_error(&doc, ERR_NOMEM, "later"), ERR_INVAL);
	assert_int_equal(doc_set_int(&doc, "after", 1), ERR_INVAL);
	assert_int_equal(doc_tag(&doc, "t", true), ERR_INVAL);
	assert_int_equal(doc_add_keys(&doc, 0, NULL, 0,
			     (struct lavoir_str){ 0 }),
	    ERR_INVAL);
	assert_int_equal(doc_add_record(&doc, 0, NULL, str("x")), ERR_INVAL);
	check_attrs("before ");
}

static void
test_error_text_is_made_presentable(void **state)
{
	(void)state;
	doc_error(&doc, ERR_INVAL, "bad \xff byte");
	assert_string_equal(doc.error_text, "bad \xef\xbf\xbd byte");
}

static void
test_attributes_are_bounded(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < DOC_ATTRS_MAX; i++) {
		snprintf(name, sizeof(name), "a%d", i);
		assert_int_equal(doc_set_int(&doc, name, i), 0);
	}
	assert_int_equal(doc_set_int(&doc, "a7", 1), 0);
	assert_int_equal(doc_set_int(&doc, "more", 1), ERR_NOMEM);
	assert_string_equal(doc.error_text, "more than 1024 attributes");
	assert_int_equal(doc.n_attrs, DOC_ATTRS_MAX);
	assert_string_equal(doc.attr[1023].name, "a1023");
}

static void
test_full_arena_sticks(void **state)
{
	char big[4000];
	struct doc d;

	(void)state;
	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	doc_init(&d, arena_new(2000), TEXT_MAX);
	assert_int_equal(doc_set_int(&d, "a", 1), 0);
	assert_int_equal(doc_set_str(&d, "b", big), ERR_NOMEM);
	assert_non_null(d.error_text);
	assert_int_equal(d.n_attrs, 1);
	assert_int_equal(doc_set_int(&d, "c", 1), ERR_NOMEM);
	arena_free(&d.arena);
}

static void
check_name(const char *name, int rc)
{
	struct doc d;

	doc_init(&d, arena_new(1 << 16), TEXT_MAX);
	assert_int_equal(doc_set_int(&d, name, 1), rc);
	arena_free(&d.arena);
}

static void
test_attribute_names_are_checked(void **state)
{
	(void)state;
	check_name("dc.title", 0);
	check_name("_x", 0);
	check_name(NULL, ERR_INVAL);
	check_name("", ERR_INVAL);
	check_name("a b", ERR_INVAL);
	check_name("\xff", ERR_INVAL);
}

static void
test_tags(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'x', 65);
	longest[64] = longest[65] = '\0';
	assert_int_equal(doc_tag(&doc, "a", true), 0);
	assert_int_equal(doc_tag(&doc, "b", true), 0);
	assert_int_equal(doc_tag(&doc, "a", true), 0);
	assert_int_equal(doc_tag(&doc, longest, true), 0);
	assert_int_equal(doc.n_tags, 3);
	assert_int_equal(doc_tag(&doc, "a", false), 0);
	assert_int_equal(doc_tag(&doc, "a", false), 0);
	assert_false(doc_tagged(&doc, "a"));
	assert_true(doc_tagged(&doc, "b"));
	assert_false(doc_tagged(&doc, NULL));
	assert_string_equal(doc.tag[0], "b");
	longest[64] = 'x';
	assert_int_equal(doc_tag(&doc, longest, true), ERR_INVAL);
}

static void
test_tags_are_bounded(void **state)
{
	char tag[32];

	(void)state;
	for (int i = 0; i < DOC_TAGS_MAX; i++) {
		snprintf(tag, sizeof(tag), "t%d", i);
		assert_int_equal(doc_tag(&doc, tag, true), 0);
	}
	assert_int_equal(doc_tag(&doc, "more", true), ERR_NOMEM);
}

static void
test_media_are_copied(void **state)
{
	char uri[] = "http://x/y.png";
	struct lavoir_media m = { .uri = uri,
		.alt = { "Alt", 3 },
		.offset = 7 };

	(void)state;
	assert_int_equal(doc_add_media(&doc, &m), 0);
	uri[0] = 'X';
	assert_string_equal(doc.media[0].uri, "http://x/y.png");
	assert_null(doc.media[0].type);
	assert_string_equal(doc.media[0].alt.ptr, "Alt");
	assert_int_equal(doc.media[0].caption.len, 0);
	assert_int_equal(doc.media[0].offset, 7);
	m.uri = NULL;
	assert_int_equal(doc_add_media(&doc, &m), ERR_INVAL);
	assert_int_equal(doc.n_media, 1);
}

static void
test_media_must_be_utf8(void **state)
{
	const struct lavoir_media m = { .uri = "x", .caption = { "\xff", 1 } };

	(void)state;
	assert_int_equal(doc_add_media(&doc, &m), ERR_INVAL);
	assert_string_equal(doc.error_text, "a medium's caption is not UTF-8");
}

static void
test_keys_of_an_index_replace_earlier_ones(void **state)
{
	uint64_t key[] = { 1, 2, 3 };

	(void)state;
	assert_int_equal(doc_add_keys(&doc, 4, key, 3, str("sk")), 0);
	assert_int_equal(doc_add_keys(&doc, 5, key, 1, str("")), 0);
	key[0] = 9;
	assert_int_equal(doc_add_keys(&doc, 4, key, 2, str("sl")), 0);
	assert_int_equal(doc.n_keys, 2);
	assert_int_equal(doc.keys[0].index, 4);
	assert_int_equal(doc.keys[0].n, 2);
	assert_int_equal(doc.keys[0].key[0], 9);
	assert_string_equal(doc.keys[0].sketch.ptr, "sl");
	assert_int_equal(doc.keys[1].key[0], 1);
}

static void
check_keys(const uint64_t *key, size_t n, struct lavoir_str sketch)
{
	struct doc d;

	doc_init(&d, arena_new(1 << 20), TEXT_MAX);
	assert_int_equal(doc_add_keys(&d, 0, key, n, sketch), ERR_INVAL);
	assert_int_equal(d.n_keys, 0);
	arena_free(&d.arena);
}

static void
test_nonsense_keys_are_refused(void **state)
{
	const uint64_t key = 1;

	(void)state;
	check_keys(NULL, 1, str(""));
	check_keys(&key, DOC_KEYS_MAX + 1, str(""));
	check_keys(&key, SIZE_MAX, str(""));
	check_keys(&key, 1, (struct lavoir_str){ NULL, 1 });
	check_keys(&key, 1, (struct lavoir_str){ "x", DOC_SKETCH_MAX + 1 });
}

static void
test_records(void **state)
{
	char bytes[] = "{}\n";

	(void)state;
	assert_int_equal(doc_add_record(&doc, 1, "lang=fr/y=1", str(bytes)), 0);
	assert_int_equal(doc_add_record(&doc, 0, NULL, str("\xff")), 0);
	bytes[0] = 'X';
	assert_string_equal(doc.record[0].partition, "lang=fr/y=1");
	assert_string_equal(doc.record[0].bytes.ptr, "{}\n");
	assert_null(doc.record[1].partition);
	for (size_t i = doc.n_records; i < DOC_RECORDS_MAX; i++)
		assert_int_equal(doc_add_record(&doc, 0, NULL, str("x")), 0);
	assert_int_equal(doc_add_record(&doc, 0, NULL, str("x")), ERR_NOMEM);
}

static void
test_partitions_cannot_leave_their_folder(void **state)
{
	static const char *const bad[] = { "", "/x", "x/", "x//y", "..",
		"x/../y", ".", ".hidden", "x/.y", "a\nb", "\xff", "a\x7f" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct doc d;

		doc_init(&d, arena_new(1 << 16), TEXT_MAX);
		assert_int_equal(doc_add_record(&d, 0, bad[i], str("x")),
		    ERR_INVAL);
		arena_free(&d.arena);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text_is_copied),
		TEST(test_text_of_the_arena_is_kept),
		TEST(test_empty_text),
		TEST(test_bad_text_is_refused),
		TEST(test_text_is_fixed_in_the_sequencer),
		TEST(test_attributes_keep_the_order_of_first_set),
		TEST(test_absent_attribute_does_not_stick),
		TEST(test_null_value_is_an_attribute),
		TEST(test_first_error_sticks),
		TEST(test_error_text_is_made_presentable),
		TEST(test_attributes_are_bounded),
		TEST(test_full_arena_sticks),
		TEST(test_attribute_names_are_checked),
		TEST(test_tags),
		TEST(test_tags_are_bounded),
		TEST(test_media_are_copied),
		TEST(test_media_must_be_utf8),
		TEST(test_keys_of_an_index_replace_earlier_ones),
		TEST(test_nonsense_keys_are_refused),
		TEST(test_records),
		TEST(test_partitions_cannot_leave_their_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

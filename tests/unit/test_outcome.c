/* test_outcome.c - what became of a document, packed and back. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/outcome.h"
#include "store_help.h"

static void
assert_same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_ptr_equal(a, b);
	else
		assert_string_equal(a, b);
}

static void
assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_same_text(a->pipeline, b->pipeline);
	assert_int_equal(a->number, b->number);
	assert_same_text(a->child, b->child);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->retire, b->retire);
	assert_same_text(a->folder, b->folder);
	assert_same_text(a->path, b->path);
	assert_same_text(a->member, b->member);
	assert_true(witness_equal(&a->witness, &b->witness));
	assert_memory_equal(a->sha256, b->sha256, 32);
	assert_int_equal(a->added_ns, b->added_ns);
	assert_same_text(a->media_type, b->media_type);
	assert_int_equal(a->bytes_in, b->bytes_in);
	assert_int_equal(a->bytes_out, b->bytes_out);
	assert_same_text(a->plugin, b->plugin);
	assert_same_text(a->reason, b->reason);
	assert_same_text(a->detail, b->detail);
	assert_int_equal(a->has_value, b->has_value);
	assert_true(a->value == b->value && a->threshold == b->threshold);
	assert_same_text(a->measurements, b->measurements);
	assert_same_text(a->duplicate_of, b->duplicate_of);
	assert_true(a->similarity == b->similarity);
	assert_int_equal(a->attempts, b->attempts);
}

static int
round_trip(const struct outcome *o, struct buf *b, struct outcome *back)
{
	struct unpack u;
	struct err e;
	int rc;

	buf_reset(b, 4096);
	outcome_pack(o, b);
	unpack_init(&u, b->ptr, b->len);
	rc = outcome_unpack(back, &u, &e);
	if (rc == 0)
		assert_true(unpack_end(&u));
	else
		assert_int_equal(e.code, rc);
	return rc;
}

static void
test_every_kind_comes_back_as_it_was(void **state)
{
	struct outcome o, back;
	struct buf b = { 0 };

	(void)state;
	for (int kind = OUTCOME_EXPORTED; kind <= OUTCOME_CONTAINER; kind++) {
		help_outcome(&o, "web", 7, kind);
		assert_int_equal(round_trip(&o, &b, &back), 0);
		assert_same(&o, &back);
		assert_true(b.len >= OUTCOME_PACKED_MIN);
	}
	buf_fini(&b);
}

static void
test_smallest_outcome_is_not_below_the_stated_minimum(void **state)
{
	struct outcome o = { .pipeline = "p",
		.number = 1,
		.child = "",
		.kind = OUTCOME_EXPORTED,
		.folder = "",
		.path = "" };
	struct outcome back;
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(round_trip(&o, &b, &back), 0);
	assert_true(b.len >= OUTCOME_PACKED_MIN);
	buf_fini(&b);
}

static void
test_values_that_are_not_finite_are_made_so(void **state)
{
	struct outcome o, back;
	struct buf b = { 0 };

	(void)state;
	help_outcome(&o, "web", 1, OUTCOME_DROPPED);
	o.value = (double)INFINITY;
	o.threshold = -(double)INFINITY;
	o.similarity = (double)NAN;
	assert_int_equal(round_trip(&o, &b, &back), 0);
	assert_true(back.value == DBL_MAX && back.threshold == -DBL_MAX);
	assert_true(back.similarity == 0);
	o.value = (double)NAN;
	assert_int_equal(round_trip(&o, &b, &back), 0);
	assert_false(back.has_value);
	buf_fini(&b);
}

static void
test_what_no_document_can_have_is_refused(void **state)
{
	const struct {
		size_t field;
		const char *text;
	} bad[] = {
		{ offsetof(struct outcome, pipeline), "" },
		{ offsetof(struct outcome, pipeline), NULL },
		{ offsetof(struct outcome, pipeline), "a/b" },
		{ offsetof(struct outcome, child), NULL },
		{ offsetof(struct outcome, child), "#" },
		{ offsetof(struct outcome, child), "#01" },
		{ offsetof(struct outcome, child), "3" },
		{ offsetof(struct outcome, child), "#1" }, /* has a file */
		{ offsetof(struct outcome, folder), NULL },
		{ offsetof(struct outcome, folder), "srv" },
		{ offsetof(struct outcome, folder), "" }, /* retired where? */
		{ offsetof(struct outcome, folder), "/\xff" },
		{ offsetof(struct outcome, path), NULL },
		{ offsetof(struct outcome, path), "" },
		{ offsetof(struct outcome, path), "/etc/passwd" },
		{ offsetof(struct outcome, path), "a/../../b" },
		{ offsetof(struct outcome, path), "a//b" },
		{ offsetof(struct outcome, member), "\xc0\x80" },
		{ offsetof(struct outcome, media_type), "\x80" },
		{ offsetof(struct outcome, plugin), "\xed\xa0\x80" },
		{ offsetof(struct outcome, reason), "\xff" },
		{ offsetof(struct outcome, detail), "\xff" },
		{ offsetof(struct outcome, measurements), "\xff" },
		{ offsetof(struct outcome, duplicate_of), "\xff" },
	};
	struct outcome o, back;
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		help_outcome(&o, "web", 1, OUTCOME_DUPLICATE);
		memcpy((char *)&o + bad[i].field, &bad[i].text,
		    sizeof bad[i].text);
		assert_int_equal(round_trip(&o, &b, &back), ERR_PROTO);
	}
	help_outcome(&o, "web", 0, OUTCOME_EXPORTED);
	assert_int_equal(round_trip(&o, &b, &back), ERR_PROTO);
	help_outcome(&o, "web", 1, 6);
	assert_int_equal(round_trip(&o, &b, &back), ERR_PROTO);
	help_outcome(&o, "web", 1, OUTCOME_EXPORTED);
	o.retire = 2;
	assert_int_equal(round_trip(&o, &b, &back), ERR_PROTO);
	buf_fini(&b);
}

static void
test_cut_outcomes_are_refused_at_every_byte(void **state)
{
	struct outcome o, back;
	struct buf b = { 0 };
	struct unpack u;
	struct err e;
	uint8_t *part;

	(void)state;
	help_outcome(&o, "web", 1, OUTCOME_DUPLICATE);
	outcome_pack(&o, &b);
	for (size_t len = 0; len < b.len; len++) {
		part = malloc(len > 0 ? len : 1);
		memcpy(part, b.ptr, len);
		unpack_init(&u, part, len);
		assert_int_equal(outcome_unpack(&back, &u, &e), ERR_PROTO);
		free(part);
	}
	buf_fini(&b);
}

static void
test_ids_name_site_pipeline_number_and_child(void **state)
{
	char id[OUTCOME_ID_SIZE];

	(void)state;
	assert_string_equal(outcome_id(id, NULL, "web", 7, ""), "web-7");
	assert_string_equal(outcome_id(id, "", "web", 7, "#1"), "web-7#1");
	assert_string_equal(outcome_id(id, "s", "web", 7, "#1#0"),
	    "s-web-7#1#0");
}

static void
test_longest_id_fits(void **state)
{
	char id[OUTCOME_ID_SIZE], name[OUTCOME_NAME_MAX + 1], child[512] = "";
	int len = 0;

	(void)state;
	memset(name, 'x', OUTCOME_NAME_MAX);
	name[OUTCOME_NAME_MAX] = '\0';
	for (int i = 0; i < OUTCOME_DEPTH_MAX; i++)
		len += snprintf(child + len, sizeof(child) - (size_t)len,
		    "#999999999999999999");
	assert_true(outcome_child_valid(child));
	outcome_id(id, name, name, UINT64_MAX, child);
	assert_string_equal(id + strlen(id) - strlen(child), child);
	snprintf(child + len, sizeof(child) - (size_t)len, "#1");
	assert_false(outcome_child_valid(child));
}

static void
test_children_end_before_their_container(void **state)
{
	const char *const order[] = { "#0#0", "#0#1", "#0", "#1", "#2#9",
		"#2#10", "#2", "#10#1#1", "#10#1", "#10", "" };
	size_t n = sizeof order / sizeof order[0];

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int c = outcome_child_compare(order[i], order[j]);

			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
}

static void
test_kinds_have_names_and_strangers_none(void **state)
{
	(void)state;
	assert_string_equal(outcome_kind_name(OUTCOME_EXPORTED), "exported");
	assert_string_equal(outcome_kind_name(OUTCOME_CONTAINER), "container");
	assert_null(outcome_kind_name(0));
	assert_null(outcome_kind_name(OUTCOME_CONTAINER + 1));
	assert_null(outcome_kind_name(-1));
}

static void
test_witnesses_differ_in_any_field(void **state)
{
	struct witness a = { 1, 2, 3, 4 }, b;

	(void)state;
	b = a;
	assert_true(witness_equal(&a, &b));
	b.inode++;
	assert_false(witness_equal(&a, &b));
	b = a;
	b.size++;
	assert_false(witness_equal(&a, &b));
	b = a;
	b.mtime_ns++;
	assert_false(witness_equal(&a, &b));
	b = a;
	b.ctime_ns++;
	assert_false(witness_equal(&a, &b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_comes_back_as_it_was),
		cmocka_unit_test(
		    test_smallest_outcome_is_not_below_the_stated_minimum),
		cmocka_unit_test(test_values_that_are_not_finite_are_made_so),
		cmocka_unit_test(test_what_no_document_can_have_is_refused),
		cmocka_unit_test(test_cut_outcomes_are_refused_at_every_byte),
		cmocka_unit_test(test_ids_name_site_pipeline_number_and_child),
		cmocka_unit_test(test_longest_id_fits),
		cmocka_unit_test(test_children_end_before_their_container),
		cmocka_unit_test(test_kinds_have_names_and_strangers_none),
		cmocka_unit_test(test_witnesses_differ_in_any_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

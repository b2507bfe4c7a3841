/* test_abi.c - ABI 1.0 is frozen: sizes, offsets and values.  When one of these
 * fails the header is wrong, not the test.  Fields appended later get lines of
 * their own. */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lavoir/plugin.h"
#include "plugin/loader.h"
#include "plugin/table.h"

#if UINTPTR_MAX == UINT64_MAX
#define AT(type, field, offset)                                                \
	static_assert(offsetof(struct type, field) == (offset),                \
	    #type "." #field " has moved")
#define SIZE(type, size)                                                       \
	static_assert(sizeof(struct type) == (size), #type " is frozen")
#define SIZE_1_0(type, size)                                                   \
	static_assert(sizeof(struct type) >= (size), #type " has shrunk")

/* clang-format off */
SIZE(lavoir_str, 16);
AT(lavoir_str, ptr, 0);		AT(lavoir_str, len, 8);
SIZE(lavoir_list, 16);
AT(lavoir_list, item, 0);	AT(lavoir_list, n, 8);
SIZE(lavoir_map, 16);
AT(lavoir_map, item, 0);	AT(lavoir_map, n, 8);
SIZE(lavoir_value, 24);
AT(lavoir_value, type, 0);	AT(lavoir_value, zero, 4);
AT(lavoir_value, i, 8);		AT(lavoir_value, r, 8);
AT(lavoir_value, s, 8);		AT(lavoir_value, list, 8);
AT(lavoir_value, map, 8);
SIZE(lavoir_attr, 32);
AT(lavoir_attr, name, 0);	AT(lavoir_attr, value, 8);
SIZE(lavoir_name, 16);
AT(lavoir_name, name, 0);	AT(lavoir_name, help, 8);

SIZE_1_0(lavoir_option, 56);
AT(lavoir_option, name, 0);	AT(lavoir_option, type, 8);
AT(lavoir_option, flags, 12);	AT(lavoir_option, def, 16);
AT(lavoir_option, min, 24);	AT(lavoir_option, max, 32);
AT(lavoir_option, choices, 40);	AT(lavoir_option, help, 48);

SIZE_1_0(lavoir_plugin, 136);
AT(lavoir_plugin, size, 0);	AT(lavoir_plugin, abi, 4);
AT(lavoir_plugin, option_size, 8); AT(lavoir_plugin, flags, 12);
AT(lavoir_plugin, name, 16);	AT(lavoir_plugin, version, 24);
AT(lavoir_plugin, summary, 32);	AT(lavoir_plugin, options, 40);
AT(lavoir_plugin, accepts, 48);	AT(lavoir_plugin, reads, 56);
AT(lavoir_plugin, writes, 64);	AT(lavoir_plugin, reasons, 72);
AT(lavoir_plugin, counters, 80); AT(lavoir_plugin, check, 88);
AT(lavoir_plugin, open, 96);	AT(lavoir_plugin, close, 104);
AT(lavoir_plugin, process, 112); AT(lavoir_plugin, commit, 120);
AT(lavoir_plugin, extension, 128);

SIZE(lavoir_media, 56);
AT(lavoir_media, uri, 0);	AT(lavoir_media, type, 8);
AT(lavoir_media, alt, 16);	AT(lavoir_media, caption, 32);
AT(lavoir_media, offset, 48);

SIZE_1_0(lavoir_child, 104);
AT(lavoir_child, size, 0);	AT(lavoir_child, flags, 4);
AT(lavoir_child, name, 8);	AT(lavoir_child, media_type, 16);
AT(lavoir_child, raw, 24);	AT(lavoir_child, text, 40);
AT(lavoir_child, attrs, 56);	AT(lavoir_child, media, 72);
AT(lavoir_child, n_media, 80);	AT(lavoir_child, fail, 88);
AT(lavoir_child, position, 96);

SIZE_1_0(lavoir_measure, 48);
AT(lavoir_measure, size, 0);	AT(lavoir_measure, op, 4);
AT(lavoir_measure, rule_set, 8); AT(lavoir_measure, rule, 16);
AT(lavoir_measure, value, 24);	AT(lavoir_measure, threshold, 32);
AT(lavoir_measure, broken, 40);	AT(lavoir_measure, zero, 44);

SIZE_1_0(lavoir_index, 32);
AT(lavoir_index, size, 0);	AT(lavoir_index, keys_max, 4);
AT(lavoir_index, sketch_size, 8); AT(lavoir_index, zero, 12);
AT(lavoir_index, name, 16);	AT(lavoir_index, params, 24);

SIZE(lavoir_hit, 40);
AT(lavoir_hit, id, 0);		AT(lavoir_hit, sketch, 16);
AT(lavoir_hit, shared, 32);	AT(lavoir_hit, forgotten, 36);

SIZE_1_0(lavoir_series, 56);
AT(lavoir_series, size, 0);	AT(lavoir_series, codec, 4);
AT(lavoir_series, level, 8);	AT(lavoir_series, zero, 12);
AT(lavoir_series, folder, 16);	AT(lavoir_series, suffix, 24);
AT(lavoir_series, header, 32);	AT(lavoir_series, file_size_max, 48);

SIZE_1_0(lavoir_host, 264);
AT(lavoir_host, size, 0);	AT(lavoir_host, abi, 4);
AT(lavoir_host, role, 8);	AT(lavoir_host, zero, 12);
AT(lavoir_host, instance, 16);	AT(lavoir_host, log, 24);
AT(lavoir_host, fail, 32);	AT(lavoir_host, count, 40);
AT(lavoir_host, cancelled, 48);	AT(lavoir_host, doc_raw, 56);
AT(lavoir_host, doc_text, 64);	AT(lavoir_host, doc_get, 72);
AT(lavoir_host, doc_tagged, 80); AT(lavoir_host, doc_attr_at, 88);
AT(lavoir_host, doc_tag_at, 96); AT(lavoir_host, doc_media_at, 104);
AT(lavoir_host, doc_set_text, 112); AT(lavoir_host, doc_set, 120);
AT(lavoir_host, doc_tag, 128);	AT(lavoir_host, doc_media, 136);
AT(lavoir_host, measure, 144);	AT(lavoir_host, drop, 152);
AT(lavoir_host, doc_alloc, 160); AT(lavoir_host, doc_child, 168);
AT(lavoir_host, doc_child_write, 176); AT(lavoir_host, doc_resume, 184);
AT(lavoir_host, index, 192);	AT(lavoir_host, series, 200);
AT(lavoir_host, keys, 208);	AT(lavoir_host, doc_id, 216);
AT(lavoir_host, sketch, 224);	AT(lavoir_host, hits, 232);
AT(lavoir_host, duplicate, 240); AT(lavoir_host, append, 248);
AT(lavoir_host, extension, 256);
/* since 1.1 */
AT(lavoir_host, doc_child_fail, 264);
/* clang-format on */
#endif

#define VALUE(name, value) static_assert((name) == (value), #name " is frozen")

/* clang-format off */
VALUE(LAVOIR_ABI_MAJOR, 1);
VALUE(LAVOIR_OK, 0);		VALUE(LAVOIR_END, 1);
VALUE(LAVOIR_PASS, 2);		VALUE(LAVOIR_ENOENT, -1);
VALUE(LAVOIR_EINVAL, -2);	VALUE(LAVOIR_ENOMEM, -3);
VALUE(LAVOIR_ECANCELED, -4);	VALUE(LAVOIR_EFATAL, -5);
VALUE(LAVOIR_DEBUG, 0);		VALUE(LAVOIR_INFO, 1);
VALUE(LAVOIR_WARN, 2);		VALUE(LAVOIR_ERROR, 3);
VALUE(LAVOIR_WORKER, 1);	VALUE(LAVOIR_SEQUENCER, 2);
VALUE(LAVOIR_NULL, 0);		VALUE(LAVOIR_BOOL, 1);
VALUE(LAVOIR_INT, 2);		VALUE(LAVOIR_REAL, 3);
VALUE(LAVOIR_STR, 4);		VALUE(LAVOIR_BYTES, 5);
VALUE(LAVOIR_LIST, 6);		VALUE(LAVOIR_MAP, 7);
VALUE(LAVOIR_OPT_BOOL, 1);	VALUE(LAVOIR_OPT_INT, 2);
VALUE(LAVOIR_OPT_REAL, 3);	VALUE(LAVOIR_OPT_STR, 4);
VALUE(LAVOIR_OPT_ENUM, 5);	VALUE(LAVOIR_OPT_SIZE, 6);
VALUE(LAVOIR_OPT_TIME, 7);	VALUE(LAVOIR_OPT_PATH, 8);
VALUE(LAVOIR_OPT_JSON, 9);
VALUE(LAVOIR_OPT_REQUIRED, 1);	VALUE(LAVOIR_OPT_LIST, 2);
VALUE(LAVOIR_OPT_SECRET, 4);	VALUE(LAVOIR_OPT_DEPRECATED, 8);
VALUE(LAVOIR_OPT_OUTPUT, 16);	VALUE(LAVOIR_OPT_RESOURCE, 32);
VALUE(LAVOIR_CHILD_STREAM, 1);
VALUE(LAVOIR_LT, 0);		VALUE(LAVOIR_LE, 1);
VALUE(LAVOIR_GT, 2);		VALUE(LAVOIR_GE, 3);
VALUE(LAVOIR_EQ, 4);		VALUE(LAVOIR_NE, 5);
VALUE(LAVOIR_PLAIN, 0);		VALUE(LAVOIR_GZIP, 1);
VALUE(LAVOIR_ZSTD, 2);
/* clang-format on */

/* What the loader gives out lives as long as the process. */
static const struct lavoir_plugin *loaded;

static int
load(const char *name, struct err *e)
{
	const char *const search[] = { getenv("TEST_PLUGINS"), NULL };
	char *path;
	int rc = loader_find(search, name, &path, e);

	assert_int_equal(rc, 0);
	rc = loader_open(path, name, &loaded, e);
	free(path);
	return rc;
}

static void
test_a_table_shorter_than_1_0_is_refused(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(load("t-old", &e), ERR_INVAL);
	assert_non_null(strstr(e.text, "ABI 1.0"));
}

static void
test_a_table_of_a_later_minor_is_taken(void **state)
{
	struct err e;

	(void)state;
	if (load("t-newer", &e) < 0)
		fail_msg("%s", e.text);
	assert_true(loaded->size > sizeof(struct lavoir_plugin));
	assert_true(loaded->abi > LAVOIR_ABI);
}

static void
test_the_oldest_sizes_are_those_of_1_0(void **state)
{
	(void)state;
#if UINTPTR_MAX == UINT64_MAX
	assert_int_equal(TABLE_SIZE_1_0, 136);
	assert_int_equal(TABLE_OPTION_SIZE_1_0, 56);
#else
	skip();
#endif
}

static void
test_has_looks_no_further_than_the_table(void **state)
{
	struct lavoir_plugin p = { LAVOIR_PLUGIN_HEAD, .name = "x" };

	(void)state;
	assert_true(LAVOIR_HAS(struct lavoir_plugin, &p, name));
	assert_false(LAVOIR_HAS(struct lavoir_plugin, &p, version));
	p.size = offsetof(struct lavoir_plugin, name);
	assert_false(LAVOIR_HAS(struct lavoir_plugin, &p, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table_shorter_than_1_0_is_refused),
		cmocka_unit_test(test_a_table_of_a_later_minor_is_taken),
		cmocka_unit_test(test_the_oldest_sizes_are_those_of_1_0),
		cmocka_unit_test(test_has_looks_no_further_than_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

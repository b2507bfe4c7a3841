/* test_row.c - entries of the ledger as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "control/row.h"

static void
check(const struct ledger_row *row, const char *expected)
{
	struct buf b = { 0 };

	row_write(&b, row);
	assert_string_equal(buf_str(&b), expected);
	buf_fini(&b);
}

static void
an_exported_document_has_every_field(void **state)
{
	struct ledger_row row = { .id = "web-1",
		.batch = 3,
		.o = { .kind = OUTCOME_EXPORTED,
		    .path = "a.txt",
		    .attempts = 1 } };

	(void)state;
	check(&row,
	    "{\"id\":\"web-1\",\"path\":\"a.txt\",\"member\":null,"
	    "\"sha256\":null,\"outcome\":\"exported\",\"plugin\":null,"
	    "\"reason\":null,\"detail\":null,\"value\":null,"
	    "\"threshold\":null,\"measurements\":[],\"duplicate_of\":null,"
	    "\"similarity\":null,\"attempts\":1,\"batch\":3}");
}

static void
a_drop_has_value_and_threshold(void **state)
{
	struct ledger_row row = { .id = "web-2#0",
		.o = { .kind = OUTCOME_DROPPED,
		    .path = "x\xff",
		    .member = "0",
		    .plugin = "p",
		    .reason = "short",
		    .detail = "2 words",
		    .has_value = true,
		    .value = 2,
		    .threshold = 5.5,
		    .measurements = "[{\"plugin\":\"p\"}]" } };

	(void)state;
	row.o.sha256[0] = 0xab;
	check(&row,
	    "{\"id\":\"web-2#0\",\"path\":\"x\xef\xbf\xbd\","
	    "\"path_b64\":\"eP8=\",\"member\":\"0\",\"sha256\":"
	    "\"ab000000000000000000000000000000"
	    "00000000000000000000000000000000\",\"outcome\":\"dropped\","
	    "\"plugin\":\"p\",\"reason\":\"short\",\"detail\":\"2 words\","
	    "\"value\":2.0,\"threshold\":5.5,"
	    "\"measurements\":[{\"plugin\":\"p\"}],\"duplicate_of\":null,"
	    "\"similarity\":null,\"attempts\":0,\"batch\":0}");
}

static void
a_duplicate_names_its_original(void **state)
{
	struct ledger_row row = { .id = "web-2",
		.o = { .kind = OUTCOME_DUPLICATE,
		    .path = "b",
		    .duplicate_of = "web-1",
		    .similarity = 0.75 } };
	struct buf b = { 0 };

	(void)state;
	row_write_all(&b, &row);
	assert_non_null(strstr(buf_str(&b),
	    "\"duplicate_of\":\"web-1\",\"similarity\":0.75"));
	assert_non_null(strstr(buf_str(&b), "\"media_type\":null"));
	buf_fini(&b);
}

static void
kinds_are_found_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(row_kind("exported"), OUTCOME_EXPORTED);
	assert_int_equal(row_kind("container"), OUTCOME_CONTAINER);
	assert_int_equal(row_kind("good"), 0);
	assert_int_equal(row_kind(""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exported_document_has_every_field),
		cmocka_unit_test(a_drop_has_value_and_threshold),
		cmocka_unit_test(a_duplicate_names_its_original),
		cmocka_unit_test(kinds_are_found_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

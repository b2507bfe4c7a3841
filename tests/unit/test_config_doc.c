/* test_config_doc.c - the reference pages say what the tables say.  With
 * WRITE_DOCS set they are written instead (make docs). */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "config/config_doc.h"
#include "config/sections.h"

static void
check_page(const char *page, void (*write)(struct buf *b))
{
	struct buf made = { 0 }, there = { 0 };

	write(&made);
	if (getenv("WRITE_DOCS"))
		assert_int_equal(fs_replace_file(AT_FDCWD, page, made.ptr,
				     made.len, 0644, NULL),
		    0);
	assert_int_equal(fs_read_file(AT_FDCWD, page, 1 << 20, &there, NULL),
	    0);
	if (made.len != there.len || memcmp(made.ptr, there.ptr, made.len) != 0)
		fail_msg("%s is out of date, try: make docs", page);
	buf_fini(&made);
	buf_fini(&there);
}

static void
the_page_is_up_to_date(void **state)
{
	(void)state;
	check_page("docs/configuration.md", config_doc_write);
}

static void
the_manual_page_is_up_to_date(void **state)
{
	(void)state;
	check_page("docs/man/lavoir.json.5", config_doc_write_man);
}

static void
every_option_is_on_the_page(void **state)
{
	struct buf made = { 0 };

	(void)state;
	config_doc_write(&made);
	for (enum section_id id = 0; id < SECTION_COUNT; id++) {
		const struct lavoir_option *o = section_get(id)->table;

		for (; o->name; o++)
			assert_non_null(strstr(buf_str(&made), o->help));
	}
	buf_fini(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_is_up_to_date),
		cmocka_unit_test(the_manual_page_is_up_to_date),
		cmocka_unit_test(every_option_is_on_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

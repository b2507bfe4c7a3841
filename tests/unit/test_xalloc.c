/* test_xalloc.c - allocation that is never NULL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xalloc.h"

static void
test_calloc_is_zeroed(void **state)
{
	unsigned char *p = xcalloc(10, 10);

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void
test_nothing_is_not_null(void **state)
{
	void *p = xcalloc(0, 8);

	(void)state;
	assert_non_null(p);
	p = xrealloc(p, 0, 8);
	assert_non_null(p);
	free(p);
	p = xmemdup(NULL, 0);
	assert_non_null(p);
	free(p);
}

static void
test_realloc_keeps_content(void **state)
{
	char *p = xmemdup("abcd", 4);

	(void)state;
	p = xrealloc(p, 1000, 100);
	assert_memory_equal(p, "abcd", 4);
	free(p);
}

static void
test_strings_are_copied(void **state)
{
	char *a = xstrdup("one"), *b = xasprintf("%s %d", a, 2);

	(void)state;
	assert_string_equal(a, "one");
	assert_string_equal(b, "one 2");
	free(a);
	free(b);
}

/* The count is volatile, or the compiler sees that it cannot be met. */
static void
test_overflow_ends_the_process(void **state)
{
	volatile size_t many = SIZE_MAX / 4;
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		close(STDERR_FILENO);
		free(xrealloc(NULL, many, 16));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EX_OSERR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calloc_is_zeroed),
		cmocka_unit_test(test_nothing_is_not_null),
		cmocka_unit_test(test_realloc_keeps_content),
		cmocka_unit_test(test_strings_are_copied),
		cmocka_unit_test(test_overflow_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

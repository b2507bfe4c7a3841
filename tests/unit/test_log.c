/* test_log.c - lines on standard error. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/utf8.h"

static int saved = -1, memory = -1;
static char output[1 << 16];

/* Standard error goes into memory between the two. */
static void
capture(void)
{
	saved = dup(STDERR_FILENO);
	memory = memfd_create("log", 0);
	assert_true(saved >= 0 && memory >= 0);
	assert_int_equal(fcntl(memory, F_SETFL, O_APPEND), 0);
	assert_true(dup2(memory, STDERR_FILENO) >= 0);
}

static const char *
captured(void)
{
	ssize_t n = pread(memory, output, sizeof(output) - 1, 0);

	dup2(saved, STDERR_FILENO);
	close(saved);
	close(memory);
	assert_true(n >= 0);
	output[n] = '\0';
	return output;
}

/* The output must be "<N>role[pid of this process]" and what is expected. */
static void
assert_line(const char *line, const char *start, const char *expected)
{
	char whole[8192];

	snprintf(whole, sizeof(whole), "%s[%ld]: %s\n", start, (long)getpid(),
	    expected);
	assert_string_equal(line, whole);
}

static int
setup(void **state)
{
	(void)state;
	log_init("tester", LOG_LEVEL_DEBUG, 1);
	log_thread_role("");
	return 0;
}

static void
test_levels_become_priorities(void **state)
{
	(void)state;
	capture();
	log_debug("d %d", 1);
	assert_line(captured(), "<7>tester", "d 1");
	capture();
	log_info("i");
	assert_line(captured(), "<6>tester", "i");
	capture();
	log_warn("w");
	assert_line(captured(), "<4>tester", "w");
	capture();
	log_error("e");
	assert_line(captured(), "<3>tester", "e");
}

static void
test_lines_below_the_level_are_left_out(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_WARN);
	assert_int_equal(log_get_level(), LOG_LEVEL_WARN);
	capture();
	log_debug("no");
	log_info("no");
	log_relay("child", 7, "<6>no", 5);
	assert_string_equal(captured(), "");
	capture();
	log_warn("yes");
	assert_line(captured(), "<4>tester", "yes");
}

static void
test_without_prefix_the_time_comes_first(void **state)
{
	int end = 0;
	const char *line;

	(void)state;
	log_init("tester", LOG_LEVEL_INFO, 0);
	capture();
	log_info("text");
	line = captured();
	(void)sscanf(line, "%*2d:%*2d:%*2d.%*3d %n", &end);
	assert_int_equal(end, 13);
	assert_line(line + end, "tester", "text");
}

static void
test_context_stands_before_the_text(void **state)
{
	(void)state;
	capture();
	log_push("chain %s", "web");
	log_push("doc %d", 3);
	log_info("one");
	log_pop();
	log_pop();
	assert_line(captured(), "<6>tester", "chain web: doc 3: one");
	capture();
	log_info("two");
	assert_line(captured(), "<6>tester", "two");
}

static void
test_context_too_deep_or_long_is_harmless(void **state)
{
	char text[600];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 12; i++)
		log_push("%s", text);
	capture();
	log_info("end");
	assert_non_null(strstr(captured(), ": end\n"));
	for (int i = 0; i < 12; i++)
		log_pop();
	log_push("a");
	capture();
	log_info("b");
	assert_line(captured(), "<6>tester", "a: b");
	log_pop();
}

static void
test_nine_deep_shows_eight(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		log_push("%d", i);
	capture();
	log_info("x");
	assert_line(captured(), "<6>tester", "0: 1: 2: 3: 4: 5: 6: 7: x");
	log_pop();
	log_pop();
	capture();
	log_info("x");
	assert_line(captured(), "<6>tester", "0: 1: 2: 3: 4: 5: 6: x");
	for (int i = 0; i < 7; i++)
		log_pop();
}

static void
test_escapes(void **state)
{
	static const struct {
		const char *raw, *escaped;
	} cases[] = {
		{ "plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80",
		    "plain \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80" },
		{ "a\nb\rc\td", "a\\nb\\rc\\td" },
		{ "\x01\x1B[31m\x7F", "\\x01\\x1b[31m\\x7f" },
		{ "\xC2\x85\xC2\x9B", "\\u0085\\u009b" },
		{ "\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029" },
		{ "\xE2\x80\xAE\xE2\x81\xA6\xD8\x9C\xE2\x80\x8F",
		    "\\u202e\\u2066\\u061c\\u200f" },
		{ "\xFF\xC0\xAF\xED\xA0\x80",
		    "\\xff\\xc0\\xaf\\xed\\xa0\\x80" },
		{ "\xE2\x82", "\\xe2\\x82" },
		{ "back\\slash\\n", "back\\slash\\n" },
	};
	char dst[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = log_escape(dst, sizeof(dst), cases[i].raw,
		    strlen(cases[i].raw));

		assert_string_equal(dst, cases[i].escaped);
		assert_int_equal(len, strlen(cases[i].escaped));
		capture();
		log_info("%s", cases[i].raw);
		assert_line(captured(), "<6>tester", cases[i].escaped);
	}
}

static void
test_escape_is_cut_between_characters(void **state)
{
	const char *raw = "\xE2\x82\xAC\n\xC3\xA4z";
	char dst[16];

	(void)state;
	for (size_t size = 1; size < sizeof(dst); size++) {
		size_t len = log_escape(dst, size, raw, strlen(raw));

		assert_true(len < size);
		assert_int_equal(strlen(dst), len);
		assert_true(utf8_valid(dst, len));
		assert_true(!len || dst[len - 1] != '\\');
	}
	assert_int_equal(log_escape(dst, 0, raw, strlen(raw)), 0);
}

static void
test_long_lines_are_cut_with_a_mark(void **state)
{
	char text[6000];
	const char *line;

	(void)state;
	for (size_t i = 0; i + 2 <= sizeof(text); i += 2)
		memcpy(text + i, "\xC3\xA4", 2);
	text[sizeof(text) - 2] = '\0';
	capture();
	log_info("%s", text);
	line = captured();
	assert_true(strlen(line) > 4080 && strlen(line) <= 4096);
	assert_string_equal(line + strlen(line) - 7, " [...]\n");
	assert_true(utf8_valid(line, strlen(line)));
	assert_null(strstr(line, "\\x"));
}

static void
test_relayed_lines_get_role_and_level_of_their_writer(void **state)
{
	static const struct {
		const char *line, *expected;
	} cases[] = {
		{ "<3>bad\n", "<3>child[7]: bad\n" },
		{ "<4>w", "<4>child[7]: w\n" },
		{ "<7>d\r\n", "<7>child[7]: d\n" },
		{ "no prefix\x1B", "<6>child[7]: no prefix\\x1b\n" },
		{ "<9>x", "<6>child[7]: <9>x\n" },
		{ "<4>child[7]: own name", "<4>child[7]: own name\n" },
		{ "<4>other[8]: x", "<4>child[7]: other[8]: x\n" },
		{ "<6>a\\nb", "<6>child[7]: a\\nb\n" },
		{ "", "<6>child[7]: \n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		capture();
		log_relay("child", 7, cases[i].line, strlen(cases[i].line));
		assert_string_equal(captured(), cases[i].expected);
	}
}

static void
test_errno_is_preserved(void **state)
{
	(void)state;
	capture();
	errno = ENOENT;
	close(STDERR_FILENO); /* so that writing fails */
	log_info("x");
	log_relay("child", 7, "x", 1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(captured(), "");
}

static void *
log_many(void *role)
{
	log_thread_role(role);
	log_push("%s", (const char *)role);
	for (int i = 0; i < 100; i++)
		log_info("0123456789");
	log_pop();
	return NULL;
}

static void
test_threads_have_role_and_context_of_their_own(void **state)
{
	char one[] = "one", two[] = "two", want_one[64], want_two[64];
	size_t lines = 0;
	pthread_t a, b;
	char *line;

	(void)state;
	capture();
	assert_int_equal(pthread_create(&a, NULL, log_many, one), 0);
	assert_int_equal(pthread_create(&b, NULL, log_many, two), 0);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	captured();
	snprintf(want_one, sizeof(want_one), "<6>one[%ld]: one: 0123456789",
	    (long)getpid());
	snprintf(want_two, sizeof(want_two), "<6>two[%ld]: two: 0123456789",
	    (long)getpid());
	for (char *rest = output; (line = strsep(&rest, "\n")) && *line;
	     lines++)
		assert_true(!strcmp(line, want_one) || !strcmp(line, want_two));
	assert_int_equal(lines, 200);
}

static void
die_fatally(void)
{
	fatal(65, "no %s", "way");
}

static void
die_in_panic(void)
{
	volatile int zero = 0;

	ensure(zero == 1);
}

/* Run in a child; its standard error is captured. */
static int
status_of(void (*die)(void))
{
	int status = 0;
	pid_t pid;

	capture();
	pid = fork();
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		log_push("doc 5");
		die();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	captured();
	return status;
}

static void
test_fatal_exits_with_its_code_and_context(void **state)
{
	int status = status_of(die_fatally);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 65);
	assert_non_null(strstr(output, "<3>tester["));
	assert_non_null(strstr(output, "]: doc 5: fatal: no way\n"));
}

static void
test_panic_aborts_and_names_the_place(void **state)
{
	int status = status_of(die_in_panic);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(output, "doc 5: panic: "));
	assert_non_null(strstr(output, "test_log.c:"));
	assert_non_null(strstr(output, "ensure failed: zero == 1\n"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		T(test_levels_become_priorities),
		T(test_lines_below_the_level_are_left_out),
		T(test_without_prefix_the_time_comes_first),
		T(test_context_stands_before_the_text),
		T(test_context_too_deep_or_long_is_harmless),
		T(test_nine_deep_shows_eight),
		T(test_escapes),
		T(test_escape_is_cut_between_characters),
		T(test_long_lines_are_cut_with_a_mark),
		T(test_relayed_lines_get_role_and_level_of_their_writer),
		T(test_errno_is_preserved),
		T(test_threads_have_role_and_context_of_their_own),
		T(test_fatal_exits_with_its_code_and_context),
		T(test_panic_aborts_and_names_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

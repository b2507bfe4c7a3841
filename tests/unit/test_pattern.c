/* test_pattern.c - globs and temporary names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "role/pattern.h"

static void
globs(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} cases[] = {
		{ "*", "a.txt", true },
		{ "*", "", true },
		{ "*", "a/b", false },
		{ "", "", true },
		{ "", "a", false },
		{ "*.txt", "a.txt", true },
		{ "*.txt", "a.TXT", false },
		{ "*.txt", ".txt", true },
		{ "*.t?t", "x.tat", true },
		{ "a?b", "a/b", false },
		{ "a*b*c", "aXbXbXc", true },
		{ "a*b*c", "aXbXbX", false },
		{ "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false },
		{ "[^a-c]x", "dx", true },
		{ "[]]", "]", true },
		{ "[a", "[a", true },
		{ "a[/]b", "a/b", false },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "[\\]]", "]", true },
		{ "**", "a/b/c", true },
		{ "**/x", "x", true },
		{ "**/x", "a/b/x", true },
		{ "**/x", "ax", false },
		{ "a/**", "a/b/c", true },
		{ "a/**", "b/c", false },
		{ "a/**/z", "a/z", true },
		{ "a/**/z", "a/b/c/z", true },
		{ "a/**/z", "a/b/cz", false },
		{ "a/*/z", "a/b/z", true },
		{ "a/*/z", "a/b/c/z", false },
		{ "**/*.txt", "a/b/c.txt", true },
		{ "**/b/*.txt", "a/b/c/b/d.txt", true },
		{ "x**y", "x/a/y", true },
		{ "\xff*", "\xff\xfe\n", true },
		{ "*\n", "a\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (pattern_match(cases[i].pattern, cases[i].text) !=
		    cases[i].match)
			fail_msg("\"%s\" and \"%s\"", cases[i].pattern,
			    cases[i].text);
}

static void
without_slash_the_last_part_counts(void **state)
{
	(void)state;
	assert_true(pattern_match_path("*.txt", "a/b.txt"));
	assert_true(pattern_match_path("a/*.txt", "a/b.txt"));
	assert_false(pattern_match_path("b/*.txt", "a/b/c.txt"));
	assert_false(pattern_match_path("a*", "a/b"));
}

static void
hostile_pattern_takes_no_forever(void **state)
{
	char pattern[600] = "", text[600];
	int len = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		len += snprintf(pattern + len, sizeof(pattern) - (size_t)len,
		    i % 2 ? "**a" : "*a");
	memset(text, 'a', sizeof(text) - 2);
	text[sizeof(text) - 2] = 'b';
	text[sizeof(text) - 1] = '\0';
	assert_false(pattern_match(pattern, text));
}

static void
temporary_names(void **state)
{
	static const char *const yes[] = { "a.part", "a.filepart",
		"a.crdownload", "a.tmp", "a.partial", "a~", "~$a.docx",
		".~lock.a.odt#", ".sftpgo-upload.x.txt", ".a.txt.Xa3bQ9",
		".nfs0001", ".goutputstream-X" };
	static const char *const no[] = { "a.txt", "part", ".part", "~",
		"a.parts", ".a.config", "a.b.Xa3bQ9", ".Xa3bQ9", "tmp", "a~b",
		"" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!pattern_temporary(yes[i]))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (pattern_temporary(no[i]))
			fail_msg("%s", no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs),
		cmocka_unit_test(without_slash_the_last_part_counts),
		cmocka_unit_test(hostile_pattern_takes_no_forever),
		cmocka_unit_test(temporary_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

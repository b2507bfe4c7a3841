/* test_common_markup.c - plugins' writer of structured text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/markup.h"

/*
 * A script of events, so that a test reads as what goes in and what comes out:
 * "<p>", "<h2>", "<ul>", "<ol 3>", "<li>", "<li a)>" ... and text.
 */
static struct lavoir_str
url_of(const char *s, size_t len)
{
	return (struct lavoir_str){ s, len };
}

static void
begin_mark(struct markup *m, const char *name)
{
	if (strcmp(name, "em") == 0)
		markup_mark_begin(m, MARKUP_EM);
	else if (strcmp(name, "b") == 0)
		markup_mark_begin(m, MARKUP_STRONG);
	else if (strcmp(name, "s") == 0)
		markup_mark_begin(m, MARKUP_STRIKE);
	else if (strcmp(name, "code") == 0)
		markup_mark_begin(m, MARKUP_CODE);
}

static void
begin_in_block(struct markup *m, const char *name, const char *arg)
{
	int number = *arg ? (int)strtol(arg, NULL, 10) : 1;

	if (strcmp(name, "ul") == 0)
		markup_list_begin(m, false, 1);
	else if (strcmp(name, "ol") == 0)
		markup_list_begin(m, true, number);
	else if (strcmp(name, "li") == 0)
		markup_item_begin(m, *arg ? arg : NULL);
	else if (strcmp(name, "note") == 0)
		markup_note_begin(m, arg);
	else if (strcmp(name, "ref") == 0)
		markup_note_mark(m, arg);
	else if (strcmp(name, "check") == 0)
		markup_check(m, *arg == 'x');
	else if (strcmp(name, "table") == 0)
		markup_table_begin(m);
	else if (strcmp(name, "tr") == 0)
		markup_row_begin(m);
	else if (strcmp(name, "td") == 0)
		markup_cell_begin(m, (unsigned)number);
	else
		begin_mark(m, name);
}

static void
begin(struct markup *m, const char *name, const char *arg)
{
	if (strcmp(name, "p") == 0)
		markup_paragraph(m);
	else if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6')
		markup_heading_begin(m, name[1] - '0');
	else if (strcmp(name, "hr") == 0)
		markup_rule(m);
	else if (strcmp(name, "br") == 0)
		markup_break(m);
	else if (strcmp(name, "line") == 0)
		markup_line(m);
	else if (strcmp(name, "pre") == 0)
		markup_pre_begin(m, *arg ? arg : NULL);
	else if (strcmp(name, "q") == 0)
		markup_quote_begin(m);
	else
		begin_in_block(m, name, arg);
}

static void
end(struct markup *m, const char *name)
{
	if (strcmp(name, "p") == 0)
		markup_paragraph(m);
	else if (name[0] == 'h')
		markup_heading_end(m);
	else if (strcmp(name, "pre") == 0)
		markup_pre_end(m);
	else if (strcmp(name, "q") == 0)
		markup_quote_end(m);
	else if (strcmp(name, "ul") == 0 || strcmp(name, "ol") == 0)
		markup_list_end(m);
	else if (strcmp(name, "li") == 0)
		markup_item_end(m);
	else if (strcmp(name, "note") == 0)
		markup_note_end(m);
	else if (strcmp(name, "table") == 0)
		markup_table_end(m);
	else if (strcmp(name, "tr") == 0)
		markup_row_end(m);
	else if (strcmp(name, "td") == 0)
		markup_cell_end(m);
	else
		markup_mark_end(m);
}

static void
play(struct markup *m, const char *script)
{
	char name[16], arg[100];

	while (*script) {
		size_t n = strcspn(script, "<");
		bool doubled = script[n] == '<' && script[n + 1] == '<';

		/* "<<" is text: the first of them, with what is before. */
		markup_text(m, script, doubled ? n + 1 : n);
		script += doubled ? n + 2 : n;
		if (doubled || *script == '\0')
			continue;
		if (strncmp(script, "<a ", 3) == 0) {
			n = strcspn(script, ">");
			markup_link_begin(m, url_of(script + 3, n - 3));
		} else if (script[1] == '/') {
			assert_int_equal(sscanf(script, "</%15[^>]", name), 1);
			end(m, name);
		} else {
			arg[0] = '\0';
			assert_true(sscanf(script, "<%15[^ >] %99[^>]", name,
					arg) >= 1);
			begin(m, name, arg);
		}
		script += strcspn(script, ">") + 1;
	}
}

static void
check(int format, const char *script, const char *expected)
{
	struct markup m;
	struct lavoir_str text;
	char *found;

	markup_init(&m, format, MARKUP_LINKS | MARKUP_EMPHASIS, 1 << 20, NULL);
	play(&m, script);
	assert_int_equal(markup_end(&m, &text), MARKUP_FINE);
	found = strndup(text.ptr, text.len);
	assert_string_equal(found, expected);
	free(found);
	markup_free(&m);
}

static void
plain(const char *script, const char *expected)
{
	check(MARKUP_PLAIN, script, expected);
}

static void
markdown(const char *script, const char *expected)
{
	check(MARKUP_MARKDOWN, script, expected);
}

static void
both(const char *script, const char *expected)
{
	plain(script, expected);
	markdown(script, expected);
}

static void
test_white_space_becomes_one_space(void **state)
{
	(void)state;
	both("", "");
	both("<p> \n a \t b\r\n</p>\n <p> </p> <p>c</p>", "a b\n\nc");
	both("a<p>b</p>c", "a\n\nb\n\nc");
	both("a\xc2\xa0:\xc2\xa0\xc2\xa0"
	     "b \xc2\xa0"
	     "c\xc2\xa0<p>\xc2\xa0</p>",
	    "a\xc2\xa0: b c");
	both("\xc2\xa9 \xc2\xab", "\xc2\xa9 \xc2\xab");
}

static void
test_breaks(void **state)
{
	(void)state;
	plain("<p>a <br> b<br></p><p>c</p>", "a\nb\n\nc");
	markdown("<p>a <br> b<br></p><p>c</p>", "a  \nb\n\nc");
	both("<br>a<br><br>b", "a\n\nb");
	plain("<line>a<line><line>b<line>", "a\nb");
	markdown("<h1>a<br>b</h1>", "# a b");
	plain("<h1>a<br>b</h1>", "a b");
}

static void
test_headings_and_rules(void **state)
{
	(void)state;
	markdown("<h1>A</h1>t<h3>B #</h3><h2></h2><hr>u",
	    "# A\n\nt\n\n### B \\#\n\n---\n\nu");
	plain("<h1>A</h1>t<h3>B #</h3><hr>u", "A\n\nt\n\nB #\n\nu");
}

static void
test_lists(void **state)
{
	(void)state;
	both("x<ul><li>a</li><li></li><li><p>b</p></li></ul>y",
	    "x\n\n- a\n- b\n\ny");
	both("<ol 9><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>",
	    "9. a\n   - b\n   - c\n10. d");
	both("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n- c");
	both("<ul><li>a<ol 3><li>b</li></ol>c</li></ul>",
	    "- a\n\n  3. b\n\n  c");
	both("<ul><li><ul><li>a</li></ul></li></ul>", "- - a");
	plain("<ul><li 1.1.>a<p>b</p></li><li (i)>c</li></ul>",
	    "1.1. a\n\n  b\n(i) c");
	markdown("<ul><li 1.1.>a<p>b</p></li><li 4)>c</li></ul>",
	    "- 1.1. a\n\n  b\n4) c");
	both("<ul><li><check x>a</li><li><check >b</li></ul>",
	    "- [x] a\n- [ ] b");
}

static void
test_quotes(void **state)
{
	(void)state;
	markdown("a<q>b<p>c<br>d</p></q><q>e<ul><li>f</li></ul></q>",
	    "a\n\n> b\n>\n> c  \n> d\n\n> e\n>\n> - f");
	plain("a<q>b<p>c</p></q><q>e</q>", "a\n\nb\n\nc\n\ne");
	markdown("<ul><li>a<q>b</q></li></ul>", "- a\n\n  > b");
}

static void
test_preformatted(void **state)
{
	(void)state;
	plain("<p>a</p><pre>\n  x\n\n\ty *z* \n\n</pre>b",
	    "a\n\n  x\n\n\ty *z* \n\nb");
	markdown("a<pre c>\n  x\n\n\ty *z* \n</pre>b",
	    "a\n\n```c\n  x\n\n\ty *z* \n```\n\nb");
	markdown("<ul><li><pre>a\n````\nb</pre></li></ul>",
	    "- `````\n  a\n  ````\n  b\n  `````");
	both("<pre></pre>a", "a");
}

static void
test_notes(void **state)
{
	(void)state;
	plain("a<ref 1>b<note 1>x<p>y</p></note><note 2>z</note>c",
	    "a[1]b\n\n[1] x\n\ny\n[2] z\n\nc");
	markdown("a<ref 1>b<note 1>x<p>y</p></note><note 2>z</note>c",
	    "a[^1]b\n\n[^1]: x\n\n    y\n[^2]: z\n\nc");
}

static void
test_tables(void **state)
{
	static const char two[] =
	    "a<table><tr><td>b|</td><td><p>c</p><p>d</p></td></tr><tr></tr>"
	    "<tr><td></td><td>e</td></tr></table>f";

	(void)state;
	plain(two, "a\n\nb| | c d\n| e\n\nf");
	markdown(two, "a\n\n| b\\| | c d |\n| --- | --- |\n|  | e |\n\nf");
	markdown("<table><tr><td 2>a</td></tr><tr><td>b</td><td>c</td><td>d"
		 "</td></tr></table>",
	    "| a |  |  |\n| --- | --- | --- |\n| b | c | d |");
	plain("<table><tr><td 2>a</td><td>b</td></tr></table>", "a | b");
	both("<table><tr><td> </td></tr></table>a", "a");
	plain("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table>d"
	      "</td><td><ol><li>e</li><li>f<br>g</li></ol></td></tr></table>",
	    "a b c d | 1. e 2. f g");
	plain("<table><tr><td><ul><li>a</li><li>b</li></ul></td></tr></table>",
	    "a b");
	markdown("<ul><li><table><tr><td>a</td></tr></table></li></ul>",
	    "- | a |\n  | --- |");
}

static void
test_marks(void **state)
{
	(void)state;
	markdown("a<b> b </b>c<em></em><s>d</s>", "a **b** c~~d~~");
	markdown("<b>a<p>b</p></b>", "**a**\n\n**b**");
	markdown("<em><b>a</b> b</em>", "***a** b*");
	markdown("<code>a*b</code> <code>c`d</code> <code>`</code>",
	    "`a*b` ``c`d`` `` ` ``");
	markdown("<a http://x/(1)>t [1]</a>", "[t [1]](http://x/%281%29)");
	markdown("<a http://x></a>a", "a");
	plain("<a http://x><b>t</b></a> <code>`</code>", "t `");
}

static void
test_escapes(void **state)
{
	(void)state;
	markdown("# a", "\\# a");
	markdown("#a #b", "#a #b");
	markdown("1. a", "1\\. a");
	markdown("1.5 a", "1.5 a");
	markdown("2024) a", "2024\\) a");
	markdown("- a - b", "\\- a - b");
	markdown("-a", "-a");
	markdown("---", "\\---");
	markdown("+ a + b", "\\+ a + b");
	markdown("> a > b", "\\> a > b");
	markdown("a<br>=== b", "a  \n\\=== b");
	markdown("a*b * c *d*", "a\\*b * c \\*d\\*");
	markdown("a_b _c_ d", "a_b \\_c\\_ d");
	markdown("`x`", "\\`x\\`");
	markdown("a[1] [b](c) x[^1]", "a[1] [b]\\(c) x[\\^1]");
	markdown("[a]: b", "\\[a]\\: b");
	markdown("a << b <<c <</d", "a \\< b \\<c \\</d");
	markdown("a & b &amp; c&d e&lt", "a & b \\&amp; c&d e\\&lt");
	markdown("~ a ~~b~~ c", "\\~ a \\~\\~b\\~\\~ c");
	markdown("C:\\dir \\*", "C:\\dir \\\\\\*");
	markdown("a|b", "a|b");
	markdown("|b", "\\|b");
	plain("# a *b* [c](d) 1. <<x>", "# a *b* [c](d) 1. <x>");
}

static void
test_limits_stick(void **state)
{
	struct markup m;
	struct lavoir_str text;

	(void)state;
	markup_init(&m, MARKUP_PLAIN, 0, 10, NULL);
	markup_cstr(&m, "123456789");
	assert_false(markup_failed(&m));
	markup_cstr(&m, "0123456789");
	assert_true(markup_failed(&m));
	markup_cstr(&m, "a");
	assert_int_equal(markup_end(&m, &text), MARKUP_FULL);
	markup_reset(&m, 1 << 20);
	markup_cstr(&m, "a");
	assert_int_equal(markup_end(&m, &text), MARKUP_FINE);
	assert_int_equal(text.len, 1);
	markup_free(&m);
}

static void *
no_memory(void *arg, void *old, size_t old_size, size_t new_size)
{
	(void)arg;
	(void)old;
	(void)old_size;
	(void)new_size;
	return NULL;
}

static void
test_no_memory(void **state)
{
	const struct markup_memory none = { no_memory, NULL };
	struct markup m;
	struct lavoir_str text;

	(void)state;
	markup_init(&m, MARKUP_MARKDOWN, MARKUP_EMPHASIS, 100, &none);
	play(&m, "<table><tr><td>a</td></tr></table><pre>a</pre><b>b</b>");
	play(&m, "<code>c</code><ul><li>d</li></ul><note 1>e</note>");
	assert_int_equal(markup_end(&m, &text), MARKUP_NO_MEMORY);
	assert_int_equal(text.len, 0);
}

static void
test_deep_nesting_keeps_the_text(void **state)
{
	struct markup m;
	struct lavoir_str text;

	(void)state;
	markup_init(&m, MARKUP_MARKDOWN, MARKUP_EMPHASIS, 1 << 20, NULL);
	for (int i = 0; i < 1000; i++)
		play(&m, i % 2 ? "<q><table><tr><td>" : "<ul><li><b>");
	play(&m, "a");
	for (int i = 0; i < 1000; i++)
		play(&m, i % 2 ? "</b></li></ul>" : "</td></tr></table></q>");
	play(&m, "b");
	assert_int_equal(markup_end(&m, &text), MARKUP_FINE);
	assert_true(text.len > 4);
	assert_memory_equal(text.ptr + text.len - 3, "\n\nb", 3);
	assert_non_null(memchr(text.ptr, 'a', text.len));
	markup_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_white_space_becomes_one_space),
		cmocka_unit_test(test_breaks),
		cmocka_unit_test(test_headings_and_rules),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_preformatted),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_limits_stick),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_deep_nesting_keeps_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

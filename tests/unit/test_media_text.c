/* test_media_text.c - text of any encoding told from binaries. */
#include "media_check.h"

static void
test_marks(void **state)
{
	(void)state;
	IS("text/plain", "\xef\xbb\xbfText");
	IS("text/plain", "\xff\xfeT\0e\0x\0t\0");
	IS("text/plain", "\xfe\xff\0T\0e\0x\0t");
	IS("text/plain", "\xff\xfe\0\0T\0\0\0x\0\0\0");
	IS("text/plain", "\0\0\xfe\xff\0\0\0T\0\0\0x");
	IS("text/plain", "\xff\xfe\x2d\x4e\x87\x65");
}

static void
test_wide_text_without_mark(void **state)
{
	(void)state;
	IS("text/plain", "T\0e\0x\0t\0\r\0\n\0");
	IS("text/plain", "\0T\0e\0x\0t\0.");
	IS("text/plain", "T\0\0\0e\0\0\0x\0\0\0");
	IS("text/plain", "\0\0\0T\0\0\0e\0\0\0x");
	IS("text/plain", "\x2d\x4e\x87\x65 \0\x2d\x4e\n\0\x87\x65.\0");
}

static void
test_wide_text_is_looked_into(void **state)
{
	(void)state;
	IS("text/html", "\xff\xfe<\0h\0t\0m\0l\0>\0");
	IS("text/html", "\0<\0h\0t\0m\0l\0>");
	IS("application/json", "[\0001\0]\0\n\0");
	IS("text/xml", "\xfe\xff\0<\0?\0x\0m\0l\0 \0?\0>\0<\0a\0>");
}

static void
test_not_wide_text(void **state)
{
	(void)state;
	IS("application/octet-stream", "T\0\1\0x\0\2\0");
	IS("application/octet-stream", "\xff\xfe\1\0\2\0");
	/* Halves of pairs. */
	IS("application/octet-stream", "\0\xd8x\0y\0z\0");
	IS("application/octet-stream", "\0\0\0\0\0\0\0\0");
}

static void
test_legacy_encodings(void **state)
{
	(void)state;
	IS("text/plain", "d\xe9j\xe0 vu \x93quoted\x94\n"); /* 1252 */
	IS("text/plain", "\xcf\xf0\xe8\xe2\xe5\xf2\n");	    /* 1251 */
	IS("text/plain", "\x93\xfa\x96\x7b\x8c\xea\n");	    /* SJIS */
	IS("text/plain", "\x1b$B%F%9%H\x1b(B\n");	    /* 2022-JP */
	IS("text/plain", "\x1b$)C\x0e\x46\x57\x0f\n\x0e\x46\x57\x0f\n"); /* KR
									  */
}

static void
test_strays_are_forgiven(void **state)
{
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[77] = '\0';
	media_check("text/plain", NULL, text, sizeof(text));
	text[5] = '\xe9';
	media_check("application/octet-stream", NULL, text, sizeof(text));
	text[77] = '\1';
	media_check("text/plain", NULL, text, sizeof(text));
	memset(text + 100, '\1', 20);
	media_check("application/octet-stream", NULL, text, sizeof(text));
	memcpy(text, "<html>", 6);
	media_check("text/html", NULL, text, sizeof(text));
	IS("text/plain", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\1\xc3\xa9\2 text");
}

static void
test_character_cut_by_the_end_of_the_head(void **state)
{
	static const char text[] = "a\1b......................................."
				   "...........................\xe2\x82";

	(void)state;
	assert_string_equal(media_type_detect(text, sizeof(text) - 1, 5000,
				NULL),
	    "text/plain");
}

/* Whatever comes, the answer is a type, and no byte beyond the end is read. */
static void
test_any_bytes_at_any_length(void **state)
{
	static const char *const starts[] = { "PK\3\4", "\xd0\xcf\x11\xe0",
		"{\"", "<?xml ", "From ", "%PDF-1", "RIFF", "---\n", "\xff\xfe",
		"\0\0", "BM", "070701", "Received: " };
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const char *start = starts[round % 13];
		size_t len;
		uint8_t *p, *exact;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		len = seed % 700;
		p = malloc(len + 1);
		assert_non_null(p);
		for (size_t i = 0; i < len; i++)
			p[i] = (uint8_t)((seed >> (i % 50)) * (i + 1) >> 3);
		memcpy(p, start, strlen(start) < len ? strlen(start) : len);
		/* Just as long, for the sanitizer to see a byte too far. */
		exact = malloc(len > 0 ? len : 1);
		assert_non_null(exact);
		memcpy(exact, p, len);
		free(p);
		assert_non_null(strchr(media_type_detect(exact, len,
					   len + round % 2, "a.b"),
		    '/'));
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_wide_text_without_mark),
		cmocka_unit_test(test_wide_text_is_looked_into),
		cmocka_unit_test(test_not_wide_text),
		cmocka_unit_test(test_legacy_encodings),
		cmocka_unit_test(test_strays_are_forgiven),
		cmocka_unit_test(test_character_cut_by_the_end_of_the_head),
		cmocka_unit_test(test_any_bytes_at_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

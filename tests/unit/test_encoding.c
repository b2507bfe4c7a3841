/* test_encoding.c - encodings as browsers read them: vectors, prescan, labels.
 *
 * The whole of two public collections is run where ENCODING_DATA names a folder
 * that holds them: html5lib-tests (its encoding/) and encoding_rs (the files of
 * its src/test_data).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "common/encoding/charset.h"
#include "common/encoding/decode.h"
#include "common/encoding/encoding.h"
#include "common/encoding/unicode.h"

enum { MEMORY = 8 << 20 };

/* The host: as much as decoding needs. */
static unsigned char memory[MEMORY];
static size_t used;

static void *
toy_alloc(struct lavoir_doc *doc, size_t size)
{
	void *p = memory + used;

	(void)doc;
	size = (size + 15) & ~(size_t)15;
	if (size > MEMORY - used)
		return NULL;
	used += size;
	return p;
}

static bool
toy_cancelled(const struct lavoir_host *host)
{
	(void)host;
	return false;
}

static const struct lavoir_host host = { .size = sizeof(host),
	.doc_alloc = toy_alloc,
	.cancelled = toy_cancelled };

static int
setup(void **state)
{
	const char *missing;

	*state = decoder_new(&missing);
	return *state == NULL;
}

static int
teardown(void **state)
{
	decoder_free(*state);
	return 0;
}

static int
number(const char *label)
{
	return charset_find(label, strlen(label));
}

static struct lavoir_str
decode(struct decoder *d, const char *label, struct lavoir_str raw,
    uint64_t *errors_r)
{
	struct decoded out;

	used = 0;
	assert_int_equal(decoder_run(d, &host, NULL, number(label), raw, &out),
	    LAVOIR_OK);
	*errors_r = out.errors;
	return out.text;
}

static void
test_vectors(void **state)
{
	static const struct {
		const char *label, *bytes, *text;
		uint64_t errors;
	} rows[] = {
		{ "latin1", "\x80\x81\xe9", "\u20ac\xc2\x81\u00e9", 0 },
		{ "windows-1255", "\xca\xd9", "\u05ba\ufffd", 1 },
		{ "koi8-u", "\xae\xbe", "\u045e\u040e", 0 },
		{ "iso-8859-16", "\xaa\xba", "\u0218\u0219", 0 },
		{ "big5", "\xa4\x40\x88\x62", "\u4e00\u00ca\u0304", 0 },
		{ "big5", "\x81<a\xa4", "\ufffd<a\ufffd", 2 },
		{ "big5", "\x80\xff", "\ufffd\ufffd", 2 },
		{ "euc-kr", "\xb0\xa1\x81\x5b", "\uac00\ufffd[", 1 },
		{ "gb2312", "\xc4\xe3\x80\xa6\xd9", "\u4f60\u20ac\ufe10", 0 },
		{ "gb18030", "\x81\x30\x81\x30\x90\x30\x81\x30",
		    "\xc2\x80\U00010000", 0 },
		{ "gb18030", "\x81\x30<\x81\x30\x81", "\ufffd0<\ufffd", 2 },
		{ "gb18030", "\xe3\x32\x9a\x36", "\ufffd", 1 },
		{ "shift_jis", "\x82\xa0\xb1\xf0\x40\\\x80",
		    "\u3042\uff71\ue000\\\xc2\x80", 0 },
		{ "shift_jis", "\x81>\xfd\x85\x40", "\ufffd>\ufffd\ufffd@", 3 },
		{ "euc-jp", "\xa4\xa2\x8e\xb1\x8f\xb0\xa1",
		    "\u3042\uff71\u4e02", 0 },
		{ "euc-jp", "\x8f\xa1<\xa4\x8e\xff", "\ufffd<\ufffd\ufffd", 3 },
		{ "iso-2022-jp", "\x1b$B$\"\x1b(Ba\x1b(J\\~\x1b(I1",
		    "\u3042a\u00a5\u203e\uff71", 0 },
		{ "iso-2022-jp", "\x1b(B\x1b$B\x1b$B\x1b(Ba",
		    "\ufffd\ufffd\ufffda", 3 },
		{ "iso-2022-jp",
		    "\x1b"
		    "a\x1b$B$\x1b(Bb\xe9",
		    "\ufffda\ufffdb\ufffd", 3 },
		{ "iso-2022-kr",
		    "\x1b$)C\x0e"
		    "0!\x0f",
		    "\uac00", 0 },
		{ "utf-16le", "a\0\x3d\xd8\0", "a\ufffd\ufffd", 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = i + 1 == sizeof(rows) / sizeof(*rows)
		    ? 5
		    : strlen(rows[i].bytes);
		uint64_t errors;
		struct lavoir_str text = decode(*state, rows[i].label,
		    (struct lavoir_str){ rows[i].bytes, n }, &errors);

		if (text.len != strlen(rows[i].text) ||
		    memcmp(text.ptr, rows[i].text, text.len) != 0)
			fail_msg("row %zu: \"%.*s\", not \"%s\"", i,
			    (int)text.len, text.ptr, rows[i].text);
		assert_int_equal(errors, rows[i].errors);
	}
}

static char *
read_all(const char *path, size_t *len_r)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long n;

	*len_r = 0;
	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0 &&
	    fseek(f, 0, SEEK_SET) == 0) {
		p = malloc((size_t)n + 1);
		assert_non_null(p);
		*len_r = fread(p, 1, (size_t)n, f);
		p[*len_r] = '\0';
	}
	(void)fclose(f);
	return p;
}

/* The part of a case of html5lib behind a line "#name". */
static char *
section(char *at, const char *name, size_t *len_r)
{
	char *begin = strstr(at, name), *end;

	if (begin == NULL)
		return NULL;
	begin = strchr(begin, '\n') + 1;
	end = strstr(begin, "\n#");
	*len_r = end != NULL ? (size_t)(end - begin) : strlen(begin);
	return begin;
}

static int
sniff(struct lavoir_str html)
{
	enum charset_kind bom;

	if (unicode_bom(html, &bom) < 0)
		return encoding_of_html(html);
	for (int i = 0;; i++)
		if (charset_at((size_t)i)->kind == bom)
			return i;
}

static void
run_html5lib(const char *path)
{
	size_t size, len, name_len;
	char *all = read_all(path, &size), *data = all, *name;
	int n = 0, cs, expected;

	if (all == NULL) {
		print_message("%s is not there\n", path);
		skip();
	}
	while ((data = section(data, "#data\n", &len)) != NULL) {
		name = section(data, "#encoding\n", &name_len);
		assert_non_null(name);
		name_len = strcspn(name, "\n");
		cs = sniff((struct lavoir_str){ data, len });
		if (cs < 0)
			cs = number("windows-1252");
		expected = charset_find(name, name_len);
		if (cs != expected)
			fail_msg("%s, case %d: %s, not %s\n%.*s", path, n,
			    encoding_name(cs), encoding_name(expected),
			    (int)len, data);
		data = name;
		n++;
	}
	assert_true(n > 0);
	free(all);
}

static void
test_prescan(void **state)
{
	(void)state;
	run_html5lib("tests/unit/data/html5lib/encoding-tests2.dat");
}

static void
test_prescan_xml(void **state)
{
	static const struct {
		const char *markup, *name;
	} rows[] = {
		{ "<?xml version='1.0' encoding='koi8-r'?><html>", "koi8-r" },
		{ "<?xml encoding=koi8-r?>", NULL },
		{ "<?xml encoding='utf-16'?>", "utf-8" },
		{ "<?xml encoding='koi8-r'?><meta charset=big5>",
		    "big5-hkscs" },
		{ "<meta charset=x-user-defined>", "windows-1252" },
		{ "<meta http-equiv=refresh content='charset=big5'>", NULL },
		{ "<!--><meta charset=big5>-->", "big5-hkscs" },
		{ "<a title='<meta charset=big5>'>", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lavoir_str s = { rows[i].markup,
			strlen(rows[i].markup) };
		const char *name = encoding_name(encoding_of_html(s));

		if (rows[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, rows[i].name);
	}
}

static void
folder_path(char *out, size_t size, const char *rest)
{
	const char *folder = getenv("ENCODING_DATA");

	if (folder == NULL || *folder == '\0') {
		print_message("no ENCODING_DATA: not run\n");
		skip();
	}
	(void)snprintf(out, size, "%s/%s", folder, rest);
}

static void
test_html5lib(void **state)
{
	char path[4096];

	(void)state;
	folder_path(path, sizeof(path), "html5lib-tests/encoding/tests1.dat");
	run_html5lib(path);
	folder_path(path, sizeof(path),
	    "html5lib-tests/encoding/test-yahoo-jp.dat");
	run_html5lib(path);
}

static void
test_encoding_rs(void **state)
{
	static const char *const rows[][2] = { { "big5", "big5" },
		{ "euc_kr", "euc-kr" }, { "gb18030", "gb18030" },
		{ "iso_2022_jp", "iso-2022-jp" }, { "jis0208", "euc-jp" },
		{ "jis0212", "euc-jp" }, { "shift_jis", "shift_jis" } };
	char rest[64], path[4096];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct lavoir_str in, ref, text;
		uint64_t errors;

		(void)snprintf(rest, sizeof(rest), "encoding_rs/%s_in.txt",
		    rows[i][0]);
		folder_path(path, sizeof(path), rest);
		in.ptr = read_all(path, &in.len);
		(void)snprintf(rest, sizeof(rest), "encoding_rs/%s_in_ref.txt",
		    rows[i][0]);
		folder_path(path, sizeof(path), rest);
		ref.ptr = read_all(path, &ref.len);
		assert_non_null(in.ptr);
		assert_non_null(ref.ptr);
		text = decode(*state, rows[i][1], in, &errors);
		for (size_t k = 0; k < text.len && k < ref.len; k++)
			if (text.ptr[k] != ref.ptr[k])
				fail_msg("%s: byte %zu: %.20s, not %.20s",
				    rows[i][0], k, text.ptr + k, ref.ptr + k);
		assert_int_equal(text.len, ref.len);
		free((void *)(uintptr_t)in.ptr);
		free((void *)(uintptr_t)ref.ptr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_prescan),
		cmocka_unit_test(test_prescan_xml),
		cmocka_unit_test(test_html5lib),
		cmocka_unit_test(test_encoding_rs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

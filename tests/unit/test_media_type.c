/* test_media_type.c - media types by first bytes, and matching of patterns. */
#include "media_check.h"

static void
test_magic(void **state)
{
	(void)state;
	IS("application/gzip", "\x1f\x8b\x08\0\0");
	IS("application/zstd", "\x28\xb5\x2f\xfd\x24");
	IS("application/zstd", "\x50\x2a\x4d\x18\0\0\0\0");
	IS("application/x-xz",
	    "\xfd"
	    "7zXZ\0\0");
	IS("application/x-bzip2", "BZh91AY&SY....");
	IS("application/x-7z-compressed", "7z\xbc\xaf\x27\x1c\0");
	IS("application/vnd.rar", "Rar!\x1a\x07\1\0");
	IS("image/png", "\x89PNG\r\n\x1a\n\0");
	IS("image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF");
	IS("image/gif", "GIF89a\1\0\1\0\0\0");
	IS("image/tiff", "II*\0\x08\0\0\0");
	IS("audio/flac", "fLaC\0\0\0\x22");
	IS("audio/mpeg", "ID3\4\0\0\0\0\0");
	IS("application/ogg", "OggS\0\2\0\0");
	IS("application/x-elf",
	    "\x7f"
	    "ELF\2\1\1");
	IS("application/vnd.sqlite3", "SQLite format 3\0\x10");
	IS("application/vnd.apache.parquet", "PAR1\x15\4\x15\0");
	IS("application/rtf", "{\\rtf1\\ansi Text}");
	IS("application/postscript", "%!PS-Adobe-3.0\n");
	IS("application/java-vm", "\xca\xfe\xba\xbe\0\0\0\x34");
	IS("application/x-mach-binary", "\xca\xfe\xba\xbe\0\0\0\2");
	IS("application/warc", "WARC/1.0\r\nWARC-Type: response\r\n\r\n\0\1");
	IS("image/bmp",
	    "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0");
}

static void
test_pdf(void **state)
{
	(void)state;
	IS("application/pdf", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj");
	IS("application/pdf", "%PDF-1.7%\xe2\xe3");
	IS("application/pdf", "\xef\xbb\xbf%PDF-1.4\n1 0 obj\n");
	IS("application/pdf", "\n\n%PDF-a.b\n1 0 obj\n");
	IS("text/plain", "%PDF-1.4 is how such files begin.");
	IS("text/plain", "A file begins with %PDF-1.4 and then 1 0 obj.");
}

static void
test_prose_that_begins_like_a_magic(void **state)
{
	(void)state;
	IS("text/plain", "GIF89a is a format for pictures.\n");
	IS("text/plain", "MZ are the initials of Mark Zbikowski.\n");
	IS("text/plain", "BM means British Museum, and nothing else at all.\n");
	IS("text/plain", "PAR1 is the gene that we looked for.\n");
	IS("text/plain", "ID3 tags hold titles.\n");
	IS("text/plain", "RIFF, a word from the Rif.\n");
	IS("text/plain", "PK is what Phil Katz wrote first.\n");
	IS("text/plain", "FWS: the fish and wildlife service\n");
	IS("text/plain", "WARC/1.x is a format\n");
	IS("text/plain",
	    "070701 was the date of the first letter, and it was "
	    "answered a month later by somebody who had not read it "
	    "at all.\n");
	IS("text/plain", "WEBVTTfoo\n");
	IS("text/plain", "a -lh5- b\n");
	IS("text/plain", "SQLite format 3 is described below.\n");
}

static void
test_nothing_and_noise(void **state)
{
	(void)state;
	IS("application/x-empty", "");
	IS("text/plain", "\n");
	IS("text/plain", "x");
	IS("application/octet-stream", "\0");
	IS("application/octet-stream", "\1\2\3\4\5\6\x0e\x0f\x10");
	IS("application/octet-stream", "ab\xff\xfe\0\x10\x82\x03");
}

static void
test_front_matter(void **state)
{
	(void)state;
	IS("text/markdown", "---\ntitle: A\ntags: [b]\n---\n\n# A\n\nText.\n");
	IS("text/markdown", "+++\ntitle = \"A\"\n+++\nText goes on\n");
	IS("text/plain", "---\na: 1\n---\nb: 2\n");
	IS("text/plain", "---\nIt was a dark night\n---\nand stormy\n");
	IS("text/plain", "--- a/file.c\n+++ b/file.c\n");
}

static void
test_markdown(void **state)
{
	(void)state;
	IS("text/markdown",
	    "# A\n\nSee [the page](http://x).\n\n- one\n- two\n");
	IS("text/markdown", "# A\n\nText.\n\n## B\n\nText.\n");
	IS("text/markdown", "Use:\n\n```\nmake\n```\n\nor [this](that.md).\n");
	NAMED("text/plain", "a.txt",
	    "# A\n\nSee [the page](http://x).\n\n- one\n- two\n");
	IS("text/plain", "# comment\n# of a program\nx = 1\n\n# more\ny = 2\n");
	IS("text/plain", "# one\n\nkey: value\nlist:\n- a\n- b\n- c\n");
	IS("text/plain", "Title\n=====\n\n- one\n- two\n\n* * *\n");
	IS("text/plain", "As [12](we) said, this is *not* it.\n");
}

static void
test_tables(void **state)
{
	(void)state;
	IS("text/csv", "id,name,text\n1,a,b\n2,c,d\n3,e,f\n");
	IS("text/csv", "\"id\",\"a \"\"b\"\"\",\"c, d\"\n1,2,3\n4,5,\"6\"\n");
	IS("text/csv", "nom;prix;lieu\na;1,2;x\nb;2,4;y\nc;3,0;z\n");
	IS("text/tab-separated-values", "id\tname\ttext\n1\ta\tb\n2\tc\td\n");
	IS("text/plain",
	    "red, green, blue\none, two, three\nx, y, z\na, b, c\n");
	IS("text/plain", "a,b,c\n1,2\n3,4,5\n6,7,8\n");
	IS("text/plain", "a\tb\nc\td\n");
	NAMED("text/plain", "a.c", "a,b,c\nd,e,f\ng,h,i\nj,k,l\n");
}

static void
test_keys_and_seals(void **state)
{
	(void)state;
	IS("application/x-pem-file", "-----BEGIN CERTIFICATE-----\nMIIB\n");
	IS("application/pgp-encrypted", "-----BEGIN PGP MESSAGE-----\n\nhQ\n");
	IS("text/plain", "-----BEGIN PGP SIGNED MESSAGE-----\n\nHi\n");
	IS("application/pkcs7-mime",
	    "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2\xa0\x80\x30"
	    "\x80\2\1\1\x31\x0b\x30\x09");
	IS("application/x-internet-archive", "filedesc://a.arc 0.0.0.0 2005\n");
}

static void
test_names_break_ties_only(void **state)
{
	(void)state;
	NAMED("text/markdown", "a/b.md", "# A title\n");
	NAMED("text/csv", "A.CSV", "a,b\n1,2\n");
	NAMED("text/tab-separated-values", "a.tsv", "a\tb\n");
	NAMED("text/html", "a.htm", "just text");
	NAMED("text/plain", "a.csv/b", "a,b\n");
	NAMED("text/plain", "a.pdf", "not a PDF\n");
	NAMED("application/octet-stream", "a.txt", "\1\2\3\4\5\6\7");
	NAMED("image/png", "a.txt", "\x89PNG\r\n\x1a\n\0");
	NAMED("text/html", "a.txt", "<!DOCTYPE html><p>x");
}

static void
test_other_texts(void **state)
{
	(void)state;
	IS("text/vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n");
	IS("text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
	IS("text/plain", "#!/bin/sh\necho hello\n");
}

static void
test_only_the_head_is_read(void **state)
{
	size_t len = MEDIA_TYPE_HEAD + 10;
	char *text = malloc(len);

	(void)state;
	memset(text, 'x', len);
	memset(text + MEDIA_TYPE_HEAD, 0, 10);
	assert_string_equal(media_type_detect(text, len, len, NULL),
	    "text/plain");
	assert_string_equal(media_type_detect("abc", 3, 1 << 30, NULL),
	    "text/plain");
	free(text);
}

static void
test_match(void **state)
{
	(void)state;
	assert_true(media_type_match("text/html", "text/html"));
	assert_true(media_type_match("text/*", "text/html"));
	assert_true(media_type_match("*/*", "text/html"));
	assert_true(media_type_match("*", "text/html"));
	assert_true(media_type_match("Text/HTML", "tEXT/html"));
	assert_true(media_type_match("text/html", "text/html; charset=utf-8"));
	assert_true(media_type_match("text/html;charset=x", "text/html"));
	assert_true(
	    media_type_match("application/*+xml", "application/xhtml+xml"));
	assert_false(media_type_match("text/*", "application/html"));
	assert_false(media_type_match("text/html", "text/htm"));
	assert_false(media_type_match("text/htm", "text/html"));
	assert_false(media_type_match("", "text/html"));
	assert_false(media_type_match("text/html", ""));
	assert_false(media_type_match("a*b*c", "abcb"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_magic),
		cmocka_unit_test(test_pdf),
		cmocka_unit_test(test_prose_that_begins_like_a_magic),
		cmocka_unit_test(test_nothing_and_noise),
		cmocka_unit_test(test_front_matter),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_keys_and_seals),
		cmocka_unit_test(test_names_break_ties_only),
		cmocka_unit_test(test_other_texts),
		cmocka_unit_test(test_only_the_head_is_read),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

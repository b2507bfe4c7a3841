/* test_media_binary.c - what is in a ZIP, in OLE2, a tar, a RIFF. */
#include <stdio.h>

#include "media_check.h"

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODT "application/vnd.oasis.opendocument.text"

/* A stored member's header and content. */
static size_t
put_member(char *at, const char *name, const char *content)
{
	size_t name_len = strlen(name), len = strlen(content);

	memset(at, 0, 30);
	memcpy(at, "PK\3\4", 4);
	at[18] = (char)len;
	at[26] = (char)name_len;
	memcpy(at + 30, name, name_len);
	memcpy(at + 30 + name_len, content, len);
	return 30 + name_len + len;
}

static void
check_zip(const char *expected, const char *suffix, const char *first,
    const char *content, const char *second)
{
	char zip[600];
	size_t len = put_member(zip, first, content);

	if (second != NULL)
		len += put_member(zip + len, second, "x");
	media_check(expected, suffix, zip, len);
}

static void
test_zip(void **state)
{
	(void)state;
	check_zip(OOXML "wordprocessingml.document", NULL,
	    "[Content_Types].xml", "x", "word/document.xml");
	check_zip(OOXML "presentationml.presentation", NULL,
	    "[Content_Types].xml", "x", "ppt/presentation.xml");
	check_zip(OOXML "spreadsheetml.sheet", NULL, "_rels/.rels", "x",
	    "xl/workbook.xml");
	check_zip(ODT, NULL, "mimetype", ODT, "content.xml");
	check_zip(ODT "-template", NULL, "mimetype", ODT "-template", NULL);
	check_zip("application/epub+zip", NULL, "mimetype",
	    "application/epub+zip", "META-INF/container.xml");
	check_zip("application/java-archive", NULL, "META-INF/MANIFEST.MF", "x",
	    NULL);
	check_zip("application/zip", NULL, "a.txt", "x", "b.txt");
	check_zip("application/zip", "a.zip", "mimetype", "text/x-made-up",
	    NULL);
	IS("application/zip", "PK\5\6\0\0\0\0");
}

static void
test_names_decide_between_archives(void **state)
{
	(void)state;
	check_zip(OOXML "wordprocessingml.document", "a.DOCX",
	    "[Content_Types].xml", "x", "_rels/.rels");
	check_zip(OOXML "wordprocessingml.document", "a.xlsx", "a", "x",
	    "word/document.xml");
	check_zip("application/zip", "a.doc", "a.txt", "x", NULL);
}

/* An entry of the directory for the member at header. */
static size_t
put_entry(char *at, const char *name, size_t header)
{
	size_t name_len = strlen(name);

	memset(at, 0, 46);
	memcpy(at, "PK\1\2", 4);
	at[28] = (char)name_len;
	at[42] = (char)(header & 0xff);
	at[43] = (char)(header >> 8);
	memcpy(at + 46, name, name_len);
	return 46 + name_len;
}

/* A first member larger than the head, then another, then the directory. */
static void
check_directory(const char *expected, const char *suffix, const char *name,
    const char *content)
{
	static char zip[8192];
	size_t len, second, directory;

	memset(zip, 0, sizeof(zip));
	(void)put_member(zip, "a.txt", "");
	zip[18] = 0;
	zip[19] = 0x14;
	second = 30 + 5 + 0x1400;
	len = second + put_member(zip + second, name, content);
	directory = len;
	len += put_entry(zip + len, "a.txt", 0);
	len += put_entry(zip + len, name, second);
	memcpy(zip + len, "PK\5\6", 4);
	zip[len + 16] = (char)(directory & 0xff);
	zip[len + 17] = (char)(directory >> 8);
	media_check(expected, suffix, zip, len + 22);
}

static void
test_zip_directory(void **state)
{
	char outer[400];
	size_t len;

	(void)state;
	check_directory(OOXML "wordprocessingml.document", NULL,
	    "word/document.xml", "x");
	check_directory("application/zip", "a.docx", "b.txt", "x");
	check_directory("application/zip", NULL, "word/list.txt", "x");
	check_directory("application/epub+zip", NULL, "META-INF/container.xml",
	    "x");
	check_directory("application/zip", "a.bin", "word", "x");
	/* What is stored inside is not what it is. */
	len = put_member(outer, "a.docx", "");
	outer[18] = (char)put_member(outer + len, "word/document.xml", "x");
	media_check("application/zip", "a.zip", outer, len + (size_t)outer[18]);
}

/* A header whose directory is the second sector. */
static void
check_ole2(const char *expected, const char *name, const char *stream,
    size_t len)
{
	char head[2048] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

	head[30] = 9;
	head[48] = 1;
	memcpy(head + 1024 + 128, stream, len);
	media_check(expected, name, head, sizeof(head));
}

static void
test_ole2(void **state)
{
	(void)state;
	check_ole2("application/msword", NULL, "W\0o\0r\0d\0D\0o\0c\0u\0", 16);
	check_ole2("application/vnd.ms-excel", NULL, "W\0o\0r\0k\0b\0o\0o\0k\0",
	    16);
	check_ole2("application/vnd.ms-powerpoint", NULL,
	    "P\0o\0w\0e\0r\0P\0o\0i\0n\0", 18);
	check_ole2("application/vnd.ms-outlook", NULL,
	    "_\0_\0p\0r\0o\0p\0e\0r\0t\0", 18);
	check_ole2("application/x-ole-storage", NULL, "x", 1);
	check_ole2("application/msword", "a.doc", "x", 1);
	IS("application/x-ole-storage", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
}

static void
test_tar(void **state)
{
	char tar[1024] = "name.txt";
	unsigned sum = 0;

	(void)state;
	memcpy(tar + 100, "0000644", 8);
	memset(tar + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (uint8_t)tar[i];
	snprintf(tar + 148, 8, "%06o", sum);
	media_check("application/x-tar", NULL, tar, sizeof(tar));
	media_check("application/x-tar", NULL, tar, 512);
	tar[0] = 'N';
	media_check("application/octet-stream", NULL, tar, sizeof(tar));
}

static void
test_boxes(void **state)
{
	(void)state;
	IS("image/webp", "RIFF\4\0\0\0WEBPVP8 ");
	IS("audio/wav", "RIFF\4\0\0\0WAVEfmt ");
	IS("video/x-msvideo", "RIFF\4\0\0\0AVI LIST");
	IS("audio/aiff", "FORM\0\0\0\4AIFF");
	IS("video/mp4",
	    "\0\0\0\x18"
	    "ftypisom");
	IS("image/avif",
	    "\0\0\0\x18"
	    "ftypavif");
	IS("video/quicktime",
	    "\0\0\0\x18"
	    "ftypqt  ");
	IS("video/webm", "\x1a\x45\xdf\xa3\x01\0\0\x42\x82\x84webm");
	IS("video/x-matroska", "\x1a\x45\xdf\xa3\x01\0\0\x42\x82\x88matroska");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zip),
		cmocka_unit_test(test_zip_directory),
		cmocka_unit_test(test_names_decide_between_archives),
		cmocka_unit_test(test_ole2),
		cmocka_unit_test(test_tar),
		cmocka_unit_test(test_boxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

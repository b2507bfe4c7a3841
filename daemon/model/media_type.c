/* media_type.c - what a file is: fixed bytes first, then families, then text.
 */
#include "model/media_type.h"

#include <string.h>
#include <strings.h>

#include "model/media_sniff.h"

#define BINARY "application/octet-stream"

struct magic {
	uint8_t offset, len;
	bool printable; /* could be prose: something unprintable must follow */
	const char *bytes, *type;
};

#define AT(offset, bytes, type)                                                \
	{                                                                      \
		offset, sizeof(bytes) - 1, false, bytes, type                  \
	}
#define WORD(offset, bytes, type)                                              \
	{                                                                      \
		offset, sizeof(bytes) - 1, true, bytes, type                   \
	}

/* clang-format off */
static const struct magic magics[] = {
	/* packed */
	AT(0, "\x1f\x8b\x08", "application/gzip"),
	AT(0, "\x28\xb5\x2f\xfd", "application/zstd"),
	AT(1, "\x2a\x4d\x18", "application/zstd"), /* skippable frame first */
	AT(0, "\xfd" "7zXZ\0", "application/x-xz"),
	AT(4, "1AY&SY", "application/x-bzip2"),
	AT(4, "\x17rE8P\x90", "application/x-bzip2"), /* of nothing */
	AT(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
	AT(0, "Rar!\x1a\x07", "application/vnd.rar"),
	AT(0, "\x04\x22\x4d\x18", "application/x-lz4"),
	AT(0, "\x02\x21\x4c\x18", "application/x-lz4"), /* as it was at first */
	AT(0, "\xff\6\0\0sNaPpY", "application/x-snappy-framed"),
	AT(0, "LRZI\0", "application/x-lrzip"),
	WORD(0, "LZIP", "application/x-lzip"),
	AT(0, "\x5d\0\0", "application/x-lzma"),
	AT(0, "\x89LZO\0", "application/x-lzop"),
	AT(0, "\x1f\x9d", "application/x-compress"),
	AT(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
	AT(0, "!<arch>\ndebian-binary",
	    "application/vnd.debian.binary-package"),
	AT(0, "!<arch>\n", "application/x-archive"),
	AT(0, "xar!\0", "application/x-xar"),
	AT(0, "\xed\xab\xee\xdb", "application/x-rpm"),
	WORD(2, "-lh", "application/x-lzh-compressed"),
	/* pictures */
	AT(0, "\x89PNG\r\n\x1a\n", "image/png"),
	AT(0, "\xff\xd8\xff", "image/jpeg"),
	WORD(0, "GIF87a", "image/gif"),
	WORD(0, "GIF89a", "image/gif"),
	AT(0, "II*\0", "image/tiff"),
	AT(0, "II+\0", "image/tiff"),
	AT(0, "MM\0*", "image/tiff"),
	AT(0, "\0\0\0\x0cjP  ", "image/jp2"),
	AT(0, "\0\0\0\x0cJXL ", "image/jxl"),
	AT(0, "8BPS\0\1", "image/vnd.adobe.photoshop"),
	AT(0, "AT&TFORM", "image/vnd.djvu"),
	AT(0, "BPG\xfb", "image/bpg"),
	AT(0, "icns\0", "image/icns"),
	AT(40, " EMF\0\0\1\0", "image/emf"),
	AT(0, "\1\0\x09\0\0\3", "image/wmf"),
	AT(0, "\x0a\5\1", "image/vnd.zbrush.pcx"),
	AT(0, "\xd7\xcd\xc6\x9a", "image/wmf"),
	AT(0, "\0\0\1\0\1\0", "image/vnd.microsoft.icon"),
	/* sound, film */
	AT(0, "OggS\0", "application/ogg"),
	AT(0, "fLaC\0", "audio/flac"),
	WORD(0, "ID3", "audio/mpeg"),
	AT(0, "MThd\0\0\0\6", "audio/midi"),
	WORD(0, "#!AMR", "audio/amr"),
	AT(0, "FLV\1", "video/x-flv"),
	AT(0, "\0\0\1\xba", "video/mpeg"),
	AT(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
	WORD(0, "FWS", "application/x-shockwave-flash"),
	WORD(0, "CWS", "application/x-shockwave-flash"),
	/* programs */
	AT(0, "\x7f" "ELF", "application/x-elf"),
	WORD(0, "MZ", "application/vnd.microsoft.portable-executable"),
	AT(0, "\xcf\xfa\xed\xfe", "application/x-mach-binary"),
	AT(0, "\xce\xfa\xed\xfe", "application/x-mach-binary"),
	AT(0, "\0asm\1", "application/wasm"),
	/* data */
	AT(0, "SQLite format 3\0", "application/vnd.sqlite3"),
	WORD(0, "PAR1", "application/vnd.apache.parquet"),
	AT(0, "ARROW1\0\0", "application/vnd.apache.arrow.file"),
	AT(0, "Obj\1", "application/vnd.apache.avro"),
	WORD(0, "ORC", "application/vnd.apache.orc"),
	AT(0, "\x89HDF\r\n\x1a\n", "application/x-hdf5"),
	AT(0, "\x93NUMPY", "application/x-numpy"),
	WORD(0, "bplist00", "application/x-bplist"),
	AT(0, "\xd9\xd9\xf7", "application/cbor"),
	AT(0, "filedesc://", "application/x-internet-archive"),
	/* fonts, documents */
	WORD(0, "wOFF", "font/woff"),
	WORD(0, "wOF2", "font/woff2"),
	AT(0, "OTTO\0", "font/otf"),
	AT(0, "\0\1\0\0\0", "font/ttf"),
	AT(0, "ITSF\3\0\0\0", "application/vnd.ms-htmlhelp"),
	AT(0, "\xffWPC", "application/vnd.wordperfect"),
	AT(0, "\x31\xbe\0\0", "application/x-mswrite"),
	AT(0, "\x09\4\6\0\0\0\x10\0", "application/vnd.ms-excel"),
	AT(0, "\0\0\x02\0\6\4\6\0", "application/vnd.lotus-1-2-3"),
	AT(0, "\0\0\x02\0\4\4\6\0", "application/vnd.lotus-1-2-3"),
	AT(0, "\0\0\x1a\0\0\x10\4\0", "application/vnd.lotus-1-2-3"),
	AT(0, "\0\0\x1a\0\2\x10\4\0", "application/vnd.lotus-1-2-3"),
	AT(0, "\0\0\x02\0\1\x10", "application/x-quattro-pro"),
	AT(0, "\0\0\x02\0\x20\x51", "application/x-quattro-pro"),
	WORD(60, "BOOKMOBI", "application/x-mobipocket-ebook"),
	AT(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
	AT(0, "\xc5\xd0\xd3\xc6", "application/postscript"),
	AT(0, "%!PS-Adobe-", "application/postscript"),
	AT(0, "%!PS\n", "application/postscript"),
	AT(0, "{\\rtf1", "application/rtf"),
	AT(0, "{\\rtf\\", "application/rtf"),
	AT(0, "%FDF-1.", "application/vnd.fdf"),
};
/* clang-format on */

bool
sniff_at(const struct sniff *s, size_t offset, const char *bytes, size_t len)
{
	return offset + len <= s->len &&
	    memcmp(s->ptr + offset, bytes, len) == 0;
}

bool
sniff_suffix(const struct sniff *s, const char *suffix)
{
	return strcasecmp(s->suffix, suffix) == 0;
}

/* Something among the first bytes that no text has. */
static bool
has_control(const struct sniff *s)
{
	size_t len = s->len < 256 ? s->len : 256;

	for (size_t i = 0; i < len; i++)
		if (s->ptr[i] < 0x07 || (s->ptr[i] > 0x0d && s->ptr[i] < 0x1b))
			return true;
	return false;
}

static const char *
sniff_magic(const struct sniff *s)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *m = &magics[i];

		if (m->offset + (size_t)m->len > s->len ||
		    s->ptr[m->offset] != (uint8_t)m->bytes[0] ||
		    memcmp(s->ptr + m->offset, m->bytes, m->len) != 0)
			continue;
		if (m->offset == 1 && (s->ptr[0] & 0xf0) != 0x50)
			continue;
		if (m->offset == 4 && !SNIFF_AT(s, 0, "BZh"))
			continue;
		if (!m->printable || has_control(s))
			return m->type;
	}
	return NULL;
}

static bool
digit(const struct sniff *s, size_t at)
{
	return at < s->len && s->ptr[at] >= '0' && s->ptr[at] <= '9';
}

/* "%PDF-1.7" and the end of the line; anything else, and anything before it
 * (some writers put bytes there), needs an object to be believed. */
static const char *
sniff_pdf(const struct sniff *s)
{
	size_t window = s->len < 1024 ? s->len : 1024, at;
	const uint8_t *p = memmem(s->ptr, window, "%PDF-", 5);

	if (p == NULL)
		return NULL;
	at = (size_t)(p - s->ptr) + 5;
	if (p == s->ptr && digit(s, at) && at + 1 < s->len &&
	    s->ptr[at + 1] == '.' && digit(s, at + 2)) {
		at += 3;
		while (at < s->len && (s->ptr[at] == ' ' || s->ptr[at] == '\t'))
			at++;
		if (at == s->len || s->ptr[at] == '\r' || s->ptr[at] == '\n' ||
		    s->ptr[at] == '%' || s->ptr[at] >= 0x80)
			return "application/pdf";
	}
	if (p > s->ptr && p[-1] >= 0x20 && p[-1] < 0x7f)
		return NULL;
	return memmem(p, s->len - (size_t)(p - s->ptr), " 0 obj", 6)
	    ? "application/pdf"
	    : NULL;
}

static uint32_t
le16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* Magics too short to stand alone. */
static const char *
sniff_weak(const struct sniff *s)
{
	const uint8_t *p = s->ptr;

	if (s->len >= 26 && SNIFF_AT(s, 0, "BM") && le32(p + 6) == 0 &&
	    (p[14] == 12 || p[14] == 40 || p[14] == 108 || p[14] == 124) &&
	    le32(p + 14) < 256)
		return "image/bmp";
	if (s->len >= 110 &&
	    (SNIFF_AT(s, 0, "070701") || SNIFF_AT(s, 0, "070702") ||
		SNIFF_AT(s, 0, "070707"))) {
		size_t i = 6, end = p[5] == '7' ? 76 : 110;

		while (
		    i < end && strchr("0123456789abcdefABCDEF", p[i]) && p[i])
			i++;
		if (i == end)
			return "application/x-cpio";
	}
	/* Signed or sealed for others: a sequence that begins with PKCS #7's
	 * name of what is in it. */
	if (p[0] == 0x30 && s->len >= 24 &&
	    memmem(p, 24, "\x2a\x86\x48\x86\xf7\x0d\1\7", 8) != NULL)
		return "application/pkcs7-mime";
	if (s->len >= 26 &&
	    (le16(p) == 070707 || (p[0] << 8 | p[1]) == 070707) &&
	    has_control(s))
		return "application/x-cpio";
	if ((SNIFF_AT(s, 0, "WARC/0.") || SNIFF_AT(s, 0, "WARC/1.")) &&
	    digit(s, 7))
		return "application/warc";
	/* Programs for several machines have as many parts as classes versions.
	 */
	if (s->len >= 8 && SNIFF_AT(s, 0, "\xca\xfe\xba\xbe"))
		return p[4] == 0 && p[5] == 0 && p[6] == 0 && p[7] < 45
		    ? "application/x-mach-binary"
		    : "application/java-vm";
	if (s->len >= 4 && p[0] == 0xff && (p[1] & 0xf6) == 0xf2 &&
	    (p[2] >> 4) != 0 && (p[2] >> 4) != 15 && (p[2] >> 2 & 3) != 3 &&
	    has_control(s))
		return "audio/mpeg";
	return NULL;
}

static const char *
detect_binary(const struct sniff *s)
{
	const char *type = sniff_magic(s);

	if (type == NULL)
		type = sniff_zip(s);
	if (type == NULL)
		type = sniff_ole2(s);
	if (type == NULL)
		type = sniff_riff(s);
	if (type == NULL)
		type = sniff_pdf(s);
	if (type == NULL)
		type = sniff_weak(s);
	if (type == NULL)
		type = sniff_tar(s);
	return type;
}

static const char *
detect_text(const struct sniff *s)
{
	uint8_t narrow[SNIFF_NARROW];
	const char *type;
	struct sniff t;

	if (!sniff_text(s, narrow, &t)) {
		type = sniff_mail(s); /* with a part in binary */
		return type != NULL ? type : BINARY;
	}
	type = sniff_words(&t);
	if (type == NULL)
		type = sniff_markup(&t);
	if (type == NULL)
		type = sniff_json(&t);
	if (type == NULL)
		type = sniff_mail(&t);
	return type != NULL ? type : sniff_prose(&t);
}

const char *
media_type_detect(const void *bytes, size_t len, size_t size, const char *name)
{
	struct sniff s = { .ptr = bytes,
		.len = len,
		.whole = len >= size,
		.all = bytes,
		.all_len = len,
		.complete = len >= size };
	const char *dot = name ? strrchr(name, '.') : NULL, *type;

	s.suffix = dot && strchr(dot, '/') == NULL ? dot + 1 : "";
	if (size == 0)
		return "application/x-empty";
	if (len > MEDIA_TYPE_HEAD) {
		s.len = MEDIA_TYPE_HEAD;
		s.whole = false;
	}
	type = detect_binary(&s);
	return type != NULL ? type : detect_text(&s);
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Where the type ends and its parameters begin. */
static size_t
bare_length(const char *type)
{
	size_t len = strcspn(type, ";");

	while (len > 0 && (type[len - 1] == ' ' || type[len - 1] == '\t'))
		len--;
	return len;
}

bool
media_type_match(const char *pattern, const char *type)
{
	size_t p = 0, p_len = bare_length(pattern), star = SIZE_MAX, back = 0;
	size_t t = 0, t_len = bare_length(type);

	while (t < t_len) {
		if (p < p_len && pattern[p] == '*') {
			star = p++;
			back = t;
		} else if (p < p_len && lower(pattern[p]) == lower(type[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < p_len && pattern[p] == '*')
		p++;
	return p == p_len;
}

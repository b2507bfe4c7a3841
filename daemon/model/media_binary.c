/* media_binary.c - families of binary formats: OLE2, tar, RIFF and boxes.
 */
#include <string.h>

#include "model/media_sniff.h"

struct known {
	const char *name, *type;
};

static const char *
by_suffix(const struct sniff *s, const struct known *known)
{
	for (; known->name != NULL; known++)
		if (sniff_suffix(s, known->name))
			return known->type;
	return NULL;
}

static size_t
le16(const uint8_t *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8;
}

/* The first sector of the stream that usually comes first. */
static const char *
ole2_stream(const struct sniff *s)
{
	if (SNIFF_AT(s, 512, "\xec\xa5"))
		return "application/msword";
	if (SNIFF_AT(s, 512, "\x09\x08\x10\0\0\6") ||
	    SNIFF_AT(s, 512, "\x09\x08\x08\0\0\5"))
		return "application/vnd.ms-excel";
	if (SNIFF_AT(s, 512, "\0\x6e\x1e\xf0") ||
	    SNIFF_AT(s, 512, "\x0f\0\xe8\3") ||
	    SNIFF_AT(s, 512, "\xa0\x46\x1d\xf0"))
		return "application/vnd.ms-powerpoint";
	return NULL;
}

enum { OLE2_ENTRY = 128, OLE2_DIRECTORY = 4096 };

/* Names in the directory, whose first sectors mostly lie together: UTF-16. */
static const char *
ole2_directory(const struct sniff *s)
{
	static const struct {
		const char *name;
		size_t len;
		const char *type;
	} streams[] = {
		{ "W\0o\0r\0d\0D\0o\0c\0", 14, "application/msword" },
		{ "W\0o\0r\0k\0b\0o\0o\0k\0", 16, "application/vnd.ms-excel" },
		{ "B\0o\0o\0k\0\0", 9, "application/vnd.ms-excel" },
		{ "P\0o\0w\0e\0r\0P\0o\0i\0", 16,
		    "application/vnd.ms-powerpoint" },
		{ "_\0_\0p\0r\0o\0p\0e\0r\0", 16,
		    "application/vnd.ms-outlook" },
		{ "_\0_\0s\0u\0b\0s\0t\0g\0", 16,
		    "application/vnd.ms-outlook" },
	};
	size_t shift, sector, at, end;

	if (s->len < 52)
		return NULL;
	shift = s->ptr[30];
	sector = le16(s->ptr + 48) | le16(s->ptr + 50) << 16;
	if ((shift != 9 && shift != 12) || sector > s->all_len >> shift)
		return NULL;
	at = (sector + 1) << shift;
	end = at + OLE2_DIRECTORY;
	for (; at < end && at + OLE2_ENTRY <= s->all_len; at += OLE2_ENTRY)
		for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]);
		     i++)
			if (memcmp(s->all + at, streams[i].name,
				streams[i].len) == 0)
				return streams[i].type;
	return NULL;
}

const char *
sniff_ole2(const struct sniff *s)
{
	static const struct known suffix[] = {
		{ "doc", "application/msword" },
		{ "dot", "application/msword" },
		{ "xls", "application/vnd.ms-excel" },
		{ "ppt", "application/vnd.ms-powerpoint" },
		{ "pps", "application/vnd.ms-powerpoint" },
		{ "msg", "application/vnd.ms-outlook" },
		{ NULL, NULL },
	};
	const char *type;

	if (!SNIFF_AT(s, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
		return NULL;
	type = ole2_directory(s);
	if (type == NULL)
		type = ole2_stream(s);
	if (type == NULL)
		type = by_suffix(s, suffix);
	return type != NULL ? type : "application/x-ole-storage";
}

enum { TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_LEN = 8, TAR_MAGIC = 257 };

/* Octal digits among spaces and NULs; -1: something else. */
static long
tar_number(const uint8_t *p, size_t len)
{
	long n = 0;
	size_t i = 0;

	while (i < len && p[i] == ' ')
		i++;
	if (i == len || p[i] < '0' || p[i] > '7')
		return -1;
	for (; i < len && p[i] >= '0' && p[i] <= '7'; i++)
		n = n * 8 + (p[i] - '0');
	for (; i < len; i++)
		if (p[i] != ' ' && p[i] != '\0')
			return -1;
	return n;
}

const char *
sniff_tar(const struct sniff *s)
{
	long plain = 0, with_sign = 0, stored;

	if (s->len < TAR_BLOCK || s->ptr[0] == '\0')
		return NULL;
	stored = tar_number(s->ptr + TAR_SUM, TAR_SUM_LEN);
	if (stored < 0)
		return NULL;
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool sum = i >= TAR_SUM && i < TAR_SUM + TAR_SUM_LEN;

		plain += sum ? ' ' : s->ptr[i];
		with_sign += sum ? ' ' : (int8_t)s->ptr[i];
	}
	if (stored != plain && stored != with_sign)
		return NULL;
	return "application/x-tar";
}

static const char *
ftyp(const struct sniff *s)
{
	static const struct known brand[] = {
		{ "avif", "image/avif" },
		{ "avis", "image/avif" },
		{ "heic", "image/heic" },
		{ "heix", "image/heic" },
		{ "mif1", "image/heif" },
		{ "crx ", "image/x-canon-cr3" },
		{ "M4A ", "audio/mp4" },
		{ "qt  ", "video/quicktime" },
		{ "3gp4", "video/3gpp" },
		{ "3gp5", "video/3gpp" },
	};

	if (s->len < 12 || s->ptr[0] != 0)
		return NULL;
	if (SNIFF_AT(s, 4, "moov") || SNIFF_AT(s, 4, "mdat"))
		return "video/quicktime";
	if (!SNIFF_AT(s, 4, "ftyp"))
		return NULL;
	for (size_t i = 0; i < sizeof(brand) / sizeof(brand[0]); i++)
		if (sniff_at(s, 8, brand[i].name, 4))
			return brand[i].type;
	return "video/mp4";
}

const char *
sniff_riff(const struct sniff *s)
{
	if (SNIFF_AT(s, 0, "RIFF")) {
		if (SNIFF_AT(s, 8, "WEBP"))
			return "image/webp";
		if (SNIFF_AT(s, 8, "WAVE"))
			return "audio/wav";
		if (SNIFF_AT(s, 8, "AVI "))
			return "video/x-msvideo";
		return NULL;
	}
	if (SNIFF_AT(s, 0, "FORM") &&
	    (SNIFF_AT(s, 8, "AIFF") || SNIFF_AT(s, 8, "AIFC")))
		return "audio/aiff";
	if (SNIFF_AT(s, 0, "\x1a\x45\xdf\xa3"))
		return memmem(s->ptr, s->len < 64 ? s->len : 64, "webm", 4)
		    ? "video/webm"
		    : "video/x-matroska";
	return ftyp(s);
}

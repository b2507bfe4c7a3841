/* name.c - names of members: only names, never paths that are followed.
 *
 * Names in archives are bytes.  Those that are UTF-8 stay; others are code page
 * 437 in ZIP, as its specification says, and have U+FFFD for what is not UTF-8
 * elsewhere.
 */
#include <stdio.h>
#include <string.h>

#include "common/u8.h"
#include "reader.h"

/* The upper half of code page 437. */
static const uint16_t cp437[128] = { 0xc7, 0xfc, 0xe9, 0xe2, 0xe4, 0xe0, 0xe5,
	0xe7, 0xea, 0xeb, 0xe8, 0xef, 0xee, 0xec, 0xc4, 0xc5, 0xc9, 0xe6, 0xc6,
	0xf4, 0xf6, 0xf2, 0xfb, 0xf9, 0xff, 0xd6, 0xdc, 0xa2, 0xa3, 0xa5,
	0x20a7, 0x192, 0xe1, 0xed, 0xf3, 0xfa, 0xf1, 0xd1, 0xaa, 0xba, 0xbf,
	0x2310, 0xac, 0xbd, 0xbc, 0xa1, 0xab, 0xbb, 0x2591, 0x2592, 0x2593,
	0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
	0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500,
	0x253c, 0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
	0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553,
	0x256b, 0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580,
	0x3b1, 0xdf, 0x393, 0x3c0, 0x3a3, 0x3c3, 0xb5, 0x3c4, 0x3a6, 0x398,
	0x3a9, 0x3b4, 0x221e, 0x3c6, 0x3b5, 0x2229, 0x2261, 0xb1, 0x2265,
	0x2264, 0x2320, 0x2321, 0xf7, 0x2248, 0xb0, 0x2219, 0xb7, 0x221a,
	0x207f, 0xb2, 0x25a0, 0xa0 };

enum { REPLACEMENT = 0xfffd, U8_MAX = 4 };

/* As UTF-8, at most NAME_SIZE - 1 bytes. */
static void
to_utf8(char dst[NAME_SIZE], const char *bytes, enum archive_format format)
{
	const unsigned char *p = (const unsigned char *)bytes;
	const unsigned char *end = p + strlen(bytes);
	size_t valid = u8_valid(bytes, strlen(bytes)), n = 0;
	bool utf8 = valid == strlen(bytes);

	while (p < end && n + U8_MAX < NAME_SIZE) {
		uint32_t c = REPLACEMENT;

		if (*p < 0x80) {
			c = *p < 0x20 || *p == 0x7f ? REPLACEMENT : *p;
			p++;
		} else if (!utf8 && format == FORMAT_ZIP) {
			c = cp437[*p++ - 0x80];
		} else {
			size_t len = 2 + (*p >= 0xe0) + (*p >= 0xf0);

			if (len > (size_t)(end - p) ||
			    u8_valid(p, len) != len) {
				p += u8_bad(p, end);
			} else {
				memcpy(dst + n, p, len);
				n += len;
				p += len;
				continue;
			}
		}
		n += u8_encode((unsigned char *)dst + n, c);
	}
	dst[n] = '\0';
}

static bool
drive(const char *p, size_t len)
{
	return len == 2 && p[1] == ':' &&
	    ((p[0] | 0x20) >= 'a' && (p[0] | 0x20) <= 'z');
}

/* A part that names nothing, or something outside. */
static bool
leads_out(const char *p, size_t len, bool first)
{
	return len == 0 || (len == 1 && *p == '.') ||
	    (len == 2 && p[0] == '.' && p[1] == '.') ||
	    (first && drive(p, len));
}

void
name_make(char name[NAME_SIZE], char original[NAME_SIZE], bool *changed_r,
    const char *bytes, enum archive_format format)
{
	const char *between = format == FORMAT_TAR ? "/" : "/\\";
	const char *p = original;
	size_t n = 0;

	to_utf8(original, bytes, format);
	*changed_r = false;
	while (*p != '\0') {
		size_t len = strcspn(p, between);

		if (!leads_out(p, len, p == original)) {
			if (n > 0)
				name[n++] = '/';
			memcpy(name + n, p, len);
			n += len;
		} else if (len != 1 || p != original) {
			/* "./name" is what tar writes. */
			*changed_r = true;
		}
		p += len;
		p += *p != '\0';
	}
	name[n] = '\0';
}

void
message_clean(char *dst, size_t size, const char *text)
{
	size_t n = 0;

	for (; text != NULL && *text != '\0' && n + 1 < size; text++)
		if (*text < 0x20 || *text >= 0x7f)
			dst[n++] = '?';
		else
			dst[n++] = *text;
	dst[n] = '\0';
}

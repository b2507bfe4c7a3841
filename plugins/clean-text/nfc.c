/* nfc.c - Unicode normalisation form C of UTF-8.
 *
 * ICU normalises UTF-16; only the stretches where something may happen are
 * converted.  A stretch begins at a character that composes with nothing before
 * it and ends before the next such character.
 */
#include "clean.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "common/u8.h"

enum { STRETCH = 400 };

static bool
starts(uint32_t cp)
{
	return cp < 0x300 ||
	    (u_getCombiningClass((UChar32)cp) == 0 &&
		u_getIntPropertyValue((UChar32)cp, UCHAR_NFC_QUICK_CHECK) ==
		    UNORM_YES);
}

static size_t
put_utf16(const UChar *u, size_t n, char *out, size_t room)
{
	unsigned char *o = (unsigned char *)out;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t cp = u[i];

		if (U16_IS_LEAD(cp) && i + 1 < n)
			cp = U16_GET_SUPPLEMENTARY(cp, u[++i]);
		if (room - used < 4)
			return room + 1;
		used += u8_encode(o + used, cp);
	}
	return used;
}

static size_t
stretch(const unsigned char *p, const unsigned char *end, char *out,
    size_t room)
{
	UChar in[2 * STRETCH + 2], normal[6 * STRETCH + 6];
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	int32_t n = 0, length;
	size_t size;

	for (; p < end; p += size) {
		uint32_t cp = u8_decode(p, &size);

		if (cp < 0x10000) {
			in[n++] = (UChar)cp;
		} else {
			in[n++] = U16_LEAD(cp);
			in[n++] = U16_TRAIL(cp);
		}
	}
	length = unorm2_normalize(nfc, in, n, normal,
	    (int32_t)(sizeof(normal) / sizeof(*normal)), &status);
	if (U_FAILURE(status))
		return put_utf16(in, (size_t)n, out, room);
	return put_utf16(normal, (size_t)length, out, room);
}

/* The end of the stretch that the character at p, which does not start one,
 * belongs to. */
static const unsigned char *
stretch_end(const unsigned char *begin, const unsigned char *p,
    const unsigned char *end)
{
	size_t n, count = 1;

	(void)begin;
	while (p < end && count < STRETCH) {
		if (starts(u8_decode(p, &n)))
			break;
		p += n;
		count++;
	}
	return p;
}

size_t
clean_nfc(struct lavoir_str text, char *out, size_t room)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len, *from = p, *last = p, *to;
	size_t used = 0, n;

	while (p < end) {
		if (starts(u8_decode(p, &n))) {
			last = p;
			p += n;
			continue;
		}
		/* from..last is as it should be. */
		if (room - used < (size_t)(last - from))
			return room + 1;
		memcpy(out + used, from, (size_t)(last - from));
		used += (size_t)(last - from);
		to = stretch_end(last, p, end);
		n = stretch(last, to, out + used, room - used);
		if (n > room - used)
			return room + 1;
		used += n;
		from = last = p = to;
	}
	if (room - used < (size_t)(end - from))
		return room + 1;
	memcpy(out + used, from, (size_t)(end - from));
	return used + (size_t)(end - from);
}

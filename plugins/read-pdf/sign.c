/* sign.c - what becomes of single characters that a PDF gives. */
#include "sign.h"

#include <glib.h>

#include "common/u8.h"

/* Ligatures of Latin, Armenian and Hebrew letters and the forms that Arabic
 * letters take; not the words written as one sign. */
static bool
presents_letters(uint32_t c)
{
	return (c >= 0xfb00 && c <= 0xfdcf) || (c >= 0xfe70 && c <= 0xfefc);
}

static bool
control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

size_t
sign_write(unsigned char *dst, uint32_t c)
{
	gunichar letter[16];
	size_t len = 0, n;

	if (control(c) || c == 0xfeff || c == 0x200b || c == 0x2060 ||
	    (c >= 0x202a && c <= 0x202e) || c == 0x200e || c == 0x200f)
		return 0;
	if (!presents_letters(c))
		return u8_encode(dst, c);
	n = g_unichar_fully_decompose(c, TRUE, letter,
	    sizeof(letter) / sizeof(*letter));
	for (size_t i = 0; i < n && len + 4 <= SIGN_SIZE; i++)
		len += u8_encode(dst + len, letter[i]);
	return len;
}

bool
sign_private(uint32_t c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

bool
sign_damaged(uint32_t c)
{
	return c == U8_REPLACEMENT || control(c) || sign_private(c) ||
	    g_unichar_type(c) == G_UNICODE_UNASSIGNED;
}

bool
sign_rtl(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff && !(c >= 0x660 && c <= 0x669) &&
		   !(c >= 0x6f0 && c <= 0x6f9)) ||
	    (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc) ||
	    (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

bool
sign_bullet(uint32_t c)
{
	static const uint32_t bullet[] = { 0xb7, 0x2022, 0x2023, 0x2043, 0x204c,
		0x204d, 0x2219, 0x25a0, 0x25a1, 0x25aa, 0x25ab, 0x25b6, 0x25b8,
		0x25ba, 0x25c6, 0x25c7, 0x25ca, 0x25cb, 0x25cf, 0x25d8, 0x25e6,
		0x2605, 0x2666, 0x2713, 0x2714, 0x2756, 0x2794, 0x27a2, 0x27a4,
		0x29bf, 0xf0a7, 0xf0b7, 0xf0d8, 0xf076, 0xf0fc };

	for (size_t i = 0; i < sizeof(bullet) / sizeof(*bullet); i++)
		if (c == bullet[i])
			return true;
	return false;
}

bool
sign_embeds(uint32_t c)
{
	return c >= 0x202a && c <= 0x202c;
}

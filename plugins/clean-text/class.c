/* class.c - what becomes of a character. */
#include "clean.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

static int
class_ascii(const struct rules *r, uint32_t cp)
{
	if (cp == ' ' || cp == '\t')
		return CLASS_BLANK;
	if (cp == '\n')
		return CLASS_NEWLINE;
	if (cp >= 0x20 && cp != 0x7f)
		return CLASS_PLAIN;
	if (cp == '\r')
		return r->line_ends ? CLASS_RETURN : CLASS_PLAIN;
	if ((cp == 0x0b || cp == 0x0c) && r->line_ends)
		return CLASS_NEWLINE;
	return r->controls ? CLASS_REMOVE : CLASS_PLAIN;
}

static int
class_zero_width(const struct rules *r, uint32_t cp)
{
	bool joiner = cp >= 0x200b && cp <= 0x200d;

	if (r->zero_width == ZERO_WIDTH_KEEP)
		return CLASS_PLAIN;
	if (joiner && r->zero_width == ZERO_WIDTH_CAREFUL)
		return CLASS_JOINER;
	return CLASS_REMOVE;
}

static bool
zero_width(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200d) || cp == 0xfeff ||
	    (cp >= 0x2060 && cp <= 0x2064) || cp == 0x180e;
}

static bool
bidi(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

/* C1, deprecated and interlinear format characters, noncharacters. */
static bool
control(uint32_t cp)
{
	return cp < 0xa0 || (cp >= 0x206a && cp <= 0x206f) ||
	    (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xfdd0 && cp <= 0xfdef) ||
	    (cp & 0xfffe) == 0xfffe;
}

int
clean_class(const struct rules *r, uint32_t cp)
{
	if (cp < 0x80)
		return class_ascii(r, cp);
	if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
		return r->line_ends		? CLASS_NEWLINE
		    : r->controls && cp == 0x85 ? CLASS_REMOVE
						: CLASS_PLAIN;
	if (cp == 0xa0 || cp == 0x202f)
		return r->nbsp ? CLASS_BLANK : CLASS_PLAIN;
	if (cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x205f ||
	    cp == 0x3000)
		return r->unicode_spaces ? CLASS_BLANK : CLASS_PLAIN;
	if (cp == 0xad)
		return r->soft_hyphens ? CLASS_REMOVE : CLASS_PLAIN;
	if (zero_width(cp))
		return class_zero_width(r, cp);
	if (bidi(cp))
		return r->bidi ? CLASS_REMOVE : CLASS_PLAIN;
	if (control(cp))
		return r->controls ? CLASS_REMOVE : CLASS_PLAIN;
	return CLASS_PLAIN;
}

bool
clean_joins(uint32_t cp)
{
	/* Arabic, Syriac, N'Ko, Mandaic; Indic scripts, Thai, Lao, Tibetan,
	 * Burmese; Ethiopic not; Khmer, Mongolian, Limbu ... Vedic; further
	 * Indic; Arabic forms; joined scripts beyond the BMP. */
	if (cp < 0x0600)
		return false;
	return cp <= 0x109f || (cp >= 0x1700 && cp <= 0x1cff) ||
	    (cp >= 0x2190 && cp <= 0x2bff) || (cp >= 0xa800 && cp <= 0xabff) ||
	    (cp >= 0xfb50 && cp <= 0xfdff) || cp == 0xfe0f || cp == 0x20e3 ||
	    (cp >= 0xfe70 && cp <= 0xfefe) ||
	    (cp >= 0x10a00 && cp <= 0x11fff) ||
	    (cp >= 0x1e900 && cp <= 0x1e95f) ||
	    (cp >= 0x1f000 && cp <= 0x1fbff);
}

static unsigned char
nfc_class(uint32_t cp)
{
	if (u_getIntPropertyValue((UChar32)cp, UCHAR_NFC_QUICK_CHECK) !=
	    UNORM_YES)
		return STOP;
	return u_getCombiningClass((UChar32)cp);
}

void
clean_table(unsigned char *table, const struct rules *r, bool nfc_only)
{
	for (uint32_t cp = 0; cp < TABLE_SIZE; cp++) {
		table[cp] = 0;
		if (cp >= 0x80 && !nfc_only &&
		    clean_class(r, cp) != CLASS_PLAIN)
			table[cp] = STOP;
		else if (r->nfc && cp >= 0x300)
			table[cp] = nfc_class(cp);
	}
}

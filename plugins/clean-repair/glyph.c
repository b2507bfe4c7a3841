/* glyph.c - what sort of character one is, as far as mojibake shows by it. */
#include "glyph.h"

#include <stddef.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

static enum glyph_class
class_of_category(uint32_t cp)
{
	switch (u_charType((UChar32)cp)) {
	case U_UPPERCASE_LETTER:
	case U_TITLECASE_LETTER:
		return GLYPH_UPPER;
	case U_LOWERCASE_LETTER:
		return GLYPH_LOWER;
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
		return cp == 0xaa || cp == 0xba ? GLYPH_SYMBOL : GLYPH_LETTER;
	case U_DASH_PUNCTUATION:
	case U_START_PUNCTUATION:
	case U_END_PUNCTUATION:
	case U_INITIAL_PUNCTUATION:
	case U_FINAL_PUNCTUATION:
	case U_CONNECTOR_PUNCTUATION:
		return GLYPH_PUNCTUATION;
	case U_OTHER_PUNCTUATION: /* the section and the paragraph sign */
		return cp == 0xa7 || cp == 0xb6 ? GLYPH_SYMBOL
						: GLYPH_PUNCTUATION;
	default:
		return GLYPH_SYMBOL;
	}
}

enum glyph_class
glyph_class(uint32_t cp)
{
	if (cp == 0)
		return GLYPH_NONE;
	if (cp < 0x80) {
		if (cp >= 'a' && cp <= 'z')
			return GLYPH_LOWER;
		return cp >= 'A' && cp <= 'Z' ? GLYPH_UPPER : GLYPH_ASCII;
	}
	if (cp < 0xa0)
		return GLYPH_CONTROL;
	if (cp == 0xa0)
		return GLYPH_NO_BREAK_SPACE;
	if (cp >= 0x2500 && cp < 0x2600)
		return GLYPH_BOX;
	return class_of_category(cp);
}

int
glyph_script(uint32_t cp)
{
	UErrorCode code = U_ZERO_ERROR;
	UScriptCode script;

	if (cp == 0 || !u_isalpha((UChar32)cp))
		return 0;
	script = uscript_getScript((UChar32)cp, &code);
	if (U_FAILURE(code) || script == USCRIPT_COMMON ||
	    script == USCRIPT_INHERITED)
		return 0;
	/* Written together. */
	if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA)
		script = USCRIPT_HAN;
	return (int)script + 1;
}

bool
glyph_greek(int script)
{
	return script == (int)USCRIPT_GREEK + 1;
}

bool
glyph_common(uint32_t cp)
{
	static const struct {
		uint32_t first, end;
	} block[] = {
		{ 0x80, 0x17f }, /* also what is mojibake still */
		{ 0x192, 0x193 },
		{ 0x1a0, 0x1a2 },
		{ 0x1af, 0x1b1 }, /* Vietnamese */
		{ 0x218, 0x21c }, /* Romanian */
		{ 0x300, 0x370 }, /* accents */
		{ 0x386, 0x3d0 },
		{ 0x400, 0x460 },
		{ 0x490, 0x4a0 },
		{ 0x5d0, 0x5eb },
		{ 0x60c, 0x6d4 },
		{ 0x900, 0x1000 }, /* India to Tibet */
		{ 0x10d0, 0x1100 },
		{ 0x1ea0, 0x2070 },
		{ 0x20a0, 0x20c0 },
		{ 0x2100, 0x2800 },
		{ 0x2c60, 0x2c80 },
		{ 0x3000, 0xd7a4 },
		{ 0xf900, 0x10000 },
		{ 0x1f000, 0x1fb00 },
		{ 0x20000, 0x30000 },
	};

	for (size_t i = 0; i < sizeof(block) / sizeof(block[0]); i++) {
		if (cp < block[i].first)
			return false;
		if (cp < block[i].end)
			return true;
	}
	return false;
}

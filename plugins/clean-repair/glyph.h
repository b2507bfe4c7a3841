/* glyph.h - what sort of character one is, as far as mojibake shows by it. */
#ifndef LAVOIR_PLUGINS_CLEAN_REPAIR_GLYPH_H
#define LAVOIR_PLUGINS_CLEAN_REPAIR_GLYPH_H

#include <stdbool.h>
#include <stdint.h>

enum glyph_class {
	GLYPH_NONE, /* beyond the line */
	GLYPH_LOWER,
	GLYPH_UPPER,
	GLYPH_LETTER, /* of a script without case */
	GLYPH_ASCII,  /* digits, blanks and punctuation of ASCII */
	GLYPH_PUNCTUATION,
	GLYPH_SYMBOL,
	GLYPH_NO_BREAK_SPACE,
	GLYPH_BOX,    /* lines and blocks of terminals */
	GLYPH_CONTROL /* U+0080 to U+009F: never meant */
};

/* cp 0: beyond the line. */
enum glyph_class glyph_class(uint32_t cp);

/* Does it belong to text that people write? */
static inline bool
glyph_is_letter(enum glyph_class c)
{
	return c >= GLYPH_LOWER && c <= GLYPH_LETTER;
}

/* A number for the script of a letter; 0: no letter, or one of all scripts. */
int glyph_script(uint32_t cp);
bool glyph_greek(int script);

/* Is a character of a block that text is full of, or one that nobody but a
 * specialist has on a keyboard (phonetic letters, old Cyrillic, ...)? */
bool glyph_common(uint32_t cp);

#endif

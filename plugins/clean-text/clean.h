/* clean.h - what is to be cleaned, and the passes over the text.
 *
 * scan() finds out fast whether there is anything to do at all; rewrite() does
 * it but for normalisation, nfc() does that.
 */
#ifndef LAVOIR_PLUGINS_CLEAN_TEXT_CLEAN_H
#define LAVOIR_PLUGINS_CLEAN_TEXT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

enum { ZERO_WIDTH_KEEP, ZERO_WIDTH_CAREFUL, ZERO_WIDTH_REMOVE };
enum { TRIM_NONE, TRIM_END, TRIM_BOTH };

struct rules {
	bool nfc, line_ends, controls, soft_hyphens, unicode_spaces, nbsp;
	bool bidi, spaces;
	int zero_width, trim;
	int64_t blank_lines; /* kept in a row; negative: all */
};

/* What becomes of a character. */
enum {
	CLASS_PLAIN,
	CLASS_BLANK, /* a space or tab, or becomes a space */
	CLASS_NEWLINE,
	CLASS_RETURN,
	CLASS_REMOVE,
	CLASS_JOINER /* kept behind characters that need it */
};
int clean_class(const struct rules *r, uint32_t cp);

/* Does cp belong to a script (or to emoji) that zero-width characters have a
 * meaning in? */
bool clean_joins(uint32_t cp);

/* For each character of the BMP: 0, nothing to do; 1 to 254, its combining
 * class, in order only when not below that of the character before; STOP, look
 * closer. */
enum { STOP = 255, TABLE_SIZE = 65536 };
void clean_table(unsigned char *table, const struct rules *r, bool nfc_only);

/* The part of text that trim leaves. */
struct lavoir_str clean_trim(const struct rules *r, struct lavoir_str text);

/* Is there nothing to do in a text already trimmed?  r NULL: as far as the
 * table says. */
bool clean_scan(const unsigned char *table, const struct rules *r,
    struct lavoir_str text);

/* text as the rules want it, but for NFC, to out (at least text.len bytes); its
 * length. */
size_t clean_rewrite(const struct rules *r, const unsigned char *table,
    struct lavoir_str text, char *out);

/* text in NFC to out; the length, or room + 1 when room bytes are too few. Runs
 * of more than 400 combining characters are normalised in pieces. */
size_t clean_nfc(struct lavoir_str text, char *out, size_t room);

#endif

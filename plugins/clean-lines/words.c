/* words.c - a line as hashes of its words. */
#include "words.h"

#include <string.h>

#include <unicode/uchar.h>

#include "common/u8.h"

/* The word at p, folded and hashed (FNV-1a); the bytes of it. */
static size_t
word_at(const unsigned char *p, size_t len, struct words *w)
{
	uint32_t hash = 2166136261u;
	bool digits = true, first = true;
	size_t at = 0;

	while (at < len) {
		size_t size;
		uint32_t cp = u8_decode(p + at, &size);
		int8_t type = u_charType((UChar32)cp);

		if (!u_isalnum((UChar32)cp) && type != U_NON_SPACING_MARK &&
		    type != U_COMBINING_SPACING_MARK)
			break;
		if (first &&
		    (type == U_UPPERCASE_LETTER || type == U_TITLECASE_LETTER))
			w->capitals++;
		first = false;
		digits &= u_isdigit((UChar32)cp) != 0;
		cp = (uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT);
		for (int i = 0; i < 4; i++)
			hash = (hash ^ (cp >> 8 * i & 0xff)) * 16777619u;
		at += size;
	}
	w->digits += digits;
	w->years += digits && at == 4 &&
	    (memcmp(p, "19", 2) == 0 || memcmp(p, "20", 2) == 0);
	w->hash[w->n++] = hash;
	return at;
}

static bool
ends_sentence(uint32_t cp)
{
	return cp == '.' || cp == '!' || cp == '?' || cp == 0x2026 ||
	    cp == 0x3002 || cp == 0xff01 || cp == 0xff1f;
}

/* What stands between words. */
static void
note(struct words *w, uint32_t cp)
{
	if (cp == ':') {
		w->colons++;
		w->hash[w->n++] = ':';
	} else if (cp == '/' || cp == '|' || cp == 0x2013 || cp == 0x2014) {
		w->bars++;
	}
	if (ends_sentence(cp))
		w->sentence = true;
	else if (cp != ' ' && cp != '\t' && cp != '"' && cp != 0x201d &&
	    cp != ')' && cp != 0xbb && cp != 0xa0)
		w->sentence = false;
}

bool
words_of(struct lavoir_str line, struct words *w)
{
	const unsigned char *p = (const unsigned char *)line.ptr;
	uint32_t before = 0;

	w->n = w->colons = w->hashtags = w->digits = w->years = 0;
	w->capitals = w->bars = 0;
	w->sentence = false;
	if (line.len > LINE_BYTES_MAX)
		return false;
	for (size_t at = 0; at < line.len;) {
		size_t size;
		uint32_t cp = u8_decode(p + at, &size);

		if (w->n >= LINE_WORDS_MAX)
			return false;
		if (u_isalnum((UChar32)cp)) {
			w->hashtags += before == '#';
			size = word_at(p + at, line.len - at, w);
			w->sentence = false;
		} else {
			note(w, cp);
		}
		before = cp;
		at += size;
	}
	return true;
}

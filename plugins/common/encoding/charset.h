/* charset.h - the encodings that are known, and the labels they go by.
 *
 * Labels are those of the WHATWG Encoding Standard, which is to say that what
 * calls itself ISO-8859-1 is windows-1252, as in every browser, and those of
 * DOS, Macintosh and Python besides.  Names are such that Python's and ICU's
 * decoders know them.
 */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_CHARSET_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

enum charset_kind {
	CHARSET_UTF8,
	CHARSET_UTF16, /* by its BOM, else little-endian */
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_UTF32,
	CHARSET_UTF32LE,
	CHARSET_UTF32BE,
	CHARSET_SINGLE, /* one byte, one character */
	CHARSET_BIG5,
	CHARSET_EUC_KR,
	CHARSET_GB18030,
	CHARSET_SHIFT_JIS,
	CHARSET_EUC_JP,
	CHARSET_ISO_2022_JP,
	CHARSET_OTHER /* many bytes, by ICU */
};

struct charset {
	const char *name;
	enum charset_kind kind;
	const char *icu;    /* ICU's name, for SINGLE and OTHER */
	const char *labels; /* besides the name; blanks between */
};

/* Is it one of those in which a character may take several bytes, UTF aside? */
static inline bool
charset_many(enum charset_kind kind)
{
	return kind > CHARSET_SINGLE;
}

/* By number; NULL past the last. */
const struct charset *charset_at(size_t i);

/* The number of the one that a label of len bytes means, case ignored; -1 when
 * nobody knows it. */
int charset_find(const char *label, size_t len);

#endif

/* media_sniff.h - the parts of media_type.h: families of look-alikes.  Each
 * gives a type in static storage, or NULL: not mine. */
#ifndef LAVOIR_MODEL_MEDIA_SNIFF_H
#define LAVOIR_MODEL_MEDIA_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is looked at. */
struct sniff {
	const uint8_t *ptr; /* the head */
	size_t len;
	bool whole;	    /* nothing follows */
	const uint8_t *all; /* what is there, at least the head */
	size_t all_len;
	bool complete;	    /* nothing follows that */
	const char *suffix; /* of the name: "docx"; "" */
};

/* Does s begin with this at offset? */
bool sniff_at(const struct sniff *s, size_t offset, const char *bytes,
    size_t len);
#define SNIFF_AT(s, offset, literal)                                           \
	sniff_at(s, offset, literal, sizeof(literal) - 1)
bool sniff_suffix(const struct sniff *s, const char *suffix);

const char *sniff_zip(const struct sniff *s);  /* PK: office, EPUB, ZIP */
const char *sniff_ole2(const struct sniff *s); /* old office documents */
const char *sniff_tar(const struct sniff *s);  /* by its checksum */
const char *sniff_riff(const struct sniff *s); /* also IFF, ftyp, Matroska */

/* Text in bytes (narrowed, when it was UTF-16 or 32), without BOM. */
const char *sniff_markup(const struct sniff *s); /* HTML and XML */
const char *sniff_json(const struct sniff *s);
const char *sniff_mail(const struct sniff *s);	/* mbox and messages */
const char *sniff_words(const struct sniff *s); /* texts that say what they are
						 */
const char *sniff_prose(const struct sniff *s); /* the rest; never NULL */

/* NULL: binary; else text without BOM, in ASCII where it is that.  Wide text is
 * narrowed into space. */
enum { SNIFF_NARROW = 2048 };
bool sniff_text(const struct sniff *s, uint8_t space[SNIFF_NARROW],
    struct sniff *text_r);

#endif

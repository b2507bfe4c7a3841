/* unicode.h - UTF-8, UTF-16 and UTF-32, well-formed or not, to UTF-8. */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_UNICODE_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_UNICODE_H

#include "charset.h"
#include "decode.h"

/* kind: one of CHARSET_UTF*; a BOM at the start is left out.  Valid UTF-8 is
 * not copied.  LAVOIR_ENOMEM. */
int unicode_run(enum charset_kind kind, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str raw, struct decoded *out_r);

/* The encoding that the first bytes announce, -1 if none, and their number. */
int unicode_bom(struct lavoir_str raw, enum charset_kind *kind_r);

/* Is this UTF-16 or UTF-32 without a BOM?  Where the zero bytes are tells. */
int unicode_guess(struct lavoir_str raw, enum charset_kind *kind_r);

/* How many bytes of text are NULs and controls that text does not have: all of
 * C0 but BS, TAB, LF, FF, CR, escape and the end-of-file mark of CP/M. */
size_t unicode_controls(struct lavoir_str text);

#endif

/* decode.h - bytes of a known encoding to UTF-8.
 *
 * Converters are opened once, before the process may no longer open files; the
 * one-byte encodings become tables.  What cannot be decoded becomes U+FFFD and
 * is counted.
 */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_DECODE_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

struct decoder;

/* NULL: no memory, or a converter that should be there is not (*missing_r). */
struct decoder *decoder_new(const char **missing_r);
void decoder_free(struct decoder *d);

struct decoded {
	struct lavoir_str text; /* in the document's memory, or the input itself
				 */
	uint64_t errors;	/* U+FFFDs that stand for bytes */
};

/* Decode from charset number cs.  LAVOIR_ENOMEM, LAVOIR_ECANCELED. */
int decoder_run(struct decoder *d, const struct lavoir_host *host,
    struct lavoir_doc *doc, int cs, struct lavoir_str raw,
    struct decoded *out_r);

/* The 256 characters of a one-byte encoding, 0xfffd where there is none; NULL
 * for others. */
const uint16_t *decoder_table(const struct decoder *d, int cs);

/* How often a many-byte encoding fails on a sample (whose end may be cut). */
void decoder_try(struct decoder *d, const struct lavoir_host *host, int cs,
    struct lavoir_str sample, size_t *errors_r);

#endif

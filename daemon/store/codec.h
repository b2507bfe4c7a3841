/* codec.h - whole frames of compressed bytes: gzip members and zstd frames.
 *
 * The bytes depend on the input and the level alone (no times, no names, no
 * threads), so that a frame made again after a crash is the same frame.
 */
#ifndef LAVOIR_STORE_CODEC_H
#define LAVOIR_STORE_CODEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* ".gz", ".zst"; "" for SERIES_PLAIN; NULL for what is none. */
const char *codec_extension(int codec);

/* ERR_CONFIG when the level does not exist (plain files: any). */
int codec_check(int codec, int level, struct err *e);

/* Contexts that are kept from frame to frame; one thread's. */
struct codec;
struct codec *codec_new(int codec, int level);
void codec_free(struct codec **c);
/* Was it made for these? */
bool codec_is(const struct codec *c, int codec, int level);

/* Append one frame that holds len bytes to *out; the checksum of the content is
 * in it. */
int codec_compress(struct codec *c, const void *ptr, size_t len,
    struct buf *out, struct err *e);

#endif

/* codec.h - decompress a whole file piece by piece.
 *
 * gzip of any number of members, zstd of any number of frames.  One object
 * serves one document after the other; memory is bounded by the format (zstd
 * windows above 128 MiB are refused).
 */
#ifndef LAVOIR_PLUGINS_READ_JSONL_CODEC_H
#define LAVOIR_PLUGINS_READ_JSONL_CODEC_H

#include <stddef.h>

#include "lavoir/plugin.h"

enum codec_type { CODEC_GZIP, CODEC_ZSTD };
enum codec_status { CODEC_MORE, CODEC_END, CODEC_ERROR };

struct codec;

struct codec *codec_new(enum codec_type type); /* NULL: no memory */
void codec_free(struct codec *c);

/* Begin with this input, which must stay until the last call of codec_read().
 */
void codec_start(struct codec *c, struct lavoir_str in);

/* Fill room bytes at out; *len_r gets how many there are.  CODEC_END: all of
 * the input has been read, CODEC_ERROR: codec_error() says what is wrong; both
 * may come with last bytes. */
enum codec_status codec_read(struct codec *c, char *out, size_t room,
    size_t *len_r);

const char *codec_error(const struct codec *c);
size_t codec_consumed(const struct codec *c); /* bytes of input */

#endif

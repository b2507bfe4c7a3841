/* unpacker.h - decompress a whole file piece by piece.
 *
 * A compressed file is a sequence of members: gzip's members, zstd's frames,
 * streams of xz and bzip2.  Check sums are verified.  One object serves one
 * document after the other; what it may take is bounded: windows above 128 MiB
 * are refused.
 */
#ifndef LAVOIR_PLUGINS_COMMON_UNPACKER_UNPACKER_H
#define LAVOIR_PLUGINS_COMMON_UNPACKER_UNPACKER_H
#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

enum unpacker_type {
	UNPACKER_GZIP,
	UNPACKER_ZSTD,
	UNPACKER_XZ,
	UNPACKER_BZIP2,
	UNPACKER_LZMA,
	UNPACKER_LZIP
};
enum unpacker_status { UNPACKER_MORE, UNPACKER_END, UNPACKER_ERROR };

struct unpacker;

struct unpacker *unpacker_new(enum unpacker_type type); /* NULL: no memory */
void unpacker_free(struct unpacker *u);			/* may be NULL */

/* Begin with this input, which must stay until the last call of
 * unpacker_read().
 */
void unpacker_start(struct unpacker *u, struct lavoir_str in);

/* Fill room bytes at out; *len_r gets how many there are.  UNPACKER_END: all of
 * the input has been read, UNPACKER_ERROR: unpacker_error() says what is wrong;
 * both may come with last bytes.  No call goes beyond the end of a member. */
enum unpacker_status unpacker_read(struct unpacker *u, char *out, size_t room,
    size_t *len_r);

const char *unpacker_error(const struct unpacker *u);
size_t unpacker_consumed(const struct unpacker *u); /* bytes of input */

/* Did the last call end a member?  The next one begins, if there is one, at
 * unpacker_consumed(), or behind the zeros that are there. */
bool unpacker_between(const struct unpacker *u);

/* Where the next member begins, in the n bytes at p; NULL: nowhere.  A guess:
 * by its first bytes. */
const char *unpacker_find_member(enum unpacker_type type, const char *p,
    size_t n);

#endif

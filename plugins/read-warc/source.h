/* source.h - the bytes of a WARC file, plain or compressed, in order.
 *
 * Of a compressed file only a window is held.  A compressed WARC has a member
 * (gzip) or frame (zstd) for every record: where they begin is where reading
 * can go on later, and where it goes on behind damage.
 */
#ifndef LAVOIR_PLUGINS_READ_WARC_SOURCE_H
#define LAVOIR_PLUGINS_READ_WARC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/unpacker/unpacker.h"
#include "lavoir/plugin.h"

enum { SOURCE_PIECE = 1 << 16, SOURCE_MARKS_MAX = 256 };

/* Where a member began: in the file, and in the plain bytes. */
struct source_mark {
	uint64_t file, plain;
};

struct source {
	struct lavoir_str raw;
	struct unpacker *unpacker; /* NULL: plain */
	enum unpacker_type type;
	size_t base;  /* where in the file the unpacker was started */
	char *window; /* decompressed; kept from file to file */
	size_t cap, at, len;
	uint64_t plain; /* bytes before window[at] */
	struct source_mark current;
	struct source_mark mark[SOURCE_MARKS_MAX]; /* those in the window */
	size_t n_marks;
	bool ended;
	const char *error; /* what ended the bytes */
	bool no_memory;
};

void source_begin(struct source *s, struct lavoir_str raw,
    struct unpacker *unpacker, enum unpacker_type type, uint64_t offset);
void source_free(struct source *s);

/* At least want bytes, or all there are before the end or damage.  Valid until
 * the next call.  Sets no_memory. */
struct lavoir_str source_peek(struct source *s, size_t want);
void source_consume(struct source *s, size_t n);

/* Where in the file we are; false: within a member, nowhere to go on from. */
bool source_offset(const struct source *s, uint64_t *offset_r);

/* Go back (plain files only, others stay): what seemed a record was none. */
void source_rewind(struct source *s, uint64_t offset);

/* Find the next record behind here or behind damage.  False: there is none. */
bool source_resync(struct source *s);

/* Bytes of the file that were read. */
uint64_t source_consumed(const struct source *s);

#endif

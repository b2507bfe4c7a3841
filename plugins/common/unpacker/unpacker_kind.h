/* unpacker_kind.h - what the formats of unpacker.h have in common. */
#ifndef LAVOIR_PLUGINS_COMMON_UNPACKER_UNPACKER_KIND_H
#define LAVOIR_PLUGINS_COMMON_UNPACKER_UNPACKER_KIND_H
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "common/unpacker/unpacker.h"

struct unpacker {
	const struct unpacker_kind *kind;
	enum unpacker_type type;
	struct lavoir_str in;
	size_t at;
	const char *error;
	bool between; /* the member that was read has ended */
	bool ready;   /* there is a decoder, to be freed */
	union {
		z_stream gzip;
		bz_stream bzip2;
		lzma_stream lzma;
		ZSTD_DCtx *zstd;
	};
};

enum step { STEP_MORE, STEP_MEMBER, STEP_ERROR };

/* One call of a decoder: what there is, and then what was done. */
struct step_io {
	const char *in;
	size_t in_len; /* at most 1 GiB */
	char *out;
	size_t room; /* at most 1 GiB */
	size_t used, made;
};

struct unpacker_kind {
	/* Begin a member; false: no memory.  Sets ready. */
	bool (*begin)(struct unpacker *u);
	enum step (*step)(struct unpacker *u, struct step_io *io);
	void (*free)(struct unpacker *u);
	/* First bytes of a member. */
	size_t magic_len;
	const char *magic;
};

extern const struct unpacker_kind unpacker_kinds[];

#endif

/* body.h - the payload of an HTTP message: chunks and compression undone. */
#ifndef LAVOIR_PLUGINS_READ_WARC_BODY_H
#define LAVOIR_PLUGINS_READ_WARC_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "lavoir/plugin.h"

enum { BODY_OUT_SIZE = 1 << 16 };

enum body_coding {
	BODY_IDENTITY,
	BODY_GZIP,
	BODY_DEFLATE,
	BODY_BROTLI,
	BODY_ZSTD
};

/* Takes plain bytes; anything but LAVOIR_OK ends the body. */
typedef int body_sink(void *arg, struct lavoir_str piece);

struct chunks {
	int state;
	uint64_t left;	 /* of the chunk */
	unsigned digits; /* of its length */
};

struct body {
	body_sink *sink;
	void *arg;
	bool chunked;
	enum body_coding coding;
	struct chunks chunks;
	union {
		z_stream z;
		BrotliDecoderState *brotli;
		ZSTD_DCtx *zstd;
	};
	bool ready;	   /* there is a decoder, to be freed */
	bool ended;	   /* it has seen its end */
	const char *error; /* the bytes are not what was declared */
	char *out;	   /* of BODY_OUT_SIZE, the caller's */
};

/* Begin.  head: the first bytes there are: often they are not coded as is
 * declared, then they are taken as they come. */
void body_begin(struct body *b, struct lavoir_str transfer_encoding,
    struct lavoir_str content_encoding, struct lavoir_str head);

/* Is there nothing to undo? */
bool body_plain(const struct body *b);

/* What the sink returned, or LAVOIR_EINVAL with error set. */
int body_write(struct body *b, struct lavoir_str piece);

/* No more comes.  LAVOIR_OK, or LAVOIR_EINVAL with error set: cut off. */
int body_end(struct body *b);
void body_free(struct body *b);

#endif

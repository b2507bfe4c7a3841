/* bomb.c - streams that grow too large when they are decompressed. */
#include "bomb.h"

#include <string.h>

#include <zlib.h>

/* Deflate makes at most so many bytes of one. */
enum { RATIO_MAX = 1032, LEVELS_MAX = 4, PIECE = 16384, DICTIONARY_MAX = 2048 };

struct inflater {
	const struct lavoir_host *host;
	uint64_t size, size_max; /* bytes out of the last level */
	int levels;
	z_stream z[LEVELS_MAX];
	unsigned char piece[LEVELS_MAX][PIECE];
};

static const char *
find(const char *p, const char *end, const char *what)
{
	return p < end ? memmem(p, (size_t)(end - p), what, strlen(what))
		       : NULL;
}

/* The dictionary of the stream that begins at p. */
static struct lavoir_str
dictionary(const char *start, const char *p)
{
	const char *from =
	    p - start > DICTIONARY_MAX ? p - DICTIONARY_MAX : start;
	const char *next = from;

	while ((next = find(next, p, " obj")) != NULL)
		from = next += 4;
	return (struct lavoir_str){ from, (size_t)(p - from) };
}

static bool
has(struct lavoir_str s, const char *name)
{
	return find(s.ptr, s.ptr + s.len, name) != NULL;
}

static int
count_levels(struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	int n = 0;

	while ((p = find(p, end, "/FlateDecode")) != NULL) {
		n++;
		p += strlen("/FlateDecode");
	}
	return n;
}

/* One level's input; what comes out is the next one's.  False: no more is to be
 * had, or enough has been seen. */
static bool
feed(struct inflater *f, int level, unsigned char *data, size_t len)
{
	z_stream *z;
	int rc = Z_OK;

	if (level == f->levels) {
		f->size += len;
		return f->size <= f->size_max;
	}
	z = &f->z[level];
	z->next_in = data;
	z->avail_in = (uInt)len;
	do {
		z->next_out = f->piece[level];
		z->avail_out = PIECE;
		rc = inflate(z, Z_NO_FLUSH);
		if ((rc != Z_OK && rc != Z_STREAM_END) ||
		    !feed(f, level + 1, f->piece[level], PIECE - z->avail_out))
			return false;
	} while (rc == Z_OK && (z->avail_in > 0 || z->avail_out == 0));
	return rc == Z_OK;
}

static bool
inflate_all(struct inflater *f, const char *p, const char *end)
{
	unsigned char piece[PIECE];
	int open = 0;

	while (open < f->levels && inflateInit(&f->z[open]) == Z_OK)
		open++;
	while (open == f->levels && p < end && !f->host->cancelled(f->host)) {
		size_t n =
		    (size_t)(end - p) < PIECE ? (size_t)(end - p) : PIECE;

		memcpy(piece, p, n);
		if (!feed(f, 0, piece, n))
			break;
		p += n;
	}
	while (open > 0)
		(void)inflateEnd(&f->z[--open]);
	return f->size > f->size_max;
}

static bool
too_large(const struct lavoir_host *host, struct lavoir_str of, const char *p,
    const char *end, uint64_t size_max)
{
	struct inflater f = { .host = host, .size_max = size_max };
	uint64_t possible = (uint64_t)(end - p);

	f.levels = count_levels(of);
	if (f.levels == 0 || has(of, "/Image") || has(of, "/EmbeddedFile"))
		return false;
	if (f.levels > LEVELS_MAX)
		f.levels = LEVELS_MAX;
	for (int i = 0; i < f.levels && possible <= size_max; i++)
		possible *= RATIO_MAX;
	return possible > size_max && inflate_all(&f, p, end);
}

bool
bomb_found(const struct lavoir_host *host, struct lavoir_str raw,
    uint64_t size_max)
{
	const char *p = raw.ptr, *end = raw.ptr + raw.len, *stop;

	while ((p = find(p, end, "stream")) != NULL) {
		struct lavoir_str of = dictionary(raw.ptr, p);

		p += strlen("stream");
		if (host->cancelled(host))
			return true;
		if (p - raw.ptr >= 9 && memcmp(p - 9, "end", 3) == 0)
			continue;
		while (p < end && (*p == '\r' || *p == '\n'))
			p++;
		stop = find(p, end, "endstream");
		if (too_large(host, of, p, stop != NULL ? stop : end, size_max))
			return true;
		if (stop != NULL)
			p = stop + strlen("endstream");
	}
	return false;
}

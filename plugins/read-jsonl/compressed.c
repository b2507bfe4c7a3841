/* compressed.c - hand out the lines inside a gzip or zstd stream.
 *
 * Memory is one buffer: what was read and not yet handed out.  It grows to
 * line_size_max at most; of longer lines the rest is read and forgotten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/unpacker/unpacker.h"
#include "reader.h"
#include "values.h"

enum { PIECE = 1 << 18, RATIO_FROM = 16 << 20 };

struct stream {
	struct reader *r;
	struct lavoir_doc *doc;
	struct unpacker *codec;
	char *ptr;
	size_t len, cap; /* what is there; room */
	size_t seen;	 /* of it, known to hold no newline */
	uint64_t out;	 /* bytes decompressed */
	uint64_t number; /* lines handed out */
	bool skipping;	 /* the rest of a line that is too long */
	bool begun;	 /* it is JSON lines, or values */
	bool of_values;
	struct values values;
};

static int
no_memory(struct stream *s)
{
	return s->r->host->fail(s->r->host, LAVOIR_ENOMEM,
	    "no memory for a line");
}

/* Make room for a piece. */
static bool
make_room(struct stream *s)
{
	size_t cap = s->cap;
	char *ptr;

	if (cap - s->len >= PIECE)
		return true;
	while (cap - s->len < PIECE)
		cap = cap == 0 ? 2 * (size_t)PIECE : 2 * cap;
	ptr = realloc(s->ptr, cap);
	if (ptr == NULL)
		return false;
	s->ptr = ptr;
	s->cap = cap;
	return true;
}

static int
hand_out(struct stream *s, const char *p, size_t len)
{
	if (s->number++ == 0 && len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		len -= 3;
	}
	return lines_hand_out(s->r, s->doc, (struct lavoir_str){ p, len },
	    s->number, 0);
}

/* Hand out the whole lines that are there, keep the rest. */
static int
whole_lines(struct stream *s)
{
	const char *p = s->ptr, *end = s->ptr + s->len, *newline;
	const char *from = s->ptr + s->seen;
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK && from < end &&
	    (newline = memchr(from, '\n', (size_t)(end - from))) != NULL) {
		if (!s->skipping)
			rc = hand_out(s, p, (size_t)(newline - p));
		s->skipping = false;
		p = from = newline + 1;
	}
	if (rc == LAVOIR_OK && !s->skipping &&
	    (size_t)(end - p) > s->r->line_size_max) {
		s->skipping = true;
		rc = lines_too_long(s->r, s->doc, ++s->number, 0);
	}
	if (s->skipping)
		p = end;
	s->len = (size_t)(end - p);
	s->seen = s->len;
	memmove(s->ptr, p, s->len);
	return rc;
}

/* The values that are there, and the rest kept. */
static int
whole_values(struct stream *s, bool complete)
{
	size_t skip, used = 0;
	int rc;

	skip = s->values.number == 0 && !s->values.inside && s->len >= 3 &&
		memcmp(s->ptr, "\xef\xbb\xbf", 3) == 0
	    ? 3
	    : 0;
	rc = values_feed(&s->values,
	    (struct lavoir_str){ s->ptr + skip, s->len - skip }, 0, complete,
	    &used);
	s->len -= skip + used;
	memmove(s->ptr, s->ptr + skip + used, s->len);
	return rc;
}

/* Bombs: a limit of all output, and of its ratio to the input. */
static int
check_limits(struct stream *s)
{
	const struct reader *r = s->r;
	uint64_t in = unpacker_consumed(s->codec) + 1;
	char why[120];

	if (r->output_max > 0 && s->out > r->output_max)
		(void)snprintf(why, sizeof(why),
		    "more than %llu bytes decompressed (output_max)",
		    (unsigned long long)r->output_max);
	else if (r->ratio_max > 0 && s->out > RATIO_FROM &&
	    s->out / in > r->ratio_max)
		(void)snprintf(why, sizeof(why),
		    "%llu times as much decompressed as read (ratio_max)",
		    (unsigned long long)(s->out / in));
	else
		return LAVOIR_OK;
	return r->host->fail(r->host, LAVOIR_EINVAL, why);
}

/* The end, good or bad, of the stream. */
static int
finish(struct stream *s, enum unpacker_status status)
{
	const struct lavoir_host *host = s->r->host;
	char why[200];

	if (status == UNPACKER_END && s->of_values)
		return whole_values(s, true);
	if (status == UNPACKER_END)
		return s->len > 0 && !s->skipping ? hand_out(s, s->ptr, s->len)
						  : LAVOIR_OK;
	(void)snprintf(why, sizeof(why), "behind %s %llu: %s",
	    s->of_values ? "record" : "line",
	    (unsigned long long)(s->of_values ? s->values.number : s->number),
	    unpacker_error(s->codec));
	return host->fail(host, LAVOIR_EINVAL, why);
}

/* What is it, by its first bytes?  false: nothing for us. */
static bool
begin(struct stream *s, bool complete)
{
	struct lavoir_str head = { s->ptr, s->len };
	bool array = false;

	s->begun = true;
	if (lines_likely(head, complete))
		return true;
	s->of_values = values_likely(head, &array);
	values_init(&s->values, s->r, s->doc, array);
	return s->of_values;
}

/* One piece; *go: there is more to come. */
static int
piece(struct stream *s, bool *go)
{
	const struct lavoir_host *host = s->r->host;
	enum unpacker_status status;
	size_t n;
	int rc;

	*go = false;
	if (host->cancelled(host))
		return LAVOIR_ECANCELED;
	if (!make_room(s))
		return no_memory(s);
	status = unpacker_read(s->codec, s->ptr + s->len, PIECE, &n);
	s->len += n;
	s->out += n;
	rc = check_limits(s);
	if (rc != LAVOIR_OK)
		return rc;
	if (!s->begun) {
		if (s->len < PIECE / 4 && status == UNPACKER_MORE) {
			*go = true;
			return LAVOIR_OK;
		}
		if (!begin(s, status == UNPACKER_END))
			/* Of what cannot be read at all, that is said. */
			return status == UNPACKER_ERROR && s->len == 0
			    ? finish(s, status)
			    : LAVOIR_PASS;
	}
	rc = s->of_values ? whole_values(s, false) : whole_lines(s);
	if (rc == LAVOIR_OK && status != UNPACKER_MORE)
		return finish(s, status);
	*go = rc == LAVOIR_OK;
	return rc;
}

int
read_compressed(struct reader *r, struct lavoir_doc *doc,
    struct unpacker *codec)
{
	struct stream s = { .r = r, .doc = doc, .codec = codec };
	struct lavoir_str raw = r->host->doc_raw(doc);
	bool go = true;
	int rc = LAVOIR_OK;

	r->host->count(r->host, COUNT_BYTES, (int64_t)raw.len);
	unpacker_start(codec, raw);
	while (go)
		rc = piece(&s, &go);
	free(s.ptr);
	return rc;
}

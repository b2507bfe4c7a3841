/* transfer.c - what a part holds, its transfer encoding undone. */
#include "transfer.h"

#include <string.h>

#include "lines.h"
#include "uu.h"

/* What a step of a decoder may give back beyond what it was given. */
enum { SLACK = 64 };

bool
transfer_plain(GMimeContentEncoding encoding)
{
	return encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	    encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
	    encoding != GMIME_CONTENT_ENCODING_UUENCODE;
}

/* Is this ">From ", as one reading of escapes or the other has it? */
static bool
escaped_line(struct lavoir_str line, int escaped)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == '>')
		n++;
	if (n == 0 || (escaped == ESCAPED_ONE && n > 1))
		return false;
	line.ptr += n;
	line.len -= n;
	return lines_begin(line, "From ");
}

static bool
has_escapes(struct lavoir_str s, int escaped)
{
	struct lines l = lines_of(s);
	struct lavoir_str line;

	while (lines_next(&l, &line))
		if (escaped_line(line, escaped))
			return true;
	return false;
}

int
transfer_raw(struct message *m, const struct part *part,
    struct lavoir_str *raw_r)
{
	struct lines l = lines_of(part->body);
	struct lavoir_str line;
	size_t n = 0;
	char *copy;

	*raw_r = part->body;
	if (m->escaped == ESCAPED_NOT ||
	    part->encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    !has_escapes(part->body, m->escaped))
		return LAVOIR_OK;
	copy = m->r->host->doc_alloc(m->doc, part->body.len);
	if (copy == NULL)
		return m->r->host->fail(m->r->host, LAVOIR_ENOMEM,
		    "no memory for a part");
	for (const char *from = l.at; lines_next(&l, &line); from = l.at) {
		size_t skip = escaped_line(line, m->escaped) ? 1 : 0;
		size_t len = (size_t)(l.at - from) - skip;

		memcpy(copy + n, from + skip, len);
		n += len;
	}
	*raw_r = (struct lavoir_str){ copy, n };
	return LAVOIR_OK;
}

void
transfer_start(struct transfer *t, GMimeContentEncoding encoding,
    struct lavoir_str raw)
{
	struct lavoir_str block;
	const char *stop;

	/* The decoder wants the lines behind "begin 644 NAME". */
	if (encoding == GMIME_CONTENT_ENCODING_UUENCODE &&
	    uu_find(raw, 0, &block)) {
		stop = memchr(block.ptr, '\n', block.len);
		raw.ptr = stop + 1;
		raw.len = (size_t)(block.ptr + block.len - raw.ptr);
	}
	t->in = raw;
	t->at = 0;
	t->plain = transfer_plain(encoding);
	t->flushed = false;
	g_mime_encoding_init_decode(&t->state, encoding);
}

struct lavoir_str
transfer_next(struct transfer *t)
{
	struct lavoir_str out = { t->out, 0 };

	if (t->plain) {
		out =
		    (struct lavoir_str){ t->in.ptr + t->at, t->in.len - t->at };
		t->at = t->in.len;
		return out;
	}
	while (out.len == 0 && !t->flushed) {
		size_t n = t->in.len - t->at;

		if (n > sizeof(t->out) - SLACK)
			n = sizeof(t->out) - SLACK;
		if (n > 0) {
			out.len = g_mime_encoding_step(&t->state,
			    t->in.ptr + t->at, n, t->out);
		} else {
			out.len =
			    g_mime_encoding_flush(&t->state, "", 0, t->out);
			t->flushed = true;
		}
		t->at += n;
	}
	return out;
}

int
transfer_all(struct message *m, const struct part *part,
    struct lavoir_str *out_r)
{
	const struct lavoir_host *host = m->r->host;
	struct transfer *t;
	struct lavoir_str raw, piece;
	size_t n = 0;
	char *out;
	int rc = transfer_raw(m, part, &raw);

	*out_r = raw;
	if (rc != LAVOIR_OK || transfer_plain(part->encoding))
		return rc;
	/* No decoder gives more than it gets. */
	out = host->doc_alloc(m->doc, raw.len + SLACK);
	t = host->doc_alloc(m->doc, sizeof(*t));
	if (out == NULL || t == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for a part");
	transfer_start(t, part->encoding, raw);
	while ((piece = transfer_next(t)).len > 0) {
		if (piece.len > raw.len + SLACK - n)
			piece.len = raw.len + SLACK - n;
		memcpy(out + n, piece.ptr, piece.len);
		n += piece.len;
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
	}
	*out_r = (struct lavoir_str){ out, n };
	return LAVOIR_OK;
}

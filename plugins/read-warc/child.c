/* child.c - hand out the block of a record.
 *
 * What lies plain in the file is handed out where it is.  Anything else is
 * written as it is decoded: whether it is whole shows at its end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/u8.h"
#include "reader.h"

enum { SNIFF = 512, PEEK = 4096, TEXT_MAX = 32 << 20 };

struct stream {
	struct reader *r;
	const struct content *content;
	bool begun;
	uint64_t written;
};

static int
no_memory(struct reader *r)
{
	return r->host->fail(r->host, LAVOIR_ENOMEM, "no memory for a record");
}

static uint64_t
position(const struct reader *r)
{
	if (!r->placed)
		return 0;
	return (r->start + 1) | (r->more_infos ? POSITION_MORE_INFOS : 0);
}

/* The first child behind the place where reading goes on was made durable
 * before. */
static bool
swallowed(struct reader *r)
{
	bool before = r->swallow;

	r->swallow = false;
	r->children++;
	return before;
}

int
child_failed(struct reader *r, struct lavoir_str raw, const char *why)
{
	struct lavoir_child child = { .size = sizeof(child),
		.raw = raw,
		.fail = why,
		.position = position(r) };

	return swallowed(r) ? LAVOIR_OK : r->host->doc_child(r->doc, &child);
}

/* Bytes that no text begins with. */
static bool
binary(struct lavoir_str head)
{
	size_t n = head.len < SNIFF ? head.len : SNIFF;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)head.ptr[i];

		if (c < 0x20 && (c < 0x07 || c > 0x0d) && c != 0x1b)
			return true;
	}
	return head.len >= 5 && memcmp(head.ptr, "%PDF-", 5) == 0;
}

/* Contents decide, but for text that is said to be HTML: often it begins like
 * no HTML, or is but a fragment. */
static const char *
media_type(const struct content *c, struct lavoir_str head)
{
	if (c->text)
		return "text/plain";
	if (head.len == 0 || binary(head))
		return NULL;
	if (fields_starts(c->declared, "text/html"))
		return "text/html";
	if (fields_starts(c->declared, "application/xhtml+xml"))
		return "application/xhtml+xml";
	return NULL;
}

static bool
fill_in(struct reader *r, const struct content *c, struct lavoir_child *child,
    struct lavoir_str head, uint64_t n)
{
	double level = r->source.unpacker != NULL
	    ? bounds_level(&r->bounds, n, source_consumed(&r->source))
	    : r->bounds.level;

	if (!attributes_make(r, c, level))
		return false;
	*child = (struct lavoir_child){ .size = sizeof(*child),
		.media_type = media_type(c, head),
		.attrs = { r->attributes.item, r->attributes.n },
		.position = position(r) };
	if (r->attributes.url[0] != '\0')
		child->name = r->attributes.url;
	return true;
}

/* ---- streamed ---- */

static int
take_piece(void *arg, struct lavoir_str piece)
{
	struct stream *s = arg;
	struct reader *r = s->r;
	struct lavoir_child child;
	int rc = LAVOIR_OK;

	if (!bounds_add(&r->bounds, piece.len, source_consumed(&r->source),
		r->why, sizeof(r->why))) {
		r->over = true;
		return LAVOIR_EINVAL;
	}
	s->written += piece.len;
	if (s->written > r->record_size_max) {
		(void)snprintf(r->why, sizeof(r->why),
		    "longer than %llu bytes (record_size_max)",
		    (unsigned long long)r->record_size_max);
		return LAVOIR_EINVAL;
	}
	if (!s->begun) {
		if (!fill_in(r, s->content, &child, piece, 0))
			return no_memory(r);
		child.flags = LAVOIR_CHILD_STREAM;
		rc = r->host->doc_child(r->doc, &child);
		s->begun = rc == LAVOIR_OK;
	}
	return rc == LAVOIR_OK && piece.len > 0
	    ? r->host->doc_child_write(r->doc, piece)
	    : rc;
}

static int
cut_off(struct reader *r)
{
	(void)snprintf(r->why, sizeof(r->why), "%s: %llu bytes are missing",
	    r->source.error ? r->source.error : "the record is cut off",
	    (unsigned long long)r->left);
	return LAVOIR_EINVAL;
}

/* All pieces of the block; left and the source go on with each. */
static int
write_block(struct reader *r, struct body *b)
{
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK && r->left > 0) {
		struct lavoir_str have = source_peek(&r->source, 1);

		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		if (r->source.no_memory)
			return no_memory(r);
		if (have.len == 0)
			return cut_off(r);
		if (have.len > r->left)
			have.len = (size_t)r->left;
		if (have.len > SOURCE_PIECE)
			have.len = SOURCE_PIECE;
		rc = body_write(b, have);
		source_consume(&r->source, have.len);
		r->left -= have.len;
	}
	/* A payload that the crawler cut is what there is of it. */
	if (rc == LAVOIR_OK && body_end(b) != LAVOIR_OK &&
	    fields_get(&r->warc, "WARC-Truncated").len == 0)
		rc = LAVOIR_EINVAL;
	if (rc == LAVOIR_EINVAL && b->error != NULL)
		(void)snprintf(r->why, sizeof(r->why), "%s", b->error);
	return rc;
}

/* A record that a child was made of: if it is damaged, that has been said. */
static int
skip_reported(struct reader *r)
{
	int rc = record_skip(r);

	if (rc != LAVOIR_EINVAL)
		return rc;
	(void)source_resync(&r->source);
	return r->source.no_memory ? no_memory(r) : LAVOIR_OK;
}

/* The child has failed, its record need not have: read past the rest. */
static int
fail_stream(struct stream *s)
{
	struct reader *r = s->r;
	struct lavoir_child child;
	char why[sizeof(r->why)];
	int rc;

	memcpy(why, r->why, sizeof(why));
	r->host->count(r->host, COUNT_DAMAGED, 1);
	if (s->begun) {
		rc = r->host->doc_child_fail(r->doc, why);
	} else {
		if (!fill_in(r, s->content, &child,
			(struct lavoir_str){ "", 0 }, 0))
			return no_memory(r);
		child.fail = why;
		rc = r->host->doc_child(r->doc, &child);
	}
	if (rc == LAVOIR_OK && r->over) {
		memcpy(r->why, why, sizeof(why));
		return LAVOIR_EINVAL;
	}
	return rc == LAVOIR_OK ? skip_reported(r) : rc;
}

static int
stream(struct reader *r, const struct content *c, struct body *b)
{
	struct stream s = { .r = r, .content = c };
	int rc;

	b->sink = take_piece;
	b->arg = &s;
	rc = write_block(r, b);
	b->arg = NULL;
	if (rc == LAVOIR_OK && !record_ends_here(r)) {
		(void)snprintf(r->why, sizeof(r->why),
		    "Content-Length is wrong: no record follows");
		rc = LAVOIR_EINVAL;
	}
	if (rc == LAVOIR_OK && !s.begun)
		rc = take_piece(&s, (struct lavoir_str){ "", 0 });
	if (rc == LAVOIR_EINVAL)
		return fail_stream(&s);
	return rc == LAVOIR_OK
	    ? r->host->doc_child_write(r->doc, (struct lavoir_str){ "", 0 })
	    : rc;
}

/* ---- in one piece ---- */

static int
hand_out_whole(struct reader *r, const struct content *c,
    struct lavoir_str block)
{
	struct lavoir_child child;

	if (!fill_in(r, c, &child, block, 0))
		return no_memory(r);
	if (c->text && block.len <= TEXT_MAX &&
	    u8_valid(block.ptr, block.len) == block.len)
		child.text = block;
	else
		child.raw = block;
	return r->host->doc_child(r->doc, &child);
}

/* It lies in the file. */
static int
hand_out_range(struct reader *r, const struct content *c)
{
	struct lavoir_str block = source_peek(&r->source, 0);

	if (block.len < r->left) {
		r->left -= block.len;
		return cut_off(r);
	}
	block.len = (size_t)r->left;
	source_consume(&r->source, block.len);
	r->left = 0;
	if (!record_ends_here(r)) {
		(void)snprintf(r->why, sizeof(r->why),
		    "Content-Length is wrong: no record follows");
		return LAVOIR_EINVAL;
	}
	if (block.len > r->record_size_max) {
		(void)snprintf(r->why, sizeof(r->why),
		    "longer than %llu bytes (record_size_max)",
		    (unsigned long long)r->record_size_max);
		r->host->count(r->host, COUNT_DAMAGED, 1);
		return child_failed(r, block, r->why);
	}
	return swallowed(r) ? LAVOIR_OK : hand_out_whole(r, c, block);
}

/* Texts are handed out in one piece: gather it. */
static int
hand_out_text(struct reader *r, const struct content *c)
{
	size_t n = (size_t)r->left, len = 0;
	char *text = n > r->text_cap ? realloc(r->text, n) : r->text;

	if (text == NULL && n > 0)
		return no_memory(r);
	r->text = text;
	if (n > r->text_cap)
		r->text_cap = n;
	while (r->left > 0) {
		struct lavoir_str have = source_peek(&r->source, 1);

		if (r->source.no_memory)
			return no_memory(r);
		if (have.len == 0)
			return cut_off(r);
		if (have.len > r->left)
			have.len = (size_t)r->left;
		memcpy(text + len, have.ptr, have.len);
		len += have.len;
		source_consume(&r->source, have.len);
		r->left -= have.len;
	}
	if (!record_ends_here(r)) {
		(void)snprintf(r->why, sizeof(r->why),
		    "Content-Length is wrong: no record follows");
		return LAVOIR_EINVAL;
	}
	if (!bounds_add(&r->bounds, len, source_consumed(&r->source), r->why,
		sizeof(r->why))) {
		r->over = true;
		return LAVOIR_EINVAL;
	}
	return swallowed(r)
	    ? LAVOIR_OK
	    : hand_out_whole(r, c, (struct lavoir_str){ text, len });
}

int
child_hand_out(struct reader *r, const struct content *c)
{
	struct body b = { .out = r->out };
	struct lavoir_str head;
	int rc;

	if (c->text && r->source.unpacker != NULL && r->left > 0 &&
	    r->left <= TEXT_MAX && r->left <= r->record_size_max)
		return hand_out_text(r, c);
	head = source_peek(&r->source, r->left < PEEK ? (size_t)r->left : PEEK);
	if (r->source.no_memory)
		return no_memory(r);
	if (head.len > r->left)
		head.len = (size_t)r->left;
	body_begin(&b, c->transfer_encoding, c->content_encoding, head);
	if (body_plain(&b) && r->source.unpacker == NULL) {
		rc = hand_out_range(r, c);
	} else if (swallowed(r)) {
		rc = skip_reported(r);
	} else {
		rc = stream(r, c, &b);
	}
	body_free(&b);
	return rc;
}

/* source.c - the bytes of a WARC file, plain or compressed, in order. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

enum { MAGIC_LEN = 5, PROBE = 64 };

void
source_begin(struct source *s, struct lavoir_str raw, struct unpacker *unpacker,
    enum unpacker_type type, uint64_t offset)
{
	s->raw = raw;
	s->unpacker = unpacker;
	s->type = type;
	s->base = (size_t)offset;
	s->at = s->len = s->n_marks = 0;
	s->plain = 0;
	s->current = (struct source_mark){ offset, 0 };
	s->ended = s->no_memory = false;
	s->error = NULL;
	if (unpacker == NULL) {
		s->at = (size_t)offset;
		return;
	}
	unpacker_start(unpacker,
	    (struct lavoir_str){ raw.ptr + offset, raw.len - (size_t)offset });
}

void
source_free(struct source *s)
{
	free(s->window);
	s->window = NULL;
	s->cap = 0;
}

/* Room for a piece more behind what is there. */
static bool
make_room(struct source *s)
{
	size_t cap = s->cap;
	char *window;

	if (s->at > 0) {
		memmove(s->window, s->window + s->at, s->len - s->at);
		s->len -= s->at;
		s->at = 0;
	}
	if (cap - s->len >= SOURCE_PIECE)
		return true;
	while (cap - s->len < SOURCE_PIECE)
		cap = cap == 0 ? 4 * (size_t)SOURCE_PIECE : 2 * cap;
	window = realloc(s->window, cap);
	if (window == NULL) {
		s->no_memory = true;
		return false;
	}
	s->window = window;
	s->cap = cap;
	return true;
}

/* Those that we are at or behind. */
static void
pass_marks(struct source *s)
{
	size_t n = 0;

	while (n < s->n_marks && s->mark[n].plain <= s->plain)
		s->current = s->mark[n++];
	s->n_marks -= n;
	if (n > 0)
		memmove(s->mark, s->mark + n, s->n_marks * sizeof(*s->mark));
}

/* The call behind a member's end stops before the next one's first byte. */
static void
note_member(struct source *s)
{
	struct source_mark m = {
		.file = s->base + unpacker_consumed(s->unpacker),
		.plain = s->plain + (s->len - s->at),
	};

	/* Of more members than that some are not known as places to go on. */
	if (s->n_marks == SOURCE_MARKS_MAX)
		s->n_marks--;
	s->mark[s->n_marks++] = m;
	pass_marks(s);
}

/* A piece more; false: no more. */
static bool
fill(struct source *s)
{
	bool between;
	size_t n;
	enum unpacker_status status;

	if (s->ended || !make_room(s))
		return false;
	between = unpacker_between(s->unpacker);
	status =
	    unpacker_read(s->unpacker, s->window + s->len, SOURCE_PIECE, &n);
	if (between && status == UNPACKER_MORE)
		note_member(s);
	s->len += n;
	s->ended = status != UNPACKER_MORE;
	if (status == UNPACKER_ERROR)
		s->error = unpacker_error(s->unpacker);
	return !s->ended || n > 0;
}

struct lavoir_str
source_peek(struct source *s, size_t want)
{
	if (s->unpacker == NULL)
		return (struct lavoir_str){ s->raw.ptr + s->at,
			s->raw.len - s->at };
	while (s->len - s->at < want && fill(s))
		;
	return (struct lavoir_str){ s->window + s->at, s->len - s->at };
}

void
source_consume(struct source *s, size_t n)
{
	s->at += n;
	s->plain += n;
	pass_marks(s);
}

bool
source_offset(const struct source *s, uint64_t *offset_r)
{
	*offset_r = s->unpacker == NULL ? s->at : s->current.file;
	return s->unpacker == NULL || s->current.plain == s->plain;
}

void
source_rewind(struct source *s, uint64_t offset)
{
	if (s->unpacker == NULL)
		s->at = (size_t)offset;
}

uint64_t
source_consumed(const struct source *s)
{
	return s->unpacker == NULL
	    ? s->at
	    : s->base + (uint64_t)unpacker_consumed(s->unpacker);
}

static bool
is_version(const char *p, size_t n)
{
	return n >= 8 && memcmp(p, "WARC/", MAGIC_LEN) == 0 && p[5] >= '0' &&
	    p[5] <= '9' && p[6] == '.';
}

/* "WARC/1." at the beginning of a line, behind the first byte. */
static const char *
find_record(struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;

	while (p < end &&
	    (p = memmem(p, (size_t)(end - p), "\nWARC/", MAGIC_LEN + 1)) !=
		NULL) {
		if (is_version(p + 1, (size_t)(end - p) - 1))
			return p + 1;
		p++;
	}
	return NULL;
}

/* Does a member begin at this place that begins with a record? */
static bool
member_is_record(struct source *s, size_t offset)
{
	struct lavoir_str head;

	source_begin(s, s->raw, s->unpacker, s->type, offset);
	head = source_peek(s, PROBE);
	return is_version(head.ptr, head.len);
}

/* Behind damage: the next member that begins with a record. */
static bool
next_member(struct source *s)
{
	size_t from = (size_t)s->current.file + 1;
	const char *p;

	while (from < s->raw.len) {
		p = unpacker_find_member(s->type, s->raw.ptr + from,
		    s->raw.len - from);
		if (p == NULL)
			break;
		from = (size_t)(p - s->raw.ptr);
		if (member_is_record(s, from))
			return true;
		if (s->no_memory)
			return false;
		from++;
	}
	/* That was all; what was wrong has been said. */
	s->ended = true;
	s->error = NULL;
	s->at = s->len = 0;
	return false;
}

bool
source_resync(struct source *s)
{
	for (;;) {
		struct lavoir_str have = source_peek(s, SOURCE_PIECE / 2);
		const char *record = find_record(have);

		if (record != NULL) {
			source_consume(s, (size_t)(record - have.ptr));
			return true;
		}
		if (s->unpacker == NULL || s->ended) {
			source_consume(s, have.len);
			return s->error != NULL && next_member(s);
		}
		/* A record's first bytes may be the last that we see. */
		source_consume(s, have.len - MAGIC_LEN - PROBE);
	}
}

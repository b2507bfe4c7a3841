/* single.c - a compressed file that is no archive: one document. */
#include <stdio.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "reader.h"

enum { GZIP_HEADER = 10, GZIP_EXTRA = 4, GZIP_NAME = 8 };

/* What gzip wrote down: the name of the file, without its folder. */
static const char *
gzip_name(struct lavoir_str raw)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	size_t at = GZIP_HEADER;

	if (raw.len < GZIP_HEADER || (p[3] & GZIP_NAME) == 0)
		return NULL;
	if (p[3] & GZIP_EXTRA) {
		if (raw.len < at + 2)
			return NULL;
		at += 2 + ((size_t)p[at] | (size_t)p[at + 1] << 8);
	}
	if (at >= raw.len || memchr(raw.ptr + at, '\0', raw.len - at) == NULL)
		return NULL;
	return raw.ptr + at;
}

/* What the file itself is called, without its last ending. */
static void
own_name(const struct reader *r, char name[NAME_SIZE])
{
	struct lavoir_str s =
	    lavoir_get_str(r->host, r->doc, "lavoir.member", "");
	const char *slash, *dot;

	if (s.len == 0)
		s = lavoir_get_str(r->host, r->doc, "lavoir.path", "");
	slash = s.len > 0 ? memrchr(s.ptr, '/', s.len) : NULL;
	if (slash != NULL) {
		s.len -= (size_t)(slash + 1 - s.ptr);
		s.ptr = slash + 1;
	}
	dot = s.len > 0 ? memrchr(s.ptr, '.', s.len) : NULL;
	if (dot != NULL && dot > s.ptr)
		s.len = (size_t)(dot - s.ptr);
	if (s.len >= NAME_SIZE)
		s.len = 0;
	memcpy(name, s.ptr, s.len);
	name[s.len] = '\0';
}

static int
begin(struct reader *r, enum unpacker_type type)
{
	char name[NAME_SIZE], bytes[NAME_SIZE], original[NAME_SIZE];
	const char *inner = type == UNPACKER_GZIP ? gzip_name(r->raw) : NULL;
	struct lavoir_attr level = { BOUNDS_ATTRIBUTE,
		{ .type = LAVOIR_REAL,
		    .r = bounds_level(&r->bounds, 0,
			unpacker_consumed(r->unpacker)) } };
	struct lavoir_child child = { .size = sizeof(child),
		.flags = LAVOIR_CHILD_STREAM,
		.attrs = { &level, level.value.r > 1 } };
	bool changed;

	own_name(r, bytes);
	name_make(name, original, &changed, inner ? inner : bytes, FORMAT_TAR);
	if (name[0] != '\0')
		child.name = name;
	r->host->count(r->host, COUNT_MEMBERS, 1);
	return r->host->doc_child(r->doc, &child);
}

/* The child fails with it; what was hit for the whole file, too. */
static int
end_badly(struct reader *r)
{
	int rc;

	r->host->count(r->host, COUNT_DAMAGED, 1);
	rc = r->host->doc_child_fail(r->doc, r->why);
	return rc == LAVOIR_OK && r->over
	    ? r->host->fail(r->host, LAVOIR_EINVAL, r->why)
	    : rc;
}

static int
write_piece(struct reader *r, size_t n, uint64_t *written)
{
	*written += n;
	if (*written > r->member_size_max) {
		(void)snprintf(r->why, sizeof(r->why),
		    "longer than %llu bytes (member_size_max)",
		    (unsigned long long)r->member_size_max);
		return LAVOIR_EINVAL;
	}
	if (!bounds_add(&r->bounds, n, unpacker_consumed(r->unpacker), r->why,
		sizeof(r->why))) {
		r->over = true;
		return LAVOIR_EINVAL;
	}
	return n == 0 ? LAVOIR_OK
		      : r->host->doc_child_write(r->doc,
			    (struct lavoir_str){ r->piece, n });
}

/* What follows the last whole member is none of it. */
static int
end_of_stream(struct reader *r)
{
	const char *error = unpacker_error(r->unpacker);

	if (error != NULL && !unpacker_between(r->unpacker)) {
		(void)snprintf(r->why, sizeof(r->why), "%s", error);
		return end_badly(r);
	}
	return r->host->doc_child_write(r->doc, (struct lavoir_str){ "", 0 });
}

int
read_single(struct reader *r, enum unpacker_type type)
{
	enum unpacker_status status = UNPACKER_MORE;
	const char *error = unpacker_error(r->unpacker);
	uint64_t written = 0;
	size_t n = r->piece_len;
	int rc;

	if (n == 0 && error != NULL && !unpacker_between(r->unpacker))
		return r->host->fail(r->host, LAVOIR_EINVAL, error);
	rc = begin(r, type);
	while (rc == LAVOIR_OK) {
		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		rc = write_piece(r, n, &written);
		if (rc == LAVOIR_EINVAL)
			return end_badly(r);
		if (rc != LAVOIR_OK || status != UNPACKER_MORE)
			break;
		status = unpacker_read(r->unpacker, r->piece, PIECE, &n);
	}
	return rc == LAVOIR_OK ? end_of_stream(r) : rc;
}

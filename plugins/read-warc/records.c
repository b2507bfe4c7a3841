/* records.c - one record after the other, damaged ones alone.
 *
 * The position of a child, for doc_resume(), is one more than the place where
 * its record begins: a compressed record's end is not known before it is read.
 * A file that is gone on with is read from there, and the first child that
 * comes of it is not handed out again.  The highest bit tells what could not
 * be seen from there: whether the file has more than one warcinfo record.
 */
#include <stdio.h>
#include <string.h>

#include "reader.h"

enum { HEAD_STEP = 4096, HEAD_MAX = 1 << 20, BLANK_MAX = 64 };

static int
no_memory(struct reader *r)
{
	return r->host->fail(r->host, LAVOIR_ENOMEM, "no memory for a record");
}

static int
damaged(struct reader *r, const char *why)
{
	(void)snprintf(r->why, sizeof(r->why), "%s", why);
	return LAVOIR_EINVAL;
}

static bool
version_here(struct lavoir_str s)
{
	return s.len >= 8 && memcmp(s.ptr, "WARC/", 5) == 0 &&
	    s.ptr[5] >= '0' && s.ptr[5] <= '9' && s.ptr[6] == '.';
}

/* Lines between records: two, often fewer, sometimes more. */
static void
skip_blank(struct source *s)
{
	struct lavoir_str have;
	size_t n;

	do {
		have = source_peek(s, 1);
		for (n = 0; n < have.len &&
		     (have.ptr[n] == '\r' || have.ptr[n] == '\n');
		     n++)
			;
		source_consume(s, n);
	} while (n > 0 && n == have.len);
}

bool
record_ends_here(struct reader *r)
{
	struct lavoir_str have = source_peek(&r->source, BLANK_MAX);
	size_t n = 0;

	while (n < have.len && (have.ptr[n] == '\r' || have.ptr[n] == '\n'))
		n++;
	if (n == have.len)
		return true;
	return version_here((struct lavoir_str){ have.ptr + n, have.len - n });
}

int
record_skip(struct reader *r)
{
	while (r->left > 0) {
		struct lavoir_str have = source_peek(&r->source, 1);

		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		if (r->source.no_memory)
			return no_memory(r);
		if (have.len == 0) {
			(void)snprintf(r->why, sizeof(r->why),
			    "%s: %llu bytes are missing",
			    r->source.error ? r->source.error
					    : "the record is cut off",
			    (unsigned long long)r->left);
			return LAVOIR_EINVAL;
		}
		if (have.len > r->left)
			have.len = (size_t)r->left;
		source_consume(&r->source, have.len);
		r->left -= have.len;
	}
	if (!record_ends_here(r))
		return damaged(r, "Content-Length is wrong: no record follows");
	return LAVOIR_OK;
}

int
record_head(struct reader *r, struct fields *f, uint64_t left)
{
	size_t max = left < HEAD_MAX ? (size_t)left : HEAD_MAX, want = 0, n = 0;
	struct lavoir_str have;

	do {
		want = want == 0 ? HEAD_STEP : 2 * want;
		if (want > max)
			want = max;
		have = source_peek(&r->source, want);
		if (r->source.no_memory)
			return no_memory(r);
		if (have.len > max)
			have.len = max;
		n = fields_end(have);
	} while (n == 0 && want < max && have.len >= want);
	if (n == 0)
		return LAVOIR_PASS;
	if (!fields_parse(f, (struct lavoir_str){ have.ptr, n }, true))
		return no_memory(r);
	source_consume(&r->source, n);
	return LAVOIR_OK;
}

/* Digits only. */
static bool
content_length(struct lavoir_str s, uint64_t *n_r)
{
	*n_r = 0;
	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		*n_r = *n_r * 10 + (unsigned)(s.ptr[i] - '0');
	}
	return true;
}

/* The one that the file begins with speaks for those behind it. */
static int
warcinfo(struct reader *r)
{
	struct lavoir_str have, id;

	r->host->count(r->host, COUNT_WARCINFO, 1);
	if (!r->first) {
		r->more_infos = true;
		return record_skip(r);
	}
	have =
	    source_peek(&r->source, r->left < HEAD_MAX ? (size_t)r->left : 0);
	if (have.len > r->left)
		have.len = (size_t)r->left;
	if (have.len > HEAD_MAX)
		have.len = 0;
	if (!fields_parse(&r->info, have, false))
		return no_memory(r);
	id = fields_get(&r->warc, "WARC-Record-ID");
	if (id.len < sizeof(r->info_id))
		(void)snprintf(r->info_id, sizeof(r->info_id), "%.*s",
		    (int)id.len, id.ptr);
	return record_skip(r);
}

static int
passed_over(struct reader *r, unsigned counter)
{
	r->host->count(r->host, counter, 1);
	return record_skip(r);
}

static int
handle(struct reader *r)
{
	struct lavoir_str type = fields_get(&r->warc, "WARC-Type");

	if (fields_is(type, "response"))
		return record_response(r);
	if (fields_is(type, "resource"))
		return record_resource(r, false);
	if (fields_is(type, "conversion"))
		return record_resource(r, true);
	if (fields_is(type, "warcinfo"))
		return warcinfo(r);
	if (fields_is(type, "request"))
		return passed_over(r, COUNT_REQUESTS);
	if (fields_is(type, "metadata"))
		return passed_over(r, COUNT_METADATA);
	if (fields_is(type, "revisit"))
		return passed_over(r, COUNT_REVISITS);
	return passed_over(r, COUNT_OTHERS);
}

static int
read_record(struct reader *r)
{
	int rc;

	if (!version_here(source_peek(&r->source, HEAD_STEP)))
		return damaged(r,
		    r->source.error ? r->source.error
				    : "no record begins here");
	rc = record_head(r, &r->warc, UINT64_MAX);
	if (rc == LAVOIR_PASS)
		return damaged(r,
		    r->source.error ? r->source.error
				    : "a header without its end");
	if (rc != LAVOIR_OK)
		return rc;
	(void)source_offset(&r->source, &r->behind_header);
	if (!content_length(fields_get(&r->warc, "Content-Length"), &r->left))
		return damaged(r, "no Content-Length, or none that is one");
	rc = handle(r);
	r->first = false;
	return rc;
}

/* The record in question fails alone; reading goes on at the next one. */
static int
give_up_record(struct reader *r)
{
	struct lavoir_str raw = { NULL, 0 };
	char why[sizeof(r->why)];

	memcpy(why, r->why, sizeof(why));
	r->host->count(r->host, COUNT_DAMAGED, 1);
	if (r->behind_header > r->start)
		source_rewind(&r->source, r->behind_header);
	(void)source_resync(&r->source);
	if (r->source.no_memory)
		return no_memory(r);
	if (r->source.unpacker == NULL)
		raw = (struct lavoir_str){ r->source.raw.ptr + r->start,
			r->source.at - (size_t)r->start };
	return child_failed(r, raw, why);
}

static int
next_record(struct reader *r, bool *go)
{
	const struct lavoir_host *host = r->host;
	uint64_t before = source_consumed(&r->source);
	int rc;

	if (host->cancelled(host))
		return LAVOIR_ECANCELED;
	skip_blank(&r->source);
	if (source_peek(&r->source, 1).len == 0 && r->source.error == NULL) {
		*go = false;
		return r->source.no_memory ? no_memory(r) : LAVOIR_OK;
	}
	r->placed = source_offset(&r->source, &r->start);
	r->behind_header = r->left = 0;
	rc = read_record(r);
	if (rc == LAVOIR_EINVAL && r->over)
		return host->fail(host, LAVOIR_EINVAL, r->why);
	if (rc == LAVOIR_EINVAL)
		rc = give_up_record(r);
	/* A rewound file has read less. */
	if (source_consumed(&r->source) > before)
		host->count(host, COUNT_BYTES,
		    (int64_t)(source_consumed(&r->source) - before));
	return rc;
}

/* The warcinfo that the file begins with, before going on in the middle. */
static int
read_first_info(struct reader *r)
{
	int rc;

	skip_blank(&r->source);
	rc = version_here(source_peek(&r->source, HEAD_STEP))
	    ? record_head(r, &r->warc, UINT64_MAX)
	    : LAVOIR_PASS;
	if (rc == LAVOIR_OK &&
	    fields_is(fields_get(&r->warc, "WARC-Type"), "warcinfo") &&
	    content_length(fields_get(&r->warc, "Content-Length"), &r->left))
		rc = warcinfo(r);
	r->first = false;
	return rc == LAVOIR_PASS || rc == LAVOIR_EINVAL ? LAVOIR_OK : rc;
}

/* Go on where we were, if that is known. */
static int
resume(struct reader *r, struct lavoir_str raw, struct unpacker *unpacker,
    enum unpacker_type type)
{
	uint64_t position = 0, children = 0;
	int rc = r->host->doc_resume(r->doc, &position, &children);

	if (rc != LAVOIR_OK || position == 0)
		return rc;
	r->more_infos = (position & POSITION_MORE_INFOS) != 0;
	position &= ~POSITION_MORE_INFOS;
	if (position - 1 >= raw.len)
		return r->host->fail(r->host, LAVOIR_EINVAL,
		    "the place to go on at lies behind the end");
	rc = read_first_info(r);
	if (rc != LAVOIR_OK)
		return rc;
	source_begin(&r->source, raw, unpacker, type, position - 1);
	r->swallow = true;
	return LAVOIR_OK;
}

static bool
is_type(struct lavoir_str s, const char *type)
{
	size_t len = strlen(type);

	return fields_starts(s, type) &&
	    (s.len == len || s.ptr[len] == ';' || s.ptr[len] == ' ');
}

int
read_records(struct reader *r, struct lavoir_doc *doc)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc);
	struct unpacker *unpacker = NULL;
	enum unpacker_type type = UNPACKER_GZIP;
	struct lavoir_value v;
	bool go = true;
	int rc;

	if (host->doc_get(doc, "lavoir.media_type", &v) != LAVOIR_OK ||
	    v.type != LAVOIR_STR)
		return LAVOIR_PASS;
	if (is_type(v.s, "application/gzip"))
		unpacker = r->gzip;
	else if (is_type(v.s, "application/zstd"))
		unpacker = r->zstd;
	if (unpacker == r->zstd)
		type = UNPACKER_ZSTD;
	r->doc = doc;
	r->swallow = r->more_infos = r->over = false;
	r->first = true;
	r->children = 0;
	r->info.n = 0;
	r->info_id[0] = '\0';
	bounds_begin(&r->bounds, host, doc, r->output_max, r->ratio_max);
	source_begin(&r->source, raw, unpacker, type, 0);
	if (unpacker != NULL && !version_here(source_peek(&r->source, 64)))
		return r->source.no_memory ? no_memory(r) : LAVOIR_PASS;
	rc = resume(r, raw, unpacker, type);
	while (rc == LAVOIR_OK && go)
		rc = next_record(r, &go);
	if (rc == LAVOIR_OK && r->children == 0 && !r->swallow)
		return host->fail(host, LAVOIR_EINVAL,
		    "none of its records holds a document");
	return rc;
}

/* content.c - records that hold documents: responses, resources, conversions.
 */
#include <string.h>

#include "reader.h"

/* "image/" and a star, or all of a type; parameters are none of it. */
static bool
type_matches(struct lavoir_str type, struct lavoir_str pattern)
{
	size_t len = 0;

	while (len < type.len && type.ptr[len] != ';' && type.ptr[len] != ' ')
		len++;
	type.len = len;
	if (pattern.len > 0 && pattern.ptr[pattern.len - 1] == '*') {
		pattern.len--;
		if (type.len > pattern.len)
			type.len = pattern.len;
	}
	if (type.len != pattern.len)
		return false;
	for (size_t i = 0; i < len && i < type.len; i++) {
		char a = type.ptr[i], b = pattern.ptr[i];

		if (a >= 'A' && a <= 'Z')
			a |= 0x20;
		if (b >= 'A' && b <= 'Z')
			b |= 0x20;
		if (a != b)
			return false;
	}
	return true;
}

static bool
type_wanted(const struct reader *r, struct lavoir_str type)
{
	for (size_t i = 0; i < r->skipped_types.n; i++)
		if (type_matches(type, r->skipped_types.item[i].s))
			return false;
	return true;
}

static bool
status_wanted(const struct reader *r, int64_t status)
{
	for (size_t i = 0; i < r->statuses.n; i++)
		if (r->statuses.item[i].i == status)
			return true;
	return r->statuses.n == 0;
}

/* "HTTP/1.1 200 OK"; -1: it is no such line. */
static int64_t
status_of(struct lavoir_str line)
{
	const char *p = memchr(line.ptr, ' ', line.len);
	const char *end = line.ptr + line.len;
	int64_t status = 0;

	if (!fields_starts(line, "HTTP/") || p == NULL)
		return -1;
	while (p < end && *p == ' ')
		p++;
	if (end - p < 3)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		status = status * 10 + (p[i] - '0');
	}
	return status;
}

static int
passed_over(struct reader *r, unsigned counter)
{
	r->host->count(r->host, counter, 1);
	return record_skip(r);
}

static int
hand_out(struct reader *r, const struct content *c, unsigned counter)
{
	if (!type_wanted(r, c->declared))
		return passed_over(r, COUNT_TYPE);
	r->host->count(r->host, counter, 1);
	return child_hand_out(r, c);
}

/* Headers that never end are all there is. */
static int
read_http_head(struct reader *r)
{
	uint64_t before = r->source.unpacker ? r->source.plain : r->source.at;
	uint64_t after;
	int rc = record_head(r, &r->http, r->left);

	if (rc == LAVOIR_PASS) {
		struct lavoir_str have = source_peek(&r->source, 1);

		if (have.len > r->left)
			have.len = (size_t)r->left;
		if (have.len > 1 << 16)
			have.len = 1 << 16;
		return fields_parse(&r->http, have, true)
		    ? LAVOIR_PASS
		    : r->host->fail(r->host, LAVOIR_ENOMEM,
			  "no memory for a record");
	}
	after = r->source.unpacker ? r->source.plain : r->source.at;
	r->left -= after - before;
	return rc;
}

int
record_response(struct reader *r)
{
	struct lavoir_str type = fields_get(&r->warc, "Content-Type");
	struct content c = { .http = true };
	int rc;

	if (!fields_starts(type, "application/http")) {
		/* Of another protocol: a file is one, an address is none. */
		if (fields_starts(type, "text/dns") || r->left == 0)
			return passed_over(r, COUNT_OTHERS);
		return record_resource(r, false);
	}
	rc = read_http_head(r);
	if (rc != LAVOIR_OK && rc != LAVOIR_PASS)
		return rc;
	c.status = status_of(r->http.first);
	if (!status_wanted(r, c.status) || rc == LAVOIR_PASS)
		return passed_over(r, COUNT_STATUS);
	c.declared = fields_get(&r->http, "Content-Type");
	c.transfer_encoding = fields_get(&r->http, "Transfer-Encoding");
	c.content_encoding = fields_get(&r->http, "Content-Encoding");
	return hand_out(r, &c, COUNT_RESPONSES);
}

int
record_resource(struct reader *r, bool conversion)
{
	struct content c = { .declared = fields_get(&r->warc, "Content-Type") };

	/* Some crawlers keep their own log and arguments so. */
	if (fields_starts(fields_get(&r->warc, "WARC-Target-URI"), "metadata:"))
		return passed_over(r, COUNT_METADATA);
	c.text = conversion &&
	    (c.declared.len == 0 || fields_starts(c.declared, "text/plain"));
	return hand_out(r, &c,
	    conversion ? COUNT_CONVERSIONS : COUNT_RESOURCES);
}

/* values.c - hand out the values of a JSON file one by one. */
#include "values.h"

#include <stdio.h>
#include <string.h>

#include "common/json_in.h"

#define NO_END ((size_t)-1)

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void
values_init(struct values *v, struct reader *r, struct lavoir_doc *doc,
    bool array)
{
	*v = (struct values){ .r = r,
		.doc = doc,
		.array = array,
		.state = array ? AT_ARRAY : AT_VALUE };
}

static int
broken(const struct values *v, const char *what, uint64_t at)
{
	char why[160];

	if (v->plain)
		(void)snprintf(why, sizeof(why),
		    "behind record %llu: %s at byte %llu",
		    (unsigned long long)v->number, what,
		    (unsigned long long)at);
	else
		(void)snprintf(why, sizeof(why), "behind record %llu: %s",
		    (unsigned long long)v->number, what);
	return v->r->host->fail(v->r->host, LAVOIR_EINVAL, why);
}

/* What stands between two values, or the first byte of one. */
static int
between(struct values *v, char c, uint64_t at, bool *value_r)
{
	bool closes = v->array && c == ']';

	*value_r = false;
	if (v->state == AT_END)
		return broken(v, "something behind the array", at);
	if (v->state == AT_ARRAY) {
		v->state = AT_FIRST;
		return c == '[' ? LAVOIR_OK : broken(v, "not an array", at);
	}
	if (closes && v->state != AT_VALUE) {
		v->state = AT_END;
		return LAVOIR_OK;
	}
	if (v->state == AT_COMMA) {
		v->state = AT_VALUE;
		return c == ',' ? LAVOIR_OK
				: broken(v, "a comma is missing", at);
	}
	if (c == ',' || c == ']' || c == '}' || c == ':')
		return broken(v, "a value is missing", at);
	*value_r = true;
	return LAVOIR_OK;
}

static void
begin_value(struct values *v, char c)
{
	v->inside = true;
	v->kind = c;
	v->string = v->escape = false;
	v->depth = 0;
	v->seen = 0;
}

/* One byte of a value; true: it was the last one. */
static inline bool
pass_byte(struct values *v, char c)
{
	if (v->string) {
		if (v->escape)
			v->escape = false;
		else if (c == '\\')
			v->escape = true;
		else if (c == '"')
			v->string = false;
		return !v->string && v->depth == 0;
	}
	switch (c) {
	case '"':
		v->string = true;
		return false;
	case '{':
	case '[':
		v->depth++;
		return false;
	case '}':
	case ']':
		return --v->depth == 0;
	default:
		return false;
	}
}

/* Behind the value's last byte, from p[at] on. */
static size_t
find_end(struct values *v, const char *p, size_t at, size_t len)
{
	bool scalar = v->kind != '{' && v->kind != '[' && v->kind != '"';

	for (; at < len; at++) {
		if (scalar) {
			if (blank(p[at]) || memchr(",]}", p[at], 3) != NULL)
				return at;
		} else if (pass_byte(v, p[at])) {
			return at + 1;
		}
	}
	return NO_END;
}

/* Records are objects; of what is none that is said, or that it is broken. */
static int
hand_out(struct values *v, struct lavoir_str value, uint64_t position)
{
	struct lavoir_child child = { .raw = value,
		.position = v->plain ? position : 0 };
	struct json_value ignored;
	struct json_in j;
	char why[160];

	v->number++;
	if (value.len > v->r->line_size_max) {
		(void)snprintf(why, sizeof(why),
		    "record %llu: longer than %zu bytes (line_size_max)",
		    (unsigned long long)v->number, v->r->line_size_max);
		child.fail = why;
	} else if (v->kind != '{') {
		json_in_init(&j, value);
		(void)(json_in_value(&j, &ignored) && json_in_end(&j));
		(void)snprintf(why, sizeof(why), "record %llu: %s",
		    (unsigned long long)v->number,
		    j.error != NULL ? j.error : "not an object");
		child.fail = why;
	}
	if (child.fail != NULL)
		child.raw = (struct lavoir_str){ NULL, 0 };
	return reader_give(v->r, v->doc, &child, RECORD_ATTRIBUTE, v->number);
}

/* The value that begins at *at, as far as it is there. */
static int
value(struct values *v, struct lavoir_str s, uint64_t base, bool complete,
    size_t *at)
{
	size_t end = find_end(v, s.ptr, *at + v->seen, s.len);
	struct lavoir_str whole = { s.ptr + *at, s.len - *at };
	bool scalar = v->kind != '{' && v->kind != '[' && v->kind != '"';
	int rc = LAVOIR_OK;

	if (end == NO_END && complete) {
		if (!scalar)
			return broken(v, "a value without end", base + s.len);
		end = s.len;
	}
	if (end == NO_END) {
		v->seen = whole.len;
		if (!v->skipping && whole.len > v->r->line_size_max) {
			v->skipping = true;
			rc = hand_out(v, whole, 0);
		}
		if (v->skipping) {
			*at = s.len;
			v->seen = 0;
		}
		return rc;
	}
	whole.len = end - *at;
	if (!v->skipping)
		rc = hand_out(v, whole, base + end);
	v->inside = v->skipping = false;
	v->state = v->array ? AT_COMMA : AT_VALUE;
	*at = end;
	return rc;
}

int
values_feed(struct values *v, struct lavoir_str s, uint64_t base, bool complete,
    size_t *used_r)
{
	size_t at = 0;
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK) {
		bool begins;

		if (v->r->host->cancelled(v->r->host))
			return LAVOIR_ECANCELED;
		if (v->inside) {
			rc = value(v, s, base, complete, &at);
			if (v->inside)
				break;
			continue;
		}
		while (at < s.len && blank(s.ptr[at]))
			at++;
		if (at == s.len)
			break;
		rc = between(v, s.ptr[at], base + at, &begins);
		if (begins)
			begin_value(v, s.ptr[at]);
		else
			at++;
	}
	*used_r = at;
	if (rc == LAVOIR_OK && complete && v->array && v->state != AT_END)
		return broken(v, "array without end", base + s.len);
	return rc;
}

int
read_values(struct reader *r, struct lavoir_doc *doc, size_t offset, size_t end,
    bool array)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc);
	uint64_t position = 0, children = 0;
	struct values v;
	size_t used;
	int rc;

	rc = host->doc_resume(doc, &position, &children);
	if (rc != LAVOIR_OK)
		return rc;
	if (position > end || end > raw.len)
		return host->fail(host, LAVOIR_EINVAL,
		    "the place to go on at lies behind the end");
	values_init(&v, r, doc, array);
	v.plain = true;
	v.number = children;
	if (position > 0) {
		offset = (size_t)position;
		v.state = array ? AT_COMMA : AT_VALUE;
	}
	host->count(host, COUNT_BYTES, (int64_t)(end - offset));
	raw.ptr += offset;
	raw.len = end - offset;
	return values_feed(&v, raw, offset, true, &used);
}

bool
values_likely(struct lavoir_str head, bool *array_r)
{
	size_t i =
	    head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < head.len && blank(head.ptr[i]))
		i++;
	if (i == head.len)
		return false;
	*array_r = head.ptr[i] == '[';
	if (!*array_r && head.ptr[i] != '{')
		return false;
	for (i++; i < head.len && blank(head.ptr[i]); i++)
		;
	return i < head.len && head.ptr[i] == (*array_r ? '{' : '"');
}

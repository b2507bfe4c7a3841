/* media_json.c - JSON and JSON lines, by reading the first value strictly. */
#include <string.h>

#include "model/media_sniff.h"

#define JSON "application/json"
#define LINES "application/x-ndjson"

enum { DEPTH_MAX = 64 };
enum result { WRONG, OPEN, DONE }; /* OPEN: right so far, the end is not seen */

struct scan {
	const uint8_t *at, *end;
	uint64_t arrays; /* bit per level: it is an array */
	unsigned depth;
};

static void
skip_space(struct scan *s)
{
	while (s->at < s->end &&
	    (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' ||
		*s->at == '\n'))
		s->at++;
}

static enum result
scan_escape(struct scan *s)
{
	if (++s->at == s->end)
		return OPEN;
	if (*s->at != 'u')
		return strchr("\"\\/bfnrt", *s->at) && *s->at ? DONE : WRONG;
	for (int i = 0; i < 4; i++) {
		if (++s->at == s->end)
			return OPEN;
		if (!strchr("0123456789abcdefABCDEF", *s->at) || *s->at == 0)
			return WRONG;
	}
	return DONE;
}

static enum result
scan_string(struct scan *s)
{
	enum result rc;

	for (s->at++; s->at < s->end; s->at++) {
		if (*s->at == '"') {
			s->at++;
			return DONE;
		}
		if (*s->at < 0x20)
			return WRONG;
		if (*s->at == '\\') {
			rc = scan_escape(s);
			if (rc != DONE)
				return rc;
		}
	}
	return OPEN;
}

static bool
skip_digits(struct scan *s)
{
	const uint8_t *begin = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return s->at > begin;
}

static enum result
scan_number(struct scan *s)
{
	if (*s->at == '-')
		s->at++;
	if (s->at < s->end && *s->at == '0')
		s->at++;
	else if (!skip_digits(s))
		return s->at == s->end ? OPEN : WRONG;
	if (s->at < s->end && *s->at == '.') {
		s->at++;
		if (!skip_digits(s))
			return s->at == s->end ? OPEN : WRONG;
	}
	if (s->at < s->end && (*s->at | 0x20) == 'e') {
		s->at++;
		if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
			s->at++;
		if (!skip_digits(s))
			return s->at == s->end ? OPEN : WRONG;
	}
	return s->at == s->end ? OPEN : DONE;
}

static enum result
scan_word(struct scan *s, const char *word)
{
	for (; *word != '\0'; word++, s->at++) {
		if (s->at == s->end)
			return OPEN;
		if (*s->at != (uint8_t)*word)
			return WRONG;
	}
	return DONE;
}

static enum result
scan_key(struct scan *s)
{
	enum result rc;

	skip_space(s);
	if (s->at == s->end)
		return OPEN;
	if (*s->at != '"')
		return WRONG;
	rc = scan_string(s);
	if (rc != DONE)
		return rc;
	skip_space(s);
	if (s->at == s->end)
		return OPEN;
	return *s->at++ == ':' ? DONE : WRONG;
}

/* "{" or "[" seen: on to where the first value stands, or out again. *more_r:
 * there is a value. */
static enum result
scan_begin(struct scan *s, bool *more_r)
{
	bool array = *s->at++ == '[';

	if (s->depth == DEPTH_MAX)
		return OPEN;
	s->arrays = s->arrays << 1 | array;
	s->depth++;
	skip_space(s);
	if (s->at == s->end)
		return OPEN;
	*more_r = *s->at != (array ? ']' : '}');
	return array || !*more_r ? DONE : scan_key(s);
}

static enum result
scan_value(struct scan *s, bool *more_r)
{
	*more_r = false;
	skip_space(s);
	if (s->at == s->end)
		return OPEN;
	switch (*s->at) {
	case '{':
	case '[':
		return scan_begin(s, more_r);
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return *s->at == '-' || (*s->at >= '0' && *s->at <= '9')
		    ? scan_number(s)
		    : WRONG;
	}
}

/* Behind a value: "," and on, or "]" and out; *more_r: a value follows. */
static enum result
scan_end(struct scan *s, bool *more_r)
{
	*more_r = false;
	while (s->depth > 0) {
		bool array = (s->arrays & 1) != 0;

		skip_space(s);
		if (s->at == s->end)
			return OPEN;
		if (*s->at == ',') {
			s->at++;
			*more_r = true;
			return array ? DONE : scan_key(s);
		}
		if (*s->at != (array ? ']' : '}'))
			return WRONG;
		s->at++;
		s->arrays >>= 1;
		s->depth--;
	}
	return DONE;
}

static enum result
scan_document(struct scan *s)
{
	enum result rc;
	bool more;

	do {
		rc = scan_value(s, &more);
		if (rc == DONE && !more)
			rc = scan_end(s, &more);
	} while (rc == DONE && more);
	return rc;
}

/* Files whose name says that they are JSON fail as such when they are not:
 * nobody wants their braces as text. */
static bool
named_json(const struct sniff *s)
{
	return sniff_suffix(s, "json") || sniff_suffix(s, "geojson") ||
	    sniff_suffix(s, "ipynb");
}

const char *
sniff_json(const struct sniff *s)
{
	struct scan scan = { s->ptr, s->ptr + s->len, 0, 0 };
	bool lines = sniff_suffix(s, "jsonl") || sniff_suffix(s, "ndjson");
	const char *named = lines ? LINES : named_json(s) ? JSON : NULL;
	const char *alone = lines ? LINES : JSON;
	const uint8_t *after;
	enum result rc;
	bool object;

	skip_space(&scan);
	if (scan.at == scan.end || (*scan.at != '{' && *scan.at != '['))
		return named;
	object = *scan.at == '{';
	rc = scan_document(&scan);
	if (rc == OPEN && !s->whole)
		return alone;
	if (rc != DONE)
		return named;
	after = scan.at;
	skip_space(&scan);
	if (scan.at == scan.end)
		return alone;
	if (memchr(after, '\n', (size_t)(scan.at - after)) == NULL)
		return named;
	if (object && *scan.at == '{')
		return LINES;
	return named;
}

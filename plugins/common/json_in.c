/* json_in.c - strict JSON (RFC 8259), read in place. */
#include "common/json_in.h"

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "common/u8.h"

void
json_in_init(struct json_in *j, struct lavoir_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;

	*j = (struct json_in){ p, p, p + text.len, NULL, 0 };
}

size_t
json_in_offset(const struct json_in *j)
{
	return (size_t)(j->p - j->begin);
}

static bool
fail(struct json_in *j, const char *error)
{
	if (j->error == NULL)
		j->error = error;
	return false;
}

static inline void
blanks(struct json_in *j)
{
	/* An error stays where it was found. */
	while (j->error == NULL && j->p < j->end &&
	    (*j->p == ' ' || *j->p == '\n' || *j->p == '\r' || *j->p == '\t'))
		j->p++;
}

/* Up to the next byte that matters in a string. */
static inline const unsigned char *
plain(const unsigned char *p, const unsigned char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i last = _mm_set1_epi8(0x1f);

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit =
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote),
				     _mm_cmpeq_epi8(v, slash)),
			_mm_cmpeq_epi8(_mm_max_epu8(v, last), last));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && *p >= 0x20 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static inline int
hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at p; -1 if they are not. */
static int
hex4(const unsigned char *p, const unsigned char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* An escape, at its backslash. */
static bool
escape(struct json_in *j)
{
	const unsigned char *p = j->p + 1;

	if (p == j->end)
		return fail(j, "string without end");
	if (*p == 'u') {
		if (hex4(p + 1, j->end) < 0)
			return fail(j, "\\u without four hexadecimal digits");
		j->p += 6;
		return true;
	}
	if (*p == '\0' || strchr("\"\\/bfnrt", *p) == NULL)
		return fail(j, "unknown escape in a string");
	j->p += 2;
	return true;
}

static bool
string(struct json_in *j, struct json_value *v_r)
{
	const unsigned char *begin = ++j->p;

	v_r->type = JSON_STRING;
	v_r->escaped = false;
	for (;;) {
		j->p = plain(j->p, j->end);
		if (j->p == j->end)
			return fail(j, "string without end");
		if (*j->p == '"')
			break;
		if (*j->p != '\\')
			return fail(j, "control character in a string");
		v_r->escaped = true;
		if (!escape(j))
			return false;
	}
	v_r->text =
	    (struct lavoir_str){ (const char *)begin, (size_t)(j->p - begin) };
	j->p++;
	return true;
}

static bool
digits(struct json_in *j)
{
	const unsigned char *begin = j->p;

	while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
		j->p++;
	return j->p > begin || fail(j, "a number without digits");
}

static inline bool
at(const struct json_in *j, unsigned char a, unsigned char b)
{
	return j->p < j->end && (*j->p == a || *j->p == b);
}

static bool
number(struct json_in *j, struct json_value *v_r)
{
	const unsigned char *begin = j->p;

	v_r->type = JSON_INTEGER;
	if (*j->p == '-')
		j->p++;
	if (at(j, '0', '0'))
		j->p++;
	else if (!digits(j))
		return false;
	if (at(j, '.', '.')) {
		v_r->type = JSON_REAL;
		j->p++;
		if (!digits(j))
			return false;
	}
	if (at(j, 'e', 'E')) {
		v_r->type = JSON_REAL;
		j->p++;
		if (at(j, '+', '-'))
			j->p++;
		if (!digits(j))
			return false;
	}
	v_r->text =
	    (struct lavoir_str){ (const char *)begin, (size_t)(j->p - begin) };
	return true;
}

static bool
word(struct json_in *j, const char *w, enum json_type type,
    struct json_value *v_r)
{
	size_t n = strlen(w);

	if ((size_t)(j->end - j->p) < n || memcmp(j->p, w, n) != 0)
		return fail(j, "not a value");
	*v_r = (struct json_value){ type, false, { (const char *)j->p, n } };
	j->p += n;
	return true;
}

/* Pass over an array or object, checking all of it. */
static bool
container(struct json_in *j, struct json_value *v_r)
{
	const unsigned char *begin = j->p;
	bool object = *j->p == '{', first = true;
	struct json_value key, v;

	if (!json_in_enter(j, (char)*begin))
		return false;
	if (object)
		while (json_in_member(j, &first, &key, &v))
			;
	else
		while (json_in_element(j, &first, &v))
			;
	if (j->error != NULL)
		return false;
	*v_r = (struct json_value){ object ? JSON_OBJECT : JSON_ARRAY, false,
		{ (const char *)begin, (size_t)(j->p - begin) } };
	return true;
}

bool
json_in_value(struct json_in *j, struct json_value *v_r)
{
	blanks(j);
	if (j->error != NULL)
		return false;
	if (j->p == j->end)
		return fail(j, "a value is missing");
	switch (*j->p) {
	case '"':
		return string(j, v_r);
	case '{':
	case '[':
		return container(j, v_r);
	case 't':
		return word(j, "true", JSON_TRUE, v_r);
	case 'f':
		return word(j, "false", JSON_FALSE, v_r);
	case 'n':
		return word(j, "null", JSON_NULL, v_r);
	default:
		if (*j->p == '-' || (*j->p >= '0' && *j->p <= '9'))
			return number(j, v_r);
		return fail(j, "not a value");
	}
}

bool
json_in_end(struct json_in *j)
{
	blanks(j);
	if (j->error != NULL)
		return false;
	return j->p == j->end || fail(j, "something behind the value");
}

bool
json_in_enter(struct json_in *j, char bracket)
{
	blanks(j);
	if (j->error != NULL)
		return false;
	if (j->p == j->end || *j->p != (unsigned char)bracket)
		return fail(j,
		    bracket == '{' ? "not an object" : "not an array");
	if (++j->depth > JSON_DEPTH_MAX)
		return fail(j, "nested too deep");
	j->p++;
	return true;
}

/* Past the comma, or the bracket that closes; is there more? */
static bool
more(struct json_in *j, bool *first, unsigned char close)
{
	blanks(j);
	if (j->error != NULL)
		return false;
	if (j->p == j->end)
		return fail(j,
		    close == '}' ? "object without end" : "array without end");
	if (*j->p == close) {
		j->p++;
		j->depth--;
		return false;
	}
	if (!*first) {
		if (*j->p != ',')
			return fail(j, "a comma is missing");
		j->p++;
	}
	*first = false;
	return true;
}

bool
json_in_element(struct json_in *j, bool *first, struct json_value *v_r)
{
	return more(j, first, ']') && json_in_value(j, v_r);
}

bool
json_in_member(struct json_in *j, bool *first, struct json_value *key_r,
    struct json_value *v_r)
{
	if (!more(j, first, '}'))
		return false;
	blanks(j);
	if (!at(j, '"', '"'))
		return fail(j, "a key is missing");
	if (!string(j, key_r))
		return false;
	blanks(j);
	if (!at(j, ':', ':'))
		return fail(j, "a colon is missing");
	j->p++;
	return json_in_value(j, v_r);
}

/* The character of \u at p (behind the u), which has been checked; moves p
 * behind it. */
static uint32_t
unicode_escape(const unsigned char **p, const unsigned char *end, size_t *lone)
{
	int high = hex4(*p, end), low;

	*p += 4;
	if (high < 0xd800 || high > 0xdfff)
		return (uint32_t)high;
	if (high < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' &&
	    (*p)[1] == 'u') {
		low = hex4(*p + 2, end);
		if (low >= 0xdc00 && low <= 0xdfff) {
			*p += 6;
			return 0x10000 +
			    ((uint32_t)(high & 0x3ff) << 10 |
				(uint32_t)(low & 0x3ff));
		}
	}
	++*lone;
	return U8_REPLACEMENT;
}

size_t
json_unescape(struct lavoir_str text, char *out, size_t *lone)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len, *slash;
	unsigned char *o = (unsigned char *)out;

	while (p < end) {
		slash = memchr(p, '\\', (size_t)(end - p));
		if (slash == NULL)
			slash = end;
		memcpy(o, p, (size_t)(slash - p));
		o += slash - p;
		if (slash == end)
			break;
		p = slash + 2;
		if (slash[1] == 'u') {
			o += u8_encode(o, unicode_escape(&p, end, lone));
		} else {
			const char *s = strchr(from, slash[1]);

			*o++ =
			    s != NULL ? (unsigned char)to[s - from] : slash[1];
		}
	}
	return (size_t)(o - (unsigned char *)out);
}

bool
json_equals(const struct json_value *v, struct lavoir_str s)
{
	char name[256];
	struct lavoir_str t = v->text;
	size_t lone = 0;

	if (v->escaped) {
		if (t.len > sizeof(name))
			return false;
		t = (struct lavoir_str){ name, json_unescape(t, name, &lone) };
	}
	return t.len == s.len && memcmp(t.ptr, s.ptr, s.len) == 0;
}

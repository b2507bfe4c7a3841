/* json_out.c - JSON text by appending to a buffer. */
#include "common/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { ROOM = 64 }; /* a vector, and the longest escape */

void
json_out_reset(struct json_out *o, size_t keep)
{
	if (o->cap > keep)
		json_out_free(o);
	o->len = 0;
	o->failed = false;
}

void
json_out_free(struct json_out *o)
{
	free(o->ptr);
	*o = (struct json_out){ 0 };
}

static bool
grow(struct json_out *o, size_t more)
{
	size_t cap = o->cap < 4096 ? 4096 : o->cap;
	unsigned char *ptr;

	if (o->failed || more > SIZE_MAX / 4 - o->len) {
		o->failed = true;
		return false;
	}
	while (cap - o->len < more)
		cap += cap / 2;
	ptr = realloc(o->ptr, cap);
	if (ptr == NULL) {
		o->failed = true;
		return false;
	}
	o->ptr = ptr;
	o->cap = cap;
	return true;
}

static inline bool
reserve(struct json_out *o, size_t more)
{
	return o->cap - o->len >= more || grow(o, more);
}

void
json_out_raw(struct json_out *o, const void *ptr, size_t len)
{
	if (len == 0 || !reserve(o, len))
		return;
	memcpy(o->ptr + o->len, ptr, len);
	o->len += len;
}

void
json_out_char(struct json_out *o, char c)
{
	json_out_raw(o, &c, 1);
}

static inline bool
must_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

/* Room for it must be there. */
static void
escape(struct json_out *o, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char names[] = "btn_fr"; /* from 0x08 on */
	unsigned char *p = o->ptr + o->len;

	p[0] = '\\';
	if (!(c < 0x20)) {
		p[1] = c;
		o->len += 2;
	} else if (c >= 0x08 && c <= 0x0d && c != 0x0b) {
		p[1] = (unsigned char)names[c - 0x08];
		o->len += 2;
	} else {
		memcpy(p + 1, "u00", 3);
		p[4] = (unsigned char)hex[c >> 4];
		p[5] = (unsigned char)hex[c & 15];
		o->len += 6;
	}
}

static void
plain(struct json_out *o, const unsigned char *p, const unsigned char *end)
{
	for (; p < end; p++) {
		if (!reserve(o, ROOM))
			return;
		if (must_escape(*p))
			escape(o, *p);
		else
			o->ptr[o->len++] = *p;
	}
}

#if defined(__x86_64__)
/*
 * Copy a vector first and look at it afterwards: bytes behind the first one to
 * be escaped are simply written again.
 */
static const unsigned char *
copy_sse2(struct json_out *o, const unsigned char *p, const unsigned char *end)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i last = _mm_set1_epi8(0x1f);

	while (end - p >= 16 && reserve(o, ROOM)) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit =
		    _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote),
				     _mm_cmpeq_epi8(v, slash)),
			_mm_cmpeq_epi8(_mm_max_epu8(v, last), last));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);

		_mm_storeu_si128((__m128i *)(void *)(o->ptr + o->len), v);
		if (mask == 0) {
			p += 16;
			o->len += 16;
			continue;
		}
		p += __builtin_ctz(mask);
		o->len += (size_t)__builtin_ctz(mask);
		escape(o, *p++);
	}
	return p;
}

__attribute__((target("avx2"))) static const unsigned char *
copy_avx2(struct json_out *o, const unsigned char *p, const unsigned char *end)
{
	const __m256i quote = _mm256_set1_epi8('"');
	const __m256i slash = _mm256_set1_epi8('\\');
	const __m256i last = _mm256_set1_epi8(0x1f);

	while (end - p >= 32 && reserve(o, ROOM)) {
		__m256i v =
		    _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i hit =
		    _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(v, quote),
					_mm256_cmpeq_epi8(v, slash)),
			_mm256_cmpeq_epi8(_mm256_max_epu8(v, last), last));
		unsigned mask = (unsigned)_mm256_movemask_epi8(hit);

		_mm256_storeu_si256((__m256i *)(void *)(o->ptr + o->len), v);
		if (mask == 0) {
			p += 32;
			o->len += 32;
			continue;
		}
		p += __builtin_ctz(mask);
		o->len += (size_t)__builtin_ctz(mask);
		escape(o, *p++);
	}
	return p;
}
#endif

void
json_out_str(struct json_out *o, const void *ptr, size_t len)
{
	const unsigned char *p = ptr, *end = p + len;

	json_out_char(o, '"');
	if (!reserve(o, len + ROOM))
		return;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		p = copy_avx2(o, p, end);
	p = copy_sse2(o, p, end);
#endif
	plain(o, p, end);
	json_out_char(o, '"');
}

void
json_out_str_plain(struct json_out *o, const void *ptr, size_t len)
{
	const unsigned char *p = ptr;

	json_out_char(o, '"');
	plain(o, p, p + len);
	json_out_char(o, '"');
}

void
json_out_cstr(struct json_out *o, const char *s)
{
	if (s == NULL)
		json_out_raw(o, "null", 4);
	else
		json_out_str(o, s, strlen(s));
}

void
json_out_base64(struct json_out *o, const void *ptr, size_t len)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = ptr;
	char four[4];

	json_out_char(o, '"');
	for (; len > 0; p += 3, len -= len < 3 ? len : 3) {
		uint32_t v = (uint32_t)p[0] << 16;

		if (len > 1)
			v |= (uint32_t)p[1] << 8;
		if (len > 2)
			v |= p[2];
		four[0] = digit[v >> 18];
		four[1] = digit[v >> 12 & 63];
		four[2] = '=';
		four[3] = '=';
		if (len > 1)
			four[2] = digit[v >> 6 & 63];
		if (len > 2)
			four[3] = digit[v & 63];
		json_out_raw(o, four, 4);
	}
	json_out_char(o, '"');
}

void
json_out_int(struct json_out *o, int64_t i)
{
	char s[24];
	int len = snprintf(s, sizeof(s), "%lld", (long long)i);

	json_out_raw(o, s, (size_t)len);
}

void
json_out_real(struct json_out *o, double r)
{
	char s[40];
	int digits, n = 0;

	if (!isfinite(r)) {
		json_out_raw(o, "null", 4);
		return;
	}
	for (digits = 15; digits <= 17; digits++) {
		n = snprintf(s, sizeof(s), "%.*g", digits, r);
		if (strtod(s, NULL) == r)
			break;
	}
	if (strpbrk(s, ".e") == NULL) {
		memcpy(s + n, ".0", 3);
		n += 2;
	}
	json_out_raw(o, s, (size_t)n);
}

void
json_out_key(struct json_out *o, const char *name)
{
	if (o->len > 0 && o->ptr[o->len - 1] != '{')
		json_out_char(o, ',');
	json_out_cstr(o, name);
	json_out_char(o, ':');
}

static void
list(struct json_out *o, const struct lavoir_list *l)
{
	json_out_char(o, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			json_out_char(o, ',');
		json_out_value(o, &l->item[i]);
	}
	json_out_char(o, ']');
}

static void
map(struct json_out *o, const struct lavoir_map *m)
{
	json_out_char(o, '{');
	for (size_t i = 0; i < m->n; i++) {
		json_out_key(o, m->item[i].name);
		json_out_value(o, &m->item[i].value);
	}
	json_out_char(o, '}');
}

void
json_out_value(struct json_out *o, const struct lavoir_value *v)
{
	switch (v->type) {
	case LAVOIR_BOOL:
		json_out_raw(o, v->i ? "true" : "false", v->i ? 4 : 5);
		break;
	case LAVOIR_INT:
		json_out_int(o, v->i);
		break;
	case LAVOIR_REAL:
		json_out_real(o, v->r);
		break;
	case LAVOIR_STR:
		json_out_str(o, v->s.ptr, v->s.len);
		break;
	case LAVOIR_BYTES:
		json_out_base64(o, v->s.ptr, v->s.len);
		break;
	case LAVOIR_LIST:
		list(o, &v->list);
		break;
	case LAVOIR_MAP:
		map(o, &v->map);
		break;
	default:
		json_out_raw(o, "null", 4);
		break;
	}
}

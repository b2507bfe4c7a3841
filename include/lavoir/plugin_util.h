/*
 * lavoir/plugin_util.h - conveniences for plugins in C and C++, all inline.
 *
 * Nothing here is part of the ABI: every function only calls what plugin.h
 * declares, and is compiled into the plugin.
 */
#ifndef LAVOIR_PLUGIN_UTIL_H
#define LAVOIR_PLUGIN_UTIL_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <lavoir/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define LAVOIR_PRINTF(n, first) __attribute__((format(printf, n, first)))
#else
#define LAVOIR_PRINTF(n, first)
#endif

/* Longest text that the formatting functions below make; the rest is cut on a
 * character boundary. */
enum { LAVOIR_TEXT_SIZE = 1024 };

/* A string that ends in NUL as bytes with a length; NULL is empty. */
static inline struct lavoir_str
lavoir_str_from(const char *s)
{
	struct lavoir_str r;

	r.ptr = s ? s : "";
	r.len = strlen(r.ptr);
	return r;
}

static inline bool
lavoir_str_equal(struct lavoir_str a, struct lavoir_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Is a the same as the C string b? */
static inline bool
lavoir_str_is(struct lavoir_str a, const char *b)
{
	return lavoir_str_equal(a, lavoir_str_from(b));
}

static inline bool
lavoir_str_starts(struct lavoir_str a, const char *prefix)
{
	size_t len = strlen(prefix);

	return a.len >= len && (len == 0 || memcmp(a.ptr, prefix, len) == 0);
}

/* By bytes, which for UTF-8 is by code points: <0, 0, >0. */
static inline int
lavoir_str_compare(struct lavoir_str a, struct lavoir_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int r = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (r != 0)
		return r;
	return a.len < b.len ? -1 : a.len > b.len;
}

/* Set an attribute; what doc_set() returns. */
static inline int
lavoir_set_str(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *attr, struct lavoir_str s)
{
	struct lavoir_value v;

	memset(&v, 0, sizeof(v));
	v.type = LAVOIR_STR;
	v.s = s;
	return host->doc_set(doc, attr, &v);
}

static inline int
lavoir_set_cstr(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *attr, const char *s)
{
	return lavoir_set_str(host, doc, attr, lavoir_str_from(s));
}

static inline int
lavoir_set_int(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *attr, int64_t i)
{
	struct lavoir_value v;

	memset(&v, 0, sizeof(v));
	v.type = LAVOIR_INT;
	v.i = i;
	return host->doc_set(doc, attr, &v);
}

static inline int
lavoir_set_bool(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *attr, bool on)
{
	struct lavoir_value v;

	memset(&v, 0, sizeof(v));
	v.type = LAVOIR_BOOL;
	v.i = on;
	return host->doc_set(doc, attr, &v);
}

static inline int
lavoir_set_real(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *attr, double r)
{
	struct lavoir_value v;

	memset(&v, 0, sizeof(v));
	v.type = LAVOIR_REAL;
	v.r = r;
	return host->doc_set(doc, attr, &v);
}

/* The attribute as a string or number; otherwise when it is absent or of
 * another type.  Reals that are asked for as integers are not converted,
 * integers asked for as reals are. */
static inline struct lavoir_str
lavoir_get_str(const struct lavoir_host *host, const struct lavoir_doc *doc,
    const char *attr, const char *otherwise)
{
	struct lavoir_value v;

	if (host->doc_get(doc, attr, &v) == LAVOIR_OK && v.type == LAVOIR_STR)
		return v.s;
	return lavoir_str_from(otherwise);
}

static inline int64_t
lavoir_get_int(const struct lavoir_host *host, const struct lavoir_doc *doc,
    const char *attr, int64_t otherwise)
{
	struct lavoir_value v;

	if (host->doc_get(doc, attr, &v) == LAVOIR_OK && v.type == LAVOIR_INT)
		return v.i;
	return otherwise;
}

static inline double
lavoir_get_real(const struct lavoir_host *host, const struct lavoir_doc *doc,
    const char *attr, double otherwise)
{
	struct lavoir_value v;

	if (host->doc_get(doc, attr, &v) != LAVOIR_OK)
		return otherwise;
	if (v.type == LAVOIR_REAL)
		return v.r;
	return v.type == LAVOIR_INT ? (double)v.i : otherwise;
}

/* vsnprintf() that never leaves half a character at the end. */
static inline __attribute__((format(printf, 3, 0))) void
lavoir_format(char *dst, size_t size, const char *format, va_list ap)
{
	int n = vsnprintf(dst, size, format, ap);
	size_t end = size - 1;

	if (n < 0)
		dst[0] = '\0';
	if (n < 0 || (size_t)n < size)
		return;
	while (end > 0 && ((unsigned char)dst[end - 1] & 0xc0) == 0x80)
		end--;
	/* The first byte of the character that was cut, perhaps whole. */
	dst[end > 0 ? end - 1 : 0] = '\0';
}

/* drop() with a detail made like printf: return lavoir_dropf(...). */
static inline int LAVOIR_PRINTF(4, 5)
lavoir_dropf(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *reason, const char *format, ...)
{
	char text[LAVOIR_TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	lavoir_format(text, sizeof(text), format, ap);
	va_end(ap);
	return host->drop(doc, reason, text);
}

/* fail() with a message made like printf: return lavoir_failf(...). */
static inline int LAVOIR_PRINTF(3, 4)
lavoir_failf(const struct lavoir_host *host, int status, const char *format,
    ...)
{
	char text[LAVOIR_TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	lavoir_format(text, sizeof(text), format, ap);
	va_end(ap);
	return (host->fail)(host, status, text);
}

static inline void LAVOIR_PRINTF(3, 4)
lavoir_logf(const struct lavoir_host *host, int level, const char *format, ...)
{
	char text[LAVOIR_TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	lavoir_format(text, sizeof(text), format, ap);
	va_end(ap);
	host->log(host, level, text);
}

/* Does "value op threshold" hold? */
static inline bool
lavoir_measure_holds(double value, int32_t op, double threshold)
{
	switch (op) {
	case LAVOIR_LT:
		return value < threshold;
	case LAVOIR_LE:
		return value <= threshold;
	case LAVOIR_GT:
		return value > threshold;
	case LAVOIR_GE:
		return value >= threshold;
	case LAVOIR_EQ:
		return value == threshold;
	default:
		return value != threshold;
	}
}

/* measure() of a rule that is broken when "value op threshold" holds; *broken_r
 * (may be NULL) says whether it is. */
static inline int
lavoir_check_rule(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *rule, double value, int32_t op, double threshold, bool *broken_r)
{
	struct lavoir_measure m;

	memset(&m, 0, sizeof(m));
	m.size = sizeof(m);
	m.op = op;
	m.rule = rule;
	m.value = value;
	m.threshold = threshold;
	m.broken = lavoir_measure_holds(value, op, threshold);
	if (broken_r)
		*broken_r = m.broken;
	return host->measure(doc, &m);
}

#ifdef __cplusplus
}
#endif
#endif /* LAVOIR_PLUGIN_UTIL_H */

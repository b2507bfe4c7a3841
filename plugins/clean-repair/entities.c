/* entities.c - character references of HTML that were left in a text. */
#include "entities.h"

#include <stdint.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "common/u8.h"

enum { NAME_MAX_BYTES = 8 }; /* "thetasym" */

bool
entities_meant(struct lavoir_str text)
{
	const char *p = text.ptr, *end = text.ptr + text.len;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		if (++p == end)
			return false;
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    *p == '/' || *p == '!')
			return true;
	}
	return false;
}

/* What browsers make of the number: those of Windows-1252's characters, too. */
static uint32_t
of_number(uint32_t number)
{
	static const uint16_t windows[32] = { 0x20ac, 0, 0x201a, 0x192, 0x201e,
		0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0,
		0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
		0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178 };

	if (number >= 0x80 && number < 0xa0)
		return windows[number - 0x80];
	if (number == '\t' || number == '\n')
		return number;
	if (number < 0x20 || number == 0x7f || number > 0x10ffff ||
	    (number >= 0xd800 && number < 0xe000))
		return 0;
	return number;
}

static int
digit_of(char c, bool hexadecimal)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (hexadecimal && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* The number at p, behind "&#"; *len gets its length with the semicolon. */
static uint32_t
numeric(const char *p, const char *end, size_t *len)
{
	const char *begin = p;
	bool hexadecimal = p < end && (*p | 0x20) == 'x';
	uint32_t number = 0;
	int digits = 0, digit;

	p += hexadecimal;
	while (p < end && (digit = digit_of(*p, hexadecimal)) >= 0) {
		if (++digits > 8)
			return 0;
		number = number * (hexadecimal ? 16 : 10) + (uint32_t)digit;
		p++;
	}
	if (digits == 0 || p == end || *p != ';')
		return 0;
	*len = (size_t)(p + 1 - begin);
	return of_number(number);
}

/* The same for a name. */
static uint32_t
named(const char *p, const char *end, size_t *len)
{
	const htmlEntityDesc *entity;
	xmlChar name[NAME_MAX_BYTES + 1];
	size_t n = 0;

	while (p + n < end && n < NAME_MAX_BYTES && p[n] != ';' &&
	    (unsigned char)p[n] < 0x80) {
		name[n] = (xmlChar)p[n];
		n++;
	}
	if (n == 0 || p + n == end || p[n] != ';')
		return 0;
	name[n] = '\0';
	entity = htmlEntityLookup(name);
	if (entity == NULL)
		return 0;
	*len = n + 1;
	return entity->value;
}

/* The character that the reference at p, an '&', is for; 0: it is none.  One
 * that is quoted ("&amp;eacute;") is undone to the end. */
static uint32_t
reference(const char *p, const char *end, size_t *len)
{
	size_t more = 0, inner = 0;
	uint32_t cp;

	for (int depth = 0; depth < 4; depth++) {
		const char *q = p + 1 + more;

		if (q < end && *q == '#') {
			cp = numeric(q + 1, end, &inner);
			inner++;
		} else {
			cp = named(q, end, &inner);
		}
		if (cp == 0)
			break;
		*len = 1 + more + inner;
		if (cp != '&')
			return cp;
		more += inner;
	}
	return more > 0 ? '&' : 0;
}

static bool
is_fence(const char *line, size_t len)
{
	return len >= 3 && memcmp(line, "```", 3) == 0;
}

static bool
is_code(const char *line, size_t len)
{
	return len > 0 &&
	    (line[0] == '\t' || (len >= 4 && memcmp(line, "    ", 4) == 0));
}

/* One line, to out; the bytes written. */
static size_t
replace_line(const char *p, const char *end, char *out, size_t *n)
{
	char *o = out;

	while (p < end) {
		const char *and = memchr(p, '&', (size_t)(end - p));
		size_t plain = (size_t)((and? and : end) - p), len = 0;
		uint32_t cp;

		memcpy(o, p, plain);
		o += plain;
		p += plain;
		if (and == NULL)
			break;
		cp = reference(p, end, &len);
		if (cp == 0) {
			*o++ = *p++;
			continue;
		}
		o += u8_encode((unsigned char *)o, cp);
		p += len;
		++*n;
	}
	return (size_t)(o - out);
}

size_t
entities_replace(struct lavoir_str text, char *out, size_t *n)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	bool fenced = false;
	char *o = out;

	*n = 0;
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *next = newline ? newline + 1 : end;
		size_t len = (size_t)(next - p);

		if (is_fence(p, len))
			fenced = !fenced;
		if (fenced || is_code(p, len)) {
			memcpy(o, p, len);
			o += len;
		} else {
			o += replace_line(p, next, o, n);
		}
		p = next;
	}
	return (size_t)(o - out);
}

/* json_pos.c - where in a JSON text a value stands. */
#include "base/json_pos.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

struct cursor {
	const char *p;
	const char *end;
	size_t line;
	size_t column;
};

/* The character at the cursor; NUL at the end. */
static char
peek(const struct cursor *c)
{
	if (c->p == c->end)
		return '\0';
	return *c->p;
}

static void
step(struct cursor *c)
{
	if (c->p == c->end)
		return;
	if (*c->p == '\n') {
		c->line++;
		c->column = 1;
	} else if (((unsigned char)*c->p & 0xC0) != 0x80) {
		c->column++;
	}
	c->p++;
}

static bool
take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	step(c);
	return true;
}

static void
skip_space(struct cursor *c)
{
	while (c->p < c->end) {
		if (*c->p == '/') {
			while (c->p < c->end && *c->p != '\n')
				step(c);
		} else if (*c->p == ' ' || *c->p == '\t' || *c->p == '\n' ||
		    *c->p == '\r') {
			step(c);
		} else {
			return;
		}
	}
}

static void
skip_string(struct cursor *c)
{
	step(c);
	while (c->p < c->end && *c->p != '"') {
		if (*c->p == '\\')
			step(c);
		step(c);
	}
	step(c);
}

/* Commas and colons inside are as good as blanks here. */
static void
skip_value(struct cursor *c)
{
	size_t depth = 0;

	do {
		skip_space(c);
		switch (peek(c)) {
		case '"':
			skip_string(c);
			break;
		case '{':
		case '[':
			depth++;
			step(c);
			break;
		case '}':
		case ']':
			if (!depth)
				return;
			depth--;
			step(c);
			break;
		default:
			if (!depth && (peek(c) == ',' || peek(c) == ':'))
				return;
			step(c);
			while (
			    c->p < c->end && !strchr(" \t\r\n/,:{}[]\"", *c->p))
				step(c);
		}
	} while (depth && c->p < c->end);
}

static unsigned
hex4(const char *p)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		char d = p[i];

		v = v << 4 |
		    (unsigned)(d <= '9' ? d - '0'
			    : d <= 'F'	? d - 'A' + 10
					: d - 'a' + 10);
	}
	return v;
}

/* Append what "\uXXXX" at p, perhaps one of a pair, stands for; its length. */
static size_t
unescape_unicode(struct buf *b, const char *p, const char *end)
{
	uint8_t bytes[4];
	uint32_t c;
	size_t len = 6;

	if (end - p < 6)
		return (size_t)(end - p);
	c = hex4(p + 2) & 0xFFFF;
	if (c >= 0xD800 && c < 0xDC00 && end - p >= 12 && p[6] == '\\') {
		c = 0x10000 + ((c & 0x3FF) << 10) + (hex4(p + 8) & 0x3FF);
		len = 12;
	}
	buf_append(b, bytes, utf8_put(bytes, c));
	return len;
}

/* The string at the cursor, unescaped. */
static void
read_string(struct cursor *c, struct buf *b)
{
	static const char escapes[] = "b\bf\fn\nr\rt\t";
	const char *p = c->p + 1, *end;

	skip_string(c);
	end = c->p - 1;
	while (p < end) {
		const char *known;

		if (*p != '\\' || end - p < 2) {
			buf_append(b, p++, 1);
		} else if (p[1] == 'u') {
			p += unescape_unicode(b, p, end);
		} else {
			known = strchr(escapes, p[1]);
			buf_append(b, known && *known ? known + 1 : p + 1, 1);
			p += 2;
		}
	}
}

/* The next part of a pointer, unescaped; false when there is none. */
static bool
next_part(const char **pointer, struct buf *part)
{
	const char *s = *pointer;

	if (*s != '/')
		return false;
	part->len = 0;
	for (s++; *s && *s != '/'; s++) {
		if (s[0] == '~' && (s[1] == '0' || s[1] == '1'))
			buf_append_byte(part, *++s == '0' ? '~' : '/');
		else
			buf_append_byte(part, (uint8_t)*s);
	}
	buf_str(part);
	*pointer = s;
	return true;
}

static void
mark(const struct cursor *c, size_t *line, size_t *column)
{
	*line = c->line;
	*column = c->column;
}

/* Into the object at the cursor, to the value of a key. */
static bool
enter_key(struct cursor *c, const struct buf *part, struct json_pos *pos)
{
	struct json_pos found = { 0 };
	struct buf key = { 0 };
	bool same = false;

	step(c);
	for (skip_space(c); peek(c) == '"' && !same; skip_space(c)) {
		mark(c, &found.key_line, &found.key_column);
		key.len = 0;
		read_string(c, &key);
		skip_space(c);
		take(c, ':');
		skip_space(c);
		mark(c, &found.line, &found.column);
		same = key.len == part->len &&
		    !memcmp(buf_str(&key), part->ptr, key.len);
		if (same)
			break;
		skip_value(c);
		skip_space(c);
		take(c, ',');
	}
	if (same)
		*pos = found;
	buf_fini(&key);
	return same;
}

/* Into the array at the cursor, to the value with an index. */
static bool
enter_index(struct cursor *c, const struct buf *part, struct json_pos *pos)
{
	const char *start;
	size_t index = 0;

	for (size_t i = 0; i < part->len; i++) {
		if (part->ptr[i] < '0' || part->ptr[i] > '9' || i > 8)
			return false;
		index = index * 10 + (size_t)(part->ptr[i] - '0');
	}
	if (!part->len)
		return false;
	step(c);
	for (;; index--) {
		skip_space(c);
		if (c->p == c->end || peek(c) == ']')
			return false;
		if (!index)
			break;
		start = c->p;
		skip_value(c);
		if (c->p == start) /* a brace out of place */
			return false;
		skip_space(c);
		take(c, ',');
	}
	mark(c, &pos->line, &pos->column);
	mark(c, &pos->key_line, &pos->key_column);
	return true;
}

int
json_pos_find(const char *text, size_t len, const char *pointer,
    struct json_pos *pos_r)
{
	struct cursor c = { text, text + len, 1, 1 };
	struct buf part = { 0 };
	bool found = true;

	skip_space(&c);
	mark(&c, &pos_r->line, &pos_r->column);
	mark(&c, &pos_r->key_line, &pos_r->key_column);
	while (found && next_part(&pointer, &part)) {
		if (peek(&c) == '{')
			found = enter_key(&c, &part, pos_r);
		else if (peek(&c) == '[')
			found = enter_index(&c, &part, pos_r);
		else
			found = false;
	}
	buf_fini(&part);
	return found && !*pointer ? 0 : ERR_NOENT;
}

void
json_pos_add_key(struct buf *pointer, const char *key)
{
	buf_append_byte(pointer, '/');
	for (; *key; key++) {
		if (*key == '~')
			buf_append_str(pointer, "~0");
		else if (*key == '/')
			buf_append_str(pointer, "~1");
		else
			buf_append_byte(pointer, (uint8_t)*key);
	}
}

void
json_pos_add_index(struct buf *pointer, size_t index)
{
	buf_printf(pointer, "/%zu", index);
}

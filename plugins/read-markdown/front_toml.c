/* front_toml.c - front matter in TOML: tables, keys, strings, arrays, inline
 * tables; other values are kept as they are written. */
#include <string.h>

#include "common/u8.h"
#include "front.h"

struct toml {
	struct front *f;
	const char *p, *end;
	char *buf; /* for strings: as long as the text; NULL without f */
	bool wrong;
};

static void
skip_space(struct toml *t, bool lines)
{
	while (t->p < t->end) {
		if (*t->p == ' ' || *t->p == '\t' || *t->p == '\r' ||
		    (lines && *t->p == '\n'))
			t->p++;
		else if (*t->p == '#')
			while (t->p < t->end && *t->p != '\n')
				t->p++;
		else
			return;
	}
}

static bool
take(struct toml *t, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(t->end - t->p) < n || memcmp(t->p, s, n) != 0)
		return false;
	t->p += n;
	return true;
}

static uint32_t
hex(struct toml *t, int digits)
{
	uint32_t r = 0;

	for (; digits > 0 && t->p < t->end; digits--, t->p++) {
		char c = *t->p;

		if (c >= '0' && c <= '9')
			r = r << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			r = r << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			t->wrong = true;
	}
	if (r > 0x10ffff || (r >= 0xd800 && r < 0xe000))
		r = U8_REPLACEMENT;
	return r;
}

/* Behind a backslash; the bytes written to out[4]. */
static size_t
escape(struct toml *t, unsigned char *out)
{
	static const char from[] = "btnfr\"\\e", to[] = "\b\t\n\f\r\"\\\x1b";
	const char *c;

	if (t->p == t->end)
		return 0;
	if (*t->p == 'u' || *t->p == 'U')
		return u8_encode(out, hex(t, *t->p++ == 'u' ? 4 : 8));
	c = strchr(from, *t->p);
	if (c != NULL && *c != '\0') {
		t->p++;
		*out = (unsigned char)to[c - from];
		return 1;
	}
	/* A line's end: all white space after it is nothing. */
	while (t->p < t->end && strchr(" \t\r\n", *t->p) != NULL)
		t->p++;
	return 0;
}

/* A string that has begun with quote, to its end. */
static struct lavoir_str
string(struct toml *t, const char *quote, bool escapes)
{
	struct lavoir_str s = { t->buf != NULL ? t->buf : "", 0 };
	unsigned char out[4];

	if (quote[1] != '\0')
		(void)take(t, "\n");
	while (t->p < t->end) {
		size_t n = 1;

		if (take(t, quote))
			return s;
		if (*t->p == '\n' && quote[1] == '\0')
			break;
		out[0] = (unsigned char)*t->p++;
		if (escapes && out[0] == '\\')
			n = escape(t, out);
		if (t->buf != NULL)
			memcpy(t->buf + s.len, out, n);
		s.len += t->buf != NULL ? n : 0;
	}
	t->wrong = true;
	return s;
}

static bool
any_string(struct toml *t, struct lavoir_str *s_r)
{
	static const char *const quotes[] = { "\"\"\"", "'''", "\"", "'" };

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
		if (take(t, quotes[i])) {
			*s_r = string(t, quotes[i], quotes[i][0] == '"');
			return true;
		}
	return false;
}

static void
key(struct toml *t, char *path)
{
	do {
		struct lavoir_str s;

		skip_space(t, false);
		if (!any_string(t, &s)) {
			s.ptr = t->p;
			while (t->p < t->end &&
			    strchr(" \t\r\n=.]#,}", *t->p) == NULL)
				t->p++;
			s.len = (size_t)(t->p - s.ptr);
			t->wrong = t->wrong || s.len == 0;
		}
		if (!front_step(path, s))
			(void)front_step(path, (struct lavoir_str){ "_", 1 });
		skip_space(t, false);
	} while (take(t, ".") && !t->wrong);
}

static void pair(struct toml *t, const char *table, int depth);

static void
value(struct toml *t, const char *path, int depth)
{
	struct lavoir_str s;
	bool array;

	skip_space(t, false);
	t->wrong = t->wrong || depth > FRONT_DEPTH;
	if (any_string(t, &s)) {
		front_value(t->f, path, s);
		return;
	}
	array = take(t, "[");
	if (!array && !take(t, "{")) {
		s.ptr = t->p;
		while (t->p < t->end && strchr(",]}#\r\n", *t->p) == NULL)
			t->p++;
		s.len = (size_t)(t->p - s.ptr);
		while (s.len > 0 && strchr(" \t", s.ptr[s.len - 1]) != NULL)
			s.len--;
		t->wrong = t->wrong || s.len == 0;
		front_value(t->f, path, s);
		return;
	}
	for (skip_space(t, true); !t->wrong; skip_space(t, true)) {
		if (take(t, array ? "]" : "}"))
			return;
		if (array)
			value(t, path, depth + 1);
		else
			pair(t, path, depth + 1);
		skip_space(t, true);
		(void)take(t, ",");
		t->wrong = t->wrong || t->p == t->end;
	}
}

static void
pair(struct toml *t, const char *table, int depth)
{
	char path[FRONT_PATH];

	memcpy(path, table, strlen(table) + 1);
	key(t, path);
	t->wrong = t->wrong || !take(t, "=");
	if (!t->wrong)
		value(t, path, depth);
}

static void
table_head(struct toml *t, char *table)
{
	bool array = take(t, "[");

	table[0] = '\0';
	key(t, table);
	t->wrong = t->wrong || !take(t, array ? "]]" : "]");
}

bool
front_toml(struct front *f, struct lavoir_str text)
{
	struct toml t = { f, text.ptr, text.ptr + text.len, NULL, false };
	char table[FRONT_PATH] = "";

	if (f != NULL) {
		t.buf = f->host->doc_alloc(f->doc, text.len + 4);
		if (t.buf == NULL)
			return false;
	}
	for (skip_space(&t, true); t.p < t.end && !t.wrong;
	     skip_space(&t, true)) {
		if (take(&t, "["))
			table_head(&t, table);
		else
			pair(&t, table, 0);
		skip_space(&t, false);
		t.wrong = t.wrong || (t.p < t.end && *t.p != '\n');
	}
	return !t.wrong;
}

/* pattern.c - globs over bytes, and names of unfinished files. */
#include "role/pattern.h"

#include <stddef.h>
#include <string.h>

/* One "[...]" against a byte: the pattern behind it, NULL when the bracket is
 * never closed (then '[' stands for itself). */
static const char *
match_set(const char *p, unsigned char c, bool *hit_r)
{
	bool negated = *p == '!' || *p == '^', hit = false, first = true;

	p += negated;
	for (; *p && (first || *p != ']'); first = false) {
		unsigned char lo = (unsigned char)*p, hi;

		if (lo == '\\' && p[1])
			lo = (unsigned char)*++p;
		hi = lo;
		p++;
		if (*p == '-' && p[1] && p[1] != ']') {
			hi = (unsigned char)p[1];
			p += 2;
		}
		hit |= c >= lo && c <= hi;
	}
	if (!*p)
		return NULL;
	*hit_r = hit != negated && c != '/';
	return p + 1;
}

/* One element that is not a star against one byte: what is behind it, or NULL.
 */
static const char *
match_one(const char *p, char c)
{
	const char *end;
	bool hit;

	if (!*p || !c)
		return NULL;
	if (*p == '?')
		return c == '/' ? NULL : p + 1;
	if (*p == '[') {
		end = match_set(p + 1, (unsigned char)c, &hit);
		if (end)
			return hit ? end : NULL;
	}
	if (*p == '\\' && p[1])
		p++;
	return *p == c ? p + 1 : NULL;
}

/* Where matching goes on when it has failed: a star takes one byte more. The
 * shortest match for all but the last star of each kind is enough, so one of
 * each is remembered. */
struct retry {
	const char *pattern; /* behind the star; NULL: none */
	const char *text;
	bool whole; /* of "**" with '/': only behind a '/' */
};

static bool
retry_many(struct retry *many, const char **p, const char **t)
{
	if (!many->pattern || !*many->text)
		return false;
	many->text++;
	while (many->whole && many->text[-1] != '/')
		if (!*many->text++)
			return false;
	*p = many->pattern;
	*t = many->text;
	return true;
}

static bool
retry_any(struct retry *one, struct retry *many, const char **p, const char **t)
{
	if (one->pattern && *one->text && *one->text != '/') {
		*p = one->pattern;
		*t = ++one->text;
		return true;
	}
	one->pattern = NULL;
	return retry_many(many, p, t);
}

bool
pattern_match(const char *pattern, const char *text)
{
	struct retry one = { 0 }, many = { 0 };
	const char *p = pattern, *t = text, *next;

	for (;;) {
		if (p[0] == '*' && p[1] == '*') {
			while (*p == '*')
				p++;
			many.whole = *p == '/' && (t == text || t[-1] == '/');
			p += many.whole;
			many.pattern = p;
			many.text = t;
			one.pattern = NULL;
			continue;
		}
		if (*p == '*') {
			one.pattern = ++p;
			one.text = t;
			continue;
		}
		if (!*p && !*t)
			return true;
		next = match_one(p, *t);
		if (next) {
			p = next;
			t++;
		} else if (!retry_any(&one, &many, &p, &t)) {
			return false;
		}
	}
}

bool
pattern_match_path(const char *pattern, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!strchr(pattern, '/') && slash)
		path = slash + 1;
	return pattern_match(pattern, path);
}

static bool
ends_with(const char *name, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len > n && memcmp(name + len - n, suffix, n) == 0;
}

/* rsync and mktemp: ".NAME.XXXXXX".  An extension of six small letters is more
 * likely somebody's (".x.config"). */
static bool
random_suffix(const char *name, size_t len)
{
	bool odd = false;

	if (name[0] != '.' || len < 9 || name[len - 7] != '.')
		return false;
	for (size_t i = len - 6; i < len; i++) {
		char c = name[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
			odd = true;
		else if (c < 'a' || c > 'z')
			return false;
	}
	return odd;
}

bool
pattern_temporary(const char *name)
{
	static const char *const suffixes[] = { ".part", ".filepart",
		".crdownload", ".tmp", ".temp", ".partial", ".opdownload",
		"~" };
	static const char *const prefixes[] = { "~$", ".~lock",
		".sftpgo-upload.", ".pureftpd-upload.", ".goutputstream-",
		".syncthing.", ".nfs", ".fuse_hidden" };
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (ends_with(name, len, suffixes[i]))
			return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return random_suffix(name, len);
}

/* facts.c - what a page says of itself, cleaned and ranked. */
#include "facts.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "common/u8.h"
#include "date.h"
#include "text.h"
#include "url.h"

enum { SHORT_MAX = 1024, LONG_MAX_BYTES = 8192, WORD_MAX = 200 };

void
facts_init(struct facts *f, const struct lavoir_host *host,
    struct lavoir_doc *doc)
{
	memset(f, 0, sizeof(*f));
	f->host = host;
	f->doc = doc;
	f->base = (struct lavoir_str){ "", 0 };
	for (int i = 0; i < FACT_COUNT; i++)
		f->fact[i].rank = INT_MAX;
}

bool
facts_settled(const struct facts *f, enum fact fact, int rank)
{
	return f->fact[fact].rank < rank;
}

/* The letters from U+00C0, as references call them. */
static uint32_t
letter(const char *p, size_t n, size_t *len_r)
{
	static const char names[] =
	    "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute "
	    "Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute "
	    "Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute "
	    "THORN szlig agrave aacute acirc atilde auml aring aelig ccedil "
	    "egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde "
	    "ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc "
	    "uuml yacute thorn yuml";
	const char *name = names, *end = memchr(p, ';', n < 10 ? n : 10);
	size_t len;

	if (end == NULL)
		return 0;
	*len_r = (size_t)(end - p) + 1;
	for (uint32_t cp = 0xc0; *name != '\0'; cp++) {
		len = strcspn(name, " ");
		if (len == *len_r - 2 && memcmp(name, p + 1, len) == 0)
			return cp;
		name += len + (name[len] == ' ');
	}
	return 0;
}

/* The character that a reference left in the text is, and its length; 0. */
static uint32_t
reference(const char *p, size_t n, size_t *len_r)
{
	static const struct {
		const char *name;
		uint32_t cp;
	} names[] = { { "&amp;", '&' }, { "&quot;", '"' }, { "&apos;", '\'' },
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&nbsp;", ' ' },
		{ "&rsquo;", 0x2019 }, { "&lsquo;", 0x2018 },
		{ "&ldquo;", 0x201c }, { "&rdquo;", 0x201d },
		{ "&ndash;", 0x2013 }, { "&mdash;", 0x2014 },
		{ "&hellip;", 0x2026 }, { "&euro;", 0x20ac } };
	struct lavoir_str s = { p, n };
	uint32_t cp = 0, base = 10;
	size_t i = 2;

	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
		if (text_begins(s, names[k].name)) {
			*len_r = strlen(names[k].name);
			return names[k].cp;
		}
	if (n < 4 || p[1] != '#')
		return letter(p, n, len_r);
	if (p[2] == 'x' || p[2] == 'X') {
		base = 16;
		i = 3;
	}
	for (; i < n && i < 10 && p[i] != ';'; i++) {
		char c = p[i];
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
		    : c >= 'a' && c <= 'f'	      ? (uint32_t)(c - 'a') + 10
		    : c >= 'A' && c <= 'F'	      ? (uint32_t)(c - 'A') + 10
						      : 99;

		if (digit >= base)
			return 0;
		cp = cp * base + digit;
	}
	*len_r = i + 1;
	if (i >= n || p[i] != ';' || cp < ' ' || cp > 0x10ffff ||
	    (cp >= 0xd800 && cp < 0xe000))
		return 0;
	return cp;
}

/* A tag left in the text; its length, 0. */
static size_t
tag(const char *p, size_t n)
{
	const char *close;

	if (n < 3 || !((p[1] >= 'a' && p[1] <= 'z') || p[1] == '/'))
		return 0;
	close = memchr(p, '>', n < 200 ? n : 200);
	return close != NULL ? (size_t)(close - p) + 1 : 0;
}

static uint32_t
next_character(const char *p, size_t n, size_t *len_r)
{
	uint32_t cp = 0;

	if (*p == '&')
		cp = reference(p, n, len_r);
	if (cp == 0 && *p == '<' && (*len_r = tag(p, n)) > 0)
		return ' ';
	return cp > 0 ? cp : u8_decode((const unsigned char *)p, len_r);
}

struct lavoir_str
facts_clean(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str value, size_t max)
{
	const struct lavoir_str none = { "", 0 };
	size_t room, n = 0, len;
	unsigned char *out;
	bool space = false;

	value = text_trim(value);
	room = value.len < max ? value.len : max;
	out = value.len > 0 ? host->doc_alloc(doc, room + 8) : NULL;
	if (out == NULL)
		return none;
	for (size_t i = 0; i < value.len; i += len) {
		uint32_t cp =
		    next_character(value.ptr + i, value.len - i, &len);

		if (cp <= ' ' || cp == 0xa0 || cp == 0x7f || cp == 0x200b ||
		    cp == 0xfeff || cp == 0xad) {
			space = space || cp <= ' ' || cp == 0xa0;
			continue;
		}
		if (space && n > 0)
			out[n++] = ' ';
		space = false;
		if (n + 4 > room + 4 || n + 4 > max)
			break;
		n += u8_encode(out + n, cp);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	return (struct lavoir_str){ (const char *)out, n };
}

static void
keep(struct facts *f, enum fact fact, int rank, struct lavoir_str value)
{
	bool list = fact == FACT_AUTHOR || fact == FACT_KEYWORD;
	size_t n;

	if (value.len == 0 || rank > f->fact[fact].rank ||
	    (rank == f->fact[fact].rank && !list))
		return;
	if (rank < f->fact[fact].rank)
		f->fact[fact].n = 0;
	f->fact[fact].rank = rank;
	n = f->fact[fact].n;
	if (n == FACTS_LIST_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		if (f->fact[fact].item[i].len == value.len &&
		    memcmp(f->fact[fact].item[i].ptr, value.ptr, value.len) ==
			0)
			return;
	f->fact[fact].item[f->fact[fact].n++] = value;
}

static struct lavoir_str
copy(struct facts *f, const char *s)
{
	size_t n = strlen(s);
	char *p = f->host->doc_alloc(f->doc, n + 1);

	if (p == NULL)
		return (struct lavoir_str){ "", 0 };
	memcpy(p, s, n + 1);
	return (struct lavoir_str){ p, n };
}

/* What stands before names, and is none of them. */
struct lavoir_str
facts_strip_by(struct lavoir_str s)
{
	static const char *const before[] = { "written by ", "posted by ",
		"view all posts by ", "veröffentlicht von ", "eingestellt von ",
		"geschrieben von ", "written for ", "reviewed by ",
		"text: ", "text von ", "escrito por ", "scritto da ",
		"a cura di ", "rédigé par ", "door: ", "by ", "by: ", "von ",
		"par ", "por ", "di ", "door ",
		"author: ", "autor: ", "auteur : ", "auteur: ", "publié par ",
		"作者：", "作者:", "文/", "@" };

	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
		if (text_begins(s, before[i])) {
			size_t n = strlen(before[i]);

			return text_trim(
			    (struct lavoir_str){ s.ptr + n, s.len - n });
		}
	return s;
}

/* Letters and digits alone, their case ignored: "STERN.de" is "Stern DE". */
static bool
alike(struct lavoir_str a, struct lavoir_str b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a.len && strchr(" .-_&'", a.ptr[i]) != NULL)
			i++;
		while (k < b.len && strchr(" .-_&'", b.ptr[k]) != NULL)
			k++;
		if (i == a.len || k == b.len)
			return i == a.len && k == b.len;
		if ((a.ptr[i] | 32) != (b.ptr[k] | 32))
			return false;
	}
}

static bool
is_name(struct lavoir_str s)
{
	static const char *const none[] = { "admin", "null", "undefined",
		"anonymous", "author", "webmaster", "unknown", "administrator",
		"by", "von", "par", "por", "text", "autor", "auteur",
		"view more posts", "publiziert am", "posted", "written",
		"facebook", "twitter", "linkedin", "website" };
	size_t words = 1, points = 0;
	bool digit = false;

	if (s.len < 2 || s.len > WORD_MAX || text_begins(s, "http") ||
	    text_begins(s, "www.") || memchr(s.ptr, '{', s.len) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		if (text_is(s, none[i]))
			return false;
	for (size_t i = 0; i < s.len; i++) {
		words += s.ptr[i] == ' ';
		points += s.ptr[i] == '.' || s.ptr[i] == '@' || s.ptr[i] == ':';
		digit = digit || (s.ptr[i] >= '0' && s.ptr[i] <= '9');
	}
	/* No sentences, dates, addresses. */
	return words <= 6 && !(digit && (words > 1 || points > 0)) &&
	    !(digit && s.len <= 8) &&
	    (memchr(s.ptr, '@', s.len) == NULL || points < 2);
}

/* Is it the site rather than a person? */
static bool
is_site(const struct facts *f, struct lavoir_str s)
{
	struct lavoir_str host = url_host(f->base);

	if (f->fact[FACT_SITE].n > 0 && alike(s, f->fact[FACT_SITE].item[0]))
		return true;
	if (host.len > 0 && alike(s, host))
		return true;
	/* A word with a point within is a domain. */
	return memchr(s.ptr, ' ', s.len) == NULL && s.len > 4 &&
	    memchr(s.ptr + 1, '.', s.len - 2) != NULL;
}

/* What joins two names; its length, 0. */
static size_t
joint(struct lavoir_str s)
{
	static const char *const joints[] = { " and ", " et ", " und ", " y ",
		" & ", " | ", ", and ", ", ", ";", "、", "，", " i ", " / " };

	for (size_t i = 0; i < sizeof(joints) / sizeof(*joints); i++)
		if (text_begins(s, joints[i]))
			return strlen(joints[i]);
	return 0;
}

/* "Jr.", "MD", "PhD" behind a comma belong to the name before. */
static bool
is_degree(struct lavoir_str s)
{
	static const char *const degrees[] = { "Jr", "Jr.", "Sr", "Sr.", "II",
		"III", "MD", "M.D.", "PhD", "Ph.D.", "Ph.D", "RD", "RDN", "MS",
		"MSc", "MA", "BA", "BSc", "MBA", "JD", "DO", "RN", "CPA", "DVM",
		"DDS", "MPH", "FAND", "Esq.", "CFP" };

	for (size_t i = 0; i < sizeof(degrees) / sizeof(*degrees); i++)
		if (text_is(s, degrees[i]))
			return true;
	return false;
}

static struct lavoir_str
behind(struct lavoir_str s, size_t n)
{
	return n < s.len ? (struct lavoir_str){ s.ptr + n, s.len - n }
			 : (struct lavoir_str){ "", 0 };
}

/* The length of the first name in s; *joint_r: of what joins it to the next. */
static size_t
first_name(struct lavoir_str s, size_t *joint_r)
{
	struct lavoir_str next;
	size_t n = 0, comma = 0;

	*joint_r = 0;
	for (; n < s.len; n++) {
		*joint_r = joint(behind(s, n));
		if (*joint_r == 0)
			continue;
		next = behind(s, n + *joint_r);
		comma = 0;
		while (comma < next.len && next.ptr[comma] != ',' &&
		    next.ptr[comma] != ';')
			comma++;
		next.len = comma;
		if (s.ptr[n] != ',' || next.len == 0 || !is_degree(next))
			break;
	}
	return n;
}

static void
add_authors(struct facts *f, int rank, struct lavoir_str s)
{
	for (s = facts_strip_by(s); s.len > 0;) {
		size_t joint_len, n = first_name(s, &joint_len);
		struct lavoir_str name = { s.ptr, n };

		name = facts_strip_by(text_trim(name));
		if (is_name(name))
			keep(f, FACT_AUTHOR,
			    is_site(f, name) ? RANK_LAST : rank, name);
		s = behind(s, n + joint_len);
	}
}

static void
add_keywords(struct facts *f, int rank, struct lavoir_str s)
{
	struct lavoir_str piece;

	while (text_next(&s, ",;", &piece))
		if (piece.len <= WORD_MAX)
			keep(f, FACT_KEYWORD, rank, piece);
}

/* "fr", "pt-BR"; "en_US" is met. */
static void
add_language(struct facts *f, int rank, struct lavoir_str s)
{
	char *out = f->host->doc_alloc(f->doc, 36);

	if (out == NULL || s.len < 2 || s.len > 35)
		return;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '_')
			c = '-';

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(i > 1 && ((c >= '0' && c <= '9') || c == '-'))))
			return;
		out[i] = c;
	}
	keep(f, FACT_LANGUAGE, rank, (struct lavoir_str){ out, s.len });
}

void
facts_add(struct facts *f, enum fact fact, int rank, struct lavoir_str value)
{
	char url[URL_MAX], date[DATE_MAX];
	bool is_long = fact == FACT_DESCRIPTION || fact == FACT_KEYWORD;

	if (facts_settled(f, fact, rank) || value.len == 0)
		return;
	if (fact == FACT_CANONICAL || fact == FACT_LICENSE) {
		if (url_resolve(f->base, value, url))
			keep(f, fact, rank, copy(f, url));
		return;
	}
	value = facts_clean(f->host, f->doc, value,
	    is_long ? LONG_MAX_BYTES : SHORT_MAX);
	switch (fact) {
	case FACT_AUTHOR:
		add_authors(f, rank, value);
		break;
	case FACT_KEYWORD:
		add_keywords(f, rank, value);
		break;
	case FACT_LANGUAGE:
		add_language(f, rank, value);
		break;
	case FACT_CREATED:
	case FACT_MODIFIED:
		if (date_parse(value, f->month_first, date))
			keep(f, fact, rank, copy(f, date));
		break;
	default:
		keep(f, fact, rank, value);
		break;
	}
}

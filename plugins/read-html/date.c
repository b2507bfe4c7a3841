/* date.c - dates as people and programs write them. */
#include "date.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/u8.h"
#include "months.h"
#include "text.h"

enum {
	CLOCK_MAX = 24,
	TOKENS_MAX = 64,
	WORD_MAX = 32,
	YEAR_MIN = 1900,
	YEAR_MAX = 2100
};

enum kind { NUMBER, MONTH, WORD, SIGN };

/* A number, a word (or the month it is), or one other character. */
struct token {
	enum kind kind;
	int value;   /* of NUMBER and MONTH */
	int digits;  /* of NUMBER */
	uint32_t cp; /* of SIGN, and the first of WORD */
	const char *at, *end;
};

struct date {
	int year, month, day; /* day 0: not said */
};

static uint32_t
small(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c >= 0x100 && c < 0x138 && (c & 1) == 0)
		return c + 1;
	return c == 0x15a || c == 0x158 || c == 0x15e ? c + 1 : c;
}

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7);
}

static uint32_t
peek(const char *p, const char *end, size_t *n)
{
	if (p == end) {
		*n = 0;
		return 0;
	}
	return u8_decode((const unsigned char *)p, n);
}

static const char *
read_number(const char *p, const char *end, struct token *t)
{
	t->kind = NUMBER;
	for (; p < end && is_digit((unsigned char)*p); p++, t->digits++)
		if (t->digits < 8)
			t->value = t->value * 10 + (*p - '0');
	return p;
}

static const char *
read_word(const char *p, const char *end, struct token *t)
{
	char word[WORD_MAX + 4];
	size_t len = 0, n;
	uint32_t c = peek(p, end, &n);

	t->kind = WORD;
	t->cp = c;
	for (; n > 0 && is_letter(c); p += n, c = peek(p, end, &n))
		if (len < WORD_MAX)
			len += u8_encode((unsigned char *)word + len, small(c));
	t->value = len < WORD_MAX ? month_of(word, len) : 0;
	if (t->value > 0)
		t->kind = MONTH;
	return p;
}

/* The next token, blanks passed over; false: the end. */
static bool
next_token(const char **at, const char *end, struct token *t)
{
	const char *p = *at;
	uint32_t c;
	size_t n;

	while (c = peek(p, end, &n), n > 0 && (c <= ' ' || c == 0xa0))
		p += n;
	if (n == 0)
		return false;
	*t = (struct token){ .kind = SIGN, .cp = c, .at = p };
	if (is_digit(c))
		p = read_number(p, end, t);
	else if (is_letter(c))
		p = read_word(p, end, t);
	else
		p += n;
	t->end = p;
	*at = p;
	return true;
}

static bool
valid(const struct date *d)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (d->year < YEAR_MIN || d->year > YEAR_MAX || d->month < 1 ||
	    d->month > 12 || d->day < 0 || d->day > days[d->month - 1])
		return false;
	return d->month != 2 || d->day < 29 ||
	    (d->year % 4 == 0 && (d->year % 100 != 0 || d->year % 400 == 0));
}

static bool
is_year(const struct token *t)
{
	return t->kind == NUMBER && t->digits == 4 && t->value >= YEAR_MIN &&
	    t->value <= YEAR_MAX;
}

static bool
is_day(const struct token *t)
{
	return t->kind == NUMBER && t->digits <= 2 && t->value >= 1 &&
	    t->value <= 31;
}

static bool
is_separator(const struct token *t)
{
	return t->kind == SIGN &&
	    (t->cp == '-' || t->cp == '/' || t->cp == '.');
}

/* 2020-03-05, 2020/3/5, 2020.03.05, 2020-03; 2020年3月5日.  The number of
 * tokens, 0: none. */
static size_t
year_first(const struct token *t, size_t n, struct date *d)
{
	bool han;

	if (n < 3 || !is_year(t) || t[2].kind != NUMBER || t[2].digits > 2)
		return 0;
	han = t[1].kind == SIGN && (t[1].cp == 0x5e74 || t[1].cp == 0xb144);
	if (t[1].kind == WORD && t[1].cp == 0xb144)
		han = true;
	if (!han && !is_separator(&t[1]))
		return 0;
	*d = (struct date){ t[0].value, t[2].value, 0 };
	if (n >= 5 && t[4].kind == NUMBER && t[4].digits <= 2 &&
	    (han || t[3].cp == t[1].cp)) {
		d->day = t[4].value;
		return valid(d) ? 5 : 0;
	}
	if (!han && (t[1].cp != '-' || t[2].digits != 2))
		return 0;
	return valid(d) ? 3 : 0;
}

/* 20200305 */
static size_t
packed(const struct token *t, size_t n, struct date *d)
{
	if (n < 1 || t->kind != NUMBER || t->digits != 8)
		return 0;
	*d = (struct date){ t->value / 10000, t->value / 100 % 100,
		t->value % 100 };
	return valid(d) && d->day > 0 && d->year >= 1970 ? 1 : 0;
}

/* 5.3.2020, 03/05/2020, 5-3-20 */
static size_t
year_last(const struct token *t, size_t n, bool month_first, struct date *d)
{
	int a, b, year;

	if (n < 5 || !is_day(&t[0]) || !is_separator(&t[1]) ||
	    t[3].kind != SIGN || t[3].cp != t[1].cp || !is_day(&t[2]) ||
	    t[4].kind != NUMBER)
		return 0;
	a = t[0].value;
	b = t[2].value;
	year = t[4].value;
	if (t[4].digits == 2 && t[2].digits == 2 && t[0].digits == 2 &&
	    year <= 40)
		year += 2000;
	else if (!is_year(&t[4]))
		return 0;
	/* With points, the day is first wherever they are used. */
	if (t[1].cp == '.')
		month_first = false;
	if (b > 12 || (month_first && a <= 12))
		*d = (struct date){ year, a, b };
	else
		*d = (struct date){ year, b, a };
	return valid(d) ? 5 : 0;
}

/* "of", commas, points, endings of numbers. */
static bool
is_filler(const struct token *t)
{
	static const char *const words[] = { "de", "del", "di", "of", "st",
		"nd", "rd", "th", "er", "do", "the", "den", "e", "à", "г" };

	if (t->kind == SIGN)
		return t->cp == ',' || t->cp == '.' || t->cp == '-' ||
		    t->cp == '/' || t->cp == 0xba || t->cp == 0xb0;
	if (t->kind != WORD)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is((struct lavoir_str){ t->at,
				(size_t)(t->end - t->at) },
			words[i]))
			return true;
	return false;
}

static size_t
skip_filler(const struct token *t, size_t n, size_t i)
{
	for (size_t k = 0; k < 2 && i < n && is_filler(&t[i]); k++)
		i++;
	return i;
}

/* 5 March 2020, March 5th, 2020, March 2020 */
static size_t
named(const struct token *t, size_t n, struct date *d)
{
	size_t i = 0;

	*d = (struct date){ 0, 0, 0 };
	if (n > 0 && is_day(&t[0])) {
		d->day = t[0].value;
		i = skip_filler(t, n, 1);
	} else if (n > 0 && is_year(&t[0])) {
		d->year = t[0].value;
		i = skip_filler(t, n, 1);
	}
	if (i >= n || t[i].kind != MONTH)
		return 0;
	d->month = t[i].value;
	i = skip_filler(t, n, i + 1);
	if (d->day == 0 && i < n && is_day(&t[i])) {
		d->day = t[i].value;
		if (d->year > 0)
			return valid(d) ? i + 1 : 0;
		i = skip_filler(t, n, i + 1);
	}
	if (i >= n || !is_year(&t[i]))
		return 0;
	d->year = t[i].value;
	return valid(d) ? i + 1 : 0;
}

static size_t
match(const struct token *t, size_t n, bool month_first, struct date *d)
{
	size_t used = year_first(t, n, d);

	if (used == 0)
		used = named(t, n, d);
	if (used == 0)
		used = year_last(t, n, month_first, d);
	return used > 0 ? used : packed(t, n, d);
}

/* ":30" or ".30"; the value, -1: not there. */
static int
two(const char **p, const char *end, char before)
{
	const char *q = *p;

	if (before != '\0' && (q == end || *q++ != before))
		return -1;
	if (end - q < 2 || !is_digit((unsigned char)q[0]) ||
	    !is_digit((unsigned char)q[1]))
		return -1;
	*p = q + 2;
	return (q[0] - '0') * 10 + q[1] - '0';
}

/* "Z", "GMT", "UTC", "+01:00", "+0100", "+01"; false: none. */
static bool
zone(const char *p, const char *end, char out[8])
{
	struct lavoir_str s = { p, (size_t)(end - p) };
	int hours, minutes;
	char sign;

	s = text_trim(s);
	if (text_begins(s, "Z") || text_begins(s, "GMT") ||
	    text_begins(s, "UTC") || text_begins(s, "UT")) {
		memcpy(out, "Z", 2);
		return true;
	}
	if (s.len < 3 || (*s.ptr != '+' && *s.ptr != '-'))
		return false;
	sign = *s.ptr;
	p = s.ptr + 1;
	hours = two(&p, end, '\0');
	minutes = p < end && *p == ':' ? two(&p, end, ':') : two(&p, end, '\0');
	if (minutes < 0)
		minutes = 0;
	if (hours < 0 || hours > 14 || minutes > 59)
		return false;
	(void)snprintf(out, 8, "%c%02u:%02u", sign, (unsigned)hours % 100,
	    (unsigned)minutes % 100);
	return true;
}

/* The time of day behind a date, if it has a zone. */
static bool
time_of_day(const char *p, const char *end, char out[CLOCK_MAX])
{
	int hours, minutes, seconds;
	char z[8];

	while (p < end && (*p == ' ' || *p == 'T' || *p == 't' || *p == ','))
		p++;
	hours = two(&p, end, '\0');
	minutes = two(&p, end, ':');
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	seconds = two(&p, end, ':');
	if (seconds < 0 || seconds > 59)
		seconds = 0;
	if (p < end && (*p == '.' || *p == ','))
		for (p++; p < end && is_digit((unsigned char)*p);)
			p++;
	if (!zone(p, end, z))
		return false;
	(void)snprintf(out, CLOCK_MAX, "T%02u:%02u:%02u%s",
	    (unsigned)hours % 100, (unsigned)minutes % 100,
	    (unsigned)seconds % 100, z);
	return true;
}

static void
write_date(const struct date *d, const char *rest, const char *end,
    char out[DATE_MAX])
{
	char clock[CLOCK_MAX];
	unsigned year = (unsigned)d->year % 10000,
		 month = (unsigned)d->month % 100, day = (unsigned)d->day % 100;

	if (day == 0)
		(void)snprintf(out, DATE_MAX, "%04u-%02u", year, month);
	else if (time_of_day(rest, end, clock))
		(void)snprintf(out, DATE_MAX, "%04u-%02u-%02u%s", year, month,
		    day, clock);
	else
		(void)snprintf(out, DATE_MAX, "%04u-%02u-%02u", year, month,
		    day);
}

static bool
find(struct lavoir_str s, bool month_first, size_t before, char out[DATE_MAX])
{
	struct token t[TOKENS_MAX];
	const char *p = s.ptr, *end = s.ptr + s.len;
	struct date d;
	size_t n = 0, used;

	while (n < TOKENS_MAX && next_token(&p, end, &t[n]))
		n++;
	for (size_t i = 0; i < n && i <= before; i++) {
		used = match(t + i, n - i, month_first, &d);
		if (used == 0)
			continue;
		write_date(&d, t[i + used - 1].end, end, out);
		return true;
	}
	return false;
}

bool
date_find(struct lavoir_str s, bool month_first, char out[DATE_MAX])
{
	return find(s, month_first, SIZE_MAX, out);
}

/* Seconds, or milliseconds, since 1970. */
static bool
since_1970(struct lavoir_str s, char out[DATE_MAX])
{
	int64_t value = 0;
	time_t seconds;
	struct tm tm;

	if (s.len != 10 && s.len != 13)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit((unsigned char)s.ptr[i]))
			return false;
		value = value * 10 + (s.ptr[i] - '0');
	}
	seconds = (time_t)(s.len == 13 ? value / 1000 : value);
	if (seconds < 631152000 || gmtime_r(&seconds, &tm) == NULL ||
	    tm.tm_year + 1900 > YEAR_MAX)
		return false;
	return strftime(out, DATE_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0;
}

bool
date_parse(struct lavoir_str s, bool month_first, char out[DATE_MAX])
{
	enum { WORDS_BEFORE = 6, LONGEST = 120 };

	s = text_trim(s);
	if (s.len > LONGEST)
		return false;
	return since_1970(s, out) || find(s, month_first, WORDS_BEFORE, out);
}

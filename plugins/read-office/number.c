/* number.c - numbers of list items as documents write them. */
#include "number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum number_format format;
} words[] = {
	{ "decimal", NUMBER_DECIMAL },
	{ "decimalZero", NUMBER_ZERO },
	{ "lowerLetter", NUMBER_LOWER },
	{ "upperLetter", NUMBER_UPPER },
	{ "lowerRoman", NUMBER_LOWER_ROMAN },
	{ "upperRoman", NUMBER_UPPER_ROMAN },
	{ "chineseCounting", NUMBER_HAN },
	{ "chineseCountingThousand", NUMBER_HAN },
	{ "taiwaneseCountingThousand", NUMBER_HAN },
	{ "japaneseCounting", NUMBER_HAN },
	{ "none", NUMBER_NONE },
	{ "bullet", NUMBER_BULLET },
};

enum number_format
number_word(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (name != NULL && strcmp(words[i].name, name) == 0)
			return words[i].format;
	return NUMBER_DECIMAL;
}

enum number_format
number_odf(const char *name)
{
	if (name == NULL || name[0] == '\0')
		return NUMBER_NONE;
	switch (name[0]) {
	case 'a':
		return NUMBER_LOWER;
	case 'A':
		return NUMBER_UPPER;
	case 'i':
		return NUMBER_LOWER_ROMAN;
	case 'I':
		return NUMBER_UPPER_ROMAN;
	default:
		return NUMBER_DECIMAL;
	}
}

/* a ... z, aa, bb ...: as word processors count. */
static void
letters(char *out, size_t size, long n, char first)
{
	size_t times = (size_t)((n - 1) / 26) + 1;

	if (times >= size)
		times = size - 1;
	memset(out, first + (int)((n - 1) % 26), times);
	out[times] = '\0';
}

static void
roman(char *out, size_t size, long n, bool upper)
{
	static const char *const numerals[] = { "m", "cm", "d", "cd", "c", "xc",
		"l", "xl", "x", "ix", "v", "iv", "i" };
	static const short values[] = { 1000, 900, 500, 400, 100, 90, 50, 40,
		10, 9, 5, 4, 1 };
	size_t len = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		for (; n >= values[i] && len + 3 < size; n -= values[i])
			for (const char *p = numerals[i]; *p != '\0'; p++)
				out[len++] = (char)(upper ? *p - 32 : *p);
	out[len] = '\0';
}

static void
han(char *out, size_t size, long n)
{
	static const char *const digits[] = { "", "一", "二", "三", "四", "五",
		"六", "七", "八", "九" };

	(void)snprintf(out, size, "%s%s%s", n >= 20 ? digits[n / 10] : "",
	    n >= 10 ? "十" : "", digits[n % 10]);
}

void
number_append(char *buf, size_t size, enum number_format format, long n)
{
	size_t len = strlen(buf);
	char text[32] = "";

	if (format == NUMBER_NONE || format == NUMBER_BULLET)
		return;
	if (n > 0 && n < 500 &&
	    (format == NUMBER_LOWER || format == NUMBER_UPPER))
		letters(text, sizeof(text), n,
		    format == NUMBER_LOWER ? 'a' : 'A');
	else if (n > 0 && n < 4000 &&
	    (format == NUMBER_LOWER_ROMAN || format == NUMBER_UPPER_ROMAN))
		roman(text, sizeof(text), n, format == NUMBER_UPPER_ROMAN);
	else if (n > 0 && n < 100 && format == NUMBER_HAN)
		han(text, sizeof(text), n);
	else
		(void)snprintf(text, sizeof(text),
		    format == NUMBER_ZERO ? "%02ld" : "%ld", n);
	(void)snprintf(buf + len, size - len, "%s", text);
}

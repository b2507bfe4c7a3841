/* units.c - sizes and times as people write them. */
#include "base/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* clang-format off */
static const struct unit sizes[] = {
	{ "T", INT64_C(1) << 40 },
	{ "G", INT64_C(1) << 30 },
	{ "M", INT64_C(1) << 20 },
	{ "K", INT64_C(1) << 10 },
};
static const struct unit times[] = {
	{ "d",  86400000 },
	{ "h",  3600000 },
	{ "m",  60000 },
	{ "s",  1000 },
	{ "ms", 1 },
};
/* clang-format on */
enum {
	SIZES = sizeof(sizes) / sizeof(sizes[0]),
	TIMES = sizeof(times) / sizeof(times[0]),
	FRACTION_DIGITS = 6 /* times the largest factor still fits */
};

/* "12" or "1.5": the fraction is frac / scale. */
struct number {
	int64_t whole;
	int64_t frac;
	int64_t scale;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind the number, or NULL when it is none or does not fit. */
static const char *
scan_number(const char *s, struct number *n)
{
	*n = (struct number){ .scale = 1 };
	if (!is_digit(*s))
		return NULL;
	for (; is_digit(*s); s++)
		if (__builtin_mul_overflow(n->whole, 10, &n->whole) ||
		    __builtin_add_overflow(n->whole, *s - '0', &n->whole))
			return NULL;
	if (*s != '.')
		return s;
	if (!is_digit(*++s))
		return NULL;
	for (int digits = 0; is_digit(*s); s++) {
		if (++digits > FRACTION_DIGITS)
			return NULL;
		n->frac = n->frac * 10 + (*s - '0');
		n->scale *= 10;
	}
	return s;
}

/* Add n times factor; what is below the smallest unit is cut off. */
static bool
add_number(int64_t *sum, const struct number *n, int64_t factor)
{
	int64_t v;

	return !__builtin_mul_overflow(n->whole, factor, &v) &&
	    !__builtin_add_overflow(v, n->frac * factor / n->scale, &v) &&
	    !__builtin_add_overflow(*sum, v, sum);
}

int
units_parse_size(const char *s, int64_t *bytes_r)
{
	int64_t factor = 1, sum = 0;
	struct number n;

	s = scan_number(s, &n);
	if (!s)
		return ERR_INVAL;
	for (size_t i = 0; i < SIZES; i++)
		if (*s == sizes[i].name[0] || (*s == 'k' && i == SIZES - 1)) {
			factor = sizes[i].factor;
			s += strncmp(s + 1, "iB", 2) ? 1 : 2;
			break;
		}
	if (*s == 'B')
		s++;
	if (*s || (factor == 1 && n.scale > 1))
		return ERR_INVAL;
	if (!add_number(&sum, &n, factor))
		return ERR_INVAL;
	*bytes_r = sum;
	return 0;
}

/* The unit that s begins with; "ms" is not "m" and "s". */
static const struct unit *
scan_time_unit(const char *s, size_t *len_r)
{
	size_t len = 0;

	while (s[len] >= 'a' && s[len] <= 'z')
		len++;
	*len_r = len;
	for (size_t i = 0; i < TIMES; i++)
		if (len == strlen(times[i].name) &&
		    !strncmp(s, times[i].name, len))
			return &times[i];
	return NULL;
}

int
units_parse_time(const char *s, int64_t *ms_r)
{
	const struct unit *last = NULL, *unit;
	int64_t sum = 0;
	struct number n;
	size_t len;

	do {
		s = scan_number(s, &n);
		if (!s)
			return ERR_INVAL;
		if (!*s && !last) {
			if (!add_number(&sum, &n, 1000))
				return ERR_INVAL;
			break;
		}
		unit = scan_time_unit(s, &len);
		if (!unit || (last && unit <= last)) /* largest first */
			return ERR_INVAL;
		if (!add_number(&sum, &n, unit->factor))
			return ERR_INVAL;
		s += len;
		last = unit;
	} while (*s);
	*ms_r = sum;
	return 0;
}

char *
units_format_size(char dst[UNITS_SIZE], int64_t bytes)
{
	for (size_t i = 0; bytes && i < SIZES; i++)
		if (bytes % sizes[i].factor == 0) {
			snprintf(dst, UNITS_SIZE, "%" PRId64 "%s",
			    bytes / sizes[i].factor, sizes[i].name);
			return dst;
		}
	snprintf(dst, UNITS_SIZE, "%" PRId64, bytes);
	return dst;
}

/* "90s" is shorter than "1m30s", and so is "7d" than "168h". */
char *
units_format_time(char dst[UNITS_SIZE], int64_t ms)
{
	for (size_t i = 0; ms && i < TIMES; i++)
		if (ms % times[i].factor == 0) {
			snprintf(dst, UNITS_SIZE, "%" PRId64 "%s",
			    ms / times[i].factor, times[i].name);
			return dst;
		}
	snprintf(dst, UNITS_SIZE, "0s");
	return dst;
}

char *
units_human_size(char dst[UNITS_SIZE], double bytes)
{
	static const char *const names[] = { "B", "kB", "MB", "GB", "TB", "PB",
		"EB" };
	size_t i = 0;

	if (!isfinite(bytes)) {
		snprintf(dst, UNITS_SIZE, "unknown");
		return dst;
	}
	if (bytes < 0)
		bytes = 0;
	/* What would be rounded to 1000 is 1.0 of the next. */
	for (; i < 6 && bytes >= 999.5; i++)
		bytes /= 1000;
	if (bytes > 1e6)
		bytes = 1e6;
	snprintf(dst, UNITS_SIZE, "%.*f %s", i && bytes < 99.95 ? 1 : 0, bytes,
	    names[i]);
	return dst;
}

char *
units_human_time(char dst[UNITS_SIZE], double seconds)
{
	static const struct {
		int64_t unit, part;
		const char *unit_name, *part_name;
	} forms[] = { { 86400, 3600, "d", "h" }, { 3600, 60, "h", "min" },
		{ 60, 1, "min", "s" } };
	int64_t whole;

	if (!isfinite(seconds) || seconds > 1e12) {
		snprintf(dst, UNITS_SIZE, "unknown");
		return dst;
	}
	if (seconds < 0)
		seconds = 0;
	whole = (int64_t)(seconds + 0.5);
	for (size_t i = 0; i < 3; i++) {
		int64_t rounded = (whole + forms[i].part / 2) / forms[i].part;
		int64_t ratio = forms[i].unit / forms[i].part;

		if (rounded < ratio)
			continue;
		if (rounded % ratio)
			snprintf(dst, UNITS_SIZE,
			    "%" PRId64 " %s %" PRId64 " %s", rounded / ratio,
			    forms[i].unit_name, rounded % ratio,
			    forms[i].part_name);
		else
			snprintf(dst, UNITS_SIZE, "%" PRId64 " %s",
			    rounded / ratio, forms[i].unit_name);
		return dst;
	}
	if (seconds < 0.9995)
		snprintf(dst, UNITS_SIZE, "%.0f ms", seconds * 1000);
	else
		snprintf(dst, UNITS_SIZE, "%.*f s", seconds < 9.95 ? 1 : 0,
		    seconds);
	return dst;
}

/* since.c - from when on: a time, an age, or a batch. */
#include "control/since.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/units.h"

#define SECONDS_MAX (INT64_MAX / 1000000000)

static int
two_digits(const char *s, int max)
{
	int v;

	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return -1;
	v = (s[0] - '0') * 10 + s[1] - '0';
	return v <= max ? v : -1;
}

/* "Z", "+01:00", "+0100", "": seconds east. */
static int
parse_zone(const char *s, int64_t *seconds_r)
{
	int hours, minutes;

	*seconds_r = 0;
	if (!*s || strcmp(s, "Z") == 0 || strcmp(s, "z") == 0)
		return 0;
	if (*s != '+' && *s != '-')
		return ERR_INVAL;
	hours = two_digits(s + 1, 23);
	if (hours < 0)
		return ERR_INVAL;
	minutes = two_digits(s + 3 + (s[3] == ':'), 59);
	if (minutes < 0 || s[5 + (s[3] == ':')])
		return ERR_INVAL;
	*seconds_r = hours * INT64_C(3600) + minutes * INT64_C(60);
	if (*s == '-')
		*seconds_r = -*seconds_r;
	return 0;
}

/* ".25" and the like; *s is moved behind it. */
static int64_t
parse_fraction(const char **s)
{
	int64_t ns = 0, unit = 100000000;

	if (**s != '.')
		return 0;
	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
		ns += (**s - '0') * unit;
		unit /= 10;
	}
	return ns;
}

static int
parse_time(const char *s, int64_t *ns_r)
{
	struct tm tm = { 0 };
	const char *at = strptime(s, "%Y-%m-%d", &tm);
	int64_t zone = 0, fraction = 0, seconds;

	if (!at)
		return ERR_INVAL;
	if (*at == 'T' || *at == 't' || *at == ' ') {
		at = strptime(at + 1, "%H:%M", &tm);
		if (at && *at == ':')
			at = strptime(at + 1, "%S", &tm);
		if (!at)
			return ERR_INVAL;
		fraction = parse_fraction(&at);
		if (parse_zone(at, &zone) < 0)
			return ERR_INVAL;
	} else if (*at) {
		return ERR_INVAL;
	}
	seconds = (int64_t)timegm(&tm) - zone;
	*ns_r = seconds >= SECONDS_MAX ? INT64_MAX
	    : seconds < 0	       ? 0
				       : seconds * 1000000000 + fraction;
	return 0;
}

int
since_parse(const char *s, int64_t now_ns, uint64_t *batch_r,
    int64_t *since_ns_r)
{
	int64_t ms;

	if (*s && strspn(s, "0123456789") == strlen(s)) {
		unsigned long long v;

		errno = 0;
		v = strtoull(s, NULL, 10);
		if (errno != 0)
			return ERR_INVAL;
		*batch_r = v;
		return 0;
	}
	if (parse_time(s, since_ns_r) == 0)
		return 0;
	if (units_parse_time(s, &ms) < 0 || ms < 0 || ms > now_ns / 1000000)
		return ERR_INVAL;
	*since_ns_r = now_ns - ms * 1000000;
	return 0;
}

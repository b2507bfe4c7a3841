/* clock.c - time. */
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"

static const int64_t NS = 1000000000;

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	ensure(clock_gettime(id, &ts) == 0);
	return (int64_t)ts.tv_sec * NS + ts.tv_nsec;
}

uint64_t
clock_monotonic_ms(void)
{
	return clock_monotonic_ns() / 1000000;
}

uint64_t
clock_monotonic_ns(void)
{
	return (uint64_t)read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_wall_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

/* What is no number of seconds that fits is ignored. */
int64_t
clock_output_ns(void)
{
	const char *s = getenv("SOURCE_DATE_EPOCH");
	int saved = errno;
	long long seconds;
	char *end;

	if (!s || *s < '0' || *s > '9')
		return clock_wall_ns();
	errno = 0;
	seconds = strtoll(s, &end, 10);
	if (errno || *end || seconds > INT64_MAX / NS) {
		errno = saved;
		return clock_wall_ns();
	}
	errno = saved;
	return (int64_t)seconds * NS;
}

/* Decimal digits, as many as there is room for. */
static char *
digits(char *dst, int n, int value, char behind)
{
	for (int i = n; i > 0; i--, value /= 10)
		dst[i - 1] = (char)('0' + value % 10);
	dst[n] = behind;
	return dst + n + 1;
}

char *
clock_rfc3339(char dst[CLOCK_RFC3339_SIZE], int64_t wall_ns)
{
	int64_t seconds = wall_ns / NS, rest = wall_ns % NS;
	char *at = dst;
	struct tm tm;
	time_t t;

	if (rest < 0) {
		rest += NS;
		seconds--;
	}
	t = (time_t)seconds;
	ensure(gmtime_r(&t, &tm));
	/* 64 bits of nanoseconds end in 2262. */
	at = digits(at, 4, tm.tm_year + 1900, '-');
	at = digits(at, 2, tm.tm_mon + 1, '-');
	at = digits(at, 2, tm.tm_mday, 'T');
	at = digits(at, 2, tm.tm_hour, ':');
	at = digits(at, 2, tm.tm_min, ':');
	at = digits(at, 2, tm.tm_sec, '.');
	if (rest >= 1000000)
		digits(at, 3, (int)(rest / 1000000), 'Z')[0] = '\0';
	else
		memcpy(at - 1, "Z", 2);
	return dst;
}

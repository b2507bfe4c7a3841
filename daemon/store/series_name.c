/* series_name.c - the names of shards, of their tails, and of partitions. */
#include "store/series_name.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/codec.h"
#include "store/series.h"

static const char PARTITION_CHARS[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._=-";

char *
series_name_format(char dst[SERIES_NAME_SIZE], const struct series_name *n,
    const char *suffix)
{
	char end[32] = "";

	if (n->kind == SERIES_NEW)
		(void)snprintf(end, sizeof end, ".new");
	else if (n->kind == SERIES_TAIL)
		(void)snprintf(end, sizeof end, ".tail-%" PRIu64, n->offset);
	int len = snprintf(dst, SERIES_NAME_SIZE, "%spart-%05" PRIu64 "%s%s%s",
	    n->kind == SERIES_SHARD ? "" : ".", n->file, suffix,
	    codec_extension(n->codec), end);
	ensure(len > 0 && len < SERIES_NAME_SIZE);
	return dst;
}

/* Digits at *at; moves *at behind them. */
static bool
name_number(const char **at, uint64_t *r)
{
	const char *s = *at;

	*r = 0;
	while (*s >= '0' && *s <= '9') {
		if (*r > (UINT64_MAX - 9) / 10)
			return false;
		*r = *r * 10 + (uint64_t)(*s++ - '0');
	}
	bool any = s != *at;
	*at = s;
	return any;
}

static bool
name_eat(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool
name_parse_end(struct series_name *n, const char *at, bool hidden)
{
	if (!hidden) {
		n->kind = SERIES_SHARD;
		return *at == '\0';
	}
	if (strcmp(at, ".new") == 0) {
		n->kind = SERIES_NEW;
		return true;
	}
	n->kind = SERIES_TAIL;
	return name_eat(&at, ".tail-") && name_number(&at, &n->offset) &&
	    *at == '\0';
}

bool
series_name_parse(struct series_name *n_r, const char *name, const char *suffix)
{
	static const int codecs[] = { SERIES_GZIP, SERIES_ZSTD, SERIES_PLAIN };
	char again[SERIES_NAME_SIZE];
	const char *at = name;
	bool hidden = name_eat(&at, ".");

	*n_r = (struct series_name){ 0 };
	if (!name_eat(&at, "part-") || !name_number(&at, &n_r->file) ||
	    !name_eat(&at, suffix))
		return false;
	for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
		n_r->codec = codecs[i];
		if (name_eat(&at, codec_extension(codecs[i])))
			break;
	}
	/* Leading zeros and the like make it somebody else's file. */
	return name_parse_end(n_r, at, hidden) &&
	    strlen(name) < SERIES_NAME_SIZE &&
	    strcmp(series_name_format(again, n_r, suffix), name) == 0;
}

bool
series_partition_valid(const char *partition)
{
	const char *at = partition;

	if (*at == '\0')
		return true;
	for (;;) {
		size_t len = strspn(at, PARTITION_CHARS);
		if (len == 0 || len > NAME_MAX || strncmp(at, ".", len) == 0 ||
		    (len == 2 && strncmp(at, "..", 2) == 0))
			return false;
		at += len;
		if (*at == '\0')
			return strlen(partition) < PATH_MAX / 2;
		if (*at++ != '/')
			return false;
	}
}

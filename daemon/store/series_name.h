/* series_name.h - the names of shards, of their tails, and of partitions.
 *
 * part-00001.jsonl.zst		a shard
 * .part-00001.jsonl.zst.new	a shard that no commit names yet
 * .part-00001.jsonl.zst.tail-0	plain bytes from that plain offset on
 */
#ifndef LAVOIR_STORE_SERIES_NAME_H
#define LAVOIR_STORE_SERIES_NAME_H

#include <stdbool.h>
#include <stdint.h>

enum series_name_kind { SERIES_SHARD, SERIES_NEW, SERIES_TAIL };

struct series_name {
	enum series_name_kind kind;
	uint64_t file;
	int codec;
	uint64_t offset; /* of a tail */
};

enum { SERIES_NAME_SIZE = 256, SERIES_SUFFIX_MAX = 64 };

/* Returns dst. */
char *series_name_format(char dst[SERIES_NAME_SIZE],
    const struct series_name *n, const char *suffix);

/* Is it such a name, exactly as format would write it? */
bool series_name_parse(struct series_name *n_r, const char *name,
    const char *suffix);

/* A relative path of [A-Za-z0-9._=-] parts, none "." or "..", or "". */
bool series_partition_valid(const char *partition);

#endif

/* zip.h - members of a ZIP file that is in memory, by name.
 *
 * The central directory is the truth; local headers are looked at only to find
 * where a member's bytes begin.  Members are inflated piece by piece, and all
 * that is inflated counts towards the limits.
 */
#ifndef READ_OFFICE_ZIP_H
#define READ_OFFICE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include "lavoir/plugin.h"
#include "map.h"

struct zip_limits {
	size_t members_max;
	uint64_t member_size_max, total_size_max;
	double ratio_max; /* of a member, once it is a megabyte */
};

struct zip_member {
	const char *name;
	uint64_t offset, size, packed_size;
	uint32_t crc;
	uint16_t method, flags;
};

struct zip {
	struct lavoir_str raw;
	const struct zip_limits *limits;
	struct map names;
	struct map folded; /* names in lower case */
	size_t n;
	uint64_t total; /* inflated so far */
};

struct office;

struct zip_stream {
	struct office *o;
	const struct zip_member *member;
	z_stream z;
	const unsigned char *next; /* of a stored member */
	uint64_t left, done;
	uint32_t crc;
	bool inflating, ended;
};

/* Read the directory; false with the error in o. */
bool zip_open(struct office *o);

/* NULL if there is none.  Letter case counts only if there are two. */
const struct zip_member *zip_find(struct office *o, const char *name);

/* Begin to read; false with the error in o.  zip_close() in any case. */
bool zip_begin(struct office *o, struct zip_stream *s,
    const struct zip_member *member);
/* Up to size bytes; 0 at the end, -1 with the error in o. */
int zip_read(struct zip_stream *s, void *buf, size_t size);
void zip_close(struct zip_stream *s);

/* The whole member, in the document's memory; ptr NULL with the error in o. */
struct lavoir_str zip_load(struct office *o, const struct zip_member *member);

#endif

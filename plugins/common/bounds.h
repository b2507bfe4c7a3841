/* bounds.h - how much may come out of a packed file.
 *
 * A bomb is told by the ratio of what came out to what went in, and a nested
 * bomb (an archive of archives of archives) by the ratios of all its levels
 * together: a container tells its children, in an attribute, how many times
 * the bytes of the outermost one it has made already, and they have what is
 * left.  So a file gives at most ratio_max times its own bytes at every level,
 * and no share of it depends on which worker reads it.
 */
#ifndef LAVOIR_PLUGINS_COMMON_BOUNDS_H
#define LAVOIR_PLUGINS_COMMON_BOUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

/* Real; how many times as much as the outermost container, so far. */
#define BOUNDS_ATTRIBUTE "_unpacked"

/* Small files may have any ratio: so many bytes are free. */
enum { BOUNDS_FREE = 16 << 20, BOUNDS_FREE_NESTED = 4 << 20 };

struct bounds {
	uint64_t output_max; /* bytes; 0: no limit */
	uint64_t ratio_max;  /* 0: no limit */
	double level;	     /* ratio of the containers around this one */
	uint64_t free;
	uint64_t out; /* bytes so far */
};

/* Begin with this document. */
void bounds_begin(struct bounds *b, const struct lavoir_host *host,
    const struct lavoir_doc *doc, uint64_t output_max, uint64_t ratio_max);

/* n more bytes came out, of in bytes that went in so far; false: too many, and
 * why (of size bytes) says so. */
bool bounds_add(struct bounds *b, uint64_t n, uint64_t in, char *why,
    size_t size);

/* What a child that may have n more bytes is told: the value of
 * BOUNDS_ATTRIBUTE. */
double bounds_level(const struct bounds *b, uint64_t n, uint64_t in);

#endif

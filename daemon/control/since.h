/* since.h - from when on: a time, an age, or a batch. */
#ifndef LAVOIR_CONTROL_SINCE_H
#define LAVOIR_CONTROL_SINCE_H

#include <stdint.h>

/* "120": from that batch on.  "2h", "90s": so long before now.  "2026-11-24",
 * "2026-11-24T14:00:00Z" (also with a space, without seconds, with fractions,
 * with +01:00): that time; without a zone it is UTC.  The other of the two
 * results stays as it is.  0, or ERR_INVAL. */
int since_parse(const char *s, int64_t now_ns, uint64_t *batch_r,
    int64_t *since_ns_r);

#endif

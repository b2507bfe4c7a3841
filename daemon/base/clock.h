/* clock.h - time.  Timers and deadlines are monotonic; wall time is only data.
 */
#ifndef LAVOIR_BASE_CLOCK_H
#define LAVOIR_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

uint64_t clock_monotonic_ms(void);
uint64_t clock_monotonic_ns(void);

/* Wall time in nanoseconds since 1970, or that of SOURCE_DATE_EPOCH when the
 * environment has it: for everything that goes into an output. */
int64_t clock_output_ns(void);

/* Wall time in nanoseconds since 1970, for comparing with file times. */
int64_t clock_wall_ns(void);

/* RFC 3339 in UTC: "2026-11-24T14:10:31Z", with milliseconds when they are not
 * zero; years 0000-9999.  Returns dst. */
enum { CLOCK_RFC3339_SIZE = 32 };
char *clock_rfc3339(char dst[CLOCK_RFC3339_SIZE], int64_t wall_ns);

#endif

/* units.h - "64M" and "2h" both ways. */
#ifndef LAVOIR_BASE_UNITS_H
#define LAVOIR_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* "64M", "1.5G", "100": bytes; K, M, G, T are powers of 1024, with or without
 * "iB" or "B"; fractions of a byte are cut off.  0, or ERR_INVAL when it is
 * none or does not fit. */
int units_parse_size(const char *s, int64_t *bytes_r);

/* "90s", "500ms", "2h", "1h30m", "7d": milliseconds; a bare number is seconds.
 * Largest unit first.  0, or ERR_INVAL likewise. */
int units_parse_time(const char *s, int64_t *ms_r);

/* The shortest exact form: "64M", "1500"; "90s", "500ms". Returns dst. */
enum { UNITS_SIZE = 32 };
char *units_format_size(char dst[UNITS_SIZE], int64_t bytes);
char *units_format_time(char dst[UNITS_SIZE], int64_t ms);

/* For people, rounded, in powers of 1000: "1.2 GB", "3 min 20 s"; "unknown"
 * when it is no finite number. Returns dst. */
char *units_human_size(char dst[UNITS_SIZE], double bytes);
char *units_human_time(char dst[UNITS_SIZE], double seconds);

#endif

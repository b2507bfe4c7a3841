/* utf8.h - UTF-8 checked strictly (Unicode 15, table 3-7): no surrogates, no
 * overlong forms, nothing above U+10FFFF. */
#ifndef LAVOIR_BASE_UTF8_H
#define LAVOIR_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the valid prefix; equal to len when all is valid. */
size_t utf8_valid_prefix(const void *ptr, size_t len);
bool utf8_valid(const void *ptr, size_t len);

/* Decode the character that bytes of unknown origin begin with: its length, or
 * 0 when they do not begin with a valid one (or len is 0). */
size_t utf8_decode(const uint8_t *p, size_t len, uint32_t *c_r);

/* Decode one character of valid UTF-8 (p < end): advances *p.  An invalid byte
 * is skipped as U+FFFD. */
uint32_t utf8_next(const uint8_t **p, const uint8_t *end);

/* Encode; returns the number of bytes, 1 to 4.  What is no character becomes
 * U+FFFD. */
size_t utf8_put(uint8_t dst[4], uint32_t c);

/* Number of code points of valid UTF-8. */
size_t utf8_count(const void *ptr, size_t len);

#endif

/* u8.h - UTF-8 for plugins: check, decode, encode.
 *
 * Nothing here allocates or keeps state.  The vector code and the plain code
 * give the same results; which one runs is decided by the processor.
 */
#ifndef LAVOIR_PLUGINS_COMMON_U8_H
#define LAVOIR_PLUGINS_COMMON_U8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { U8_REPLACEMENT = 0xfffd };

/* Length of the longest prefix that is valid UTF-8 (no surrogates, nothing
 * overlong, nothing above U+10FFFF); len when all of it is. */
size_t u8_valid(const void *ptr, size_t len);

/* The same by the plain code alone; for tests. */
size_t u8_valid_plain(const void *ptr, size_t len);

/* Length of the leading run of ASCII. */
size_t u8_ascii(const void *ptr, size_t len);

/* The length of the ill-formed sequence that [p, end) begins with: what one
 * U+FFFD stands for ("maximal subpart"), 1 to 3.  p must not begin with a valid
 * sequence. */
size_t u8_bad(const unsigned char *p, const unsigned char *end);

/* Write cp (a scalar value) to out[4]; the number of bytes. */
static inline size_t
u8_encode(unsigned char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (unsigned char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (unsigned char)(0xc0 | cp >> 6);
		out[1] = (unsigned char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (unsigned char)(0xe0 | cp >> 12);
		out[1] = (unsigned char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | cp >> 18);
	out[1] = (unsigned char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (cp & 0x3f));
	return 4;
}

/* The character at p, which must be valid UTF-8; *len gets its length. */
static inline uint32_t
u8_decode(const unsigned char *p, size_t *len)
{
	if (p[0] < 0x80) {
		*len = 1;
		return p[0];
	}
	if (p[0] < 0xe0) {
		*len = 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if (p[0] < 0xf0) {
		*len = 3;
		return (uint32_t)(p[0] & 0x0f) << 12 |
		    (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	*len = 4;
	return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
	    (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

#endif

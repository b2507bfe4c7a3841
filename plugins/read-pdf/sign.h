/* sign.h - what becomes of single characters that a PDF gives. */
#ifndef LAVOIR_READ_PDF_SIGN_H
#define LAVOIR_READ_PDF_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGN_SIZE = 64, SOFT_HYPHEN = 0xad };

/* Write c as UTF-8 to dst, which has room for SIGN_SIZE bytes; how many.
 * Ligatures and presentation forms become their letters; controls and marks of
 * direction nothing. */
size_t sign_write(unsigned char *dst, uint32_t c);

/* Does c stand for a character that could not be told: U+FFFD, private use,
 * controls, what is not assigned? */
bool sign_damaged(uint32_t c);

/* Letters written from right to left. */
bool sign_rtl(uint32_t c);

bool sign_private(uint32_t c);

/* Signs that begin the items of lists. */
bool sign_bullet(uint32_t c);

bool sign_embeds(uint32_t c); /* LRE, RLE, PDF */

#endif

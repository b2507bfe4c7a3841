/* pages.h - the code pages that UTF-8 is mistaken for. */
#ifndef LAVOIR_PLUGINS_CLEAN_REPAIR_PAGES_H
#define LAVOIR_PLUGINS_CLEAN_REPAIR_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_N = 9 };

/* What a character may be in UTF-8 that was read in some page. */
enum { PAGE_LEAD = 1, PAGE_CONTINUATION = 2 };

struct pages {
	/* The byte, 0x80 to 0xff, that a character is in a page; 0: none. */
	unsigned char byte[PAGE_N][65536];
	unsigned char flags[65536]; /* PAGE_LEAD, PAGE_CONTINUATION */
	uint32_t windows[32];	    /* 0x80 to 0x9f in Windows-1252 */
};

/* Fills *p; NULL, or the name of a page that this system does not have. */
const char *pages_init(struct pages *p);

/* Is page one whose letters stand where the symbols of others stand, so that a
 * blank in its text may have been a no-break space?  (Not so in DOS's and
 * Apple's.) */
bool pages_windows(int page);

static inline unsigned char
pages_byte(const struct pages *p, int page, uint32_t cp)
{
	return cp < 65536 ? p->byte[page][cp] : 0;
}

#endif

/* pages.c - the code pages that UTF-8 is mistaken for. */
#include "pages.h"

#include <string.h>

#include <iconv.h>

/* The likeliest first: of two that explain a line as well, it wins.  A byte
 * that a page does not define comes through as the control character it is in
 * ISO 8859-1; Windows-1252 takes all of these, and so stands for ISO 8859-1,
 * too. */
static const struct {
	const char *name;
	bool controls; /* undefined bytes are control characters */
} page_table[PAGE_N] = {
	{ "CP1252", true },
	{ "CP1250", true },
	{ "ISO-8859-2", true },
	{ "CP1251", true },
	{ "MACINTOSH", false },
	{ "CP437", false },
	{ "CP1253", true },
	{ "CP1254", true },
	{ "CP1257", true },
};
enum { WINDOWS_1252 = 0, MACINTOSH = 4, CP437 = 5 };

bool
pages_windows(int page)
{
	return page != MACINTOSH && page != CP437;
}

/* The character that byte is; 0: it is undefined. */
static uint32_t
decode(iconv_t cd, unsigned char byte)
{
	char in = (char)byte, *from = &in;
	uint32_t cp = 0;
	char *to = (char *)&cp;
	size_t left = 1, room = sizeof(cp);

	if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || room > 0)
		return 0;
	return cp;
}

static void
add(struct pages *p, int page, uint32_t cp, unsigned byte)
{
	if (cp == 0 || cp >= 65536 || p->byte[page][cp] != 0)
		return;
	p->byte[page][cp] = (unsigned char)byte;
	if (byte >= 0xc2 && byte <= 0xf4)
		p->flags[cp] |= PAGE_LEAD;
	else if (byte < 0xc0)
		p->flags[cp] |= PAGE_CONTINUATION;
}

static void
fill(struct pages *p, int page, iconv_t cd)
{
	for (unsigned byte = 0x80; byte < 0x100; byte++) {
		uint32_t cp = decode(cd, (unsigned char)byte);

		add(p, page, cp, byte);
		if (page == WINDOWS_1252 && byte < 0xa0)
			p->windows[byte - 0x80] = cp;
		if (byte < 0xa0 && page_table[page].controls &&
		    (cp == 0 || page == WINDOWS_1252))
			add(p, page, byte, byte);
	}
}

/* Of these Mac OS Roman has a twin, or had another character before 1998; the C
 * library knows the one, other programs the other. */
static void
add_twins(struct pages *p)
{
	add(p, MACINTOSH, 0x2206, 0xc6);
	add(p, MACINTOSH, 0x3a9, 0xbd);
	add(p, MACINTOSH, 0x2126, 0xbd);
	add(p, MACINTOSH, 0x20ac, 0xdb);
	add(p, MACINTOSH, 0xa4, 0xdb);
}

const char *
pages_init(struct pages *p)
{
	memset(p, 0, sizeof(*p));
	for (int page = 0; page < PAGE_N; page++) {
		iconv_t cd = iconv_open("UCS-4LE", page_table[page].name);

		if (cd == (iconv_t)-1)
			return page_table[page].name;
		fill(p, page, cd);
		iconv_close(cd);
	}
	add_twins(p);
	return NULL;
}

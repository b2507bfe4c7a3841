/* read-pdf.h - an instance, and a document on its way through it. */
#ifndef LAVOIR_READ_PDF_H
#define LAVOIR_READ_PDF_H

#include "page.h"
#include "source.h"

enum { SCANNED_DROP, SCANNED_KEEP, SCANNED_PASS };
enum { DAMAGED_DROP, DAMAGED_TAG };
enum { CONVERTERS = 4 };
enum { COUNT_PAGES, COUNT_SCANNED, COUNT_UNREAD, COUNT_ERRORS };

struct read_pdf {
	const struct lavoir_host *host;
	PopplerDocument *warm; /* keeps poppler's tables from being dropped */
	GIConv converter[CONVERTERS]; /* the same for the C library's */
	char *password;
	size_t pages_max, text_max;
	uint64_t stream_max;
	int format;
	bool furniture; /* is kept */
	int scanned, damaged;
	double damaged_max;
};

/* A document's pages, and what was seen of them. */
struct reading {
	struct pool pool;
	struct page_scratch scratch;
	struct page *page;
	size_t n;
	size_t all; /* that the document says it has */
	size_t scanned, unread, images;
	size_t chars, damaged;
	bool repaired;
	bool shaded; /* areas of it are */
};

/* Read the pages.  LAVOIR_OK, ENOMEM or ECANCELED. */
int reading_pages(const struct read_pdf *r, struct reading *g,
    PopplerDocument *d);

/* Text, attributes and verdict of what was read. */
int reading_publish(const struct read_pdf *r, struct reading *g);

#endif

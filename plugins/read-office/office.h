/* office.h - one document being read: what all parts of the reader share. */
#ifndef READ_OFFICE_OFFICE_H
#define READ_OFFICE_OFFICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/markup.h"
#include "lavoir/plugin.h"
#include "zip.h"

struct office_options {
	struct zip_limits zip;
	size_t text_max;
	int format;	/* of the text: MARKUP_PLAIN, MARKUP_MARKDOWN */
	unsigned flags; /* MARKUP_LINKS, MARKUP_EMPHASIS */
	bool notes;	/* footnotes and endnotes */
	bool comments;
	bool speaker_notes;
	bool headers; /* and footers */
	bool images;  /* as media references */
};

struct office {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	const struct office_options *opt;
	struct zip zip;
	struct markup *out; /* where text goes now: body, or ... */
	struct markup body;
	struct markup notes; /* ... notes, which follow it */
	int rc;		     /* the first error; sticks */
	char message[240];   /* and what it was */
	unsigned ticks;
	size_t n_comments;
};

/* Remember the first error; returns o->rc. */
int office_fail(struct office *o, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What failed was not needed: an error that is the document's own is taken
 * back, with a line in the log. */
void office_forgive(struct office *o);

/* Zeroed memory of the document, or NULL: then the error stands. */
void *office_alloc(struct office *o, size_t n);
/* A copy that ends in NUL; of NULL, NULL. */
char *office_copy(struct office *o, const char *s, size_t len);

/* To be called often: is there an error, or has the host had enough? */
bool office_stop(struct office *o);

/* The readers: text into o->body, attributes to the document. */
void docx_read(struct office *o, const char *main_part);
void pptx_read(struct office *o, const char *main_part);
void odf_read(struct office *o);
void epub_read(struct office *o);

/* A reviewer's comment begins in o->out.  Who made it is not written: that is
 * a person's name, and no text of the document. */
void office_comment(struct office *o);

/* An image that stands here, if they are wanted; alt may be NULL. */
void office_image(struct office *o, const char *uri, const char *alt);

/* A chart's title and data, as a paragraph and a table. */
void chart_read(struct office *o, const char *part);

/* What a diagram (SmartArt) says, a paragraph for each shape. */
void diagram_read(struct office *o, const char *part);

/* What a graphic refers to: a chart by "id", a diagram's data by "dm". */
enum { GRAPHIC_CHART, GRAPHIC_DIAGRAM };

#endif

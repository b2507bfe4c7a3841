/* encoding.h - bytes of any encoding to UTF-8, and how we know which it was.
 *
 * For plugins whose NAME.mk says "USES_NAME = encoding".  They need in writes[]
 * the names of ENCODING_WRITES, if they call encoding_publish().
 *
 * What counts, in this order: a byte order mark; the encoding that the hints
 * force; the one declared for the document, then the one declared in it, unless
 * the bytes say otherwise (a one-byte encoding, and they are valid UTF-8; or it
 * does not decode them and another does); UTF-8, if valid; UTF-16 and UTF-32 by
 * their zero bytes; detection by the frequency of characters; the fallback.
 */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_ENCODING_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

struct encoding;

/* Make one in open(), before the process may no longer open files: all that is
 * needed later is loaded here.  On failure NULL, and host->fail() has been
 * called with *status_r, for open() to return.  Caller frees with
 * encoding_free(), which takes NULL. */
struct encoding *encoding_new(const struct lavoir_host *host, int *status_r);
void encoding_free(struct encoding *e);

/* The number of the encoding that a label means (WHATWG's labels, and others
 * that are met), case ignored; -1: nobody knows it. */
int encoding_find(struct lavoir_str label);
/* Its name; NULL for -1. */
const char *encoding_name(int number);

/* What is known beforehand.  Numbers of encodings; -1: none. */
struct encoding_hints {
	int forced;	     /* believed, whatever the bytes say */
	int declared;	     /* said by whoever handed the document over */
	int declared_inside; /* said by the document itself */
	int fallback;	     /* when nothing can be said; -1: windows-1252 */
	size_t sample;	     /* detection looks at so many bytes; 0: 16 KiB */
	double errors_max;   /* a share of errors that speaks against what is
			      * declared when detection knows nothing else */
};
#define ENCODING_HINTS                                                         \
	{                                                                      \
		.forced = -1, .declared = -1, .declared_inside = -1,           \
		.fallback = -1, .errors_max = 0.05                             \
	}

struct encoding_result {
	struct lavoir_str text; /* UTF-8, in the document's memory or raw
				 * itself; a byte order mark is left out */
	const char *name;	/* of the encoding, static */
	const char *source;	/* bom, declared, utf-8, detected, fallback */
	uint64_t errors;	/* U+FFFDs put for bytes */
};

/* Decode raw.  LAVOIR_OK; LAVOIR_ENOMEM after host->fail(), LAVOIR_ECANCELED:
 * to be returned by process(). */
int encoding_read(struct encoding *e, struct lavoir_doc *doc,
    struct lavoir_str raw, const struct encoding_hints *hints,
    struct encoding_result *result_r);

/* What is declared for a document from outside: its attribute "charset", or the
 * parameter charset of its media type; -1. */
int encoding_of_doc(const struct lavoir_host *host,
    const struct lavoir_doc *doc);

/* What a document declares itself in its first 1024 bytes (<meta>, else an XML
 * declaration), read as the HTML Standard says; -1.  Of text that need not be
 * markup only if it begins with a "<". */
int encoding_of_html(struct lavoir_str raw);
int encoding_of_text(struct lavoir_str raw);

/* Set the attributes encoding, encoding.source and encoding.errors. */
void encoding_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct encoding_result *result);

/* clang-format off */
#define ENCODING_WRITES                                                       \
	{ "encoding", "the encoding that the text was in" },                  \
	{ "encoding.source",                                                  \
	    "how that is known: bom, declared, utf-8, detected or fallback" }, \
	{ "encoding.errors",                                                  \
	    "how many times U+FFFD stands for what could not be decoded" }
/* clang-format on */

#endif

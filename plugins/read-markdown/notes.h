/* notes.h - footnotes of Markdown: "[^1]: text" set apart from the text. */
#ifndef READ_MARKDOWN_NOTES_H
#define READ_MARKDOWN_NOTES_H

#include <stdbool.h>

#include "lavoir/plugin.h"

enum { NOTES_MAX = 1000, NOTE_LABEL = 40 };

struct note {
	char label[NOTE_LABEL + 1];
	struct lavoir_str text;
	bool wanted;	   /* referred to */
	struct note *next; /* in the order of references */
};

struct notes {
	struct lavoir_str text; /* without them */
	struct note *note;
	size_t n;
	struct note *first, **end;
};

/* Take the notes out of text; false without memory.  What they hold lives as
 * long as the document. */
bool notes_split(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text, struct notes *n);

/* Is there a reference "[^label]" at the beginning of s?  Its length, and the
 * note in *note_r; 0. */
size_t notes_reference(struct notes *n, struct lavoir_str s,
    struct note **note_r);

#endif

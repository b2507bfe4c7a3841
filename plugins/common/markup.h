/* markup.h - structured text, written as plain text or Markdown.
 *
 * A reader tells what it finds, block by block and run by run; the writer does
 * white space, nesting, markers and escapes.  Nothing is written for a block
 * before its first character comes: empty paragraphs, items, links and tables
 * leave no trace.  Outside of preformatted blocks runs of white space become
 * one space (a no-break space by itself stays one), and none at the ends of
 * lines.  Plain text has no marks but those of lists, table cells ("a | b") and
 * notes ("[1]").
 *
 * Begin and end calls must pair and nest; what is nested too deeply loses its
 * indentation, not its text.  Text must be valid UTF-8, and is copied.  No call
 * allocates but to let the buffer grow.  Errors stick: after one, calls do
 * nothing, and markup_end() tells.  The structure's members are the writer's
 * own.
 */
#ifndef LAVOIR_PLUGINS_COMMON_MARKUP_H
#define LAVOIR_PLUGINS_COMMON_MARKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

enum { MARKUP_PLAIN, MARKUP_MARKDOWN };
/* Flags: what Markdown shows beside structure. */
enum { MARKUP_LINKS = 1 << 0, MARKUP_EMPHASIS = 1 << 1 };
enum { MARKUP_FINE, MARKUP_FULL, MARKUP_NO_MEMORY };
enum markup_mark {
	MARKUP_EM,
	MARKUP_STRONG,
	MARKUP_STRIKE,
	MARKUP_CODE,
	MARKUP_LINK,
};
enum { MARKUP_DEPTH = 48, MARKUP_MARKS = 16, MARKUP_LABEL = 48 };

/* Where the buffer lives: like realloc(), with the old size given too. */
struct markup_memory {
	void *(*grow)(void *arg, void *old, size_t old_size, size_t new_size);
	void *arg;
};

struct markup_container {
	uint8_t kind;
	bool pending;	/* its marker is not written yet */
	bool ordered;	/* of a list */
	uint8_t width;	/* of the indentation below the marker */
	int64_t number; /* of a list: its next item's */
	uint8_t marker_len;
	char marker[MARKUP_LABEL + 8];
};

struct markup_open {
	uint8_t kind;
	bool hidden; /* only counted */
	size_t at;   /* where its text begins, once it is written */
	struct lavoir_str url;
};

struct markup {
	unsigned char *ptr;
	size_t len, cap, size_max;
	struct markup_memory memory;
	int format, state;
	unsigned flags;
	/* the line */
	bool in_line;	/* something stands in the current block */
	bool pre;	/* preformatted */
	bool last_note; /* the block before was a note */
	uint8_t gap;	/* newlines before the next block */
	uint8_t space;	/* what white space waits for the next word */
	uint8_t start;	/* how far a line's beginning is looked at */
	uint8_t digits;
	uint8_t heading; /* level; 0: none */
	/* preformatted */
	size_t pre_at, newlines;
	char language[32];
	/* containers and marks */
	size_t depth, deeper, shared;
	size_t marks, more_marks, unwritten, codes;
	/* table */
	size_t tables;	    /* how deep: only the outermost is one */
	size_t table_depth; /* of containers around it */
	bool cell, cell_text;
	size_t rows, cells, cells_written, cells_max, columns, cell_span;
	size_t first_end, rule_end;
	struct markup_container container[MARKUP_DEPTH];
	struct markup_open mark[MARKUP_MARKS];
};

/* memory NULL: malloc(), which markup_free() gives back; the buffer is kept by
 * markup_reset(), which begins the next text (but bytes beyond keep are given
 * back). */
void markup_init(struct markup *m, int format, unsigned flags, size_t size_max,
    const struct markup_memory *memory);
void markup_reset(struct markup *m, size_t keep);
void markup_free(struct markup *m);

/* A memory that is the document's: arg is a struct markup_doc.  The text can
 * then be given to doc_set_text() without a copy. */
struct markup_doc {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
};
void *markup_grow_doc(void *arg, void *old, size_t old_size, size_t new_size);

/* The text, without a newline at its end, valid until the next call; one of
 * MARKUP_FINE, MARKUP_FULL (longer than size_max), MARKUP_NO_MEMORY. */
int markup_end(struct markup *m, struct lavoir_str *text_r);

/* Back to a copy of *m that was made between blocks. */
void markup_rewind(struct markup *m, const struct markup *copy);

/* Has it failed?  Bytes written so far (where an image would stand). */
bool markup_failed(const struct markup *m);
size_t markup_length(const struct markup *m);

/*
 * Runs of text, within blocks; text outside of any is a paragraph of its own.
 */
void markup_text(struct markup *m, const void *ptr, size_t len);
void markup_cstr(struct markup *m, const char *s);
void markup_space(struct markup *m);
/* A line break; two in a row end the paragraph. */
void markup_break(struct markup *m);
/* Begin a new line, unless at the beginning of one. */
void markup_line(struct markup *m);
/* The box of a task: "[x]" or "[ ]". */
void markup_check(struct markup *m, bool done);
/* A reference to a note: "[^1]", plain "[1]". */
void markup_note_mark(struct markup *m, const char *label);
/* Text that is Markdown, or plain, already: mathematics, say. */
void markup_verbatim(struct markup *m, const void *ptr, size_t len);

/* Inline marks.  MARKUP_LINK has an address, which must stay until its end; the
 * others none. */
void markup_mark_begin(struct markup *m, enum markup_mark kind);
void markup_link_begin(struct markup *m, struct lavoir_str url);
void markup_mark_end(struct markup *m);

/*
 * Blocks.
 */
/* A boundary between paragraphs; begin and end of one are the same. */
void markup_paragraph(struct markup *m);
void markup_heading_begin(struct markup *m, int level); /* 1 to 6 */
void markup_heading_end(struct markup *m);
void markup_rule(struct markup *m);
/* White space is kept; language may be NULL. */
void markup_pre_begin(struct markup *m, const char *language);
void markup_pre_end(struct markup *m);
void markup_quote_begin(struct markup *m);
void markup_quote_end(struct markup *m);
/* number: of the first item of an ordered list. */
void markup_list_begin(struct markup *m, bool ordered, int64_t number);
void markup_list_end(struct markup *m);
/* label: what the document shows instead of the list's own marker ("a)",
 * "1.2."); NULL: nothing special. */
void markup_item_begin(struct markup *m, const char *label);
void markup_item_end(struct markup *m);
/* The text of a note. */
void markup_note_begin(struct markup *m, const char *label);
void markup_note_end(struct markup *m);

/* Tables.  The first row that is not empty is the head.  Within cells blocks
 * become one line, and tables their cells' text.  span: columns that the cell
 * takes. */
void markup_table_begin(struct markup *m);
void markup_table_end(struct markup *m);
void markup_row_begin(struct markup *m);
void markup_row_end(struct markup *m);
void markup_cell_begin(struct markup *m, unsigned span);
/* The span of the current cell, where it is told late. */
void markup_cell_span(struct markup *m, unsigned span);
void markup_cell_end(struct markup *m);

#endif

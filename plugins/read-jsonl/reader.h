/* reader.h - what the parts of read-jsonl share. */
#ifndef LAVOIR_PLUGINS_READ_JSONL_READER_H
#define LAVOIR_PLUGINS_READ_JSONL_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/json_in.h"
#include "lavoir/plugin.h"

enum { COUNT_LINES, COUNT_BYTES, COUNT_LEFT_OUT, COUNT_SURROGATES };

/* The line that a record stood in, if it came out of JSON lines. */
#define LINE_ATTRIBUTE "_line"
/* Its number, if it came out of an array. */
#define RECORD_ATTRIBUTE "_record"

enum { PACKINGS = 4 }; /* that JSON may come in */

struct reader {
	const struct lavoir_host *host;
	struct lavoir_str text_field, id_field, prefix;
	struct lavoir_str mapping; /* JSON object; empty: all fields */
	struct lavoir_str records; /* field with an array of them; empty: none
				    */
	bool no_attributes;
	bool layouts; /* recognised */
	bool chats;   /* are text */
	size_t attributes_max, value_size_max, line_size_max;
	uint64_t output_max, ratio_max;
	struct unpacker *unpacker[PACKINGS];
};

/* record.c: decode one JSON object. */
int read_record(struct reader *r, struct lavoir_doc *doc);

/* The value of "a.b" in text, an object; false: there is none. */
bool record_find(struct lavoir_str text, struct lavoir_str path,
    struct json_value *v_r);

/* file.c: what a JSON file holds. */
int read_file(struct reader *r, struct lavoir_doc *doc);

/* Is text a JSON object of strings?  For the option. */
bool record_mapping_valid(struct lavoir_str text);

/* lines.c: hand out the lines of plain JSON lines. */
int read_lines(struct reader *r, struct lavoir_doc *doc);

/* A child called by its number, which also is an attribute of it. */
int reader_give(struct reader *r, struct lavoir_doc *doc,
    struct lavoir_child *child, const char *attribute, uint64_t number);

/* One line, at position (0: unknown); blank ones are passed over. */
int lines_hand_out(struct reader *r, struct lavoir_doc *doc,
    struct lavoir_str line, uint64_t number, uint64_t position);
int lines_too_long(struct reader *r, struct lavoir_doc *doc, uint64_t number,
    uint64_t position);

/* Can a file that begins so (complete: there is no more) be JSON lines? */
bool lines_likely(struct lavoir_str head, bool complete);

/* compressed.c: hand out the lines inside a gzip or zstd stream; LAVOIR_PASS
 * when there are no JSON lines inside. */
int read_compressed(struct reader *r, struct lavoir_doc *doc,
    struct unpacker *codec);

#endif

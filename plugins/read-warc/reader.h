/* reader.h - what the parts of read-warc share. */
#ifndef LAVOIR_PLUGINS_READ_WARC_READER_H
#define LAVOIR_PLUGINS_READ_WARC_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"
#include "common/bounds.h"
#include "fields.h"
#include "lavoir/plugin.h"
#include "source.h"

enum {
	COUNT_RESPONSES,
	COUNT_RESOURCES,
	COUNT_CONVERSIONS,
	COUNT_REVISITS,
	COUNT_REQUESTS,
	COUNT_METADATA,
	COUNT_WARCINFO,
	COUNT_OTHERS,
	COUNT_STATUS,
	COUNT_TYPE,
	COUNT_DAMAGED,
	COUNT_BYTES
};

/* A header that becomes an attribute. */
struct kept {
	char *header;	 /* "X-Robots-Tag" */
	char *attribute; /* "http.x-robots-tag" */
};

struct kept_list {
	struct kept *item;
	size_t n;
};

/* In a position: the file has more than one warcinfo record. */
#define POSITION_MORE_INFOS ((uint64_t)1 << 63)

/* Where attributes of one child lie. */
enum { ATTRIBUTES_MAX = 96 };
struct attributes {
	struct lavoir_attr item[ATTRIBUTES_MAX];
	size_t n;
	const char *url; /* "" if there is none */
	char *text;	 /* their values, UTF-8 */
	size_t len, cap;
};

struct reader {
	const struct lavoir_host *host;
	struct lavoir_list statuses, skipped_types; /* options */
	struct kept_list http_kept, info_kept;
	uint64_t record_size_max, output_max, ratio_max;

	/* Memory that is kept from file to file. */
	struct unpacker *gzip, *zstd;
	struct source source;
	struct fields warc, http, info;
	struct attributes attributes;
	char *out;  /* of BODY_OUT_SIZE */
	char *text; /* of one conversion */
	size_t text_cap;

	/* The file that is being read. */
	struct lavoir_doc *doc;
	struct bounds bounds;
	bool swallow;	   /* the first child was made durable before */
	bool over;	   /* a limit of the whole file was hit */
	bool first;	   /* no record has been read yet */
	bool more_infos;   /* another warcinfo than the first has come */
	char info_id[128]; /* of the first */
	uint64_t children;

	/* The record that is being read. */
	uint64_t start; /* where it begins */
	bool placed;	/* ... which is a place to go on from */
	uint64_t behind_header;
	uint64_t left; /* bytes of its block */
	char why[200];
};

/* records.c: one record after the other.  LAVOIR_PASS: not a WARC file. */
int read_records(struct reader *r, struct lavoir_doc *doc);

/* Read past what is left of the record.  LAVOIR_OK, or LAVOIR_EINVAL with
 * why: it is damaged. */
int record_skip(struct reader *r);

/* At the end of a record's block: does another one follow, or the end? */
bool record_ends_here(struct reader *r);

/* A part of the head that is in front, up to its empty line: consumed, parsed
 * into f. LAVOIR_PASS: there is no empty line within the bytes that are left.
 */
int record_head(struct reader *r, struct fields *f, uint64_t left);

/* content.c: records that hold documents.  What record_skip() returns, or an
 * error of the host. */
int record_response(struct reader *r);
int record_resource(struct reader *r, bool conversion);

/* child.c: hand out a block; transfer encoding and content encoding are undone.
 * declared: media type with parameters, or empty. */
struct content {
	struct lavoir_str declared, transfer_encoding, content_encoding;
	bool http; /* http holds its headers */
	int64_t status;
	bool text; /* a text child, if it is UTF-8 */
};
int child_hand_out(struct reader *r, const struct content *c);

/* A record, or what seemed one, that cannot be read; raw may be empty. */
int child_failed(struct reader *r, struct lavoir_str raw, const char *why);

/* attributes.c: what a child is born with; valid until the next call.  False:
 * no memory. */
bool attributes_make(struct reader *r, const struct content *c, double level);
void attributes_free(struct attributes *a);

#endif

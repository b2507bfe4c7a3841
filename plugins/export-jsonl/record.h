/* record.h - one document as one line of JSON.
 *
 * Order of the fields: id, text, source, added, created, metadata; within
 * metadata path, path_b64, member, url, sha256, media_type, title, authors,
 * language, tags, then the other attributes in byte order of their names.
 *
 * source is lavoir.pipeline, added lavoir.added, created the attribute of that
 * name or null.  In metadata what the document does not have is left out, but
 * tags is always a list.  path, path_b64, member, sha256 and media_type are the
 * host's (lavoir.path ...); other attributes of the host and those that begin
 * with "_" are not written.  An attribute that has the name of one of these
 * fields without being it is written as "attribute.NAME".
 */
#ifndef LAVOIR_PLUGINS_EXPORT_JSONL_RECORD_H
#define LAVOIR_PLUGINS_EXPORT_JSONL_RECORD_H

#include "common/json_out.h"
#include "lavoir/plugin.h"

struct record {
	const struct lavoir_host *host;
	struct lavoir_list fields, except;
	struct json_out out;
	struct lavoir_attr *other; /* being sorted */
	size_t n_others, cap;
};

/* The lists (of strings) must live as long as the record. */
void record_init(struct record *r, const struct lavoir_host *host,
    struct lavoir_list fields, struct lavoir_list except);
void record_free(struct record *r);

/* Give back memory beyond keep bytes. */
void record_reset(struct record *r, size_t keep);

/* The line, newline and all, valid until the next call; false: no memory. */
bool record_write(struct record *r, const struct lavoir_doc *doc,
    struct lavoir_str *line_r);

#endif

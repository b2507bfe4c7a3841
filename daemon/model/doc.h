/* doc.h - one document on its way through the chain: bytes, then text,
 * attributes, tags, media references, measurements, index keys, verdict.
 *
 * Everything lies in one bounded arena; errors stick: after the first one all
 * changes fail alike, and doc->error tells.  A document lives in a worker, is
 * packed (doc_pack.h), and lives again in the sequencer.
 */
#ifndef LAVOIR_MODEL_DOC_H
#define LAVOIR_MODEL_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "lavoir/plugin.h"

enum doc_verdict {
	DOC_KEEP, /* no verdict yet: it goes on, and is exported at the end */
	DOC_DROP,
	DOC_DUPLICATE,
	DOC_FAIL,
	DOC_CONTAINER, /* it handed out children; they have the ends */
};

struct doc_measure {
	const char *step; /* plugin that measured */
	const char *rule_set, *rule;
	int32_t op, broken;
	double value, threshold;
};

struct doc_keys {
	uint32_t index; /* number within the chain: see chain_index in host.h */
	uint32_t n;
	const uint64_t *key;
	struct lavoir_str sketch;
};

struct doc_hits {
	uint32_t index;
	uint32_t n;
	const struct lavoir_hit *hit;
};

/* A duplicate found, ending the document or only recorded. */
struct doc_duplicate {
	const char *step;
	struct lavoir_str original;
	double similarity;
	const char *reason, *detail;
};

/* A record staged by commit(). */
struct doc_record {
	uint32_t series;       /* number within the chain */
	const char *partition; /* NULL */
	struct lavoir_str bytes;
};

struct doc {
	struct arena *arena;
	size_t text_max; /* bytes that doc_set_text takes */

	struct lavoir_str raw;
	struct lavoir_str text;
	bool decoded;	 /* a reader has set the text */
	bool text_fixed; /* in the sequencer: set by doc_unpack */

	struct lavoir_attr *attr;
	size_t n_attrs, attr_cap;
	const char **tag;
	size_t n_tags, tag_cap;
	struct lavoir_media *media;
	size_t n_media, media_cap;
	struct doc_measure *measure;
	size_t n_measures, measure_cap;
	struct doc_keys *keys;
	size_t n_keys, keys_cap;
	struct doc_hits *hits; /* set by the sequencer before commit */
	size_t n_hits;
	struct doc_duplicate *duplicate;
	size_t n_duplicates, duplicate_cap;
	struct doc_record *record;
	size_t n_records, record_cap;

	struct lavoir_str id; /* in the sequencer */

	/* The end. */
	int verdict;	    /* enum doc_verdict */
	const char *plugin; /* that gave it; NULL: the engine */
	const char *reason, *detail;
	bool has_value;
	double value, threshold;

	int error; /* sticky: first ERR_ or LAVOIR_E code */
	const char *error_text;
};

/* Limits of one document. */
enum {
	DOC_ATTRS_MAX = 1024,
	DOC_TAGS_MAX = 256,
	DOC_MEDIA_MAX = 10000,
	DOC_MEASURES_MAX = 4096,
	DOC_RECORDS_MAX = 64,
	DOC_INDEXES_MAX = 64,
	DOC_KEYS_MAX = 1024, /* of one index */
	DOC_SKETCH_MAX = 256,
	DOC_MEDIA_TYPE_MAX = 255,
	DOC_DUPLICATES_MAX = 256,
	DOC_DETAIL_MAX = 4096 /* bytes; cut on a character boundary */
};

/* An empty document in arena a (also freed with it). memory: as arena limit. */
void doc_init(struct doc *d, struct arena *a, size_t text_max);

/* Make an error stick, with text copied; returns code. */
int doc_error(struct doc *d, int code, const char *text);

/* Each returns 0 or the sticky error. Names, tags and strings are checked
 * (UTF-8, patterns, limits) as hostile input, and copied, but for a text that
 * the document's own arena holds, which is kept. */
int doc_set_text(struct doc *d, struct lavoir_str text);
int doc_set(struct doc *d, const char *name, const struct lavoir_value *v);
int doc_set_str(struct doc *d, const char *name, const char *s);
int doc_set_int(struct doc *d, const char *name, int64_t i);
/* ERR_NOENT when absent (does not stick). */
int doc_get(const struct doc *d, const char *name, struct lavoir_value *v_r);
/* The string value of an attribute, NUL-terminated, or NULL. */
const char *doc_get_str(const struct doc *d, const char *name);
int doc_tag(struct doc *d, const char *tag, bool on);
bool doc_tagged(const struct doc *d, const char *tag);
int doc_add_media(struct doc *d, const struct lavoir_media *m);
int doc_add_measure(struct doc *d, const char *step,
    const struct lavoir_measure *m);
/* The keys for one index; given again, they replace the earlier ones. */
int doc_add_keys(struct doc *d, uint32_t index, const uint64_t *key, size_t n,
    struct lavoir_str sketch);
int doc_add_record(struct doc *d, uint32_t series, const char *partition,
    struct lavoir_str bytes);

/* Verdicts; the first one stands, and once it is given duplicates are no longer
 * recorded: when one ended the document it is the last of them.  A failure can
 * be given in spite of a sticky error.  Reasons are names like attributes';
 * details and error texts are cut, and what is not UTF-8 in them is replaced.
 * drop takes value and threshold from the last measurement by this step for a
 * rule named like the reason. */
int doc_drop(struct doc *d, const char *step, const char *reason,
    const char *detail);
int doc_fail(struct doc *d, const char *step, const char *reason,
    const char *detail);
int doc_add_duplicate(struct doc *d, const struct doc_duplicate *dup, bool end);

/* The measurements as a JSON array of {"plugin","rule","value","threshold",
 * "op","verdict"} (plus "rule_set" when given; verdict "broken" or "ok"), in
 * the document's arena; NULL when there are none. */
const char *doc_measures_json(struct doc *d);

#endif

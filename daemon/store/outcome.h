/* outcome.h - what became of one document: the row that the commit log keeps
 * for ever and the ledger shows. */
#ifndef LAVOIR_STORE_OUTCOME_H
#define LAVOIR_STORE_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/pack.h"

enum outcome_kind {
	OUTCOME_EXPORTED = 1,
	OUTCOME_DROPPED,
	OUTCOME_DUPLICATE,
	OUTCOME_FAILED,
	OUTCOME_CONTAINER, /* its children have the ends; not a document */
};

/* "exported", "dropped" ...; static storage; NULL for an unknown kind. */
const char *outcome_kind_name(int kind);

/* Which file it was, without looking inside (design: never the device). */
struct witness {
	uint64_t inode;
	uint64_t size;
	int64_t mtime_ns;
	int64_t ctime_ns;
};

bool witness_equal(const struct witness *a, const struct witness *b);
void outcome_pack_witness(const struct witness *w, struct buf *out);
void outcome_unpack_witness(struct witness *w, struct unpack *u);

/* What happens to the source once the outcome is durable. */
enum outcome_retire {
	RETIRE_NOTHING, /* a child; or the source stays (lavoir run) */
	RETIRE_PENDING, /* it waits in its folder for one rename */
};

/* Strings may be NULL where marked; path is bytes without NUL, everything else
 * UTF-8.  Borrowed: whoever fills it in keeps the memory. */
struct outcome {
	/* Its id: [SITE-]PIPELINE-NUMBER, and CHILD behind it ("#3", "#3#0").
	 */
	const char *pipeline;
	uint64_t number;
	const char *child; /* "" for the document itself */

	int32_t kind;
	int32_t retire;

	/* Where it came from. */
	const char *folder; /* absolute path of the drop folder; "" when none */
	const char *path;   /* relative to folder; as given for lavoir run */
	const char *member; /* NULL: not a member of a container */
	struct witness witness;
	uint8_t sha256[32];	/* of the raw bytes; zero if never read */
	int64_t added_ns;	/* wall time of the claim */
	const char *media_type; /* NULL: not known */
	uint64_t bytes_in;
	uint64_t bytes_out;

	/* Why. */
	const char *plugin; /* NULL: the engine itself, or exported */
	const char *reason; /* NULL: exported */
	const char *detail; /* NULL */
	bool has_value;
	double value;
	double threshold;
	const char *measurements; /* JSON array as text, or NULL */
	const char *duplicate_of; /* id, or NULL */
	double similarity;
	uint32_t attempts; /* 1: the first went through */
};

/* Names of pipelines and sites: [A-Za-z0-9._-]{1,64}. */
bool outcome_name_valid(const char *s);
/* "", or up to OUTCOME_DEPTH_MAX times "#" and a number without leading zero.
 */
bool outcome_child_valid(const char *s);
/* Relative, without empty, "." and ".." parts. */
bool outcome_path_inside(const char *s);

/* The order in which ends may come: by number at each level, a container behind
 * its children ("#1#0" < "#1#1" < "#1" < "#2" < ""); like strcmp.  Both valid.
 */
int outcome_child_compare(const char *a, const char *b);

/* "[SITE-]PIPELINE-NUMBER" and child; returns dst. */
enum {
	OUTCOME_NAME_MAX = 64,
	OUTCOME_DEPTH_MAX = 16,
	OUTCOME_ID_SIZE = 512,
};
char *outcome_id(char dst[OUTCOME_ID_SIZE], const char *site,
    const char *pipeline, uint64_t number, const char *child);

/* Appends the packed form.  Values that are not finite become none (NaN) or the
 * largest (infinity). */
void outcome_pack(const struct outcome *o, struct buf *out);

/* Everything is checked; strings point into the input.  ERR_PROTO with the
 * field and its value. */
enum { OUTCOME_PACKED_MIN = 160 };
int outcome_unpack(struct outcome *o, struct unpack *u, struct err *e);

#endif

/* golden.h - what the files of the golden runner share. */
#ifndef LAVOIR_TESTS_GOLDEN_H
#define LAVOIR_TESTS_GOLDEN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/doc.h"
#include "plugin/host.h"

/* One run of one case through the host. */
struct outcome {
	int result;	  /* enum host_result of the last phase */
	struct err e;	  /* why it was not HOST_DONE */
	struct doc *doc;  /* as the last phase left it */
	json_t *children; /* as given to doc_child() */
	json_t *counters; /* name: sum */
	const struct host_index *index;
	size_t n_index;
};

/* A case being run, once or several times. */
struct run {
	const struct lavoir_plugin *plugin;
	const json_t *cases, *c;
	const char *folder;
	struct arena *arena;
	struct lavoir_value *option;
	size_t memory_max; /* of the document; 0: plenty */
	bool cancel;
	struct outcome *o;
	struct doc worker, sequencer;
	struct buf packed; /* what the worker sent */
	json_t *stream;	   /* child whose bytes are coming */
	struct buf bytes;
};

/* run.c: both phases of r->c into r->o; what the worker sends stays in
 * r->packed.  Compared with expect, unless that is NULL: the number of
 * differences. */
int run_case(struct run *r, const json_t *expect);

/* case.c: a document as the case describes it, in arena a; false with a message
 * printed when the case is badly written. */
bool case_document(const json_t *c, const char *folder, struct arena *a,
    struct doc *d);
/* The value of a key NAME, NAME_base64, NAME_repeat or NAME_file. */
bool case_bytes(const json_t *c, const char *key, const char *folder,
    struct arena *a, struct lavoir_str *s_r);
json_t *case_from_value(const struct lavoir_value *v);
/* Bytes as {"KEY": text} or {"KEY_base64": text}. */
void case_put_bytes(json_t *object, const char *key, struct lavoir_str s);

/* compare.c: print every difference, return their number. */
int compare(const json_t *expect, const struct outcome *o, const char *folder,
    struct arena *a);

#endif

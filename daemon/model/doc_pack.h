/* doc_pack.h - a document to bytes and back, between worker and sequencer, and
 * its checked reading as hostile input. */
#ifndef LAVOIR_MODEL_DOC_PACK_H
#define LAVOIR_MODEL_DOC_PACK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/pack.h"
#include "model/doc.h"

/* Verdict, reason, measurements, attributes, tags, media, keys, and the text
 * when the document is kept. The text comes last and unpadded. */
void doc_pack(struct buf *b, const struct doc *d);

/* Into an initialised document; strings point into the input, arrays into its
 * arena.  Every string is checked as UTF-8, every name, count and enum value
 * against its limits.  ERR_PROTO names what was wrong. */
int doc_unpack(struct unpack *u, struct doc *d, struct err *e);

/* Only what a child is born with: attributes and media. */
void doc_pack_attrs(struct buf *b, const struct lavoir_attr *attr, size_t n);
int doc_unpack_attrs(struct unpack *u, struct doc *d, struct err *e);

#endif

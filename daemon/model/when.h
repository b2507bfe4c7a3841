/* when.h - a step's condition: "when": {attribute: scalar | list | {">=": n,
 * "<": n}, "tag": name, "media_type": glob}.  All entries must hold; an absent
 * attribute is false.  ">" and "<=" are known too; a list attribute equals a
 * scalar when one of its items does. */
#ifndef LAVOIR_MODEL_WHEN_H
#define LAVOIR_MODEL_WHEN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "model/doc.h"
#include "model/options.h"

struct when;

/* In arena a; problems as in options_check; returns their number. */
int when_parse(struct when **w_r, const json_t *json, struct arena *a,
    const struct options_context *context);

/* NULL holds always. media type: the attribute lavoir.media_type. */
bool when_holds(const struct when *w, const struct doc *d);

/* Call back for every attribute named (for the order check). */
void when_each_attribute(const struct when *w,
    void (*fn)(void *arg, const char *name), void *arg);

#endif

/* value.h - attribute and option values (struct lavoir_value of the plugin
 * interface): copy, compare, pack, JSON. */
#ifndef LAVOIR_MODEL_VALUE_H
#define LAVOIR_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/pack.h"
#include "lavoir/plugin.h"

enum { VALUE_DEPTH_MAX = 16 };

/* Deep copy into a; 0, ERR_NOMEM (the arena is full), or ERR_INVAL: unknown
 * type, a string that is not UTF-8, a name that is not [A-Za-z0-9_.:-]{1,128},
 * nested deeper than VALUE_DEPTH_MAX, NULL pointers with a length.  The source
 * is hostile: a plugin's memory. */
int value_copy(struct arena *a, const struct lavoir_value *v,
    struct lavoir_value *v_r);

/* Equal in type and content; ints and reals compare by number. */
bool value_equal(const struct lavoir_value *a, const struct lavoir_value *b);

void value_pack(struct buf *b, const struct lavoir_value *v);
/* Checked like value_copy; strings point into the input, arrays into a. */
int value_unpack(struct unpack *u, struct arena *a, struct lavoir_value *v_r);

/* JSON text; bytes become base64 strings, names beginning with '_' in maps are
 * kept. */
void value_write_json(struct buf *b, const struct lavoir_value *v);

/* Attribute names: the pattern above. */
bool value_name_valid(const char *name);

#endif

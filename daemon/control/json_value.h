/* json_value.h - JSON as an attribute's value. */
#ifndef LAVOIR_CONTROL_JSON_VALUE_H
#define LAVOIR_CONTROL_JSON_VALUE_H

#include <jansson.h>

#include "base/arena.h"
#include "lavoir/plugin.h"

/* Strings are borrowed from the JSON, arrays lie in a. 0, or ERR_INVAL: nested
 * too deep, or a name in it that no attribute may have. */
int json_value(json_t *json, struct arena *a, struct lavoir_value *v_r);

#endif

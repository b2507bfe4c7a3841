/* output.h - what people and programs get to read. */
#ifndef LAVOIR_CONTROL_OUTPUT_H
#define LAVOIR_CONTROL_OUTPUT_H

#include <jansson.h>
#include <stdio.h>

#include "base/buf.h"

/* Text from anywhere, without what would move a terminal's cursor or forge a
 * line. */
void output_escaped(FILE *f, const char *text);

/* "NAME          text", text escaped; NULL text: nothing. */
void output_field(const char *name, const char *text);
void output_fieldf(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line of JSON on standard output.  On a terminal, invisible and
 * controlling characters are written as \u escapes, which means the same. */
void output_json(const struct buf *json);
void output_json_value(const json_t *value);

/* Members of an object, for rendering: 0 and "" (or NULL) when absent. */
unsigned long long output_uint(const json_t *object, const char *key);
const char *output_str(const json_t *object, const char *key);

/* Did everything get out?  EX_OK or EX_IOERR. */
int output_end(void);

#endif

/* report.h - configuration problems as text for people and as JSON. */
#ifndef LAVOIR_CONFIG_REPORT_H
#define LAVOIR_CONFIG_REPORT_H

#include "base/buf.h"
#include "config/config.h"

/* One line without its newline:
 * FILE:LINE:COLUMN: /POINTER: [warning: ]PROBLEM[: found F][, expected E]
 * [; did you mean "N"?]
 * Control characters are escaped, as in logs. */
void report_text(struct buf *b, const struct config_problem *p);

/* One object: severity ("error", "warning"), file, line, column, path, problem,
 * found, expected, nearest; what is unknown is null. */
void report_json(struct buf *b, const struct config_problem *p);

/* A config_problem_fn that logs at error or warn level. */
void report_log(void *unused, const struct config_problem *p);

/* A config_problem_fn that prints lines of text to a FILE. */
void report_print(void *file, const struct config_problem *p);

#endif

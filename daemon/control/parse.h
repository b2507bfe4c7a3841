/* parse.h - a command line against the table. */
#ifndef LAVOIR_CONTROL_PARSE_H
#define LAVOIR_CONTROL_PARSE_H

#include "base/err.h"
#include "control/commands.h"

/* argv without the program's name.  Options may stand anywhere behind the
 * command, or before it the common ones; "--" ends them.  0 or ERR_INVAL with a
 * sentence (and the nearest known word). v->argument points into argv, which is
 * reordered. */
int parse_command_line(struct invocation *v, int argc, char **argv,
    struct err *e);

#endif

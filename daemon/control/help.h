/* help.h - help texts, the reference page and manual pages, from the table. */
#ifndef LAVOIR_CONTROL_HELP_H
#define LAVOIR_CONTROL_HELP_H

#include <stdio.h>

#include "base/buf.h"
#include "control/commands.h"

/* "usage: lavoir status [OPTIONS]" */
void help_usage(FILE *f, const struct command *c);
void help_command(FILE *f, const struct command *c);
void help_list(FILE *f);

/* docs/commands.md */
void help_markdown(struct buf *b);
/* "lavoir.1", "lavoird.8"; false for any other. */
bool help_man(struct buf *b, const char *page);

#endif

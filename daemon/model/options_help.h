/* options_help.h - an option table as help text, Markdown and roff. */
#ifndef LAVOIR_MODEL_OPTIONS_HELP_H
#define LAVOIR_MODEL_OPTIONS_HELP_H

#include "base/buf.h"
#include "lavoir/plugin.h"

enum options_help_format {
	OPTIONS_HELP_TEXT,
	OPTIONS_HELP_MARKDOWN,
	OPTIONS_HELP_ROFF
};

/* Name, type, default, range, choices, flags and help of every option. */
void options_help(struct buf *b, const struct lavoir_option *table, int format);

#endif

/* uu.h - uuencoded files in the middle of a text. */
#ifndef LAVOIR_PLUGINS_READ_MAIL_UU_H
#define LAVOIR_PLUGINS_READ_MAIL_UU_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

/* Find the first one at or behind byte from: "begin 644 NAME", full lines,
 * "end". *block_r gets all its lines. */
bool uu_find(struct lavoir_str text, size_t from, struct lavoir_str *block_r);

/* The name in the first line of a block, at most 250 bytes of it. */
struct lavoir_str uu_name(struct lavoir_str line);

#endif

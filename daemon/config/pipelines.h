/* pipelines.h - all pipelines of all files. */
#ifndef LAVOIR_CONFIG_PIPELINES_H
#define LAVOIR_CONFIG_PIPELINES_H

#include "config/load.h"

void pipelines_load(struct load *l);

#endif

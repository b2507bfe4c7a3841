/* settings.h - what stands above the pipelines. */
#ifndef LAVOIR_CONFIG_SETTINGS_H
#define LAVOIR_CONFIG_SETTINGS_H

#include "config/load.h"

/* Fills in everything but file, base and the pipelines. */
void settings_load(struct load *l);

#endif

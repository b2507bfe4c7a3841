/* watches.h - the drop folders of a pipeline. */
#ifndef LAVOIR_CONFIG_WATCHES_H
#define LAVOIR_CONFIG_WATCHES_H

#include "config/load.h"

/* json: the value of "watch", may be NULL; at: its place. */
void watches_load(struct load *l, struct config_pipeline *pipeline,
    const json_t *json, struct place at);

#endif

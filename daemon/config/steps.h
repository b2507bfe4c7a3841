/* steps.h - the chain of a pipeline. */
#ifndef LAVOIR_CONFIG_STEPS_H
#define LAVOIR_CONFIG_STEPS_H

#include "config/load.h"

/* json: the value of "chain", may be NULL; at: its place. */
void steps_load(struct load *l, struct config_pipeline *pipeline,
    const json_t *json, struct place at);

#endif

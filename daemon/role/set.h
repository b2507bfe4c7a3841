/* set.h - one configuration's processes: zygote, sequencer, workers. */
#ifndef LAVOIR_ROLE_SET_H
#define LAVOIR_ROLE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct config;
struct set;
struct supervisor;

struct set *set_new(struct supervisor *s, struct config *c);
int set_start(struct set *set, struct err *e);
/* Its zygote has loaded: begin to serve. */
void set_activate(struct set *set);
void set_opened(struct set *set);
void set_refused(struct set *set, const char *text);
void set_sequencer_ready(struct set *set);
void set_zygote_died(struct set *set, int wait_status);
/* The committer has read all that its sequencer sent. */
void set_closed(struct set *set);
/* Its sequencer (or the committer) is gone: everything later is done again. */
void set_restart_sequencer(struct set *set);
void set_stop_pipeline(struct set *set, uint32_t pipeline, const char *why);
void set_free(struct set **set);
/* It is not started again at once, later each time. */
void set_back_off(struct set *set);
/* ---- set_keep.c ---- */

/* At every tick: deadlines. */
void set_look(struct set *set, uint64_t now_ms);
/* Once a loop turn and at every tick: enough workers, restarts that are due. */
void set_keep(struct set *set, uint64_t now_ms);
/* Nothing of it runs any more. */
bool set_is_down(const struct set *set);
/* Stop its processes; what they had in hand is lost to this epoch. */
void set_stop(struct set *set);
/* A pipeline by name: its number, or -1. */
int set_pipeline(const struct set *set, const char *name);

#endif

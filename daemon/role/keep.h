/* keep.h - failed children of a batch: bytes and reasons on disk before it is
 * committed.  Of the supervisor, on its loop; copies are made in libuv's pool.
 */
#ifndef LAVOIR_ROLE_KEEP_H
#define LAVOIR_ROLE_KEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pack.h"

struct claim;
struct keep;
struct supervisor;

struct keep *keep_new(struct supervisor *s);
/* Q_KEEP: write them, then answer; false: nonsense. */
bool keep_children(struct keep *k, struct unpack *u);
/* At every tick: what could not be written or moved, again. */
void keep_look(struct keep *k, uint64_t now_ms);
/* It cannot write: nothing more is to be claimed. */
bool keep_waits(const struct keep *k);
/* Nothing is being written; what waits is dropped, with its sequencer. */
bool keep_idle(struct keep *k);
/* This one's end is durable: its bytes go to failed/. */
void keep_ended(struct keep *k, const struct claim *c, const char *child);
/* Numbers below next have been given in what is durable. */
void keep_number(struct keep *k, const char *pipeline, uint64_t next);
/* Before a sequencer begins: what lies in keeping/ goes to failed/ if its end
 * is durable, and else away. */
void keep_settle(struct keep *k);
/* After what is being written; then done. */
void keep_close(struct keep *k, void (*done)(void *arg), void *arg);

#endif

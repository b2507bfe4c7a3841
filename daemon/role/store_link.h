/* store_link.h - the committer as the supervisor sees it. */
#ifndef LAVOIR_ROLE_STORE_LINK_H
#define LAVOIR_ROLE_STORE_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct claim;
struct set;
struct supervisor;

int store_link_start(struct supervisor *s, struct err *e);
/* At every tick: a committer that found no room is started again. */
void store_link_look(struct supervisor *s, uint64_t now_ms);
void store_link_died(struct supervisor *s, int wait_status);
void store_link_open(struct supervisor *s, struct set *set, int fd);
void store_link_close(struct supervisor *s, uint64_t epoch);
void store_link_retired(struct supervisor *s, const struct claim *const *claim,
    size_t n);
/* C_SYNC, C_STATS: the reply goes to committer_reply. */
void store_link_ask(struct supervisor *s, uint16_t type, uint64_t cookie);
void store_link_stop(struct supervisor *s);

#endif

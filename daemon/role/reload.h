/* reload.h - a new configuration takes over at a barrier: the old processes
 * finish what came before, the new ones begin after; if the new set does not
 * come up, the old one stays. */
#ifndef LAVOIR_ROLE_RELOAD_H
#define LAVOIR_ROLE_RELOAD_H

#include "role/supervisor.h"

/* Load the file and start a new set from it; ERR_BUSY while another one is
 * coming up. The outcome is told to s->reload_done, and logged. */
void reload_begin(struct supervisor *s);

/* Part of every step: the barrier. */
void reload_step(struct supervisor *s);

#endif

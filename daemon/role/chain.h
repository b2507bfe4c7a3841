/* chain.h - the plugins of a configuration, loaded, and their options checked:
 * what host_chain_open() needs.  Zygote only (every role with --in-process). */
#ifndef LAVOIR_ROLE_CHAIN_H
#define LAVOIR_ROLE_CHAIN_H

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "plugin/host.h"

struct chain {
	const char *name;
	struct host_step_config *step;
	size_t n_steps;
};

struct chain_set {
	struct arena *arena;
	struct chain *chain; /* one a pipeline */
	size_t n_chains;
};

/* Load every plugin once. ERR_CONFIG or ERR_INVAL with pipeline and step. */
int chain_set_load(struct chain_set **s_r, const struct config *c,
    struct err *e);
void chain_set_free(struct chain_set **s);

/* Open all chains in one role: an array of n_chains, NULL on failure. */
struct host_chain **chain_set_open(const struct chain_set *s,
    const struct host_role *role, struct err *e);
void chain_set_close(const struct chain_set *s, struct host_chain ***chains);

#endif

/* order.h - do the steps of a chain stand in an order that can work? */
#ifndef LAVOIR_CONFIG_ORDER_H
#define LAVOIR_CONFIG_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "config/problems.h"
#include "lavoir/plugin.h"
#include "model/when.h"

struct order_step {
	const struct lavoir_plugin *table;
	const char *instance;
	bool has_commit;
	const struct when *when; /* NULL: always */
	struct place at;	 /* of the step */
};

/* Attributes that a step needs and only a later one sets: an error; that none
 * sets: a warning, for a container's documents may bring them.  A step that
 * drops documents behind one that has written them out: a warning. */
void order_check(struct problems *p, const struct order_step *step, size_t n);

/* Is there a step that takes documents that are not decoded yet? */
bool order_has_reader(const struct order_step *step, size_t n);

/* May a and b, either of which may end in "*", be the same name? */
bool order_names_meet(const char *a, const char *b);

#endif

/* lib_tree.h - all descendants of this process, which must be their subreaper:
 * whoever loses its parent becomes our child, whatever its group or session.
 */
#ifndef CRASH_LIB_TREE_H
#define CRASH_LIB_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/* Can this kernel tell children (CONFIG_PROC_CHILDREN)? */
bool tree_supported(void);

/* Sends a signal to every descendant. */
void tree_signal(int sig);

/* Stops every descendant and waits, 5 s at most, until none runs; the thread
 * `held` is known to wait elsewhere.
 */
void tree_freeze(pid_t held);

/* Kills every descendant, also those that appear meanwhile; returns when none
 * is left.  Stores the wait status of `command` if it was still there.
 */
void tree_kill(pid_t command, int *status_r);

#endif

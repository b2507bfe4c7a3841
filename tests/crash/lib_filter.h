/* lib_filter.h - the seccomp filter that reports calls to another process. */
#ifndef CRASH_LIB_FILTER_H
#define CRASH_LIB_FILTER_H

#include "lib_call.h"

/* Which kinds to report; the same order as call_kinds. */
struct filter_set {
	bool on[CALL_KINDS_MAX];
	bool all_opens; /* also those that only read */
};

/* Puts the calling process and all it will start under the filter, for ever.
 * Returns the descriptor where the calls arrive, -1 with errno.
 */
int filter_install(const struct filter_set *set);

/* Both sides take turns: lets the kernel wake the other one on the same
 * processor, where it can (Linux 6.6).
 */
void filter_quicken(int listener);

#endif

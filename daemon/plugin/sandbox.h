/* sandbox.h - locking a process down: limits, Landlock, seccomp.
 *
 * Order and reasons: reliability study 3.3.  The filter is compiled once, in
 * the zygote, and applied in every child.  What the kernel lacks is reported,
 * never silently skipped.
 */
#ifndef LAVOIR_PLUGIN_SANDBOX_H
#define LAVOIR_PLUGIN_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct sandbox_limits {
	uint64_t memory_max;	/* RLIMIT_DATA, bytes; 0: none */
	uint64_t cpu_max_s;	/* RLIMIT_CPU; 0: none */
	uint32_t files_max;	/* RLIMIT_NOFILE; 0: left as it is */
	uint64_t file_size_max; /* RLIMIT_FSIZE: how far a file that it was
				 * given may be written; 0: none */
};

struct sandbox {
	struct buf filter;	      /* BPF program */
	int landlock_abi;	      /* 0: the kernel has none */
	bool seccomp;		      /* available */
	bool strict;		      /* refuse to run without both */
	const char *const *resources; /* read-only folders; NULL-terminated, may
					 be NULL */
};

/* Probe the kernel and compile the filter; strict and something missing:
 * ERR_UNSUPPORTED.  Sanitizer builds get a wider filter and no memory limit,
 * and sandbox_describe() says so. */
int sandbox_prepare(struct sandbox *s, bool strict,
    const char *const *resources, struct err *e);
void sandbox_fini(struct sandbox *s);

/* "landlock ABI 7, seccomp, rlimits" or what is missing; static size is enough:
 * 160 bytes. */
void sandbox_describe(const struct sandbox *s, char *dst, size_t size);

/* In the child, single-threaded, after everything it needs is open: no new
 * privileges, not dumpable, limits, Landlock (nothing but resources), seccomp
 * last.  Signals handlers are reset before. */
int sandbox_enter(const struct sandbox *s, const struct sandbox_limits *limits,
    struct err *e);

/* Started as root: change to this user and group for good (also supplementary
 * groups); ERR_PERM. */
int sandbox_change_user(const char *user, struct err *e);

#endif

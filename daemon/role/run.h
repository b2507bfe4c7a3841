/* run.h - "lavoir run": the same engine over files and folders, once.
 *
 * Sources stay in place. Paths are taken in the order given, folders in byte
 * order of the relative path, hidden files in folders left out.  What has ended
 * before in the same state folder is passed over: same path and witness, or
 * same path, size and SHA-256.
 */
#ifndef LAVOIR_ROLE_RUN_H
#define LAVOIR_ROLE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "config/config.h"

struct run_options {
	const char *program;	 /* to execute for the other roles */
	const char *config;	 /* NULL: embedded defaults */
	const char *pipeline;	 /* NULL: the only one */
	const char *state, *out; /* NULL: as configured */
	bool json;
	bool in_process;
	bool progress; /* a bar on standard error */
	const char *const *path;
	size_t n_paths;
	config_problem_fn *problem;
	void *problem_arg;
};

/* Summary on standard output; returns a sysexits code.  Failed documents do not
 * change it; a state folder in use is EX_TEMPFAIL. */
int run_main(const struct run_options *o);

#endif

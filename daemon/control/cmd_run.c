/* cmd_run.c - "lavoir run": its options. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "config/report.h"
#include "control/cmd.h"
#include "role/run.h"

int
cmd_run(const struct invocation *v)
{
	struct run_options o = { .program = v->program,
		.config = v->config,
		.pipeline = command_option(v, "pipeline"),
		.state = command_option(v, "state"),
		.out = command_option(v, "out"),
		.json = v->json,
		.in_process = command_option(v, "in-process") != NULL,
		.path = v->argument,
		.n_paths = v->n_arguments,
		.problem = report_print,
		.problem_arg = stderr };

	o.progress = isatty(STDERR_FILENO) && !command_option(v, "no-progress");
	return run_main(&o);
}

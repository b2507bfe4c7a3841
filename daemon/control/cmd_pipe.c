/* cmd_pipe.c - "lavoir pipe": its options. */
#include <string.h>
#include <sysexits.h>

#include "config/report.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/pipe.h"

static int
choose_pipeline(const struct invocation *v, const struct config *c,
    uint32_t *number_r)
{
	const char *name = command_option(v, "pipeline");

	for (size_t i = 0; i < c->n_pipelines; i++) {
		if (name ? strcmp(c->pipeline[i].name, name) != 0
			 : c->n_pipelines > 1)
			continue;
		*number_r = (uint32_t)i;
		return EX_OK;
	}
	return name ? call_fail(v, EX_USAGE, "no pipeline \"%s\"", name)
		    : call_fail(v, EX_USAGE, "--pipeline is needed");
}

int
cmd_pipe(const struct invocation *v)
{
	struct config_load_options o = { .file = v->config,
		.program = v->program,
		.run = true,
		.problem = report_print,
		.arg = stderr };
	struct pipe p = { .program = v->program };
	struct err e = { 0 };
	int code;

	if (config_load(&p.config, &o, &e) < 0)
		return call_fail(v,
		    e.code == ERR_NOENT	     ? EX_NOINPUT
			: e.code == ERR_PERM ? EX_NOPERM
					     : EX_CONFIG,
		    "%s", e.text);
	code = choose_pipeline(v, p.config, &p.pipeline);
	if (code == EX_OK) {
		code = pipe_run(&p);
		if (p.failed)
			call_fail(v, code, "%s", p.err.text);
	}
	config_free(&p.config);
	return code;
}

/* cmd_validate.c - "lavoir validate": every problem of a configuration. */
#include <stdio.h>
#include <sysexits.h>

#include "base/json_write.h"
#include "config/report.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/output.h"

struct problems {
	bool json;
	struct buf list;
	unsigned errors, warnings;
};

static void
note(void *arg, const struct config_problem *p)
{
	struct problems *all = arg;

	if (p->warning)
		all->warnings++;
	else
		all->errors++;
	if (!all->json) {
		report_print(p->warning ? stderr : stdout, p);
		return;
	}
	if (all->list.len)
		buf_append_byte(&all->list, ',');
	report_json(&all->list, p);
}

static void
print_json(struct problems *all, const struct config *c, bool show)
{
	struct buf b = { 0 };

	buf_printf(&b,
	    "{\"valid\":%s,\"errors\":%u,\"warnings\":%u,"
	    "\"problems\":[%s]",
	    c ? "true" : "false", all->errors, all->warnings,
	    buf_str(&all->list));
	if (show && c) {
		json_write_key(&b, "config");
		config_dump(&b, c);
		while (b.len && b.ptr[b.len - 1] == '\n')
			b.len--;
	}
	buf_append_byte(&b, '}');
	output_json(&b);
	buf_fini(&b);
}

static void
print_text(const struct invocation *v, const struct config *c, bool show)
{
	struct buf b = { 0 };

	if (!show) {
		output_escaped(stdout,
		    v->config ? v->config : "embedded defaults");
		printf(": no errors; %zu pipeline%s\n", c->n_pipelines,
		    c->n_pipelines == 1 ? "" : "s");
		return;
	}
	config_dump(&b, c);
	fwrite(b.ptr, 1, b.len, stdout);
	buf_fini(&b);
}

int
cmd_validate(const struct invocation *v)
{
	struct problems all = { .json = v->json };
	struct config_load_options o = { .file = v->config,
		.program = v->program,
		.problem = note,
		.arg = &all };
	bool show = command_option(v, "show") != NULL;
	struct config *c = NULL;
	struct err e = { 0 };
	int code = EX_OK;

	if (config_load(&c, &o, &e) < 0)
		code = e.code == ERR_NOENT ? EX_NOINPUT
		    : e.code == ERR_PERM   ? EX_NOPERM
					   : EX_CONFIG;
	if (v->json && (code == EX_OK || all.errors))
		print_json(&all, c, show);
	else if (code == EX_OK)
		print_text(v, c, show);
	if (code != EX_OK)
		call_fail(v, code, "%s", e.text);
	buf_fini(&all.list);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

/* cmd_daemon.c - commands that a running daemon carries out. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "base/json_write.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/output.h"

/* {"pipeline": NAME} when one is named; result printed with --json, else done.
 */
static int
tell_daemon(const struct invocation *v, const char *done)
{
	struct config *c = NULL;
	struct buf arguments = { 0 };
	json_t *result = NULL;
	int code = call_settings(v, &c);

	if (code != EX_OK)
		return code;
	buf_append_byte(&arguments, '{');
	if (v->n_arguments > 0) {
		json_write_key(&arguments, "pipeline");
		json_write_lossy(&arguments, v->argument[0],
		    strlen(v->argument[0]));
	}
	buf_append_byte(&arguments, '}');
	code = call_or_say(v, c, buf_str(&arguments), &result);
	if (code == EX_OK && v->json)
		output_json_value(result);
	else if (code == EX_OK)
		puts(done);
	json_decref(result);
	buf_fini(&arguments);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

int
cmd_pause(const struct invocation *v)
{
	return tell_daemon(v, "paused");
}

int
cmd_resume(const struct invocation *v)
{
	return tell_daemon(v, "resumed");
}

int
cmd_drain(const struct invocation *v)
{
	return tell_daemon(v, "drained: nothing is under way");
}

int
cmd_reload(const struct invocation *v)
{
	return tell_daemon(v, "the new configuration has taken over");
}

int
cmd_version(const struct invocation *v)
{
	if (v->json)
		puts("{\"version\":\"" LAVOIR_VERSION "\"}");
	else
		puts("lavoir " LAVOIR_VERSION);
	return output_end();
}

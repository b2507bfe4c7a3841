/* cmd_failed.c - "lavoir failed list", "show" and "retry". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/json_write.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/failed.h"
#include "control/names.h"
#include "control/output.h"

struct show {
	const struct invocation *v;
	unsigned found, retried, refused;
	int code;
};

/* ---- as JSON ---- */

/* Its reason.json and where it lies. */
static void
print_json(const struct failed *f)
{
	char *text = f->reason ? json_dumps(f->reason, JSON_COMPACT) : NULL;
	struct buf b = { 0 };

	buf_append_byte(&b, '{');
	json_write_key(&b, "id");
	json_write_lossy(&b, f->id, strlen(f->id));
	json_write_key(&b, "pipeline");
	json_write_cstr(&b, f->pipeline);
	names_write(&b, "folder", f->watch->path);
	json_write_key(&b, "original");
	if (f->name[0])
		json_write_lossy(&b, f->name, strlen(f->name));
	else
		json_write_cstr(&b, NULL);
	json_write_key(&b, "reason");
	buf_append_str(&b, text ? text : "null");
	buf_append_byte(&b, '}');
	output_json(&b);
	buf_fini(&b);
	free(text);
}

/* ---- list ---- */

static int
list_one(void *arg, const struct failed *f)
{
	struct show *s = arg;
	char *path = failed_path(f);
	const char *plugin = output_str(f->reason, "plugin");
	const char *reason = output_str(f->reason, "reason");
	const char *detail = output_str(f->reason, "detail");

	s->found++;
	if (s->v->json) {
		print_json(f);
		goto out;
	}
	output_escaped(stdout, f->id);
	fputs("  ", stdout);
	output_escaped(stdout, path ? path : "?");
	fputs("  ", stdout);
	if (plugin) {
		output_escaped(stdout, plugin);
		fputs(": ", stdout);
	}
	output_escaped(stdout, reason ? reason : "no reason.json");
	if (detail && *detail) {
		fputs(": ", stdout);
		output_escaped(stdout, detail);
	}
	if (!f->name[0])
		fputs(" (the original is not there)", stdout);
	putchar('\n');
out:
	free(path);
	return 0;
}

int
cmd_failed_list(const struct invocation *v)
{
	struct show s = { .v = v };
	struct config *c = NULL;
	struct err e = { 0 };
	int code = call_config(v, &c);

	if (code != EX_OK)
		return code;
	if (failed_each(c, command_option(v, "pipeline"), NULL, list_one, &s,
		&e) < 0)
		code = call_fail(v, call_exit_code(&e), "%s", e.text);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

/* ---- show ---- */

static void
print_attempt(const json_t *a, size_t number)
{
	const char *log = output_str(a, "log");
	char name[40];

	snprintf(name, sizeof name, "attempt %zu", number);
	output_field(name, output_str(a, "at"));
	output_field("  plugin", output_str(a, "plugin"));
	output_field("  reason", output_str(a, "reason"));
	output_field("  detail", output_str(a, "detail"));
	while (log && *log) {
		size_t len = strcspn(log, "\n");
		char line[1024];

		snprintf(line, sizeof line, "%.*s", (int)len, log);
		output_field("  log", line);
		log += len + (log[len] == '\n');
	}
}

static int
show_one(void *arg, const struct failed *f)
{
	struct show *s = arg;
	const json_t *a;
	size_t i;
	char *path = failed_path(f);

	s->found++;
	if (s->v->json) {
		print_json(f);
		goto out;
	}
	output_field("id", f->id);
	output_field("pipeline", f->pipeline);
	output_field("folder", f->watch->path);
	output_field("path", path);
	output_field("member", output_str(f->reason, "member"));
	output_field("plugin", output_str(f->reason, "plugin"));
	output_field("reason", output_str(f->reason, "reason"));
	output_field("detail", output_str(f->reason, "detail"));
	output_field("failed at", output_str(f->reason, "failed_at"));
	if (f->name[0])
		output_fieldf("original", "%s/.lavoir/failed/%s/%s",
		    f->watch->path, f->id, f->name);
	else
		output_field("original", "it is not there");
	json_array_foreach(json_object_get(f->reason, "attempts"), i, a)
	    print_attempt(a, i + 1);
out:
	free(path);
	return 0;
}

int
cmd_failed_show(const struct invocation *v)
{
	struct show s = { .v = v };
	struct config *c = NULL;
	struct err e = { 0 };
	int code = call_config(v, &c);

	if (code != EX_OK)
		return code;
	if (failed_each(c, NULL, v->argument[0], show_one, &s, &e) < 0)
		code = call_fail(v, call_exit_code(&e), "%s", e.text);
	else if (s.found == 0)
		code = call_fail(v, EX_NOINPUT, "no failed document \"%s\"",
		    v->argument[0]);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

/* ---- retry ---- */

static void
say_retried(const struct invocation *v, const struct failed *f,
    const char *path, const struct err *e)
{
	struct buf b = { 0 };

	if (!v->json) {
		if (!e)
			output_fieldf(f->id, "back at %s/%s", f->watch->path,
			    path);
		return;
	}
	buf_append_byte(&b, '{');
	json_write_key(&b, "id");
	json_write_lossy(&b, f->id, strlen(f->id));
	json_write_key(&b, "retried");
	json_write_bool(&b, !e);
	names_write(&b, "folder", f->watch->path);
	names_write(&b, "path", path);
	json_write_key(&b, "error");
	if (e)
		json_write_lossy(&b, e->text, strlen(e->text));
	else
		json_write_cstr(&b, NULL);
	buf_append_byte(&b, '}');
	output_json(&b);
	buf_fini(&b);
}

static int
retry_one(void *arg, const struct failed *f)
{
	struct show *s = arg;
	char *path = failed_path(f);
	struct err e = { 0 };
	int rc = failed_retry(f, &e);

	s->found++;
	say_retried(s->v, f, path ? path : "?", rc < 0 ? &e : NULL);
	if (rc == 0) {
		s->retried++;
	} else {
		s->refused++;
		s->code = rc == ERR_BUSY ? EX_CANTCREAT : call_exit_code(&e);
		call_fail(s->v, s->code, "%s: %s", f->id, e.text);
	}
	free(path);
	return 0;
}

static void
retry_named(const struct invocation *v, const struct config *c, struct show *s)
{
	struct err e = { 0 };

	for (size_t i = 0; i < v->n_arguments; i++) {
		unsigned before = s->found;

		if (failed_each(c, NULL, v->argument[i], retry_one, s, &e) < 0)
			s->code =
			    call_fail(v, call_exit_code(&e), "%s", e.text);
		else if (s->found == before)
			s->code = call_fail(v, EX_NOINPUT,
			    "no failed document \"%s\"", v->argument[i]);
	}
}

int
cmd_failed_retry(const struct invocation *v)
{
	struct show s = { .v = v };
	bool all = command_option(v, "all") != NULL;
	struct config *c = NULL;
	struct err e = { 0 };
	int code;

	if (all == (v->n_arguments > 0))
		return call_fail(v, EX_USAGE, "give ids, or --all");
	code = call_config(v, &c);
	if (code != EX_OK)
		return code;
	if (!all)
		retry_named(v, c, &s);
	else if (failed_each(c, command_option(v, "pipeline"), NULL, retry_one,
		     &s, &e) < 0)
		s.code = call_fail(v, call_exit_code(&e), "%s", e.text);
	if (all && !v->json)
		printf("%u retried, %u refused\n", s.retried, s.refused);
	config_free(&c);
	return s.code == EX_OK ? output_end() : s.code;
}

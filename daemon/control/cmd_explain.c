/* cmd_explain.c - "lavoir explain": a file that waits, a document that has
 * ended. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/fs.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/xalloc.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/names.h"
#include "control/output.h"
#include "control/row.h"
#include "role/claim.h"
#include "store/ledger.h"

enum { ROW_DEPTH = 64 };

struct explain {
	const struct invocation *v;
	struct config *c;
	bool daemon;
	json_t *file; /* what there is to say about a file in a folder */
	json_t *ends; /* rows of the ledger */
};

/* ---- the ledger ---- */

/* Where a pipeline writes to; the ledger does not say which shard. */
static void
add_outputs(struct explain *x, json_t *row)
{
	const char *pipeline = output_str(row, "pipeline");
	json_t *list = json_array();

	for (size_t i = 0; pipeline && i < x->c->n_pipelines; i++) {
		const struct config_pipeline *p = &x->c->pipeline[i];
		size_t len = strlen(pipeline), own = strlen(p->name);

		/* "SITE-NAME" */
		if (len < own || strcmp(pipeline + len - own, p->name) != 0 ||
		    (len > own && pipeline[len - own - 1] != '-'))
			continue;
		for (size_t k = 0; k < p->n_steps; k++)
			for (const char *const *o = p->step[k].outputs; o && *o;
			     o++)
				json_array_append_new(list, json_string(*o));
	}
	json_object_set_new(row, "exported_to", list);
}

static void
add_failed(struct explain *x, json_t *row)
{
	const char *folder = output_str(row, "folder");
	char *path;
	(void)x;

	if (!folder || !*folder)
		return;
	path = xasprintf("%s/.lavoir/failed/%s", folder, output_str(row, "id"));
	json_object_set_new(row, "kept_in", json_string(path));
	free(path);
}

static int
add_row(void *arg, const struct ledger_row *row)
{
	struct explain *x = arg;
	struct buf b = { 0 };
	json_t *json = NULL;
	struct err e;

	row_write_all(&b, row);
	if (json_read(&json, (char *)b.ptr, b.len, NULL, ROW_DEPTH, &e) == 0) {
		if (row->o.kind == OUTCOME_EXPORTED)
			add_outputs(x, json);
		else if (row->o.kind == OUTCOME_FAILED)
			add_failed(x, json);
		json_array_append_new(x->ends, json);
	}
	buf_fini(&b);
	return 0;
}

static int
read_ledger(struct explain *x, const char *id, const char *folder,
    const char *path)
{
	char *file = call_ledger_path(x->c);
	struct ledger_reader *r = NULL;
	struct err e = { 0 };
	int rc = ledger_reader_open(&r, file, &e);

	if (rc == 0 && id)
		rc = ledger_find(r, id, add_row, x, &e);
	if (rc == 0 && path)
		rc = ledger_find_path(r, folder, path, add_row, x, &e);
	if (rc == ERR_NOENT)
		rc = 0; /* nothing has ended yet */
	if (rc < 0)
		call_fail(x->v, call_exit_code(&e), "%s", e.text);
	ledger_reader_free(&r);
	free(file);
	return rc < 0 ? call_exit_code(&e) : EX_OK;
}

/* ---- the file ---- */

static void
ask_daemon(struct explain *x, const char *absolute)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	int code;

	/* It knows of its own state only. */
	if (command_option(x->v, "state"))
		return;
	buf_append_byte(&b, '{');
	names_write(&b, "path", absolute);
	buf_append_byte(&b, '}');
	code = call_daemon(x->c, "explain", buf_str(&b), &x->file, &e);
	x->daemon = code == EX_OK;
	if (code != EX_OK && code != EX_UNAVAILABLE)
		call_fail(x->v, code, "%s", e.text);
	buf_fini(&b);
}

/* As the daemon would look at it for the first time. */
static void
look_myself(struct explain *x, const struct config_watch *w,
    const char *pipeline, const char *below)
{
	struct claim_look look = { .hint = CLAIM_SCANNED };
	struct err e = { 0 };
	struct folder f = { .watch = w,
		.fd = fs_open_dir(AT_FDCWD, w->path, &e) };
	struct buf b = { 0 };
	int answer = CLAIM_DENIED;

	if (f.fd >= 0) {
		f.network = folder_on_network(f.fd);
		answer = claim_try(&f, below, &look, NULL);
		fs_close(&f.fd);
	}
	buf_append_byte(&b, '{');
	names_write(&b, "folder", w->path);
	names_write(&b, "path", below);
	json_write_key(&b, "pipeline");
	json_write_cstr(&b, pipeline);
	json_write_key(&b, "state");
	json_write_cstr(&b,
	    answer == CLAIM_YES ? "waiting" : claim_answer_name(answer));
	json_write_key(&b, "detail");
	if (e.code)
		json_write_lossy(&b, e.text, strlen(e.text));
	else if (answer == CLAIM_YES)
		json_write_cstr(&b, "complete");
	else
		json_write_lossy(&b, look.detail, strlen(look.detail));
	json_write_key(&b, "blocked");
	json_write_cstr(&b, "no daemon is running");
	buf_append_byte(&b, '}');
	json_read(&x->file, (char *)b.ptr, b.len, NULL, ROW_DEPTH, &e);
	buf_fini(&b);
}

static int
explain_path(struct explain *x, const char *path)
{
	char *absolute = names_absolute(path), *below = NULL;
	const struct config_watch *w;
	size_t pipeline = 0;
	int code;

	w = names_watch(x->c, absolute, &pipeline, &below);
	ask_daemon(x, absolute);
	if (!x->file && w)
		look_myself(x, w, x->c->pipeline[pipeline].name, below);
	/* Without a folder: as "lavoir run" was given it. */
	if (w)
		code = read_ledger(x, NULL, w->path, below);
	else
		code = read_ledger(x, NULL, NULL, path);
	free(below);
	free(absolute);
	return code;
}

/* ---- for people ---- */

static void
print_measurements(const json_t *list)
{
	const json_t *m;
	size_t i;

	json_array_foreach(list, i, m)
	{
		char *text = json_dumps(m, JSON_COMPACT);

		output_field("measured", text);
		free(text);
	}
}

static void
print_end(const json_t *row)
{
	static const char *const keys[][2] = { { "folder", "folder" },
		{ "path", "path" }, { "member", "member" },
		{ "sha256", "SHA-256" }, { "media_type", "media type" },
		{ "added", "taken" }, { "ended", "ended" }, { "plugin", "by" },
		{ "reason", "reason" }, { "detail", "detail" },
		{ "kept_in", "kept in" } };
	const json_t *value = json_object_get(row, "value"), *to;
	size_t i;

	output_field(output_str(row, "id"), output_str(row, "outcome"));
	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *text = output_str(row, keys[i][0]);

		if (text && *text)
			output_field(keys[i][1], text);
	}
	if (json_is_number(value))
		output_fieldf("value", "%g, threshold %g",
		    json_number_value(value),
		    json_number_value(json_object_get(row, "threshold")));
	if (output_str(row, "duplicate_of"))
		output_fieldf("duplicate of", "%s, similarity %g",
		    output_str(row, "duplicate_of"),
		    json_number_value(json_object_get(row, "similarity")));
	print_measurements(json_object_get(row, "measurements"));
	json_array_foreach(json_object_get(row, "exported_to"), i, to)
	    output_field("exported to", json_string_value(to));
	output_fieldf("bytes", "%llu in, %llu out; attempts %llu, batch %llu",
	    output_uint(row, "bytes_in"), output_uint(row, "bytes_out"),
	    output_uint(row, "attempts"), output_uint(row, "batch"));
}

static void
print_file(const json_t *f)
{
	output_field("state", output_str(f, "state"));
	output_field("why", output_str(f, "detail"));
	output_field("folder", output_str(f, "folder"));
	output_field("path", output_str(f, "path"));
	output_field("pipeline", output_str(f, "pipeline"));
	output_field("step", output_str(f, "step"));
	if (json_object_get(f, "worker"))
		output_fieldf("worker", "%llu, pid %llu",
		    output_uint(f, "worker"), output_uint(f, "pid"));
	if (output_uint(f, "attempts") > 1)
		output_fieldf("attempt", "%llu", output_uint(f, "attempts"));
	if (output_uint(f, "wait_ms"))
		output_fieldf("looked at", "again in %llu ms",
		    output_uint(f, "wait_ms"));
	if (output_str(f, "blocked") &&
	    strcmp(output_str(f, "blocked"),
		output_str(f, "detail") ? output_str(f, "detail") : "") != 0)
		output_field("blocked", output_str(f, "blocked"));
}

/* ---- whole ---- */

/* There is no such file, or it lies nowhere. */
static bool
is_nothing(const json_t *file)
{
	const char *state = output_str(file, "state");

	return !file || !state ||
	    strcmp(state, claim_answer_name(CLAIM_GONE)) == 0 ||
	    strcmp(state, "not-watched") == 0;
}

static void
print_all(const struct explain *x, const char *what)
{
	json_t *whole, *row;
	size_t i;

	if (x->v->json) {
		whole = json_object();
		json_object_set_new(whole, "asked", json_string(what));
		json_object_set_new(whole, "daemon", json_boolean(x->daemon));
		json_object_set(whole, "file", x->file ? x->file : json_null());
		json_object_set(whole, "ends", x->ends);
		output_json_value(whole);
		json_decref(whole);
		return;
	}
	if (x->file && (!is_nothing(x->file) || json_array_size(x->ends) == 0))
		print_file(x->file);
	json_array_foreach(x->ends, i, row)
	{
		if (i > 0 || !is_nothing(x->file))
			putchar('\n');
		print_end(row);
	}
}

/* What a file is called may look like an id: a file that is there goes first.
 */
static int
explain(struct explain *x, const char *what)
{
	struct stat st;
	int code;

	if (!strchr(what, '/') && lstat(what, &st) != 0) {
		code = read_ledger(x, what, NULL, NULL);
		if (code != EX_OK || json_array_size(x->ends) > 0)
			return code;
	}
	return explain_path(x, what);
}

int
cmd_explain(const struct invocation *v)
{
	struct explain x = { .v = v };
	const char *what = v->argument[0];
	int code = call_config(v, &x.c);

	if (code != EX_OK)
		return code;
	x.ends = json_array();
	code = call_sync(v, x.c) ? explain(&x, what) : EX_TEMPFAIL;
	if (code == EX_OK) {
		print_all(&x, what);
		if (is_nothing(x.file) && json_array_size(x.ends) == 0)
			code = v->json ? EX_NOINPUT
				       : call_fail(v, EX_NOINPUT,
					     "neither a file in a watched "
					     "folder nor a document: \"%s\"",
					     what);
	}
	json_decref(x.file);
	json_decref(x.ends);
	config_free(&x.c);
	return code == EX_OK ? output_end() : code;
}

/* cmd_status.c - "lavoir status": what the daemon says of itself, for people.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/units.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/output.h"

#define U(object, key) output_uint(object, key)

static void
print_outcomes(const char *name, const json_t *n)
{
	output_fieldf(name,
	    "%llu exported, %llu dropped, %llu duplicates, %llu failed%s",
	    U(n, "exported"), U(n, "dropped"), U(n, "duplicates"),
	    U(n, "failed"), "");
}

static void
print_head(const json_t *r)
{
	const json_t *way = json_object_get(r, "under_way");
	char time[UNITS_SIZE], size[UNITS_SIZE];

	output_fieldf("lavoird", "%s, %s, pid %llu", output_str(r, "version"),
	    output_str(r, "state"), U(r, "pid"));
	output_field("config",
	    *output_str(r, "config") ? output_str(r, "config")
				     : "embedded defaults");
	output_fieldf("up", "%s, configuration %llu",
	    units_human_time(time, (double)U(r, "uptime_ms") / 1e3),
	    U(r, "generation"));
	output_fieldf("under way", "%llu documents, %s; %llu to be moved away",
	    U(way, "documents"),
	    units_human_size(size, (double)U(way, "bytes")),
	    U(way, "retiring"));
	print_outcomes("since start", json_object_get(r, "totals"));
	output_field("no room", output_str(r, "no_room"));
	output_field("reload failed", output_str(r, "last_reload_error"));
}

static void
print_store(const json_t *r)
{
	const json_t *store = json_object_get(r, "store");
	const json_t *committer = json_object_get(r, "committer");
	char log[UNITS_SIZE], memory[UNITS_SIZE];

	if (json_is_object(store)) {
		print_outcomes("since ever", store);
		output_fieldf("store",
		    "%llu commits, log %s, index of %llu documents in %s",
		    U(store, "commits"),
		    units_human_size(log, (double)U(store, "log_bytes")),
		    U(store, "index_documents"),
		    units_human_size(memory, (double)U(store, "index_memory")));
	}
	output_fieldf("committer", "%s, pid %llu",
	    json_is_true(json_object_get(committer, "ready")) ? "ready"
							      : "recovering",
	    U(committer, "pid"));
	output_field("not writing", output_str(committer, "paused"));
}

static void
print_workers(const json_t *r)
{
	const json_t *set = json_object_get(r, "set");
	const json_t *list = json_object_get(r, "workers"), *w;
	size_t i;
	unsigned up = 0;
	char name[32];

	json_array_foreach(list, i,
	    w) if (strcmp(output_str(w, "state"), "up") == 0) up++;
	output_fieldf("processes", "%s; %u of %zu workers up",
	    output_str(set, "state"), up, json_array_size(list));
	output_field("sandbox", output_str(set, "sandbox"));
	json_array_foreach(list, i, w)
	{
		const char *path = output_str(w, "path");

		if (!path)
			continue;
		snprintf(name, sizeof name, "worker %llu", U(w, "number"));
		output_fieldf(name, "pid %llu, %llu documents: %s", U(w, "pid"),
		    U(w, "under_way"), path);
	}
}

static void
print_folder(const json_t *f)
{
	const char *oldest = output_str(f, "oldest");

	fputs("  ", stdout);
	output_escaped(stdout, output_str(f, "path"));
	printf(": %llu waiting, %llu settling, %llu under way", U(f, "waiting"),
	    U(f, "settling"), U(f, "under_way"));
	if (oldest)
		printf(", oldest %s", oldest);
	if (json_is_true(json_object_get(f, "polling")))
		fputs(", polled", stdout);
	if (output_str(f, "paused"))
		printf("; paused: %s", output_str(f, "paused"));
	putchar('\n');
}

static void
print_pipelines(const json_t *r)
{
	const json_t *p, *f;
	size_t i, k;

	json_array_foreach(json_object_get(r, "pipelines"), i, p)
	{
		const char *stopped = output_str(p, "stopped");

		printf("pipeline %s%s", output_str(p, "name"),
		    json_is_true(json_object_get(p, "paused")) ? ", paused"
							       : "");
		if (stopped) {
			fputs(", stopped: ", stdout);
			output_escaped(stdout, stopped);
		}
		putchar('\n');
		json_array_foreach(json_object_get(p, "folders"), k, f)
		    print_folder(f);
	}
}

/* Every string that is printed unasked is there, or this is no status. */
static bool
is_status(const json_t *r)
{
	return output_str(r, "version") && output_str(r, "state") &&
	    output_str(r, "config") &&
	    output_str(json_object_get(r, "set"), "state");
}

int
cmd_status(const struct invocation *v)
{
	struct config *c = NULL;
	json_t *result = NULL;
	int code = call_settings(v, &c);

	if (code == EX_OK)
		code = call_or_say(v, c, NULL, &result);
	if (code == EX_OK && v->json) {
		output_json_value(result);
	} else if (code == EX_OK && is_status(result)) {
		print_head(result);
		print_store(result);
		print_workers(result);
		print_pipelines(result);
	} else if (code == EX_OK) {
		code = call_fail(v, EX_PROTOCOL, "the answer makes no sense");
	}
	json_decref(result);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

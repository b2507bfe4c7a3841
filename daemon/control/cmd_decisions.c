/* cmd_decisions.c - "lavoir decisions": the ledger, line by line. */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/output.h"
#include "control/row.h"
#include "control/since.h"

enum { FOLLOW_MS = 500 };

struct walk {
	bool json;
	bool containers;
	uint64_t batch; /* the first that is wanted */
	uint64_t seq;	/* the last that was seen */
	struct buf line;
};

static void
print_text(const struct ledger_row *row)
{
	const struct outcome *o = &row->o;
	char ended[CLOCK_RFC3339_SIZE];

	printf("%s  %s  %s  ", clock_rfc3339(ended, row->ended_ns), row->id,
	    outcome_kind_name(o->kind));
	output_escaped(stdout, o->path);
	if (o->member) {
		fputs(" / ", stdout);
		output_escaped(stdout, o->member);
	}
	if (o->duplicate_of)
		printf("  of %s (%g)", o->duplicate_of, o->similarity);
	if (o->reason && o->plugin)
		printf("  %s: %s", o->plugin, o->reason);
	else if (o->reason)
		printf("  %s", o->reason);
	if (o->has_value)
		printf(" (%g, threshold %g)", o->value, o->threshold);
	if (o->detail) {
		fputs(": ", stdout);
		output_escaped(stdout, o->detail);
	}
	putchar('\n');
}

static int
print_row(void *arg, const struct ledger_row *row)
{
	struct walk *w = arg;

	w->seq = row->seq;
	if (row->batch < w->batch ||
	    (row->o.kind == OUTCOME_CONTAINER && !w->containers))
		return 0;
	if (w->json) {
		buf_reset(&w->line, 65536);
		row_write(&w->line, row);
		output_json(&w->line);
	} else {
		print_text(row);
	}
	return ferror(stdout) ? ERR_CLOSED : 0;
}

/* Opened anew each time: a daemon may have built another file meanwhile. */
static int
print_new(const struct config *c, struct ledger_filter *f, struct walk *w,
    struct err *e)
{
	char *path = call_ledger_path(c);
	struct ledger_reader *r = NULL;
	int rc = ledger_reader_open(&r, path, e);

	if (rc == 0)
		rc = ledger_each(r, f, print_row, w, e);
	else if (rc == ERR_NOENT)
		rc = 0; /* nothing has ended yet */
	f->after_seq = w->seq;
	ledger_reader_free(&r);
	free(path);
	return rc;
}

static int
filter_of(const struct invocation *v, struct ledger_filter *f, struct walk *w)
{
	const char *since = command_option(v, "since");
	const char *outcome = command_option(v, "outcome");

	f->pipeline = command_option(v, "pipeline");
	if (since &&
	    since_parse(since, clock_wall_ns(), &w->batch, &f->since_ns) < 0)
		return call_fail(v, EX_USAGE,
		    "--since %s: neither a time (2026-11-24, "
		    "2026-11-24T14:00:00Z, 2h) nor a batch",
		    since);
	if (outcome) {
		f->kind = row_kind(outcome);
		if (f->kind == 0)
			return call_fail(v, EX_USAGE,
			    "--outcome %s: exported, dropped, duplicate, "
			    "failed or container",
			    outcome);
	}
	w->containers = f->kind == OUTCOME_CONTAINER;
	return EX_OK;
}

static int
follow(const struct invocation *v, const struct config *c,
    struct ledger_filter *f, struct walk *w, struct err *e)
{
	const struct timespec pause = { 0, FOLLOW_MS * 1000000L };
	int rc = 0;

	while (rc == 0 && fflush(stdout) == 0) {
		nanosleep(&pause, NULL);
		if (!call_sync(v, c))
			return 0;
		rc = print_new(c, f, w, e);
	}
	return rc;
}

int
cmd_decisions(const struct invocation *v)
{
	struct walk w = { .json = v->json || !isatty(STDOUT_FILENO) };
	struct ledger_filter f = { 0 };
	struct config *c = NULL;
	struct err e = { 0 };
	int code = filter_of(v, &f, &w), rc;

	if (code != EX_OK)
		return code;
	code = call_settings(v, &c);
	if (code != EX_OK)
		return code;
	if (!call_sync(v, c)) {
		config_free(&c);
		return EX_TEMPFAIL;
	}
	rc = print_new(c, &f, &w, &e);
	if (rc == 0 && command_option(v, "follow"))
		rc = follow(v, c, &f, &w, &e);
	if (rc < 0 && rc != ERR_CLOSED)
		code = call_fail(v, call_exit_code(&e), "%s", e.text);
	buf_fini(&w.line);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

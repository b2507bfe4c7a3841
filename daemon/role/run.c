/* run.c - "lavoir run": arguments, the engine over them, the summary. */
#include "role/run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/run_source.h"

/* ---- arguments ---- */

static int
open_argument(struct run *r, size_t i, struct err *e)
{
	const char *path = r->options->path[i];
	struct folder *f = &r->folder[i];
	struct stat st;
	char *absolute;

	f->number = (uint32_t)i;
	f->watch = &r->watch[i];
	f->own_fd = f->done_fd = f->failed_fd = f->lock_fd = -1;
	f->fd = AT_FDCWD;
	r->watch[i].path = "";
	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (S_ISREG(st.st_mode))
		return 0;
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_NOENT,
		    "%s: neither a regular file nor a folder", path);
	f->fd = fs_open_dir(AT_FDCWD, path, e);
	if (f->fd < 0)
		return f->fd;
	absolute = realpath(path, NULL);
	if (!absolute)
		return err_sys(e, "%s", path);
	r->watch[i].path = absolute;
	return 0;
}

static int
open_arguments(struct run *r, uint32_t pipeline, struct err *e)
{
	r->n_folders = r->options->n_paths;
	r->folder = xcalloc(r->n_folders + 1, sizeof *r->folder);
	r->watch = xcalloc(r->n_folders + 1, sizeof *r->watch);
	for (size_t i = 0; i < r->n_folders; i++)
		r->folder[i].fd = -1;
	for (size_t i = 0; i < r->n_folders; i++) {
		if (open_argument(r, i, e) < 0)
			return e->code;
		r->folder[i].pipeline = pipeline;
	}
	return 0;
}

static void
close_arguments(struct run *r)
{
	for (size_t i = 0; i < r->n_folders; i++) {
		if (r->folder[i].fd >= 0)
			close(r->folder[i].fd);
		if (r->watch[i].path && r->watch[i].path[0])
			free((char *)(uintptr_t)r->watch[i].path);
	}
	free(r->folder);
	free(r->watch);
}

/* ---- summary ---- */

static void
print_summary(const struct run *r, double seconds)
{
	const uint64_t *n = r->totals.ended;
	uint64_t documents = n[OUTCOME_EXPORTED] + n[OUTCOME_DROPPED] +
	    n[OUTCOME_DUPLICATE] + n[OUTCOME_FAILED];

	if (r->options->json) {
		printf("{\"documents\":%llu,\"exported\":%llu,\"dropped\":%llu,"
		       "\"duplicates\":%llu,\"failed\":%llu,\"seconds\":%.3f,"
		       "\"bytes_in\":%llu,\"bytes_out\":%llu}\n",
		    (unsigned long long)documents,
		    (unsigned long long)n[OUTCOME_EXPORTED],
		    (unsigned long long)n[OUTCOME_DROPPED],
		    (unsigned long long)n[OUTCOME_DUPLICATE],
		    (unsigned long long)n[OUTCOME_FAILED], seconds,
		    (unsigned long long)r->totals.bytes_in,
		    (unsigned long long)r->totals.bytes_out);
		return;
	}
	printf("%llu documents: %llu exported, %llu dropped, %llu duplicates, "
	       "%llu failed; %.1f s, %llu bytes in, %llu bytes out\n",
	    (unsigned long long)documents,
	    (unsigned long long)n[OUTCOME_EXPORTED],
	    (unsigned long long)n[OUTCOME_DROPPED],
	    (unsigned long long)n[OUTCOME_DUPLICATE],
	    (unsigned long long)n[OUTCOME_FAILED], seconds,
	    (unsigned long long)r->totals.bytes_in,
	    (unsigned long long)r->totals.bytes_out);
	if (r->passed_over > 0)
		printf("%llu passed over: they ended in an earlier run\n",
		    (unsigned long long)r->passed_over);
}

/* ---- whole ---- */

static int
choose_pipeline(const struct config *c, const char *name, uint32_t *number_r)
{
	for (size_t i = 0; i < c->n_pipelines; i++) {
		if (name ? strcmp(c->pipeline[i].name, name) != 0
			 : c->n_pipelines > 1)
			continue;
		*number_r = (uint32_t)i;
		return 0;
	}
	fprintf(stderr,
	    name ? "lavoir run: no pipeline \"%s\"; there are:"
		 : "lavoir run: --pipeline is needed%s, one of:",
	    name ? name : "");
	for (size_t i = 0; i < c->n_pipelines; i++)
		fprintf(stderr, " %s", c->pipeline[i].name);
	fputc('\n', stderr);
	return -1;
}

static int
run_engine(struct run *r, struct config *c)
{
	const struct run_options *o = r->options;
	struct supervisor_options so = { .program = o->program,
		.config_file = o->config,
		.in_process = o->in_process,
		.run = true,
		.attach = run_source_attach,
		.attach_arg = r,
		.quiet = true };
	uint64_t begin = clock_monotonic_ns();
	int code = supervisor_main(&so, c, NULL, NULL);

	if (code == 0) {
		print_summary(r, (double)(clock_monotonic_ns() - begin) / 1e9);
		if (!r->complete) {
			fputs("lavoir run: stopped before the end; the same "
			      "command goes on\n",
			    stderr);
			code = EX_TEMPFAIL;
		}
	}
	return code;
}

int
run_main(const struct run_options *o)
{
	struct config_load_options load = { .file = o->config,
		.program = o->program,
		.run = true,
		.state = o->state,
		.out = o->out,
		.problem = o->problem,
		.arg = o->problem_arg };
	struct run r = { .options = o };
	struct config *c = NULL;
	struct err e = { 0 };
	uint32_t pipeline = 0;
	int code;

	if (config_load(&c, &load, &e) < 0) {
		log_error("%s", e.text);
		return e.code == ERR_NOENT ? EX_NOINPUT : EX_CONFIG;
	}
	log_set_level((enum log_level)c->log_level);
	if (choose_pipeline(c, o->pipeline, &pipeline) < 0) {
		config_free(&c);
		return EX_USAGE;
	}
	r.changes = map_new();
	if (open_arguments(&r, pipeline, &e) < 0) {
		log_error("%s", e.text);
		config_free(&c);
		code = EX_NOINPUT;
	} else {
		code = run_engine(&r, c);
	}
	run_source_fini(&r);
	close_arguments(&r);
	return code;
}

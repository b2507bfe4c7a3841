/* cmd_fsck.c - "lavoir fsck": the store, and the folders. */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/fs.h"
#include "base/json_write.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/failed.h"
#include "control/output.h"
#include "role/beneath.h"
#include "store/fsck.h"
#include "store/ledger.h"

struct check {
	const struct invocation *v;
	const struct config *c;
	struct ledger_reader *ledger; /* NULL: there is none */
	bool daemon;
	unsigned errors, warnings;
};

static void
tell(void *arg, enum fsck_severity severity, const char *text)
{
	static const char *const name[] = { "info", "warning", "error" };
	struct check *k = arg;
	struct buf b = { 0 };

	if (severity == FSCK_ERROR)
		k->errors++;
	else if (severity == FSCK_WARN)
		k->warnings++;
	if (!k->v->json) {
		output_field(name[severity], text);
		return;
	}
	buf_append_byte(&b, '{');
	json_write_key(&b, "severity");
	json_write_cstr(&b, name[severity]);
	json_write_key(&b, "text");
	json_write_lossy(&b, text, strlen(text));
	buf_append_byte(&b, '}');
	output_json(&b);
	buf_fini(&b);
}

static void tellf(struct check *k, enum fsck_severity severity,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
tellf(struct check *k, enum fsck_severity severity, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	tell(k, severity, text);
}

/* ---- ids ---- */

static int
note_found(void *arg, const struct ledger_row *row)
{
	bool *found = arg;

	(void)row;
	*found = true;
	return 1;
}

static bool
ledger_knows(const struct check *k, const char *id)
{
	bool found = false;
	struct err e;

	/* Without a ledger nothing can be said against it. */
	return !k->ledger ||
	    ledger_find(k->ledger, id, note_found, &found, &e) < 0 || found;
}

/* ---- folders ---- */

static int
check_failed(void *arg, const struct failed *f)
{
	struct check *k = arg;

	if (!f->reason)
		tellf(k, FSCK_WARN, "%s: failed/%s has no reason.json",
		    f->watch->path, f->id);
	if (!f->name[0])
		tellf(k, FSCK_WARN, "%s: failed/%s has no original",
		    f->watch->path, f->id);
	if (!ledger_knows(k, f->id))
		tellf(k, FSCK_WARN, "%s: failed/%s: no such document",
		    f->watch->path, f->id);
	return 0;
}

static DIR *
open_own(int folder_fd, const char *path)
{
	int fd = beneath_open(folder_fd, path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		fs_close(&fd);
	return dir;
}

/* Names here are those of documents that are to be deleted. */
static void
check_retiring(struct check *k, const struct config_watch *w, int folder_fd)
{
	DIR *dir = open_own(folder_fd, ".lavoir/retiring");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		if (ledger_knows(k, d->d_name))
			tellf(k, FSCK_INFO, "%s: %s is about to be deleted%s",
			    w->path, d->d_name,
			    k->daemon ? "" : ", by the next daemon");
		else
			tellf(k, FSCK_WARN,
			    "%s: .lavoir/retiring/%s: no such document",
			    w->path, d->d_name);
	}
	if (dir)
		closedir(dir);
}

/* "NAME~ID": the id that a taken name was given. */
static void
check_done(struct check *k, const struct config_watch *w, int folder_fd)
{
	DIR *dir = open_own(folder_fd, ".lavoir/done");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		const char *id = strrchr(d->d_name, '~');
		const char *number = id ? strrchr(id, '-') : NULL;

		if (!number || !number[1] ||
		    strspn(number + 1, "0123456789") != strlen(number + 1))
			continue;
		if (!ledger_knows(k, id + 1))
			tellf(k, FSCK_WARN,
			    "%s: .lavoir/done/%s: no document has that id",
			    w->path, d->d_name);
	}
	if (dir)
		closedir(dir);
}

static void
check_folders(struct check *k)
{
	struct err e = { 0 };

	for (size_t i = 0; i < k->c->n_pipelines; i++)
		for (size_t n = 0; n < k->c->pipeline[i].n_watches; n++) {
			const struct config_watch *w =
			    &k->c->pipeline[i].watch[n];
			int fd = fs_open_dir(AT_FDCWD, w->path, &e);

			if (fd < 0) {
				tell(k, FSCK_WARN, e.text);
				continue;
			}
			check_retiring(k, w, fd);
			check_done(k, w, fd);
			fs_close(&fd);
		}
	if (failed_each(k->c, NULL, NULL, check_failed, k, &e) < 0)
		tell(k, FSCK_WARN, e.text);
}

/* ---- whole ---- */

static void
print_totals(const struct check *k, const struct fsck_totals *t)
{
	struct buf b = { 0 };

	if (k->v->json) {
		buf_printf(&b,
		    "{\"segments\":%llu,\"records\":%llu,\"documents\":%llu,"
		    "\"shards\":%llu,\"warnings\":%u,\"errors\":%u}",
		    (unsigned long long)t->segments,
		    (unsigned long long)t->records,
		    (unsigned long long)t->outcomes,
		    (unsigned long long)t->shards, k->warnings, k->errors);
		output_json(&b);
		buf_fini(&b);
		return;
	}
	printf("%llu segments, %llu records, %llu ends, %llu outputs: %u "
	       "errors, %u warnings\n",
	    (unsigned long long)t->segments, (unsigned long long)t->records,
	    (unsigned long long)t->outcomes, (unsigned long long)t->shards,
	    k->errors, k->warnings);
}

int
cmd_fsck(const struct invocation *v)
{
	struct check k = { .v = v };
	struct config *c = NULL;
	struct fsck_totals totals;
	struct err e = { 0 };
	char *ledger;
	int code = call_config(v, &c);

	if (code != EX_OK)
		return code;
	k.c = c;
	k.daemon = call_daemon(c, "sync", NULL, NULL, &e) == EX_OK;
	if (k.daemon)
		tell(&k, FSCK_INFO,
		    "a daemon is at work: findings about the newest documents "
		    "may be passing ones");
	if (fsck_store(c->state, tell, &k, &totals, &e) < 0) {
		code = call_fail(v, call_exit_code(&e), "%s", e.text);
		goto out;
	}
	ledger = call_ledger_path(c);
	if (ledger_reader_open(&k.ledger, ledger, &e) < 0)
		k.ledger = NULL;
	free(ledger);
	check_folders(&k);
	ledger_reader_free(&k.ledger);
	print_totals(&k, &totals);
	code = k.errors ? EX_DATAERR : EX_OK;
out:
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

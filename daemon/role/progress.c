/* progress.c - a bar for "lavoir run" on a terminal. */
#include "role/progress.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "role/walk.h"

enum { EVERY_MS = 200, WIDTH = 30 };

struct progress {
	uv_timer_t timer; /* first: freed in its close callback */
	struct supervisor *supervisor;
	uint64_t files, bytes;
	uint64_t begun_ms;
};

static void
count_file(struct progress *p, int dirfd, const char *path)
{
	struct stat st;

	if (fstatat(dirfd, path, &st, 0) < 0)
		return;
	p->files++;
	p->bytes += (uint64_t)st.st_size;
}

static void
count_path(struct progress *p, const char *path)
{
	struct walk *w;
	struct stat st;
	struct err e = { 0 };
	const char *name;
	int fd;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		count_file(p, AT_FDCWD, path);
		return;
	}
	fd = fs_open_dir(AT_FDCWD, path, &e);
	if (fd < 0)
		return;
	w = walk_new(fd);
	while ((name = walk_next(w, &e)) || e.code)
		if (name)
			count_file(p, fd, name);
	walk_free(&w);
	fs_close(&fd);
}

static void
draw(struct progress *p)
{
	const struct totals *t = &p->supervisor->totals;
	double seconds = (double)(clock_monotonic_ms() - p->begun_ms) / 1000;
	double share =
	    p->bytes ? (double)t->bytes_claimed / (double)p->bytes : 1;
	uint64_t n = 0;
	char bar[WIDTH + 1], done[UNITS_SIZE], all[UNITS_SIZE],
	    rate[UNITS_SIZE], left[UNITS_SIZE];

	for (int i = 1; i < OUTCOME_CONTAINER; i++)
		n += t->ended[i];
	if (share > 1)
		share = 1;
	memset(bar, ' ', WIDTH);
	memset(bar, '#', (size_t)(share * WIDTH));
	bar[WIDTH] = '\0';
	units_human_size(done, (double)t->bytes_claimed);
	units_human_size(all, (double)p->bytes);
	units_human_size(rate,
	    seconds > 0 ? (double)t->bytes_claimed / seconds : 0);
	units_human_time(left, share > 0 ? seconds / share - seconds : 0);
	fprintf(stderr,
	    "\r[%s] %llu documents, %s of %s, %.0f/s, %s/s, %s left\033[K", bar,
	    (unsigned long long)n, done, all,
	    seconds > 0 ? (double)n / seconds : 0, rate, left);
}

static void
on_timer(uv_timer_t *h)
{
	draw(h->data);
}

struct progress *
progress_new(struct supervisor *s, const char *const *path, size_t n_paths)
{
	struct progress *p = xcalloc(1, sizeof *p);

	p->supervisor = s;
	p->begun_ms = clock_monotonic_ms();
	for (size_t i = 0; i < n_paths; i++)
		count_path(p, path[i]);
	uv_timer_init(s->loop, &p->timer);
	p->timer.data = p;
	uv_timer_start(&p->timer, on_timer, EVERY_MS, EVERY_MS);
	return p;
}

static void
free_progress(uv_handle_t *h)
{
	free(h);
}

void
progress_close(struct progress **p)
{
	if (!*p)
		return;
	draw(*p);
	fputc('\n', stderr);
	uv_close((uv_handle_t *)&(*p)->timer, free_progress);
	*p = NULL;
}

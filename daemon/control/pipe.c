/* pipe.c - "lavoir pipe": input, output and all that is waited for. */
#include "control/pipe.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"

enum { READ_SIZE = 65536, LOOK_MS = 250 };

void
pipe_fail(struct pipe *p, const char *format, ...)
{
	char text[sizeof p->err.text];
	va_list ap;

	if (p->failed)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	err_set(&p->err, ERR_FATAL, "%s", text);
	p->failed = true;
}

/* ---- documents ---- */

struct pipe_file *
pipe_file_new(int fd)
{
	struct pipe_file *f = xcalloc(1, sizeof *f);

	f->fd = fd;
	f->references = 1;
	return f;
}

void
pipe_file_unref(struct pipe_file **f)
{
	if (*f && --(*f)->references == 0) {
		close((*f)->fd);
		free(*f);
	}
	*f = NULL;
}

struct pipe_doc *
pipe_doc_new(struct pipe_doc *parent)
{
	struct pipe_doc *d = xcalloc(1, sizeof *d);

	list_init(&d->link);
	list_init(&d->children);
	d->parent = parent;
	d->depth = parent ? parent->depth + 1 : 0;
	d->expansion = 1;
	return d;
}

static void
free_all(struct list *docs)
{
	for (struct list *l = docs->next, *next; l != docs; l = next) {
		struct pipe_doc *d = container_of(l, struct pipe_doc, link);

		next = l->next;
		pipe_doc_free(&d);
	}
}

void
pipe_doc_free(struct pipe_doc **d_in)
{
	struct pipe_doc *d = *d_in;

	if (!d)
		return;
	free_all(&d->children);
	list_remove(&d->link);
	json_decref(d->id);
	pipe_file_unref(&d->file);
	free(d->path);
	free(d->member);
	free(d->media_type);
	free(d->attrs);
	buf_fini(&d->line);
	free(d);
	*d_in = NULL;
}

/* ---- output ---- */

static void
print(struct pipe *p, const struct buf *line)
{
	if (fwrite(line->ptr, 1, line->len, p->out) != line->len)
		p->out_failed = true;
}

/* Everything that may be printed now, in order: true when d is done with. */
static bool
emit(struct pipe *p, struct pipe_doc *d)
{
	for (struct list *l = d->children.next, *next; l != &d->children;
	     l = next) {
		struct pipe_doc *child = container_of(l, struct pipe_doc, link);

		next = l->next;
		if (!emit(p, child))
			return false;
		pipe_child_gone(child);
		pipe_doc_free(&child);
		if (d->worker)
			pipe_credit(d->worker);
	}
	if (d->state == PIPE_ENDED && !d->worker) {
		print(p, &d->line);
		return true;
	}
	return d->state == PIPE_CONTAINER;
}

static void
emit_all(struct pipe *p)
{
	for (struct list *l = p->docs.next, *next; l != &p->docs; l = next) {
		struct pipe_doc *d = container_of(l, struct pipe_doc, link);

		next = l->next;
		if (!emit(p, d))
			break;
		pipe_doc_free(&d);
		p->n_docs--;
	}
	if (fflush(p->out) != 0)
		p->out_failed = true;
}

/* ---- input ---- */

static bool
has_room(const struct pipe *p)
{
	return p->n_docs < (size_t)p->config->workers * PIPE_AHEAD;
}

/* Not while there are whole lines left. */
static bool
wants_input(const struct pipe *p)
{
	return !p->in_end && p->in_at == p->in.len && has_room(p);
}

static size_t
line_max(const struct pipe *p)
{
	/* JSON may take six bytes for one of text. */
	return (size_t)p->config->text_max * 6 + PIPE_LINE_EXTRA;
}

static void
drop_input(struct pipe *p)
{
	buf_reset(&p->in, READ_SIZE);
	p->in_at = 0;
}

static void
take_long_line(struct pipe *p)
{
	struct pipe_doc *d = pipe_doc_new(NULL);

	p->lines++;
	p->bad_lines++;
	pipe_end_failed(d, NULL, "input", "the line is too long");
	list_append(&p->docs, &d->link);
	p->n_docs++;
	p->skipping = true;
	drop_input(p);
}

/* Whole lines of what has come, as many as are wanted. */
static void
take_lines(struct pipe *p)
{
	while (has_room(p)) {
		uint8_t *end = p->in.len > p->in_at
		    ? memchr(p->in.ptr + p->in_at, '\n', p->in.len - p->in_at)
		    : NULL;
		size_t len = end ? (size_t)(end - p->in.ptr) : p->in.len;

		if (!end && !p->in_end) {
			p->in_at = p->in.len;
			if (p->skipping)
				drop_input(p);
			else if (p->in.len > line_max(p))
				take_long_line(p);
			return;
		}
		if (!end && len == 0)
			return;
		if (!p->skipping) {
			p->lines++;
			if (len > 0)
				pipe_take_line(p, (char *)p->in.ptr, len);
		}
		p->skipping = false;
		buf_consume(&p->in, len + (end != NULL));
		p->in_at = 0;
	}
}

static void
read_input(struct pipe *p)
{
	ssize_t n =
	    read(STDIN_FILENO, buf_reserve(&p->in, READ_SIZE), READ_SIZE);

	if (n > 0)
		p->in.len += (size_t)n;
	else if (n == 0)
		p->in_end = true;
	else if (errno != EINTR && errno != EAGAIN)
		pipe_fail(p, "standard input: %s", strerror(errno));
}

/* ---- loop ---- */

static void
add(struct pollfd *list, nfds_t *n, int fd, bool out)
{
	list[*n].fd = fd;
	list[*n].events = out ? POLLIN | POLLOUT : POLLIN;
	list[(*n)++].revents = 0;
}

static void
flush(struct pipe *p)
{
	struct err e;

	if (chan_flush(&p->zygote, &e) < 0)
		pipe_fail(p, "the zygote is gone");
	/* A worker that is gone is reported by the zygote. */
	for (uint32_t i = 0; i < p->n_workers; i++)
		if (p->worker[i].forked)
			chan_flush(&p->worker[i].control, &e);
}

/* Until something has come, or it is time to look at deadlines. */
static void
wait_for_something(struct pipe *p, bool *input_r)
{
	struct pollfd list[2 * 512 + 2];
	nfds_t n = 0;
	bool input = wants_input(p);

	add(list, &n, p->zygote.fd, chan_pending(&p->zygote));
	if (input)
		add(list, &n, STDIN_FILENO, false);
	for (uint32_t i = 0; i < p->n_workers; i++) {
		struct pipe_worker *w = &p->worker[i];

		if (!w->forked || w->hung_up)
			continue;
		add(list, &n, w->control.fd, chan_pending(&w->control));
		add(list, &n, w->result.fd, false);
	}
	poll(list, n, p->n_docs > 0 ? LOOK_MS : -1);
	*input_r = input && list[1].revents != 0;
}

static void
turn(struct pipe *p)
{
	bool input;

	take_lines(p);
	pipe_dispatch(p);
	flush(p);
	emit_all(p);
	if (p->failed || p->out_failed ||
	    (p->in_end && p->in.len == 0 && p->n_docs == 0))
		return;
	/* What was just printed has made room for what is there already. */
	if (has_room(p) && p->in.len > p->in_at)
		return;
	wait_for_something(p, &input);
	if (input)
		read_input(p);
	for (uint32_t i = 0; i < p->n_workers; i++)
		pipe_read_worker(p, &p->worker[i]);
	pipe_read_zygote(p);
	pipe_look(p, clock_monotonic_ms());
}

int
pipe_run(struct pipe *p)
{
	struct err e;
	int code = EX_OK;

	list_init(&p->docs);
	p->n_workers = p->config->workers + p->config->depth_max + 1;
	if (p->n_workers > 512)
		p->n_workers = 512;
	p->worker = xcalloc(p->n_workers, sizeof *p->worker);
	for (uint32_t i = 0; i < p->n_workers; i++) {
		p->worker[i].number = i;
		chan_init(&p->worker[i].control, -1);
		chan_init(&p->worker[i].result, -1);
	}
	p->arena = arena_new(0);
	p->out = stdout;
	if (pipe_start_zygote(p, &e) < 0)
		pipe_fail(p, "%s", e.text);
	while (!p->failed && !p->out_failed &&
	    !(p->in_end && p->in.len == 0 && p->n_docs == 0))
		turn(p);
	if (p->failed)
		code = EX_SOFTWARE;
	else if (p->out_failed)
		code = EX_IOERR;
	else if (p->bad_lines > 0)
		code = EX_DATAERR;
	free_all(&p->docs);
	pipe_stop(p);
	free(p->worker);
	arena_free(&p->arena);
	buf_fini(&p->in);
	return code;
}

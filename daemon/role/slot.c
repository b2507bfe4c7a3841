/* slot.c - one worker as the supervisor sees it: start, deadlines, death. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/child.h"
#include "role/supervisor.h"

enum { BACK_OFF_MS = 100, BACK_OFF_MAX_MS = 30000, START_DEADLINE_MS = 30000 };

/* ---- what a fork needs ---- */

struct page *
page_map(int *fd_r, struct err *e)
{
	struct page *page;
	int fd = memfd_create("lavoir-page", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, PAGE_SIZE_BYTES) < 0) {
		err_sys(e, "shared page");
		fs_close(&fd);
		return NULL;
	}
	page = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	if (page == MAP_FAILED) {
		err_sys(e, "shared page");
		fs_close(&fd);
		return NULL;
	}
	*fd_r = fd;
	return page;
}

struct window *
window_new(struct supervisor *s, struct err *e)
{
	struct window *w = xcalloc(1, sizeof *w);

	w->references = 1;
	w->fd = openat(s->state_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	/* File systems without O_TMPFILE. */
	if (w->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		w->fd = openat(s->state_fd, "window.tmp",
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (w->fd >= 0)
			unlinkat(s->state_fd, "window.tmp", 0);
	}
	if (w->fd >= 0)
		return w;
	err_sys(e, "window file in the state folder");
	free(w);
	return NULL;
}

void
window_unref(struct window **w)
{
	if (*w && --(*w)->references == 0) {
		close((*w)->fd);
		free(*w);
	}
	*w = NULL;
}

void
zygote_fork(struct set *set, uint32_t kind, uint32_t slot, const int fd[5])
{
	struct buf *b = chan_begin(&set->zygote->chan, Z_FORK);

	pack_u32(b, kind);
	pack_u32(b, slot);
	for (int i = 0; i < 5; i++)
		chan_attach(&set->zygote->chan, fd[i], true);
	chan_end(&set->zygote->chan);
	peer_flush(set->zygote);
}

/* ---- start ---- */

void
slot_init(struct slot *s, struct set *set, uint32_t number)
{
	memset(s, 0, sizeof *s);
	s->set = set;
	s->number = number;
	list_init(&s->running);
}

static void
on_frame(void *arg, struct frame *f)
{
	struct slot *s = arg;

	for (unsigned i = 0; i < f->n_fds; i++)
		fs_close(&f->fd[i]);
	if (f->type == W_READY && s->state == SLOT_STARTING) {
		s->state = SLOT_UP;
		s->failures = 0;
		s->set->came_up = true;
		supervisor_wake(s->set->supervisor);
	} else if (f->type == W_CHILD) {
		container_child(s, f);
	} else if (f->type == W_DONE) {
		dispatch_done(s, f);
	} else {
		log_error("worker %u: unknown frame %u", s->number, f->type);
		slot_kill(s, "broke the protocol");
	}
}

static void
on_gone(void *arg, const struct err *e)
{
	struct slot *s = arg;

	/* Its death comes from the zygote. */
	if (e->code == ERR_PROTO)
		slot_kill(s, "broke the protocol");
	uv_poll_stop(&s->peer->poll);
	if (s->state == SLOT_UP)
		s->state = SLOT_DYING;
}

static void
tell_sequencer(struct slot *s, int fd)
{
	struct buf *b = chan_begin(&s->set->sequencer->chan, Q_WORKER);

	pack_u32(b, s->number);
	pack_u32(b, s->life);
	chan_attach(&s->set->sequencer->chan, fd, true);
	chan_end(&s->set->sequencer->chan);
	peer_flush(s->set->sequencer);
}

static void
forget_process(struct slot *s)
{
	peer_close(&s->peer);
	output_close(&s->output, NULL);
	if (s->page)
		munmap(s->page, PAGE_SIZE_BYTES);
	s->page = NULL;
	window_unref(&s->window);
}

int
slot_start(struct slot *s, struct err *e)
{
	struct supervisor *sup = s->set->supervisor;
	int control[2] = { -1, -1 }, result[2] = { -1, -1 };
	int page_fd = -1, output_fd = -1, window_fd;
	char role[32];
	int rc = chan_pair(control, e);

	if (rc == 0)
		rc = chan_pair(result, e);
	snprintf(role, sizeof role, "worker %u", s->number);
	if (rc < 0 || !(s->page = page_map(&page_fd, e)) ||
	    !(s->window = window_new(sup, e)) ||
	    !(s->output = output_new(sup->loop, role, &output_fd, e)) ||
	    (window_fd = fcntl(s->window->fd, F_DUPFD_CLOEXEC, 0)) < 0) {
		for (int i = 0; i < 2; i++) {
			fs_close(&control[i]);
			fs_close(&result[i]);
		}
		fs_close(&page_fd);
		fs_close(&output_fd);
		forget_process(s);
		return e->code ? e->code : err_sys(e, "worker's window");
	}
	s->peer = peer_new(sup->loop, control[0], on_frame, on_gone, s);
	s->life = ++s->set->last_life;
	tell_sequencer(s, result[0]);
	zygote_fork(s->set, FORK_WORKER, s->number,
	    (int[5]){ control[1], page_fd, output_fd, result[1], window_fd });
	s->state = SLOT_STARTING;
	s->served = 0;
	s->killed = NULL;
	s->spare = false;
	s->exclusive = s->recycle = false;
	s->seen_ticket = 0;
	s->looked_ms = s->seen_since_ms = clock_monotonic_ms();
	return 0;
}

static void
send_kill(const struct slot *s)
{
	struct buf *b = chan_begin(&s->set->zygote->chan, Z_KILL);

	pack_u64(b, s->pid);
	chan_end(&s->set->zygote->chan);
	peer_flush(s->set->zygote);
}

void
slot_forked(struct slot *s, uint64_t pid)
{
	s->pid = pid;
	if (s->output)
		s->output->pid = (pid_t)pid;
	/* Its number was not known when it was to be killed. */
	if (s->killed && s->set->zygote)
		send_kill(s);
}

void
slot_stop(struct slot *s)
{
	if (s->state != SLOT_UP || !s->peer)
		return;
	s->state = SLOT_DYING;
	chan_begin(&s->peer->chan, W_STOP);
	chan_end(&s->peer->chan);
	peer_flush(s->peer);
}

void
slot_kill(struct slot *s, const char *why)
{
	if (s->killed || s->state == SLOT_EMPTY || !s->set->zygote)
		return;
	s->killed = why;
	send_kill(s);
}

/* ---- deadlines ---- */

static struct item *
current(const struct slot *s, uint64_t ticket)
{
	list_each (l, &s->running) {
		struct item *i = container_of(l, struct item, running);

		if (i->ticket == ticket)
			return i;
	}
	return NULL;
}

void
slot_look(struct slot *s, uint64_t now_ms)
{
	const struct config *c = s->set->config;
	uint64_t ticket, alive, since;
	struct item *i;

	if (s->state == SLOT_STARTING &&
	    now_ms - s->looked_ms >= START_DEADLINE_MS)
		slot_kill(s, "timeout: did not come up");
	/* One that has closed its channel may go on all the same. */
	if ((s->state != SLOT_UP && s->state != SLOT_DYING) || !s->page ||
	    s->set->supervisor->options.in_process)
		return;
	ticket = atomic_load_explicit(&s->page->ticket, memory_order_acquire);
	alive = atomic_load_explicit(&s->page->alive, memory_order_relaxed);
	if (ticket != s->seen_ticket) {
		s->seen_ticket = ticket;
		s->seen_since_ms = s->alive_since_ms = now_ms;
		/* It has not waited for longer than it has run. */
		s->looked_ms = now_ms;
		s->waited_ms = 0;
	}
	if (alive != s->seen_alive) {
		s->seen_alive = alive;
		s->alive_since_ms = now_ms;
	}
	if (atomic_load_explicit(&s->page->waiting, memory_order_relaxed)) {
		s->waited_ms += now_ms - s->looked_ms;
		s->alive_since_ms = now_ms;
	}
	s->looked_ms = now_ms;
	i = ticket ? current(s, ticket) : NULL;
	if (!i)
		return;
	since = now_ms - s->seen_since_ms - s->waited_ms;
	if (now_ms - s->alive_since_ms >= (uint64_t)c->stall_ms)
		slot_kill(s, "timeout: no sign of life");
	else if (i->children_made == 0 && since >= (uint64_t)c->total_ms)
		slot_kill(s, "timeout: took too long");
}

/* ---- death ---- */

/* The file shrank under a mapping, or was written to: not the plugin's fault.
 */
static bool
file_changed(const struct item *i)
{
	const struct claim *c = i->claim;
	struct stat st;

	return c->fd >= 0 && fstat(c->fd, &st) == 0 &&
	    ((uint64_t)st.st_size != c->witness.size ||
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec !=
		    c->witness.mtime_ns);
}

static void
charge(struct slot *s, struct item *i, uint32_t step, int wait_status,
    const char *tail)
{
	struct supervisor *sup = s->set->supervisor;
	const char *plugin = blame_plugin(s->set, i, step);
	char how[80], reason[80];
	const char *signal = child_signal(wait_status);

	child_describe(how, sizeof how, wait_status);
	snprintf(reason, sizeof reason, "crash:%s", signal ? signal : "exit");
	if (s->killed)
		snprintf(reason, sizeof reason, "%s",
		    strncmp(s->killed, "timeout", 7) == 0 ? "timeout"
							  : "protocol");
	log_warn("worker %u %s%s%s on %s%s%s", s->number,
	    s->killed ? s->killed : how, plugin ? " in plugin " : "",
	    plugin ? plugin : "", i->claim->path, i->member ? "!/" : "",
	    i->member ? i->member : "");
	if (file_changed(i) && i->children_made == 0) {
		finish_void(sup, i, "the file changed while it was read");
		return;
	}
	finish_attempt(sup, i, plugin, reason, s->killed ? s->killed : how,
	    tail);
}

/* The document that it died on, or, dead between two, the last one: that may
 * have spoilt the process, or one before it. */
static uint64_t
culprit(const struct slot *s, int wait_status)
{
	uint64_t ticket;

	if (!s->page || s->spare)
		return 0;
	ticket = atomic_load(&s->page->ticket);
	if (ticket)
		return ticket;
	/* The sequencer is gone, or the supervisor. */
	if (!s->killed && WIFEXITED(wait_status) &&
	    WEXITSTATUS(wait_status) == WORKER_ORPHANED)
		return 0;
	return atomic_load(&s->page->last);
}

void
slot_died(struct slot *s, int wait_status)
{
	char tail[OUTPUT_TAIL + 1] = "";
	uint64_t ticket;
	uint32_t step = 0;
	bool early = s->state == SLOT_STARTING && !s->spare;

	if (s->peer)
		peer_drain(s->peer);
	ticket = culprit(s, wait_status);
	/* Who broke a channel is not known: it was found out later. */
	if (s->page && atomic_load(&s->page->ticket) &&
	    (!s->killed || strncmp(s->killed, "timeout", 7) == 0))
		step = atomic_load(&s->page->step);
	output_close(&s->output, tail);
	s->state = SLOT_EMPTY;
	s->pid = 0;
	while (!list_empty(&s->running)) {
		struct item *i =
		    container_of(s->running.next, struct item, running);

		list_remove(&i->running);
		i->slot = NULL;
		if (i->ticket != ticket) {
			dispatch_returned(i);
		} else if (step == 0 && !s->exclusive) {
			i->doubtful = true;
			dispatch_returned(i);
		} else {
			charge(s, i, step, wait_status, tail);
		}
	}
	s->n_running = 0;
	s->bytes_running = 0;
	if (s->reading) {
		s->reading = NULL;
		s->set->supervisor->n_readers--;
	}
	forget_process(s);
	if (early && !s->spare) {
		uint64_t wait = BACK_OFF_MS
		    << (s->failures < 9 ? s->failures : 9);

		s->failures++;
		s->start_after_ms = clock_monotonic_ms() +
		    (wait < BACK_OFF_MAX_MS ? wait : BACK_OFF_MAX_MS);
		log_error("worker %u did not come up: it %s", s->number,
		    child_describe(tail, 80, wait_status));
	}
	supervisor_wake(s->set->supervisor);
}

void
slot_fini(struct slot *s)
{
	while (!list_empty(&s->running))
		list_remove(s->running.next);
	forget_process(s);
	s->state = SLOT_EMPTY;
}

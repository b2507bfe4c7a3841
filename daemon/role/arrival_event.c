/* arrival_event.c - what inotify says, as files to be looked at. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "role/arrival_private.h"

enum { BUFFERS_PER_TURN = 16 };

struct pending_file *
arrival_expect(struct arrival_folder *af, const char *path, uint64_t due_ms)
{
	struct pending_file *p = pending_put(af->pending, path, due_ms);

	if (!p && due_ms < af->again_ms)
		af->again_ms = due_ms;
	return p;
}

static void
file_event(struct arrival_folder *af, const struct watch_event *event)
{
	const struct config_watch *w = af->f->watch;
	static const int hints[] = {
		[WATCH_CREATED] = CLAIM_CREATED,
		[WATCH_CLOSED] = CLAIM_CLOSED,
		[WATCH_MOVED_IN] = CLAIM_MOVED_IN,
	};
	uint64_t due = clock_monotonic_ms();
	int hint = hints[event->kind];
	const char *path = event->path;
	struct pending_file *p;
	char of[PATH_MAX];

	if (claim_signal_of(w, path, of, sizeof(of))) {
		p = pending_find(af->pending, of);
		/* The signal says nothing of how the file itself came. */
		hint = p ? p->hint : CLAIM_SCANNED;
		path = of;
	} else if (hint != CLAIM_MOVED_IN) {
		due += (uint64_t)w->settle_ms;
	}
	if (!claim_name_wanted(w, path))
		return;
	p = arrival_expect(af, path, due);
	if (p) {
		p->hint = hint;
		p->tries = 0;
	}
}

static void
dir_came(struct arrival_folder *af, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (af->f->watch->recursive &&
	    claim_dir_wanted(af->f->watch, slash ? slash + 1 : path))
		arrival_scan_subtree(af, path);
}

static void
overflow(struct arrival *a)
{
	for (size_t i = 0; i < a->n_folders; i++) {
		a->folders[i]->overflows++;
		arrival_scan_again(a->folders[i]);
	}
	if (log_allow("arrival.overflow", 6))
		log_info("more events than the kernel keeps "
			 "(fs.inotify.max_queued_events is %ld): looking at "
			 "all "
			 "folders again",
		    watch_limit("max_queued_events"));
}

static void
one_event(void *arg, const struct watch_event *event)
{
	struct arrival_folder *af = event->owner;

	if (event->kind == WATCH_OVERFLOW) {
		overflow(arg);
		return;
	}
	af->events++;
	switch (event->kind) {
	case WATCH_MOVED:
		/* Below another name now, or outside: the scan says. */
		if (event->path[0])
			watch_remove(af->a->watches, af, event->path);
		arrival_scan_again(af);
		break;
	case WATCH_UNMOUNTED:
		arrival_scan_again(af);
		break;
	case WATCH_GONE:
		if (!event->path[0])
			log_error("folder %s was removed: nothing more comes "
				  "from it until a reload or restart",
			    af->f->watch->path);
		break;
	case WATCH_DIR_CAME:
		dir_came(af, event->path);
		break;
	default:
		file_event(af, event);
	}
}

void
arrival_events(uv_poll_t *handle, int status, int events)
{
	struct arrival *a = handle->data;

	(void)events;
	if (status < 0) {
		log_error("events of folders: %s", uv_strerror(status));
		return;
	}
	for (int i = 0; i < BUFFERS_PER_TURN; i++)
		if (!watch_read(a->watches, one_event, a))
			break;
	arrival_wake(a);
}

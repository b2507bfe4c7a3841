/* intake.c - room, claims, what is under way. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/supervisor.h"

enum {
	LOOK_EVERY_MS = 1000, /* at the disk */
	LOOK_EVERY_CLAIMS = 256,
	RETIRING_MAX = 4096
};

/* ---- items and claims ---- */

void
item_init(struct item *i)
{
	memset(i, 0, sizeof *i);
	list_init(&i->ready);
	list_init(&i->running);
	list_init(&i->sibling);
	list_init(&i->children);
	i->fd = -1;
	i->expansion = 1;
}

void
item_fini(struct supervisor *s, struct item *i)
{
	container_drop_children(s, i);
	map_put(s->by_ticket, &i->ticket, sizeof i->ticket, NULL);
	list_remove(&i->ready);
	if (i->slot) {
		i->slot->n_running--;
		i->slot->bytes_running -= i->length;
		if (i->slot->reading == i) {
			i->slot->reading = NULL;
			s->n_readers--;
		}
	}
	list_remove(&i->running);
	list_remove(&i->sibling);
	window_unref(&i->window);
	free(i->member);
	free(i->media_type);
	free(i->fail);
	free(i->attrs);
	buf_fini(&i->attempts);
}

/* Folder number and path as one key, in a buffer of the caller's. */
static void
path_key(struct buf *b, const struct folder *f, const char *path)
{
	buf_append(b, &f->number, sizeof f->number);
	buf_append_str(b, path);
}

struct claim *
claim_find(const struct supervisor *s, const struct folder *f, const char *path)
{
	struct buf key = { 0 };
	struct claim *c;

	path_key(&key, f, path);
	c = map_get(s->by_path, key.ptr, key.len);
	buf_fini(&key);
	return c;
}

bool
intake_known(void *arg, const struct folder *f, const char *path)
{
	return claim_find(arg, f, path) != NULL;
}

struct claim *
intake_claim(struct supervisor *s, struct folder *f, const char *path,
    const struct claimed *from)
{
	struct claim *c = xcalloc(1, sizeof *c);
	struct buf key = { 0 };

	item_init(&c->item);
	c->folder = f;
	c->path = xstrdup(path);
	c->fd = from->fd;
	c->witness = from->witness;
	c->has_sidecar = from->has_sha256;
	memcpy(c->sidecar, from->sha256, sizeof c->sidecar);
	c->pipeline = f->pipeline;
	c->added_ns = clock_output_ns();
	c->serial = ++s->last_serial;
	c->owner = s;
	c->item.claim = c;
	c->item.ticket = ++s->last_ticket;
	c->item.kind = TICKET_FILE;
	c->item.length = c->witness.size;
	c->item.fd = c->fd;
	path_key(&key, f, path);
	map_put(s->by_path, key.ptr, key.len, c);
	buf_fini(&key);
	map_put(s->by_serial, &c->serial, sizeof c->serial, c);
	map_put(s->by_ticket, &c->item.ticket, sizeof c->item.ticket, &c->item);
	list_append(&s->claims, &c->link);
	s->n_under_way++;
	s->bytes_under_way += c->witness.size;
	return c;
}

void
claim_free(struct claim **c_in)
{
	struct claim *c = *c_in;
	struct supervisor *s;
	struct buf key = { 0 };

	if (!c)
		return;
	s = c->owner;
	if (c->state == CLAIM_RETIRING) {
		s->n_retiring--;
	} else {
		s->n_under_way--;
		s->bytes_under_way -= c->item.length;
	}
	path_key(&key, c->folder, c->path);
	map_put(s->by_path, key.ptr, key.len, NULL);
	buf_fini(&key);
	map_put(s->by_serial, &c->serial, sizeof c->serial, NULL);
	list_remove(&c->link);
	item_fini(s, &c->item);
	fs_close(&c->fd);
	while (c->suspects) {
		struct suspect *x = c->suspects;

		c->suspects = x->next;
		free(x);
	}
	free(c->reason_json);
	free(c->recovered_pipeline);
	free(c->path);
	free(c);
	*c_in = NULL;
}

void
claim_reset(struct supervisor *s, struct claim *c)
{
	struct item *i = &c->item;

	container_drop_children(s, i);
	list_remove(&i->ready);
	list_remove(&i->running);
	i->slot = NULL;
	i->state = ITEM_READY;
	i->children_made = i->live_children = i->live_bytes = 0;
	i->resume_children = c->n_levels > 0 ? c->level[0].children : 0;
	i->resume_position = c->n_levels > 0 ? c->level[0].position : 0;
	i->children_allowed = i->window_allowed = i->window_wanted = 0;
}

void
claim_move(struct supervisor *s, struct claim *c, struct folder *to)
{
	struct buf key = { 0 };

	path_key(&key, c->folder, c->path);
	map_put(s->by_path, key.ptr, key.len, NULL);
	key.len = 0;
	c->folder = to;
	c->pipeline = to->pipeline;
	path_key(&key, to, c->path);
	map_put(s->by_path, key.ptr, key.len, c);
	buf_fini(&key);
}

/* ---- room ---- */

/* The file systems that will be written to have room for what is under way and
 * the reserve. */
static bool
disk_has_room(struct supervisor *s, int fd, const char *what)
{
	const struct config *c = s->set->config;
	uint64_t bytes, inodes;
	struct err e;

	if (fs_free_space(fd, &bytes, &inodes, &e) < 0) {
		snprintf(s->no_room_text, sizeof s->no_room_text, "%.200s",
		    e.text);
		return false;
	}
	if (bytes < c->disk_reserve + 3 * s->bytes_under_way)
		snprintf(s->no_room_text, sizeof s->no_room_text,
		    "%s has %llu bytes free, %llu are kept in reserve", what,
		    (unsigned long long)bytes,
		    (unsigned long long)c->disk_reserve);
	else if (inodes < c->inode_reserve)
		snprintf(s->no_room_text, sizeof s->no_room_text,
		    "%s has %llu inodes free, %llu are kept in reserve", what,
		    (unsigned long long)inodes,
		    (unsigned long long)c->inode_reserve);
	else
		return true;
	return false;
}

static bool
outputs_have_room(struct supervisor *s)
{
	const struct declarations *d = s->set->declarations;

	for (size_t i = 0; i < d->n_series; i++) {
		struct err e;
		int fd = fs_open_dir(AT_FDCWD, d->series[i].folder, &e);
		bool room = fd < 0 || disk_has_room(s, fd, d->series[i].folder);

		/* Not made yet: on the first write. */
		fs_close(&fd);
		if (!room)
			return false;
	}
	return true;
}

static bool
look_at_disks(struct supervisor *s)
{
	uint64_t now = clock_monotonic_ms();
	const char *before = s->no_room;

	if (now < s->look_again_ms && s->claims_since_look < LOOK_EVERY_CLAIMS)
		return !s->no_room;
	s->look_again_ms = now + LOOK_EVERY_MS;
	s->claims_since_look = 0;
	s->no_room = NULL;
	if (!disk_has_room(s, s->state_fd, "the state folder") ||
	    !outputs_have_room(s))
		s->no_room = s->no_room_text;
	if (s->no_room && !before)
		log_warn("intake pauses: %s", s->no_room);
	else if (before && !s->no_room)
		log_info("intake goes on");
	return !s->no_room;
}

static bool
has_room(struct supervisor *s)
{
	const struct config *c = s->set->config;

	return s->n_under_way < c->in_flight_documents &&
	    (s->bytes_under_way < c->in_flight_bytes || s->n_under_way == 0) &&
	    s->n_retiring < RETIRING_MAX && look_at_disks(s);
}

void
intake(struct supervisor *s)
{
	struct folder *f;
	const char *path;
	struct claimed from = { .fd = -1 };

	if (s->state != SUPERVISOR_RUNNING || s->paused || s->paused_by_store ||
	    keep_waits(s->keep) || s->next_set_ready || !s->set ||
	    s->set->state != SET_ACTIVE)
		return;
	while (has_room(s) && s->set->state == SET_ACTIVE &&
	    s->source.next(s->source.arg, &f, &path, &from)) {
		struct claim *c = intake_claim(s, f, path, &from);

		s->claims_since_look++;
		dispatch_announce(s, &c->item);
	}
}

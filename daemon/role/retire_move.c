/* retire_move.c - one batch of retirements, in a thread of the pool. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/beneath.h"
#include "role/retire_private.h"

/* One file on its way. */
struct move {
	struct retirement *r;
	struct retire_places *places;
	int from;	  /* the folder it lies in */
	const char *name; /* there */
	int to;
	char to_name[NAME_MAX + 1];
};

static int
failed(struct move *m, const char *what)
{
	err_sys(&m->r->err, "%s", what);
	err_wrap(&m->r->err, "retire %s", m->r->path);
	return RETIRE_FAILED;
}

static int
failed_text(struct move *m)
{
	err_wrap(&m->r->err, "retire %s", m->r->path);
	return RETIRE_FAILED;
}

/* The folder for it below done/, made when absent. */
static int
done_dir(struct move *m)
{
	const struct folder *f = m->r->folder;
	size_t len = (size_t)(m->name - m->r->path);
	const char *unused;
	char *parent;
	int rc, fd;

	fd = beneath_open_parent(f->done_fd, m->r->path, &unused);
	if (fd >= 0 || errno != ENOENT || len == 0) {
		if (fd < 0)
			err_sys(&m->r->err, "open its folder below done/");
		return fd;
	}
	parent = xmemdup(m->r->path, len);
	parent[len - 1] = '\0';
	rc = fs_mkdirs(f->done_fd, parent, 0755, &m->r->err);
	free(parent);
	if (rc < 0)
		return rc;
	fd = beneath_open_parent(f->done_fd, m->r->path, &unused);
	if (fd < 0)
		err_sys(&m->r->err, "open its folder below done/");
	return fd;
}

static bool
deletes(const struct retirement *r)
{
	return !r->reason_json && r->folder->done_fd < 0;
}

/* A flat folder costs no opens per file. */
static struct retire_places *
top_of(struct move *m)
{
	struct retire_places *p = m->places;

	if (p->top != m->r->folder) {
		p->top = m->r->folder;
		p->top_from = p->top_to = -1;
	}
	return p;
}

static int
add_copy(struct retire_places *p, int fd)
{
	return retire_place_add(p, fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

/* Where it goes.  The reason is written first: a file in failed/ has one. */
static int
open_target(struct move *m)
{
	struct retirement *r = m->r;
	struct retire_places *p = top_of(m);
	bool flat = deletes(r) || m->name == r->path;

	snprintf(m->to_name, sizeof(m->to_name), "%s",
	    deletes(r) ? r->id : m->name);
	if (r->reason_json)
		m->to = retire_place_add(p,
		    retire_failed_dir(r->folder, r->id, r->reason_json,
			&r->err));
	else if (flat && p->top_to >= 0)
		m->to = p->top_to;
	else if (flat)
		m->to = p->top_to = add_copy(p,
		    deletes(r) ? r->folder->retiring_fd : r->folder->done_fd);
	else
		m->to = retire_place_add(p, done_dir(m));
	return m->to < 0 ? -1 : 0;
}

static int
open_source(struct move *m)
{
	struct retire_places *p = top_of(m);

	if (m->name != m->r->path)
		m->from = retire_place_add(p,
		    beneath_open_parent(m->r->folder->fd, m->r->path,
			&m->name));
	else if (p->top_from >= 0)
		m->from = p->top_from;
	else
		m->from = p->top_from = add_copy(p, m->r->folder->fd);
	return m->from < 0 ? -1 : 0;
}

/* What was moved is not what was committed: a newer file, taken by mistake in
 * the moment of the rename. Back to its name, or beside it. */
static int
put_back(struct move *m)
{
	const struct folder *f = m->r->folder;
	char beside[NAME_MAX + 1];

	if (retire_rename(f, m->to, m->to_name, m->from, m->name) == 0)
		return RETIRE_NEWER;
	retire_name_beside(beside, m->name, m->r->id);
	if (errno == EEXIST &&
	    retire_rename(f, m->to, m->to_name, m->from, beside) == 0) {
		log_warn("folder %s: %s was replaced twice while it was "
			 "retired: the first of these is now %s",
		    f->watch->path, m->r->path, beside);
		return RETIRE_NEWER;
	}
	return failed(m, "put a newer file back");
}

/* There is no such file (any more): perhaps an earlier attempt moved it. */
static int
find_moved(struct move *m)
{
	char other[NAME_MAX + 1];
	int is;

	retire_name_taken(other, m->name, m->r->id);
	if (!deletes(m->r) && retire_is_file(m->to, other, &m->r->witness) >= 0)
		memcpy(m->to_name, other, sizeof(other));
	is = retire_is_file(m->to, m->to_name, &m->r->witness);
	if (is > 0)
		return RETIRED;
	/* A name with the id in it was ours: a crash came before the look. */
	if (is == 0 && (deletes(m->r) || strcmp(m->to_name, other) == 0))
		return put_back(m);
	return RETIRE_GONE;
}

/* A newer file has the name.  A crash before the look may have left another of
 * them where ours should be. */
static int
newer_is_there(struct move *m)
{
	if (!deletes(m->r))
		retire_name_taken(m->to_name, m->name, m->r->id);
	return retire_is_file(m->to, m->to_name, &m->r->witness) == 0
	    ? put_back(m)
	    : RETIRE_NEWER;
}

/* Is the target another name of the very file?  Then a power cut, or a crash
 * between link and unlink, left both. */
static bool
both_names(struct move *m, const char *to)
{
	return retire_is_file(m->to, to, &m->r->witness) > 0 &&
	    retire_is_file(m->from, m->name, &m->r->witness) > 0;
}

static int
rename_it(struct move *m)
{
	const struct folder *f = m->r->folder;
	char other[NAME_MAX + 1];

	if (retire_rename(f, m->from, m->name, m->to, m->to_name) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	if (both_names(m, m->to_name))
		return unlinkat(m->from, m->name, 0);
	if (deletes(m->r))
		return -1;
	retire_name_taken(other, m->name, m->r->id);
	memcpy(m->to_name, other, sizeof(other));
	if (retire_rename(f, m->from, m->name, m->to, other) == 0)
		return 0;
	if (errno == EEXIST && both_names(m, other))
		return unlinkat(m->from, m->name, 0);
	return -1;
}

/* Completion signals go with their file, or the next file of that name would be
 * taken too early. */
static void
move_companion(struct move *m, const char *suffix)
{
	char name[NAME_MAX + 1], to[NAME_MAX + 1];
	int n = snprintf(name, sizeof(name), "%s%s", m->name, suffix);

	if (n < 0 || (size_t)n >= sizeof(name))
		return;
	if (deletes(m->r)) {
		unlinkat(m->from, name, 0);
		return;
	}
	if (retire_rename(m->r->folder, m->from, name, m->to, name) == 0 ||
	    errno != EEXIST)
		return;
	retire_name_taken(to, name, m->r->id);
	if (retire_rename(m->r->folder, m->from, name, m->to, to) != 0)
		unlinkat(m->from, name, 0);
}

static void
move_companions(struct move *m)
{
	const struct config_watch *w = m->r->folder->watch;

	if (w->done_file)
		move_companion(m, w->done_file);
	if (w->sha256_sidecar)
		move_companion(m, ".sha256");
}

static int
copy_it(struct move *m)
{
	int rc = retire_copy(m->r, m->from, m->name, deletes(m->r) ? -1 : m->to,
	    &m->r->err);

	if (rc < 0)
		return failed_text(m);
	if (rc == 0)
		return RETIRE_NEWER;
	move_companions(m);
	return RETIRED;
}

static int
move_file(struct move *m)
{
	int is = retire_is_file(m->from, m->name, &m->r->witness);

	if (is == 0)
		return newer_is_there(m);
	if (is == -ENOENT)
		return find_moved(m);
	if (is < 0) {
		errno = -is;
		return failed(m, "stat");
	}
	if (rename_it(m) != 0) {
		if (errno == EXDEV)
			return copy_it(m);
		return errno == ENOENT ? find_moved(m) : failed(m, "rename");
	}
	is = retire_is_file(m->to, m->to_name, &m->r->witness);
	if (is == 0)
		return put_back(m);
	if (is < 0) {
		errno = -is;
		return failed(m, "look at what was moved");
	}
	move_companions(m);
	return RETIRED;
}

static int
retire_one(struct retirement *r, struct retire_places *places)
{
	struct move m = { .r = r, .places = places, .from = -1, .to = -1 };
	const char *slash = strrchr(r->path, '/');

	m.name = slash ? slash + 1 : r->path;
	if (open_target(&m) != 0)
		return failed_text(&m);
	if (open_source(&m) == 0)
		return move_file(&m);
	if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return failed(&m, "open its folder");
	/* The folder went with it: what must be put back comes to the top. */
	m.from = add_copy(places, r->folder->fd);
	return m.from < 0 ? failed(&m, "dup") : find_moved(&m);
}

/* What a failed sync leaves open was not retired. */
static void
fail_all(struct retirement *r, size_t n, const struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].result != RETIRE_FAILED) {
			r[i].result = RETIRE_FAILED;
			r[i].err = *e;
		}
}

/* The renames to retiring/ are durable: a crash from here on finds the file
 * there or not at all. */
static int
delete_moved(struct retirement *r, size_t n, struct err *e)
{
	struct retire_places places = { .n = 0 };

	for (size_t i = 0; i < n; i++) {
		if (r[i].result != RETIRED || !deletes(&r[i]))
			continue;
		if (unlinkat(r[i].folder->retiring_fd, r[i].id, 0) != 0 &&
		    errno != ENOENT) {
			err_sys(&r[i].err, "delete %s", r[i].path);
			r[i].result = RETIRE_FAILED;
			continue;
		}
		if (retire_places_full(&places) &&
		    retire_places_sync(&places, e) < 0)
			return e->code;
		add_copy(&places, r[i].folder->retiring_fd);
	}
	return retire_places_sync(&places, e);
}

/* As many as the places hold: renames first, then each folder synced once. */
static size_t
run_some(struct retirement *r, size_t n)
{
	struct retire_places places = { .n = 0 };
	struct err e = { 0 };
	size_t done;

	for (done = 0; done < n && !retire_places_full(&places); done++) {
		memset(&r[done].err, 0, sizeof(r[done].err));
		r[done].result = retire_one(&r[done], &places);
	}
	if (retire_places_sync(&places, &e) < 0 ||
	    delete_moved(r, done, &e) < 0)
		fail_all(r, done, &e);
	return done;
}

void
retire_run(struct retirement *r, size_t n)
{
	for (size_t at = 0; at < n;)
		at += run_some(r + at, n - at);
}

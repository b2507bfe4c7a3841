/* watch.c - the directories whose events we get. */
#include "role/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/xalloc.h"

/* No IN_MODIFY: how long a file has been quiet is read off the file.  No
 * IN_MOVED_FROM: our own retirements would each make one. */
#define MASK                                                                   \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF |           \
	    IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

enum { BUFFER = 64 * 1024 };

struct watched {
	int wd;
	void *owner;
	char path[]; /* "" for the folder itself */
};

struct watch_set {
	int fd;
	pthread_mutex_t lock; /* the map; and adding, so that no event comes
				 before its directory is known */
	struct map *by_wd;
};

long
watch_limit(const char *name)
{
	char path[96];
	struct buf b = { 0 };
	long value = -1;

	snprintf(path, sizeof(path), "/proc/sys/fs/inotify/%s", name);
	if (fs_read_file(AT_FDCWD, path, 31, &b, NULL) == 0)
		value = strtol(buf_str(&b), NULL, 10);
	buf_fini(&b);
	return value;
}

int
watch_new(struct watch_set **w_r, struct err *e)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	*w_r = NULL;
	if (fd < 0 && errno == EMFILE)
		return err_set(e, ERR_LIMIT,
		    "fs.inotify.max_user_instances is %ld and all are taken, "
		    "or this process has no descriptor left",
		    watch_limit("max_user_instances"));
	if (fd < 0)
		return err_sys(e, "inotify");
	*w_r = xcalloc(1, sizeof(**w_r));
	(*w_r)->fd = fd;
	(*w_r)->by_wd = map_new();
	pthread_mutex_init(&(*w_r)->lock, NULL);
	return 0;
}

void
watch_free(struct watch_set **w)
{
	struct watched *d;
	size_t at = 0;

	if (!*w)
		return;
	while ((d = map_next((*w)->by_wd, &at, NULL, NULL)))
		free(d);
	map_free(&(*w)->by_wd);
	pthread_mutex_destroy(&(*w)->lock);
	fs_close(&(*w)->fd);
	free(*w);
	*w = NULL;
}

int
watch_fd(const struct watch_set *w)
{
	return w->fd;
}

int
watch_add(struct watch_set *w, int dirfd, void *owner, const char *path,
    struct err *e)
{
	size_t len = strlen(path) + 1;
	struct watched *d;
	char link[64];
	int rc = 0, wd;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dirfd);
	pthread_mutex_lock(&w->lock);
	wd = inotify_add_watch(w->fd, link, MASK);
	if (wd < 0 && errno == ENOSPC) {
		rc =
		    err_set(e, ERR_LIMIT, "no more directories can be watched");
	} else if (wd < 0) {
		rc = err_sys(e, "watch");
	} else {
		d = xcalloc(1, sizeof(*d) + len);
		d->wd = wd;
		d->owner = owner;
		memcpy(d->path, path, len);
		free(map_put(w->by_wd, &wd, sizeof(wd), d));
	}
	pthread_mutex_unlock(&w->lock);
	return rc;
}

static bool
is_below(const struct watched *d, const void *owner, const char *path)
{
	size_t len = strlen(path);

	return d->owner == owner &&
	    (len == 0 ||
		(strncmp(d->path, path, len) == 0 &&
		    (d->path[len] == '\0' || d->path[len] == '/')));
}

void
watch_remove(struct watch_set *w, const void *owner, const char *path)
{
	struct watched *d;
	size_t at = 0;

	pthread_mutex_lock(&w->lock);
	while ((d = map_next(w->by_wd, &at, NULL, NULL))) {
		if (!is_below(d, owner, path))
			continue;
		inotify_rm_watch(w->fd, d->wd);
		map_put(w->by_wd, &d->wd, sizeof(d->wd), NULL);
		free(d);
	}
	pthread_mutex_unlock(&w->lock);
}

uint32_t
watch_count(struct watch_set *w, const void *owner)
{
	const struct watched *d;
	uint32_t n = 0;
	size_t at = 0;

	pthread_mutex_lock(&w->lock);
	while ((d = map_next(w->by_wd, &at, NULL, NULL)))
		n += d->owner == owner;
	pthread_mutex_unlock(&w->lock);
	return n;
}

/* Whose directory it is, and the path of what happened in it.  False: one that
 * was removed meanwhile. */
static bool
find(struct watch_set *w, const struct inotify_event *raw, void **owner_r,
    char path[PATH_MAX])
{
	struct watched *d;
	int n = -1;

	pthread_mutex_lock(&w->lock);
	d = map_get(w->by_wd, &raw->wd, sizeof(raw->wd));
	if (d) {
		*owner_r = d->owner;
		n = snprintf(path, PATH_MAX, "%s%s%s", d->path,
		    d->path[0] && raw->len ? "/" : "",
		    raw->len ? raw->name : "");
	}
	if (d && raw->mask & IN_IGNORED) {
		map_put(w->by_wd, &raw->wd, sizeof(raw->wd), NULL);
		free(d);
	}
	pthread_mutex_unlock(&w->lock);
	return n >= 0 && n < PATH_MAX;
}

static int
kind_of(uint32_t mask)
{
	if (mask & IN_MOVE_SELF)
		return WATCH_MOVED;
	if (mask & IN_UNMOUNT)
		return WATCH_UNMOUNTED;
	if (mask & IN_IGNORED)
		return WATCH_GONE;
	if (mask & IN_ISDIR)
		return mask & (IN_CREATE | IN_MOVED_TO) ? WATCH_DIR_CAME : -1;
	if (mask & IN_MOVED_TO)
		return WATCH_MOVED_IN;
	if (mask & IN_CLOSE_WRITE)
		return WATCH_CLOSED;
	return mask & IN_CREATE ? WATCH_CREATED : -1;
}

static void
hand_out(struct watch_set *w, const struct inotify_event *raw, watch_fn *fn,
    void *arg)
{
	struct watch_event event = { 0 };
	char path[PATH_MAX];

	if (raw->mask & IN_Q_OVERFLOW) {
		event.kind = WATCH_OVERFLOW;
		event.path = "";
		fn(arg, &event);
		return;
	}
	event.kind = kind_of(raw->mask);
	event.path = path;
	if (event.kind >= 0 && find(w, raw, &event.owner, path))
		fn(arg, &event);
}

bool
watch_read(struct watch_set *w, watch_fn *fn, void *arg)
{
	_Alignas(struct inotify_event) char buffer[BUFFER];
	ssize_t n;
	size_t at = 0;

	do
		n = read(w->fd, buffer, sizeof(buffer));
	while (n < 0 && errno == EINTR);
	while (n > 0 && at + sizeof(struct inotify_event) <= (size_t)n) {
		const struct inotify_event *raw = (const void *)(buffer + at);

		hand_out(w, raw, fn, arg);
		at += sizeof(*raw) + raw->len;
	}
	return n > 0;
}

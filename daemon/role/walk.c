/* walk.c - the files of a folder in byte order of their relative paths.
 *
 * Siblings are sorted as if folders ended in '/': then walking depth first
 * gives the byte order of the whole paths ("a-b" before "a/b" before "a0").
 */
#include "role/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"

struct level {
	char **name; /* folders end in '/' */
	size_t n, at;
	size_t prefix; /* length of the path above */
	struct level *above;
};

struct walk {
	int dirfd;
	bool begun;
	struct level *level;
	struct buf path;
};

static int
by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

struct walk *
walk_new(int dirfd)
{
	struct walk *w = xcalloc(1, sizeof *w);

	w->dirfd = dirfd;
	return w;
}

static void
leave(struct walk *w)
{
	struct level *l = w->level;

	w->level = l->above;
	while (l->at < l->n)
		free(l->name[l->at++]);
	free(l->name);
	free(l);
}

void
walk_free(struct walk **w)
{
	if (!*w)
		return;
	while ((*w)->level)
		leave(*w);
	buf_fini(&(*w)->path);
	free(*w);
	*w = NULL;
}

static bool
is_folder(int fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_DIR;
	return fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode);
}

static bool
is_wanted(int fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_name[0] == '.')
		return false;
	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_DIR || d->d_type == DT_REG;
	return fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode));
}

static void
read_names(struct level *l, DIR *dir)
{
	size_t cap = 0;
	struct dirent *d;

	while ((d = readdir(dir))) {
		if (!is_wanted(dirfd(dir), d))
			continue;
		if (l->n == cap) {
			cap = cap ? 2 * cap : 64;
			l->name = xrealloc(l->name, cap, sizeof *l->name);
		}
		l->name[l->n++] = is_folder(dirfd(dir), d)
		    ? xasprintf("%s/", d->d_name)
		    : xstrdup(d->d_name);
	}
	if (l->n > 0)
		qsort(l->name, l->n, sizeof *l->name, by_bytes);
}

/* Go into the folder that w->path names (NUL-terminated; "": the top). */
static int
enter(struct walk *w, struct err *e)
{
	const char *path = w->path.len ? buf_str(&w->path) : ".";
	struct level *l;
	int fd = openat(w->dirfd, path,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		err_sys(e, "%s", path);
		if (fd >= 0)
			close(fd);
		return e->code;
	}
	l = xcalloc(1, sizeof *l);
	l->prefix = w->path.len;
	l->above = w->level;
	w->level = l;
	read_names(l, dir);
	closedir(dir);
	return 0;
}

const char *
walk_next(struct walk *w, struct err *e)
{
	e->code = 0;
	if (!w->begun) {
		w->begun = true;
		if (enter(w, e) < 0)
			return NULL;
	}
	while (w->level) {
		struct level *l = w->level;
		char *name;
		size_t len;

		w->path.len = l->prefix;
		if (l->at == l->n) {
			leave(w);
			continue;
		}
		name = l->name[l->at++];
		len = strlen(name);
		buf_append(&w->path, name, len);
		free(name);
		if (w->path.ptr[w->path.len - 1] != '/')
			return buf_str(&w->path);
		if (enter(w, e) < 0)
			return NULL;
	}
	return NULL;
}

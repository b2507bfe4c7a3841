/* failed.c - what lies in .lavoir/failed/ of the watched folders. */
#include "control/failed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_read.h"
#include "base/xalloc.h"
#include "control/names.h"
#include "role/beneath.h"
#include "store/outcome.h"

#define FAILED_FOLDER ".lavoir/failed"
#define REASON "reason.json"

enum { REASON_DEPTH = 16 };

/* ---- one ---- */

static void
read_reason(struct failed *f)
{
	struct buf b = { 0 };
	struct err e;
	int fd = beneath_open(f->fd, REASON, O_RDONLY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > FAILED_REASON_MAX)
		goto out;
	buf_reserve(&b, (size_t)st.st_size);
	if (fs_pread_full(fd, b.ptr, (size_t)st.st_size, 0, &b.len, &e) == 0)
		json_read(&f->reason, (char *)b.ptr, b.len, NULL, REASON_DEPTH,
		    &e);
out:
	fs_close(&fd);
	buf_fini(&b);
}

/* The one file beside reason.json; names with a dot in front may be what a
 * crash left of it. */
static void
find_original(struct failed *f)
{
	int fd = beneath_open(f->fd, "", O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;
	struct stat st;
	char *path = failed_path(f);
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *own = slash ? slash + 1 : path;

	while (dir && (d = readdir(dir))) {
		if (strcmp(d->d_name, REASON) == 0 ||
		    fstatat(f->fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (f->name[0] && (!own || strcmp(d->d_name, own) != 0))
			continue;
		snprintf(f->name, sizeof f->name, "%s", d->d_name);
	}
	if (dir)
		closedir(dir);
	else
		fs_close(&fd);
	free(path);
}

static int
look_at(struct failed *f, failed_fn *fn, void *arg)
{
	int rc;

	f->fd = beneath_open(f->failed_fd, f->id, O_RDONLY | O_DIRECTORY);
	if (f->fd < 0)
		return 0; /* retried meanwhile, or no folder */
	read_reason(f);
	find_original(f);
	rc = fn(arg, f);
	json_decref(f->reason);
	fs_close(&f->fd);
	f->reason = NULL;
	f->name[0] = '\0';
	return rc;
}

char *
failed_path(const struct failed *f)
{
	char *path = names_read(f->reason, "path"), *whole;
	const char *member =
	    json_string_value(json_object_get(f->reason, "member"));
	const char *name = f->name, *slash;

	if (!path || !member)
		return path;
	slash = strrchr(path, '/');
	if (!*name) {
		name = strrchr(member, '/');
		name = name ? name + 1 : member;
	}
	whole = xasprintf("%.*s%s", slash ? (int)(slash - path + 1) : 0, path,
	    name);
	free(path);
	return whole;
}

/* ---- all ---- */

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **
list_ids(int failed_fd, size_t *n_r)
{
	int fd = beneath_open(failed_fd, "", O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;
	char **list = NULL;

	*n_r = 0;
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		list = xrealloc(list, *n_r + 1, sizeof *list);
		list[(*n_r)++] = xstrdup(d->d_name);
	}
	if (dir)
		closedir(dir);
	else
		fs_close(&fd);
	if (list)
		qsort(list, *n_r, sizeof *list, by_bytes);
	return list;
}

static int
each_of_folder(struct failed *f, const char *id, failed_fn *fn, void *arg)
{
	size_t n = 0;
	char **list;
	int rc = 0;

	if (id) {
		f->id = id;
		return look_at(f, fn, arg);
	}
	list = list_ids(f->failed_fd, &n);
	for (size_t i = 0; i < n; i++) {
		f->id = list[i];
		if (rc == 0)
			rc = look_at(f, fn, arg);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int
each_of_watch(struct failed *f, const char *id, failed_fn *fn, void *arg,
    struct err *e)
{
	int rc = 0;

	f->failed_fd = -1;
	f->folder_fd = fs_open_dir(AT_FDCWD, f->watch->path, e);
	if (f->folder_fd < 0)
		return f->folder_fd == ERR_NOENT ? 0 : f->folder_fd;
	f->failed_fd =
	    beneath_open(f->folder_fd, FAILED_FOLDER, O_RDONLY | O_DIRECTORY);
	if (f->failed_fd >= 0)
		rc = each_of_folder(f, id, fn, arg);
	else if (errno != ENOENT)
		rc = err_sys(e, "%s/" FAILED_FOLDER, f->watch->path);
	fs_close(&f->failed_fd);
	fs_close(&f->folder_fd);
	return rc;
}

int
failed_each(const struct config *c, const char *pipeline, const char *id,
    failed_fn *fn, void *arg, struct err *e)
{
	int rc = 0;

	/* An id is a file name here. */
	if (id && (!*id || *id == '.' || strchr(id, '/')))
		return 0;
	for (size_t i = 0; i < c->n_pipelines && rc == 0; i++) {
		const struct config_pipeline *p = &c->pipeline[i];

		if (pipeline && strcmp(p->name, pipeline) != 0)
			continue;
		for (size_t k = 0; k < p->n_watches && rc == 0; k++) {
			struct failed f = { .watch = &p->watch[k],
				.pipeline = p->name };

			rc = each_of_watch(&f, id, fn, arg, e);
		}
	}
	return rc;
}

/* ---- back ---- */

/* The folder that path lies in, made where it is gone: part by part, through no
 * link. */
static int
open_parent(int folder_fd, char *path, struct err *e)
{
	int fd = beneath_open(folder_fd, "", O_RDONLY | O_DIRECTORY), next;
	char *part = path, *slash;

	while (fd >= 0 && (slash = strchr(part, '/'))) {
		*slash = '\0';
		if (mkdirat(fd, part, 0755) == 0)
			fsync(fd);
		next = beneath_open(fd, part, O_RDONLY | O_DIRECTORY);
		*slash = '/';
		fs_close(&fd);
		fd = next;
		part = slash + 1;
	}
	return fd < 0 ? err_sys(e, "%s", path) : fd;
}

/* Its folder in failed/ has nothing of value any more. */
static int
remove_entry(const struct failed *f, struct err *e)
{
	if (unlinkat(f->fd, REASON, 0) < 0 && errno != ENOENT)
		return err_sys(e, "failed/%s/" REASON, f->id);
	if (unlinkat(f->failed_fd, f->id, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_sys(e, "failed/%s", f->id);
	return 0;
}

static int
move_back(const struct failed *f, int to_fd, const char *to, struct err *e)
{
	int rc;

	if (renameat2(f->fd, f->name, to_fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* File systems that do not know the flag: a link never replaces. */
	if (errno == EINVAL && linkat(f->fd, f->name, to_fd, to, 0) == 0 &&
	    unlinkat(f->fd, f->name, 0) == 0)
		return 0;
	rc = errno;
	if (rc == EEXIST)
		return err_set(e, ERR_BUSY, "the name is in use");
	errno = rc;
	return err_sys(e, "rename");
}

int
failed_retry(const struct failed *f, struct err *e)
{
	char *path = failed_path(f);
	int fd = -1, rc;

	if (!f->name[0] || !path) {
		rc = err_set(e, ERR_NOENT, "failed/%s: %s", f->id,
		    path ? "its original is not there"
			 : "no " REASON " that says where it came from");
		goto out;
	}
	if (!outcome_path_inside(path)) {
		rc = err_set(e, ERR_INVAL, "not a path below the folder");
		goto out;
	}
	rc = fd = open_parent(f->folder_fd, path, e);
	if (fd >= 0)
		rc = move_back(f, fd,
		    strrchr(path, '/') ? strrchr(path, '/') + 1 : path, e);
	/* Both names are never gone: the new one first. */
	if (rc == 0)
		rc = fs_sync_dir(fd, f->watch->path, e);
	if (rc == 0)
		rc = fs_sync_dir(f->fd, "failed", e);
	if (rc == 0)
		rc = remove_entry(f, e);
	if (rc < 0)
		err_wrap(e, "%s/%s", f->watch->path, path);
out:
	fs_close(&fd);
	free(path);
	return rc;
}

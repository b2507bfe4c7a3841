/* folder_help.c - a drop folder of its own for each test, and files in it. */
#include "folder_help.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"

void
drop_make(struct drop *d)
{
	drop_make_in(d, "/tmp");
}

void
drop_make_in(struct drop *d, const char *base)
{
	memset(d, 0, sizeof(*d));
	d->folder.fd = d->folder.own_fd = d->folder.done_fd = -1;
	d->folder.failed_fd = d->folder.retiring_fd = d->folder.lock_fd = -1;
	snprintf(d->path, sizeof(d->path), "%s/test_drop.XXXXXX", base);
	assert_non_null(mkdtemp(d->path));
	snprintf(d->move, sizeof(d->move), "%s.out", d->path);
	assert_int_equal(mkdir(d->move, 0755), 0);
	d->watch.path = d->path;
	d->watch.poll_ms = 50;
}

void
drop_open(struct drop *d)
{
	struct err e = { 0 };
	int rc = folder_open(&d->folder, &d->watch, 0, 0, &e);

	if (rc < 0)
		print_error("%s\n", e.text);
	assert_int_equal(rc, 0);
}

void
drop_remove(struct drop *d)
{
	folder_close(&d->folder);
	fs_remove_tree(AT_FDCWD, d->path, NULL);
	fs_remove_tree(AT_FDCWD, d->move, NULL);
}

static int
open_dir(const struct drop *d)
{
	int fd = fs_open_dir(AT_FDCWD, d->path, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void
put_at(int dir, const char *name, const char *content)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fs_write_full(fd, content, strlen(content), NULL), 0);
	close(fd);
}

void
drop_put(const struct drop *d, const char *name, const char *content)
{
	int dir = open_dir(d);

	put_at(dir, name, content);
	close(dir);
}

void
drop_move_in(const struct drop *d, const char *name, const char *content)
{
	int dir = open_dir(d), out = fs_open_dir(AT_FDCWD, d->move, NULL);

	assert_true(out >= 0);
	put_at(out, "moving", content);
	assert_int_equal(renameat(out, "moving", dir, name), 0);
	close(out);
	close(dir);
}

void
drop_mkdir(const struct drop *d, const char *name)
{
	int dir = open_dir(d);

	assert_int_equal(mkdirat(dir, name, 0755), 0);
	close(dir);
}

bool
drop_has(const struct drop *d, const char *name)
{
	int dir = open_dir(d);
	struct stat st;
	bool has = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;

	close(dir);
	return has;
}

char *
drop_read(const struct drop *d, const char *name)
{
	int dir = open_dir(d);
	struct buf b = { 0 };
	char *text = NULL;

	if (fs_read_file(dir, name, 1 << 20, &b, NULL) == 0)
		text = strdup(buf_str(&b));
	buf_fini(&b);
	close(dir);
	return text;
}

/* File times move with the kernel's tick: make files until one is newer. */
void
drop_tick(const struct drop *d)
{
	int out = fs_open_dir(AT_FDCWD, d->move, NULL);
	struct stat first, now;

	put_at(out, "tick", "1");
	assert_int_equal(fstatat(out, "tick", &first, 0), 0);
	do {
		put_at(out, "tick", "2");
		assert_int_equal(fstatat(out, "tick", &now, 0), 0);
	} while (now.st_mtim.tv_sec == first.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == first.st_mtim.tv_nsec);
	unlinkat(out, "tick", 0);
	close(out);
}

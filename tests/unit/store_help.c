/* store_help.c - what the tests of the store share. */
#include "store_help.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"

char *
help_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *name =
	    xasprintf("%s/lavoir-XXXXXX", base != NULL ? base : "/tmp");

	ensure(mkdtemp(name) != NULL);
	return name;
}

void
help_remove(char **folder)
{
	struct err e;

	ensure(fs_remove_tree(AT_FDCWD, *folder, &e) == 0);
	free(*folder);
	*folder = NULL;
}

void
help_outcome(struct outcome *o, const char *pipeline, uint64_t number, int kind)
{
	*o = (struct outcome){
		.pipeline = pipeline,
		.number = number,
		.child = "",
		.kind = kind,
		.retire = RETIRE_PENDING,
		.folder = "/srv/drop",
		.path = "sub/name\xff.html",
		.member = "member",
		.witness = { number, 2, -3, 4 },
		.sha256 = { 1, 2, 3, (uint8_t)number },
		.added_ns = 1764000000123456789 + (int64_t)number,
		.media_type = "text/html",
		.bytes_in = 1000 + number,
		.bytes_out = 100,
		.attempts = 1,
	};
	if (kind == OUTCOME_EXPORTED || kind == OUTCOME_CONTAINER)
		return;
	o->plugin = "filter-words";
	o->reason = "few-words";
	o->detail = "3 of 50";
	o->has_value = true;
	o->value = 3;
	o->threshold = 50;
	o->measurements = "[{\"rule\":\"words\"}]";
	if (kind == OUTCOME_DUPLICATE) {
		o->duplicate_of = "web-1";
		o->similarity = 0.875;
	}
}

uint8_t *
help_read(const char *folder, const char *name, size_t *len_r)
{
	char *path = fs_join(folder, name);
	struct buf b = { 0 };
	struct err e;

	ensure(fs_read_file(AT_FDCWD, path, 1 << 30, &b, &e) == 0);
	free(path);
	*len_r = b.len;
	return b.ptr;
}

void
help_write(const char *folder, const char *name, const void *ptr, size_t len)
{
	char *path = fs_join(folder, name);
	FILE *f = fopen(path, "w");

	ensure(f != NULL);
	ensure(fwrite(ptr, 1, len, f) == len);
	ensure(fclose(f) == 0);
	free(path);
}

void
help_flip(const char *folder, const char *name, uint64_t offset)
{
	char *path = fs_join(folder, name);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t byte;

	ensure(fd >= 0);
	ensure(pread(fd, &byte, 1, (off_t)offset) == 1);
	byte ^= 0x10;
	ensure(pwrite(fd, &byte, 1, (off_t)offset) == 1);
	close(fd);
	free(path);
}

static void
copy_entry(const char *from, const char *to, const char *name)
{
	char *source = fs_join(from, name), *target = fs_join(to, name);
	struct stat st;
	uint8_t *ptr;
	size_t len;

	ensure(lstat(source, &st) == 0);
	if (S_ISDIR(st.st_mode)) {
		help_copy(source, target);
	} else {
		ptr = help_read(from, name, &len);
		help_write(to, name, ptr, len);
		free(ptr);
	}
	free(source);
	free(target);
}

void
help_copy(const char *from, const char *to)
{
	struct dirent *d;
	DIR *dir = opendir(from);

	ensure(dir != NULL);
	ensure(mkdir(to, 0700) == 0);
	while ((d = readdir(dir)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			copy_entry(from, to, d->d_name);
	closedir(dir);
}

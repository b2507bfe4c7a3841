/* series_help.c - a series with a pretended commit log, for tests. */
#include "series_help.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/xalloc.h"

static const char HEADER[] = "{\"header\":true}\n";

void
help_init(struct help *h, int codec, uint64_t file_size_max)
{
	*h = (struct help){ 0 };
	/* Memory where there is some to be had: thousands of syncs. */
	const char *in = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	(void)snprintf(h->folder, sizeof h->folder, "%s/test_series.XXXXXX",
	    in);
	assert_non_null(mkdtemp(h->folder));
	h->params = (struct series_params){ .folder = h->folder,
		.suffix = ".jsonl",
		.codec = codec,
		.level = 3,
		.file_size_max = file_size_max,
		.header = HEADER,
		.header_len = sizeof HEADER - 1 };
}

void
help_forget(struct help *h)
{
	h->rows = 0;
}

void
help_fini(struct help *h)
{
	struct err e;

	series_free(&h->s);
	assert_int_equal(fs_remove_tree(AT_FDCWD, h->folder, &e), 0);
}

int
help_open(struct help *h)
{
	h->e = (struct err){ 0 };
	int rc = series_open(&h->s, &h->params, h->row, h->rows, &h->e);
	assert_int_equal(rc, h->e.code);
	return rc;
}

void
help_crash(struct help *h)
{
	series_free(&h->s);
}

static struct series_state *
help_row(struct help *h, const char *partition)
{
	for (size_t i = 0; i < h->rows; i++)
		if (strcmp(h->row[i].partition, partition) == 0)
			return &h->row[i];
	assert_true(h->rows < HELP_ROWS_MAX);
	return &h->row[h->rows++];
}

/* Partitions in tests are literals or "", but those given are the series' own:
 * map them to static memory. */
static const char *
help_name(const char *partition)
{
	static char names[HELP_ROWS_MAX][32];

	for (size_t i = 0; i < HELP_ROWS_MAX; i++) {
		if (!*names[i])
			(void)snprintf(names[i], 32, "%s", partition);
		if (strcmp(names[i], partition) == 0)
			return names[i];
	}
	fail();
	return NULL;
}

void
help_log(struct help *h)
{
	const struct series_state *st = NULL;
	size_t n = series_changed(h->s, &st);

	for (size_t i = 0; i < n; i++) {
		struct series_state copy = st[i];
		copy.partition =
		    *copy.partition ? help_name(copy.partition) : "";
		*help_row(h, copy.partition) = copy;
	}
	series_committed(h->s);
}

int
help_commit(struct help *h)
{
	int rc = series_sync(h->s, &h->e);

	if (rc == 0)
		help_log(h);
	return rc;
}

void
help_record(size_t i, struct buf *b)
{
	uint64_t x = i * 0x9e3779b97f4a7c15U + 1;
	size_t len = i % 61 == 60 ? SERIES_FRAME_SIZE + 4321 : 500 + x % 9000;

	buf_printf(b, "{\"id\":%zu,\"text\":\"", i);
	while (len > 0) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		size_t n = len < 9 ? len : 9;
		char word[16];
		(void)snprintf(word, sizeof word, "%08x ",
		    (unsigned)(x & 0xffff));
		buf_append(b, word, n);
		len -= n;
	}
	buf_append_str(b, "\"}\n");
}

int
help_append(struct help *h, const char *partition, size_t from, size_t to)
{
	struct buf b = { 0 };
	int rc = 0;

	for (size_t i = from; i < to && rc == 0; i++) {
		b.len = 0;
		help_record(i, &b);
		rc = series_append(h->s, partition, b.ptr, b.len, &h->e);
	}
	buf_fini(&b);
	return rc;
}

void
help_expect(const struct help *h, size_t from, size_t to, struct buf *b)
{
	buf_append(b, h->params.header, h->params.header_len);
	for (size_t i = from; i < to; i++)
		help_record(i, b);
}

static int
help_visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

void
help_digest(const struct help *h, struct buf *b)
{
	struct dirent **d;
	struct err e;
	int n = scandir(h->folder, &d, help_visible, alphasort);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		char *path = fs_join(h->folder, d[i]->d_name);
		buf_printf(b, "<%s>", d[i]->d_name);
		assert_int_equal(fs_read_file(AT_FDCWD, path, 1 << 30, b, &e),
		    0);
		free(path);
		free(d[i]);
	}
	free(d);
}

size_t
help_hidden(const struct help *h)
{
	DIR *d = opendir(h->folder);
	struct dirent *i;
	size_t n = 0;

	assert_non_null(d);
	while ((i = readdir(d)))
		n += strncmp(i->d_name, ".part", 5) == 0;
	(void)closedir(d);
	return n;
}

static bool
help_gunzip(struct buf *in, struct buf *b)
{
	z_stream z = { 0 };
	int rc = Z_STREAM_END;

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = in->ptr;
	z.avail_in = (uInt)in->len;
	while (z.avail_in > 0 && rc == Z_STREAM_END) {
		assert_int_equal(inflateReset(&z), Z_OK);
		do {
			z.next_out = buf_reserve(b, 1 << 16);
			z.avail_out = 1 << 16;
			rc = inflate(&z, Z_NO_FLUSH);
			b->len += (1 << 16) - z.avail_out;
		} while (rc == Z_OK);
	}
	(void)inflateEnd(&z);
	return rc == Z_STREAM_END;
}

static bool
help_unzstd(struct buf *in, struct buf *b)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer from = { in->ptr, in->len, 0 };
	size_t rc = 0;

	while (from.pos < from.size && !ZSTD_isError(rc)) {
		ZSTD_outBuffer to = { buf_reserve(b, 1 << 16), 1 << 16, 0 };
		rc = ZSTD_decompressStream(z, &to, &from);
		b->len += to.pos;
	}
	while (rc != 0 && !ZSTD_isError(rc)) {
		ZSTD_outBuffer to = { buf_reserve(b, 1 << 16), 1 << 16, 0 };
		rc = ZSTD_decompressStream(z, &to, &from);
		b->len += to.pos;
		if (to.pos == 0)
			break;
	}
	(void)ZSTD_freeDStream(z);
	return rc == 0;
}

bool
help_decode(const struct help *h, const char *name, struct buf *b)
{
	struct buf in = { 0 };
	struct err e;
	char *path = fs_join(h->folder, name);
	bool good = true;

	assert_int_equal(fs_read_file(AT_FDCWD, path, 1 << 30, &in, &e), 0);
	if (strstr(name, ".gz"))
		good = help_gunzip(&in, b);
	else if (strstr(name, ".zst"))
		good = help_unzstd(&in, b);
	else
		buf_append(b, in.ptr, in.len);
	free(path);
	buf_fini(&in);
	return good;
}

/* warc.c - a web archive to measure with, of any size.
 *
 * warc OUT plain|gzip MEBIBYTES FOLDER: the files of a folder as the payloads
 * of responses, over and over until there are so many plain bytes.  Every
 * payload ends in a comment of its own, so that none is a copy.  Prints how
 * many.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

enum { PAGE_MAX = 4 << 20, RECORD_MAX = PAGE_MAX + 4096, LEVEL = 1 };

struct out {
	FILE *file;
	z_stream z;
	int packed;
	Bytef *space;
	size_t room;
};

static void
die(const char *what)
{
	perror(what);
	exit(74);
}

static void
write_record(struct out *o, char *record, size_t len)
{
	if (o->packed) {
		(void)deflateReset(&o->z);
		o->z.next_in = (Bytef *)record;
		o->z.avail_in = (uInt)len;
		o->z.next_out = o->space;
		o->z.avail_out = (uInt)o->room;
		if (deflate(&o->z, Z_FINISH) != Z_STREAM_END)
			die("deflate");
		len = o->room - o->z.avail_out;
		record = (char *)o->space;
	}
	if (fwrite(record, 1, len, o->file) != len)
		die("write");
}

static size_t
read_page(const char *folder, const char *name, char *page)
{
	char path[4096];
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (!f)
		die(path);
	n = fread(page, 1, PAGE_MAX, f);
	(void)fclose(f);
	return n;
}

static size_t
make_record(char *record, const char *page, size_t len, uint64_t number)
{
	static const char http[] =
	    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
	char salt[64];
	int n,
	    extra =
		snprintf(salt, sizeof salt, "<!-- %" PRIu64 " -->\n", number);

	n = snprintf(record, RECORD_MAX,
	    "WARC/1.1\r\nWARC-Type: response\r\n"
	    "WARC-Record-ID: <urn:uuid:%012" PRIu64 ">\r\n"
	    "WARC-Date: 2026-01-01T00:00:00Z\r\n"
	    "WARC-Target-URI: http://example.org/%" PRIu64 ".html\r\n"
	    "Content-Type: application/http; msgtype=response\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    number, number, sizeof http - 1 + len + (size_t)extra, http);
	memcpy(record + n, page, len);
	len += (size_t)n;
	memcpy(record + len, salt, (size_t)extra);
	len += (size_t)extra;
	memcpy(record + len, "\r\n\r\n", 4);
	return len + 4;
}

static int
is_page(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	struct out o = { .packed = argc > 2 && strcmp(argv[2], "gzip") == 0 };
	char *page = malloc(PAGE_MAX), *record = malloc(RECORD_MAX);
	struct dirent **name;
	uint64_t number = 0, bytes = 0, want;
	int n;

	if (argc < 5 || !page || !record) {
		(void)fputs("usage: warc OUT plain|gzip MEBIBYTES FOLDER\n",
		    stderr);
		return 64;
	}
	want = strtoull(argv[3], NULL, 10) << 20;
	n = scandir(argv[4], &name, is_page, alphasort);
	o.file = fopen(argv[1], "wb");
	if (n <= 0 || !o.file ||
	    deflateInit2(&o.z, LEVEL, Z_DEFLATED, 16 + 15, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		die(argv[4]);
	o.room = deflateBound(&o.z, RECORD_MAX);
	o.space = malloc(o.room);
	while (o.space && bytes < want) {
		const char *file = name[number % (uint64_t)n]->d_name;
		size_t len = read_page(argv[4], file, page);

		len = make_record(record, page, len, number++);
		write_record(&o, record, len);
		bytes += len;
	}
	if (fclose(o.file) != 0)
		die(argv[1]);
	printf("%" PRIu64 "\n", number);
	return 0;
}

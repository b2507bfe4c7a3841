/* read-archive.c - the files in archives, and single compressed files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "reader.h"

enum { MEMBERS_MAX, MEMBER_SIZE_MAX, OUTPUT_MAX, RATIO_MAX, EXCLUDE };

/* clang-format off */
static const struct lavoir_option options[] = {
	[MEMBERS_MAX] = { "members_max", LAVOIR_OPT_INT, 0, "1000000", 0, 1e15,
	    NULL, "An archive fails behind so many files; what was read before "
	    "stands. 0: no limit." },
	[MEMBER_SIZE_MAX] = { "member_size_max", LAVOIR_OPT_SIZE, 0, "\"2G\"", 1,
	    1099511627776.0, NULL, "A longer file fails, alone." },
	[OUTPUT_MAX] = { "output_max", LAVOIR_OPT_SIZE, 0, "\"256G\"", 0, 0, NULL,
	    "An archive fails behind so many bytes of contents. 0: no limit." },
	[RATIO_MAX] = { "ratio_max", LAVOIR_OPT_INT, 0, "400", 0, 1000000, NULL,
	    "An archive fails when, behind the first 16 MiB, its contents are so "
	    "many times as long as itself, or as the file that it was in: what "
	    "archives within archives make of it counts together. 0: no limit." },
	[EXCLUDE] = { "exclude", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
	    "[\"__MACOSX/*\", \"._*\", \".DS_Store\", \"Thumbs.db\", "
	    "\"desktop.ini\"]", 0, 0, NULL,
	    "Patterns (*, ?, [a-z]) of files to pass over: of the name, or with a "
	    "/ in them of the whole path in the archive." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "application/zip", "ZIP" },
	{ "application/x-tar", "tar" },
	{ "application/x-7z-compressed", "7-Zip" },
	{ "application/gzip", "a compressed tar, or a single file" },
	{ "application/zstd", "a compressed tar, or a single file" },
	{ "application/x-xz", "a compressed tar, or a single file" },
	{ "application/x-bzip2", "a compressed tar, or a single file" },
	{ "application/x-lzma", "a compressed tar, or a single file" },
	{ "application/x-lzip", "a compressed tar, or a single file" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "archive.name", "the name in the archive, where `lavoir.member` "
	    "leaves out what leads out of it (`/`, `..`)" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_MEMBERS] = { "members", "files found" },
	[COUNT_DIRECTORIES] = { "directories", "passed over: folders" },
	[COUNT_LINKS] = { "links", "passed over: links" },
	[COUNT_DEVICES] = { "devices", "passed over: devices, pipes" },
	[COUNT_EXCLUDED] = { "excluded", "passed over: of exclude" },
	[COUNT_ENCRYPTED] = { "encrypted", "files that failed: encrypted" },
	[COUNT_DAMAGED] = { "damaged", "files that failed" },
	[COUNT_BYTES] = { "bytes", "bytes of archives read" },
	{ 0 }
};
/* clang-format on */

static void
read_archive_close(void *self)
{
	struct reader *r = self;

	if (r->locale != (locale_t)0)
		freelocale(r->locale);
	free(r->piece);
	free(r);
}

static int
read_archive_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct reader *r = calloc(1, sizeof(*r));

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->members_max = (uint64_t)opt[MEMBERS_MAX].i;
	r->member_size_max = (uint64_t)opt[MEMBER_SIZE_MAX].i;
	r->output_max = (uint64_t)opt[OUTPUT_MAX].i;
	r->ratio_max = (uint64_t)opt[RATIO_MAX].i;
	r->excluded = opt[EXCLUDE].list;
	r->piece = malloc(PIECE);
	/* Read from a file: not to be had once the process is locked. */
	r->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (r->piece == NULL || r->locale == (locale_t)0) {
		bool memory = r->piece == NULL;

		read_archive_close(r);
		return memory ? host->fail(host, LAVOIR_ENOMEM, "out of memory")
			      : host->fail(host, LAVOIR_EINVAL,
				    "the locale C.UTF-8 is not installed");
	}
	*self = r;
	return LAVOIR_OK;
}

enum { TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_LEN = 8 };

/* By its check sum. */
static bool
is_tar(const char *p, size_t n)
{
	unsigned long sum = 0, stored = 0;
	size_t i;

	if (n < TAR_BLOCK || p[0] == '\0')
		return false;
	for (i = 0; i < TAR_BLOCK; i++)
		sum += i >= TAR_SUM && i < TAR_SUM + TAR_SUM_LEN
		    ? ' '
		    : (unsigned char)p[i];
	for (i = TAR_SUM; i < TAR_SUM + TAR_SUM_LEN && p[i] == ' '; i++)
		;
	for (; i < TAR_SUM + TAR_SUM_LEN && p[i] >= '0' && p[i] <= '7'; i++)
		stored = stored * 8 + (unsigned long)(p[i] - '0');
	return sum == stored;
}

/* Enough to see what is in it. */
static void
look_inside(struct reader *r)
{
	enum unpacker_status status = UNPACKER_MORE;
	size_t n;

	unpacker_start(r->unpacker, r->raw);
	r->piece_len = 0;
	while (r->piece_len < TAR_BLOCK && status == UNPACKER_MORE) {
		status = unpacker_read(r->unpacker, r->piece + r->piece_len,
		    PIECE - r->piece_len, &n);
		r->piece_len += n;
	}
}

static int
read_compressed(struct reader *r, enum unpacker_type type)
{
	int rc;

	r->unpacker = unpacker_new(type);
	if (r->unpacker == NULL)
		return r->host->fail(r->host, LAVOIR_ENOMEM, "out of memory");
	look_inside(r);
	if (is_tar(r->piece, r->piece_len)) {
		r->format = FORMAT_TAR;
		rc = read_members(r);
	} else {
		rc = read_single(r, type);
	}
	unpacker_free(r->unpacker);
	r->unpacker = NULL;
	return rc;
}

static bool
is_type(struct lavoir_str s, const char *type)
{
	size_t len = strlen(type);

	return s.len >= len && strncasecmp(s.ptr, type, len) == 0 &&
	    (s.len == len || s.ptr[len] == ';' || s.ptr[len] == ' ');
}

static int
read_type(struct reader *r, struct lavoir_str type)
{
	static const struct {
		const char *type;
		enum archive_format format;
		enum unpacker_type unpacker;
	} types[] = {
		{ "application/zip", FORMAT_ZIP, 0 },
		{ "application/x-tar", FORMAT_TAR, 0 },
		{ "application/x-7z-compressed", FORMAT_7ZIP, 0 },
		{ "application/gzip", FORMAT_NONE, UNPACKER_GZIP },
		{ "application/zstd", FORMAT_NONE, UNPACKER_ZSTD },
		{ "application/x-xz", FORMAT_NONE, UNPACKER_XZ },
		{ "application/x-bzip2", FORMAT_NONE, UNPACKER_BZIP2 },
		{ "application/x-lzma", FORMAT_NONE, UNPACKER_LZMA },
		{ "application/x-lzip", FORMAT_NONE, UNPACKER_LZIP },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!is_type(type, types[i].type))
			continue;
		r->format = types[i].format;
		return r->format != FORMAT_NONE
		    ? read_members(r)
		    : read_compressed(r, types[i].unpacker);
	}
	return LAVOIR_PASS;
}

static int
read_archive_process(void *self, struct lavoir_doc *doc)
{
	struct reader *r = self;
	struct lavoir_value type;

	if (r->host->doc_get(doc, "lavoir.media_type", &type) != LAVOIR_OK ||
	    type.type != LAVOIR_STR)
		return LAVOIR_PASS;
	r->doc = doc;
	r->raw = r->host->doc_raw(doc);
	r->unpacker = NULL;
	r->ordinal = r->skip = r->members = r->children = r->restarts = 0;
	r->piece_len = 0;
	r->over = false;
	r->why[0] = '\0';
	bounds_begin(&r->bounds, r->host, doc, r->output_max, r->ratio_max);
	r->host->count(r->host, COUNT_BYTES, (int64_t)r->raw.len);
	return read_type(r, type.s);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-archive",
	.version = "1.0",
	.summary = "reads archives: ZIP, tar, 7-Zip, and compressed files",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.counters = counters,
	.open = read_archive_open,
	.close = read_archive_close,
	.process = read_archive_process,
};

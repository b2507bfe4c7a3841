/* export-jsonl.c - writes one JSON object a line for every document that
 * reaches the end of the chain. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>

#include "lavoir/plugin.h"

enum { PATH, COMPRESSION, LEVEL, FILE_SIZE_MAX, FIELDS, EXCEPT };
enum { COUNT_RECORDS, COUNT_BYTES };
enum { KEEP = 1 << 22 }; /* bytes of buffer kept between documents */

struct export_jsonl {
	const struct lavoir_host *host;
	uint32_t series;
	struct record record;
};

/* clang-format off */
static const char *const compression_choices[] = {
	[LAVOIR_PLAIN] = "none", [LAVOIR_GZIP] = "gzip", [LAVOIR_ZSTD] = "zstd",
	NULL
};

static const struct lavoir_option options[] = {
	[PATH] = { "path", LAVOIR_OPT_PATH,
	    LAVOIR_OPT_REQUIRED | LAVOIR_OPT_OUTPUT, NULL, 0, 0, NULL,
	    "The folder that the files are written to." },
	[COMPRESSION] = { "compression", LAVOIR_OPT_ENUM, 0, "\"none\"", 0, 0,
	    compression_choices,
	    "How the files are compressed: `none` (`.jsonl`), `gzip` "
	    "(`.jsonl.gz`) or `zstd` (`.jsonl.zst`)." },
	[LEVEL] = { "level", LAVOIR_OPT_INT, 0, "0", 0, 19, NULL,
	    "The compression level: 1 to 9 for gzip, 1 to 19 for zstd; 0 is the "
	    "usual one, 6 for gzip and 3 for zstd." },
	[FILE_SIZE_MAX] = { "file_size_max", LAVOIR_OPT_SIZE, 0, "\"1G\"", 0, 0,
	    NULL,
	    "A new file is begun when this one has so many bytes, counted before "
	    "compression; 0: never." },
	[FIELDS] = { "fields", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[\"*\"]", 0, 0,
	    NULL,
	    "Which fields `metadata` may have, by name; `dc.*` stands for all names "
	    "that begin with `dc.`, `*` for all. The order of the fields does not "
	    "depend on this list. The other fields of a record are always "
	    "there." },
	[EXCEPT] = { "except", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[]", 0, 0, NULL,
	    "Fields that `metadata` must not have, by name or `prefix*`; stronger "
	    "than `fields`." },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_RECORDS] = { "records", "records written" },
	[COUNT_BYTES] = { "bytes", "bytes of records before compression" },
	{ 0 }
};
/* clang-format on */

static bool
export_jsonl_check(const struct lavoir_value *opt, char *err, size_t size)
{
	int64_t codec = opt[COMPRESSION].i, level = opt[LEVEL].i;

	if (codec == LAVOIR_PLAIN && level != 0)
		(void)snprintf(err, size, "level needs a compression");
	else if (codec == LAVOIR_GZIP && level > 9)
		(void)snprintf(err, size, "level %lld: gzip has 1 to 9",
		    (long long)level);
	else
		return true;
	return false;
}

static void
export_jsonl_close(void *self)
{
	struct export_jsonl *x = self;

	record_free(&x->record);
	free(x);
}

static int
declare(struct export_jsonl *x, const struct lavoir_value *opt)
{
	static const int usual[] = { 0, 6, 3 };
	const struct lavoir_series series = {
		.size = sizeof(series),
		.codec = (int32_t)opt[COMPRESSION].i,
		.level = opt[LEVEL].i != 0 ? (int32_t)opt[LEVEL].i
					   : usual[opt[COMPRESSION].i],
		.folder = opt[PATH].s.ptr,
		.suffix = ".jsonl",
		.file_size_max = (uint64_t)opt[FILE_SIZE_MAX].i,
	};
	int n = x->host->series(x->host, &series);

	if (n < 0)
		return n;
	x->series = (uint32_t)n;
	return LAVOIR_OK;
}

static int
export_jsonl_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct export_jsonl *x = calloc(1, sizeof(*x));
	int rc;

	(void)plugin;
	if (x == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	x->host = host;
	record_init(&x->record, host, opt[FIELDS].list, opt[EXCEPT].list);
	rc = declare(x, opt);
	if (rc != LAVOIR_OK) {
		export_jsonl_close(x);
		return rc;
	}
	*self = x;
	return LAVOIR_OK;
}

static int
export_jsonl_commit(void *self, struct lavoir_doc *doc)
{
	struct export_jsonl *x = self;
	const struct lavoir_host *host = x->host;
	struct lavoir_str line;
	int rc;

	if (!record_write(&x->record, doc, &line))
		return host->fail(host, LAVOIR_ENOMEM,
		    "no memory for the record");
	rc = host->append(doc, x->series, NULL, line);
	if (rc == LAVOIR_OK) {
		host->count(host, COUNT_RECORDS, 1);
		host->count(host, COUNT_BYTES, (int64_t)line.len);
	}
	record_reset(&x->record, KEEP);
	return rc;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "export-jsonl",
	.version = "1.0",
	.summary = "writes documents as JSON lines in Dolma's document format",
	.options = options,
	.counters = counters,
	.check = export_jsonl_check,
	.open = export_jsonl_open,
	.close = export_jsonl_close,
	.commit = export_jsonl_commit,
};

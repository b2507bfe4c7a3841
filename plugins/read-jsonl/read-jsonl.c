/* read-jsonl.c - JSON lines, plain or compressed, JSON records and arrays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/unpacker/unpacker.h"
#include "reader.h"

enum {
	TEXT_FIELD,
	ID_FIELD,
	ATTRIBUTES,
	PREFIX,
	ATTRIBUTES_MAX,
	VALUE_SIZE_MAX,
	LINE_SIZE_MAX,
	OUTPUT_MAX,
	RATIO_MAX,
	LAYOUT,
	RECORDS,
	CHATS
};

static const char *const layouts[] = { "auto", "plain", NULL };

/* clang-format off */
static const struct lavoir_option options[] = {
	[TEXT_FIELD] = { "text_field", LAVOIR_OPT_STR, 0, "\"text\"", 0, 0, NULL,
	    "The field that holds the text; `a.b`: the member `b` of the object "
	    "`a`, where no field is called so. A record in which it is missing, or "
	    "no string, fails (`no_text`)." },
	[ID_FIELD] = { "id_field", LAVOIR_OPT_STR, 0, "\"id\"", 0, 0, NULL,
	    "The field that becomes the attribute `id`: what the record was called "
	    "where it came from. The document gets an id of its own." },
	[ATTRIBUTES] = { "attributes", LAVOIR_OPT_JSON, 0, "\"all\"", 0, 0, NULL,
	    "Which of the other fields become attributes: `\"all\"`, by their names; "
	    "`\"none\"`; or an object of fields and the attributes they become, such "
	    "as `{\"metadata.url\": \"url\"}`. The members of an object are fields "
	    "by themselves, called `object.member`; objects within them become "
	    "maps. What names may not have becomes `_`." },
	[PREFIX] = { "prefix", LAVOIR_OPT_STR, 0, "\"\"", 0, 0, NULL,
	    "With `attributes: \"all\"`, put before every name." },
	[ATTRIBUTES_MAX] = { "attributes_max", LAVOIR_OPT_INT, 0, "256", 0, 1000,
	    NULL, "A record may have so many attributes; the rest is left out." },
	[VALUE_SIZE_MAX] = { "value_size_max", LAVOIR_OPT_SIZE, 0, "\"1M\"", 0, 0,
	    NULL, "Fields other than the text are left out if their JSON is "
	    "longer." },
	[LINE_SIZE_MAX] = { "line_size_max", LAVOIR_OPT_SIZE, 0, "\"64M\"",
	    1024, 2147483648.0, NULL, "A longer line fails, alone." },
	[OUTPUT_MAX] = { "output_max", LAVOIR_OPT_SIZE, 0, "\"256G\"", 0, 0, NULL,
	    "A compressed file fails behind so many bytes of contents; what "
	    "was read before stands. 0: no limit." },
	[RATIO_MAX] = { "ratio_max", LAVOIR_OPT_INT, 0, "400", 0, 1000000, NULL,
	    "A compressed file fails when, behind the first 16 MiB, its contents "
	    "are so many times as long as itself. 0: no limit." },
	[LAYOUT] = { "layout", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, layouts,
	    "`auto`: records of Dolma, datatrove, OSCAR and data sets of Hugging "
	    "Face are known by their fields. Where `text_field` is missing the text "
	    "is in `content`, `raw_content`, `contents`, `document` or `body`. With "
	    "`attributes: \"all\"` and no prefix, fields that say so under another "
	    "name (`metadata.url`, `warc_headers.warc-target-uri`; `date`, "
	    "`timestamp`, `metadata.created`; `lang`, `metadata.language`, the label "
	    "of `metadata.identification`; `metadata.title`, `metadata.authors` ...) "
	    "become the attributes `url`, `created`, `language`, `title`, `authors`, "
	    "`description` and `id`, unless the record has a field of that name. "
	    "`plain`: nothing is guessed." },
	[RECORDS] = { "records", LAVOIR_OPT_STR, 0, "\"\"", 0, 0, NULL,
	    "The field of a JSON file that holds an array of records: `data` for "
	    "`{\"data\": [...]}`, `a.b` for one within another. Empty: such a file "
	    "is one record. An array that is the whole file is always one of "
	    "records." },
	[CHATS] = { "chats", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Records without text that hold a conversation (`messages`, "
	    "`conversations`) become the text of its turns, `role: content`. "
	    "Otherwise they fail (`no_text`)." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "application/x-ndjson", "JSON lines: every line is a document" },
	{ "application/json", "a record, several one after the other, or an array of them" },
	{ "application/gzip", "compressed JSON lines or records; anything else is passed on" },
	{ "application/zstd", "the same" },
	{ "application/x-xz", "the same" },
	{ "application/x-bzip2", "the same" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "id", "what the record was called where it came from" },
	{ "url", "see `layout`" },
	{ "created", "see `layout`" },
	{ "language", "see `layout`" },
	{ "title", "see `layout`" },
	{ "authors", "see `layout`" },
	{ "description", "see `layout`" },
	{ "*", "fields of the record" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_LINES] = { "lines", "lines and records handed out" },
	[COUNT_BYTES] = { "bytes", "bytes of containers read" },
	[COUNT_LEFT_OUT] = { "left_out",
	    "fields left out because of a limit or a name" },
	[COUNT_SURROGATES] = { "surrogates",
	    "halves of surrogate pairs replaced by U+FFFD" },
	{ 0 }
};
/* clang-format on */

static const struct {
	const char *type;
	enum unpacker_type packing;
} packings[PACKINGS] = {
	{ "application/gzip", UNPACKER_GZIP },
	{ "application/zstd", UNPACKER_ZSTD },
	{ "application/x-xz", UNPACKER_XZ },
	{ "application/x-bzip2", UNPACKER_BZIP2 },
};

static bool
is(struct lavoir_str s, const char *what)
{
	return s.len == strlen(what) && memcmp(s.ptr, what, s.len) == 0;
}

static bool
read_jsonl_check(const struct lavoir_value *opt, char *err, size_t size)
{
	struct lavoir_str a = opt[ATTRIBUTES].s;

	if (opt[TEXT_FIELD].s.len == 0) {
		(void)snprintf(err, size, "text_field is empty");
		return false;
	}
	if (is(a, "\"all\"") || is(a, "\"none\"") || record_mapping_valid(a))
		return true;
	(void)snprintf(err, size,
	    "attributes: \"all\", \"none\" or an object of attribute names "
	    "expected");
	return false;
}

static void
read_jsonl_close(void *self)
{
	struct reader *r = self;

	for (size_t i = 0; i < PACKINGS; i++)
		unpacker_free(r->unpacker[i]);
	free(r);
}

static int
read_jsonl_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct reader *r = calloc(1, sizeof(*r));

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->text_field = opt[TEXT_FIELD].s;
	r->id_field = opt[ID_FIELD].s;
	r->prefix = opt[PREFIX].s;
	r->no_attributes = is(opt[ATTRIBUTES].s, "\"none\"");
	if (!r->no_attributes && !is(opt[ATTRIBUTES].s, "\"all\""))
		r->mapping = opt[ATTRIBUTES].s;
	r->attributes_max = (size_t)opt[ATTRIBUTES_MAX].i;
	r->value_size_max = (size_t)opt[VALUE_SIZE_MAX].i;
	r->line_size_max = (size_t)opt[LINE_SIZE_MAX].i;
	r->output_max = (uint64_t)opt[OUTPUT_MAX].i;
	r->records = opt[RECORDS].s;
	r->layouts = opt[LAYOUT].i == 0;
	r->chats = opt[CHATS].i != 0;
	r->ratio_max = (uint64_t)opt[RATIO_MAX].i;
	for (size_t i = 0; i < PACKINGS; i++) {
		r->unpacker[i] = unpacker_new(packings[i].packing);
		if (r->unpacker[i] == NULL) {
			read_jsonl_close(r);
			return host->fail(host, LAVOIR_ENOMEM, "out of memory");
		}
	}
	*self = r;
	return LAVOIR_OK;
}

static int
read_jsonl_process(void *self, struct lavoir_doc *doc)
{
	struct reader *r = self;
	struct lavoir_value type;

	if (r->host->doc_get(doc, "lavoir.media_type", &type) != LAVOIR_OK ||
	    type.type != LAVOIR_STR)
		return LAVOIR_PASS;
	/* It may carry parameters. */
	type.s.len = strcspn(type.s.ptr, "; ");
	if (is(type.s, "application/x-ndjson"))
		return read_lines(r, doc);
	if (is(type.s, "application/json"))
		return read_file(r, doc);
	for (size_t i = 0; i < PACKINGS; i++)
		if (is(type.s, packings[i].type))
			return read_compressed(r, doc, r->unpacker[i]);
	return LAVOIR_PASS;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-jsonl",
	.version = "1.0",
	.summary = "reads JSON lines, plain or compressed, JSON records and "
		   "arrays of them",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.counters = counters,
	.check = read_jsonl_check,
	.open = read_jsonl_open,
	.close = read_jsonl_close,
	.process = read_jsonl_process,
};

/* read-warc.c - web archives: the pages in WARC and WET files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "reader.h"

enum {
	STATUSES,
	SKIPPED_TYPES,
	HTTP_HEADERS,
	WARCINFO_FIELDS,
	RECORD_SIZE_MAX,
	OUTPUT_MAX,
	RATIO_MAX
};

/* clang-format off */
static const struct lavoir_option options[] = {
	[STATUSES] = { "statuses", LAVOIR_OPT_INT, LAVOIR_OPT_LIST, "[200]", 0, 999,
	    NULL, "Responses with another HTTP status are counted and passed "
	    "over; `[]`: with none." },
	[SKIPPED_TYPES] = { "skipped_types", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
	    "[\"image/*\", \"audio/*\", \"video/*\", \"font/*\", \"text/css\", "
	    "\"text/javascript\", \"application/javascript\", "
	    "\"application/x-javascript\", \"application/ecmascript\", "
	    "\"application/font-*\", \"application/x-font-*\", "
	    "\"application/vnd.ms-fontobject\", \"application/wasm\", "
	    "\"application/x-shockwave-flash\"]", 0, 0, NULL,
	    "Records that say to be of these media types are counted and passed "
	    "over: what pages are dressed with. A star at the end fits "
	    "anything." },
	[HTTP_HEADERS] = { "http_headers", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
	    "[\"content-type\", \"content-language\", \"last-modified\", "
	    "\"x-robots-tag\", \"tdm-reservation\", \"tdm-policy\"]", 0, 0, NULL,
	    "Headers of responses that become attributes, `http.` before their "
	    "names." },
	[WARCINFO_FIELDS] = { "warcinfo_fields", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
	    "[\"license\", \"licence\", \"rights\", \"dc.rights\", "
	    "\"dcterms.license\", \"copyright\"]", 0, 0, NULL,
	    "Fields of the warcinfo record that a file begins with that become "
	    "attributes of its children, `warcinfo.` before their names." },
	[RECORD_SIZE_MAX] = { "record_size_max", LAVOIR_OPT_SIZE, 0, "\"512M\"",
	    1024, 1099511627776.0, NULL,
	    "A longer payload, decoded, fails, alone." },
	[OUTPUT_MAX] = { "output_max", LAVOIR_OPT_SIZE, 0, "\"1T\"", 0, 0, NULL,
	    "A file fails behind so many bytes of decompressed payloads; what was "
	    "read before stands. 0: no limit." },
	[RATIO_MAX] = { "ratio_max", LAVOIR_OPT_INT, 0, "400", 0, 1000000, NULL,
	    "A file fails when, behind the first 16 MiB, its payloads are so many "
	    "times as long as itself, or as the file that it was in. 0: no "
	    "limit." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "application/warc", "WARC 0.17 to 1.1, and WET" },
	{ "application/gzip", "the same, compressed; anything else is passed on" },
	{ "application/zstd", "the same, compressed; anything else is passed on" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "url", "where it came from" },
	{ "charset", "of the Content-Type, for the reader of the text" },
	{ "http.status", "status of the response" },
	{ "http.*", "its headers, see `http_headers`" },
	{ "warc.record_id", "id of the record" },
	{ "warc.date", "when it was fetched" },
	{ "warc.payload_digest", "as the crawler computed it" },
	{ "warc.truncated", "why the crawler cut it" },
	{ "warc.refers_to", "the record that it is a conversion of" },
	{ "warc.language", "languages that the crawler found" },
	{ "warcinfo.*", "fields of the warcinfo record, see `warcinfo_fields`" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_RESPONSES] = { "responses", "responses handed out" },
	[COUNT_RESOURCES] = { "resources", "resources handed out" },
	[COUNT_CONVERSIONS] = { "conversions", "conversions handed out" },
	[COUNT_REVISITS] = { "revisits", "passed over: seen before" },
	[COUNT_REQUESTS] = { "requests", "passed over: requests" },
	[COUNT_METADATA] = { "metadata", "passed over: metadata" },
	[COUNT_WARCINFO] = { "warcinfo", "passed over: about the file" },
	[COUNT_OTHERS] = { "others", "passed over: of other types" },
	[COUNT_STATUS] = { "other_status",
	    "passed over: responses with another status" },
	[COUNT_TYPE] = { "other_type", "passed over: of skipped_types" },
	[COUNT_DAMAGED] = { "damaged", "records that failed" },
	[COUNT_BYTES] = { "bytes", "bytes of files read" },
	{ 0 }
};
/* clang-format on */

static void
kept_free(struct kept_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->item[i].header);
		free(l->item[i].attribute);
	}
	free(l->item);
}

/* What names of attributes may not have becomes "_". */
static char *
attribute_name(const char *prefix, struct lavoir_str header)
{
	size_t len = strlen(prefix), size = len + header.len + 1;
	char *name = malloc(size);

	if (name == NULL)
		return NULL;
	(void)snprintf(name, size, "%s%.*s", prefix, (int)header.len,
	    header.ptr);
	for (char *p = name + len; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
		else if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.:-_",
			     *p) == NULL)
			*p = '_';
	}
	return name;
}

static bool
kept_make(struct kept_list *l, const char *prefix, struct lavoir_list names)
{
	l->item = calloc(names.n + 1, sizeof(*l->item));
	if (l->item == NULL)
		return false;
	for (size_t i = 0; i < names.n; i++) {
		struct lavoir_str s = names.item[i].s;

		l->item[i].header = strndup(s.ptr, s.len);
		l->item[i].attribute = attribute_name(prefix, s);
		l->n = i + 1;
		if (l->item[i].header == NULL || l->item[i].attribute == NULL)
			return false;
	}
	return true;
}

static bool
names_fit(struct lavoir_list names, const char *option, char *err, size_t size)
{
	for (size_t i = 0; i < names.n; i++)
		if (names.item[i].s.len == 0 || names.item[i].s.len > 100) {
			(void)snprintf(err, size,
			    "%s: names of 1 to 100 bytes expected", option);
			return false;
		}
	return true;
}

static bool
read_warc_check(const struct lavoir_value *opt, char *err, size_t size)
{
	return names_fit(opt[HTTP_HEADERS].list, "http_headers", err, size) &&
	    names_fit(opt[WARCINFO_FIELDS].list, "warcinfo_fields", err, size);
}

static void
read_warc_close(void *self)
{
	struct reader *r = self;

	kept_free(&r->http_kept);
	kept_free(&r->info_kept);
	unpacker_free(r->gzip);
	unpacker_free(r->zstd);
	source_free(&r->source);
	fields_free(&r->warc);
	fields_free(&r->http);
	fields_free(&r->info);
	attributes_free(&r->attributes);
	free(r->out);
	free(r->text);
	free(r);
}

static int
read_warc_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct reader *r = calloc(1, sizeof(*r));

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->statuses = opt[STATUSES].list;
	r->skipped_types = opt[SKIPPED_TYPES].list;
	r->record_size_max = (uint64_t)opt[RECORD_SIZE_MAX].i;
	r->output_max = (uint64_t)opt[OUTPUT_MAX].i;
	r->ratio_max = (uint64_t)opt[RATIO_MAX].i;
	r->gzip = unpacker_new(UNPACKER_GZIP);
	r->zstd = unpacker_new(UNPACKER_ZSTD);
	r->out = malloc(BODY_OUT_SIZE);
	if (r->gzip == NULL || r->zstd == NULL || r->out == NULL ||
	    !kept_make(&r->http_kept, "http.", opt[HTTP_HEADERS].list) ||
	    !kept_make(&r->info_kept, "warcinfo.", opt[WARCINFO_FIELDS].list)) {
		read_warc_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	*self = r;
	return LAVOIR_OK;
}

static int
read_warc_process(void *self, struct lavoir_doc *doc)
{
	return read_records(self, doc);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-warc",
	.version = "1.0",
	.summary = "reads web archives: WARC and WET files",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.counters = counters,
	.check = read_warc_check,
	.open = read_warc_open,
	.close = read_warc_close,
	.process = read_warc_process,
};

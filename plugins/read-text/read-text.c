/* read-text.c - text of any encoding to UTF-8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding/encoding.h"
#include "common/encoding/unicode.h"
#include "lavoir/plugin.h"

enum { ENCODING, FALLBACK, ERRORS_MAX, CONTROLS_MAX, SAMPLE };
enum { COUNT_BYTES, COUNT_ERRORS, COUNT_DETECTED };

struct read_text {
	const struct lavoir_host *host;
	struct encoding *encoding;
	struct encoding_hints hints;
	double controls_max;
};

/* clang-format off */
static const struct lavoir_option options[] = {
	[ENCODING] = { "encoding", LAVOIR_OPT_STR, 0, "\"\"", 0, 0, NULL,
	    "The encoding of all documents, for folders whose producer is known. "
	    "Only a byte order mark is believed more. Empty: each document is "
	    "looked at: byte order mark; what is declared for it (attribute "
	    "`charset`, parameter `charset` of the media type, XML declaration, "
	    "`<meta charset>`), unless the text turns out to be UTF-8 or does not "
	    "decode; UTF-8, if it is valid; UTF-16 or UTF-32 by their zero "
	    "bytes; detection by the frequency of characters; `fallback`. Labels "
	    "are those of the WHATWG Encoding Standard (`latin1` is "
	    "windows-1252) and the usual others." },
	[FALLBACK] = { "fallback", LAVOIR_OPT_STR, 0, "\"windows-1252\"", 0, 0, NULL,
	    "The encoding taken when detection cannot say." },
	[ERRORS_MAX] = { "errors_max", LAVOIR_OPT_REAL, 0, "0.05", 0, 1, NULL,
	    "Documents are dropped (reason `undecodable`) when a greater share of "
	    "their bytes cannot be decoded. What cannot be becomes U+FFFD." },
	[CONTROLS_MAX] = { "controls_max", LAVOIR_OPT_REAL, 0, "0.02", 0, 1, NULL,
	    "Documents are dropped (reason `binary`) when a greater share of the "
	    "decoded bytes are NUL or other control characters that text does "
	    "not have." },
	[SAMPLE] = { "sample", LAVOIR_OPT_SIZE, 0, "\"16K\"", 256, 16777216, NULL,
	    "Detection looks at so many bytes." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "text/*", "text of any kind" },
	{ "application/xml", "XML, with its tags" },
	{ "application/rss+xml", "feeds, with their tags" },
	{ "application/atom+xml", "feeds, with their tags" },
	{ "application/rdf+xml", "RDF, with its tags" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	ENCODING_WRITES,
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "binary", "not text: too many control characters" },
	{ "undecodable", "too many bytes that its encoding does not have" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_BYTES] = { "bytes", "bytes of text read, before decoding" },
	[COUNT_ERRORS] = { "errors", "U+FFFDs put for undecodable bytes" },
	[COUNT_DETECTED] = { "detected", "documents whose encoding was detected" },
	{ 0 }
};
/* clang-format on */

static bool
read_text_check(const struct lavoir_value *opt, char *err, size_t size)
{
	static const int names[] = { ENCODING, FALLBACK };

	for (int i = 0; i < 2; i++) {
		struct lavoir_str s = opt[names[i]].s;

		if ((s.len > 0 || names[i] == FALLBACK) &&
		    encoding_find(s) < 0) {
			(void)snprintf(err, size,
			    "%s: unknown encoding \"%.*s\"",
			    options[names[i]].name, (int)s.len, s.ptr);
			return false;
		}
	}
	return true;
}

static void
read_text_close(void *self)
{
	struct read_text *r = self;

	encoding_free(r->encoding);
	free(r);
}

static int
read_text_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_text *r = calloc(1, sizeof(*r));
	int status;

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->hints = (struct encoding_hints)ENCODING_HINTS;
	r->hints.forced = encoding_find(opt[ENCODING].s);
	r->hints.fallback = encoding_find(opt[FALLBACK].s);
	r->hints.errors_max = opt[ERRORS_MAX].r;
	r->hints.sample = (size_t)opt[SAMPLE].i;
	r->controls_max = opt[CONTROLS_MAX].r;
	r->encoding = encoding_new(host, &status);
	if (r->encoding == NULL) {
		read_text_close(r);
		return status;
	}
	*self = r;
	return LAVOIR_OK;
}

/* Measure a share that has a limit; true when it is broken. */
static bool
broken(struct read_text *r, struct lavoir_doc *doc, const char *rule,
    double value, double threshold)
{
	struct lavoir_measure m = {
		.size = sizeof(m),
		.op = LAVOIR_LE,
		.rule = rule,
		.value = value,
		.threshold = threshold,
		.broken = value > threshold,
	};

	if (value > 0)
		(void)r->host->measure(doc, &m);
	return m.broken;
}

static int
judge(struct read_text *r, struct lavoir_doc *doc, struct lavoir_str raw,
    const struct encoding_result *out)
{
	const struct lavoir_host *host = r->host;
	size_t bad = unicode_controls(out->text);
	double size = raw.len > 0 ? (double)raw.len : 1;
	double text = out->text.len > 0 ? (double)out->text.len : 1;
	char detail[120];

	if (broken(r, doc, "binary", (double)bad / text, r->controls_max)) {
		(void)snprintf(detail, sizeof(detail),
		    "%zu control characters in %zu bytes", bad, out->text.len);
		return host->drop(doc, "binary", detail);
	}
	if (broken(r, doc, "undecodable", (double)out->errors / size,
		r->hints.errors_max)) {
		(void)snprintf(detail, sizeof(detail),
		    "%llu errors in %zu bytes of %s (%s)",
		    (unsigned long long)out->errors, raw.len, out->name,
		    out->source);
		return host->drop(doc, "undecodable", detail);
	}
	return LAVOIR_OK;
}

static int
read_text_process(void *self, struct lavoir_doc *doc)
{
	struct read_text *r = self;
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc);
	struct encoding_hints hints = r->hints;
	struct encoding_result out;
	int rc;

	host->count(host, COUNT_BYTES, (int64_t)raw.len);
	hints.declared = encoding_of_doc(host, doc);
	hints.declared_inside = encoding_of_text(raw);
	rc = encoding_read(r->encoding, doc, raw, &hints, &out);
	if (rc != LAVOIR_OK)
		return rc;
	encoding_publish(host, doc, &out);
	if (strcmp(out.source, "detected") == 0)
		host->count(host, COUNT_DETECTED, 1);
	if (out.errors > 0)
		host->count(host, COUNT_ERRORS, (int64_t)out.errors);
	rc = host->doc_set_text(doc, out.text);
	return rc != LAVOIR_OK ? rc : judge(r, doc, raw, &out);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-text",
	.version = "1.0",
	.summary = "reads text of any encoding",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.reasons = reasons,
	.counters = counters,
	.check = read_text_check,
	.open = read_text_open,
	.close = read_text_close,
	.process = read_text_process,
};

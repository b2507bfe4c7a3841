/* read-text.c - text of any encoding to UTF-8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "charset.h"
#include "common/u8.h"
#include "decode.h"
#include "detect.h"
#include "lavoir/plugin.h"
#include "unicode.h"

enum { ENCODING, FALLBACK, ERRORS_MAX, CONTROLS_MAX, SAMPLE };
enum { COUNT_BYTES, COUNT_ERRORS, COUNT_DETECTED };

struct read_text {
	const struct lavoir_host *host;
	struct decoder *decoder;
	struct detector *detector;
	int encoding, fallback; /* charset numbers; -1: none */
	double errors_max, controls_max;
	size_t sample;
};

/* What the encoding of a document is, and how we know. */
struct choice {
	int cs;
	const char *source;
	const char *name;
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
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "encoding", "the encoding that the text was in" },
	{ "encoding.source",
	    "how that is known: bom, declared, utf-8, detected or fallback" },
	{ "encoding.errors",
	    "how many times U+FFFD stands for what could not be decoded" },
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
		    charset_find(s.ptr, s.len) < 0) {
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

	detector_free(r->detector);
	decoder_free(r->decoder);
	free(r);
}

static int
read_text_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_text *r = calloc(1, sizeof(*r));
	const char *missing;
	char msg[100];

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->encoding = charset_find(opt[ENCODING].s.ptr, opt[ENCODING].s.len);
	r->fallback = charset_find(opt[FALLBACK].s.ptr, opt[FALLBACK].s.len);
	r->errors_max = opt[ERRORS_MAX].r;
	r->controls_max = opt[CONTROLS_MAX].r;
	r->sample = (size_t)opt[SAMPLE].i;
	r->decoder = decoder_new(&missing);
	if (r->decoder == NULL) {
		(void)snprintf(msg, sizeof(msg), "no converter for %s",
		    missing != NULL ? missing : "want of memory");
		read_text_close(r);
		return host->fail(host, LAVOIR_EFATAL, msg);
	}
	r->detector = detector_new(r->decoder);
	if (r->detector == NULL) {
		read_text_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	*self = r;
	return LAVOIR_OK;
}

static int
of_kind(enum charset_kind kind)
{
	for (int i = 0; charset_at((size_t)i) != NULL; i++)
		if (charset_at((size_t)i)->kind == kind)
			return i;
	return -1;
}

/* A byte order mark says more than anybody. */
static bool
by_bom(struct lavoir_str raw, struct choice *c)
{
	enum charset_kind kind;

	if (unicode_bom(raw, &kind) < 0)
		return false;
	c->cs = of_kind(kind);
	c->source = "bom";
	/* With a mark it is "utf-16", whose decoders look at the mark. */
	c->name = kind == CHARSET_UTF8				 ? "utf-8"
	    : kind == CHARSET_UTF16LE || kind == CHARSET_UTF16BE ? "utf-16"
								 : "utf-32";
	return true;
}

static int
parameter(struct lavoir_str type)
{
	static const char name[] = "charset=";
	const char *end = type.ptr + type.len;

	for (const char *p = type.ptr; (size_t)(end - p) >= sizeof(name); p++)
		if (strncasecmp(p, name, sizeof(name) - 1) == 0) {
			p += sizeof(name) - 1;
			return charset_find(p,
			    strcspn(p, ";") < (size_t)(end - p)
				? strcspn(p, ";")
				: (size_t)(end - p));
		}
	return -1;
}

static int
declared(const struct read_text *r, struct lavoir_doc *doc,
    struct lavoir_str raw)
{
	struct lavoir_value v;
	int cs = -1;

	if (r->host->doc_get(doc, "charset", &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		cs = charset_find(v.s.ptr, v.s.len);
	if (cs < 0 &&
	    r->host->doc_get(doc, "lavoir.media_type", &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		cs = parameter(v.s);
	return cs >= 0 ? cs : detect_declared(raw);
}

/* Escape sequences of ISO-2022 are ASCII too. */
static bool
escapes(struct lavoir_str raw)
{
	const char *p = raw.ptr, *end = raw.ptr + raw.len;

	while ((p = memchr(p, 0x1b, (size_t)(end - p))) != NULL) {
		if (++p < end && (*p == '$' || *p == '('))
			return true;
	}
	return false;
}

static void
choose(struct read_text *r, struct lavoir_str raw, struct choice *c)
{
	enum charset_kind kind;
	size_t ascii = u8_ascii(raw.ptr, raw.len);
	bool utf8 = ascii == raw.len || u8_valid(raw.ptr, raw.len) == raw.len;
	bool zeros = memchr(raw.ptr, 0, raw.len) != NULL;

	c->source = "utf-8";
	if (zeros && unicode_guess(raw, &kind) == 0) {
		c->cs = of_kind(kind);
		c->source = "detected";
	} else if (utf8 && !(ascii == raw.len && escapes(raw))) {
		c->cs = of_kind(CHARSET_UTF8);
	} else {
		c->cs = detector_run(r->detector, raw, r->sample);
		c->source = "detected";
	}
	if (c->cs < 0) {
		c->cs = utf8 ? of_kind(CHARSET_UTF8) : r->fallback;
		c->source = utf8 ? "utf-8" : "fallback";
	}
	c->name = charset_at((size_t)c->cs)->name;
}

static bool
too_many(const struct read_text *r, uint64_t errors, size_t bytes)
{
	return (double)errors > r->errors_max * (double)bytes;
}

static int
decode(struct read_text *r, struct lavoir_doc *doc, struct lavoir_str raw,
    struct choice *c, struct decoded *out)
{
	const struct lavoir_host *host = r->host;
	struct choice own;
	int rc, cs;

	if (by_bom(raw, c))
		return decoder_run(r->decoder, host, doc, c->cs, raw, out);
	cs = r->encoding >= 0 ? r->encoding : declared(r, doc, raw);
	if (cs < 0) {
		choose(r, raw, c);
		return decoder_run(r->decoder, host, doc, c->cs, raw, out);
	}
	*c = (struct choice){ cs, "declared", charset_at((size_t)cs)->name };
	/* Text that is valid UTF-8 by accident is hardly ever met, text with
	 * a wrong declaration every day. */
	if (r->encoding < 0 && charset_at((size_t)cs)->kind == CHARSET_SINGLE &&
	    u8_ascii(raw.ptr, raw.len) < raw.len &&
	    u8_valid(raw.ptr, raw.len) == raw.len) {
		choose(r, raw, c);
		return decoder_run(r->decoder, host, doc, c->cs, raw, out);
	}
	rc = decoder_run(r->decoder, host, doc, cs, raw, out);
	if (rc != LAVOIR_OK || out->errors == 0 || r->encoding >= 0)
		return rc;
	choose(r, raw, &own);
	if (own.cs == cs ||
	    (own.source[0] == 'f' && !too_many(r, out->errors, raw.len)))
		return LAVOIR_OK;
	*c = own;
	return decoder_run(r->decoder, host, doc, c->cs, raw, out);
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
    const struct choice *c, const struct decoded *out)
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
		r->errors_max)) {
		(void)snprintf(detail, sizeof(detail),
		    "%llu errors in %zu bytes of %s (%s)",
		    (unsigned long long)out->errors, raw.len, c->name,
		    c->source);
		return host->drop(doc, "undecodable", detail);
	}
	return LAVOIR_OK;
}

static int
publish(struct read_text *r, struct lavoir_doc *doc, const struct choice *c,
    const struct decoded *out)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = (struct lavoir_str){ c->name, strlen(c->name) };
	(void)host->doc_set(doc, "encoding", &v);
	v.s = (struct lavoir_str){ c->source, strlen(c->source) };
	(void)host->doc_set(doc, "encoding.source", &v);
	v.type = LAVOIR_INT;
	v.i = (int64_t)out->errors;
	(void)host->doc_set(doc, "encoding.errors", &v);
	if (strcmp(c->source, "detected") == 0)
		host->count(host, COUNT_DETECTED, 1);
	if (out->errors > 0)
		host->count(host, COUNT_ERRORS, (int64_t)out->errors);
	return host->doc_set_text(doc, out->text);
}

static int
read_text_process(void *self, struct lavoir_doc *doc)
{
	struct read_text *r = self;
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc);
	struct decoded out;
	struct choice c;
	int rc;

	if (raw.len == 0)
		raw.ptr = "";
	host->count(host, COUNT_BYTES, (int64_t)raw.len);
	rc = decode(r, doc, raw, &c, &out);
	if (rc == LAVOIR_ENOMEM)
		return host->fail(host, rc, "no memory to decode the text");
	if (rc != LAVOIR_OK)
		return rc;
	rc = publish(r, doc, &c, &out);
	return rc != LAVOIR_OK ? rc : judge(r, doc, raw, &c, &out);
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

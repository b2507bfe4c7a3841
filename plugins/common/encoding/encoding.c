/* encoding.c - bytes of any encoding to UTF-8, and how we know which it was. */
#include "encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "charset.h"
#include "common/u8.h"
#include "decode.h"
#include "detect.h"
#include "prescan.h"
#include "unicode.h"

enum { SAMPLE = 16384 };

struct encoding {
	const struct lavoir_host *host;
	struct decoder *decoder;
	struct detector *detector;
};

/* What the encoding of a document is, and how we know. */
struct choice {
	int cs;
	const char *source;
	const char *name;
};

void
encoding_free(struct encoding *e)
{
	if (e == NULL)
		return;
	detector_free(e->detector);
	decoder_free(e->decoder);
	free(e);
}

static struct encoding *
refuse(struct encoding *e, const struct lavoir_host *host, int status,
    const char *msg, int *status_r)
{
	encoding_free(e);
	*status_r = host->fail(host, status, msg);
	return NULL;
}

struct encoding *
encoding_new(const struct lavoir_host *host, int *status_r)
{
	struct encoding *e = calloc(1, sizeof(*e));
	const char *missing;
	char msg[100];

	*status_r = LAVOIR_OK;
	if (e == NULL)
		return refuse(e, host, LAVOIR_ENOMEM, "out of memory",
		    status_r);
	e->host = host;
	e->decoder = decoder_new(&missing);
	if (e->decoder == NULL) {
		(void)snprintf(msg, sizeof(msg), "no converter for %s",
		    missing != NULL ? missing : "want of memory");
		return refuse(e, host, LAVOIR_EFATAL, msg, status_r);
	}
	e->detector = detector_new(e->decoder, host);
	if (e->detector == NULL)
		return refuse(e, host, LAVOIR_ENOMEM, "out of memory",
		    status_r);
	return e;
}

int
encoding_find(struct lavoir_str label)
{
	return charset_find(label.ptr, label.len);
}

const char *
encoding_name(int number)
{
	return number >= 0 ? charset_at((size_t)number)->name : NULL;
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
choose(struct encoding *e, struct lavoir_str raw,
    const struct encoding_hints *hints, struct choice *c)
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
		c->cs = detector_run(e->detector, raw,
		    hints->sample > 0 ? hints->sample : SAMPLE);
		c->source = "detected";
	}
	if (c->cs < 0 && utf8) {
		c->cs = of_kind(CHARSET_UTF8);
		c->source = "utf-8";
	} else if (c->cs < 0) {
		c->cs = hints->fallback >= 0 ? hints->fallback
					     : charset_find("windows-1252", 12);
		c->source = "fallback";
	}
	c->name = charset_at((size_t)c->cs)->name;
}

static bool
too_many(const struct encoding_hints *hints, uint64_t errors, size_t bytes)
{
	return (double)errors > hints->errors_max * (double)bytes;
}

/* Text that is valid UTF-8 by accident is hardly ever met, text with a wrong
 * declaration every day. */
static bool
contradicts(int declared, struct lavoir_str raw)
{
	return charset_at((size_t)declared)->kind == CHARSET_SINGLE &&
	    u8_ascii(raw.ptr, raw.len) < raw.len &&
	    u8_valid(raw.ptr, raw.len) == raw.len;
}

/* Decode as cs, which somebody has declared. */
static int
try(struct encoding *e, struct lavoir_doc *doc, struct lavoir_str raw, int cs,
    struct choice *c, struct decoded *out)
{
	*c = (struct choice){ cs, "declared", charset_at((size_t)cs)->name };
	return decoder_run(e->decoder, e->host, doc, cs, raw, out);
}

static int
decode(struct encoding *e, struct lavoir_doc *doc, struct lavoir_str raw,
    const struct encoding_hints *hints, struct choice *c, struct decoded *out)
{
	int cs =
	    hints->declared >= 0 ? hints->declared : hints->declared_inside;
	struct choice own;
	int rc;

	if (by_bom(raw, c))
		return decoder_run(e->decoder, e->host, doc, c->cs, raw, out);
	if (hints->forced >= 0)
		return try(e, doc, raw, hints->forced, c, out);
	if (cs >= 0 && contradicts(cs, raw))
		cs = -1;
	if (cs >= 0) {
		rc = try(e, doc, raw, cs, c, out);
		if (rc != LAVOIR_OK || out->errors == 0)
			return rc;
	}
	if (cs >= 0 && hints->declared_inside >= 0 &&
	    hints->declared_inside != cs) {
		struct decoded first = *out;

		rc = try(e, doc, raw, hints->declared_inside, &own, out);
		if (rc != LAVOIR_OK || out->errors == 0) {
			*c = own;
			return rc;
		}
		*out = first;
	}
	choose(e, raw, hints, &own);
	if (cs >= 0 &&
	    (own.cs == cs ||
		(own.source[0] == 'f' &&
		    !too_many(hints, out->errors, raw.len))))
		return LAVOIR_OK;
	*c = own;
	return decoder_run(e->decoder, e->host, doc, c->cs, raw, out);
}

int
encoding_read(struct encoding *e, struct lavoir_doc *doc, struct lavoir_str raw,
    const struct encoding_hints *hints, struct encoding_result *result_r)
{
	struct decoded out;
	struct choice c = { 0, NULL, NULL };
	int rc;

	if (raw.len == 0)
		raw.ptr = "";
	rc = decode(e, doc, raw, hints, &c, &out);
	if (rc == LAVOIR_ENOMEM)
		return e->host->fail(e->host, rc,
		    "no memory to decode the text");
	if (rc != LAVOIR_OK)
		return rc;
	*result_r =
	    (struct encoding_result){ out.text, c.name, c.source, out.errors };
	return LAVOIR_OK;
}

static int
parameter(struct lavoir_str type)
{
	static const char name[] = "charset=";
	const size_t n = sizeof(name) - 1;
	const char *end;

	for (; type.len > n; type.ptr++, type.len--) {
		if (strncasecmp(type.ptr, name, n) != 0)
			continue;
		type.ptr += n;
		type.len -= n;
		end = memchr(type.ptr, ';', type.len);
		return charset_find(type.ptr,
		    end != NULL ? (size_t)(end - type.ptr) : type.len);
	}
	return -1;
}

int
encoding_of_doc(const struct lavoir_host *host, const struct lavoir_doc *doc)
{
	struct lavoir_value v;
	int cs = -1;

	if (host->doc_get(doc, "charset", &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		cs = charset_find(v.s.ptr, v.s.len);
	if (cs < 0 &&
	    host->doc_get(doc, "lavoir.media_type", &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		cs = parameter(v.s);
	return cs;
}

int
encoding_of_html(struct lavoir_str raw)
{
	return raw.len > 0 ? prescan_run(raw) : -1;
}

int
encoding_of_text(struct lavoir_str raw)
{
	while (raw.len > 0 && memchr(" \t\r\n", *raw.ptr, 4) != NULL) {
		raw.ptr++;
		raw.len--;
	}
	return raw.len > 0 && *raw.ptr == '<' ? prescan_run(raw) : -1;
}

void
encoding_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct encoding_result *result)
{
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = (struct lavoir_str){ result->name, strlen(result->name) };
	(void)host->doc_set(doc, "encoding", &v);
	v.s = (struct lavoir_str){ result->source, strlen(result->source) };
	(void)host->doc_set(doc, "encoding.source", &v);
	v.type = LAVOIR_INT;
	v.i = (int64_t)result->errors;
	(void)host->doc_set(doc, "encoding.errors", &v);
}

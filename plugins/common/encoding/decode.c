/* decode.c - bytes of a known encoding to UTF-8. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include "charset.h"
#include "common/u8.h"
#include "unicode.h"

enum { CHUNK = 4096, MAX = 64 };

/* A one-byte encoding: characters, and the same as UTF-8 (n bytes). */
struct table {
	uint16_t character[256];
	unsigned char utf8[256][4];
	unsigned char n[256];
};

struct decoder {
	struct table *table[MAX];
	UConverter *converter[MAX];
	uint64_t errors; /* of the conversion under way */
};

/* ICU calls this for what it cannot convert: count, then put U+FFFD. */
static void U_CALLCONV
count_error(const void *context, UConverterToUnicodeArgs *args,
    const char *units, int32_t length, UConverterCallbackReason reason,
    UErrorCode *status)
{
	union {
		const void *in;
		uint64_t *out;
	} errors = { context };

	if (reason <= UCNV_IRREGULAR)
		++*errors.out;
	UCNV_TO_U_CALLBACK_SUBSTITUTE(NULL, args, units, length, reason,
	    status);
}

static bool
make_table(struct decoder *d, int cs, UConverter *cv)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return false;
	d->table[cs] = t;
	for (unsigned i = 0; i < 256; i++) {
		const char byte = (char)i, *from = &byte;
		UChar to[2] = { 0 }, *out = to;
		UErrorCode status = U_ZERO_ERROR;

		/* ASCII is ASCII: some tables of ICU swap 1A, 1C and 7F. */
		if (i >= 0x80) {
			ucnv_reset(cv);
			ucnv_toUnicode(cv, &out, to + 2, &from, from + 1, NULL,
			    true, &status);
		} else {
			to[0] = (UChar)i;
		}
		t->character[i] = to[0] == 0 && i > 0 ? U8_REPLACEMENT : to[0];
		t->n[i] = (unsigned char)u8_encode(t->utf8[i], t->character[i]);
	}
	return true;
}

static bool
open_one(struct decoder *d, int cs, const struct charset *c)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *cv = ucnv_open(c->icu, &status);
	bool ok;

	if (U_FAILURE(status))
		return false;
	if (c->kind == CHARSET_SINGLE) {
		ok = make_table(d, cs, cv);
		ucnv_close(cv);
		return ok;
	}
	d->converter[cs] = cv;
	ucnv_setToUCallBack(cv, count_error, &d->errors, NULL, NULL, &status);
	return U_SUCCESS(status);
}

struct decoder *
decoder_new(const char **missing_r)
{
	struct decoder *d = calloc(1, sizeof(*d));
	const struct charset *c;

	*missing_r = NULL;
	if (d == NULL)
		return NULL;
	for (int i = 0; i < MAX && (c = charset_at((size_t)i)) != NULL; i++)
		if (c->icu != NULL && !open_one(d, i, c)) {
			*missing_r = c->name;
			decoder_free(d);
			return NULL;
		}
	return d;
}

void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	for (int i = 0; i < MAX; i++) {
		free(d->table[i]);
		if (d->converter[i] != NULL)
			ucnv_close(d->converter[i]);
	}
	free(d);
}

const uint16_t *
decoder_table(const struct decoder *d, int cs)
{
	return d->table[cs] != NULL ? d->table[cs]->character : NULL;
}

static int
run_table(const struct table *t, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str raw, struct decoded *out_r)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	size_t size = 0, i = 0;
	unsigned char *out;

	for (size_t k = 0; k < raw.len; k++)
		size += t->n[p[k]];
	/* Four bytes are written at a time. */
	out = host->doc_alloc(doc, size + 4);
	if (out == NULL)
		return LAVOIR_ENOMEM;
	out_r->text = (struct lavoir_str){ (const char *)out, size };
	while (i < raw.len) {
		size_t n = u8_ascii(p + i, raw.len - i);

		if (n > 0) {
			memcpy(out, p + i, n);
			out += n;
			i += n;
			continue;
		}
		memcpy(out, t->utf8[p[i]], 4);
		out += t->n[p[i]];
		out_r->errors += t->character[p[i]] == U8_REPLACEMENT;
		i++;
	}
	return LAVOIR_OK;
}

/* Append n units of UTF-16 as UTF-8; the place behind. */
static unsigned char *
append(unsigned char *out, const UChar *u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t cp = u[i];

		if (U16_IS_LEAD(cp) && i + 1 < n && U16_IS_TRAIL(u[i + 1]))
			cp = U16_GET_SUPPLEMENTARY(cp, u[++i]);
		else if (U16_IS_SURROGATE(cp))
			cp = U8_REPLACEMENT;
		out += u8_encode(out, cp);
	}
	return out;
}

enum { FITS, FULL, CANCELED };

/* Convert all of raw to out if it fits. */
static int
convert(UConverter *cv, const struct lavoir_host *host, struct lavoir_str raw,
    unsigned char *out, size_t room, size_t *len_r)
{
	const char *from = raw.ptr, *end = raw.ptr + raw.len;
	unsigned char *at = out, *stop = out + room;
	UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
	UChar u[CHUNK + 1] = { 0 };
	size_t held = 0, n;

	ucnv_reset(cv);
	while (status == U_BUFFER_OVERFLOW_ERROR) {
		UChar *to = u + held;

		if (host->cancelled(host))
			return CANCELED;
		status = U_ZERO_ERROR;
		ucnv_toUnicode(cv, &to, u + CHUNK, &from, end, NULL, true,
		    &status);
		n = (size_t)(to - u);
		/* A pair that the end of u cut in two waits for its half. */
		held = status == U_BUFFER_OVERFLOW_ERROR && n > 1 &&
		    U16_IS_LEAD(u[n - 1]);
		n -= held;
		if ((size_t)(stop - at) < 3 * n)
			return FULL;
		at = append(at, u, n);
		u[0] = u[n];
	}
	*len_r = (size_t)(at - out);
	return FITS;
}

static int
run_converter(struct decoder *d, UConverter *cv, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str raw, struct decoded *out_r)
{
	/* Enough for two bytes that are one character; for all of them. */
	size_t room[2] = { raw.len / 2 * 3 + 4096, raw.len * 3 + 4096 };
	int rc = FULL;

	for (int i = 0; i < 2 && rc == FULL; i++) {
		/* The check is for three bytes a unit, hence the slack. */
		size_t size = room[i] + 3 * (size_t)CHUNK;

		unsigned char *out = host->doc_alloc(doc, size);

		if (out == NULL)
			return LAVOIR_ENOMEM;
		out_r->text.ptr = (const char *)out;
		d->errors = 0;
		rc = convert(cv, host, raw, out, size, &out_r->text.len);
	}
	out_r->errors = d->errors;
	return rc == FITS ? LAVOIR_OK
	    : rc == FULL  ? LAVOIR_ENOMEM
			  : LAVOIR_ECANCELED;
}

int
decoder_run(struct decoder *d, const struct lavoir_host *host,
    struct lavoir_doc *doc, int cs, struct lavoir_str raw,
    struct decoded *out_r)
{
	const struct charset *c = charset_at((size_t)cs);
	int rc;

	*out_r = (struct decoded){ 0 };
	if (c->kind == CHARSET_SINGLE)
		rc = run_table(d->table[cs], host, doc, raw, out_r);
	else if (c->kind == CHARSET_MULTI)
		rc = run_converter(d, d->converter[cs], host, doc, raw, out_r);
	else
		rc = unicode_run(c->kind, host, doc, raw, out_r);
	return rc;
}

void
decoder_try(struct decoder *d, int cs, struct lavoir_str sample,
    size_t *errors_r)
{
	const char *from = sample.ptr, *end = sample.ptr + sample.len;
	UConverter *cv = d->converter[cs];
	UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
	UChar u[CHUNK];

	ucnv_reset(cv);
	d->errors = 0;
	while (status == U_BUFFER_OVERFLOW_ERROR) {
		UChar *to = u;

		status = U_ZERO_ERROR;
		/* The sample may end within a character: no flush. */
		ucnv_toUnicode(cv, &to, u + CHUNK, &from, end, NULL, false,
		    &status);
	}
	*errors_r = d->errors;
}

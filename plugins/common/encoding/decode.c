/* decode.c - bytes of a known encoding to UTF-8. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include "charset.h"
#include "common/u8.h"
#include "multibyte.h"
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
	struct multibyte *multibyte;
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

/* Where browsers have another character than ICU's table, or (0xfffd) none. */
static const struct {
	const char *name;
	unsigned char byte;
	uint16_t character;
} corrections[] = {
	{ "windows-1253", 0xaa, 0xfffd },
	{ "windows-1255", 0xca, 0x05ba },
	{ "koi8-u", 0xae, 0x045e },
	{ "koi8-u", 0xbe, 0x040e },
};

/* ISO-8859-16, which ICU lacks, as it differs from ISO-8859-15. */
static const struct {
	unsigned char byte;
	uint16_t character;
} latin10[] = { { 0xa1, 0x0104 }, { 0xa2, 0x0105 }, { 0xa3, 0x0141 },
	{ 0xa5, 0x201e }, { 0xaa, 0x0218 }, { 0xac, 0x0179 }, { 0xae, 0x017a },
	{ 0xaf, 0x017b }, { 0xb2, 0x010c }, { 0xb3, 0x0142 }, { 0xb5, 0x201d },
	{ 0xb9, 0x010d }, { 0xba, 0x0219 }, { 0xbf, 0x017c }, { 0xc3, 0x0102 },
	{ 0xc5, 0x0106 }, { 0xd0, 0x0110 }, { 0xd1, 0x0143 }, { 0xd5, 0x0150 },
	{ 0xd7, 0x015a }, { 0xd8, 0x0170 }, { 0xdd, 0x0118 }, { 0xde, 0x021a },
	{ 0xe3, 0x0103 }, { 0xe5, 0x0107 }, { 0xf0, 0x0111 }, { 0xf1, 0x0144 },
	{ 0xf5, 0x0151 }, { 0xf7, 0x015b }, { 0xf8, 0x0171 }, { 0xfd, 0x0119 },
	{ 0xfe, 0x021b } };

static uint16_t
corrected(const char *name, unsigned byte, uint16_t character)
{
	enum { N = sizeof(corrections) / sizeof(*corrections) };

	for (int i = 0; i < N; i++)
		if (byte == corrections[i].byte &&
		    strcmp(name, corrections[i].name) == 0)
			return corrections[i].character;
	if (strcmp(name, "iso-8859-16") == 0)
		for (size_t i = 0; i < sizeof(latin10) / sizeof(*latin10); i++)
			if (byte == latin10[i].byte)
				return latin10[i].character;
	/* Thai: private characters stand for nothing. */
	if (strcmp(name, "cp874") == 0 && character >= 0xf800)
		return U8_REPLACEMENT;
	return character;
}

static bool
make_table(struct decoder *d, int cs, UConverter *cv)
{
	const char *name = charset_at((size_t)cs)->name;
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
		if (to[0] == 0 && i > 0)
			to[0] = U8_REPLACEMENT;
		t->character[i] = corrected(name, i, to[0]);
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
	d->multibyte = multibyte_new(missing_r);
	if (d->multibyte == NULL) {
		decoder_free(d);
		return NULL;
	}
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
	free(d->multibyte);
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

/* Convert all of raw with one of ICU's. */
static int
convert(UConverter *cv, struct lavoir_str raw, struct multibyte_sink *out)
{
	const char *from = raw.ptr, *end = raw.ptr + raw.len;
	UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
	UChar u[CHUNK + 1] = { 0 };
	size_t held = 0, n;

	ucnv_reset(cv);
	while (status == U_BUFFER_OVERFLOW_ERROR) {
		UChar *to = u + held;

		if (out->host->cancelled(out->host))
			return MULTIBYTE_CANCELED;
		status = U_ZERO_ERROR;
		/* A sample may end within a character: no flush. */
		ucnv_toUnicode(cv, &to, u + CHUNK, &from, end, NULL,
		    (UBool)(out->at != NULL), &status);
		n = (size_t)(to - u);
		/* A pair that the end of u cut in two waits for its half. */
		held = status == U_BUFFER_OVERFLOW_ERROR && n > 1 &&
		    U16_IS_LEAD(u[n - 1]);
		n -= held;
		if (out->at != NULL && (size_t)(out->stop - out->at) < 3 * n)
			return MULTIBYTE_FULL;
		if (out->at != NULL)
			out->at = append(out->at, u, n);
		u[0] = u[n];
	}
	return MULTIBYTE_DONE;
}

static int
run_many(struct decoder *d, int cs, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	static multibyte_fn *const fn[] = {
		[CHARSET_BIG5] = multibyte_big5,
		[CHARSET_EUC_KR] = multibyte_euc_kr,
		[CHARSET_GB18030] = multibyte_gb18030,
		[CHARSET_SHIFT_JIS] = multibyte_shift_jis,
		[CHARSET_EUC_JP] = multibyte_euc_jp,
		[CHARSET_ISO_2022_JP] = multibyte_iso_2022_jp,
	};
	enum charset_kind kind = charset_at((size_t)cs)->kind;
	int rc;

	if (kind != CHARSET_OTHER)
		return fn[kind](d->multibyte, raw, out);
	d->errors = 0;
	rc = convert(d->converter[cs], raw, out);
	out->errors = d->errors;
	return rc;
}

static int
decode_many(struct decoder *d, int cs, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str raw, struct decoded *out_r)
{
	/* Enough for two bytes that are one character; for all of them. */
	size_t room[2] = { raw.len / 2 * 3, raw.len * 3 };
	int rc = MULTIBYTE_FULL;

	for (int i = 0; i < 2 && rc == MULTIBYTE_FULL; i++) {
		/* Room is asked for a piece at a time, hence the slack. */
		size_t size = room[i] + 4 * (size_t)CHUNK;
		unsigned char *out = host->doc_alloc(doc, size);
		struct multibyte_sink sink = { host, out, NULL, 0 };

		if (out == NULL)
			return LAVOIR_ENOMEM;
		sink.stop = out + size;
		rc = run_many(d, cs, raw, &sink);
		out_r->text.ptr = (const char *)out;
		out_r->text.len = (size_t)(sink.at - out);
		out_r->errors = sink.errors;
	}
	return rc == MULTIBYTE_DONE ? LAVOIR_OK
	    : rc == MULTIBYTE_FULL  ? LAVOIR_ENOMEM
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
	else if (charset_many(c->kind))
		rc = decode_many(d, cs, host, doc, raw, out_r);
	else
		rc = unicode_run(c->kind, host, doc, raw, out_r);
	return rc;
}

void
decoder_try(struct decoder *d, const struct lavoir_host *host, int cs,
    struct lavoir_str sample, size_t *errors_r)
{
	struct multibyte_sink sink = { host, NULL, NULL, 0 };

	/* A sample is small: cancelled or not is all one. */
	(void)run_many(d, cs, sample, &sink);
	*errors_r = sink.errors;
}

/* iso_2022_jp.c - ISO-2022-JP, as browsers decode it. */
#include "common/u8.h"
#include "multibyte.h"

enum { ESC = 0x1b, STEP = 65536, LONGEST = 16 };
enum set { SET_ASCII, SET_ROMAN, SET_KATAKANA, SET_KANJI };

struct reader {
	const struct multibyte *m;
	struct multibyte_sink *out;
	const unsigned char *p, *end;
	enum set set;
	bool idle; /* an escape sequence after which nothing came */
};

static void
put(struct reader *r, uint32_t cp)
{
	r->idle = false;
	if (r->out->at != NULL)
		r->out->at += u8_encode(r->out->at, cp);
}

static void
put_error(struct reader *r)
{
	r->out->errors++;
	put(r, U8_REPLACEMENT);
}

/* What follows the escape, two bytes at p; false: no escape sequence. */
static bool
designates(const unsigned char *p, enum set *set_r)
{
	if (p[0] == '(' && p[1] == 'B')
		*set_r = SET_ASCII;
	else if (p[0] == '(' && p[1] == 'J')
		*set_r = SET_ROMAN;
	else if (p[0] == '(' && p[1] == 'I')
		*set_r = SET_KATAKANA;
	else if (p[0] == '$' && (p[1] == '@' || p[1] == 'B'))
		*set_r = SET_KANJI;
	else
		return false;
	return true;
}

static void
escape(struct reader *r)
{
	bool idle = r->idle;

	r->p++;
	if (r->end - r->p < 2 || !designates(r->p, &r->set)) {
		if (r->end - r->p >= 2 || r->out->at != NULL)
			put_error(r);
		return;
	}
	r->p += 2;
	/* Two in a row may hide something: an error, says the standard. */
	if (idle)
		put_error(r);
	r->idle = true;
}

static void
single(struct reader *r)
{
	unsigned char c = *r->p++;

	if (r->set == SET_KATAKANA && c >= 0x21 && c <= 0x5f)
		put(r, 0xff61 - 0x21 + c);
	else if (r->set == SET_KATAKANA || c >= 0x80 || c == 0x0e || c == 0x0f)
		put_error(r);
	else if (r->set == SET_ROMAN && c == '\\')
		put(r, 0xa5);
	else if (r->set == SET_ROMAN && c == '~')
		put(r, 0x203e);
	else
		put(r, c);
}

static bool
graphic(unsigned char c)
{
	return c >= 0x21 && c <= 0x7e;
}

static void
kanji(struct reader *r)
{
	unsigned char lead = *r->p++;
	uint32_t cp;

	if (!graphic(lead)) {
		put_error(r);
		return;
	}
	r->idle = false;
	if (r->p == r->end) {
		if (r->out->at != NULL)
			put_error(r);
		return;
	}
	if (*r->p == ESC) {
		put_error(r);
		return;
	}
	cp = graphic(*r->p)
	    ? r->m->euc_jp[(lead + 0x80 - 0x81) * MULTIBYTE_TRAILS + *r->p +
		  0x80 - 0x40]
	    : 0;
	r->p++;
	if (cp != 0)
		put(r, cp);
	else
		put_error(r);
}

int
multibyte_iso_2022_jp(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;
	struct reader r = { m, out, p, p + raw.len, SET_ASCII, false };
	const unsigned char *look = p;

	while (r.p < r.end) {
		if (r.p >= look) {
			look = r.end - r.p > STEP ? r.p + STEP : r.end;
			if (out->host->cancelled(out->host))
				return MULTIBYTE_CANCELED;
		}
		if (out->at != NULL && out->stop - out->at < LONGEST)
			return MULTIBYTE_FULL;
		if (*r.p == ESC)
			escape(&r);
		else if (r.set == SET_KANJI)
			kanji(&r);
		else
			single(&r);
	}
	return MULTIBYTE_DONE;
}

/* multibyte.c - the many-byte encodings of East Asia, as browsers decode them.
 *
 * In all of them, a pair that is none but ends in ASCII leaves the ASCII byte
 * to stand for itself: it may be the "<" of a tag.
 */
#include "multibyte.h"

#include <string.h>

#include "common/u8.h"

enum { STEP = 65536 }; /* bytes from one look at the clock to the next */

/* Where the reading is. */
struct source {
	const unsigned char *p, *end, *look;
};

static struct source
begin(struct lavoir_str raw)
{
	const unsigned char *p = (const unsigned char *)raw.ptr;

	return (struct source){ p, p + raw.len, p };
}

static void
put(struct multibyte_sink *out, uint32_t cp)
{
	if (out->at != NULL)
		out->at += u8_encode(out->at, cp);
}

static void
put_error(struct multibyte_sink *out)
{
	out->errors++;
	put(out, U8_REPLACEMENT);
}

/* What the end cut in two. */
static int
put_end(struct source *s, struct multibyte_sink *out)
{
	s->p = s->end;
	if (out->at != NULL)
		put_error(out);
	return MULTIBYTE_DONE;
}

/* Is there anything left, room for the longest that one step writes, and
 * time? */
static bool
more(struct source *s, struct multibyte_sink *out, int *rc_r)
{
	enum { LONGEST = 16 };

	*rc_r = MULTIBYTE_DONE;
	if (s->p == s->end)
		return false;
	if (s->p >= s->look) {
		s->look = (size_t)(s->end - s->p) > STEP ? s->p + STEP : s->end;
		if (out->host->cancelled(out->host)) {
			*rc_r = MULTIBYTE_CANCELED;
			return false;
		}
	}
	if (out->at != NULL && out->stop - out->at < LONGEST) {
		*rc_r = MULTIBYTE_FULL;
		return false;
	}
	return true;
}

/* The ASCII at the front, as it is; false: there is none. */
static bool
ascii(struct source *s, struct multibyte_sink *out)
{
	size_t n = (size_t)(s->end - s->p);

	if (*s->p >= 0x80)
		return false;
	if (out->at != NULL && (size_t)(out->stop - out->at) < n)
		n = (size_t)(out->stop - out->at);
	n = u8_ascii(s->p, n);
	if (out->at != NULL) {
		memcpy(out->at, s->p, n);
		out->at += n;
	}
	s->p += n;
	return true;
}

/* One pair that is the character cp, or (0) none. */
static void
pair(struct source *s, uint32_t cp, struct multibyte_sink *out)
{
	if (cp != 0)
		put(out, cp);
	else
		put_error(out);
	s->p += cp == 0 && s->p[1] < 0x80 ? 1 : 2;
}

static bool
in_table(const unsigned char *p)
{
	return p[0] >= 0x81 && p[0] <= 0xfe && p[1] >= 0x40 && p[1] <= 0xfe;
}

static size_t
cell(const unsigned char *p)
{
	return (p[0] - 0x81) * (size_t)MULTIBYTE_TRAILS + p[1] - 0x40;
}

static uint32_t
look_up(const uint16_t *table, const unsigned char *p)
{
	return in_table(p) ? table[cell(p)] : 0;
}

/* A byte that begins nothing. */
static void
single(struct source *s, struct multibyte_sink *out)
{
	s->p++;
	put_error(out);
}

/* Letters with two marks, for which there is no one character. */
static bool
big5_double(const unsigned char *p, struct multibyte_sink *out)
{
	unsigned code = (unsigned)p[0] << 8 | p[1];

	if (code != 0x8862 && code != 0x8864 && code != 0x88a3 &&
	    code != 0x88a5)
		return false;
	put(out, code < 0x8880 ? 0xca : 0xea);
	put(out, code == 0x8862 || code == 0x88a3 ? 0x304 : 0x30c);
	return true;
}

int
multibyte_big5(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	struct source s = begin(raw);
	int rc;

	while (more(&s, out, &rc)) {
		if (ascii(&s, out))
			continue;
		if (*s.p == 0x80 || *s.p == 0xff)
			single(&s, out);
		else if (s.p + 1 == s.end)
			return put_end(&s, out);
		else if (big5_double(s.p, out))
			s.p += 2;
		else
			pair(&s, in_table(s.p) ? m->big5[cell(s.p)] : 0, out);
	}
	return rc;
}

int
multibyte_euc_kr(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	struct source s = begin(raw);
	int rc;

	while (more(&s, out, &rc)) {
		if (ascii(&s, out))
			continue;
		if (*s.p == 0x80 || *s.p == 0xff)
			single(&s, out);
		else if (s.p + 1 == s.end)
			return put_end(&s, out);
		else
			pair(&s, look_up(m->euc_kr, s.p), out);
	}
	return rc;
}

/* Four bytes by their number; 0: none. */
static uint32_t
gb18030_four(const struct multibyte *m, const unsigned char *p)
{
	enum { SUPPLEMENTARY = 189000 };
	uint32_t n = (p[0] - 0x81U) * 12600 + (p[1] - 0x30U) * 1260 +
	    (p[2] - 0x81U) * 10 + p[3] - 0x30U;

	if (n < MULTIBYTE_FOUR)
		return m->four[n];
	if (n < SUPPLEMENTARY || n > SUPPLEMENTARY + 0xfffff)
		return 0;
	return 0x10000 + n - SUPPLEMENTARY;
}

static bool
digit(unsigned char c)
{
	return c >= 0x30 && c <= 0x39;
}

/* What begins with a lead byte, and a digit unless the text ends there; false:
 * the end cuts it. */
static bool
gb18030_long(const struct multibyte *m, struct source *s,
    struct multibyte_sink *out)
{
	size_t n = (size_t)(s->end - s->p);
	uint32_t cp;

	if (n < 3)
		return false;
	if (s->p[2] < 0x81 || s->p[2] > 0xfe) {
		single(s, out);
		return true;
	}
	if (n == 3)
		return false;
	if (!digit(s->p[3])) {
		single(s, out);
		return true;
	}
	cp = gb18030_four(m, s->p);
	if (cp != 0)
		put(out, cp);
	else
		put_error(out);
	s->p += 4;
	return true;
}

int
multibyte_gb18030(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	struct source s = begin(raw);
	int rc;

	while (more(&s, out, &rc)) {
		if (ascii(&s, out))
			continue;
		if (*s.p == 0x80) {
			put(out, 0x20ac);
			s.p++;
		} else if (*s.p == 0xff) {
			single(&s, out);
		} else if (s.p + 1 < s.end && !digit(s.p[1])) {
			pair(&s, look_up(m->gbk, s.p), out);
		} else if (!gb18030_long(m, &s, out)) {
			return put_end(&s, out);
		}
	}
	return rc;
}

int
multibyte_shift_jis(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	struct source s = begin(raw);
	int rc;

	while (more(&s, out, &rc)) {
		if (ascii(&s, out))
			continue;
		if (*s.p == 0x80)
			put(out, *s.p++);
		else if (*s.p >= 0xa1 && *s.p <= 0xdf)
			put(out, 0xff61 - 0xa1 + *s.p++);
		else if (*s.p == 0xa0 || *s.p >= 0xfd)
			single(&s, out);
		else if (s.p + 1 == s.end)
			return put_end(&s, out);
		else
			pair(&s, look_up(m->shift_jis, s.p), out);
	}
	return rc;
}

/* What follows a byte that takes two from JIS X 0212; false: the end. */
static bool
euc_jp_third(const struct multibyte *m, struct source *s,
    struct multibyte_sink *out)
{
	const unsigned char *p = s->p + 1;

	if (s->end - p < 2)
		return false;
	s->p++;
	pair(s,
	    p[1] >= 0xa1 && p[1] <= 0xfe
		? m->jis0212[(p[0] - 0xa1) * MULTIBYTE_ROWS + p[1] - 0xa1]
		: 0,
	    out);
	return true;
}

int
multibyte_euc_jp(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out)
{
	struct source s = begin(raw);
	uint32_t cp;
	int rc;

	while (more(&s, out, &rc)) {
		if (ascii(&s, out))
			continue;
		if (*s.p != 0x8e && *s.p != 0x8f &&
		    (*s.p < 0xa1 || *s.p == 0xff)) {
			single(&s, out);
			continue;
		}
		if (s.p + 1 == s.end)
			return put_end(&s, out);
		if (*s.p == 0x8f && s.p[1] >= 0xa1 && s.p[1] <= 0xfe) {
			if (!euc_jp_third(m, &s, out))
				return put_end(&s, out);
			continue;
		}
		cp = 0;
		if (*s.p == 0x8e && s.p[1] >= 0xa1 && s.p[1] <= 0xdf)
			cp = 0xff61 - 0xa1 + s.p[1];
		else if (*s.p >= 0xa1 && s.p[1] >= 0xa1)
			cp = look_up(m->euc_jp, s.p);
		pair(&s, cp, out);
	}
	return rc;
}

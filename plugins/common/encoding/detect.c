/* detect.c - which encoding a text is in, when nothing says so. */
#include "detect.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uchardet/uchardet.h>

#include "charset.h"
#include "common/u8.h"
#include "rank.h"

struct detector {
	struct decoder *decoder;
	struct ranker *ranker;
	uchardet_t uchardet;
};

struct detector *
detector_new(struct decoder *decoder)
{
	struct detector *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->decoder = decoder;
	d->ranker = ranker_new(decoder);
	d->uchardet = uchardet_new();
	if (d->ranker == NULL || d->uchardet == NULL) {
		detector_free(d);
		return NULL;
	}
	return d;
}

void
detector_free(struct detector *d)
{
	if (d == NULL)
		return;
	if (d->uchardet != NULL)
		uchardet_delete(d->uchardet);
	ranker_free(d->ranker);
	free(d);
}

/*
 * The part of a text that tells most: from a little before the first byte above
 * ASCII, or the first escape.
 */
static struct lavoir_str
telling(struct lavoir_str raw, size_t sample)
{
	enum { BEFORE = 256 };
	size_t first = u8_ascii(raw.ptr, raw.len);
	const char *esc = memchr(raw.ptr, 0x1b, first);

	if (esc != NULL)
		first = (size_t)(esc - raw.ptr);
	if (first > BEFORE && raw.len > sample) {
		raw.ptr += first - BEFORE;
		raw.len -= first - BEFORE;
	}
	if (raw.len > sample)
		raw.len = sample;
	return raw;
}

/* What uchardet says; -1: nothing, or nothing that we know. */
static int
ask_uchardet(struct detector *d, struct lavoir_str raw)
{
	const char *name;

	uchardet_reset(d->uchardet);
	if (uchardet_handle_data(d->uchardet, raw.ptr, raw.len) != 0)
		return -1;
	uchardet_data_end(d->uchardet);
	name = uchardet_get_charset(d->uchardet);
	return charset_find(name, strlen(name));
}

/* Does a many-byte encoding decode the sample without a fault? */
static bool
decodes(struct detector *d, int cs, struct lavoir_str raw)
{
	size_t errors;

	decoder_try(d->decoder, cs, raw, &errors);
	return errors == 0;
}

int
detector_run(struct detector *d, struct lavoir_str raw, size_t sample)
{
	/* Below this, what the bytes would say is nothing that anyone writes.
	 */
	const double sense = -7.5;
	double mean = 0;
	int cs, single;

	raw = telling(raw, sample);
	cs = ask_uchardet(d, raw);
	/* It knows many-byte encodings by their build, which is reliable; of
	 * the one-byte ones it knows few languages. */
	if (cs >= 0 && charset_at((size_t)cs)->kind == CHARSET_MULTI &&
	    decodes(d, cs, raw))
		return cs;
	single = ranker_run(d->ranker, raw, cs, &mean);
	return single >= 0 && mean > sense ? single : cs;
}

static bool
find(struct lavoir_str *s, const char *what)
{
	size_t n = strlen(what);

	for (; s->len >= n; s->ptr++, s->len--)
		if (strncasecmp(s->ptr, what, n) == 0)
			return true;
	return false;
}

/* The word after "=", quoted or not. */
static int
value(struct lavoir_str s)
{
	size_t n = 0;

	while (
	    s.len > 0 && *s.ptr != 0 && strchr(" \t\r\n=\"'", *s.ptr) != NULL) {
		s.ptr++;
		s.len--;
	}
	while (n < s.len && strchr(" \t\r\n\"'/>?;", s.ptr[n]) == NULL)
		n++;
	return charset_find(s.ptr, n);
}

int
detect_declared(struct lavoir_str raw)
{
	enum { LOOK = 1024 };
	struct lavoir_str s = raw;

	if (s.len > LOOK)
		s.len = LOOK;
	while (s.len > 0 && strchr(" \t\r\n", *s.ptr) != NULL) {
		s.ptr++;
		s.len--;
	}
	if (s.len < 5 || *s.ptr != '<')
		return -1;
	if (strncasecmp(s.ptr, "<?xml", 5) == 0) {
		const char *close = memchr(s.ptr, '>', s.len);
		struct lavoir_str xml = s;

		if (close != NULL)
			xml.len = (size_t)(close - s.ptr);
		if (find(&xml, "encoding=")) {
			xml.ptr += 9;
			xml.len -= 9;
			return value(xml);
		}
	}
	if (!find(&s, "<meta") || !find(&s, "charset="))
		return -1;
	s.ptr += 8;
	s.len -= 8;
	return value(s);
}

/* detect.c - which encoding a text is in, when nothing says so. */
#include "detect.h"

#include <stdlib.h>
#include <string.h>

#include <uchardet/uchardet.h>

#include "charset.h"
#include "common/u8.h"
#include "rank.h"

struct detector {
	const struct lavoir_host *host;
	struct decoder *decoder;
	struct ranker *ranker;
	uchardet_t uchardet;
};

struct detector *
detector_new(struct decoder *decoder, const struct lavoir_host *host)
{
	struct detector *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->decoder = decoder;
	d->host = host;
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

	decoder_try(d->decoder, d->host, cs, raw, &errors);
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
	if (cs >= 0 && charset_many(charset_at((size_t)cs)->kind) &&
	    decodes(d, cs, raw))
		return cs;
	single = ranker_run(d->ranker, raw, cs, &mean);
	return single >= 0 && mean > sense ? single : cs;
}

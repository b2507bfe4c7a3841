/* dialect.c - what separates cells, and whether the first record names them. */
#include <string.h>
#include <strings.h>

#include "csv.h"

enum { SAMPLE = 1 << 16, RECORDS = 100, NAME_MAX_LEN = 100 };

/* Records of the sample by the number of their cells. */
struct score {
	double share; /* of the records that have as many cells as most */
	size_t columns;
};

static struct lavoir_str
sample_of(const struct file *f)
{
	struct lavoir_str s = { f->all.ptr + f->begin, f->all.len - f->begin };

	if (s.len > SAMPLE)
		s.len = SAMPLE;
	return s;
}

static struct score
try(const struct file *f, const struct dialect *d)
{
	struct lavoir_str s = sample_of(f);
	size_t cells[RECORDS] = { 0 }, n = 0, at = 0;
	struct score best = { 0, 0 };
	struct record r;

	while (n < RECORDS) {
		enum record_status status = scan_record(s, at, d, f->cell, &r);

		if (status == RECORD_END)
			break;
		/* The sample may be cut within its last record. */
		if (r.next >= s.len && f->begin + s.len < f->all.len && n > 0)
			break;
		cells[n++] = status == RECORD_FINE ? r.n : 0;
		at = r.next;
	}
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		for (size_t k = 0; k < n; k++)
			same += cells[k] == cells[i];
		if (cells[i] > 0 && (double)same / (double)n > best.share)
			best = (struct score){ (double)same / (double)n,
				cells[i] };
	}
	return best;
}

/* Excel's "sep=;" line. */
static bool
told(struct file *f)
{
	const char *p = f->all.ptr + f->begin;
	size_t left = f->all.len - f->begin;

	if (left < 6 || strncasecmp(p, "sep=", 4) != 0 ||
	    (p[5] != '\n' && p[5] != '\r'))
		return false;
	f->dialect.delimiter = p[4];
	f->begin += p[5] == '\r' && left > 6 && p[6] == '\n' ? 7 : 6;
	return true;
}

static bool
looks_like_value(struct lavoir_str s)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		digits += c >= '0' && c <= '9';
		letters += (c | 0x20) >= 'a' || c >= 0x80;
	}
	return digits > letters;
}

/* A name is short, of one line, more letters than digits, and there once. */
static bool
is_header(struct file *f, const struct record *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct lavoir_str s = { f->cell[i].ptr, f->cell[i].len };

		if (s.len == 0 || s.len > NAME_MAX_LEN ||
		    memchr(s.ptr, '\n', s.len) != NULL || looks_like_value(s))
			return false;
		for (size_t k = 0; k < i; k++)
			if (f->cell[k].len == s.len &&
			    memcmp(f->cell[k].ptr, s.ptr, s.len) == 0)
				return false;
	}
	return r->n > 0 && r->next < f->all.len;
}

void
dialect_find(struct file *f, bool tabs)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	struct score best = { 0, 0 };
	struct record r;

	f->dialect = (struct dialect){ f->r->delimiter, f->r->quote,
		f->r->row_size_max, f->r->columns_max };
	if (!told(f) && f->r->delimiter == '\0') {
		f->dialect.delimiter = (char)(tabs ? '\t' : ',');
		for (size_t i = 0; i < sizeof(candidates); i++) {
			struct dialect d = f->dialect;
			struct score s;

			d.delimiter = candidates[i];
			s = try(f, &d);

			/* One cell a record is no separation. */
			if (s.columns < 2)
				continue;
			if (s.share > best.share + 0.05 ||
			    (s.share > best.share - 0.05 &&
				s.columns > best.columns)) {
				best = s;
				f->dialect.delimiter = candidates[i];
			}
		}
	}
	f->header = f->r->header == HEADER_YES;
	if (f->r->header == HEADER_AUTO)
		f->header = scan_record(f->all, f->begin, &f->dialect, f->cell,
				&r) == RECORD_FINE &&
		    is_header(f, &r);
}

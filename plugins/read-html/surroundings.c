/* surroundings.c - what is looked up once for all blocks of a page. */
#include <stdlib.h>
#include <string.h>

#include "common/words.h"
#include "feature.h"

enum { FAR = 1000, HEADING_WORDS = 15 };

static bool
is_prose(const struct block *b)
{
	return b->count.words >= 20 && b->count.link_words * 3 < b->count.words;
}

/* Go down as long as one child has most of the prose. */
static void
find_root(struct surroundings *s)
{
	const struct page *p = s->page;
	uint32_t at = 0, child = 1;

	while (child < p->nodes[at].end) {
		if (p->elems[child].prose * 10ULL >=
			p->elems[at].prose * 6ULL &&
		    p->elems[child].prose > 0) {
			at = child;
			child = at + 1;
		} else {
			child = p->nodes[child].end;
		}
	}
	s->root = at;
	s->root_first = p->elems[at].first_block;
	s->root_last = s->root_first + p->elems[at].blocks;
}

static void
find_prose(struct surroundings *s)
{
	const struct page *p = s->page;
	uint32_t d = FAR;

	for (size_t k = 0; k < p->n_blocks; k++) {
		s->prose_before[k] = d;
		d = is_prose(&p->blocks[k]) ? 1 : d + (d < FAR);
	}
	d = FAR;
	for (size_t k = p->n_blocks; k-- > 0;) {
		s->prose_after[k] = d;
		d = is_prose(&p->blocks[k]) ? 1 : d + (d < FAR);
	}
}

static bool
is_heading(const struct page *p, const struct block *b)
{
	uint16_t tag = p->nodes[b->elem].tag;

	return (tag >= DOM_H1 && tag <= DOM_H6) ||
	    (b->strong && b->count.words < HEADING_WORDS &&
		b->last_class == ENDS_OTHER);
}

static void
find_sections(struct surroundings *s)
{
	const struct page *p = s->page;
	uint32_t now = 0;

	s->h1 = UINT32_MAX;
	for (uint32_t k = 0; k < p->n_blocks; k++) {
		const struct block *b = &p->blocks[k];

		if (is_heading(p, b))
			now = k;
		if (p->nodes[b->elem].tag == DOM_H1 && s->h1 == UINT32_MAX)
			s->h1 = k;
		s->section[k] = now;
		s->sums[now].words += b->count.words;
		s->sums[now].links += b->count.link_words;
		s->sums[now].prose += is_prose(b) ? b->count.words : 0;
	}
}

static uint32_t
word_hash(struct lavoir_str w)
{
	uint32_t h = 0x811c9dc5;

	for (size_t i = 0; i < w.len; i++)
		h = (h ^ (unsigned char)(w.ptr[i] | 0x20)) * 0x01000193;
	return h >> 12 & 1023;
}

static void
find_title(struct surroundings *s)
{
	struct lavoir_str word;
	size_t pos = 0;

	while (words_next(s->page->title, &pos, &word)) {
		uint32_t h = word_hash(word);

		s->title[h / 64] |= (uint64_t)1 << h % 64;
		s->n_title++;
	}
}

uint32_t
surroundings_title(const struct surroundings *s, const struct block *b)
{
	const struct page *p = s->page;
	uint32_t found = 0;

	if (s->n_title == 0)
		return 0;
	for (uint32_t i = b->first; i <= b->last; i++) {
		struct lavoir_str word;
		size_t pos = 0;

		if (p->nodes[i].tag != DOM_TEXT)
			continue;
		while (words_next(p->nodes[i].text, &pos, &word)) {
			uint32_t h = word_hash(word);

			found += s->title[h / 64] >> h % 64 & 1;
		}
	}
	return found;
}

bool
surroundings_make(struct surroundings *s, const struct page *page)
{
	size_t n = page->n_blocks + 1;

	memset(s, 0, sizeof(*s));
	s->page = page;
	s->prose_before = malloc(n * sizeof(*s->prose_before));
	s->prose_after = malloc(n * sizeof(*s->prose_after));
	s->section = malloc(n * sizeof(*s->section));
	s->sums = calloc(n, sizeof(*s->sums));
	if (s->prose_before == NULL || s->prose_after == NULL ||
	    s->section == NULL || s->sums == NULL)
		return false;
	find_root(s);
	find_prose(s);
	find_sections(s);
	find_title(s);
	return true;
}

void
surroundings_clear(struct surroundings *s)
{
	free(s->prose_before);
	free(s->prose_after);
	free(s->section);
	free(s->sums);
	memset(s, 0, sizeof(*s));
}

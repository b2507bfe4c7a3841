/* matcher.c - phrases, found in lines. */
#include "matcher.h"

#include <stdlib.h>
#include <string.h>

enum { PHRASE_WORDS_MAX = 16 };

bool
matcher_init(struct matcher *m, size_t n)
{
	memset(m, 0, sizeof(*m));
	m->size = 64;
	while (m->size < 2 * n + 2)
		m->size *= 2;
	m->slot = calloc(m->size, sizeof(*m->slot));
	return m->slot != NULL;
}

void
matcher_free(struct matcher *m)
{
	free(m->slot);
	m->slot = NULL;
}

static uint32_t
hash_of(const uint32_t *word, size_t n)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < n; i++)
		hash = words_join(hash, word[i]);
	return hash ? hash : 1;
}

bool
matcher_add(struct matcher *m, enum kind kind, struct lavoir_str text)
{
	struct pattern p = { .kind = (signed char)kind };
	struct words w;
	size_t i;

	if (text.len > 0 && text.ptr[0] == '*')
		p.open_left = true;
	if (text.len > 0 && text.ptr[text.len - 1] == '*')
		p.open_right = true;
	if (!words_of(text, &w) || w.n == 0 || w.n > PHRASE_WORDS_MAX)
		return false;
	p.hash = hash_of(w.hash, w.n);
	p.n_words = (unsigned char)w.n;
	i = p.hash & (m->size - 1);
	while (m->slot[i].hash != 0)
		i = (i + 1) & (m->size - 1);
	m->slot[i] = p;
	m->n++;
	m->words_most = w.n > m->words_most ? w.n : m->words_most;
	m->first[(w.hash[0] & 0xffff) / 8] |=
	    (unsigned char)(1u << (w.hash[0] & 7));
	return true;
}

/* The best kind among the phrases that the n words from i on are. */
static enum kind
look_up(const struct matcher *m, uint32_t hash, const struct words *line,
    size_t i, size_t n, const unsigned char *most)
{
	enum kind best = KIND_NONE;

	hash = hash ? hash : 1;
	for (size_t k = hash & (m->size - 1); m->slot[k].hash != 0;
	     k = (k + 1) & (m->size - 1)) {
		const struct pattern *p = &m->slot[k];
		bool left = i > 0, right = i + n < line->n;

		if (p->hash != hash || p->n_words != n ||
		    (left && !p->open_left) || (right && !p->open_right) ||
		    ((left || right) && line->n > most[p->kind]))
			continue;
		if (best == KIND_NONE || p->kind < (int)best)
			best = (enum kind)p->kind;
	}
	return best;
}

enum kind
matcher_find(const struct matcher *m, const struct words *line,
    const unsigned char *most)
{
	enum kind best = KIND_NONE;

	for (size_t i = 0; i < line->n; i++) {
		uint32_t first = line->hash[i], hash = 0;

		if (!(m->first[(first & 0xffff) / 8] >> (first & 7) & 1))
			continue;
		for (size_t n = 1; n <= m->words_most && i + n <= line->n;
		     n++) {
			enum kind kind;

			hash = words_join(hash, line->hash[i + n - 1]);
			kind = look_up(m, hash, line, i, n, most);
			if (kind != KIND_NONE &&
			    (best == KIND_NONE || kind < best))
				best = kind;
		}
	}
	return best;
}

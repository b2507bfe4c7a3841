/* context.c - what was found of the blocks around a block. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

enum { SHAPES = 1024, NEAR_BLOCKS = 6 };

static size_t
shape_slot(const struct page *p, const struct block *b)
{
	uint32_t up = p->nodes[b->elem].parent;

	return (p->elems[b->elem].shape * 31 + p->elems[up].shape) % SHAPES;
}

static void
add_up(struct context *c)
{
	const struct page *p = c->s->page;
	uint64_t sum = 0;

	for (size_t k = 0; k < p->n_blocks; k++) {
		const struct block *b = &p->blocks[k];
		uint64_t mass =
		    (uint64_t)b->count.words * (uint64_t)c->first[k];
		size_t slot = shape_slot(p, b);

		c->before[k] = sum;
		sum += mass;
		c->mass[b->elem] += mass;
		c->section[c->s->section[k]] += mass;
		c->shape[slot] += mass;
		c->shape_words[slot] += b->count.words;
	}
	c->before[p->n_blocks] = sum;
	for (size_t i = p->n_nodes; i-- > 1;)
		c->mass[p->nodes[i].parent] += c->mass[i];
}

/* Go down as long as one child has most of the mass. */
static void
find_root(struct context *c)
{
	const struct page *p = c->s->page;
	uint32_t at = 0, child = 1;

	while (child < p->nodes[at].end) {
		if (c->mass[child] > 0 &&
		    c->mass[child] * 10 >= c->mass[at] * 7) {
			at = child;
			child = at + 1;
		} else {
			child = p->nodes[child].end;
		}
	}
	c->root = at;
	c->root_first = p->elems[at].first_block;
	c->root_last = c->root_first + p->elems[at].blocks;
}

bool
context_make(struct context *c, const struct surroundings *s,
    const int16_t *first)
{
	size_t blocks = s->page->n_blocks + 1;

	memset(c, 0, sizeof(*c));
	c->s = s;
	c->first = first;
	c->mass = calloc(s->page->n_nodes, sizeof(*c->mass));
	c->before = calloc(blocks, sizeof(*c->before));
	c->section = calloc(blocks, sizeof(*c->section));
	c->shape = calloc(SHAPES, sizeof(*c->shape));
	c->shape_words = calloc(SHAPES, sizeof(*c->shape_words));
	if (c->mass == NULL || c->before == NULL || c->section == NULL ||
	    c->shape == NULL || c->shape_words == NULL)
		return false;
	add_up(c);
	find_root(c);
	return true;
}

void
context_clear(struct context *c)
{
	free(c->mass);
	free(c->before);
	free(c->section);
	free(c->shape);
	free(c->shape_words);
	memset(c, 0, sizeof(*c));
}

static int16_t
mean(uint64_t mass, uint64_t words)
{
	return (int16_t)(words > 0 ? mass / words : 0);
}

static int16_t
of_elem(const struct context *c, uint32_t i)
{
	return mean(c->mass[i], c->s->page->elems[i].words);
}

static int16_t
at(const struct context *c, size_t k)
{
	return (int16_t)(k < c->s->page->n_blocks ? c->first[k] : -1);
}

/* The mean of the blocks from first on, before last. */
static int16_t
of_run(const struct context *c, size_t first, size_t last)
{
	const struct page *p = c->s->page;
	uint64_t words = 0;

	for (size_t k = first; k < last; k++)
		words += p->blocks[k].count.words;
	return mean(c->before[last] - c->before[first], words);
}

static int16_t
part(uint64_t mass, uint64_t whole)
{
	return (int16_t)(whole > 0 ? mass * 1000 / whole : 0);
}

static int16_t
clip(int64_t n)
{
	return (int16_t)(n > 1000 ? 1000 : n < -1000 ? -1000 : n);
}

static void
of_root(const struct context *c, size_t k, int16_t *f)
{
	const struct page *p = c->s->page;
	uint32_t elem = p->blocks[k].elem, here = elem, branch = elem;

	while (here > c->root || p->nodes[here].end < p->nodes[c->root].end) {
		branch = here;
		here = p->nodes[here].parent;
	}
	f[F_C_ROOT_DISTANCE] =
	    clip((int64_t)p->nodes[c->root].depth - p->nodes[here].depth);
	f[F_C_ROOT_UP] =
	    clip((int64_t)p->nodes[elem].depth - p->nodes[here].depth);
	f[F_C_ROOT_BEFORE] = clip(k < c->root_first ? (int64_t)k - c->root_first
		: k >= c->root_last ? (int64_t)k - c->root_last + 1
				    : 0);
	f[F_C_BRANCH] = of_elem(c, branch);
	f[F_C_BRANCH_SHARE] = part(c->mass[branch], c->before[p->n_blocks]);
}

static void
of_ancestors(const struct context *c, uint32_t elem, int16_t *f)
{
	const struct page *p = c->s->page;
	uint32_t i = elem;

	f[F_C_P0] = of_elem(c, i);
	i = p->nodes[i].parent;
	f[F_C_P1] = of_elem(c, i);
	i = p->nodes[i].parent;
	f[F_C_P2] = of_elem(c, i);
	i = p->nodes[i].parent;
	f[F_C_P3] = of_elem(c, i);
	i = p->nodes[i].parent;
	f[F_C_P4] = of_elem(c, i);
	i = p->nodes[p->nodes[i].parent].parent;
	f[F_C_P6] = of_elem(c, i);
}

void
context_of(const struct context *c, size_t k, int16_t *out)
{
	const struct page *p = c->s->page;
	const struct block *b = &p->blocks[k];
	uint64_t all = c->before[p->n_blocks];
	uint32_t section = c->s->section[k];
	size_t slot = shape_slot(p, b);
	size_t first = k > NEAR_BLOCKS ? k - NEAR_BLOCKS : 0;
	size_t last = p->n_blocks - k > NEAR_BLOCKS + 1 ? k + 1 + NEAR_BLOCKS
							: p->n_blocks;

	out[F_C_SELF] = c->first[k];
	out[F_C_1] = at(c, k - 1);
	out[F_C_2] = at(c, k - 2);
	out[F_C_N1] = at(c, k + 1);
	out[F_C_N2] = at(c, k + 2);
	of_ancestors(c, b->elem, out);
	out[F_C_SHAPE] = mean(c->shape[slot], c->shape_words[slot]);
	out[F_C_SECTION] = mean(c->section[section], c->s->sums[section].words);
	out[F_C_BEFORE] = of_run(c, first, k);
	out[F_C_BEHIND] = of_run(c, k + 1, last);
	out[F_C_MASS_BEFORE] = part(c->before[k], all);
	out[F_C_MASS_BEHIND] = part(all - c->before[k + 1], all);
	out[F_C_PAGE] = mean(all, p->total.words);
	out[F_C_MASS] = clip((int64_t)(all / 5000));
	of_root(c, k, out);
}

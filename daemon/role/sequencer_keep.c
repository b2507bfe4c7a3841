/* sequencer_keep.c - failed children of a batch: their bytes lie in a container
 * that will be gone, so the supervisor keeps them before the commit. */
#include "role/sequencer.h"

static bool
is_kept(const struct member *m, const struct outcome *o)
{
	return m->node->parent && o->kind == OUTCOME_FAILED &&
	    m->node->note.retire == RETIRE_PENDING;
}

static void
ask_to_keep(struct sequencer *s, uint32_t n)
{
	struct buf *b = chan_begin(&s->supervisor, Q_KEEP);

	pack_u32(b, n);
	for (size_t i = 0; i < s->n_members; i++) {
		const struct outcome *o = &s->batch.outcome[i];

		if (!is_kept(&s->member[i], o))
			continue;
		pack_u64(b, s->member[i].node->note.ticket);
		pack_u64(b, o->number);
		pack_str(b, o->plugin);
		pack_str(b, o->reason);
		pack_str(b, o->detail);
	}
	chan_end(&s->supervisor);
	s->state = BATCH_KEEP;
}

bool
sequencer_keep(struct sequencer *s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->n_members; i++)
		n += is_kept(&s->member[i], &s->batch.outcome[i]);
	if (n > 0)
		ask_to_keep(s, n);
	return n > 0;
}

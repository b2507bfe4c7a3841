/* blame.c - who is charged when a process dies or lies: documents that the
 * sequencer died on, steps that are fatal to one document after the other,
 * results that never came. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "proc/child.h"
#include "role/supervisor.h"

enum { RESULT_LATE_MS = 1000 };

const char *
blame_plugin(const struct set *set, const struct item *i, uint32_t step)
{
	const struct config_pipeline *p =
	    &set->config->pipeline[i->claim->pipeline];

	return step > 0 && step <= p->n_steps ? p->step[step - 1].plugin : NULL;
}

/* ---- the sequencer's deaths ---- */

void
blame_name_child(const struct item *i, char *dst, size_t size)
{
	char rest[CONTAINER_DEPTH_MAX * 22];

	dst[0] = '\0';
	for (; i->parent; i = i->parent) {
		snprintf(rest, sizeof rest, "%s", dst);
		snprintf(dst, size, "#%llu%.300s", (unsigned long long)i->index,
		    rest);
	}
}

struct suspect *
blame_suspect(const struct item *i)
{
	char child[CONTAINER_DEPTH_MAX * 22];

	if (!i->claim->suspects)
		return NULL;
	blame_name_child(i, child, sizeof child);
	for (struct suspect *x = i->claim->suspects; x; x = x->next)
		if (strcmp(x->child, child) == 0)
			return x;
	return NULL;
}

static struct suspect *
make_suspect(struct item *i)
{
	struct suspect *x = blame_suspect(i);

	if (x)
		return x;
	x = xcalloc(1, sizeof *x);
	blame_name_child(i, x->child, sizeof x->child);
	x->next = i->claim->suspects;
	i->claim->suspects = x;
	return x;
}

static void
find_reason(const struct set *set, const struct item *i, int wait_status,
    struct suspect *x)
{
	const char *killed = set->sequencer_killed;
	const char *signal = child_signal(wait_status);
	char how[80];

	if (killed) {
		snprintf(x->reason, sizeof x->reason, "%s",
		    strncmp(killed, "timeout", 7) == 0 ? "timeout"
						       : "protocol");
		snprintf(x->detail, sizeof x->detail, "commit: %s", killed);
	} else if (set->sequencer_error.ticket == i->ticket) {
		snprintf(x->reason, sizeof x->reason, "%s",
		    set->sequencer_error.reason);
		snprintf(x->detail, sizeof x->detail, "commit: %s",
		    set->sequencer_error.text);
	} else {
		snprintf(x->reason, sizeof x->reason, "crash:%s",
		    signal ? signal : "exit");
		snprintf(x->detail, sizeof x->detail, "commit: the process %s",
		    child_describe(how, sizeof how, wait_status));
	}
}

static void
charge(struct set *set, struct item *i, const char *plugin, int wait_status,
    const char *tail)
{
	struct suspect *x = make_suspect(i);

	x->deaths++;
	x->has_plugin = plugin != NULL;
	snprintf(x->plugin, sizeof x->plugin, "%s", plugin ? plugin : "");
	find_reason(set, i, wait_status, x);
	log_error("sequencer ended%s%s on document %s%s: %s",
	    plugin ? " in plugin " : "", x->plugin, i->claim->path, x->child,
	    x->detail);
	/* Children are made again, by their container. */
	if (!i->parent)
		finish_note_attempt(i, "commit", plugin, x->reason, x->detail,
		    tail);
}

/* Then the sequencer ended for its sake, whatever the page says.  Its death was
 * before: the kernel knows it already. */
static bool
committer_is_dead(const struct supervisor *s)
{
	siginfo_t info = { 0 };

	return s->committer_pid <= 0 || !s->committer_ready ||
	    waitid(P_PID, (id_t)s->committer_pid, &info,
		WEXITED | WNOHANG | WNOWAIT) != 0 ||
	    info.si_pid != 0;
}

void
blame_sequencer(struct set *set, int wait_status, const char *tail)
{
	struct supervisor *s = set->supervisor;
	const struct page *page = set->sequencer_page;
	uint64_t ticket = atomic_load(&page->ticket);
	uint64_t last = atomic_load(&page->last);
	struct item *i;

	/* What broke a channel may have been a commit before. */
	if (set->sequencer_killed &&
	    strncmp(set->sequencer_killed, "timeout", 7) != 0)
		ticket = 0;
	if (ticket) {
		i = map_get(s->by_ticket, &ticket, sizeof ticket);
		if (i)
			charge(set, i,
			    blame_plugin(set, i, atomic_load(&page->step)),
			    wait_status, tail);
		return;
	}
	i = last ? map_get(s->by_ticket, &last, sizeof last) : NULL;
	if (!i || committer_is_dead(s))
		return;
	if (i->alone) {
		charge(set, i, NULL, wait_status, tail);
		return;
	}
	log_error("sequencer died after a commit, which is not known: one "
		  "document at a time");
	list_each (l, &s->claims)
		container_of(l, struct claim, link)->alone = true;
}

/* ---- steps that are fatal to one document after the other ---- */

static bool
was_killed(const struct durable_note *n)
{
	return n->kind == OUTCOME_FAILED && n->reason &&
	    (strncmp(n->reason, "crash:", 6) == 0 ||
		strcmp(n->reason, "timeout") == 0 ||
		strcmp(n->reason, "protocol") == 0);
}

/* In the order of the commits: what happens meanwhile to documents behind, or
 * how fast the good ones are, makes no difference. */
void
blame_count(struct supervisor *s, const struct claim *c,
    const struct durable_note *n)
{
	struct set *set = s->set;
	const struct config_pipeline *p;
	uint32_t step = 0;

	if (!set || c->recovered_pipeline || n->kind == OUTCOME_CONTAINER)
		return;
	p = &set->config->pipeline[c->pipeline];
	if (!was_killed(n)) {
		set->kills[c->pipeline] = 0;
		return;
	}
	while (n->plugin && step < p->n_steps &&
	    strcmp(p->step[step].plugin, n->plugin) != 0)
		step++;
	if (set->killer[c->pipeline] != step)
		set->kills[c->pipeline] = 0;
	set->killer[c->pipeline] = step;
	set->kills[c->pipeline]++;
}

void
blame_stop(struct supervisor *s)
{
	struct set *set = s->set;
	char why[200];

	if (!set)
		return;
	for (uint32_t i = 0; i < set->config->n_pipelines; i++) {
		const struct config_pipeline *p = &set->config->pipeline[i];

		if (set->kills[i] < STEP_KILLS_MAX || set->stopped[i])
			continue;
		snprintf(why, sizeof why,
		    "plugin \"%s\" was fatal to %u documents in a row",
		    set->killer[i] < p->n_steps ? p->step[set->killer[i]].plugin
						: "of an unknown step",
		    set->kills[i]);
		set_stop_pipeline(set, i, why);
	}
}

/* ---- results that never came ---- */

static void
ask(struct supervisor *s, struct item *i, uint64_t now_ms)
{
	struct chan *c = &s->set->sequencer->chan;
	struct buf *b;

	list_each (l, &i->children)
		ask(s, container_of(l, struct item, sibling), now_ms);
	if (i->state != ITEM_SENT || i->sent_ms == 0 ||
	    now_ms - i->sent_ms < RESULT_LATE_MS)
		return;
	i->sent_ms = now_ms;
	b = chan_begin(c, Q_SENT);
	pack_u64(b, i->ticket);
	pack_u32(b, i->sent_slot);
	pack_u32(b, i->sent_life);
	chan_end(c);
}

void
blame_overdue(struct supervisor *s, uint64_t now_ms)
{
	if (!s->set || s->set->state != SET_ACTIVE || !s->set->sequencer)
		return;
	list_each (l, &s->claims) {
		struct claim *c = container_of(l, struct claim, link);

		if (c->state == CLAIM_UNDER_WAY)
			ask(s, &c->item, now_ms);
	}
	peer_flush(s->set->sequencer);
}

/* Its worker said that it was sent: that worker is not to be believed. */
void
blame_lost(struct supervisor *s, uint64_t ticket)
{
	struct item *i = map_get(s->by_ticket, &ticket, sizeof ticket);
	struct slot *slot;

	if (!i || i->state != ITEM_SENT || i->sent_ms == 0 ||
	    i->sent_slot >= s->set->n_slots)
		return;
	slot = &s->set->slot[i->sent_slot];
	if (slot->life == i->sent_life && slot->state != SLOT_EMPTY) {
		slot->spare = true;
		slot_kill(slot, "broke the protocol");
	}
	log_warn("the result of %s was lost in worker %u", i->claim->path,
	    i->sent_slot);
	i->sent_ms = 0;
	if (!i->doubtful && i->deaths == 0) {
		i->doubtful = true;
		dispatch_returned(i);
		return;
	}
	finish_attempt(s, i, NULL, "protocol",
	    "the worker sent something else than its result", "");
}

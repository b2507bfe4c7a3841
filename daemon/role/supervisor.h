/* supervisor.h - the process that claims files and starts the others.
 *
 * Sees names, never bytes; runs no plugin code.  Its parts share the structures
 * below:
 *
 *	supervisor.c	coming up, stopping, signals
 *	supervisor_start.c	what that stands on: roles, state, folders
 *	sequencer_link.c	the sequencer of a set
 *	store_link.c	the committer: recovery, what is durable
 *	set.c		one zygote with its workers and its sequencer
 *	slot.c		one worker: start, death, deadline
 *	intake.c	room, claims, what is under way
 *	dispatch.c	tickets to workers, their answers
 *	container.c	children of containers
 *	finish.c	ends: attempts, failures, retirement
 *	blame.c		who is charged when a process dies or lies
 */
#ifndef LAVOIR_ROLE_SUPERVISOR_H
#define LAVOIR_ROLE_SUPERVISOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/hash.h"
#include "base/list.h"
#include "config/config.h"
#include "role/arrival.h"
#include "role/declare.h"
#include "role/folder.h"
#include "role/keep.h"
#include "role/messages.h"
#include "role/page.h"
#include "role/peer.h"
#include "role/retire.h"
#include "role/set.h"
#include "role/store_link.h"
#include "store/batch.h"

enum { ATTEMPTS_MAX = 2, STEP_KILLS_MAX = 5, SUPERVISOR_THREADS_MAX = 64 };

/* An unlinked file that a reader writes children to; lives until the last child
 * in it has ended. */
struct window {
	int fd;
	unsigned references;
};

enum item_state {
	ITEM_READY,   /* in the ready list */
	ITEM_RUNNING, /* at a worker */
	ITEM_SENT,    /* its end is on the way to the committer */
	ITEM_HANDED,  /* a container: all its children are handed out */
	ITEM_HELD,    /* a container: stopped at a child boundary */
};

/* A document under way: a claimed file, or a child of one. */
struct item {
	struct list ready;   /* in supervisor.ready */
	struct list running; /* in slot.running */
	struct list sibling; /* in parent's children */
	struct list children;
	struct item *parent;
	struct claim *claim;
	uint64_t ticket, nonce;
	uint64_t index; /* of a child */
	uint32_t depth;
	int state;
	struct slot *slot; /* ITEM_RUNNING */

	uint32_t kind; /* enum ticket_kind */
	uint32_t step;
	uint64_t offset, length;
	int fd; /* borrowed: the claim's or the window's */
	struct window *window;
	uint64_t position;
	char *member, *media_type, *fail;
	uint8_t *attrs;
	size_t attrs_len;

	uint32_t deaths; /* attempts used */
	bool doubtful;	 /* it may have spoilt its worker, or another one did:
			  * alone, next time, to be sure */
	uint32_t commit_deaths; /* of the sequencer, on it */
	bool alone;	     /* a batch of its own: the sequencer died on it */
	struct buf attempts; /* JSON objects, one each, for reason.json */

	/* ITEM_SENT by a worker: when, and which. */
	uint64_t sent_ms;
	uint32_t sent_slot, sent_life;

	/* A container. */
	uint64_t children_made; /* in this life and before */
	double expansion;	/* see role/expand.h */
	uint64_t handed_out;	/* bytes, with what children cost */
	uint64_t resume_children, resume_position;
	uint64_t live_children, live_bytes; /* handed out and not ended */
	uint64_t window_wanted, window_allowed, children_allowed;
	uint64_t punched;   /* of the window: given back up to here */
	bool reader_wanted; /* known to be a container: needs a reader's place
			     */
};

/* The sequencer died on a child: remembered over its restart. */
struct suspect {
	struct suspect *next;
	char child[CONTAINER_DEPTH_MAX * 22];
	uint32_t deaths;
	/* The last one. */
	bool has_plugin;
	char plugin[72], reason[80], detail[400];
};

enum claim_state {
	CLAIM_UNDER_WAY,
	CLAIM_RETIRING, /* committed */
	CLAIM_HASHING,	/* is it the committed one? asked of a worker */
};

struct claim {
	struct list link; /* in supervisor.claims, by serial */
	struct supervisor *owner;
	struct item item;
	uint64_t serial;
	int state;
	struct folder *folder;
	char *path;
	int fd; /* -1: gone */
	struct witness witness;
	bool has_sidecar; /* its bytes must hash to: */
	uint8_t sidecar[32];
	uint32_t pipeline;
	int64_t added_ns;
	uint64_t number;	  /* once known; of a begun container: before */
	char *recovered_pipeline; /* as the log names it; NULL: as pipeline */
	uint32_t n_levels;
	struct container_level level[CONTAINER_DEPTH_MAX];
	struct suspect *suspects;
	bool alone; /* each in a batch of its own: a commit before the
		     * sequencer's death spoilt it, whose is not known */
	/* Of a committed one. */
	int32_t kind;
	uint8_t sha256[32];
	uint32_t retire_failures;
	uint64_t retire_again_ms;
	char *reason_json;
};

enum slot_state { SLOT_EMPTY, SLOT_STARTING, SLOT_UP, SLOT_DYING };

struct slot {
	struct set *set;
	uint32_t number;
	uint32_t life; /* of this process in the slot */
	int state;
	uint64_t pid;
	struct peer *peer;
	struct output *output;
	struct page *page;
	struct window *window;
	struct list running; /* items handed out */
	uint32_t n_running;
	uint64_t bytes_running;
	uint64_t served;
	struct item *reading; /* a container that has a reader's place */
	bool exclusive;	      /* a second attempt runs in it, alone */
	bool recycle;	      /* too much memory: stop when empty */
	/* Deadlines. */
	uint64_t seen_ticket, seen_alive, seen_since_ms, alive_since_ms;
	uint64_t waited_ms, looked_ms;
	const char *killed; /* why we killed it, or NULL */
	bool spare;	    /* it ends for another's sake: nothing is charged */
	uint32_t failures;  /* starts that did not come up, in a row */
	uint64_t start_after_ms;
};

enum set_state {
	SET_ZYGOTE,    /* loading */
	SET_READY,     /* loaded; not the active one yet */
	SET_OPENING,   /* the committer looks at its declarations */
	SET_SEQUENCER, /* its sequencer comes up */
	SET_ACTIVE,
	SET_CLOSING, /* its sequencer is gone: the committer reads the rest */
	SET_STOPPED,
};

/* One configuration's processes. */
struct set {
	struct supervisor *supervisor;
	struct config *config;
	struct declarations *declarations;
	int state;
	pid_t zygote_pid;
	struct peer *zygote;
	struct output *zygote_output;
	struct peer *sequencer;
	struct output *sequencer_output;
	struct page *sequencer_page;
	uint64_t sequencer_pid;
	const char *sequencer_killed; /* why we killed it, or NULL */
	uint64_t seen_ticket, seen_alive, seen_since_ms, alive_since_ms;
	/* What it said that it would die of. */
	struct {
		uint64_t ticket;
		char reason[32], text[360];
	} sequencer_error;
	uint64_t loading_since_ms;
	bool zygote_hung;
	uint32_t last_life;
	uint64_t epoch;
	bool epoch_closed; /* the committer has said so, or is gone */
	int sequencer_fd;  /* other end of the committer's, until the fork */
	struct slot *slot;
	uint32_t n_slots;
	bool came_up;	   /* a worker was ready once */
	uint32_t failures; /* restarts in a row without a document's end */
	uint64_t start_after_ms;
	char sandbox[200];
	/* By pipeline: the step that killed last, and how often in a row. */
	uint32_t *killer, *kills;
	bool *stopped;
	struct arena *why_stopped;
	const char **stop_reason;
};

/* Where documents come from: drop folders, or the arguments of "run". */
struct supervisor;
struct source {
	void *arg;
	bool (*next)(void *arg, struct folder **f_r, const char **path_r,
	    struct claimed *c_r);
	void (*again)(void *arg, struct folder *f, const char *path);
	/* A file by its path, without waiting (after a restart): false when it
	 * cannot be had. */
	bool (*open)(void *arg, struct folder *f, const char *path,
	    struct claimed *c_r);
	/* Nothing more will come (run). */
	bool (*finished)(void *arg);
};

enum supervisor_state {
	SUPERVISOR_RECOVERING,
	SUPERVISOR_STARTING,
	SUPERVISOR_RUNNING,
	SUPERVISOR_DRAINING, /* nothing new; what is under way ends */
	SUPERVISOR_STOPPING, /* the committer writes its last */
	SUPERVISOR_STOPPED,
};

struct supervisor_options {
	const char *program;	 /* to execute for the other roles */
	const char *config_file; /* NULL: embedded defaults */
	bool in_process;
	/* run: */
	bool run;
	/* NULL: drop folders */
	struct source (*attach)(void *arg, struct supervisor *s);
	void *attach_arg;
	bool quiet;
};

struct totals {
	uint64_t ended[OUTCOME_CONTAINER + 1];
	uint64_t bytes_in, bytes_out; /* of documents */
	uint64_t bytes_claimed;	      /* of files */
	uint64_t started_ms;
};

struct supervisor {
	uv_loop_t *loop;
	struct supervisor_options options;
	struct config *config; /* owned by the active set, or the first */
	int state;
	int exit_code;
	int state_fd, state_lock;
	struct set *set; /* the active one */
	struct set *next_set;
	bool next_set_ready; /* loaded: nothing new until it has taken over */
	struct set *old_set; /* going away */

	/* committer */
	pid_t committer_pid;
	struct peer *committer;
	struct output *committer_output;
	bool committer_ready;
	bool paused_by_store;
	char store_pause[200];
	uint32_t committer_failures;
	uint64_t committer_again_ms; /* 0: it has room */
	/* Other replies (statistics, synchronisation): for control. */
	void (*committer_reply)(void *arg, const struct frame *f);
	void *committer_reply_arg;

	/* folders */
	struct folder *folder;
	size_t n_folders;
	struct arrival *arrival;
	struct retire *retire;
	struct keep *keep;
	struct source source;

	/* under way */
	struct list claims; /* by serial, not retired */
	struct list ready;
	struct map *by_path;   /* folder number + path -> claim */
	struct map *by_ticket; /* -> item */
	struct map *by_serial; /* -> claim */
	uint64_t last_serial, last_ticket, last_epoch;
	uint64_t nonce[64]; /* random numbers in store */
	unsigned n_nonces;
	size_t n_under_way;
	uint64_t bytes_under_way;
	size_t n_retiring;
	uint32_t n_readers;
	bool paused;	     /* by an operator */
	const char *no_room; /* why nothing is claimed now; NULL */
	char no_room_text[240];
	uint64_t look_again_ms;
	uint32_t claims_since_look;
	struct totals totals;

	uv_timer_t tick;
	uv_signal_t sigterm, sigint, sighup, sigchld;
	uv_prepare_t flush;
	bool work; /* something may be dispatched */
	bool failed, stop_begun;
	int closing;
	uint64_t watchdog_ms, watchdog_next_ms, recovering_told_ms;
	/* reload */
	char *reload_error;
	bool reload_failed;
	uint64_t reloads;
	void (*reload_done)(void *arg, const char *error); /* for control */
	void *reload_done_arg;
	bool arrival_closing, arrival_switched;
	/* Called before the loop is closed: control takes its handles away. */
	void (*at_finish)(void *arg);
	void *at_finish_arg;
	/* --in-process */
	pthread_t thread[SUPERVISOR_THREADS_MAX];
	unsigned n_threads;
};

/* ---- supervisor.c ---- */

/* Runs until stopped; returns a sysexits code.  Takes the configuration. ready
 * is called before the loop runs, so that control can add to it. */
int supervisor_main(const struct supervisor_options *o, struct config *c,
    void (*ready)(struct supervisor *s, void *arg), void *arg);
void supervisor_drain(struct supervisor *s);
/* Watch the folders in s->folder (arrival_add follows once all is up). */
void supervisor_use_folders(struct supervisor *s);
void supervisor_fail(struct supervisor *s, int exit_code, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
/* Something happened that may let work go on: looked at once a loop turn. */
void supervisor_wake(struct supervisor *s);
/* Everything is committed and retired: may a drain end? */
bool supervisor_quiet(const struct supervisor *s);
/* ---- supervisor_start.c ---- */
void supervisor_raise_limits(void);
/* Make, open and lock the state folder; ERR_BUSY after a while. */
int supervisor_open_state(struct supervisor *s, struct err *e);
int supervisor_open_folders(struct supervisor *s, struct err *e);
/* Both, as far as they are open. */
void supervisor_close_all(struct supervisor *s);
/* Give an exec'd role its descriptor: in a process, or on a thread. */
pid_t supervisor_start_role(struct supervisor *s, const char *role, int fd,
    int output, struct err *e);

/* ---- sequencer_link.c ---- */
int sequencer_link_fork(struct set *set, struct err *e);
void sequencer_link_forget(struct set *set);
void sequencer_link_kill(struct set *set, const char *why);
/* The zygote says so: a document is charged, all later ones are done again. */
void sequencer_link_died(struct set *set, int wait_status);
void sequencer_link_look(struct set *set, uint64_t now_ms);

/* ---- slot.c ---- */
void slot_init(struct slot *s, struct set *set, uint32_t number);
int slot_start(struct slot *s, struct err *e);
void slot_forked(struct slot *s, uint64_t pid);
void slot_died(struct slot *s, int wait_status);
void slot_stop(struct slot *s);
void slot_kill(struct slot *s, const char *why);
void slot_look(struct slot *s, uint64_t now_ms);
void slot_fini(struct slot *s);
struct page *page_map(int *fd_r, struct err *e);
struct window *window_new(struct supervisor *s, struct err *e);
void window_unref(struct window **w);
/* Descriptors for a fork, to be sent to the zygote. */
void zygote_fork(struct set *set, uint32_t kind, uint32_t slot,
    const int fd[5]);

/* ---- intake.c ---- */
void intake(struct supervisor *s);
struct claim *intake_claim(struct supervisor *s, struct folder *f,
    const char *path, const struct claimed *c);
struct claim *claim_find(const struct supervisor *s, const struct folder *f,
    const char *path);
bool intake_known(void *arg, const struct folder *f, const char *path);
void claim_free(struct claim **c);
/* Its folder was opened again, under another number. */
void claim_move(struct supervisor *s, struct claim *c, struct folder *to);
void item_init(struct item *i);
void item_fini(struct supervisor *s, struct item *i);
/* No children and no state of this epoch: to be announced and dispatched again.
 */
void claim_reset(struct supervisor *s, struct claim *c);

/* ---- dispatch.c ---- */
void dispatch_announce(struct supervisor *s, struct item *i);
void dispatch_ready(struct supervisor *s, struct item *i);
void dispatch(struct supervisor *s);
void dispatch_done(struct slot *slot, const struct frame *f);
void dispatch_returned(struct item *i);

/* ---- container.c ---- */
void container_child(struct slot *slot, const struct frame *f);
void container_credit(struct supervisor *s, struct item *container);
void container_end(struct item *i, const struct done *d);
/* A child has ended, durably. */
void container_child_ended(struct supervisor *s, struct claim *c,
    const struct durable_note *n);
void container_drop_children(struct supervisor *s, struct item *i);
void container_stop_readers(struct supervisor *s);

/* ---- finish.c ---- */
/* One attempt at i is used: again, or failed. */
void finish_attempt(struct supervisor *s, struct item *i, const char *plugin,
    const char *reason, const char *detail, const char *tail);
void finish_failed(struct supervisor *s, struct item *i, const char *plugin,
    const char *reason, const char *detail);
/* For reason.json; phase may be NULL. */
void finish_note_attempt(struct item *i, const char *phase, const char *plugin,
    const char *reason, const char *detail, const char *tail);
/* It goes back to waiting. */
void finish_void(struct supervisor *s, struct item *i, const char *why);
/* Its pipeline's name; the document's id, child "" or "#3"; its reason.json, of
 * which child, plugin, reason and detail of n are used.  The caller frees. */
const char *finish_pipeline(const struct supervisor *s, const struct claim *c);
char *finish_id(const struct supervisor *s, const struct claim *c,
    const char *child);
char *finish_reason(struct supervisor *s, struct item *i,
    const struct durable_note *n);
void finish_durable(struct supervisor *s, const struct durable_note *n);
void finish_retire(struct supervisor *s, struct claim *c);
/* Its SHA-256 decides whether the file is the committed one. */
void finish_hash(struct supervisor *s, struct claim *c);
/* reason.json of a failed claim, from the attempts at it and its end. */
void finish_set_reason(struct supervisor *s, struct claim *c,
    const char *plugin, const char *reason, const char *detail);
void finish_retired(void *arg, struct retirement *r, size_t n);
void finish_hashed(struct supervisor *s, struct item *i, const uint8_t *sha256);
void finish_claim_gone(struct supervisor *s, struct claim *c);

/* ---- blame.c ---- */
/* The step of this number + 1: its plugin's name, or NULL. */
const char *blame_plugin(const struct set *set, const struct item *i,
    uint32_t step);
/* "#3#1": of this child below its claim. */
void blame_name_child(const struct item *i, char *dst, size_t size);
/* What the sequencer's deaths on a document came to; NULL: none. */
struct suspect *blame_suspect(const struct item *i);
/* The sequencer is dead: charge the document that its page names. */
void blame_sequencer(struct set *set, int wait_status, const char *tail);
/* A document's end is durable: five in a row that one step was fatal to stop
 * its pipeline, once blame_stop() is called. */
void blame_count(struct supervisor *s, const struct claim *c,
    const struct durable_note *n);
void blame_stop(struct supervisor *s);
/* Ask the sequencer for results that should have come long ago. */
void blame_overdue(struct supervisor *s, uint64_t now_ms);
void blame_lost(struct supervisor *s, uint64_t ticket);
/* Retirements that failed and may be tried again. */
void finish_retry(struct supervisor *s, uint64_t now_ms);

#endif

/* lib_run.h - one command under the injector: what is wanted, what happened. */
#ifndef CRASH_LIB_RUN_H
#define CRASH_LIB_RUN_H

#include <signal.h>

#include "lib_match.h"

enum action {
	ACT_NONE,
	ACT_KILL,
	ACT_AFTER,
	ACT_TEAR,
	ACT_SHORT,
	ACT_ERRNO,
	ACT_CUT
};

struct run {
	/* what is wanted; strings are borrowed */
	char **argv;
	FILE *list;
	const char *report;
	const char *action_text;
	const char *helper;
	const char *until;
	uint64_t at;	    /* 0: break nothing */
	size_t short_bytes; /* 0: half */
	struct match_list match, ignore;
	enum action action;
	int error;
	bool forever, all_opens;

	/* the tree */
	bool over;     /* no process is left */
	pid_t command; /* 0: has ended */
	int status;
	int listener, signals;
	sigset_t old_mask;
	struct seccomp_notif *notif;
	struct seccomp_notif_resp *resp;
	size_t notif_size, resp_size;

	/* what happened */
	uint64_t calls, hits, blind;
	ssize_t part; /* bytes of a torn or short write */
	bool fired;
	int helper_status;
	struct call now, hit;
};

/* Errors of the injector itself end it with RUN_FAILED. */
enum { RUN_NOT_FIRED = 99, RUN_FAILED = 125 };
_Noreturn void run_die(const char *what);

/* Starts the command, answers its calls, returns when all have ended. */
void run_tree(struct run *r);

/* Does to the call `r->now` what is wanted; the run may be over then. */
void run_act(struct run *r);

/* Answers `r->now`: let it happen, or return `value` or -`error`. */
void run_pass(struct run *r);
void run_answer(struct run *r, int64_t value, int error);

#endif

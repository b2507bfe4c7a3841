/* zygote.h - the zygote's parts: zygote.c (life, requests, deaths) and
 * zygote_child.c (what a fork becomes). */
#ifndef LAVOIR_ROLE_ZYGOTE_H
#define LAVOIR_ROLE_ZYGOTE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"
#include "plugin/sandbox.h"
#include "proc/chan.h"
#include "role/chain.h"
#include "role/declare.h"
#include "role/sequencer.h"
#include "role/worker.h"

/* A process (or thread) that was started. */
struct started {
	pid_t pid; /* thread: a number of ours */
	uint32_t kind, slot;
	pthread_t thread;
	struct zygote *zygote;
	int fd[5];
	struct started *next;
};

struct zygote {
	struct chan supervisor;
	bool in_process;
	struct config *config;
	struct chain_set *set;
	struct worker *worker;
	struct sequencer *sequencer;
	struct declarations *declarations;
	struct sandbox sandbox;
	uint64_t *golden; /* golden_expect(), by pipeline */
	int signals;	  /* signalfd; in process: read end of a pipe */
	int ended;	  /* in process: write end */
	struct started *started;
	pid_t last_number;
	bool stop;
};

enum { FORK_FDS = 5 };

/* In the new process; does not return. */
_Noreturn void zygote_become(struct zygote *z, uint32_t kind, uint32_t slot,
    const int *fd, pid_t parent);
/* A thread's main, with its struct started. */
void *zygote_thread(void *arg);

#endif

/* claim.h - may this file be taken, and taking it.
 *
 * The one function that decides is used before a claim and by "explain": why
 * has this file not been taken yet?  Nothing is written and nothing is moved.
 */
#ifndef LAVOIR_ROLE_CLAIM_H
#define LAVOIR_ROLE_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "role/folder.h"
#include "store/outcome.h"

enum claim_answer {
	CLAIM_YES,
	CLAIM_GONE,	   /* no such file any more */
	CLAIM_SETTLING,	   /* too young: again in wait_ms */
	CLAIM_WRITING,	   /* somebody has it open for writing */
	CLAIM_LINKED,	   /* has several names: again in wait_ms */
	CLAIM_NOT_REGULAR, /* directory, link, FIFO, socket, device */
	CLAIM_EXCLUDED,	   /* by a pattern, hidden, a temporary name */
	CLAIM_TOO_LARGE,
	CLAIM_SPARSE,
	CLAIM_NO_DONE_FILE, /* its completion signal is not there */
	CLAIM_SIDECAR,	    /* its .sha256 is missing or does not fit */
	CLAIM_DENIED,	    /* permission */
	CLAIM_ERROR,	    /* EIO, ESTALE ...: transient */
};

/* How the file came to be seen decides when it is complete. */
enum claim_hint {
	CLAIM_SCANNED,	/* no event: quiet for settle (network: two looks alike)
			 */
	CLAIM_MOVED_IN, /* complete at once */
	CLAIM_CLOSED,	/* its writer closed it: quiet for settle */
};

struct claimed {
	int fd; /* read-only; the caller's */
	struct witness witness;
};

/* CLAIM_YES fills in *c_r (c_r NULL: only asking).  *wait_ms_r: when to look
 * again (0: at the next event or scan).  detail: at least 200 bytes, a sentence
 * for people ("a symbolic link", "2.1 s until it has settled"). */
int claim_try(const struct folder *f, const char *path, int hint,
    struct claimed *c_r, int64_t *wait_ms_r, char *detail, size_t detail_size);

const char *claim_answer_name(int answer);

/* By the name alone: would this relative path ever be taken? */
bool claim_name_wanted(const struct config_watch *w, const char *path);

#endif

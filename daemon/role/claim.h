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
	CLAIM_SIDECAR,	    /* its .sha256 is missing or is none */
	CLAIM_DENIED,	    /* permission */
	CLAIM_ERROR,	    /* EIO, ESTALE ...: transient */
};

/* How the file came to be seen decides when it is complete. */
enum claim_hint {
	CLAIM_SCANNED,	/* no event: quiet for settle (network: two looks alike)
			 */
	CLAIM_MOVED_IN, /* complete at once */
	CLAIM_CLOSED,	/* its writer closed it: quiet for settle */
	CLAIM_CREATED,	/* seen appear, no close yet: as scanned, but where
			 * nobody  can tell whether it is being written, quiet
			 * for  a minute
			 */
};

enum {
	CLAIM_LINK_MS = 60 * 1000, /* a file with several names waits so long */
	CLAIM_DETAIL_SIZE = 240,
};

/* What is known before and after one look at a file; all zero at first sight,
 * then kept for the next look. */
struct claim_look {
	int hint;
	struct witness witness; /* of the last look; all zero: there was none */
	uint64_t since_ms; /* monotonic: since when it has been like that */

	int64_t wait_ms; /* when to look again; 0: at the next event or scan */
	/* A sentence for people: "a symbolic link", "it has been quiet for ..."
	 */
	char detail[CLAIM_DETAIL_SIZE];
};

struct claimed {
	int fd; /* read-only; the caller's */
	struct witness witness;
	/* What its sidecar says that the bytes must hash to; whoever hashes
	 * them compares. */
	bool has_sha256;
	uint8_t sha256[32];
};

/* An enum claim_answer; CLAIM_YES fills in *c_r (NULL: only asking). */
int claim_try(const struct folder *f, const char *path, struct claim_look *look,
    struct claimed *c_r);

/* "settling", "writing" ...; static storage. */
const char *claim_answer_name(int answer);

/* By the name alone: would this relative path ever be taken? */
bool claim_name_wanted(const struct config_watch *w, const char *path);
/* By the last part of its name alone: would this directory be looked into? */
bool claim_dir_wanted(const struct config_watch *w, const char *name);
/* Is this the completion signal of another file?  Then its path in dst. */
bool claim_signal_of(const struct config_watch *w, const char *path, char *dst,
    size_t dst_size);

/* SHA-256 that a sidecar's text ("HEX", "HEX  NAME", "SHA256 (NAME) = HEX")
 * gives; false when it is none. */
bool claim_parse_sidecar(const char *text, size_t len, uint8_t sha256_r[32]);

#endif

/* page.h - the one page a worker or sequencer shares with the supervisor: which
 * document and step it is at, and that it is alive.
 *
 * Written by the child before each plugin call and at signs of life, read by
 * the supervisor when it looks at deadlines and when the child has died.  The
 * child is not trusted: whatever stands here can only charge a document that
 * was handed to that very child.
 */
#ifndef LAVOIR_ROLE_PAGE_H
#define LAVOIR_ROLE_PAGE_H

#include <stdatomic.h>
#include <stdint.h>

struct page {
	_Atomic uint64_t ticket; /* 0: between documents */
	_Atomic uint32_t step; /* number in the chain + 1; 0: the engine itself
				*/
	_Atomic uint32_t waiting; /* in doc_child(): counts towards no deadline
				   */
	_Atomic uint64_t alive;	  /* grows with every sign of life */
	_Atomic uint64_t last;	  /* the ticket, kept until the next one */
};

enum { PAGE_SIZE_BYTES = 4096 };

/* Exit status of a worker whose peers are gone. */
enum { WORKER_ORPHANED = 74 };

#endif

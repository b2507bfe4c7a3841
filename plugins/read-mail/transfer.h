/* transfer.h - what a part holds, its transfer encoding undone. */
#ifndef LAVOIR_PLUGINS_READ_MAIL_TRANSFER_H
#define LAVOIR_PLUGINS_READ_MAIL_TRANSFER_H

#include "mail.h"

enum { TRANSFER_PIECE = 1 << 16 };

struct transfer {
	GMimeEncoding state;
	struct lavoir_str in;
	size_t at;
	bool plain, flushed;
	char out[TRANSFER_PIECE];
};

/* Are its bytes what stands in the message? */
bool transfer_plain(GMimeContentEncoding encoding);

/* The bytes of a part as they were sent, without what its mailbox did to lines
 * that begin with "From ".  A range of the message or, changed, a copy.
 * LAVOIR_ENOMEM after host->fail(). */
int transfer_raw(struct message *m, const struct part *part,
    struct lavoir_str *raw_r);

/* Read piece by piece, an empty piece at the end.  Damage is passed over. */
void transfer_start(struct transfer *t, GMimeContentEncoding encoding,
    struct lavoir_str raw);
struct lavoir_str transfer_next(struct transfer *t);

/* All of it; as transfer_raw(). */
int transfer_all(struct message *m, const struct part *part,
    struct lavoir_str *out_r);

#endif

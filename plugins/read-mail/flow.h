/* flow.h - the text of a mail without what only mail has.
 *
 * format=flowed is undone (RFC 3676), the armour of signed text taken off; on
 * wish quotations, with the line that announces them, and signatures go.
 */
#ifndef LAVOIR_PLUGINS_READ_MAIL_FLOW_H
#define LAVOIR_PLUGINS_READ_MAIL_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "lavoir/plugin.h"

struct flow {
	bool flowed, delsp;
	bool keep_quotes, keep_signatures;

	/* out: as many bytes as flow_size() says */
	char *out;
	size_t len;
	bool encrypted; /* an encrypted piece was left out */

	/* inside */
	size_t depth;
	bool open, quoting;
	bool armour, data, in_signed; /* OpenPGP's; data: base64 */
};

size_t flow_size(struct lavoir_str text);

/* Write text, UTF-8, to out; white space at its end is left out. */
void flow_run(struct flow *f, struct lavoir_str text);

#endif

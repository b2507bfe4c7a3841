/* warm.h - character sets that iconv decodes, loaded before the lock. */
#ifndef LAVOIR_PLUGINS_READ_MAIL_WARM_H
#define LAVOIR_PLUGINS_READ_MAIL_WARM_H

#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

struct warm;

struct warm *warm_new(void);	/* NULL: no memory */
void warm_free(struct warm *w); /* takes NULL */

/* Decode UTF-7, which only mail has, to out, which has room for 3 bytes for
 * each of raw; *errors_r: U+FFFDs that stand for bytes.  The length of it. */
size_t warm_utf7(struct warm *w, struct lavoir_str raw, char *out,
    uint64_t *errors_r);

#endif

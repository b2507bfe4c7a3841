/* detect.h - which encoding a text is in, when nothing says so. */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_DETECT_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_DETECT_H

#include "decode.h"

struct detector;

/* The decoder and the host must live as long.  NULL: no memory. */
struct detector *detector_new(struct decoder *decoder,
    const struct lavoir_host *host);
void detector_free(struct detector *d);

/* Number of the encoding that a text which is not valid UTF-8 (or holds escape
 * sequences) is most likely in, looking at at most sample bytes; -1 when
 * nothing can be said. */
int detector_run(struct detector *d, struct lavoir_str raw, size_t sample);

#endif

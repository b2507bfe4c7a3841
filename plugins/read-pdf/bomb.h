/* bomb.h - streams that grow too large when they are decompressed.
 *
 * Poppler does not let itself be interrupted while it reads a page, and reads
 * whatever comes out of a stream: what 1 KiB can hold keeps it busy for
 * minutes.
 */
#ifndef LAVOIR_READ_PDF_BOMB_H
#define LAVOIR_READ_PDF_BOMB_H

#include "lavoir/plugin.h"

/* Does a stream of the file, but those of images and attached files, hold more
 * than size_max bytes?  Only those are looked into that may.  Streams that
 * cannot be decompressed (of encrypted files, say) count as far as they can.
 * Also true when the host is cancelled. */
bool bomb_found(const struct lavoir_host *host, struct lavoir_str raw,
    uint64_t size_max);

#endif

/* expand.h - how far a file may unpack, containers in containers and all.
 *
 * Readers bound what one container unpacks to, but small ones within others
 * multiply.  So each item knows what a byte of the file has become on the way
 * to it, its expansion: that of its parent times what the parent had handed
 * out, up to it, for each byte of its own.  As it is bounded on every way, so
 * is all that comes out of the file, and where the bound is met depends on the
 * file alone, not on who reads what first.
 */
#ifndef LAVOIR_ROLE_EXPAND_H
#define LAVOIR_ROLE_EXPAND_H

#include <stdint.h>

/* What a child costs beside its bytes: a file may hold many empty ones. */
enum { EXPAND_CHILD = 64 };

/* What small files may unpack to, whatever the ratio. */
#define EXPAND_FREE ((uint64_t)1 << 30)

/* Of a child of a container of so many bytes, which has handed out so much. */
double expand_child(double expansion, uint64_t length, uint64_t handed_out);

/* How much a container may hand out; 0: any amount.  ratio: of the
 * configuration, 0: no limit. */
uint64_t expand_limit(uint64_t ratio, uint64_t file_length, double expansion,
    uint64_t length);

#endif

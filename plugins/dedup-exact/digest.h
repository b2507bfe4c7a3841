/* digest.h - the digest of a text, normalised on the way. */
#ifndef LAVOIR_PLUGINS_DEDUP_EXACT_DIGEST_H
#define LAVOIR_PLUGINS_DEDUP_EXACT_DIGEST_H

#include <stddef.h>

#include "lavoir/plugin.h"

enum { NORMALISE_NONE, NORMALISE_WHITESPACE, NORMALISE_WORDS };
enum { HASH_XXH3, HASH_SHA256 };
enum { DIGEST_MAX = 32 };
enum { DIGEST_OK, DIGEST_EMPTY, DIGEST_FAILED };

struct digest;

/* NULL: no memory, or no such hash. */
struct digest *digest_new(int normalise, int hash);
void digest_free(struct digest *d);

size_t digest_size(const struct digest *d);
const char *digest_name(const struct digest *d);

/* text must be valid UTF-8; digest_size() bytes to sum.  DIGEST_EMPTY: nothing
 * was left to hash. */
int digest_text(struct digest *d, struct lavoir_str text, unsigned char *sum);

#endif

/* rank.h - which of the one-byte encodings makes the most of some bytes.
 *
 * Every encoding is tried with every language that it can write: how likely are
 * the characters that the bytes would be?  Letters of the language are, the
 * more frequent ones more; capitals within words, symbols between letters,
 * letters of another script beside ASCII ones, and controls are not.
 */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_RANK_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_RANK_H

#include "decode.h"

struct ranker;

struct ranker *ranker_new(const struct decoder *decoder); /* NULL: no memory */
void ranker_free(struct ranker *r);

/* The number of the best one, or -1 when there is nothing to judge by.  hint:
 * an encoding that something else speaks for, or -1.  *mean_r gets how well the
 * best one fits: the mean logarithm of its characters' likelihoods. */
int ranker_run(const struct ranker *r, struct lavoir_str sample, int hint,
    double *mean_r);

#endif

/* pattern.h - globs over bytes, and names that programs give to unfinished
 * files. */
#ifndef LAVOIR_ROLE_PATTERN_H
#define LAVOIR_ROLE_PATTERN_H

#include <stdbool.h>

/* "*" and "?" stop at '/', "**" does not ("**" and '/' together also match
 * nothing: "**" "/x" matches "x"); [a-z], [!a-z], backslash quotes.  Case
 * counts. Time is bounded by the product of the lengths, squared at worst. */
bool pattern_match(const char *pattern, const char *text);

/* On the relative path when the pattern has a '/', else on its last part. */
bool pattern_match_path(const char *pattern, const char *path);

/* Is this last part of a path what browsers, rsync, SFTP servers, office
 * programs and editors call a file that is not finished? */
bool pattern_temporary(const char *name);

#endif

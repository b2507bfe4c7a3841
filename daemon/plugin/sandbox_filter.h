/* sandbox_filter.h - the system calls that a locked process may make. */
#ifndef LAVOIR_PLUGIN_SANDBOX_FILTER_H
#define LAVOIR_PLUGIN_SANDBOX_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

/* Compile the allow-list; files: reading files by name is left to Landlock.
 * The filter holds a placeholder for the process's own number. ERR_UNSUPPORTED
 */
int sandbox_filter_compile(struct buf *filter_r, bool files, struct err *e);

/* Apply a copy of the filter, for this process, for good. */
int sandbox_filter_apply(const struct buf *filter, struct err *e);

#endif

/* call.h - the client's side: the configuration, a running daemon, answers. */
#ifndef LAVOIR_CONTROL_CALL_H
#define LAVOIR_CONTROL_CALL_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "control/commands.h"

/* A sysexits code. The settings above the pipelines alone: works although the
 * rest is wrong, and asks no plugin.  Problems go to standard error. */
int call_settings(const struct invocation *v, struct config **c_r);
int call_config(const struct invocation *v, struct config **c_r);

/* One request to the daemon, waited for as long as it takes.  A sysexits code,
 * EX_UNAVAILABLE when no daemon listens; the text is in e. arguments_json may
 * be NULL. Caller frees *result_r (NULL: not wanted) with json_decref(). */
int call_daemon(const struct config *c, const char *command,
    const char *arguments_json, json_t **result_r, struct err *e);

/* The same, for a command that needs the daemon: says what went wrong. */
int call_or_say(const struct invocation *v, const struct config *c,
    const char *arguments_json, json_t **result_r);

/* "lavoir NAME: text" on standard error; returns code. */
int call_fail(const struct invocation *v, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The sysexits code that fits an error. */
int call_exit_code(const struct err *e);

/* The state folder's ledger. Caller frees. */
char *call_ledger_path(const struct config *c);

/* Ask a running daemon to bring the ledger up to date; without a daemon there
 * is nothing to be done.  False: a daemon answers, but not with success (it has
 * been said). */
bool call_sync(const struct invocation *v, const struct config *c);

#endif

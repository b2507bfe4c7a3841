/* cmd.h - the client's side of the commands: each a struct command's run(). */
#ifndef LAVOIR_CONTROL_CMD_H
#define LAVOIR_CONTROL_CMD_H

#include "base/buf.h"
#include "control/commands.h"

int cmd_status(const struct invocation *v);
int cmd_pause(const struct invocation *v);
int cmd_resume(const struct invocation *v);
int cmd_drain(const struct invocation *v);
int cmd_reload(const struct invocation *v);
int cmd_version(const struct invocation *v);
int cmd_validate(const struct invocation *v);
int cmd_explain(const struct invocation *v);
int cmd_decisions(const struct invocation *v);
int cmd_failed_list(const struct invocation *v);
int cmd_failed_show(const struct invocation *v);
int cmd_failed_retry(const struct invocation *v);
int cmd_plugins_list(const struct invocation *v);
int cmd_plugins_info(const struct invocation *v);
int cmd_fsck(const struct invocation *v);
int cmd_run(const struct invocation *v);
int cmd_pipe(const struct invocation *v);
int cmd_help(const struct invocation *v);
int cmd_docs(const struct invocation *v);

/* docs/plugins/NAME.md */
int cmd_plugins_page(const struct invocation *v, const char *name,
    struct buf *b);

#endif

/* child.h - starting this program again in another role. */
#ifndef LAVOIR_PROC_CHILD_H
#define LAVOIR_PROC_CHILD_H

#include <sys/types.h>

#include "base/err.h"

enum { CHILD_FD = 3 }; /* where a role finds its channel */

/* Execute PROGRAM --role ROLE --parent OUR-PID with fd as descriptor 3 and
 * output (a pipe) as standard output and error; nothing else is inherited.  The
 * descriptors stay the caller's.  Returns the pid or a negative code. */
pid_t child_exec(const char *program, const char *role, int fd, int output,
    struct err *e);

/* First thing in a role: die with the parent, whose pid it must still be.
 * ERR_CLOSED when the parent is gone already.  Again after changing the user.
 */
int child_bind(pid_t parent, struct err *e);

/* "exited with status 3", "was killed by SIGSEGV": dst as given. */
char *child_describe(char *dst, size_t size, int wait_status);

/* "SIGSEGV"; NULL when the status is no signal. */
const char *child_signal(int wait_status);

#endif

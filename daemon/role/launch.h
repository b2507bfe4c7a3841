/* launch.h - entry points of the roles, as processes and as threads.
 *
 * Each role has one function that runs it on given descriptors until its peers
 * are gone or say stop.  As a process it is called by main() after --role NAME;
 * with --in-process the supervisor calls it on a thread, for debuggers,
 * valgrind and the thread sanitizer: then there is no sandbox and no deadline.
 */
#ifndef LAVOIR_ROLE_LAUNCH_H
#define LAVOIR_ROLE_LAUNCH_H

#include <stdbool.h>

/* Exit status of a committer that met a full disk or a limit of the system:
 * it is started again until that is over. */
enum { COMMITTER_SHORT = 73 };

/* fd: channel to the supervisor, taken over. */
void zygote_run(int fd, bool in_process);
void committer_run(int fd, bool in_process);

#endif

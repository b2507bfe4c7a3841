/* role.h - "--role NAME": this program as one of the daemon's processes. */
#ifndef LAVOIR_MAIN_ROLE_H
#define LAVOIR_MAIN_ROLE_H

#include <stdbool.h>

/* Does the command line ask for a role?  Then it has been played, and *code_r
 * is the exit status. */
bool role_main(int argc, char **argv, int *code_r);

/* The path of this program, to be executed for the roles; static storage. */
const char *role_program(void);

#endif

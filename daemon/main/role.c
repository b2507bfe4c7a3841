/* role.c - "--role NAME": this program as one of the daemon's processes. */
#include "main/role.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "plugin/descriptor.h"
#include "proc/child.h"
#include "proc/title.h"
#include "role/launch.h"

/* --role describe PATH [OPTIONS-JSON BASE] */
static int
describe(int argc, char **argv)
{
	if (argc != 4 && argc != 6)
		return EX_USAGE;
	log_init("describe", LOG_LEVEL_WARN, 0);
	return describe_main(argv[3], argc == 6 ? argv[4] : NULL,
	    argc == 6 ? argv[5] : NULL);
}

bool
role_main(int argc, char **argv, int *code_r)
{
	const char *role;
	struct err e;
	char name[32];

	if (argc < 4 || strcmp(argv[1], "--role") != 0)
		return false;
	role = argv[2];
	*code_r = 0;
	if (strcmp(role, "describe") == 0) {
		*code_r = describe(argc, argv);
		return true;
	}
	*code_r = EX_USAGE;
	if (argc != 5 || strcmp(argv[3], "--parent") != 0)
		return true;
	/* Output is a pipe to the supervisor, which knows these prefixes. */
	log_init(role, LOG_LEVEL_INFO, 1);
	*code_r = 0;
	if (child_bind((pid_t)strtol(argv[4], NULL, 10), &e) < 0)
		return true;
	/* A terminal's signals are the supervisor's affair. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	strncpy(name, role, sizeof name - 1);
	name[sizeof name - 1] = '\0';
	title_set("lavoird: %s", name);
	if (strcmp(name, "zygote") == 0) {
		signal(SIGTERM, SIG_IGN);
		zygote_run(CHILD_FD, false);
	} else if (strcmp(name, "committer") == 0) {
		signal(SIGTERM, SIG_IGN);
		committer_run(CHILD_FD, false);
	} else {
		*code_r = EX_USAGE;
	}
	return true;
}

const char *
role_program(void)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	return n > 0 ? path : "/proc/self/exe";
}

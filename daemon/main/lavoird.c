/* lavoird.c - the daemon: command line, configuration, then the supervisor. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "config/config.h"
#include "config/report.h"
#include "control/control.h"
#include "main/role.h"
#include "proc/title.h"
#include "role/supervisor.h"

struct arguments {
	char *config; /* owned */
	bool in_process;
};

static void
usage(FILE *f)
{
	fputs("usage: lavoird [-c CONFIG] [--in-process]\n"
	      "\n"
	      "Runs in the foreground; logs to standard error.\n"
	      "  -c, --config FILE  configuration (default: " LAVOIR_CONF_DIR
	      "/lavoir.json,\n"
	      "                     or embedded defaults when there is none)\n"
	      "      --in-process   all roles in one process, for debuggers;\n"
	      "                     no sandbox, no deadlines\n"
	      "  -h, --help         this text\n"
	      "      --version      version\n"
	      "\n"
	      "SIGTERM: drain, then exit.  SIGHUP: reload.\n",
	    f);
}

/* True: go on; otherwise *code_r is the exit status. */
static bool
parse(int argc, char **argv, struct arguments *a, int *code_r)
{
	*code_r = EX_OK;
	for (int i = 1; i < argc; i++) {
		if ((strcmp(argv[i], "-c") == 0 ||
			strcmp(argv[i], "--config") == 0) &&
		    i + 1 < argc) {
			/* A copy: titles are written over argv. */
			free(a->config);
			a->config = xstrdup(argv[++i]);
		} else if (strcmp(argv[i], "--in-process") == 0) {
			a->in_process = true;
		} else if (strcmp(argv[i], "-h") == 0 ||
		    strcmp(argv[i], "--help") == 0) {
			usage(stdout);
			return false;
		} else if (strcmp(argv[i], "--version") == 0) {
			puts("lavoird " LAVOIR_VERSION);
			return false;
		} else {
			fprintf(stderr, "lavoird: unknown argument \"%s\"\n",
			    argv[i]);
			usage(stderr);
			*code_r = EX_USAGE;
			return false;
		}
	}
	if (!a->config && access(LAVOIR_CONF_DIR "/lavoir.json", R_OK) == 0)
		a->config = xstrdup(LAVOIR_CONF_DIR "/lavoir.json");
	return true;
}

static void
start_control(struct supervisor *s, void *unused)
{
	struct err e = { 0 };

	(void)unused;
	if (!control_new(s, &e))
		log_error("no control socket: %s", e.text);
}

int
main(int argc, char **argv)
{
	struct arguments a = { 0 };
	struct supervisor_options o = { .program = role_program() };
	struct config_load_options load = { .problem = report_log };
	struct config *c = NULL;
	struct err e = { 0 };
	int code;

	title_init(argc, argv);
	if (role_main(argc, argv, &code))
		return code;
	if (!parse(argc, argv, &a, &code))
		goto out;
	log_init("supervisor", LOG_LEVEL_INFO, !isatty(STDERR_FILENO));
	load.file = o.config_file = a.config;
	load.program = o.program;
	o.in_process = a.in_process;
	if (config_load(&c, &load, &e) < 0) {
		log_error("%s", e.text);
		code = e.code == ERR_NOENT ? EX_NOINPUT : EX_CONFIG;
		goto out;
	}
	log_set_level((enum log_level)c->log_level);
	title_set("lavoird: supervisor");
	code = supervisor_main(&o, c, start_control, NULL);
out:
	free(a.config);
	return code;
}

/* lavoir.c - what operators type: a command line against the table. */
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "control/help.h"
#include "control/output.h"
#include "control/parse.h"
#include "main/role.h"
#include "proc/title.h"

int
main(int argc, char **argv)
{
	struct invocation v = { 0 };
	struct err e = { 0 };
	int code;

	title_init(argc, argv);
	if (role_main(argc, argv, &code))
		return code;
	log_init("lavoir", LOG_LEVEL_INFO, !isatty(STDERR_FILENO));
	signal(SIGPIPE, SIG_IGN);
	v.program = role_program();
	if (parse_command_line(&v, argc - 1, argv + 1, &e) < 0) {
		fputs("lavoir: ", stderr);
		output_escaped(stderr, e.text);
		fputc('\n', stderr);
		if (v.command)
			help_usage(stderr, v.command);
		return EX_USAGE;
	}
	if (v.help) {
		help_command(stdout, v.command);
		return output_end();
	}
	if (!v.config && access(LAVOIR_CONF_DIR "/lavoir.json", R_OK) == 0)
		v.config = LAVOIR_CONF_DIR "/lavoir.json";
	return v.command->run(&v);
}

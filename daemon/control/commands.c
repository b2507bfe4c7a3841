/* commands.c - the one table of what operators can do. */
#include "control/commands.h"

#include <string.h>

#include "base/log.h"
#include "control/cmd.h"
#include "control/serve.h"

/* clang-format off */

static const struct command_option common[] = {
	{ "config", "FILE", "configuration; also -c FILE (default: "
		"/etc/lavoir/lavoir.json, or embedded defaults when there is "
		"none)" },
	{ "json", NULL, "print JSON, one value or one value a line" },
	{ "help", NULL, "print what the command does and end; also -h" },
	{ 0 }
};

static const struct command_option run_options[] = {
	{ "pipeline", "NAME", "the pipeline to use; needed when there are several" },
	{ "state", "DIR", "state folder instead of the configured one" },
	{ "out", "DIR", "folder that relative output paths start at" },
	{ "in-process", NULL, "all roles in one process, for debuggers; no sandbox, "
		"no deadlines" },
	{ "no-progress", NULL, "no progress bar" },
	{ 0 }
};

static const struct command_option pipe_options[] = {
	{ "pipeline", "NAME", "the pipeline to use; needed when there are several" },
	{ 0 }
};

static const struct command_option decisions_options[] = {
	{ "since", "TIME|BATCH", "only what ended at this time or later (RFC 3339, "
		"a date, or an age like 2h), or in this batch or later" },
	{ "outcome", "NAME", "only exported, dropped, duplicate or failed; container "
		"lists containers, which are no documents" },
	{ "pipeline", "NAME", "only of this pipeline" },
	{ "follow", NULL, "go on, as documents end" },
	{ "state", "DIR", "state folder instead of the configured one" },
	{ 0 }
};

static const struct command_option state_options[] = {
	{ "state", "DIR", "state folder instead of the configured one" },
	{ 0 }
};

static const struct command_option validate_options[] = {
	{ "show", NULL, "print the configuration with every default filled in" },
	{ 0 }
};

static const struct command_option retry_options[] = {
	{ "all", NULL, "every failed document of every folder" },
	{ "pipeline", "NAME", "with --all: only of this pipeline" },
	{ 0 }
};

static const struct command_option failed_options[] = {
	{ "pipeline", "NAME", "only of this pipeline" },
	{ 0 }
};

static const struct command_option docs_options[] = {
	{ "man", "PAGE", "lavoir.1 or lavoird.8 instead of the Markdown page" },
	{ "plugin", "NAME", "the page of a plugin instead" },
	{ 0 }
};

static const struct command_option none[] = { { 0 } };

static const struct command table[] = {
	{ "run", "PATH...", 1, COMMAND_ANY, COMMAND_OFFLINE,
		"process files and folders once, without a daemon",
		"The same engine, over the files and folders that are named. Sources "
		"stay where they are. Files are taken in the order given, folders in "
		"byte order of the relative path.\n\n"
		"Run again with the same state folder, it passes over what has ended "
		"(same path and unchanged, or same size and SHA-256), so that an "
		"interrupted run goes on where it stopped.\n\n"
		"Prints a summary. Failed documents do not change the exit status.",
		run_options, cmd_run, NULL },
	{ "pipe", "", 0, 0, COMMAND_OFFLINE,
		"process JSON lines from standard input to standard output",
		"The process phase of a pipeline, in the same locked workers, without "
		"state: no duplicates are found and nothing is exported. Lines come "
		"out in the order in which they came in.\n\n"
		"In: id and one of text (already decoded), path, or raw_base64 with an "
		"optional media_type; attributes are optional. Out: id, text (null "
		"unless kept), attributes, tags, verdict (keep, drop or fail), plugin, "
		"reason, detail and measurements. A container gives one line for each "
		"child, whose id is ID#n, and none of its own unless it fails.\n\n"
		"A line that is no such object gives a line with verdict fail, reason "
		"input and, when it had none, a null id; the status is 65 at the end "
		"when a line was no JSON object.",
		pipe_options, cmd_pipe, NULL },
	{ "status", "", 0, 0, 0,
		"how the daemon is doing",
		"Pipelines and their folders (what waits, what settles, the oldest, "
		"what is under way, what is paused or stopped and why), workers, "
		"committer, sandbox, documents by outcome, and why nothing is taken "
		"when nothing is.\n\n"
		"\"settling\" counts files that were seen and are not complete yet.",
		none, cmd_status, serve_status },
	{ "explain", "PATH|ID", 1, 1, COMMAND_OFFLINE,
		"what became of a document, or why it was not taken yet",
		"For a file in a watched folder: whether it is under way, at which "
		"step and worker, or why it has not been taken (still being written, "
		"settling, excluded by a pattern, too large, paused ...).\n\n"
		"For a document that has ended, by path or by id: where it came from, "
		"every measurement, the reason, the original when it is a duplicate, "
		"and where it was exported to.\n\n"
		"Works without a daemon, from the ledger and the folder.",
		state_options, cmd_explain, serve_explain },
	{ "decisions", "", 0, 0, COMMAND_OFFLINE,
		"what became of every document, one line each",
		"Reads the ledger, after asking a running daemon to bring it up to "
		"date, in the order in which documents were committed.\n\n"
		"With --json each line is an object with id, path (and path_b64 where "
		"it is not UTF-8), member, sha256, outcome (exported, dropped, "
		"duplicate, failed), plugin, reason, detail, value, threshold, "
		"measurements, duplicate_of, similarity, attempts and batch. So it is "
		"also without --json where standard output is no terminal.",
		decisions_options, cmd_decisions, NULL },
	{ "validate", "", 0, 0, COMMAND_OFFLINE,
		"check the configuration",
		"Prints every problem with file, line, column, the JSON path, what was "
		"found and what was expected. Plugins are asked for their options in "
		"processes of their own. Status 78 when there is an error.",
		validate_options, cmd_validate, NULL },
	{ "failed list", "", 0, 0, COMMAND_OFFLINE,
		"documents that failed and lie in failed/",
		"One line for each folder .lavoir/failed/ID below the watched folders.",
		failed_options, cmd_failed_list, NULL },
	{ "failed show", "ID", 1, 1, COMMAND_OFFLINE,
		"why a document failed",
		"Everything in its reason.json: all attempts with plugin, reason and the "
		"last lines of the log, and where the original is kept.",
		none, cmd_failed_show, NULL },
	{ "failed retry", "[ID...]", 0, COMMAND_ANY,
		COMMAND_WRITE | COMMAND_OFFLINE,
		"put failed documents back into their folder",
		"Moves the original back under its own name, where it is taken as a new "
		"document, and removes its folder in failed/. Nothing is replaced: when "
		"the name is in use, the document stays where it is. A child of a "
		"container (ID#n) comes back as a file of its own.",
		retry_options, cmd_failed_retry, NULL },
	{ "plugins list", "", 0, 0, COMMAND_OFFLINE,
		"plugins along plugin_path",
		"Name, version and what each plugin says of itself.",
		none, cmd_plugins_list, NULL },
	{ "plugins info", "NAME", 1, 1, COMMAND_OFFLINE,
		"a plugin's options, what it reads and writes",
		"As its table says: options with types, defaults and ranges, media types "
		"that it accepts, attributes that it reads and writes, reasons it drops "
		"for.",
		none, cmd_plugins_info, NULL },
	{ "pause", "[PIPELINE]", 0, 1, COMMAND_WRITE,
		"take no more documents",
		"What is under way goes on to its end; files stay in their folders. Until "
		"\"lavoir resume\", or until the daemon is started again.",
		none, cmd_pause, serve_pause },
	{ "resume", "[PIPELINE]", 0, 1, COMMAND_WRITE,
		"take documents again",
		"Ends pause and drain; without a name, of everything.",
		none, cmd_resume, serve_resume },
	{ "drain", "", 0, 0, COMMAND_WRITE,
		"take no more documents and wait until nothing is under way",
		"The daemon stays up, idle, until \"lavoir resume\".",
		none, cmd_drain, serve_drain },
	{ "reload", "", 0, 0, COMMAND_WRITE,
		"have the daemon read its configuration again",
		"Waits until the new configuration has taken over: documents taken "
		"before end under the old one. When it is wrong, or its processes do "
		"not come up, the old one stays, the reason is printed and the status "
		"is not 0.",
		none, cmd_reload, serve_reload },
	{ "fsck", "", 0, 0, COMMAND_OFFLINE,
		"check log, views, outputs and folders against each other",
		"Changes nothing. While a daemon works, findings about the newest "
		"documents may be passing ones. Status 65 when committed data is "
		"missing or changed.",
		state_options, cmd_fsck, NULL },
	{ "version", "", 0, 0, COMMAND_OFFLINE | COMMAND_BARE,
		"print the version",
		"Of this program.",
		none, cmd_version, serve_version },
	{ "help", "[COMMAND]", 0, 2, COMMAND_OFFLINE | COMMAND_BARE,
		"what there is, or what one command does",
		"The same as COMMAND --help.",
		none, cmd_help, NULL },
	{ "docs", "", 0, 0, COMMAND_HIDDEN | COMMAND_OFFLINE,
		"print the reference page of the commands",
		"Markdown, or a manual page.",
		docs_options, cmd_docs, NULL },
	{ "sync", "", 0, 0, COMMAND_HIDDEN,
		"bring the ledger up to the log's end",
		"Asked by decisions and explain.",
		none, NULL, serve_sync },
	{ 0 }
};

/* clang-format on */

const struct command *
command_table(void)
{
	return table;
}

const struct command_option *
command_common(void)
{
	return common;
}

const struct command *
command_find(const char *name)
{
	for (const struct command *c = table; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

bool
command_has_option(const struct command *c, const char *name)
{
	for (const struct command_option *o = c->options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return true;
	return false;
}

const char *
command_option(const struct invocation *v, const char *name)
{
	const struct command_option *o = v->command->options;

	for (size_t i = 0; o[i].name; i++)
		if (strcmp(o[i].name, name) == 0)
			return v->value[i];
	panic("\"%s\" has no option \"%s\"", v->command->name, name);
}

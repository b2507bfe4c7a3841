/* config_doc.c - the reference page of lavoir.json. */
#include "config/config_doc.h"

#include "config/defaults.h"
#include "config/sections.h"
#include "model/options_help.h"

/* clang-format off */

static const char intro[] =
"<!-- Made by \"make docs\" from daemon/config; changes here are lost. -->\n"
"# Configuration\n"
"\n"
"`lavoird -c FILE` reads one JSON file, by convention\n"
"`/etc/lavoir/lavoir.json`, and the files `pipelines.d/*.json` beside it.\n"
"`//` begins a comment that ends with the line. Everything has a default but\n"
"the pipelines:\n"
"\n"
"```json\n"
"{\"pipelines\": {\"documents\": {\"watch\": \"drop\",\n"
"	\"chain\": [\"read-text\", \"clean-text\", \"export-jsonl\"]}}}\n"
"```\n"
"\n"
"- Relative paths start at the folder of `lavoir.json`, also those in\n"
"  `pipelines.d`.\n"
"- A file in `pipelines.d` is an object of pipelines by name; they are added\n"
"  in byte order of the file names. The same name twice is an error, and what\n"
"  does not end in `.json` is not read, which a warning says. Names beginning\n"
"  with a dot are passed over.\n"
"- Sizes are numbers of bytes or texts such as `\"64M\"` (K, M, G and T are\n"
"  powers of 1024); times are seconds or texts such as `\"500ms\"`, `\"90s\"`,\n"
"  `\"1h30m\"`.\n"
"- When `lavoird` runs as root, a configuration that others than its owner may\n"
"  write is refused, and below the system's configuration folder so is one\n"
"  that is not root's.\n"
"- Without a file these are the settings, with paths below the current\n"
"  folder:\n"
"\n"
"```json\n";

static const char checks[] =
"## What is checked\n"
"\n"
"`lavoir validate -c FILE` and every start and reload check all of it before\n"
"anything changes, and report all mistakes at once, with file, line, column,\n"
"JSON pointer, what was found, what was expected and the nearest known name.\n"
"The exit status is then 78.\n"
"\n"
"Errors:\n"
"\n"
"- unknown keys, wrong types, values out of range, keys that are there twice;\n"
"- plugins that are not found or cannot be loaded, and options that the\n"
"  plugin's table or its own check refuses;\n"
"- resources (word lists, models) that are not there;\n"
"- a folder that is watched twice, or lies inside another that is watched\n"
"  with all that is below it;\n"
"- an output, the state folder or a target of `done` inside a watched folder,\n"
"  and a watched folder inside the state folder; symbolic links are followed;\n"
"- a target of `done` on another file system than its folder;\n"
"- a step that needs an attribute which only a later step sets.\n"
"\n"
"Warnings:\n"
"\n"
"- a step that needs an attribute which no step sets (a container's documents\n"
"  may bring it);\n"
"- a step that may drop documents after one that has written them out;\n"
"- a chain without a reader; deprecated options.\n"
"\n"
"## lavoir run\n"
"\n"
"`lavoir run` needs no `watch`. `--state DIR` stands in for `state`, and\n"
"`--out DIR` for the folder of relative output paths: when all relative\n"
"outputs of a pipeline are the same path, that is `DIR` itself; else the\n"
"output `P` becomes `DIR/P` (without any `..`). Absolute outputs stay.\n";

static const char man_intro[] =
".TH lavoir.json 5 \"\" \"lavoir " LAVOIR_VERSION "\"\n"
".SH NAME\n"
"lavoir.json \\- configuration of the document daemon\n"
".SH DESCRIPTION\n"
"One JSON object;\n"
".B //\n"
"begins a comment that ends with the line. Everything has a default but the\n"
"pipelines. Relative paths start at the folder of the file. The files\n"
".I pipelines.d/*.json\n"
"beside it are objects of pipelines by name, which are added in byte order of\n"
"the file names.\n"
".PP\n"
"Sizes are numbers of bytes or texts such as \"64M\" (K, M, G and T are powers\n"
"of 1024); times are seconds or texts such as \"500ms\", \"90s\", \"1h30m\".\n"
".PP\n"
"Without a file these are the settings, with paths below the current folder:\n"
".PP\n"
".nf\n";

static const char man_end[] =
".SH CHECKING\n"
".B lavoir validate\n"
"and every start and reload report all mistakes at once, with file, line,\n"
"column, JSON pointer, what was found and what was expected.\n"
".SH FILES\n"
".I /etc/lavoir/lavoir.json\n"
".br\n"
".I /etc/lavoir/pipelines.d/*.json\n"
".SH SEE ALSO\n"
".BR lavoird (8),\n"
".BR lavoir (1)\n";

/* clang-format on */

void
config_doc_write(struct buf *b)
{
	const struct section *s;

	buf_append_str(b, intro);
	buf_append_str(b, config_default_text());
	buf_append_str(b, "```\n\n");
	for (enum section_id id = 0; id < SECTION_COUNT; id++) {
		s = section_get(id);
		buf_printf(b, "## %s\n\n", id ? s->pointer : "Top level");
		buf_printf(b, "%s\n\n", s->help);
		options_help(b, s->table, OPTIONS_HELP_MARKDOWN);
		buf_append_str(b, "\n");
	}
	buf_append_str(b, checks);
}

void
config_doc_write_man(struct buf *b)
{
	const struct section *s;

	buf_append_str(b, man_intro);
	buf_append_str(b, config_default_text());
	buf_append_str(b, ".fi\n");
	for (enum section_id id = 0; id < SECTION_COUNT; id++) {
		s = section_get(id);
		buf_printf(b, ".SH \"%s\"\n%s\n", id ? s->pointer : "TOP LEVEL",
		    s->help);
		options_help(b, s->table, OPTIONS_HELP_ROFF);
	}
	buf_append_str(b, man_end);
}

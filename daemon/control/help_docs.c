/* help_docs.c - the reference page and the manual pages. */
#include <string.h>
#include <sysexits.h>

#include "control/cmd.h"
#include "control/help.h"
#include "control/output.h"

/* clang-format off */

static const struct {
	int code;
	const char *meaning;
} statuses[] = {
	{ EX_OK, "done" },
	{ EX_USAGE, "the command line is wrong" },
	{ EX_DATAERR, "data is missing or changed (fsck)" },
	{ EX_NOINPUT, "no such file, document or configuration" },
	{ EX_UNAVAILABLE, "no daemon is running, or it went away" },
	{ EX_SOFTWARE, "lavoir itself is wrong" },
	{ EX_OSERR, "the system refused something" },
	{ EX_CANTCREAT, "a file cannot be put where it belongs: its name is in use" },
	{ EX_IOERR, "a disk failed" },
	{ EX_TEMPFAIL, "not now: try again" },
	{ EX_PROTOCOL, "client and daemon do not understand each other" },
	{ EX_NOPERM, "not allowed" },
	{ EX_CONFIG, "the configuration is wrong" },
};

static const char intro[] =
"<!-- Made by \"make docs\" from daemon/control; changes here are lost. -->\n"
"# Commands\n"
"\n"
"`lavoir COMMAND [OPTIONS] [ARGUMENTS]`. Options may stand anywhere; `--`\n"
"ends them. Commands marked *daemon* need a running `lavoird`, which they\n"
"find by the `control.socket` of the configuration. Root and the user that\n"
"the daemon runs as may give all commands; members of the socket's group those\n"
"that change nothing.\n";

static const char protocol[] =
"## The control socket\n"
"\n"
"A Unix stream socket, mode 0660, in a folder that is made with mode 0750.\n"
"Each message is a 32-bit length, little-endian, and that many bytes of JSON;\n"
"a request has at most 1 MiB.\n"
"\n"
"```json\n"
"{\"version\": 1, \"command\": \"pause\", \"arguments\": {\"pipeline\": \"web\"}}\n"
"{\"ok\": true, \"result\": {}}\n"
"{\"ok\": false, \"code\": 64, \"error\": \"no pipeline \\\"web\\\"\"}\n"
"```\n"
"\n"
"`code` is an exit status of the table above. One request is served at a time;\n"
"the next is read after the reply. Whoever does not finish a message, or does\n"
"not take a reply, within 10 seconds is cut off. Commands: `status`,\n"
"`explain` (`path`, absolute, or `path_b64`), `sync` (answers when the ledger\n"
"has reached the log's end), `pause` and `resume` (`pipeline`, optional),\n"
"`drain`, `reload`, `version`.\n";

/* clang-format on */

/* ---- Markdown ---- */

static void
markdown_options(struct buf *b, const struct command_option *o)
{
	for (; o->name; o++)
		buf_printf(b, "- `--%s%s%s`: %s\n", o->name,
		    o->argument ? " " : "", o->argument ? o->argument : "",
		    o->help);
}

static void
markdown_command(struct buf *b, const struct command *c)
{
	buf_printf(b, "## %s\n\n", c->name);
	buf_printf(b, "`lavoir %s%s%s`%s\n\n", c->name,
	    *c->arguments ? " " : "", c->arguments,
	    c->flags & COMMAND_OFFLINE ? "" : " *daemon*");
	buf_printf(b, "%c%s.\n\n%s\n\n", c->summary[0] - 'a' + 'A',
	    c->summary + 1, c->help);
	if (!c->options->name)
		return;
	markdown_options(b, c->options);
	buf_append_byte(b, '\n');
}

void
help_markdown(struct buf *b)
{
	buf_append_str(b, intro);
	buf_append_str(b, "\nOptions of every command:\n\n");
	markdown_options(b, command_common());
	buf_append_str(b, "\n| exit status | meaning |\n|---|---|\n");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		buf_printf(b, "| %d | %s |\n", statuses[i].code,
		    statuses[i].meaning);
	buf_append_byte(b, '\n');
	for (const struct command *c = command_table(); c->name; c++)
		if (!(c->flags & COMMAND_HIDDEN))
			markdown_command(b, c);
	buf_append_str(b, protocol);
}

/* ---- roff ---- */

/* A text line: what roff would take for a request or an escape is neither. */
static void
roff(struct buf *b, const char *s)
{
	for (; *s; s++) {
		bool start = b->len == 0 || b->ptr[b->len - 1] == '\n';

		if (start && (*s == '.' || *s == '\''))
			buf_append_str(b, "\\&");
		if (strncmp(s, "\n\n", 2) == 0) {
			buf_append_str(b, "\n.PP\n");
			s++;
		} else if (*s == '\\') {
			buf_append_str(b, "\\e");
		} else if (*s == '-') {
			buf_append_str(b, "\\-");
		} else {
			buf_append_byte(b, (uint8_t)*s);
		}
	}
}

static void
roff_options(struct buf *b, const struct command_option *o)
{
	for (; o->name; o++) {
		buf_append_str(b, ".TP\n.B ");
		roff(b, "--");
		roff(b, o->name);
		if (o->argument)
			buf_printf(b, " \\fI%s\\fR", o->argument);
		buf_append_byte(b, '\n');
		roff(b, o->help);
		buf_append_byte(b, '\n');
	}
}

static void
roff_head(struct buf *b, const char *name, const char *section,
    const char *summary)
{
	buf_printf(b, ".TH %s %s \"\" \"lavoir %s\"\n", name, section,
	    LAVOIR_VERSION);
	buf_printf(b, ".SH NAME\n%s \\- %s\n", name, summary);
}

static void
roff_statuses(struct buf *b)
{
	buf_append_str(b, ".SH EXIT STATUS\n");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		buf_printf(b, ".TP\n.B %d\n%s\n", statuses[i].code,
		    statuses[i].meaning);
}

static void
man_lavoir(struct buf *b)
{
	roff_head(b, "lavoir", "1", "ask and tell the document daemon");
	buf_append_str(b,
	    ".SH SYNOPSIS\n.B lavoir\n.I COMMAND\n"
	    "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
	    ".SH OPTIONS OF EVERY COMMAND\n");
	roff_options(b, command_common());
	buf_append_str(b, ".SH COMMANDS\n");
	for (const struct command *c = command_table(); c->name; c++) {
		if (c->flags & COMMAND_HIDDEN)
			continue;
		buf_printf(b, ".SS \"%s%s%s\"\n", c->name,
		    *c->arguments ? " " : "", c->arguments);
		roff(b, c->help);
		buf_append_byte(b, '\n');
		roff_options(b, c->options);
	}
	roff_statuses(b);
	buf_append_str(b,
	    ".SH SEE ALSO\n.BR lavoird (8),\n.BR lavoir.json (5)\n");
}

static void
man_lavoird(struct buf *b)
{
	roff_head(b, "lavoird", "8",
	    "wash documents that are dropped in folders");
	buf_append_str(b,
	    ".SH SYNOPSIS\n.B lavoird\n[\\-c \\fIFILE\\fR] "
	    "[\\-\\-in\\-process]\n"
	    ".SH DESCRIPTION\n"
	    "Watches folders, takes each complete file once, runs it through\n"
	    "the plugins of its pipeline and writes the result. Runs in the\n"
	    "foreground and logs to standard error; prints the line\n"
	    ".B ready\n"
	    "and tells the service manager once it takes documents.\n"
	    ".TP\n.B \\-c, \\-\\-config \\fIFILE\\fR\n"
	    "configuration (default: /etc/lavoir/lavoir.json, or embedded\n"
	    "defaults when there is none)\n"
	    ".TP\n.B \\-\\-in\\-process\n"
	    "all roles in one process, for debuggers; no sandbox, no\n"
	    "deadlines\n"
	    ".SH SIGNALS\n"
	    ".TP\n.B SIGTERM, SIGINT\n"
	    "take nothing new, finish what is under way, exit with 0\n"
	    ".TP\n.B SIGHUP\n"
	    "the same as \\fBlavoir reload\\fR\n"
	    ".SH SEE ALSO\n.BR lavoir (1),\n.BR lavoir.json (5)\n");
}

bool
help_man(struct buf *b, const char *page)
{
	if (strcmp(page, "lavoir.1") == 0)
		man_lavoir(b);
	else if (strcmp(page, "lavoird.8") == 0)
		man_lavoird(b);
	else
		return false;
	return true;
}

int
cmd_docs(const struct invocation *v)
{
	const char *page = command_option(v, "man");
	const char *plugin = command_option(v, "plugin");
	struct buf b = { 0 };
	int code = EX_OK;

	if (plugin) {
		code = cmd_plugins_page(v, plugin, &b);
	} else if (!page) {
		help_markdown(&b);
	} else if (!help_man(&b, page)) {
		fputs("lavoir docs: lavoir.1 or lavoird.8\n", stderr);
		code = EX_USAGE;
	}
	fwrite(b.ptr, 1, b.len, stdout);
	buf_fini(&b);
	return code == EX_OK ? output_end() : code;
}

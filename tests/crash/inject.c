/* inject.c - run a tree of processes and break one of its file-system calls.
 *
 * usage: inject [OPTION ...] -- COMMAND [ARGUMENT ...]
 *
 * COMMAND and all that it starts run under a seccomp filter that holds every
 * call which changes a file, a directory or what is durable of them, until this
 * program has looked at it.  Calls are numbered from 1 over all processes and
 * threads together; writes count only if they go to regular files (not to
 * memfds, pipes, sockets, devices).  Needs no privileges.
 *
 *   --list FILE      one line a matching call: number, role, call, path, bytes,
 *                    thread and, for rename and link, second path; by tabs
 *   --at N           at the Nth matching call do what --action says
 *   --action ACTION  kill         kill the whole tree instead of the call
 *                    kill-after   kill it when the call has returned
 *                    tear         write the first half of the bytes, then kill;
 *                                 for calls that write none the same as kill
 *                    short[:N]    write only half (N) of the bytes and say so;
 *                                 calls that write none are left alone
 *                    errno:NAME   the call fails: ENOSPC EIO EDQUOT EROFS
 *                                 EINTR EAGAIN EMFILE ENFILE ENOMEM EACCES ...
 *                    cut:COMMAND  freeze the tree, run COMMAND by sh -c, then
 *                                 kill: for power cuts
 *   --forever        errno: all matching calls from N on fail
 *   --until FILE     ... until FILE exists
 *   --match COND     count only calls that fit; may be repeated, one must fit:
 *                    syscall=A+B,role=PREFIX,path=GLOB (path last; any part may
 *                    be missing).  Names as in --list, or a family: @write
 *                    @size @open @name @meta @sync.  GLOB: * also fits /
 *   --ignore COND    ... and that do not fit this
 *   --all-opens      opens that only read are calls too (for EMFILE, EACCES)
 *   --report FILE    what happened, one "key value" a line: fired yes|no, at,
 *                    action, calls (matching ones), hits (failed ones), blind
 *                    (calls that we were not allowed to look at: they pass),
 *                    and of the first call hit: role syscall path path2 bytes
 *                    pid, written (bytes of tear and short)
 *
 * Role of a process: "duty" in a title "prog: duty" or in arguments "--role
 * duty", else its short name.  role= fits beginnings of the role, the short
 * name or the title.
 *
 * Exit status: that of COMMAND (128 + signal if killed, so 137 after a kill);
 * 99 if --at was given and never reached; 125 for errors of our own and of
 * COMMAND of cut.  SIGTERM, SIGINT and SIGHUP are forwarded.  Ends when the
 * last process of the tree has ended.
 *
 * Limits: stores into shared mappings and ioctl are not seen; io_uring_setup
 * fails with ENOSYS; a filter of the command itself that denies or kills comes
 * first, and it can have no notification listener of its own (EBUSY); set-user-
 * ID programs get no privileges; a process that is not dumpable can be looked
 * at by root only.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib_run.h"

static void
usage(const char *what)
{
	fprintf(stderr,
	    "inject: %s\n"
	    "usage: inject [--list FILE] [--at N --action ACTION] "
	    "[OPTION ...] -- COMMAND ...\n",
	    what);
	exit(RUN_FAILED);
}

/*
 * Options
 */

static int
errno_of(const char *name)
{
	static const struct {
		const char *name;
		int value;
	} table[] = {
		{ "ENOSPC", ENOSPC },
		{ "EIO", EIO },
		{ "EDQUOT", EDQUOT },
		{ "EROFS", EROFS },
		{ "EINTR", EINTR },
		{ "EAGAIN", EAGAIN },
		{ "EMFILE", EMFILE },
		{ "ENFILE", ENFILE },
		{ "ENOMEM", ENOMEM },
		{ "EACCES", EACCES },
		{ "EPERM", EPERM },
		{ "EEXIST", EEXIST },
		{ "ENOENT", ENOENT },
		{ "EINVAL", EINVAL },
		{ "EXDEV", EXDEV },
		{ "EFBIG", EFBIG },
		{ "ESTALE", ESTALE },
		{ "ENOSYS", ENOSYS },
		{ "EOPNOTSUPP", EOPNOTSUPP },
		{ "EMLINK", EMLINK },
		{ "ENAMETOOLONG", ENAMETOOLONG },
		{ "EBUSY", EBUSY },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].value;
	usage("no such errno");
	return 0;
}

static uint64_t
number(const char *text)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno || *text == '-' || *text == '\0' || *end || n == 0)
		usage("numbers begin at 1");
	return n;
}

static void
set_action(struct run *r, const char *text)
{
	r->action_text = text;
	if (strcmp(text, "kill") == 0) {
		r->action = ACT_KILL;
	} else if (strcmp(text, "kill-after") == 0) {
		r->action = ACT_AFTER;
	} else if (strcmp(text, "tear") == 0) {
		r->action = ACT_TEAR;
	} else if (strcmp(text, "short") == 0) {
		r->action = ACT_SHORT;
	} else if (strncmp(text, "short:", 6) == 0) {
		r->action = ACT_SHORT;
		r->short_bytes = number(text + 6);
	} else if (strncmp(text, "errno:", 6) == 0) {
		r->action = ACT_ERRNO;
		r->error = errno_of(text + 6);
	} else if (strncmp(text, "cut:", 4) == 0) {
		r->action = ACT_CUT;
		r->helper = text + 4;
	} else {
		usage("no such action");
	}
}

static void
set_list(struct run *r, const char *path)
{
	r->list = fopen(path, "we");
	if (!r->list)
		run_die(path);
}

enum {
	O_LIST = 1,
	O_AT,
	O_ACTION,
	O_FOREVER,
	O_UNTIL,
	O_MATCH,
	O_IGNORE,
	O_OPENS,
	O_REPORT
};

static void
set_option(struct run *r, int option)
{
	switch (option) {
	case O_LIST:
		set_list(r, optarg);
		break;
	case O_AT:
		r->at = number(optarg);
		break;
	case O_ACTION:
		set_action(r, optarg);
		break;
	case O_FOREVER:
		r->forever = true;
		break;
	case O_UNTIL:
		r->until = optarg;
		break;
	case O_MATCH:
		if (!match_add(&r->match, optarg))
			usage("bad --match");
		break;
	case O_IGNORE:
		if (!match_add(&r->ignore, optarg))
			usage("bad --ignore");
		break;
	case O_OPENS:
		r->all_opens = true;
		break;
	case O_REPORT:
		r->report = optarg;
		break;
	default:
		usage("bad option");
	}
}

static void
parse(struct run *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "list", required_argument, NULL, O_LIST },
		{ "at", required_argument, NULL, O_AT },
		{ "action", required_argument, NULL, O_ACTION },
		{ "forever", no_argument, NULL, O_FOREVER },
		{ "until", required_argument, NULL, O_UNTIL },
		{ "match", required_argument, NULL, O_MATCH },
		{ "ignore", required_argument, NULL, O_IGNORE },
		{ "all-opens", no_argument, NULL, O_OPENS },
		{ "report", required_argument, NULL, O_REPORT },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
		set_option(r, option);
	r->argv = argv + optind;
	if (!r->argv[0])
		usage("no command");
	if ((r->at != 0) != (r->action != ACT_NONE))
		usage("--at and --action need each other");
	if (r->forever && r->action != ACT_ERRNO)
		usage("--forever is for errno");
	if (r->until && !r->forever)
		usage("--until is for --forever");
}

/*
 * Result
 */

static void
print_hit(FILE *f, const struct run *r)
{
	const struct call *c = &r->hit;

	fprintf(f, "role ");
	call_print_name(f, c->role);
	fprintf(f, "\nsyscall %s\npath ", c->kind->name);
	call_print_name(f, c->path);
	if (c->path2[0]) {
		fprintf(f, "\npath2 ");
		call_print_name(f, c->path2);
	}
	fprintf(f, "\nbytes %llu\npid %d\n", (unsigned long long)c->bytes,
	    (int)c->tid);
	if (r->action == ACT_TEAR || r->action == ACT_SHORT)
		fprintf(f, "written %zd\n", r->part);
}

static void
print_report(FILE *f, const struct run *r)
{
	fprintf(f, "fired %s\n", r->fired ? "yes" : "no");
	if (r->at)
		fprintf(f, "at %llu\naction %s\n", (unsigned long long)r->at,
		    r->action_text);
	fprintf(f, "calls %llu\nhits %llu\nblind %llu\n",
	    (unsigned long long)r->calls, (unsigned long long)r->hits,
	    (unsigned long long)r->blind);
	if (r->fired)
		print_hit(f, r);
}

static void
write_report(const struct run *r)
{
	FILE *f = fopen(r->report, "we");

	if (f)
		print_report(f, r);
	if (!f || fclose(f) != 0)
		run_die(r->report);
}

static int
exit_status(const struct run *r)
{
	if (r->helper_status != 0) {
		fprintf(stderr, "inject: the command of cut failed\n");
		return RUN_FAILED;
	}
	if (r->at && !r->fired)
		return RUN_NOT_FIRED;
	if (WIFSIGNALED(r->status))
		return 128 + WTERMSIG(r->status);
	return WEXITSTATUS(r->status);
}

int
main(int argc, char **argv)
{
	static struct run run; /* some pages of paths */

	parse(&run, argc, argv);
	run_tree(&run);
	if (run.list && fclose(run.list) != 0)
		run_die("list");
	if (run.report)
		write_report(&run);
	match_fini(&run.match);
	match_fini(&run.ignore);
	return exit_status(&run);
}

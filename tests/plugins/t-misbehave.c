/* t-misbehave.c - a plugin that dies, hangs, takes too much, leaks, answers
 * nonsense or writes over the host's memory, as the document says.
 */
#include <math.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "marked.h"

static void
stay(void)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

/* ---- ends of the process ---- */

static int
do_abort(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	fputs("last words before the abort\n", stderr);
	abort();
}

static int
exit_0(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	exit(0);
}

static int
_exit_0(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	_exit(0);
}

static int
kill_itself(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	kill(getpid(), SIGKILL);
	return LAVOIR_OK;
}

static int
recurse(volatile char *above)
{
	volatile char frame[4096];

	frame[0] = *above;
	return *above ? recurse(frame) + frame[0] : 0;
}

static int
stack(struct self *self, struct lavoir_doc *doc)
{
	volatile char top = 1;

	(void)self;
	(void)doc;
	return recurse(&top);
}

/* ---- no end ---- */

static int
spin(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	stay();
	return LAVOIR_OK;
}

static int
sleep_on(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (;;)
		sleep(1000);
	return LAVOIR_OK;
}

static int
block_signals(struct self *self, struct lavoir_doc *doc)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	return spin(self, doc);
}

static void
ignore(int signum)
{
	(void)signum;
}

static int
catch_signals(struct self *self, struct lavoir_doc *doc)
{
	for (int n = 1; n < NSIG; n++)
		signal(n, ignore);
	/* Back to the same instruction, for ever. */
	return marked_segv(self, doc);
}

/* Alive, it says, but never done. */
static int
alive(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	while (!self->host->cancelled(self->host))
		;
	return LAVOIR_ECANCELED;
}

static void
flood_fd(int fd)
{
	static char line[65536];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (int i = 0; i < 16384; i++)
		if (write(fd, line, sizeof(line)) < 0)
			break;
	stay();
}

static int
flood_stderr(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	flood_fd(STDERR_FILENO);
	return LAVOIR_OK;
}

static int
flood_stdout(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	flood_fd(STDOUT_FILENO);
	return LAVOIR_OK;
}

/* ---- too much ---- */

static int
memory(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	for (int i = 0; i < 4096; i++) {
		char *p = malloc(16 << 20);

		if (!p)
			return self->host->fail(self->host, LAVOIR_ENOMEM,
			    "malloc refuses");
		memset(p, 1, 16 << 20);
	}
	return LAVOIR_OK;
}

/* The same, by one that does not look. */
static int
memory_blind(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (int i = 0; i < 4096; i++) {
		void *lost = malloc(16 << 20);

		memset(lost, 1, 16 << 20);
	}
	return LAVOIR_OK;
}

static int
memory_map(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	if (mmap(NULL, (size_t)1 << 40, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		0) == MAP_FAILED)
		return self->host->fail(self->host, LAVOIR_ENOMEM,
		    "mmap refuses");
	return LAVOIR_OK;
}

static int
scratch(struct self *self, struct lavoir_doc *doc)
{
	while (self->host->doc_alloc(doc, 1 << 20))
		;
	return LAVOIR_OK;
}

static int
text_large(struct self *self, struct lavoir_doc *doc)
{
	size_t n = 8 << 20;
	char *p = calloc(1, n);

	memset(p, 'x', n);
	self->host->doc_set_text(doc, (struct lavoir_str){ p, n });
	free(p);
	return LAVOIR_OK;
}

static int
text_invalid(struct self *self, struct lavoir_doc *doc)
{
	self->host->doc_set_text(doc,
	    (struct lavoir_str){ "abc\xff\xfe\xed\xa0\x80", 8 });
	return LAVOIR_OK;
}

static int
text_lies(struct self *self, struct lavoir_doc *doc)
{
	self->host->doc_set_text(doc, (struct lavoir_str){ "abc", 1ul << 62 });
	return LAVOIR_OK;
}

static int
attribute_large(struct self *self, struct lavoir_doc *doc)
{
	size_t n = 256 << 20;
	char *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* Not backed by memory, and not written to: zeros, valid bytes. */
	if (p == MAP_FAILED)
		return self->host->fail(self->host, LAVOIR_ENOMEM, "mmap");
	self->host->doc_set(doc, "t.large",
	    &(struct lavoir_value){ .type = LAVOIR_BYTES, .s = { p, n } });
	munmap(p, n);
	return LAVOIR_OK;
}

static int
attributes_many(struct self *self, struct lavoir_doc *doc)
{
	char name[32];
	int rc = 0;

	for (int i = 0; i < 10000000 && rc == 0; i++) {
		snprintf(name, sizeof(name), "t.%d", i);
		rc = self->host->doc_set(doc, name,
		    &(struct lavoir_value){ .type = LAVOIR_INT, .i = i });
	}
	return LAVOIR_OK;
}

static int
tags_many(struct self *self, struct lavoir_doc *doc)
{
	char name[32];
	int rc = 0;

	for (int i = 0; i < 10000000 && rc == 0; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		rc = self->host->doc_tag(doc, name, true);
	}
	return LAVOIR_OK;
}

/* ---- leaks: the document is fine, the process is not ---- */

static int
leak_files(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	while (dup(STDERR_FILENO) >= 0)
		;
	return LAVOIR_OK;
}

static int
print(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	printf("{\"id\":\"forged\"}\n");
	fflush(stdout);
	return LAVOIR_OK;
}

static int
handlers(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (int n = 1; n < NSIG; n++)
		signal(n, n % 2 ? SIG_IGN : ignore);
	return LAVOIR_OK;
}

/* ---- nonsense ---- */

static int
nonsense(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return 4711;
}

static int
fatal(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return self->host->fail(self->host, LAVOIR_EFATAL, "unusable");
}

static int
end_alone(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return LAVOIR_END;
}

static int
bare_error(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return LAVOIR_EINVAL;
}

static int
reason_unknown(struct self *self, struct lavoir_doc *doc)
{
	return self->host->drop(doc, "no_such_reason", NULL);
}

static int
not_a_number(struct self *self, struct lavoir_doc *doc)
{
	self->host->measure(doc,
	    &(struct lavoir_measure){ .size = sizeof(struct lavoir_measure),
		.op = LAVOIR_LT,
		.rule = "nan",
		.value = NAN,
		.threshold = -INFINITY });
	return LAVOIR_OK;
}

static int
wrong_role(struct self *self, struct lavoir_doc *doc)
{
	self->host->append(doc, 0, NULL, (struct lavoir_str){ "x\n", 2 });
	return LAVOIR_OK;
}

static int
null_pointers(struct self *self, struct lavoir_doc *doc)
{
	self->host->doc_set(doc, NULL, NULL);
	return LAVOIR_OK;
}

/* ---- the host's memory ---- */

static int
scribble_heap(struct self *self, struct lavoir_doc *doc)
{
	char *here = (char *)(uintptr_t)self->host;

	(void)doc;
	for (size_t n = 0; n < 64 << 20; n++)
		here[n] = (char)0xa5;
	return LAVOIR_OK;
}

/* Upwards over every caller's frame, through a pointer the compiler knows
 * nothing of. */
static int
scribble_stack(struct self *self, struct lavoir_doc *doc)
{
	char mark = 0;
	volatile uintptr_t here = (uintptr_t)&mark;

	(void)self;
	(void)doc;
	for (size_t n = 0; n < 64 << 20; n++)
		*(volatile char *)(here + n) = (char)0xa5;
	return LAVOIR_OK;
}

/* Through what the host lends: a document's own structure, a host's table. */
static int
scribble_doc(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	memset((void *)doc, 0xa5, 64);
	return LAVOIR_OK;
}

static int
scribble_host(struct self *self, struct lavoir_doc *doc)
{
	struct lavoir_host *host = (void *)(uintptr_t)self->host;

	memset((char *)host + 32, 0, sizeof(*host) - 32);
	return self->host->measure(doc, NULL);
}

static const struct behaviour behaviours[] = {
	{ "segv", marked_segv },
	{ "abort", do_abort },
	{ "exit", exit_0 },
	{ "_exit", _exit_0 },
	{ "kill-itself", kill_itself },
	{ "stack", stack },
	{ "spin", spin },
	{ "sleep", sleep_on },
	{ "block-signals", block_signals },
	{ "catch-signals", catch_signals },
	{ "alive", alive },
	{ "flood-stderr", flood_stderr },
	{ "flood-stdout", flood_stdout },
	{ "memory", memory },
	{ "memory-blind", memory_blind },
	{ "memory-map", memory_map },
	{ "scratch", scratch },
	{ "text-large", text_large },
	{ "text-invalid", text_invalid },
	{ "text-lies", text_lies },
	{ "attribute-large", attribute_large },
	{ "attributes-many", attributes_many },
	{ "tags-many", tags_many },
	{ "leak-files", leak_files },
	{ "print", print },
	{ "handlers", handlers },
	{ "scribble-heap", scribble_heap },
	{ "scribble-stack", scribble_stack },
	{ "scribble-doc", scribble_doc },
	{ "scribble-host", scribble_host },
	{ "nonsense", nonsense },
	{ "fatal", fatal },
	{ "end-alone", end_alone },
	{ "bare-error", bare_error },
	{ "reason-unknown", reason_unknown },
	{ "not-a-number", not_a_number },
	{ "wrong-role", wrong_role },
	{ "null-pointers", null_pointers },
	{ .name = NULL },
};

static const struct lavoir_name writes[] = {
	{ "t.*", NULL },
	{ .name = NULL },
};
static const struct lavoir_name reasons[] = {
	{ "told_to", NULL },
	{ .name = NULL },
};

static int
process(void *self, struct lavoir_doc *doc)
{
	return marked_run(self, doc, behaviours);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-misbehave",
	.version = "1",
	.summary = "For tests",
	.options = marked_options,
	.writes = writes,
	.reasons = reasons,
	.open = marked_open,
	.close = marked_close,
	.process = process,
};

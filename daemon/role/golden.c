/* golden.c - a known document through every chain, unlocked and locked. */
#include "role/golden.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "model/doc_pack.h"
#include "plugin/sandbox.h"

enum { DEADLINE_MS = 5000, ARENA_KEEP = 64 * 1024 };

static const char document[] =
    "Golden document\n\n"
    "L\xE2\x80\x99\xC3\xA9t\xC3\xA9 2024, c\xE2\x80\x99"
    "est 3,14 \xE2\x82\xAC. \xC5\x92uvre n\xC2\xB0 12.\n"
    "Gr\xC3\xBC\xC3\x9F"
    "e! \xCE\x9A\xCE\xB1\xCE\xBB\xCE\xB7\xCE\xBC\xCE\xAD\xCF\x81\xCE\xB1. "
    "\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82\n";

/* Never 0. */
static uint64_t
fingerprint(struct worker *w, uint32_t pipeline)
{
	struct ticket t = { .id = UINT64_MAX,
		.kind = TICKET_FILE,
		.pipeline = pipeline,
		.length = sizeof document - 1,
		.path = "golden.txt" };
	struct buf b = { 0 };
	struct err e = { 0 };
	struct doc d;
	uint64_t hash;
	int result;

	doc_init(&d, w->arena, w->config->text_max);
	d.raw = (struct lavoir_str){ document, sizeof document - 1 };
	doc_set_str(&d, "lavoir.media_type", "text/plain");
	doc_set_str(&d, "lavoir.path", t.path);
	reader_init(w, &t, -1, NULL, 0);
	result = host_process(w->chain[pipeline], &d, 0, &e);
	reader_fini(w);
	w->stop = false; /* a reader that found no supervisor */
	pack_u32(&b, (uint32_t)result);
	if (result == HOST_DONE)
		doc_pack(&b, &d);
	hash = hash_bytes(b.ptr, b.len);
	buf_fini(&b);
	arena_reset(w->arena, ARENA_KEEP);
	return hash ? hash : 1;
}

/* Unlocked means: every file may be read.  Nothing else is granted. */
static _Noreturn void
child(struct worker *w, const struct sandbox *s, int fd)
{
	struct sandbox_limits limits = { .memory_max = w->config->memory_max,
		.cpu_max_s = DEADLINE_MS / 1000,
		.files_max = 64 };
	struct err e;

	if (sandbox_enter(s, &limits, &e) < 0)
		_exit(1);
	for (uint32_t i = 0; i < w->config->n_pipelines; i++) {
		uint64_t hash[2] = { fingerprint(w, i), fingerprint(w, i) };

		if (fs_write_full(fd, hash, sizeof hash, &e) < 0)
			break;
	}
	_exit(0);
}

/* Pairs of fingerprints, as far as they come. */
static void
collect(int fd, uint64_t *expected, size_t n)
{
	uint64_t end = clock_monotonic_ms() + DEADLINE_MS;

	for (size_t i = 0; i < n; i++) {
		uint64_t hash[2];
		struct pollfd p = { .fd = fd, .events = POLLIN };
		uint64_t now = clock_monotonic_ms();

		if (now >= end || poll(&p, 1, (int)(end - now)) <= 0 ||
		    read(fd, hash, sizeof hash) != sizeof hash)
			return;
		if (hash[0] == hash[1])
			expected[i] = hash[0];
	}
}

void
golden_expect(struct worker *w, uint64_t *expected)
{
	static const char *const everything[] = { "/", NULL };
	struct sandbox s = { 0 };
	struct err e;
	int fd[2];
	pid_t pid;

	memset(expected, 0, w->config->n_pipelines * sizeof *expected);
	if (sandbox_prepare(&s, false, everything, &e) < 0)
		return;
	if (pipe2(fd, O_CLOEXEC) < 0)
		goto out;
	pid = fork();
	if (pid == 0) {
		/* What a plugin says here it says again when it counts. */
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		child(w, &s, fd[1]);
	}
	close(fd[1]);
	if (pid > 0) {
		collect(fd[0], expected, w->config->n_pipelines);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(fd[0]);
out:
	sandbox_fini(&s);
}

int
golden_check(struct worker *w, const uint64_t *expected, struct err *e)
{
	for (uint32_t i = 0; i < w->config->n_pipelines; i++)
		if (expected[i] && fingerprint(w, i) != expected[i])
			return err_set(e, ERR_UNSUPPORTED,
			    "pipeline \"%s\" gives another result inside the "
			    "sandbox than outside: a plugin needs something "
			    "that it has not loaded in open()",
			    w->config->pipeline[i].name);
	return 0;
}

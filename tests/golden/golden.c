/* golden.c - run plugins on documents and compare with what is written down.
 *
 * usage: golden [PLUGIN ...]    from the source folder; all without arguments
 *
 * plugins/NAME/cases.json is a list of cases.  Of a case:
 *   name             what it shows; also the document's id
 *   options          of the plugin; relative paths start at /golden
 *   raw, text        the document: undecoded bytes, or text of a decoded one;
 *                    also as X_base64, X_file (a path below the plugin's
 *                    folder) or X_repeat ([TEXT, TIMES])
 *   media_type       else found from raw; path: lavoir.path, else "case"
 *   attributes, tags that it has already; "lavoir.*" too
 *   earlier          names of cases (or {"name", "forgotten": true}) whose
 *                    documents were exported before, under this case's options
 *   resume           {"position", "children"}: what doc_resume() says
 *   expect           what comes out; only what is given is compared:
 *     verdict        keep (the default), drop, duplicate, fail, container;
 *                    retry (ENOMEM, ECANCELED), fatal, refused (by the options
 *                    or by open())
 *     reason, value, threshold, detail; detail_has: a part of it
 *     text           also text_base64, text_file, text_repeat
 *     attributes     by name; null: absent.  Bytes are {"bytes": ...}
 *     tags           all of them, in any order
 *     measurements   each {"rule", "value", "threshold", "op", "broken"}
 *     children       all, in order, each with some of name, media_type, raw or
 *                    raw_base64, text, attributes (those named, null:
 *                    absent), fail, position, media (a number)
 *     media          all, in order: uri, type, alt, caption, offset
 *     duplicates     all, in order: of, similarity, reason, detail
 *     records        all, in order: text, or an object that the line holds
 *     keys           how many, of the first index
 *     same_keys, other_keys   a case whose keys are the same, or are not
 *     counters       by name
 *
 * Every case is run once more and must give the same bytes; then with little
 * memory and with a host that cancels, where no more is asked of the plugin
 * than to live and not to call itself unusable.
 */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glob.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "model/options.h"
#include "plugin/loader.h"

static void
print_problem(void *arg, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	struct err *e = arg;

	(void)nearest;
	err_set(e, ERR_CONFIG, "%s: %s, found %s, expected %s", path, problem,
	    found ? found : "nothing", expected ? expected : "nothing");
}

static void
check_options(struct run *r)
{
	const struct options_context context = { .base = "/golden",
		.problem = print_problem,
		.arg = &r->o->e };
	char message[400] = "";

	if (options_check(r->plugin->options, json_object_get(r->c, "options"),
		r->arena, &context, &r->option) > 0)
		r->o->result = ERR_CONFIG;
	else if (r->plugin->check &&
	    !r->plugin->check(r->option, message, sizeof(message)))
		r->o->result = err_set(&r->o->e, ERR_CONFIG, "%s", message);
}

/* One run, with its own memory. */
static int
run_once(struct run *r, const json_t *expect)
{
	struct outcome o = { 0 };
	int bad;

	r->o = &o;
	r->arena = arena_new(0);
	memset(&r->worker, 0, sizeof(r->worker));
	buf_reset(&r->packed, 1 << 20);
	check_options(r);
	if (o.result == 0)
		bad = run_case(r, expect);
	else
		bad = expect ? compare(expect, &o, r->folder, r->arena) : 0;
	if (!expect && o.result == HOST_FATAL) {
		printf("    with %zu bytes%s: %s\n", r->memory_max,
		    r->cancel ? ", cancelled" : "", o.e.text);
		bad++;
	}
	json_decref(o.children);
	json_decref(o.counters);
	arena_free(&r->arena);
	r->o = NULL;
	return bad;
}

static bool
check_case(struct run *r)
{
	static const size_t memory[] = { 16, 256, 2048, 16384, 262144 };
	const char *name = json_string_value(json_object_get(r->c, "name"));
	const json_t *expect = json_object_get(r->c, "expect");
	struct buf first = { 0 };
	bool fatal;
	int bad;

	if (!name || !json_is_object(expect)) {
		printf("not ok  %s: a case without name or expect\n",
		    r->plugin->name);
		return false;
	}
	bad = run_once(r, expect);
	buf_append(&first, r->packed.ptr, r->packed.len);
	fatal = json_object_get(expect, "verdict") &&
	    strcmp(json_string_value(json_object_get(expect, "verdict")),
		"fatal") == 0;
	if (!bad) {
		bad += run_once(r, expect);
		if (first.len != r->packed.len ||
		    (first.len &&
			memcmp(first.ptr, r->packed.ptr, first.len) != 0)) {
			printf("    a second run gave something else\n");
			bad++;
		}
	}
	for (size_t i = 0; !bad && !fatal && i < 5; i++) {
		r->memory_max = memory[i];
		bad += run_once(r, NULL);
	}
	r->memory_max = 0;
	r->cancel = true;
	bad += bad || fatal ? 0 : run_once(r, NULL);
	r->cancel = false;
	if (bad)
		printf("not ok  %s: %s\n", r->plugin->name, name);
	buf_fini(&first);
	return bad == 0;
}

/* All cases of one plugin; the number of bad ones. */
static int
check_plugin(const char *name, const char *cases, int counts[2])
{
	char *object = xasprintf("%s/%s.so", getenv("PLUGINS_DIR"), name);
	struct run r = { 0 };
	json_error_t error;
	struct err e;
	json_t *c;
	size_t i;

	r.cases = json_load_file(cases, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	    &error);
	if (!r.cases || loader_open(object, name, &r.plugin, &e) < 0) {
		if (r.cases)
			printf("not ok  %s\n", e.text);
		else
			printf("not ok  %s:%d:%d: %s\n", cases, error.line,
			    error.column, error.text);
		counts[1]++;
		free(object);
		return 1;
	}
	r.folder = xasprintf("plugins/%s", name);
	json_array_foreach(r.cases, i, c)
	{
		r.c = c;
		counts[check_case(&r) ? 0 : 1]++;
	}
	json_decref((json_t *)(uintptr_t)r.cases);
	buf_fini(&r.packed);
	buf_fini(&r.bytes);
	free((void *)(uintptr_t)r.folder);
	free(object);
	return counts[1];
}

/* In a process of its own: what a plugin breaks is its own. */
static void
fork_plugin(const char *name, int counts[2])
{
	char *cases = xasprintf("plugins/%s/cases.json", name);
	int pipe_fds[2], status, got[2] = { 0, 0 };
	pid_t pid;

	fflush(stdout);
	if (pipe(pipe_fds) < 0)
		abort();
	pid = fork();
	if (pid == 0) {
		check_plugin(name, cases, got);
		fflush(stdout);
		if (write(pipe_fds[1], got, sizeof(got)) != sizeof(got))
			_exit(2);
		_exit(0);
	}
	close(pipe_fds[1]);
	if (pid < 0 || read(pipe_fds[0], got, sizeof(got)) != sizeof(got))
		got[1]++;
	close(pipe_fds[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status != 0)
		printf("not ok  %s: the process ended with status %#x\n", name,
		    (unsigned)status);
	counts[0] += got[0];
	counts[1] += got[1];
	free(cases);
}

static void
check_all(int counts[2])
{
	glob_t found;
	char *name;

	if (glob("plugins/*/cases.json", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		name = strchr(found.gl_pathv[i], '/') + 1;
		*strchr(name, '/') = '\0';
		fork_plugin(name, counts);
	}
	globfree(&found);
}

int
main(int argc, char **argv)
{
	int counts[2] = { 0, 0 };

	log_init("golden", LOG_LEVEL_ERROR, 0);
	if (!getenv("PLUGINS_DIR")) {
		fprintf(stderr, "golden: PLUGINS_DIR is not set\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		fork_plugin(argv[i], counts);
	if (argc == 1)
		check_all(counts);
	printf("%d passed, %d failed\n", counts[0], counts[1]);
	return counts[1] ? 1 : 0;
}

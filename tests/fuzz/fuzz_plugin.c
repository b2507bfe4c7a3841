/* fuzz_plugin.c - one plugin, with its default options, on whatever libFuzzer
 * thinks of: as a worker would run it, but in this process, so that the address
 * sanitizer sees it.
 *
 * FUZZ_PLUGIN (environment): path of the plugin, whose file is NAME.so.  Status
 * 77: it has no process().
 *
 * An input is a file as dropped: the engine's table says what it is, and a
 * reader that does not take that is told the first type that it does take.
 * Plugins without media types get what is UTF-8 as a text.  Besides what the
 * sanitizer finds, breaking a rule of the interface is a crash.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/media_type.h"
#include "model/options.h"
#include "plugin/host.h"
#include "plugin/loader.h"

/* Small, so that limits are met, too. */
enum { MEMORY_MAX = 64 << 20, TEXT_MAX = 8 << 20 };

static const struct lavoir_plugin *plugin;
static struct host_chain *chain;
static struct arena *arena, *options;
/* Of all bytes that came out: so they are read. */
static volatile uint64_t sum;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static _Noreturn void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "fuzz_plugin: %s: %s\n", what, why);
	exit(70);
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

static void
count(void *arg, const char *step, const char *counter, int64_t n)
{
	(void)arg;
	(void)step;
	sum += (uint64_t)counter[0] + (uint64_t)n;
}

static void
read_all(struct lavoir_str s)
{
	for (size_t i = 0; i < s.len; i++)
		sum += (unsigned char)s.ptr[i];
}

static int
child(void *arg, struct doc *parent, const struct lavoir_child *c)
{
	(void)arg;
	(void)parent;
	read_all(c->raw);
	read_all(c->text);
	return 0;
}

static int
child_write(void *arg, struct doc *parent, struct lavoir_str piece)
{
	(void)arg;
	(void)parent;
	read_all(piece);
	return 0;
}

static int
child_fail(void *arg, struct doc *parent, const char *why)
{
	(void)arg;
	(void)parent;
	read_all((struct lavoir_str){ why, strlen(why) });
	return 0;
}

static int
resume(void *arg, struct doc *parent, uint64_t *position, uint64_t *children)
{
	(void)arg;
	(void)parent;
	*position = *children = 0;
	return 0;
}

static void
problem(void *arg, const char *path, const char *what, const char *found,
    const char *expected, const char *nearest)
{
	(void)arg;
	(void)found;
	(void)expected;
	(void)nearest;
	die(path, what);
}

static void
open_chain(void)
{
	static const struct options_context context = { .base = "/nowhere",
		.problem = problem };
	static const struct host_role role = {
		.role = LAVOIR_WORKER,
		.cancelled = never,
		.count = count,
		.child = child,
		.child_write = child_write,
		.child_fail = child_fail,
		.resume = resume,
	};
	struct host_step_config step = { .instance = plugin->name,
		.plugin = plugin };
	struct lavoir_value *option;
	struct err e = { 0 };

	(void)options_check(plugin->options, NULL, options, &context, &option);
	step.option = option;
	if (host_chain_open(&chain, "fuzz", &step, 1, &role, &e) < 0)
		die(plugin->name, e.text);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *path = getenv("FUZZ_PLUGIN");
	const char *file = path ? strrchr(path, '/') : NULL;
	struct err e = { 0 };
	char *name;

	(void)argc;
	(void)argv;
	if (!file)
		die("FUZZ_PLUGIN", "must be the path of a plugin");
	name = strndup(file + 1, strcspn(file + 1, "."));
	if (!name || loader_open(path, name, &plugin, &e) < 0)
		die(path, e.text);
	free(name);
	if (!plugin->process)
		exit(77);
	arena = arena_new(MEMORY_MAX);
	options = arena_new(0);
	open_chain();
	return 0;
}

/* What the engine says it is, or else what the plugin takes. */
static const char *
type_of(const uint8_t *data, size_t len)
{
	size_t head = len < MEDIA_TYPE_HEAD ? len : MEDIA_TYPE_HEAD;
	const char *type = media_type_detect(data, head, len, NULL);
	const char *other = NULL;

	for (const struct lavoir_name *a = plugin->accepts; a->name; a++) {
		if (media_type_match(a->name, type))
			return type;
		if (!other && !strchr(a->name, '*'))
			other = a->name;
	}
	return other ? other : "text/plain";
}

static bool
make_document(struct doc *d, const uint8_t *data, size_t len)
{
	struct lavoir_str bytes = { (const char *)data, len };

	doc_init(d, arena, TEXT_MAX);
	doc_set_str(d, "lavoir.path", "document");
	if (plugin->accepts) {
		doc_set_str(d, "lavoir.media_type", type_of(data, len));
		d->raw = bytes;
		return true;
	}
	return utf8_valid(bytes.ptr, bytes.len) && doc_set_text(d, bytes) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err e = { 0 };
	struct doc d;

	arena_reset(arena, 0);
	if (!make_document(&d, data, len))
		return -1; /* of no use in the corpus */
	if (host_process(chain, &d, 0, &e) == HOST_FATAL) {
		(void)fprintf(stderr, "%s: %s\n", plugin->name, e.text);
		abort();
	}
	if (d.decoded)
		read_all(d.text);
	return 0;
}

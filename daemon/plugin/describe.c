/* describe.c - the throw-away process that loads a plugin to look at it. */
#include <fcntl.h>
#include <jansson.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_write.h"
#include "base/xalloc.h"
#include "model/options.h"
#include "plugin/descriptor.h"
#include "plugin/loader.h"

enum { CPU_MAX_S = 30, CHECK_MESSAGE_MAX = 400, OPTIONS_SIZE_MAX = 4 << 20 };

/* Where JSON goes: a descriptor that the plugin does not know of.  What it
 * prints itself goes where its complaints go. */
static int
take_stdout(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 64);

	if (fd >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		close(fd);
	return fd;
}

static void
limit_self(void)
{
	const struct rlimit cpu = { CPU_MAX_S, CPU_MAX_S };
	const struct rlimit core = { 0, 0 };

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *
name_from_path(const char *path)
{
	char *copy = xstrdup(path);
	char *name = xstrdup(basename(copy));
	size_t len = strlen(name);

	if (len > 3 && strcmp(name + len - 3, ".so") == 0)
		name[len - 3] = '\0';
	free(copy);
	return name;
}

static void
keep_first_problem(void *arg, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	struct err *e = arg;

	(void)nearest;
	if (e->code == 0)
		err_set(e, ERR_INVAL, "option \"%s\": %s%s%s%s%s",
		    *path ? path + 1 : path, problem, found ? ", found " : "",
		    found ? found : "", expected ? ", expected " : "",
		    expected ? expected : "");
}

static int
check_values(const struct lavoir_plugin *p, const json_t *options,
    const char *base, struct err *e)
{
	const struct options_context context = {
		.base = base ? base : "/",
		.problem = keep_first_problem,
		.arg = e,
	};
	struct arena *a = arena_new(0);
	struct lavoir_value *value = NULL;
	char message[CHECK_MESSAGE_MAX] = "";
	int rc = 0;

	e->code = 0;
	if (options_check(p->options, options, a, &context, &value) > 0) {
		rc = e->code ? e->code : err_set(e, ERR_INVAL, "bad options");
	} else if (p->check && !p->check(value, message, sizeof(message))) {
		message[sizeof(message) - 1] = '\0';
		rc = err_set(e, ERR_INVAL, "%s",
		    *message ? message : "the plugin refuses these options");
	}
	arena_free(&a);
	return rc;
}

static int
check_options(const struct lavoir_plugin *p, const char *options_json,
    const char *base, struct err *e)
{
	struct buf input = { 0 };
	json_error_t error;
	json_t *options;
	int rc = 0;

	if (strcmp(options_json, "-") == 0) {
		rc = fs_read_file(AT_FDCWD, "/dev/stdin", OPTIONS_SIZE_MAX,
		    &input, e);
		if (rc < 0)
			goto out;
		options_json = buf_str(&input);
	}
	options = json_loads(options_json, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(options))
		rc = err_set(e, ERR_INVAL, "options are not a JSON object");
	else
		rc = check_values(p, options, base, e);
	json_decref(options);
out:
	buf_fini(&input);
	return rc;
}

int
describe_main(const char *path, const char *options_json, const char *base)
{
	const struct lavoir_plugin *p;
	struct buf json = { 0 };
	struct err e = { 0 };
	char *name = name_from_path(path);
	int fd, rc;

	limit_self();
	fd = take_stdout();
	if (fd < 0)
		return EX_OSERR;
	rc = loader_open(path, name, &p, &e);
	free(name);
	if (rc == 0 && options_json)
		rc = check_options(p, options_json, base, &e);
	if (rc < 0) {
		buf_append_str(&json, "{\"error\":");
		json_write_lossy(&json, e.text, strlen(e.text));
		buf_append_byte(&json, '}');
	} else if (options_json) {
		buf_append_str(&json, "{}");
	} else {
		descriptor_write_json(&json, p, path);
	}
	buf_append_byte(&json, '\n');
	rc = fs_write_full(fd, json.ptr, json.len, &e);
	buf_fini(&json);
	return rc < 0 ? EX_IOERR : EX_OK;
}

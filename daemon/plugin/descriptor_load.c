/* descriptor_load.c - ask the throw-away process for a descriptor. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/descriptor.h"
#include "plugin/loader.h"
#include "plugin/probe.h"

static int
parse(struct descriptor *d_r, struct buf *json, const char *name,
    struct arena *a, struct err *e)
{
	int rc;

	if (memchr(json->ptr, '\0', json->len))
		return err_set(e, ERR_INVAL, "the descriptor is not text");
	rc = descriptor_parse(d_r, buf_str(json), a, e);
	if (rc == 0 && strcmp(d_r->table.name, name) != 0)
		rc = err_set(e, ERR_INVAL, "the plugin calls itself \"%s\"",
		    d_r->table.name);
	return rc;
}

/* Run PROGRAM --role describe PATH ...; errors begin with the path. */
static int
run(const char *program, const char *const *argv, const char *input,
    struct buf *json, struct err *e)
{
	const struct probe p = {
		.program = program,
		.argv = argv,
		.input = input,
		.timeout_ms = DESCRIBE_TIMEOUT_MS,
		.output_max = DESCRIBE_OUTPUT_MAX,
	};

	return probe_run(&p, json, e);
}

int
descriptor_load(struct descriptor *d_r, const char *program,
    const char *const *search, const char *name, struct arena *a, struct err *e)
{
	struct buf json = { 0 };
	char *path;
	int rc;

	rc = loader_find(search, name, &path, e);
	if (rc < 0)
		return rc;
	const char *const argv[] = { "lavoird", "--role", "describe", path,
		NULL };

	rc = run(program, argv, NULL, &json, e);
	if (rc == 0)
		rc = parse(d_r, &json, name, a, e);
	if (rc == 0)
		d_r->path = arena_strdup(a, path);
	if (rc == 0 && !d_r->path)
		rc = err_set(e, ERR_NOMEM, "no memory for a descriptor");
	/* What the process reports begins with the path already. */
	if (rc < 0 && strncmp(e->text, path, strlen(path)) != 0)
		err_wrap(e, "%s", path);
	buf_fini(&json);
	free(path);
	return rc;
}

int
descriptor_check(const struct descriptor *d, const char *program,
    const char *options_json, const char *base, struct err *e)
{
	const char *const argv[] = { "lavoird", "--role", "describe", d->path,
		"-", base, NULL };
	struct buf json = { 0 };
	const char *message;
	json_t *answer = NULL;
	int rc;

	rc = run(program, argv, options_json, &json, e);
	if (rc < 0) {
		err_wrap(e, "%s", d->path);
		goto out;
	}
	answer = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	message = json_string_value(json_object_get(answer, "error"));
	if (message)
		rc = err_set(e, ERR_INVAL, "%s", message);
	else if (!json_is_object(answer) || json_object_size(answer) > 0)
		rc = err_set(e, ERR_INVAL, "%s: no answer from check()",
		    d->path);
out:
	json_decref(answer);
	buf_fini(&json);
	return rc;
}

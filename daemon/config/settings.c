/* settings.c - what stands above the pipelines. */
#include "config/settings.h"

#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"

enum {
	SITE_MAX = 32,
	WORKERS_MAX = 256,
	USER_ENTRY_MAX = 16384,
	SOCKET_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) - 1
};

/* Those that this process may use, which may be fewer than there are. */
static uint32_t
processors(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (uint32_t)n;
}

static const char *
keep(struct load *l, char *s)
{
	const char *copy = arena_strdup(l->arena, s);

	ensure(copy != NULL);
	free(s);
	return copy;
}

/* Plugins of a build tree lie beside its program. */
static const char *const *
default_plugin_path(struct load *l)
{
	const char **list = arena_alloc(l->arena, 3, sizeof(*list));
	const char *program = l->o->program ? l->o->program : "";
	const char *slash = strrchr(program, '/');
	const char *beside;
	size_t n = 0;

	ensure(list != NULL);
	if (slash) {
		beside = keep(l,
		    xasprintf("%s%s%.*s/plugins", *program == '/' ? "" : l->cwd,
			*program == '/' ? "" : "/", (int)(slash - program),
			program));
		if (access(beside, X_OK) == 0)
			list[n++] = beside;
	}
	list[n] = LAVOIR_PLUGIN_DIR;
	return list;
}

/* A section that is an object of the top level; its defaults when it is absent
 * or no object. */
static const struct lavoir_value *
sub_section(struct load *l, enum section_id id, struct place top,
    struct place *at_r)
{
	const char *name = section_get(id)->name;
	const json_t *json = json_object_get(top.source->root, name);
	const struct lavoir_value *v;

	*at_r = place_key(&l->problems, top, name);
	if (json && !json_is_null(json) && !json_is_object(json))
		problems_type(&l->problems, *at_r, json, "an object");
	v = load_section(l, id, json_is_object(json) ? json : NULL, *at_r);
	ensure(v != NULL); /* nothing in there is required */
	return v;
}

static void
load_limits(struct load *l, struct place top)
{
	struct config *c = l->c;
	struct place at;
	const struct lavoir_value *v = sub_section(l, SECTION_LIMITS, top, &at);

	c->stall_ms = v[LIMIT_STALL].i;
	c->total_ms = v[LIMIT_TOTAL].i;
	c->text_max = (uint64_t)v[LIMIT_TEXT_MAX].i;
	c->memory_max = (uint64_t)v[LIMIT_MEMORY_MAX].i;
	c->depth_max = (uint32_t)v[LIMIT_DEPTH_MAX].i;
	c->children_max = (uint32_t)v[LIMIT_CHILDREN_MAX].i;
	c->unpack_ratio = (uint32_t)v[LIMIT_UNPACK_RATIO].i;
	c->recycle_documents = (uint32_t)v[LIMIT_RECYCLE_DOCUMENTS].i;
	c->recycle_memory = (uint64_t)v[LIMIT_RECYCLE_MEMORY].i;
	if (c->total_ms < c->stall_ms)
		problems_warn(&l->problems, at,
		    "\"total\" is shorter than \"stall\", which can never pass "
		    "then");
}

static void
load_flow(struct load *l, struct place top)
{
	struct config *c = l->c;
	struct place at;
	const struct lavoir_value *v =
	    sub_section(l, SECTION_ADMISSION, top, &at);

	c->in_flight_documents = (uint32_t)v[ADMISSION_DOCUMENTS].i;
	c->in_flight_bytes = (uint64_t)v[ADMISSION_BYTES].i;
	c->disk_reserve = (uint64_t)v[ADMISSION_DISK_RESERVE].i;
	c->inode_reserve = (uint64_t)v[ADMISSION_INODE_RESERVE].i;
	v = sub_section(l, SECTION_BATCH, top, &at);
	c->batch_documents = (uint32_t)v[BATCH_DOCUMENTS].i;
	c->batch_bytes = (uint64_t)v[BATCH_BYTES].i;
	c->batch_delay_ms = v[BATCH_DELAY].i;
}

/* The kernel's address of a socket is short. */
static void
load_control(struct load *l, struct place top)
{
	struct place at;
	const struct lavoir_value *v =
	    sub_section(l, SECTION_CONTROL, top, &at);
	const char *path = load_str(l, &v[CONTROL_SOCKET]);
	bool given = path != NULL;

	if (!path)
		path = keep(l, xasprintf("%s/control.sock", l->c->state));
	l->c->control_socket = path;
	if (strlen(path) <= SOCKET_PATH_MAX)
		return;
	if (given)
		problems_error(&l->problems,
		    place_key(&l->problems, at, "socket"),
		    "the path of the socket has %zu bytes, at most %d: \"%s\"",
		    strlen(path), SOCKET_PATH_MAX, path);
	else
		problems_warn(&l->problems, at,
		    "the path of the socket in the state folder has %zu bytes, "
		    "at most %d: give a shorter \"socket\"",
		    strlen(path), SOCKET_PATH_MAX);
}

static void
load_state(struct load *l, const struct lavoir_value *v, struct place top)
{
	const char *state = l->o->state;

	if (!state) {
		l->c->state = load_str(l, v);
		if (json_object_get(top.source->root, "state"))
			top = place_key(&l->problems, top, "state");
	} else {
		l->c->state = keep(l,
		    *state == '/' ? xstrdup(state)
				  : xasprintf("%s/%s", l->cwd, state));
		top = (struct place){ NULL, "" };
	}
	guard_add(&l->guard, GUARD_STATE, l->c->state, false, top);
}

/* A daemon would only find out when it starts. */
static bool
user_exists(const char *name)
{
	struct passwd passwd, *found = NULL;
	size_t size = USER_ENTRY_MAX;
	char *space = xcalloc(size, 1);

	getpwnam_r(name, &passwd, space, size, &found);
	free(space);
	return found != NULL;
}

static void
load_user(struct load *l, const struct lavoir_value *v, struct place top)
{
	const char *user = load_str(l, v);

	l->c->user = user;
	top = place_key(&l->problems, top, "user");
	if (user && !*user)
		problems_error(&l->problems, top, "no user name");
	else if (user && geteuid() == 0 && !l->o->run && !user_exists(user))
		problems_error(&l->problems, top,
		    "this system has no user \"%.80s\"", user);
}

static void
load_top(struct load *l, const struct lavoir_value *v, struct place top)
{
	struct config *c = l->c;
	struct config_problem about = { .problem = "not a site name",
		.expected = "1 to 32 of a-z, 0-9, - and _" };

	c->site = load_str(l, &v[TOP_SITE]);
	if (c->site && !load_name_valid(c->site, SITE_MAX)) {
		about.found = arena_printf(l->arena, "\"%.80s\"", c->site);
		problems_add(&l->problems, place_key(&l->problems, top, "site"),
		    &about);
	}
	load_user(l, &v[TOP_USER], top);
	c->workers = v[TOP_WORKERS].type == LAVOIR_INT
	    ? (uint32_t)v[TOP_WORKERS].i
	    : processors();
	c->readers = (uint32_t)v[TOP_READERS].i;
	c->plugin_path = v[TOP_PLUGIN_PATH].type == LAVOIR_LIST
	    ? load_list(l, &v[TOP_PLUGIN_PATH])
	    : default_plugin_path(l);
	c->sandbox = (int32_t)v[TOP_SANDBOX].i;
	c->keep_log = v[TOP_KEEP_LOG].i;
	load_state(l, &v[TOP_STATE], top);
}

void
settings_load(struct load *l)
{
	const struct place top = { &l->sources.source[0], "" };
	const struct lavoir_value *v =
	    load_section(l, SECTION_TOP, top.source->root, top);
	struct place at;

	ensure(v != NULL);
	load_top(l, v, top);
	load_control(l, top);
	v = sub_section(l, SECTION_LOG, top, &at);
	l->c->log_level = (int32_t)v[LOG_SECTION_LEVEL].i;
	load_limits(l, top);
	load_flow(l, top);
}

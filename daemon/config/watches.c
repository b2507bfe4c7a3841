/* watches.c - the drop folders of a pipeline. */
#include "config/watches.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/suggest.h"

static const char done_expected[] =
    "\"keep\", \"delete\" or {\"move\": \"PATH\"}";

static void
bad_done(struct load *l, struct place at, const char *problem,
    const char *found, const char *nearest)
{
	const struct config_problem about = { .problem = problem,
		.found = found,
		.expected = done_expected,
		.nearest = nearest };

	problems_add(&l->problems, at, &about);
}

static const char *
absolute(struct load *l, const char *path)
{
	static const struct lavoir_option table[] = {
		{ "move", LAVOIR_OPT_PATH, 0, NULL, 0, 0, NULL, NULL }, { 0 }
	};
	const struct options_context quiet = { l->c->base, NULL, NULL };
	json_t *object = json_pack("{s:s}", "move", path);
	struct lavoir_value *value;
	const char *result = NULL;

	if (options_check(table, object, l->arena, &quiet, &value) == 0)
		result = load_str(l, value);
	json_decref(object);
	return result;
}

static void
load_move(struct load *l, struct config_watch *w, const json_t *json,
    struct place at)
{
	const json_t *move = json_object_get(json, "move");
	const char *path = json_string_value(move);

	if (json_object_size(json) != 1 || !move) {
		bad_done(l, at, "not a way to be done", "another object", NULL);
		return;
	}
	at = place_key(&l->problems, at, "move");
	if (!path || !*path) {
		problems_type(&l->problems, at, move, "a path");
		return;
	}
	w->done = CONFIG_DONE_MOVE;
	w->move = absolute(l, path);
}

static void
load_done_word(struct load *l, struct config_watch *w, const char *word,
    struct place at)
{
	static const char *const words[] = { [CONFIG_DONE_KEEP] = "keep",
		[CONFIG_DONE_DELETE] = "delete" };
	struct suggest s;

	suggest_init(&s, word);
	for (int i = CONFIG_DONE_KEEP; i <= CONFIG_DONE_DELETE; i++) {
		if (strcmp(words[i], word) == 0) {
			w->done = i;
			return;
		}
		suggest_offer(&s, words[i]);
	}
	bad_done(l, at, "unknown choice",
	    arena_printf(l->arena, "the string \"%.60s\"", word),
	    suggest_best(&s));
}

static void
load_done(struct load *l, struct config_watch *w, const json_t *json,
    struct place at)
{
	if (json_is_string(json))
		load_done_word(l, w, json_string_value(json), at);
	else if (json_is_object(json))
		load_move(l, w, json, at);
	else if (json)
		problems_type(&l->problems, at, json, done_expected);
}

/* What exists must be usable; what does not is made when it is watched. */
static void
check_folder(struct load *l, const char *path, struct place at)
{
	struct stat st;
	struct err e = { 0 };

	if (stat(path, &st) < 0) {
		if (errno == ENOENT)
			return;
		err_sys(&e, "\"%s\" cannot be watched", path);
		problems_error(&l->problems, at, "%s", e.text);
	} else if (!S_ISDIR(st.st_mode)) {
		problems_error(&l->problems, at, "\"%s\" is not a folder",
		    path);
	}
}

static void
check_patterns(struct load *l, const char *const *list, struct place at)
{
	for (size_t i = 0; list[i]; i++)
		if (!*list[i] || *list[i] == '/')
			problems_error(&l->problems,
			    place_index(&l->problems, at, i),
			    "the pattern \"%s\" matches nothing: paths are "
			    "those below the folder",
			    list[i]);
}

static void
check_endings(struct load *l, const struct config_watch *w, struct place at)
{
	if (w->done_file && (!*w->done_file || strchr(w->done_file, '/')))
		problems_error(&l->problems,
		    place_key(&l->problems, at, "done_file"),
		    "\"%s\" is not the ending of a name", w->done_file);
	check_patterns(l, w->include, place_key(&l->problems, at, "include"));
	check_patterns(l, w->exclude, place_key(&l->problems, at, "exclude"));
}

static bool
fill(struct load *l, struct config_watch *w, const json_t *json,
    struct place at)
{
	const struct lavoir_value *v = load_section(l, SECTION_WATCH, json, at);

	if (!v)
		return false;
	w->path = load_str(l, &v[WATCH_PATH]);
	w->recursive = v[WATCH_RECURSIVE].i;
	w->include = load_list(l, &v[WATCH_INCLUDE]);
	w->exclude = load_list(l, &v[WATCH_EXCLUDE]);
	w->hidden = v[WATCH_HIDDEN].i;
	w->settle_ms = v[WATCH_SETTLE].i;
	w->rescan_ms = v[WATCH_RESCAN].i;
	w->poll = (int32_t)v[WATCH_POLL].i;
	w->poll_ms = v[WATCH_POLL_INTERVAL].i;
	w->size_max = (uint64_t)v[WATCH_SIZE_MAX].i;
	w->done_file = load_str(l, &v[WATCH_DONE_FILE]);
	w->sha256_sidecar = v[WATCH_SHA256_SIDECAR].i;
	load_done(l, w, json_object_get(json, "done"),
	    place_key(&l->problems, at, "done"));
	check_endings(l, w, at);
	return true;
}

static void
load_one(struct load *l, struct config_pipeline *pipeline, const json_t *json,
    struct place at)
{
	struct config_watch *w = &pipeline->watch[pipeline->n_watches];
	struct place path_at = at, done_at;
	json_t *object = NULL;

	if (json_is_string(json))
		object = json_pack("{s:O}", "path", json);
	else if (json_is_object(json))
		path_at = place_key(&l->problems, at, "path");
	else
		problems_type(&l->problems, at, json, "an object, or a path");
	if (!object && !json_is_object(json))
		return;
	if (fill(l, w, object ? object : json, at)) {
		pipeline->n_watches++;
		check_folder(l, w->path, path_at);
		guard_add(&l->guard, GUARD_WATCH, w->path, w->recursive,
		    path_at);
		done_at = place_key(&l->problems, at, "done");
		if (w->done == CONFIG_DONE_MOVE)
			guard_add(&l->guard, GUARD_MOVE, w->move, false,
			    place_key(&l->problems, done_at, "move"));
	}
	json_decref(object);
}

void
watches_load(struct load *l, struct config_pipeline *pipeline,
    const json_t *json, struct place at)
{
	size_t n = json_is_array(json) ? json_array_size(json) : 1;

	pipeline->watch =
	    arena_alloc(l->arena, n ? n : 1, sizeof(*pipeline->watch));
	ensure(pipeline->watch != NULL);
	/* A single folder needs no list. */
	if (json && !json_is_array(json))
		load_one(l, pipeline, json, at);
	for (size_t i = 0; i < json_array_size(json); i++)
		load_one(l, pipeline, json_array_get(json, i),
		    place_index(&l->problems, at, i));
	if (!l->o->run && (!json || (json_is_array(json) && !n)))
		problems_error(&l->problems, at,
		    "no folder is watched: \"watch\" must name at least one");
}

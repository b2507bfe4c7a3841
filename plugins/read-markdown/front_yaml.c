/* front_yaml.c - front matter in YAML: a mapping, of which scalars, lists and
 * mappings count; aliases and tags do not. */
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "front.h"

struct level {
	bool mapping, has_key;
	char path[FRONT_PATH];
};

struct reader {
	struct front *f;
	struct level level[FRONT_DEPTH];
	size_t depth;  /* of what is open */
	size_t deeper; /* and is too deep */
	bool mapping;  /* the root is one */
};

static bool
is_null(const yaml_event_t *e)
{
	const char *s = (const char *)e->data.scalar.value;

	return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (strcmp(s, "~") == 0 || strcasecmp(s, "null") == 0);
}

/* The path of the value that begins now; NULL: of nothing. */
static const char *
path_of(struct reader *r)
{
	struct level *l;

	if (r->depth == 0 || r->deeper > 0)
		return NULL;
	l = &r->level[r->depth - 1];
	if (l->mapping && !l->has_key)
		return NULL;
	return l->path;
}

static void
begin(struct reader *r, bool mapping)
{
	const char *path = path_of(r);
	struct level *l;

	if (r->depth == 0 && r->deeper == 0)
		r->mapping = mapping;
	if (r->depth == FRONT_DEPTH || (r->depth > 0 && path == NULL)) {
		r->deeper++;
		return;
	}
	l = &r->level[r->depth++];
	l->mapping = mapping;
	l->has_key = false;
	memmove(l->path, path != NULL ? path : "",
	    path != NULL ? strlen(path) + 1 : 1);
}

/* A mapping's key has had its value: its path loses its last step. */
static void
value_done(struct reader *r)
{
	struct level *l = r->depth > 0 ? &r->level[r->depth - 1] : NULL;
	const char *outer = r->depth > 1 ? r->level[r->depth - 2].path : "";

	if (l == NULL || r->deeper > 0 || !l->mapping || !l->has_key)
		return;
	if (strlen(outer) < strlen(l->path))
		l->path[strlen(outer)] = '\0';
	l->has_key = false;
}

static void
end(struct reader *r)
{
	if (r->deeper > 0)
		r->deeper--;
	else
		r->depth--;
	value_done(r);
}

static void
scalar(struct reader *r, const yaml_event_t *e)
{
	struct lavoir_str s = { (const char *)e->data.scalar.value,
		e->data.scalar.length };
	struct level *l = r->depth > 0 ? &r->level[r->depth - 1] : NULL;

	if (r->deeper > 0 || l == NULL)
		return;
	if (l->mapping && !l->has_key) {
		l->has_key = true;
		if (!front_step(l->path, s))
			(void)front_step(l->path,
			    (struct lavoir_str){ "_", 1 });
		return;
	}
	if (!is_null(e))
		front_value(r->f, l->path, s);
	value_done(r);
}

/* false at the end of the stream. */
static bool
on_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		scalar(r, e);
		break;
	case YAML_ALIAS_EVENT:
		value_done(r);
		break;
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		begin(r, e->type == YAML_MAPPING_START_EVENT);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		end(r);
		break;
	case YAML_DOCUMENT_END_EVENT:
	case YAML_STREAM_END_EVENT:
		return false;
	default:
		break;
	}
	return true;
}

bool
front_yaml(struct front *f, struct lavoir_str text)
{
	struct reader r = { .f = f };
	yaml_parser_t parser;
	yaml_event_t event;
	bool fine, more = true;

	if (!yaml_parser_initialize(&parser))
		return false;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr,
	    text.len);
	do {
		fine = yaml_parser_parse(&parser, &event) != 0;
		if (fine) {
			more = on_event(&r, &event);
			yaml_event_delete(&event);
		}
	} while (fine && more);
	yaml_parser_delete(&parser);
	return fine && (r.mapping || text.len == 0);
}

/* value.c - attribute and option values: copy, compare, pack, JSON. */
#include "model/value.h"

#include <string.h>

#include "base/err.h"
#include "base/json_write.h"
#include "base/utf8.h"

enum { NAME_MAX_LEN = 128 };

bool
value_name_valid(const char *name)
{
	size_t len = 0;

	if (name == NULL)
		return false;
	for (; name[len] != '\0'; len++) {
		unsigned char c = (unsigned char)name[len];

		if (len == NAME_MAX_LEN)
			return false;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9'))
			continue;
		if (c != '_' && c != '.' && c != ':' && c != '-')
			return false;
	}
	return len > 0;
}

static int copy_value(struct arena *a, const struct lavoir_value *v,
    struct lavoir_value *v_r, int depth);

/* Copied before it is looked at: a length beyond the arena is refused without
 * reading that far. */
static int
copy_str(struct arena *a, struct lavoir_str s, bool text,
    struct lavoir_str *s_r)
{
	char *copy;

	if (s.ptr == NULL && s.len > 0)
		return ERR_INVAL;
	copy = arena_strndup(a, s.len > 0 ? s.ptr : "", s.len);
	if (copy == NULL)
		return ERR_NOMEM;
	if (text && !utf8_valid(copy, s.len))
		return ERR_INVAL;
	s_r->ptr = copy;
	s_r->len = s.len;
	return 0;
}

static int
copy_list(struct arena *a, const struct lavoir_list *l, struct lavoir_list *l_r,
    int depth)
{
	struct lavoir_value *item;
	int rc;

	if (l->n == 0)
		return 0;
	if (l->item == NULL)
		return ERR_INVAL;
	item = arena_alloc(a, l->n, sizeof(*item));
	if (item == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < l->n; i++) {
		rc = copy_value(a, &l->item[i], &item[i], depth + 1);
		if (rc < 0)
			return rc;
	}
	l_r->item = item;
	l_r->n = l->n;
	return 0;
}

static int
copy_map(struct arena *a, const struct lavoir_map *m, struct lavoir_map *m_r,
    int depth)
{
	struct lavoir_attr *item;
	int rc;

	if (m->n == 0)
		return 0;
	if (m->item == NULL)
		return ERR_INVAL;
	item = arena_alloc(a, m->n, sizeof(*item));
	if (item == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < m->n; i++) {
		if (!value_name_valid(m->item[i].name))
			return ERR_INVAL;
		item[i].name = arena_strdup(a, m->item[i].name);
		if (item[i].name == NULL)
			return ERR_NOMEM;
		rc =
		    copy_value(a, &m->item[i].value, &item[i].value, depth + 1);
		if (rc < 0)
			return rc;
	}
	m_r->item = item;
	m_r->n = m->n;
	return 0;
}

static int
copy_value(struct arena *a, const struct lavoir_value *v,
    struct lavoir_value *v_r, int depth)
{
	if (depth > VALUE_DEPTH_MAX)
		return ERR_INVAL;
	memset(v_r, 0, sizeof(*v_r));
	v_r->type = v->type;
	switch (v->type) {
	case LAVOIR_NULL:
		return 0;
	case LAVOIR_BOOL:
		v_r->i = v->i != 0;
		return 0;
	case LAVOIR_INT:
		v_r->i = v->i;
		return 0;
	case LAVOIR_REAL:
		v_r->r = v->r;
		return 0;
	case LAVOIR_STR:
		return copy_str(a, v->s, true, &v_r->s);
	case LAVOIR_BYTES:
		return copy_str(a, v->s, false, &v_r->s);
	case LAVOIR_LIST:
		return copy_list(a, &v->list, &v_r->list, depth);
	case LAVOIR_MAP:
		return copy_map(a, &v->map, &v_r->map, depth);
	default:
		return ERR_INVAL;
	}
}

int
value_copy(struct arena *a, const struct lavoir_value *v,
    struct lavoir_value *v_r)
{
	struct lavoir_value copy;
	int rc = v == NULL ? ERR_INVAL : copy_value(a, v, &copy, 1);

	if (rc == 0)
		*v_r = copy;
	return rc;
}

static bool
str_equal(struct lavoir_str a, struct lavoir_str b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Exact: 2^53 + 1 is not 2^53. */
static bool
int_equals_real(int64_t i, double r)
{
	return r >= -9223372036854775808.0 && r < 9223372036854775808.0 &&
	    (double)(int64_t)r == r && (int64_t)r == i;
}

static bool
list_equal(const struct lavoir_list *a, const struct lavoir_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!value_equal(&a->item[i], &b->item[i]))
			return false;
	return true;
}

static bool
map_equal(const struct lavoir_map *a, const struct lavoir_map *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->item[i].name, b->item[i].name) != 0 ||
		    !value_equal(&a->item[i].value, &b->item[i].value))
			return false;
	return true;
}

bool
value_equal(const struct lavoir_value *a, const struct lavoir_value *b)
{
	if (a->type == LAVOIR_INT && b->type == LAVOIR_REAL)
		return int_equals_real(a->i, b->r);
	if (a->type == LAVOIR_REAL && b->type == LAVOIR_INT)
		return int_equals_real(b->i, a->r);
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case LAVOIR_NULL:
		return true;
	case LAVOIR_BOOL:
	case LAVOIR_INT:
		return a->i == b->i;
	case LAVOIR_REAL:
		return a->r == b->r;
	case LAVOIR_STR:
	case LAVOIR_BYTES:
		return str_equal(a->s, b->s);
	case LAVOIR_LIST:
		return list_equal(&a->list, &b->list);
	case LAVOIR_MAP:
		return map_equal(&a->map, &b->map);
	default:
		return false;
	}
}

static void
write_list(struct buf *b, const struct lavoir_list *l)
{
	buf_append_byte(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_append_byte(b, ',');
		value_write_json(b, &l->item[i]);
	}
	buf_append_byte(b, ']');
}

static void
write_map(struct buf *b, const struct lavoir_map *m)
{
	buf_append_byte(b, '{');
	for (size_t i = 0; i < m->n; i++) {
		json_write_key(b, m->item[i].name);
		value_write_json(b, &m->item[i].value);
	}
	buf_append_byte(b, '}');
}

void
value_write_json(struct buf *b, const struct lavoir_value *v)
{
	switch (v->type) {
	case LAVOIR_BOOL:
		json_write_bool(b, v->i != 0);
		break;
	case LAVOIR_INT:
		json_write_int(b, v->i);
		break;
	case LAVOIR_REAL:
		json_write_real(b, v->r);
		break;
	case LAVOIR_STR:
		json_write_string(b, v->s.ptr, v->s.len);
		break;
	case LAVOIR_BYTES:
		json_write_base64(b, v->s.ptr, v->s.len);
		break;
	case LAVOIR_LIST:
		write_list(b, &v->list);
		break;
	case LAVOIR_MAP:
		write_map(b, &v->map);
		break;
	default:
		buf_append_str(b, "null");
		break;
	}
}

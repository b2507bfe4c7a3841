/* value_pack.c - values to bytes and back: a type byte, then the content.
 * Strings carry a NUL behind them, so that they can be used in place. */
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/utf8.h"
#include "model/value.h"

static void
pack_chars(struct buf *b, struct lavoir_str s)
{
	pack_u32(b, (uint32_t)s.len);
	pack_raw(b, s.len > 0 ? s.ptr : "", s.len);
	pack_u8(b, 0);
}

void
value_pack(struct buf *b, const struct lavoir_value *v)
{
	pack_u8(b, (uint8_t)v->type);
	switch (v->type) {
	case LAVOIR_NULL:
		break;
	case LAVOIR_BOOL:
		pack_u8(b, v->i != 0);
		break;
	case LAVOIR_INT:
		pack_i64(b, v->i);
		break;
	case LAVOIR_REAL:
		pack_f64(b, v->r);
		break;
	case LAVOIR_STR:
	case LAVOIR_BYTES:
		ensure(v->s.len < UINT32_MAX);
		pack_chars(b, v->s);
		break;
	case LAVOIR_LIST:
		ensure(v->list.n < UINT32_MAX);
		pack_u32(b, (uint32_t)v->list.n);
		for (size_t i = 0; i < v->list.n; i++)
			value_pack(b, &v->list.item[i]);
		break;
	case LAVOIR_MAP:
		ensure(v->map.n < UINT32_MAX);
		pack_u32(b, (uint32_t)v->map.n);
		for (size_t i = 0; i < v->map.n; i++) {
			pack_str(b, v->map.item[i].name);
			value_pack(b, &v->map.item[i].value);
		}
		break;
	default:
		panic("value of unknown type %d", v->type);
	}
}

static int unpack_value(struct unpack *u, struct arena *a,
    struct lavoir_value *v_r, int depth);

static int
unpack_chars(struct unpack *u, bool text, struct lavoir_str *s_r)
{
	size_t len = unpack_u32(u);
	const char *ptr = unpack_raw(u, len);

	if (unpack_u8(u) != 0 || u->bad)
		return ERR_INVAL;
	if (text && !utf8_valid(ptr, len))
		return ERR_INVAL;
	s_r->ptr = ptr;
	s_r->len = len;
	return 0;
}

static int
unpack_list(struct unpack *u, struct arena *a, struct lavoir_list *l_r,
    int depth)
{
	uint32_t n = unpack_count(u, 1);
	struct lavoir_value *item;
	int rc;

	if (u->bad)
		return ERR_INVAL;
	if (n == 0)
		return 0;
	item = arena_alloc(a, n, sizeof(*item));
	if (item == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		rc = unpack_value(u, a, &item[i], depth + 1);
		if (rc < 0)
			return rc;
	}
	l_r->item = item;
	l_r->n = n;
	return 0;
}

static int
unpack_map(struct unpack *u, struct arena *a, struct lavoir_map *m_r, int depth)
{
	uint32_t n = unpack_count(u, 2);
	struct lavoir_attr *item;
	int rc;

	if (u->bad)
		return ERR_INVAL;
	if (n == 0)
		return 0;
	item = arena_alloc(a, n, sizeof(*item));
	if (item == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		item[i].name = unpack_str(u);
		if (u->bad || !value_name_valid(item[i].name))
			return ERR_INVAL;
		rc = unpack_value(u, a, &item[i].value, depth + 1);
		if (rc < 0)
			return rc;
	}
	m_r->item = item;
	m_r->n = n;
	return 0;
}

static int
unpack_bool(struct unpack *u, int64_t *i_r)
{
	uint8_t byte = unpack_u8(u);

	*i_r = byte;
	return byte > 1 ? ERR_INVAL : 0;
}

static int
unpack_value(struct unpack *u, struct arena *a, struct lavoir_value *v_r,
    int depth)
{
	int rc = 0;

	memset(v_r, 0, sizeof(*v_r));
	v_r->type = unpack_u8(u);
	if (depth > VALUE_DEPTH_MAX || u->bad)
		return ERR_INVAL;
	switch (v_r->type) {
	case LAVOIR_NULL:
		break;
	case LAVOIR_BOOL:
		rc = unpack_bool(u, &v_r->i);
		break;
	case LAVOIR_INT:
		v_r->i = unpack_i64(u);
		break;
	case LAVOIR_REAL:
		v_r->r = unpack_f64(u);
		break;
	case LAVOIR_STR:
	case LAVOIR_BYTES:
		rc = unpack_chars(u, v_r->type == LAVOIR_STR, &v_r->s);
		break;
	case LAVOIR_LIST:
		rc = unpack_list(u, a, &v_r->list, depth);
		break;
	case LAVOIR_MAP:
		rc = unpack_map(u, a, &v_r->map, depth);
		break;
	default:
		rc = ERR_INVAL;
		break;
	}
	return rc < 0 ? rc : u->bad ? ERR_INVAL : 0;
}

int
value_unpack(struct unpack *u, struct arena *a, struct lavoir_value *v_r)
{
	struct lavoir_value v;
	int rc = unpack_value(u, a, &v, 1);

	if (rc == 0)
		*v_r = v;
	else
		u->bad = true;
	return rc;
}

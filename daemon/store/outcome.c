/* outcome.c - what became of one document, and its packed form. */
#include "store/outcome.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char *const kind_name[] = {
	[OUTCOME_EXPORTED] = "exported",
	[OUTCOME_DROPPED] = "dropped",
	[OUTCOME_DUPLICATE] = "duplicate",
	[OUTCOME_FAILED] = "failed",
	[OUTCOME_CONTAINER] = "container",
};

const char *
outcome_kind_name(int kind)
{
	if (kind < OUTCOME_EXPORTED || kind > OUTCOME_CONTAINER)
		return NULL;
	return kind_name[kind];
}

bool
witness_equal(const struct witness *a, const struct witness *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

void
outcome_pack_witness(const struct witness *w, struct buf *out)
{
	pack_u64(out, w->inode);
	pack_u64(out, w->size);
	pack_i64(out, w->mtime_ns);
	pack_i64(out, w->ctime_ns);
}

void
outcome_unpack_witness(struct witness *w, struct unpack *u)
{
	w->inode = unpack_u64(u);
	w->size = unpack_u64(u);
	w->mtime_ns = unpack_i64(u);
	w->ctime_ns = unpack_i64(u);
}

bool
outcome_name_valid(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++) {
		if (i == OUTCOME_NAME_MAX)
			return false;
		if ((s[i] >= 'a' && s[i] <= 'z') ||
		    (s[i] >= 'A' && s[i] <= 'Z') ||
		    (s[i] >= '0' && s[i] <= '9') || s[i] == '.' ||
		    s[i] == '_' || s[i] == '-')
			continue;
		return false;
	}
	return i > 0;
}

bool
outcome_child_valid(const char *s)
{
	int depth, digits;

	for (depth = 0; *s != '\0'; depth++) {
		if (depth == OUTCOME_DEPTH_MAX || *s++ != '#')
			return false;
		if (s[0] == '0' && s[1] >= '0' && s[1] <= '9')
			return false;
		for (digits = 0; *s >= '0' && *s <= '9'; s++)
			digits++;
		/* 18 digits fit 63 bits whatever they are. */
		if (digits == 0 || digits > 18)
			return false;
	}
	return true;
}

bool
outcome_path_inside(const char *s)
{
	size_t len;

	for (;;) {
		len = strcspn(s, "/");
		if (len == 0 || (len == 1 && s[0] == '.') ||
		    (len == 2 && s[0] == '.' && s[1] == '.'))
			return false;
		if (s[len] == '\0')
			return true;
		s += len + 1;
	}
}

/* Numbers have no leading zeros: the longer one is the larger. */
static int
compare_number(const char **a, const char **b)
{
	size_t n = strspn(++*a, "0123456789"), m = strspn(++*b, "0123456789");
	int c = n == m ? memcmp(*a, *b, n) : n < m ? -1 : 1;

	*a += n;
	*b += m;
	return c;
}

int
outcome_child_compare(const char *a, const char *b)
{
	int c;

	while (*a == '#' && *b == '#') {
		c = compare_number(&a, &b);
		if (c != 0)
			return c;
	}
	/* The deeper one comes first. */
	return (*b == '#') - (*a == '#');
}

char *
outcome_id(char dst[OUTCOME_ID_SIZE], const char *site, const char *pipeline,
    uint64_t number, const char *child)
{
	bool has_site = site != NULL && site[0] != '\0';

	snprintf(dst, OUTCOME_ID_SIZE, "%s%s%s-%" PRIu64 "%s",
	    has_site ? site : "", has_site ? "-" : "", pipeline, number, child);
	return dst;
}

static double
finite_of(double v)
{
	if (isnan(v))
		return 0;
	if (isinf(v))
		return v > 0 ? DBL_MAX : -DBL_MAX;
	return v;
}

void
outcome_pack(const struct outcome *o, struct buf *out)
{
	bool has_value = o->has_value && !isnan(o->value);

	pack_str(out, o->pipeline);
	pack_u64(out, o->number);
	pack_str(out, o->child);
	pack_u8(out, (uint8_t)o->kind);
	pack_u8(out, (uint8_t)o->retire);
	pack_str(out, o->folder);
	pack_str(out, o->path);
	pack_str(out, o->member);
	outcome_pack_witness(&o->witness, out);
	pack_raw(out, o->sha256, sizeof o->sha256);
	pack_i64(out, o->added_ns);
	pack_str(out, o->media_type);
	pack_u64(out, o->bytes_in);
	pack_u64(out, o->bytes_out);
	pack_str(out, o->plugin);
	pack_str(out, o->reason);
	pack_str(out, o->detail);
	pack_u8(out, has_value);
	pack_f64(out, has_value ? finite_of(o->value) : 0);
	pack_f64(out, has_value ? finite_of(o->threshold) : 0);
	pack_str(out, o->measurements);
	pack_str(out, o->duplicate_of);
	pack_f64(out, finite_of(o->similarity));
	pack_u32(out, o->attempts);
}

static void
read_fields(struct outcome *o, struct unpack *u, uint8_t *flag)
{
	const void *sha;

	o->pipeline = unpack_str(u);
	o->number = unpack_u64(u);
	o->child = unpack_str(u);
	o->kind = unpack_u8(u);
	o->retire = unpack_u8(u);
	o->folder = unpack_str(u);
	o->path = unpack_str(u);
	o->member = unpack_str(u);
	outcome_unpack_witness(&o->witness, u);
	sha = unpack_raw(u, sizeof o->sha256);
	if (!u->bad)
		memcpy(o->sha256, sha, sizeof o->sha256);
	o->added_ns = unpack_i64(u);
	o->media_type = unpack_str(u);
	o->bytes_in = unpack_u64(u);
	o->bytes_out = unpack_u64(u);
	o->plugin = unpack_str(u);
	o->reason = unpack_str(u);
	o->detail = unpack_str(u);
	*flag = unpack_u8(u);
	o->value = unpack_f64(u);
	o->threshold = unpack_f64(u);
	o->measurements = unpack_str(u);
	o->duplicate_of = unpack_str(u);
	o->similarity = unpack_f64(u);
	o->attempts = unpack_u32(u);
	o->has_value = *flag == 1;
}

static int
check_texts(const struct outcome *o, struct err *e)
{
	const struct {
		const char *name, *text;
	} text[] = {
		{ "folder", o->folder },
		{ "member", o->member },
		{ "media_type", o->media_type },
		{ "plugin", o->plugin },
		{ "reason", o->reason },
		{ "detail", o->detail },
		{ "measurements", o->measurements },
		{ "duplicate_of", o->duplicate_of },
	};

	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
		if (text[i].text == NULL)
			continue;
		if (!utf8_valid(text[i].text, strlen(text[i].text)))
			return err_set(e, ERR_PROTO, "%s is not UTF-8",
			    text[i].name);
	}
	return 0;
}

static int
check_source(const struct outcome *o, struct err *e)
{
	if (o->folder == NULL || (o->folder[0] != '\0' && o->folder[0] != '/'))
		return err_set(e, ERR_PROTO, "folder is not absolute");
	if (o->path == NULL)
		return err_set(e, ERR_PROTO, "path is missing");
	if (o->folder[0] != '\0' && !outcome_path_inside(o->path))
		return err_set(e, ERR_PROTO, "path leads out of its folder");
	if (o->retire != RETIRE_NOTHING && o->retire != RETIRE_PENDING)
		return err_set(e, ERR_PROTO, "retire %d", (int)o->retire);
	if (o->retire == RETIRE_PENDING &&
	    (o->folder[0] == '\0' || o->child[0] != '\0'))
		return err_set(e, ERR_PROTO,
		    "retire without a file of its own");
	return 0;
}

static int
check_outcome(const struct outcome *o, uint8_t flag, struct err *e)
{
	int rc;

	if (o->pipeline == NULL || !outcome_name_valid(o->pipeline))
		return err_set(e, ERR_PROTO, "pipeline is not a name");
	if (o->number == 0)
		return err_set(e, ERR_PROTO, "number 0");
	if (o->child == NULL || !outcome_child_valid(o->child))
		return err_set(e, ERR_PROTO, "child is not #N#N...");
	if (outcome_kind_name(o->kind) == NULL)
		return err_set(e, ERR_PROTO, "kind %d", (int)o->kind);
	rc = check_source(o, e);
	if (rc < 0)
		return rc;
	if (flag > 1)
		return err_set(e, ERR_PROTO, "value flag %u", flag);
	if (!isfinite(o->value) || !isfinite(o->threshold) ||
	    !isfinite(o->similarity))
		return err_set(e, ERR_PROTO, "a value is not finite");
	return check_texts(o, e);
}

int
outcome_unpack(struct outcome *o, struct unpack *u, struct err *e)
{
	uint8_t flag;

	memset(o, 0, sizeof *o);
	read_fields(o, u, &flag);
	if (u->bad)
		return err_set(e, ERR_PROTO, "cut short or not a string");
	return check_outcome(o, flag, e);
}

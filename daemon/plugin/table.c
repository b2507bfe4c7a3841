/* table.c - is a plugin's table sound? */
#include "plugin/table.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

enum { ENTRY_NAME_MAX = 128, TEXT_MAX = 16384 };

enum {
	OPTION_FLAGS = LAVOIR_OPT_REQUIRED | LAVOIR_OPT_LIST |
	    LAVOIR_OPT_SECRET | LAVOIR_OPT_DEPRECATED | LAVOIR_OPT_OUTPUT |
	    LAVOIR_OPT_RESOURCE
};

int
table_check_head(const struct lavoir_plugin *p, struct err *e)
{
	if (p->size < TABLE_SIZE_1_0)
		return err_set(e, ERR_INVAL,
		    "the table has %u bytes, ABI 1.0 has %u", p->size,
		    (unsigned)TABLE_SIZE_1_0);
	if (p->abi >> 16 != LAVOIR_ABI_MAJOR)
		return err_set(e, ERR_INVAL,
		    "built for ABI %u.%u, not for ABI %d", p->abi >> 16,
		    p->abi & 0xffff, LAVOIR_ABI_MAJOR);
	if (p->size > TABLE_SIZE_MAX || p->option_size > TABLE_SIZE_MAX)
		return err_set(e, ERR_INVAL,
		    "a table of %u bytes with options of %u", p->size,
		    p->option_size);
	if (p->option_size < TABLE_OPTION_SIZE_1_0 ||
	    p->option_size % _Alignof(struct lavoir_option))
		return err_set(e, ERR_INVAL,
		    "options have %u bytes each, those of ABI 1.0 %u",
		    p->option_size, (unsigned)TABLE_OPTION_SIZE_1_0);
	if (p->flags)
		return err_set(e, ERR_INVAL,
		    "needs a newer daemon (unknown flags %#x of ABI %u.%u, "
		    "this one has %d.%d)",
		    p->flags, p->abi >> 16, p->abi & 0xffff, LAVOIR_ABI_MAJOR,
		    LAVOIR_ABI_MINOR);
	return 0;
}

bool
table_name_valid(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len > 0 && len <= 64 && !name[len];
}

bool
table_lists(const struct lavoir_name *list, const char *name)
{
	for (; list && list->name; list++)
		if (strcmp(list->name, name) == 0)
			return true;
	return false;
}

const struct lavoir_option *
table_option(const struct lavoir_plugin *p, size_t i)
{
	const char *first = (const char *)p->options;

	return (const void *)(first + i * p->option_size);
}

static bool
text_valid(const char *s)
{
	size_t len;

	if (!s)
		return false;
	len = strnlen(s, TEXT_MAX + 1);
	return len <= TEXT_MAX && utf8_valid(s, len);
}

/* Visible ASCII, as names and patterns are made of. */
static bool
entry_valid(const char *s)
{
	size_t i;

	for (i = 0; i <= ENTRY_NAME_MAX && s[i]; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return i > 0 && i <= ENTRY_NAME_MAX;
}

static int
check_names(const struct lavoir_name *list, const char *what, struct err *e)
{
	size_t i;

	for (i = 0; list && list[i].name; i++) {
		if (i == TABLE_NAMES_MAX)
			return err_set(e, ERR_INVAL,
			    "%s: no end after %d entries", what,
			    TABLE_NAMES_MAX);
		if (!entry_valid(list[i].name))
			return err_set(e, ERR_INVAL,
			    "%s: entry %zu has a bad name", what, i);
		if (list[i].help && !text_valid(list[i].help))
			return err_set(e, ERR_INVAL,
			    "%s: help of \"%s\" is not text", what,
			    list[i].name);
	}
	return 0;
}

static int
check_choices(const struct lavoir_option *o, struct err *e)
{
	size_t i;

	if (o->type != LAVOIR_OPT_ENUM)
		return 0;
	if (!o->choices || !o->choices[0])
		return err_set(e, ERR_INVAL, "option \"%s\" has no choices",
		    o->name);
	for (i = 0; o->choices[i]; i++) {
		if (i == TABLE_OPTIONS_MAX)
			return err_set(e, ERR_INVAL,
			    "choices of \"%s\": no end after %d", o->name,
			    TABLE_OPTIONS_MAX);
		if (!text_valid(o->choices[i]))
			return err_set(e, ERR_INVAL,
			    "choice %zu of \"%s\" is not text", i, o->name);
	}
	return 0;
}

static int
check_option(const struct lavoir_option *o, struct err *e)
{
	if (o->type < LAVOIR_OPT_BOOL || o->type > LAVOIR_OPT_JSON)
		return err_set(e, ERR_INVAL,
		    "option \"%s\" has the unknown type %d", o->name, o->type);
	if (o->flags & ~(uint32_t)OPTION_FLAGS)
		return err_set(e, ERR_INVAL,
		    "option \"%s\" has unknown flags %#x", o->name, o->flags);
	if (isnan(o->min) || isnan(o->max) || o->min > o->max)
		return err_set(e, ERR_INVAL, "option \"%s\" has no valid range",
		    o->name);
	if (o->def && !text_valid(o->def))
		return err_set(e, ERR_INVAL,
		    "the default of \"%s\" is not text", o->name);
	if (!text_valid(o->help))
		return err_set(e, ERR_INVAL, "option \"%s\" has no help",
		    o->name);
	return check_choices(o, e);
}

static int
check_options(const struct lavoir_plugin *p, struct err *e)
{
	const struct lavoir_option *o;
	size_t i, k;
	int rc;

	if (!p->options)
		return 0;
	for (i = 0; (o = table_option(p, i))->name; i++) {
		if (i == TABLE_OPTIONS_MAX)
			return err_set(e, ERR_INVAL, "options: no end after %d",
			    TABLE_OPTIONS_MAX);
		if (!entry_valid(o->name))
			return err_set(e, ERR_INVAL,
			    "option %zu has a bad name", i);
		for (k = 0; k < i; k++)
			if (strcmp(table_option(p, k)->name, o->name) == 0)
				return err_set(e, ERR_INVAL,
				    "option \"%s\" is declared twice", o->name);
		rc = check_option(o, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
table_check_lists(const struct lavoir_plugin *p, struct err *e)
{
	const struct {
		const struct lavoir_name *list;
		const char *what;
	} lists[] = {
		{ p->accepts, "accepts" },
		{ p->reads, "reads" },
		{ p->writes, "writes" },
		{ p->reasons, "reasons" },
		{ p->counters, "counters" },
	};
	size_t i;
	int rc;

	if (!text_valid(p->version) || !*p->version)
		return err_set(e, ERR_INVAL, "the table has no version");
	if (!text_valid(p->summary))
		return err_set(e, ERR_INVAL, "the table has no summary");
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		rc = check_names(lists[i].list, lists[i].what, e);
		if (rc < 0)
			return rc;
	}
	return check_options(p, e);
}

/* facts.h - what a page says of itself, from many places, of which some are
 * believed more than others.
 *
 * A place gives a fact with a rank; the lowest rank that gave something usable
 * wins, and of equal ranks the first (lists get all of them).  What is given is
 * cleaned here: white space, entities and tags left in it, lengths.  Strings
 * live in the document's memory.
 */
#ifndef LAVOIR_PLUGINS_READ_HTML_FACTS_H
#define LAVOIR_PLUGINS_READ_HTML_FACTS_H

#include "lavoir/plugin.h"

enum fact {
	FACT_TITLE,
	FACT_AUTHOR, /* list */
	FACT_CREATED,
	FACT_MODIFIED,
	FACT_LANGUAGE,
	FACT_CANONICAL,
	FACT_SITE,
	FACT_LICENSE, /* an address */
	FACT_DESCRIPTION,
	FACT_KEYWORD, /* list */
	FACT_TYPE,
	FACT_COUNT
};

/* Where a fact is from, the most believed first; tens leave room for the order
 * within a place. */
enum {
	RANK_JSON_LD = 100, /* an article, product, recipe ... */
	RANK_META = 200,    /* names made for this one thing */
	RANK_OPEN_GRAPH = 300,
	RANK_MICRODATA = 400,
	RANK_MARKUP = 500, /* rel=, <time>, <h1> */
	RANK_DUBLIN_CORE = 600,
	RANK_JSON_LD_PAGE = 700, /* a web page, a site */
	RANK_GENERAL = 800,	 /* <title>, names used for many things */
	RANK_VISIBLE = 900,	 /* what the text looks like */
	RANK_LAST = 1000	 /* better than nothing */
};

enum { FACTS_LIST_MAX = 64 };

struct facts {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	struct lavoir_str base; /* address of the page; may be empty */
	bool month_first;	/* 3/4/2020 is in March */
	struct {
		int rank;
		size_t n;
		struct lavoir_str item[FACTS_LIST_MAX];
	} fact[FACT_COUNT];
};

void facts_init(struct facts *f, const struct lavoir_host *host,
    struct lavoir_doc *doc);

/* Nothing happens if value is of no use, or memory is out (which sticks in the
 * document). */
void facts_add(struct facts *f, enum fact fact, int rank,
    struct lavoir_str value);

/* Is there a better one already? */
bool facts_settled(const struct facts *f, enum fact fact, int rank);

/* The cleaned text of value, at most max bytes; empty: nothing is left. */
struct lavoir_str facts_clean(const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str value, size_t max);

/* Without what stands before a name: "by", "von", "par" ...; s itself when
 * nothing does. */
struct lavoir_str facts_strip_by(struct lavoir_str s);

#endif

/* rights.h - what a page asks of robots and of text and data mining. */
#ifndef LAVOIR_PLUGINS_READ_HTML_RIGHTS_H
#define LAVOIR_PLUGINS_READ_HTML_RIGHTS_H

#include "dom.h"
#include "facts.h"

/* Set robots, robots.noai, robots.noimageai, tdm.reservation and tdm.policy,
 * from <meta> and from the headers that came with the page (attributes http.*).
 */
void rights_publish(struct facts *f, const struct dom_node *nodes, size_t n);

/* clang-format off */
#define RIGHTS_WRITES                                                         \
	{ "robots", "directives for robots, from <meta name=robots> and "     \
	    "X-Robots-Tag, in small letters" },                               \
	{ "robots.noai", "true: the page asks not to be used for AI" },       \
	{ "robots.noimageai", "true: its images are not to be" },             \
	{ "tdm.reservation", "1: rights to text and data mining are "         \
	    "reserved, 0: they are not" },                                    \
	{ "tdm.policy", "address of the policy for text and data mining" }
/* clang-format on */

#endif

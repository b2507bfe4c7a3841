/* images.c - the images in the text of a page. */
#include "images.h"

#include <string.h>

#include "text.h"
#include "url.h"
#include "visible.h"

enum { IMAGES_MAX = 256, TEXT_LONGEST = 1024, UP_MAX = 8 };

/* Images that only count visitors or make room. */
static bool
tiny(const struct dom_node *img)
{
	static const char *const keys[] = { "width", "height" };

	for (int i = 0; i < 2; i++) {
		struct lavoir_str s = dom_attr(img, keys[i]);

		if (s.len == 1 && *s.ptr >= '0' && *s.ptr <= '3')
			return true;
	}
	return false;
}

/* The address of an image, also of one that a script would load later. */
static bool
address(struct lavoir_str base, const struct dom_node *img, char out[URL_MAX])
{
	static const char *const keys[] = { "src", "data-src", "data-original",
		"data-lazy-src", "srcset", "data-srcset" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct lavoir_str s = dom_attr(img, keys[i]), first;

		if (s.len == 0 || s.len >= (size_t)16 * URL_MAX)
			continue;
		s = text_trim(s);
		if (i >= 4 && text_next(&s, " ,", &first))
			s = first;
		if (url_resolve(base, s, out))
			return true;
		/* Without a base, an address as it stands says something. */
		if (base.len == 0 && s.len > 0 && s.len < URL_MAX &&
		    memchr(s.ptr, ':', s.len) == NULL) {
			memcpy(out, s.ptr, s.len);
			out[s.len] = '\0';
			return true;
		}
	}
	return false;
}

static struct lavoir_str
caption_of(const struct facts *f, const struct dom_node *nodes, uint32_t i)
{
	for (int up = 0; up < UP_MAX && i > 0; up++) {
		i = nodes[i].parent;
		if (nodes[i].tag != DOM_FIGURE)
			continue;
		for (uint32_t k = i + 1; k < nodes[i].end; k++)
			if (nodes[k].tag == DOM_FIGCAPTION)
				return visible_text(f, nodes, k, TEXT_LONGEST);
		break;
	}
	return (struct lavoir_str){ "", 0 };
}

/* Is there text in an element, captions aside? */
static bool
has_text(const struct dom_node *nodes, uint32_t i)
{
	uint32_t end = nodes[i].end;

	for (i++; i < end; i++)
		if (nodes[i].tag == DOM_FIGCAPTION)
			i = nodes[i].end - 1;
		else if (nodes[i].tag == DOM_TEXT &&
		    text_trim(nodes[i].text).len > 0)
			return true;
	return false;
}

/* Is it where the page says that its content is? */
static bool
in_content(const struct dom_node *nodes, uint32_t i)
{
	for (int up = 0; up < 3 * UP_MAX && i > 0; up++, i = nodes[i].parent)
		if (nodes[i].tag == DOM_FIGURE || nodes[i].tag == DOM_ARTICLE ||
		    nodes[i].tag == DOM_MAIN)
			return true;
	return false;
}

/* Where in the text an image stands.  One that nothing stands beside, in a
 * paragraph or figure of its own, is where that would be.  Before and behind
 * the text are the pictures of the site; UINT64_MAX for these, and for those of
 * what was left out. */
static uint64_t
place_of(const struct dom_node *nodes, uint32_t i, const uint64_t *offsets,
    uint64_t size)
{
	uint32_t at = i;
	uint64_t place;

	for (int up = 0; up < UP_MAX && at > 0 && offsets[at] == UINT64_MAX;
	     up++)
		at = nodes[at].parent;
	place = offsets[at];
	if (place == UINT64_MAX || (at != i && has_text(nodes, at)))
		return UINT64_MAX;
	if ((place == 0 || place >= size) && !in_content(nodes, i))
		return UINT64_MAX;
	return place < size ? place : size;
}

void
images_publish(struct facts *f, const struct dom_node *nodes, size_t n,
    const uint64_t *offsets)
{
	uint64_t size = f->host->doc_text(f->doc).len;
	char url[URL_MAX];
	int count = 0;

	for (uint32_t i = 0; i < n && count < IMAGES_MAX; i++) {
		struct lavoir_media m = { .uri = url };

		if (nodes[i].tag != DOM_IMG || tiny(&nodes[i]))
			continue;
		m.offset = place_of(nodes, i, offsets, size);
		if (m.offset == UINT64_MAX || !address(f->base, &nodes[i], url))
			continue;
		m.alt = facts_clean(f->host, f->doc, dom_attr(&nodes[i], "alt"),
		    TEXT_LONGEST);
		m.caption = caption_of(f, nodes, i);
		if (f->host->doc_media(f->doc, &m) != LAVOIR_OK)
			return;
		count++;
	}
}

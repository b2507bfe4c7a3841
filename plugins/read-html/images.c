/* images.c - the images in the text of a page. */
#include <string.h>

#include "facts.h"
#include "meta.h"
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

void
meta_images(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct dom_node *nodes, size_t n, const uint64_t *offsets)
{
	struct lavoir_str base = { "", 0 };
	struct lavoir_value v;
	struct facts f;
	char url[URL_MAX];
	size_t size = host->doc_text(doc).len;
	int count = 0;

	facts_init(&f, host, doc);
	if (host->doc_get(doc, "url", &v) == LAVOIR_OK && v.type == LAVOIR_STR)
		base = v.s;
	for (uint32_t i = 0; i < n && count < IMAGES_MAX; i++) {
		struct lavoir_media m = { .uri = url };

		if (nodes[i].tag != DOM_IMG || offsets[i] == UINT64_MAX ||
		    tiny(&nodes[i]) || !address(base, &nodes[i], url))
			continue;
		m.offset = offsets[i] < size ? offsets[i] : size;
		m.alt = facts_clean(host, doc, dom_attr(&nodes[i], "alt"),
		    TEXT_LONGEST);
		m.caption = caption_of(&f, nodes, i);
		if (host->doc_media(doc, &m) != LAVOIR_OK)
			return;
		count++;
	}
}

/* dom.c - the tree, made from myhtml's. */
#include "dom.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <myhtml/myhtml.h>
#include <myhtml/tree.h>

enum { KEEP_BYTES = 4 << 20, ATTRS_MAX = 256 };

struct dom {
	myhtml_t *myhtml;
	myhtml_tree_t *tree;
	struct dom_limits limits;
	size_t inserted;
	bool dirty; /* the tree holds something */
	enum dom_status status;
	jmp_buf stop;
	size_t input; /* bytes, of the page that the tree was last used for */

	struct dom_node *nodes;
	size_t n_nodes, cap_nodes;
	struct dom_attr *attrs;
	size_t n_attrs, cap_attrs;
};

/* By myhtml's number.  Elements of SVG and MathML have the same numbers. */
static const uint8_t tag_of[MyHTML_TAG_LAST_ENTRY] = {
#define TAG_ROW(name) [MyHTML_TAG_##name] = DOM_##name,
	DOM_TAGS(TAG_ROW)
#undef TAG_ROW
	    [MyHTML_TAG__TEXT] = DOM_TEXT
};

static void
tree_drop(struct dom *dom)
{
	if (dom->tree != NULL)
		(void)myhtml_tree_destroy(dom->tree);
	if (dom->myhtml != NULL)
		(void)myhtml_destroy(dom->myhtml);
	dom->tree = NULL;
	dom->myhtml = NULL;
	dom->dirty = false;
}

static bool
tree_ready(struct dom *dom)
{
	if (dom->tree != NULL)
		return true;
	dom->myhtml = myhtml_create();
	if (dom->myhtml == NULL ||
	    myhtml_init(dom->myhtml, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) !=
		MyHTML_STATUS_OK) {
		tree_drop(dom);
		return false;
	}
	dom->tree = myhtml_tree_create();
	if (dom->tree == NULL ||
	    myhtml_tree_init(dom->tree, dom->myhtml) != MyHTML_STATUS_OK) {
		tree_drop(dom);
		return false;
	}
	return true;
}

struct dom *
dom_new(void)
{
	struct dom *dom = calloc(1, sizeof(*dom));

	if (dom != NULL && !tree_ready(dom)) {
		free(dom);
		dom = NULL;
	}
	return dom;
}

void
dom_free(struct dom *dom)
{
	if (dom == NULL)
		return;
	tree_drop(dom);
	free(dom->nodes);
	free(dom->attrs);
	free(dom);
}

void
dom_clear(struct dom *dom)
{
	if (dom->input > KEEP_BYTES)
		tree_drop(dom);
	if (dom->dirty)
		myhtml_tree_clean(dom->tree);
	dom->dirty = false;
	if (dom->input > KEEP_BYTES) {
		free(dom->nodes);
		free(dom->attrs);
		dom->nodes = NULL;
		dom->attrs = NULL;
		dom->cap_nodes = dom->cap_attrs = 0;
	}
	dom->n_nodes = dom->n_attrs = 0;
	dom->input = 0;
}

/* The parser has no way to be stopped but this.  It works with one thread,
 * holds no lock here, and keeps all its memory in pools of the tree, which is
 * thrown away. */
static void
on_insert(myhtml_tree_t *tree, myhtml_tree_node_t *node, void *arg)
{
	struct dom *dom = arg;

	(void)node;
	dom->status = DOM_OK;
	if (++dom->inserted > dom->limits.nodes)
		dom->status = DOM_TOO_MANY;
	else if (tree->open_elements->length > dom->limits.depth)
		dom->status = DOM_TOO_DEEP;
	if (dom->status != DOM_OK)
		longjmp(dom->stop, 1);
}

static void *
grow(void *array, size_t *cap, size_t size)
{
	size_t n = *cap ? *cap * 2 : 1024;
	void *p = realloc(array, n * size);

	if (p != NULL)
		*cap = n;
	return p;
}

static bool
add_attrs(struct dom *dom, myhtml_tree_node_t *from, struct dom_node *to)
{
	for (myhtml_tree_attr_t *a = myhtml_node_attribute_first(from);
	     a != NULL && to->n_attr < ATTRS_MAX;
	     a = myhtml_attribute_next(a)) {
		struct dom_attr *slot;

		if (dom->n_attrs == dom->cap_attrs) {
			void *p = grow(dom->attrs, &dom->cap_attrs,
			    sizeof(*dom->attrs));

			if (p == NULL)
				return false;
			dom->attrs = p;
		}
		slot = &dom->attrs[dom->n_attrs];
		slot->key.ptr = myhtml_attribute_key(a, &slot->key.len);
		slot->value.ptr = myhtml_attribute_value(a, &slot->value.len);
		if (slot->key.ptr == NULL)
			continue;
		if (slot->value.ptr == NULL)
			slot->value = (struct lavoir_str){ "", 0 };
		dom->n_attrs++;
		to->n_attr++;
	}
	return true;
}

static bool
add_node(struct dom *dom, myhtml_tree_node_t *from, uint32_t parent)
{
	struct dom_node *n;
	size_t tag = myhtml_node_tag_id(from);

	if (dom->n_nodes == dom->cap_nodes) {
		void *p =
		    grow(dom->nodes, &dom->cap_nodes, sizeof(*dom->nodes));

		if (p == NULL)
			return false;
		dom->nodes = p;
	}
	n = &dom->nodes[dom->n_nodes++];
	memset(n, 0, sizeof(*n));
	n->parent = parent;
	n->depth = dom->n_nodes > 1 ? dom->nodes[parent].depth + 1 : 0;
	n->tag = DOM_OTHER;
	if (tag < MyHTML_TAG_LAST_ENTRY &&
	    (tag_of[tag] != 0 || tag == MyHTML_TAG__TEXT))
		n->tag = tag_of[tag];
	if (n->tag == DOM_TEXT) {
		n->text.ptr = myhtml_node_text(from, &n->text.len);
		if (n->text.ptr == NULL)
			n->text = (struct lavoir_str){ "", 0 };
		return true;
	}
	n->text.ptr = myhtml_tag_name_by_id(dom->tree, tag, &n->text.len);
	return add_attrs(dom, from, n);
}

static bool
wanted(myhtml_tree_node_t *node)
{
	size_t tag = myhtml_node_tag_id(node);

	return tag != MyHTML_TAG__COMMENT && tag != MyHTML_TAG__DOCTYPE;
}

/* Close the nodes that are open in ours up to the one at depth. */
static uint32_t
close_to(struct dom *dom, uint32_t at, uint32_t depth)
{
	while (dom->nodes[at].depth > depth) {
		dom->nodes[at].end = (uint32_t)dom->n_nodes;
		at = dom->nodes[at].parent;
	}
	return at;
}

static enum dom_status
flatten(struct dom *dom, myhtml_tree_node_t *root)
{
	myhtml_tree_node_t *node = root;
	uint32_t at = 0, depth = 0;

	if (!add_node(dom, root, 0))
		return DOM_NO_MEMORY;
	for (;;) {
		if (wanted(node) && myhtml_node_child(node) != NULL) {
			node = myhtml_node_child(node);
			depth++;
		} else {
			while (node != root && myhtml_node_next(node) == NULL) {
				node = myhtml_node_parent(node);
				depth--;
			}
			if (node == root)
				break;
			node = myhtml_node_next(node);
		}
		if (!wanted(node))
			continue;
		at = close_to(dom, at, depth - 1);
		if (!add_node(dom, node, at))
			return DOM_NO_MEMORY;
		at = (uint32_t)dom->n_nodes - 1;
	}
	at = close_to(dom, at, 0);
	dom->nodes[at].end = (uint32_t)dom->n_nodes;
	/* The arrays do not move any more. */
	for (size_t i = 0, a = 0; i < dom->n_nodes && dom->attrs != NULL; i++) {
		dom->nodes[i].attr = dom->attrs + a;
		a += dom->nodes[i].n_attr;
	}
	return DOM_OK;
}

static enum dom_status
parse(struct dom *dom, struct lavoir_str html)
{
	myhtml_tree_node_t *root;

	if (setjmp(dom->stop) != 0) {
		tree_drop(dom);
		return dom->status;
	}
	if (myhtml_parse_single(dom->tree, MyENCODING_UTF_8, html.ptr,
		html.len) != MyHTML_STATUS_OK) {
		tree_drop(dom);
		return DOM_NO_MEMORY;
	}
	root = myhtml_tree_get_node_html(dom->tree);
	return root != NULL ? flatten(dom, root) : DOM_NO_MEMORY;
}

enum dom_status
dom_parse(struct dom *dom, struct lavoir_str html,
    const struct dom_limits *limits)
{
	enum dom_status status;

	dom_clear(dom);
	/* An attribute is two bytes, a character and a blank, or more. */
	if (html.len / 4 > limits->nodes &&
	    dom_count_attrs(html) / 2 > limits->nodes)
		return DOM_TOO_MANY;
	if (!tree_ready(dom))
		return DOM_NO_MEMORY;
	dom->limits = *limits;
	dom->inserted = 0;
	dom->dirty = true;
	dom->input = html.len;
	(void)myhtml_callback_tree_node_insert_set(dom->tree, on_insert, dom);
	status = parse(dom, html);
	if (status != DOM_OK) {
		tree_drop(dom);
		dom->n_nodes = dom->n_attrs = 0;
	}
	return status;
}

const struct dom_node *
dom_nodes(const struct dom *dom, size_t *n)
{
	*n = dom->n_nodes;
	return dom->nodes;
}

struct lavoir_str
dom_attr(const struct dom_node *node, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < node->n_attr; i++)
		if (node->attr[i].key.len == len &&
		    memcmp(node->attr[i].key.ptr, key, len) == 0)
			return node->attr[i].value;
	return (struct lavoir_str){ NULL, 0 };
}

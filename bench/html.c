/* html.c - how fast read-html gets the content out of pages, beside a bare
 * parse of the same pages by the library under it, in turns.
 *
 * html [FOLDER]: the UTF-8 pages in FOLDER; without, a page made here.  Prints
 * "name value" lines; times are of the processor.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <myhtml/api.h>

#include "common/markup.h"
#include "common/u8.h"
#include "read-html/page.h"
#include "read-html/render.h"
#include "read-html/select.h"

enum { PAGES_MAX = 100000, SECTIONS = 60, MADE_MAX = 1 << 20, ROUNDS = 3 };
static const size_t FILE_MAX = (size_t)8 << 20;

struct pages {
	struct lavoir_str *page;
	size_t n, bytes;
};

struct bench {
	myhtml_t *myhtml;
	myhtml_tree_t *tree;
	struct dom *dom;
	struct cues *cues;
	struct markup markup;
	double parse, read; /* seconds */
	uint64_t text;	    /* bytes */
};

static void
die(const char *what)
{
	(void)fprintf(stderr, "html: %s\n", what);
	exit(70);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
never(const struct lavoir_host *host)
{
	(void)host;
	return false;
}

static void
add(struct pages *p, char *ptr, size_t len)
{
	if (p->n == PAGES_MAX || u8_valid(ptr, len) != len) {
		free(ptr);
		return;
	}
	p->page[p->n++] = (struct lavoir_str){ ptr, len };
	p->bytes += len;
}

static void
load(struct pages *p, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (dir == NULL)
		die(folder);
	while ((e = readdir(dir)) != NULL) {
		char path[4096];
		char *ptr = malloc(FILE_MAX);
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (ptr != NULL && f != NULL) {
			size_t len = fread(ptr, 1, FILE_MAX, f);
			char *less = realloc(ptr, len + 1);

			add(p, less != NULL ? less : ptr, len);
			ptr = NULL;
		}
		if (f != NULL)
			(void)fclose(f);
		free(ptr);
	}
	(void)closedir(dir);
}

/* A page of usual proportions: 200 KB, of which three quarters are scripts,
 * 1500 nodes, 250 blocks, 10 KB of text. */
static void
make(struct pages *p)
{
	char *ptr = malloc(MADE_MAX);
	FILE *f = ptr != NULL ? fmemopen(ptr, MADE_MAX, "w") : NULL;
	long len;

	if (f == NULL)
		die("no memory");
	(void)fputs("<!DOCTYPE html><html><head><title>Wash houses of the "
		    "valley</title><script>",
	    f);
	for (int i = 0; i < SECTIONS * 75; i++)
		(void)fprintf(f, "window.x%d = {\"a\": [%d, \"<b>\"]};\n", i,
		    i);
	(void)fputs("</script></head><body><nav class=\"menu\"><ul>", f);
	for (int i = 0; i < SECTIONS; i++)
		(void)fprintf(f,
		    "<li class=\"menu-item menu-item-%d\"><a href="
		    "\"/section/%d\"><span>Section %d</span></a></li>",
		    i, i, i);
	(void)fputs("</ul></nav><main><article><h1>Wash houses</h1>", f);
	for (int i = 0; i < SECTIONS; i++)
		(void)fprintf(f,
		    "<h2 id=\"s%d\">House %d</h2><p>The house by the "
		    "river, <a href=\"/h/%d\">built in %d</a>, has two basins "
		    "of sandstone, an open roof, and a spring that never "
		    "stopped.</p><div class=\"share\"><a href=\"#\">Share</a>"
		    "</div>",
		    i, i, i, 1700 + i);
	(void)fputs("</article></main><footer class=\"footer\"><ul>", f);
	for (int i = 0; i < SECTIONS; i++)
		(void)fprintf(f, "<li><a href=\"/f/%d\">Link %d</a></li>", i,
		    i);
	(void)fputs("</ul></footer></body></html>", f);
	len = ftell(f);
	if (len < 0 || fclose(f) != 0)
		die("the page is too long");
	add(p, ptr, (size_t)len);
}

static void
read_one(struct bench *b, struct lavoir_str html)
{
	static const struct dom_limits limits = { 1000000, 1000 };
	const struct lavoir_host host = { .cancelled = never };
	struct lavoir_str text;
	struct page page;

	if (dom_parse(b->dom, html, &limits) != DOM_OK)
		return;
	if (!page_cut(&page, b->dom, b->cues) ||
	    select_blocks(&page, SELECT_BALANCED, &host) != LAVOIR_OK)
		die("no memory");
	markup_reset(&b->markup, MADE_MAX);
	if (!render_page(&page, RENDER_TABLES, &b->markup, NULL) ||
	    markup_end(&b->markup, &text) != MARKUP_FINE)
		die("no memory");
	b->text += text.len;
	page_clear(&page);
	dom_clear(b->dom);
}

static void
both(struct bench *b, struct lavoir_str html)
{
	double start = now(), middle;

	if (myhtml_parse_single(b->tree, MyENCODING_UTF_8, html.ptr,
		html.len) != MyHTML_STATUS_OK)
		die("cannot parse");
	myhtml_tree_clean(b->tree);
	middle = now();
	read_one(b, html);
	b->parse += middle - start;
	b->read += now() - middle;
}

int
main(int argc, char **argv)
{
	struct pages p = { calloc(PAGES_MAX, sizeof(*p.page)), 0, 0 };
	struct bench b = { .dom = dom_new(), .cues = cues_new() };
	size_t rounds;
	double n;

	b.myhtml = myhtml_create();
	b.tree = myhtml_tree_create();
	if (p.page == NULL || b.dom == NULL || b.cues == NULL ||
	    b.myhtml == NULL || b.tree == NULL ||
	    myhtml_init(b.myhtml, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) !=
		0 ||
	    myhtml_tree_init(b.tree, b.myhtml) != 0)
		die("no memory");
	markup_init(&b.markup, MARKUP_PLAIN, 0, 64UL * MADE_MAX, NULL);
	if (argc > 1)
		load(&p, argv[1]);
	else
		make(&p);
	if (p.n == 0)
		die("no pages");
	rounds = p.n < 100 ? 300 / p.n : ROUNDS;
	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < p.n; i++)
			both(&b, p.page[i]);
	n = (double)rounds;
	printf("html_pages %zu\n", p.n);
	printf("html_page_bytes %zu\n", p.bytes / p.n);
	printf("html_mb_per_s %.1f\n", (double)p.bytes * n / b.read / 1e6);
	printf("html_pages_per_s %.0f   (goal: at least 300)\n",
	    (double)p.n * n / b.read);
	printf("html_parse_ratio %.2f   (goal: at most 3)\n", b.read / b.parse);
	printf("html_text_percent %.1f\n",
	    100 * (double)b.text / n / (double)p.bytes);
	return 0;
}

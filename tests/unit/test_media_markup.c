/* test_media_markup.c - HTML, XHTML and XML told apart, and from prose. */
#include "media_check.h"

static void
test_html(void **state)
{
	(void)state;
	IS("text/html", "<!DOCTYPE html>\n<p>x");
	IS("text/html", "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">");
	IS("text/html", " \r\n<HTML lang=fr>");
	IS("text/html", "<!-- one --><!-- two\n--><head>");
	IS("text/html", "\xef\xbb\xbf<html>");
	IS("text/html", "<title>x</title>");
	IS("text/html", "<meta charset=utf-8><p>x");
}

static void
test_fragments(void **state)
{
	(void)state;
	IS("text/html", "<p>One</p><p>Two</p>");
	IS("text/html", "<div class=\"x\">One</div>");
	IS("text/html", "<h2>Title</h2>\nText");
	IS("text/html", "<img src=x/>");
	IS("text/plain", "<p> is how a paragraph begins.");
	IS("text/plain", "<a.b@example.org> wrote:\n> text");
	IS("text/plain", "<3 lavoirs");
	IS("text/plain", "< less than");
	IS("text/plain", "Use <b>bold</b> and <i>italics</i>.");
}

static void
test_xml(void **state)
{
	(void)state;
	IS("text/xml", "<?xml version=\"1.0\"?><note><to>A</to></note>");
	IS("text/xml",
	    "<?xml version=\"1.0\"?><!DOCTYPE nitf SYSTEM \"x\"><nitf>");
	IS("application/rss+xml",
	    "<?xml version=\"1.0\"?><rss version=\"2.0\">");
	IS("application/atom+xml",
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>");
	IS("text/xml", "<?xml version=\"1.0\"?><feed><title>");
	IS("application/docbook+xml",
	    "<?xml version='1.0'?><book "
	    "xmlns=\"http://docbook.org/ns/docbook\">");
	IS("text/xml", "<?xml version='1.0'?><book><title>");
	IS("application/x-fictionbook+xml",
	    "<?xml version='1.0'?><FictionBook xmlns=\"x\">");
	IS("application/vnd.oasis.opendocument.presentation-flat-xml",
	    "<?xml version='1.0'?><office:document office:mimetype=\""
	    "application/vnd.oasis.opendocument.presentation\">");
	/* Fragments, and pages that something was put around. */
	IS("text/html", "<div class=\"a\">\n<style>b { color: red }");
	IS("text/plain", "<p is what Lisp calls a predicate");
	IS("text/html", "<text id=\"1\">\n<html><head><title>x</title>");
	IS("text/html",
	    "Hello <b>you</b><br>and <a href=\"x\">you</a>,<br>bye</p>");
	NAMED("text/plain", "a.txt",
	    "Hello <b>you</b><br>and <a href=\"x\">you</a>,<br>bye</p>");
	IS("text/plain", "Tags end: `</p>`, `</a>`, `</b>`, `</i>`, `</li>`.");
	IS("text/xml", "<note xmlns=\"http://x\"><to>");
	IS("text/xml", "<note><to>A</to></note>");
	IS("text/xml",
	    "<!DOCTYPE article PUBLIC \"x\" \"y\"><article><p>x</p>");
	IS("text/xml", "<article xmlns:xlink=\"x\"><p>x</p></article>");
	IS("image/svg+xml", "<?xml version=\"1.0\"?><svg width=\"1\">");
	IS("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\">");
	IS("application/vnd.oasis.opendocument.text-flat-xml",
	    "<?xml version=\"1.0\"?><office:document office:mimetype=\""
	    "application/vnd.oasis.opendocument.text\">");
	IS("text/plain", "<chorus>\nLa la la\n");
	IS("text/plain", "<?php echo 1; ?>\n");
	NAMED("text/xml", "a.xml", "<chorus>\nLa la la\n");
}

static void
test_xhtml(void **state)
{
	static const char page[] = "<?xml version=\"1.0\"?>\n<!DOCTYPE html "
				   "PUBLIC \"x\">\n<html>";

	(void)state;
	IS("application/xhtml+xml", page);
	IS("application/xhtml+xml",
	    "<?xml version=\"1.0\"?><html "
	    "xmlns=\"http://www.w3.org/1999/xhtml\">");
	NAMED("text/html", "index.html", page);
	NAMED("application/xhtml+xml", "index.xhtml", page);
}

static void
test_markup_cut_anywhere(void **state)
{
	static const char page[] = "<?xml version=\"1.0\"?><!-- c --><!DOCTYPE "
				   "a [<!ENTITY b \"c\">]><a>";

	(void)state;
	for (size_t len = 1; len < sizeof(page); len++) {
		void *exact = malloc(len);

		memcpy(exact, page, len);
		assert_int_equal(strncmp(media_type_detect(exact, len, 1000,
					     NULL),
				     "text/", 5),
		    0);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_xhtml),
		cmocka_unit_test(test_markup_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

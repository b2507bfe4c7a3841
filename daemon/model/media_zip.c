/* media_zip.c - what lies in a ZIP file: office documents, books, programs.
 *
 * The members are the truth, not where they stand: those whose headers lie in
 * the head are looked at first; where they do not tell, the directory at the
 * end is read, if the whole file is there.  The name decides only between what
 * the members leave open.
 */
#include <string.h>

#include "model/media_sniff.h"

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

#define ZIP "application/zip"
#define DOCX OOXML "wordprocessingml.document"
#define PPTX OOXML "presentationml.presentation"
#define XLSX OOXML "spreadsheetml.sheet"
#define EPUB "application/epub+zip"
#define JAR "application/java-archive"
#define IWORK "application/vnd.apple.iwork"

enum {
	HEADER = 30,	    /* of a member */
	ENTRY = 46,	    /* of the directory */
	END = 22,	    /* of the directory's end, without comment */
	TAIL = 4096,	    /* where that is looked for */
	MEMBERS_MAX = 1000, /* looked at, at most */
	STREAMED = 8	    /* flag: sizes follow the content */
};

/* What the names of the members said. */
enum trait {
	OPC = 1 << 0, /* a package of Microsoft's kind */
	WORD = 1 << 1,
	POWERPOINT = 1 << 2,
	EXCEL = 1 << 3,
	VISIO = 1 << 4,
	FIXED = 1 << 5,
	MANIFEST = 1 << 6,
	ANDROID = 1 << 7,
	BOOK = 1 << 8,
	ODF_PACKAGE = 1 << 9,
	ODF_CONTENT = 1 << 10,
	APPLE = 1 << 11,
	PLACES = 1 << 12
};

struct members {
	const struct sniff *s;
	unsigned traits;
	const char *type; /* by the member "mimetype" */
};

static size_t
le16(const uint8_t *p)
{
	return (size_t)p[0] | (size_t)p[1] << 8;
}

static size_t
le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

/* The content of the member "mimetype", as it stands in the file. */
static const char *
by_mimetype(const struct sniff *s, size_t at, size_t len)
{
	static const char *const type[] = { ODF "text", ODF "text-template",
		ODF "text-master", ODF "presentation",
		ODF "presentation-template", ODF "spreadsheet",
		ODF "spreadsheet-template", ODF "graphics",
		ODF "graphics-template", ODF "formula", ODF "chart",
		ODF "database", EPUB, "application/vnd.sun.xml.writer",
		"application/vnd.sun.xml.impress",
		"application/vnd.sun.xml.calc",
		"application/vnd.etsi.asic-e+zip",
		"application/vnd.etsi.asic-s+zip",
		"application/vnd.adobe.indesign-idml-package",
		"image/openraster" };

	for (size_t i = 0; i < sizeof(type) / sizeof(type[0]); i++) {
		size_t n = strlen(type[i]);

		if (at > s->all_len || s->all_len - at < n ||
		    memcmp(s->all + at, type[i], n) != 0)
			continue;
		/* The length is 0 when it only follows the content. */
		if (len == n || (len > n && s->all[at + n] <= ' ') ||
		    (len == 0 &&
			(at + n == s->all_len || s->all[at + n] == 'P')))
			return type[i];
	}
	return NULL;
}

/* What one member's name says. */
static unsigned
trait_of(const uint8_t *name, size_t len)
{
	/* clang-format off */
	static const struct {
		const char *name;
		unsigned trait;
		bool whole;
	} known[] = {
		{ "[Content_Types].xml", OPC, true },
		{ "_rels/.rels", OPC, true },
		{ "docProps/", OPC, false },
		{ "word/document.xml", OPC | WORD, true },
		{ "word/", WORD, false },
		{ "ppt/presentation.xml", OPC | POWERPOINT, true },
		{ "ppt/", POWERPOINT, false },
		{ "xl/workbook.xml", OPC | EXCEL, true },
		{ "xl/", EXCEL, false },
		{ "visio/", VISIO, false },
		{ "FixedDoc", FIXED, false },
		{ "META-INF/MANIFEST.MF", MANIFEST, true },
		{ "AndroidManifest.xml", ANDROID, true },
		{ "META-INF/container.xml", BOOK, true },
		{ "META-INF/manifest.xml", ODF_PACKAGE, true },
		{ "content.xml", ODF_CONTENT, true },
		{ "Index/Document.iwa", APPLE, true },
		{ "QuickLook/Thumbnail.jpg", APPLE, true },
		{ "doc.kml", PLACES, true },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].name);

		if ((known[i].whole ? len == n : len >= n) &&
		    memcmp(name, known[i].name, n) == 0)
			return known[i].trait;
	}
	return 0;
}

/* One member: its name, and where its content stands. */
static void
look_at(struct members *m, const uint8_t *name, size_t len, size_t method,
    size_t content, size_t size)
{
	if (len == 8 && method == 0 && memcmp(name, "mimetype", 8) == 0 &&
	    m->type == NULL)
		m->type = by_mimetype(m->s, content, size);
	m->traits |= trait_of(name, len);
}

/* The type, when the members leave no other. */
static const char *
decided(const struct members *m)
{
	unsigned t = m->traits;

	if (m->type != NULL)
		return m->type;
	if ((t & OPC) != 0) {
		if ((t & WORD) != 0)
			return DOCX;
		if ((t & POWERPOINT) != 0)
			return PPTX;
		if ((t & EXCEL) != 0)
			return XLSX;
		if ((t & VISIO) != 0)
			return "application/vnd.ms-visio.drawing";
		if ((t & FIXED) != 0)
			return "application/vnd.ms-xpsdocument";
	}
	return NULL;
}

/* What they suggest once all have been seen. */
static const char *
likely(const struct members *m)
{
	unsigned t = m->traits;

	if ((t & ANDROID) != 0)
		return "application/vnd.android.package-archive";
	if ((t & MANIFEST) != 0)
		return JAR;
	if ((t & APPLE) != 0)
		return IWORK;
	if ((t & BOOK) != 0)
		return EPUB;
	if ((t & PLACES) != 0)
		return "application/vnd.google-earth.kmz";
	return NULL;
}

/* Of the office formats the members only say that it is one of them. */
static const char *
by_suffix(const struct members *m, unsigned traits)
{
	/* clang-format off */
	static const struct {
		const char *suffix, *type;
		unsigned need;
	} known[] = {
		{ "docx", DOCX, OPC },
		{ "docm", DOCX, OPC },
		{ "dotx", DOCX, OPC },
		{ "pptx", PPTX, OPC },
		{ "pptm", PPTX, OPC },
		{ "ppsx", PPTX, OPC },
		{ "xlsx", XLSX, OPC },
		{ "xlsm", XLSX, OPC },
		{ "odt", ODF "text", ODF_CONTENT },
		{ "odp", ODF "presentation", ODF_CONTENT },
		{ "ods", ODF "spreadsheet", ODF_CONTENT },
		{ "sxw", "application/vnd.sun.xml.writer", ODF_CONTENT },
		{ "sxi", "application/vnd.sun.xml.impress", ODF_CONTENT },
		{ "sxc", "application/vnd.sun.xml.calc", ODF_CONTENT },
		{ "epub", EPUB, BOOK },
		{ "jar", JAR, MANIFEST },
		{ "xps", "application/vnd.ms-xpsdocument", FIXED },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((known[i].need & traits) != 0 &&
		    sniff_suffix(m->s, known[i].suffix))
			return known[i].type;
	return NULL;
}

/* Members whose headers lie in the head.  From one to the next by its length:
 * what is packed in a member without compression has headers of its own. */
static void
walk_head(struct members *m)
{
	const struct sniff *s = m->s;
	const uint8_t *p = s->ptr, *end = s->ptr + s->len;

	while (p != NULL && end - p >= HEADER && memcmp(p, "PK\3\4", 4) == 0 &&
	    decided(m) == NULL) {
		size_t at = (size_t)(p - s->ptr) + HEADER;
		size_t name_len = le16(p + 26), extra = le16(p + 28);
		size_t size = le32(p + 18), method = le16(p + 8);
		size_t content = at + name_len + extra;

		if (at + name_len > s->len)
			break;
		look_at(m, s->ptr + at, name_len, method, content, size);
		if (content > s->len)
			break;
		p = s->ptr + content;
		if ((le16(s->ptr + at - HEADER + 6) & STREAMED) != 0 &&
		    size == 0)
			p = memmem(p, (size_t)(end - p), "PK\3\4", 4);
		else if (size < (size_t)(end - p))
			p += size;
		else
			break;
	}
}

/* The directory of a file that is all there; false: there is none. */
static bool
walk_directory(struct members *m)
{
	const uint8_t *all = m->s->all, *end = all + m->s->all_len, *p;
	const uint8_t *stop = m->s->all_len > TAIL ? end - TAIL : all;

	if (!m->s->complete || m->s->all_len < END)
		return false;
	for (p = end - END; p > stop && memcmp(p, "PK\5\6", 4) != 0; p--)
		;
	if (memcmp(p, "PK\5\6", 4) != 0 || le32(p + 16) > m->s->all_len)
		return false;
	p = all + le32(p + 16);
	for (int n = 0; n < MEMBERS_MAX && end - p >= ENTRY &&
	     memcmp(p, "PK\1\2", 4) == 0 && decided(m) == NULL;
	     n++) {
		size_t name_len = le16(p + 28), header = le32(p + 42);
		size_t content = header + HEADER + name_len;
		size_t skip = ENTRY + name_len + le16(p + 30) + le16(p + 32);

		if ((size_t)(end - p) < skip)
			return n > 0;
		if (header < m->s->all_len && m->s->all_len - header >= HEADER)
			content += le16(all + header + 28);
		look_at(m, p + ENTRY, name_len, le16(p + 10), content,
		    le32(p + 20));
		p += skip;
	}
	return true;
}

const char *
sniff_zip(const struct sniff *s)
{
	struct members m = { .s = s };
	const char *type;
	bool seen;

	if (SNIFF_AT(s, 0, "PK\5\6") || SNIFF_AT(s, 0, "PK\7\x08PK\3\4") ||
	    SNIFF_AT(s, 0, "PK00PK\3\4"))
		return ZIP;
	if (!SNIFF_AT(s, 0, "PK\3\4"))
		return NULL;
	walk_head(&m);
	type = decided(&m);
	if (type != NULL)
		return type;
	seen = walk_directory(&m);
	type = decided(&m);
	if (type == NULL)
		type = by_suffix(&m, seen ? m.traits : ~0U);
	if (type == NULL)
		type = likely(&m);
	return type != NULL ? type : ZIP;
}

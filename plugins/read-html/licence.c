/* licence.c - licences by their addresses. */
#include "licence.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* Behind creativecommons.org/: "licenses/by-sa/3.0/de",
 * "publicdomain/zero/1.0". */
static bool
creative_commons(struct lavoir_str s, char out[LICENCE_MAX])
{
	static const char *const kinds[] = { "by", "by-sa", "by-nd", "by-nc",
		"by-nc-sa", "by-nc-nd" };
	struct lavoir_str folder, kind, version;
	char name[16] = "";

	if (!text_next(&s, "/", &folder) || !text_next(&s, "/", &kind))
		return false;
	if (!text_next(&s, "/", &version) || version.len != 3 ||
	    version.ptr[1] != '.')
		version = (struct lavoir_str){ "", 0 };
	if (text_is(folder, "publicdomain")) {
		bool zero = text_is(kind, "zero");

		(void)snprintf(out, LICENCE_MAX, "%s",
		    zero ? "CC0-1.0" : "CC-PDM-1.0");
		return zero || text_is(kind, "mark");
	}
	if (!text_is(folder, "licenses"))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (text_is(kind, kinds[i]))
			for (size_t k = 0; k < kind.len && k < 15; k++)
				name[k] = text_upper(kinds[i][k]);
	if (name[0] == '\0')
		return false;
	(void)snprintf(out, LICENCE_MAX, "CC-%s%s%.*s", name,
	    version.len > 0 ? "-" : "", (int)version.len, version.ptr);
	return true;
}

bool
licence_of(struct lavoir_str url, char out[LICENCE_MAX])
{
	static const struct {
		const char *part, *name;
	} others[] = {
		{ "gnu.org/licenses/fdl", "GFDL-1.3" },
		{ "gnu.org/copyleft/fdl", "GFDL-1.3" },
		{ "gnu.org/licenses/gpl-3", "GPL-3.0" },
		{ "gnu.org/licenses/gpl-2", "GPL-2.0" },
		{ "opensource.org/licenses/MIT", "MIT" },
		{ "apache.org/licenses/LICENSE-2.0", "Apache-2.0" },
		{ "etalab.gouv.fr/licence-ouverte", "etalab-2.0" },
		{ "github.com/etalab/licence-ouverte", "etalab-2.0" },
		{ "nationalarchives.gov.uk/doc/open-government-licence/"
		  "version/3",
		    "OGL-UK-3.0" },
		{ "opendatacommons.org/licenses/odbl", "ODbL-1.0" },
	};
	static const char cc[] = "creativecommons.org/";
	const char *at = text_find(url, cc);

	if (at != NULL) {
		size_t n = (size_t)(at - url.ptr) + sizeof(cc) - 1;

		return creative_commons((struct lavoir_str){ url.ptr + n,
					    url.len - n },
		    out);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (text_find(url, others[i].part) != NULL) {
			(void)snprintf(out, LICENCE_MAX, "%s", others[i].name);
			return true;
		}
	return false;
}

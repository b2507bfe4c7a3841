/* claim_name.c - what the name of a file alone decides. */
#include "role/claim.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "role/pattern.h"

#define SIDECAR ".sha256"

static bool
ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return m > 0 && n > m && strcmp(s + n - m, suffix) == 0 &&
	    s[n - m - 1] != '/';
}

bool
claim_dir_wanted(const struct config_watch *w, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, FOLDER_OWN) == 0)
		return false;
	return w->hidden || name[0] != '.';
}

static bool
any_match(const char *const *patterns, const char *path)
{
	for (; *patterns; patterns++)
		if (pattern_match_path(*patterns, path))
			return true;
	return false;
}

static const char *
signal_suffix(const struct config_watch *w, const char *path)
{
	if (w->done_file && ends_with(path, w->done_file))
		return w->done_file;
	if (w->sha256_sidecar && ends_with(path, SIDECAR))
		return SIDECAR;
	return NULL;
}

bool
claim_signal_of(const struct config_watch *w, const char *path, char *dst,
    size_t dst_size)
{
	const char *suffix = signal_suffix(w, path);
	size_t len = strlen(path);

	if (!suffix || len - strlen(suffix) >= dst_size)
		return false;
	len -= strlen(suffix);
	memcpy(dst, path, len);
	dst[len] = '\0';
	/* "a.done.sha256" belongs to "a" in the end. */
	suffix = signal_suffix(w, dst);
	if (suffix)
		dst[len - strlen(suffix)] = '\0';
	return true;
}

bool
claim_name_wanted(const struct config_watch *w, const char *path)
{
	const char *part = path, *slash;
	char dir[NAME_MAX + 1];

	while ((slash = strchr(part, '/'))) {
		size_t len = (size_t)(slash - part);

		if (!w->recursive || len == 0 || len > NAME_MAX)
			return false;
		memcpy(dir, part, len);
		dir[len] = '\0';
		if (!claim_dir_wanted(w, dir))
			return false;
		part = slash + 1;
	}
	if (!*part || !claim_dir_wanted(w, part) ||
	    strcmp(part, FOLDER_PROBE) == 0)
		return false;
	if (pattern_temporary(part) || signal_suffix(w, path))
		return false;
	if (w->include && *w->include && !any_match(w->include, path))
		return false;
	return !w->exclude || !any_match(w->exclude, path);
}

const char *
claim_answer_name(int answer)
{
	static const char *const names[] = {
		[CLAIM_YES] = "ready",
		[CLAIM_GONE] = "gone",
		[CLAIM_SETTLING] = "settling",
		[CLAIM_WRITING] = "writing",
		[CLAIM_LINKED] = "linked",
		[CLAIM_NOT_REGULAR] = "not_regular",
		[CLAIM_EXCLUDED] = "excluded",
		[CLAIM_TOO_LARGE] = "too_large",
		[CLAIM_SPARSE] = "sparse",
		[CLAIM_NO_DONE_FILE] = "no_done_file",
		[CLAIM_SIDECAR] = "sidecar",
		[CLAIM_DENIED] = "denied",
		[CLAIM_ERROR] = "error",
	};

	if (answer < 0 || (size_t)answer >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[answer];
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
claim_parse_sidecar(const char *text, size_t len, uint8_t sha256_r[32])
{
	static const char bsd[] = "SHA256 (";
	const char *end = memchr(text, '\n', len);
	size_t at = 0;

	if (end)
		len = (size_t)(end - text);
	while (len > 0 && white(text[len - 1]))
		len--;
	if (len > 0 && text[0] == '\\') /* sha256sum: the name is quoted */
		at = 1;
	if (len >= sizeof(bsd) + 66 &&
	    memcmp(text, bsd, sizeof(bsd) - 1) == 0) {
		at = len - 64;
		if (memcmp(text + at - 4, ") = ", 4) != 0)
			return false;
	}
	if (len < at + 64 || (len > at + 64 && !white(text[at + 64])))
		return false;
	for (size_t i = 0; i < 32; i++) {
		int high = hex_digit(text[at + 2 * i]);
		int low = hex_digit(text[at + 2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		sha256_r[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

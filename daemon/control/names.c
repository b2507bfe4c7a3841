/* names.c - file names between JSON and bytes, and where they lie. */
#include "control/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_write.h"
#include "base/utf8.h"
#include "base/xalloc.h"

void
names_write(struct buf *b, const char *key, const char *path)
{
	size_t len = strlen(path);
	char key_b64[80];

	json_write_key(b, key);
	if (!json_write_lossy(b, path, len))
		return;
	snprintf(key_b64, sizeof key_b64, "%s_b64", key);
	json_write_key(b, key_b64);
	json_write_base64(b, path, len);
}

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

void *
names_decode(const char *s, size_t *len_r)
{
	uint8_t *out = xcalloc(strlen(s) + 1, 1);
	unsigned value = 0, bits = 0;
	size_t n = 0;

	for (; *s && *s != '='; s++) {
		int digit = base64_digit(*s);

		if (digit < 0) {
			free(out);
			return NULL;
		}
		value = (value << 6 | (unsigned)digit) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		out[n++] = (uint8_t)(value >> bits & 0xff);
	}
	*len_r = n;
	if (strspn(s, "=") == strlen(s))
		return out;
	free(out);
	return NULL;
}

/* NULL: no base64, or a NUL in it. */
static char *
decode(const char *s)
{
	size_t len;
	char *name = names_decode(s, &len);

	if (name && (len == 0 || memchr(name, '\0', len))) {
		free(name);
		return NULL;
	}
	return name;
}

char *
names_read(const json_t *object, const char *key)
{
	char key_b64[80];
	const char *text;

	snprintf(key_b64, sizeof key_b64, "%s_b64", key);
	text = json_string_value(json_object_get(object, key_b64));
	if (text)
		return decode(text);
	text = json_string_value(json_object_get(object, key));
	return text && *text ? xstrdup(text) : NULL;
}

char *
names_absolute(const char *path)
{
	char *cwd = *path == '/' ? xstrdup("") : getcwd(NULL, 0);
	char *whole = xasprintf("%s/%s", cwd ? cwd : "", path);
	char *out = xcalloc(strlen(whole) + 2, 1), *save = NULL;
	size_t n = 0;

	for (char *part = strtok_r(whole, "/", &save); part;
	     part = strtok_r(NULL, "/", &save)) {
		size_t len = strlen(part);

		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0) {
			while (n > 0 && out[--n] != '/')
				continue;
			continue;
		}
		out[n++] = '/';
		memcpy(out + n, part, len);
		n += len;
	}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	free(whole);
	free(cwd);
	return out;
}

const char *
names_below(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	if (strncmp(folder, path, len) != 0 || path[len] != '/')
		return NULL;
	path += len + strspn(path + len, "/");
	return *path ? path : NULL;
}

static const struct config_watch *
watch_of(const struct config *c, const char *dir, const struct stat *st,
    size_t *pipeline_r)
{
	for (size_t i = 0; i < c->n_pipelines; i++)
		for (size_t k = 0; k < c->pipeline[i].n_watches; k++) {
			const struct config_watch *w = &c->pipeline[i].watch[k];
			struct stat own;

			*pipeline_r = i;
			if (strcmp(w->path, dir) == 0)
				return w;
			if (st && stat(w->path, &own) == 0 &&
			    own.st_dev == st->st_dev &&
			    own.st_ino == st->st_ino)
				return w;
		}
	return NULL;
}

const struct config_watch *
names_watch(const struct config *c, const char *path, size_t *pipeline_r,
    char **below_r)
{
	char *dir = xstrdup(path);
	const struct config_watch *w = NULL;
	struct stat st;
	char *slash;

	*below_r = NULL;
	while (!w && (slash = strrchr(dir, '/')) && slash > dir) {
		*slash = '\0';
		w = watch_of(c, dir, stat(dir, &st) == 0 ? &st : NULL,
		    pipeline_r);
		if (w)
			*below_r = xstrdup(path + (slash - dir) + 1);
	}
	free(dir);
	return w;
}

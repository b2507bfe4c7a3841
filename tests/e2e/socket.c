/* socket.c - raw bytes to a control socket, for tests: what comes on standard
 * input is sent as it is, then replies are printed, each a line, until the
 * daemon closes or as many as asked for have come.
 *
 * usage: socket PATH REPLIES [frame]
 *
 * With "frame", each line of the input is sent as one message with its length.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "control/frame.h"

static int
dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void
read_input(struct buf *out, int framed)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (framed && (n = getline(&line, &size, stdin)) > 0)
		frame_put(out, line, (size_t)n - (line[n - 1] == '\n' ? 1 : 0));
	free(line);
	while (!framed && !feof(stdin))
		out->len += fread(buf_reserve(out, 4096), 1, 4096, stdin);
}

static void
print_replies(int fd, long wanted)
{
	struct buf in = { 0 };
	struct err e;

	while (wanted > 0) {
		const void *ptr;
		size_t len, size;
		ssize_t n;

		if (frame_get(&in, FRAME_REPLY_MAX, &ptr, &len, &size, &e) >
		    0) {
			printf("%.*s\n", (int)len, (const char *)ptr);
			buf_consume(&in, size);
			wanted--;
			continue;
		}
		n = read(fd, buf_reserve(&in, 65536), 65536);
		if (n <= 0) {
			puts("closed");
			break;
		}
		in.len += (size_t)n;
	}
	buf_fini(&in);
}

int
main(int argc, char **argv)
{
	struct buf out = { 0 };
	size_t at = 0;
	int fd;

	if (argc < 3)
		return 64;
	fd = dial(argv[1]);
	read_input(&out, argc > 3 && strcmp(argv[3], "frame") == 0);
	while (at < out.len) {
		ssize_t n = send(fd, out.ptr + at, out.len - at, MSG_NOSIGNAL);

		if (n <= 0)
			break; /* the daemon has had enough */
		at += (size_t)n;
	}
	print_replies(fd, strtol(argv[2], NULL, 10));
	buf_fini(&out);
	close(fd);
	return 0;
}

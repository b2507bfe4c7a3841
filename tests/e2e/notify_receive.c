/* notify_receive.c - stands in for the service manager: prints what arrives at
 * a NOTIFY_SOCKET.
 *
 * usage: notify_receive PATH
 *
 * Makes the socket, then runs until it is killed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char text[4096];
	ssize_t n;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(at.sun_path)) {
		fputs("usage: notify_receive PATH\n", stderr);
		return 64;
	}
	memcpy(at.sun_path, argv[1], strlen(argv[1]));
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0) {
		perror(argv[1]);
		return 71;
	}
	while ((n = recv(fd, text, sizeof(text) - 1, 0)) >= 0) {
		text[n] = '\0';
		puts(text);
		fflush(stdout);
	}
	return 0;
}

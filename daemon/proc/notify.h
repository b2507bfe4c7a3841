/* notify.h - words to the service manager (sd_notify(3)'s protocol, by hand:
 * six lines instead of a library). */
#ifndef LAVOIR_PROC_NOTIFY_H
#define LAVOIR_PROC_NOTIFY_H

#include <stdint.h>

/* "READY=1\nSTATUS=..."; nothing happens without NOTIFY_SOCKET. */
void notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* How often WATCHDOG=1 is to be sent; 0: never. */
uint64_t notify_watchdog_ms(void);

#endif

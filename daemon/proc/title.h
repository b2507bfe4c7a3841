/* title.h - what ps shows of a process. */
#ifndef LAVOIR_PROC_TITLE_H
#define LAVOIR_PROC_TITLE_H

/* Once, first thing in main(): the memory of argv and the environment becomes
 * the place of titles; the environment is moved. */
void title_init(int argc, char **argv);

/* "lavoird: worker 3"; without title_init only the thread's name changes. */
void title_set(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

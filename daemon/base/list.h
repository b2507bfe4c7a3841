/* list.h - intrusive doubly linked ring. */
#ifndef LAVOIR_BASE_LIST_H
#define LAVOIR_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *prev;
	struct list *next;
};

#define container_of(ptr, type, member)                                        \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#define list_each(i, head)                                                     \
	for (struct list *i = (head)->next; i != (head); i = i->next)

static inline void
list_init(struct list *head)
{
	head->prev = head;
	head->next = head;
}

static inline bool
list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void
list_append(struct list *head, struct list *item)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

/* Take it out; it is a ring of its own afterwards, so that a second call is
 * harmless. */
static inline void
list_remove(struct list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	list_init(item);
}

#endif

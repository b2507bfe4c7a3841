/* xhtml.h - chapters of EPUB publications. */
#ifndef READ_OFFICE_XHTML_H
#define READ_OFFICE_XHTML_H

#include "office.h"

/* The text of a chapter into o->out; errors are in o. */
void xhtml_read(struct office *o, const struct zip_member *member);

#endif

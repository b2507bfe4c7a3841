/* office_props.h - the properties of a document: core.xml and meta.xml. */
#ifndef READ_OFFICE_OFFICE_PROPS_H
#define READ_OFFICE_OFFICE_PROPS_H

#include "office.h"

/* As attributes; a document without has none.  Errors are in o. */
void props_ooxml(struct office *o);
void props_odf(struct office *o);

#endif

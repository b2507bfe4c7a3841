/* odf.c */
#include "office.h"
void
odf_read(struct office *o)
{
	(void)office_fail(o, LAVOIR_EINVAL, "not yet");
}
void
epub_read(struct office *o)
{
	(void)office_fail(o, LAVOIR_EINVAL, "not yet");
}
void
pptx_read(struct office *o, const char *p)
{
	(void)p;
	(void)office_fail(o, LAVOIR_EINVAL, "not yet");
}

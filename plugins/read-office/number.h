/* number.h - numbers of list items as documents write them. */
#ifndef READ_OFFICE_NUMBER_H
#define READ_OFFICE_NUMBER_H

#include <stddef.h>

enum number_format {
	NUMBER_DECIMAL,
	NUMBER_ZERO, /* 01 */
	NUMBER_LOWER,
	NUMBER_UPPER,
	NUMBER_LOWER_ROMAN,
	NUMBER_UPPER_ROMAN,
	NUMBER_HAN,
	NUMBER_NONE,
	NUMBER_BULLET,
};

/* WordprocessingML's name ("lowerLetter"), OpenDocument's ("a"). */
enum number_format number_word(const char *name);
enum number_format number_odf(const char *name);

/* Appends to the NUL-ended text in buf; what does not fit is left out. */
void number_append(char *buf, size_t size, enum number_format format, long n);

#endif

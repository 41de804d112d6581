#include <stdio.h>
#include <string.h>
#include "phrase.h"

const char *
vss_phrase_find(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	while ((size_t)(end - p) >= n &&
	    (p = memchr(p, *what, (size_t)(end - p) - n + 1))) {
		if (!memcmp(p, what, n))
			return p;
		p++;
	}
	return NULL;
}

int
vss_phrase_skip(const char **p, const char *end, const char *what)
{
	size_t n = strlen(what);

	if ((size_t)(end - *p) < n || memcmp(*p, what, n))
		return 0;
	*p += n;
	return 1;
}

void
vss_phrase_blanks(const char **p, const char *end)
{
	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
vss_phrase_number(const char **p, const char *end, int least, int most, int *n)
{
	const char *q = *p;
	int value = 0, digits = 0;

	for (; q < end && is_digit(*q) && digits < most; q++, digits++)
		value = value * 10 + (*q - '0');
	if (digits < least || (q < end && is_digit(*q)))
		return 0;
	*n = value;
	*p = q;
	return 1;
}

static int
hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
vss_phrase_hex(const char **p, const char *end, uint32_t *n)
{
	const char *q = *p;
	uint32_t value = 0;
	int digits = 0;

	for (; q < end && hex_digit(*q) >= 0; q++) {
		if (++digits > 8)
			return 0;
		value = value << 4 | (uint32_t)hex_digit(*q);
	}
	if (!digits)
		return 0;
	*n = value;
	*p = q;
	return 1;
}

int64_t
vss_phrase_time(int year, int month, int day, int hour, int minute, int second)
{
	char text[80];

	snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:%02d", year,
	    month, day, hour, minute, second);
	return vss_time_parse(text);
}

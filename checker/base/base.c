#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"

void
vss_error_set(struct vss_error *e, uint64_t line, uint64_t column,
    const char *format, ...)
{
	va_list ap;
	char *p;

	e->line = line;
	e->column = column;
	va_start(ap, format);
	vsnprintf(e->text, sizeof(e->text), format, ap);
	va_end(ap);
	for (p = e->text; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127)
			*p = '?';
}

int
vss_lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

void
vss_copy_text(char *to, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size) {
		n = size - 1;
		while (n && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(to, s, n);
	to[n] = 0;
}

const char *
vss_line(const char **p, const char *end)
{
	const char *start = *p, *nl;

	if (start >= end)
		return NULL;
	nl = memchr(start, '\n', end - start);
	*p = nl ? nl + 1 : end;
	if (!nl)
		nl = end;
	if (nl > start && nl[-1] == '\r')
		nl--;
	return nl;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t
days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t
month_days(int64_t y, int64_t m)
{
	return days(y + m / 12, m % 12 + 1, 1) - days(y, m, 1);
}

/* Exactly n digits. */
static int
number(const char **s, int n, int64_t *out)
{
	*out = 0;
	while (n-- > 0) {
		if (**s < '0' || **s > '9')
			return 0;
		*out = *out * 10 + *(*s)++ - '0';
	}
	return 1;
}

int64_t
vss_time_parse(const char *s)
{
	int64_t y, mo, d, h, mi, sec, us = 0, unit = 100000, zh = 0, zm = 0;
	int sign = 0;

	if (!number(&s, 4, &y) || *s++ != '-' || !number(&s, 2, &mo) ||
	    *s++ != '-' || !number(&s, 2, &d) || (*s != 'T' && *s != ' ') ||
	    !number((s++, &s), 2, &h) || *s++ != ':' || !number(&s, 2, &mi) ||
	    *s++ != ':' || !number(&s, 2, &sec))
		return VSS_NO_TIME;
	if (mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo) ||
	    h > 23 || mi > 59 || sec > 60)
		return VSS_NO_TIME;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			us += (*s - '0') * unit;
	if (*s == 'Z')
		s++;
	else if (*s == '+' || *s == '-') {
		sign = *s++ == '+' ? 1 : -1;
		if (!number(&s, 2, &zh))
			return VSS_NO_TIME;
		if (*s == ':')
			s++;
		if (!number(&s, 2, &zm) || zh > 23 || zm > 59)
			return VSS_NO_TIME;
	}
	if (*s)
		return VSS_NO_TIME;
	return ((days(y, mo, d) * 24 + h - sign * zh) * 60 + mi - sign * zm) *
	    60000000 + sec * 1000000 + us;
}

void
vss_time_format(int64_t t, char *buf)
{
	int64_t ms = t / 1000, day, rest, era, doe, yoe, doy, mp, y;

	day = ms / 86400000;
	rest = ms % 86400000;
	if (rest < 0) {
		rest += 86400000;
		day--;
	}
	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	doe = day - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	y = yoe + era * 400 + (mp >= 10);
	snprintf(buf, 32, "%04d-%02d-%02d %02d:%02d:%02d.%03d",
	    (int)(y < 0 || y > 9999 ? 0 : y),
	    (int)(mp < 10 ? mp + 3 : mp - 9) % 100,
	    (int)(doy - (153 * mp + 2) / 5 + 1) % 100,
	    (int)(rest / 3600000) % 100, (int)(rest / 60000 % 60),
	    (int)(rest / 1000 % 60), (int)(rest % 1000));
}

char *
vss_name_copy(const char *s, size_t n)
{
	size_t length = 0;
	char *copy;

	while (length < n && length < LIMIT_NAME && s[length])
		length++;
	if ((copy = malloc(length + 1))) {
		memcpy(copy, s, length);
		copy[length] = 0;
	}
	return copy;
}

#include <stdlib.h>
#include <string.h>
#include "text.h"

enum encoding { PLAIN, MARKED_8, LITTLE, BIG };

/* Pairs looked at where no byte order mark tells. */
enum { SAMPLE = 64 };

static enum encoding
encoding_of(const char *buf, size_t len, size_t *mark)
{
	const unsigned char *b = (const unsigned char *)buf;
	size_t i, n = len / 2 < SAMPLE ? len / 2 : SAMPLE, low = 0, high = 0;

	*mark = 0;
	if (len >= 3 && !memcmp(b, "\357\273\277", 3)) {
		*mark = 3;
		return MARKED_8;
	}
	if (len >= 2 && ((b[0] == 0xff && b[1] == 0xfe) ||
	    (b[0] == 0xfe && b[1] == 0xff))) {
		*mark = 2;
		return b[0] == 0xff ? LITTLE : BIG;
	}
	for (i = 0; i < n; i++) {
		low += !b[2 * i + 1] && b[2 * i] && b[2 * i] < 0x80;
		high += !b[2 * i] && b[2 * i + 1] && b[2 * i + 1] < 0x80;
	}
	/* a text begins with some ASCII, if only a header or a date */
	if (n >= 4 && low * 4 >= n * 3)
		return LITTLE;
	return n >= 4 && high * 4 >= n * 3 ? BIG : PLAIN;
}

int
vss_text_foreign(const char *buf, size_t len)
{
	size_t mark;

	return encoding_of(buf, len, &mark) != PLAIN;
}

static char *
put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = c;
		return to;
	}
	if (c < 0x800)
		*to++ = 0xc0 | c >> 6;
	else {
		if (c < 0x10000)
			*to++ = 0xe0 | c >> 12;
		else {
			*to++ = 0xf0 | c >> 18;
			*to++ = 0x80 | (c >> 12 & 0x3f);
		}
		*to++ = 0x80 | (c >> 6 & 0x3f);
	}
	*to++ = 0x80 | (c & 0x3f);
	return to;
}

static uint32_t
unit(const unsigned char *b, enum encoding e)
{
	return e == LITTLE ? b[0] | (uint32_t)b[1] << 8 :
	    b[1] | (uint32_t)b[0] << 8;
}

static char *
decode_16(char *to, const unsigned char *b, const unsigned char *end,
    enum encoding e)
{
	uint32_t c, d;

	for (; end - b >= 2; b += 2) {
		c = unit(b, e);
		if (c >= 0xd800 && c < 0xdc00 && end - b >= 4 &&
		    (d = unit(b + 2, e)) >= 0xdc00 && d < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
			b += 2;
		} else if (c >= 0xd800 && c < 0xe000)
			c = 0xfffd;
		/* another mark in the middle: files that were put together */
		if (c != 0xfeff)
			to = put(to, c);
	}
	return b < end ? put(to, 0xfffd) : to;
}

enum vss_status
vss_text_decode(const char *buf, size_t len, char **out, size_t *out_len,
    struct vss_error *error)
{
	size_t mark;
	enum encoding e = encoding_of(buf, len, &mark);
	char *to, *end;

	*out = NULL;
	if (len > SIZE_MAX / 2 - 4 || !(to = malloc(len / 2 * 3 + 4))) {
		vss_error_set(error, 0, 0, "out of memory");
		return VSS_FAIL;
	}
	*out = to;
	if (e == LITTLE || e == BIG)
		end = decode_16(to, (const unsigned char *)buf + mark,
		    (const unsigned char *)buf + len, e);
	else {
		memcpy(to, buf + mark, len - mark);
		end = to + (len - mark);
	}
	*end = 0;
	*out_len = end - to;
	return VSS_OK;
}

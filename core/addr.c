/* SPDX-License-Identifier: ISC */
/* Addresses and networks of name.h: numbers only, never a resolver. */
#include "name.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char v4_mapped[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool
sj_addr_parse(const char *text, struct sj_net *ret_addr)
{
	unsigned char bytes[16];
	struct sj_net addr;

	memset(&addr, 0, sizeof(addr));
	if (inet_pton(AF_INET, text, bytes) == 1) {
		addr.family = 4;
		addr.prefix = 32;
		memcpy(addr.addr, bytes, 4);
	} else if (inet_pton(AF_INET6, text, bytes) != 1) {
		return false;
	} else if (memcmp(bytes, v4_mapped, sizeof(v4_mapped)) == 0) {
		addr.family = 4;
		addr.prefix = 32;
		memcpy(addr.addr, bytes + 12, 4);
	} else {
		addr.family = 6;
		addr.prefix = 128;
		memcpy(addr.addr, bytes, 16);
	}
	*ret_addr = addr;
	return true;
}

/* Decimal digits only, no sign, no leading zero, at most max. */
static bool
parse_prefix(const char *text, unsigned max, unsigned *ret_prefix)
{
	unsigned value = 0;
	size_t i;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return false;
	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9' || i >= 3)
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	*ret_prefix = value;
	return value <= max;
}

static bool
has_host_bits(const struct sj_net *net)
{
	unsigned size = net->family == 4 ? 32 : 128, bit;

	for (bit = net->prefix; bit < size; bit++)
		if (net->addr[bit / 8] & (0x80u >> bit % 8))
			return true;
	return false;
}

enum sj_net_error
sj_net_parse(const char *text, struct sj_net *ret_net)
{
	char host[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	unsigned prefix;
	struct sj_net net;

	if (len >= sizeof(host))
		return SJ_NET_SYNTAX;
	memcpy(host, text, len);
	host[len] = '\0';
	if (!sj_addr_parse(host, &net))
		return SJ_NET_SYNTAX;
	if (slash != NULL) {
		/* ::ffff:a.b.c.d/n counts its bits as IPv6 does. */
		bool is_mapped = net.family == 4 && strchr(host, ':') != NULL;

		if (!parse_prefix(
			slash + 1, is_mapped ? 128 : net.prefix, &prefix) ||
		    (is_mapped && prefix < 96))
			return SJ_NET_PREFIX;
		net.prefix = (uint8_t)(is_mapped ? prefix - 96 : prefix);
	}
	if (has_host_bits(&net))
		return SJ_NET_HOST_BITS;
	*ret_net = net;
	return SJ_NET_OK;
}

bool
sj_net_contains(const struct sj_net *net, const struct sj_net *addr)
{
	unsigned whole = net->prefix / 8, rest = net->prefix % 8;
	unsigned char mask = (unsigned char)(0xff00u >> rest);

	if (net->family != addr->family || net->prefix > addr->prefix)
		return false;
	if (memcmp(net->addr, addr->addr, whole) != 0)
		return false;
	return rest == 0 ||
	       ((net->addr[whole] ^ addr->addr[whole]) & mask) == 0;
}

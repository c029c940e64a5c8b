#!/bin/sh
# SPDX-License-Identifier: ISC
# Downloads a file through a real sshd with download_rate, and prints the rate
# that came out of it: from the first byte to the last, without the login.
# usage: [O=BUILD-DIR] [MEGABYTES=30] [RATES="2000000 10000000"] bench/run-rate.sh
# Needs root and the private world of the system tests.
. "$(dirname "$0")/../tests/system/world.sh"
world_enter "$@"
set -eu
O=$BUILD
. bench/lib.sh
figures_begin rate

MEGABYTES=${MEGABYTES:-30}
RATES=${RATES:-2000000 10000000}
pam_use debian
conf_apply >/dev/null
sshd_start
login_works alice >/dev/null
head -c "$((MEGABYTES * 1000000))" /dev/urandom >/srv/sftp/alice/upload/big
chown alice: /srv/sftp/alice/upload/big

# Prints the seconds between two moments of one session: its own answers.
seconds()
{
	printf '%s\n' '!date +%s.%N >'$W/begin 'get big /tmp/big' \
	    '!date +%s.%N >'$W/end | sftp_as alice >$W/bench.out 2>&1 || {
		cat $W/bench.out >&2
		exit 1
	}
	cmp /srv/sftp/alice/upload/big /tmp/big
	awk 'NR == 1 { begin = $1 } END { print $1 - begin }' $W/begin $W/end
}

printf '%-14s %12s %12s %8s\n' download_rate seconds bytes/s ratio
for rate in 0 $RATES; do
	conf_apply "download_rate = $rate;" >/dev/null
	seconds | awk -v rate="$rate" -v bytes=$((MEGABYTES * 1000000)) '{
		printf "%s %.2f %.0f %s\n", rate, $1, bytes / $1,
		    rate == 0 ? "-" : sprintf("%.3f", bytes / $1 / rate) }' \
	    >$W/line
	read -r _ took reached ratio <$W/line
	printf '%-14s %12s %12s %8s\n' "$rate" "$took" "$reached" "$ratio"
	[ "$rate" -eq 0 ] || figure "$rate" download-rate sftpjail "$ratio"
done
sshd_stop

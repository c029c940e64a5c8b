#!/bin/sh
# SPDX-License-Identifier: ISC
# The tests of the name service that have threads, forks and replaced
# databases, built with the thread sanitizer (make tsan).  A report ends its
# process with an error.  There are no suppressions.
# usage: [O=BUILD-DIR] tests/tsan.sh
set -u
cd "$(dirname "$0")/.." || exit 1
O=${O:-build}/tsan
export O
[ -f "$O/libnss_sftpjail.so.2" ] || {
	echo 'skip tsan - a compiler with -fsanitize=thread, and its library'
	exit 77
}
# where addresses are more random than the sanitizer's map of memory allows
fixed=
! setarch -R true 2>/dev/null || fixed='setarch -R'
failed=0
for test in nss-threads nss-process; do
	$fixed tests/system/$test.sh || failed=1
done
exit $failed

#!/bin/sh
# SPDX-License-Identifier: ISC
# Installs the Debian packages that a task needs and that are missing.
# usage: packaging/install-deps.sh build|demo|check|fuzz|bench
# Says what it installs.  Starts no service: what it brings that has one (sshd,
# nscd, rsync) is also kept from being started at the next boot.  Without root
# or apt-get it only says what is missing, and ends well: whoever needs it says
# so again.
set -u

BUILD='gcc libc6-dev make pkg-config libconfig-dev libcdb-dev libpam0g-dev
libcrypt-dev libjansson-dev'
DEMO='openssh-server openssh-client util-linux mount'
CHECK='jq pamtester putty-tools lftp sshpass curl rsync xauth strace nscd socat
iproute2 patch tinycdb libpam-wrapper libnss-wrapper libnss-extrausers libnss-db
mandoc valgrind clang clang-format clang-tidy cppcheck shellcheck git
checkpolicy semodule-utils'
PEERS='libnss-extrausers libnss-db libnss-cache libpam-chroot'
FUZZ='clang libclang-rt-dev afl++'

case ${1:-} in
build) wanted=$BUILD ;;
demo) wanted="$BUILD $DEMO" ;;
check) wanted="$BUILD $DEMO $CHECK $PEERS" ;;
fuzz) wanted="$BUILD $FUZZ" ;;
bench) wanted="$BUILD $DEMO iproute2 gnuplot-nox $PEERS" ;;
*)
	echo "usage: $0 build|demo|check|fuzz|bench" >&2
	exit 2
	;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo 'No apt-get here: see INSTALL, section 2, for what is needed.'
	exit 0
fi

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = \
	    installed ]
}

missing=
for package in $wanted; do
	is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	printf 'Missing packages (only root can install them):%s\n' "$missing"
	exit 0
fi

printf 'Installing packages:%s\n' "$missing"
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
log=$(mktemp) || exit 1
policy=/usr/sbin/policy-rc.d
made_policy=
end() {
	rm -f "$log"
	[ -z "$made_policy" ] || rm -f $policy
}
trap end EXIT
trap 'exit 1' HUP INT TERM
if [ ! -e $policy ]; then
	made_policy=yes
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
fi

apt-get -qq update >"$log" 2>&1 || cat "$log" >&2
# shellcheck disable=SC2086 # a list of words
apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 \
    -o DPkg::Lock::Timeout=300 install $missing >"$log" 2>&1 </dev/null || {
	cat "$log" >&2
	echo "These could not be installed:$missing" >&2
	exit 1
}

for service in openssh-server:ssh nscd:nscd rsync:rsync; do
	case " $missing " in
	*" ${service%:*} "*) ;;
	*) continue ;;
	esac
	name=${service#*:}
	if command -v systemctl >/dev/null; then
		systemctl disable "$name.service" >/dev/null 2>&1
	elif [ -e "/etc/init.d/$name" ]; then
		update-rc.d "$name" disable >/dev/null 2>&1
	fi
	printf 'The service %s, which came with %s, is not started and %s.\n' \
	    "$name" "${service%:*}" 'is disabled'
done
exit 0

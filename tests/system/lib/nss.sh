# SPDX-License-Identifier: ISC
# A small private world for tests of the NSS module: a mount namespace in which
# passwd, group, shadow, nsswitch.conf, /var/lib and /run are fresh.  Made by
# root, or by anybody where user namespaces are allowed (NSS_USER is then
# set: there is one user, root, and nobody else to be).  A script begins with
#	. "$(dirname "$0")/lib/nss.sh"
#	nss_enter "$@"
#
# In it:  W (work directory), STATE (where the databases are), FIXTURE, DUMP ...

nss_top=$(cd "$(dirname "$0")/../.." && pwd)
. "$nss_top/tests/system/lib/cases.sh"
STATE=/var/lib/sftpjail
W=/var/lib/world
LOG=$W/log

nss_skip() {
	printf 'skip %s - %s\n' "$(basename "$0" .sh)" "$1"
	exit 77
}

nss_enter() {
	if [ -n "${NSS_WORLD:-}" ]; then
		nss_populate || {
			printf 'not ok %s - no private world\n' \
			    "$(basename "$0" .sh)"
			exit 1
		}
		return
	fi
	command -v unshare >/dev/null || nss_skip 'unshare is not installed'
	nss_build=${O:-build}
	case $nss_build in
	/*) ;;
	*) nss_build=$nss_top/$nss_build ;;
	esac
	[ -f "$nss_build/libnss_sftpjail.so.2" ] &&
	    [ -x "$nss_build/tests/module/nss_fixture" ] ||
	    nss_skip "$nss_build is not built"
	NSS_WORLD=$nss_build
	export NSS_WORLD
	if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
		exec unshare -m sh "$0" "$@"
	elif unshare -Urm true 2>/dev/null; then
		NSS_USER=1
		export NSS_USER
		exec unshare -Urm sh "$0" "$@"
	fi
	nss_skip 'needs root or user namespaces'
}

nss_populate() {
	umask 022
	LC_ALL=C
	PATH=$PATH:/usr/sbin:/sbin
	LD_LIBRARY_PATH=$NSS_WORLD
	export LC_ALL PATH LD_LIBRARY_PATH
	PROGRAMS=$NSS_WORLD/tests/module
	FIXTURE=$PROGRAMS/nss_fixture
	mount --make-rprivate / &&
	    mount -t tmpfs -o mode=0755 tmpfs /var/lib &&
	    mount -t tmpfs -o mode=0755 tmpfs /run || return 1
	mkdir -p $STATE $W/etc $W/text $W/tmp /run/nscd && : >$LOG || return 1
	chmod 1777 $W/tmp
	for nss_file in passwd group shadow nsswitch.conf; do
		nss_base $nss_file >$W/etc/$nss_file &&
		    { [ $nss_file != shadow ] || chmod 0640 $W/etc/shadow; } &&
		    mount --bind $W/etc/$nss_file /etc/$nss_file || return 1
	done
	# nobody must reach the module and the programs, wherever they are
	mkdir -p $W/build && cp -p "$NSS_WORLD/libnss_sftpjail.so.2" \
	    "$PROGRAMS"/nss_* $W/build/ 2>/dev/null
	LD_LIBRARY_PATH=$W/build
	PROGRAMS=$W/build
	FIXTURE=$PROGRAMS/nss_fixture
}

nss_base() {
	case $1 in
	passwd)
		echo root:x:0:0:root:/root:/bin/sh
		echo nobody:x:65534:65534:nobody:/nonexistent:/bin/false
		;;
	group)
		echo root:x:0:
		echo nogroup:x:65534:
		echo staff:x:50:local,_c
		;;
	shadow) echo 'root:*:19000:0:99999:7:::' ;;
	nsswitch.conf) printf '%s\n' 'passwd: files sftpjail' \
		'group: files sftpjail' 'shadow: files sftpjail' ;;
	esac
}

# nss_use SERVICES   What passwd, group and shadow are looked up in.
nss_use() {
	printf '%s: '"$*"'\n' passwd group shadow >/etc/nsswitch.conf
}

# nss_world small|evil|COUNT [GENERATION]   Writes or replaces the databases.
nss_world() {
	"$FIXTURE" $STATE "$@"
}

nss_as_nobody() {
	[ -z "${NSS_USER:-}" ] || missing 'nobody to be in this namespace'
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

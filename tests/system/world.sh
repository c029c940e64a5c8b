# SPDX-License-Identifier: ISC
# A private world for tests that need root, users, a syslog and a real sshd: a
# mount, a network and a process namespace of their own, in which /etc, /var and /usr are
# overlays and /run, /srv, /home, /root, /tmp and /dev are fresh.  What is
# installed or broken in it is gone when the script ends; nothing of the host
# changes.  A script begins with
#	. "$(dirname "$0")/world.sh"
#	world_enter "$@"
# and from there on is inside, with sftpjail installed by "make install".  With
# world_net=host before that, what it serves can be reached from outside.
#
# In it:  W (work directory), LOG (what went to syslog), SRC, BUILD.

W=/run/world
LOG=$W/log
SRC=$W/src
BUILD=$W/build
PASSWORD=swordfish
# crypt(3) of $PASSWORD
# shellcheck disable=SC2016
HASH='$6$rounds=1000$sjworld$gf9OggHRxk2IHTAjkTXqIYlnehyfriUpTaiwyVcZtnEfWs5s6r/I1RJg2jzLa9rc0AX3HYMkZc8JBZZVZnJ1B0'

world_script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
world_top=$(dirname "$world_script")
while [ ! -f "$world_top/tests/system/world.sh" ]; do
	world_top=$(dirname "$world_top")
done
world_lib=$world_top/tests/system/lib
. "$world_lib/cases.sh"
. "$world_lib/sshd.sh"
. "$world_lib/pam.sh"
. "$world_lib/session.sh"

world_skip() {
	printf 'skip %s - %s\n' "$(basename "$0" .sh)" "$1"
	exit 77
}

# Re-executes the script in its world.  Everything in there dies with it.
world_enter() {
	if [ -n "${SJ_WORLD:-}" ]; then
		world_populate || {
			echo "not ok $(basename "$0" .sh) - the private world" \
			    "could not be made: $(tail -n 1 $W/make.log)"
			exit 1
		}
		return
	fi
	[ "$(id -u)" -eq 0 ] || world_skip 'needs root'
	command -v unshare >/dev/null || world_skip 'unshare is not installed'
	[ -x /usr/sbin/sshd ] || world_skip 'openssh-server is not installed'
	world_unshare='unshare -m -p -f'
	if [ "${world_net:-}" != host ]; then
		command -v ip >/dev/null ||
		    world_skip 'ip (iproute2) is not installed'
		world_unshare="$world_unshare -n"
	fi
	# shellcheck disable=SC2086 # a command
	$world_unshare --mount-proc \
	    mount -t tmpfs tmpfs /run 2>/dev/null ||
	    world_skip 'needs namespaces and mounts (CAP_SYS_ADMIN)'
	unset MAKEFLAGS MFLAGS MAKELEVEL
	world_build=${O:-build}
	case $world_build in
	/*) ;;
	*) world_build=$world_top/$world_build ;;
	esac
	make -s -C "$world_top" O="${O:-build}" all >/dev/null || {
		echo "not ok $(basename "$0" .sh) - does not build"
		exit 1
	}
	SJ_WORLD=$world_top SJ_WORLD_BUILD=$world_build
	world_net=${world_net:-}
	export SJ_WORLD SJ_WORLD_BUILD world_net
	cd "$world_top" || exit 1
	# The first process only waits: it reaps what the world's dead leave.
	# shellcheck disable=SC2016,SC2086
	exec $world_unshare --kill-child --mount-proc sh -c '
		trap "exit 130" HUP INT TERM
		. "$0/tests/system/lib/mount.sh"
		script=$1
		shift
		world_mount >/dev/null || {
			echo "skip $script - overlayfs is not permitted"
			exit 77
		}
		sh "$script" "$@" <&3 3<&- &
		wait $!' "$world_top" "$SRC/${world_script#"$world_top"/}" \
	    "$@" 3<&0
}

# Users, keys, syslog, and sftpjail itself.
world_populate() {
	umask 022
	cd $SRC || return 1
	HOME=/root
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	LC_ALL=C TZ=UTC
	export HOME PATH LC_ALL TZ
	unset TMPDIR SSH_AUTH_SOCK DISPLAY XAUTHORITY SUDO_USER
	: >$LOG
	mkdir -p $W/bin $W/keys && world_users && world_helpers &&
	    world_install || return 1
	world_keys && pam_use plain && ssh_configure
}

world_helpers() {
	cc -O1 -o $W/bin/worldhelp tests/system/helpers/worldhelp.c \
	    >$W/make.log 2>&1 || return 1
	$W/bin/worldhelp syslog /dev/log $LOG >$W/syslog.out 2>&1 &
	SYSLOG_PID=$!
	wait_for grep -q ready $W/syslog.out
}

world_install() {
	rm -rf /etc/sftpjail /var/lib/sftpjail
	make -s install O=$BUILD >$W/make.log 2>&1 || return 1
	# The world begins without a configuration: each test writes its own.
	mkdir -p /etc/sftpjail/conf.d
	rm -f /etc/sftpjail/sftpjail.conf /etc/sftpjail/conf.d/*
	for world_base in passwd group shadow gshadow initgroups; do
		sed -i "/^$world_base:/d" /etc/nsswitch.conf
	done
	cat >>/etc/nsswitch.conf <<-'END'
	passwd: files sftpjail
	group: files sftpjail
	shadow: files sftpjail
	END
}

world_users() {
	rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow*
	cat >/etc/passwd <<-'END'
	root:x:0:0:root:/root:/bin/bash
	daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
	sshd:x:105:65534::/run/sshd:/usr/sbin/nologin
	nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	local:x:1000:1000:Local:/home/local:/bin/bash
	admin:x:1001:1001:Admin:/home/admin:/bin/bash
	END
	cat >/etc/group <<-'END'
	root:x:0:
	daemon:x:1:
	tty:x:5:
	sudo:x:27:admin
	utmp:x:43:
	shadow:x:42:
	staff:x:50:local
	games:x:60:local
	nogroup:x:65534:
	local:x:1000:
	admin:x:1001:
	END
	{
		printf 'root:%s:19000:0:99999:7:::\n' "$HASH"
		printf 'daemon:*:19000:0:99999:7:::\n'
		printf 'sshd:!:19000::::::\n'
		printf 'nobody:*:19000:0:99999:7:::\n'
		printf 'local:%s:19000:0:99999:7:::\n' "$HASH"
		printf 'admin:%s:19000:0:99999:7:::\n' "$HASH"
	} >/etc/shadow
	chmod 0640 /etc/shadow && chgrp shadow /etc/shadow
	printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
	for world_user in local admin; do
		mkdir -p /home/$world_user
		chown $world_user:$world_user /home/$world_user
	done
}

world_keys() {
	for world_user in host root local admin alice bob carol dave; do
		[ -f $W/keys/$world_user ] || ssh-keygen -q -t ed25519 -N '' \
		    -C "$world_user@world" -f $W/keys/$world_user || return 1
	done
	for world_user in root local admin; do
		world_home=/home/$world_user
		[ $world_user != root ] || world_home=/root
		mkdir -p $world_home/.ssh
		chmod 0700 $world_home/.ssh
		cp $W/keys/$world_user.pub $world_home/.ssh/authorized_keys
		chown -R $world_user: $world_home/.ssh
	done
}

# conf_write [JAILSETTINGS [EXTRA]]   The sample of the manual with alice, bob
# and carol; JAILSETTINGS are added to its jail, EXTRA to the file, and the
# elements $CONF_GROUPS, $CONF_USERS and $CONF_JAILS (first) to the lists.
conf_write() {
	cat >/etc/sftpjail/sftpjail.conf <<-END
	version = 1;
	ids: { uid_min = 20000; uid_max = 60000; gid_min = 20000; gid_max = 60000; };
	user_defaults: { group = "sftp-only"; home = "/srv/sftp/%u"; };
	groups = (
	  { name = "sftp-only"; gid = 20000; },
	  { name = "acme"; gid = 20001; members = [ "alice", "bob" ]; },
	  ${CONF_GROUPS:-}
	  { name = "xmas"; gid = 20002; members = [ "alice" ]; }
	);
	users = (
	  { name = "alice"; uid = 20001; gecos = "Alice, ACME"; password = "$HASH"; keys = [ "$(cat $W/keys/alice.pub)" ]; },
	  { name = "bob"; uid = 20002; password = "$HASH"; keys = [ "$(cat $W/keys/bob.pub)" ]; },
	  ${CONF_USERS:-}
	  { name = "carol"; uid = 20003; password = "$HASH"; keys = [ "$(cat $W/keys/carol.pub)" ]; }
	);
	jails = (
	  ${CONF_JAILS:-}
	  { name = "default"; groups = [ "sftp-only" ]; root = "%h"; create = true; writable = [ "/upload" ]; start = "/upload"; ${1:-} }
	);
	${2:-}
	END
	chmod 0600 /etc/sftpjail/sftpjail.conf
}

conf_apply() {
	conf_write "$@"
	sftpjail apply
}

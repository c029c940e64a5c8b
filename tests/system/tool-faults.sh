#!/bin/sh
# SPDX-License-Identifier: ISC
# Each allocation and each system call of the tool fails in turn: the command
# says so with the cause and changed nothing, or did all that was asked; what is
# in between is whole, and the next apply completes it.
. "$(dirname "$0")/world.sh"
world_enter "$@"

STATE=/var/lib/sftpjail
echo '#include <sys/syscall.h>' | cc -E -dM - |
    sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/{SYS_\1, "\1"},/p' >$W/calls.h
cc -O1 -fPIC -shared -DFAULTS_CALL_NAMES="\"$W/calls.h\"" \
    -o $W/bin/faults.so tests/system/helpers/faults.c >$W/make.log 2>&1 || {
	echo 'not ok tool_faults - the helper does not build'
	exit 1
}

# The old state has carol, the new one dave, at every instant one of them.
old_text() {
	conf_write "$@"
}
new_text() {
	conf_write 'umask = "0027";'
	sed -i 's/name = "carol"; uid = 20003;/name = "dave"; uid = 20004;/' \
	    /etc/sftpjail/sftpjail.conf
}

keep() {
	rm -rf $W/kept
	mkdir $W/kept
	cp -a /etc/sftpjail $W/kept/etc
	cp -a $STATE $W/kept/state
}

# Run with NUMBER NAME ENDING STATE where something was changed.
cat >$W/hook <<'END'
W=/run/world
bad() {
	echo "fault $1 ($2), $3: $5" >>$W/bad
}
if [ "$4" = other ]; then
	users=$(getent passwd carol dave | cut -d : -f 1)
	case $users in
	carol | dave) ;;
	*) bad "$@" "users: $users" ;;
	esac
	sftpjail apply >$W/hook.out 2>&1 ||
	    bad "$@" "apply: $(cat $W/hook.out)"
	user=$(sed -n 's/.* name = "\(carol\|dave\)".*/\1/p' \
	    /etc/sftpjail/sftpjail.conf)
	getent passwd $user >$W/hook.out || bad "$@" "no $user"
	[ "$(sftpjail keys $user | wc -l)" -eq 1 ] || bad "$@" "no key of $user"
	left=$(find /etc/sftpjail /var/lib/sftpjail -type f |
	    grep -Ev '/(lock|(public|secret).v1.cdb|sources.v1|[a-z0-9-]+.conf|keys/[a-z]+)$')
	[ -z "$left" ] || bad "$@" "left behind: $left"
fi
rm -rf /etc/sftpjail /var/lib/sftpjail
cp -a $W/kept/etc /etc/sftpjail
cp -a $W/kept/state /var/lib/sftpjail
END

# faults KIND STEP COMMAND...   The lines are in $W/faults.
faults() {
	faults_kind=$1
	faults_step=$2
	[ -z "${SJ_FAULTS:-}" ] || faults_step=1
	shift 2
	rm -f $W/faults $W/bad
	keep
	LD_PRELOAD=$W/bin/faults.so FAULTS_KIND=$faults_kind \
	    FAULTS_STEP=$faults_step FAULTS_OUT=$W/faults \
	    FAULTS_TREES=/etc/sftpjail:$STATE:/tmp \
	    FAULTS_HOOK="sh $W/hook" "$@" </dev/null
	[ ! -e $W/bad ] || fail "$(cat $W/bad)"
	[ "$(wc -l <$W/faults)" -gt 5 ] || fail "$(cat $W/faults)"
	count faults $(($(wc -l <$W/faults) - 1)) # one line is without
}

# judge WHAT   WHAT is "change" (nothing is done, or all), "print" (what is
# printed is whole, or it fails) or "verdict" (as without a fault, or no allow).
# A crash is taken only from code that is not ours, before anything was done.
judge() {
	awk -F '\t' -v what="$1" '
	function bad(why) { print "fault " $0 ": " why }
	$2 == "none" {
		good = $3
		if (good !~ /^exit:[01]$/) bad("not even without a fault")
		next
	}
	{ count++ }
	$3 == "BAD" { bad("the old state could not be put back"); next }
	what != "change" && $4 != "old" { bad("changed something") }
	$3 ~ /^signal/ || $6 ~ /libconfig_yy/ {
		if ($2 != "foreign") bad("crash")
		else if ($4 != "old" || $5 == "same") bad("half done")
		next
	}
	$3 == "exit:0" {
		if (good != $3) bad("allowed")
		else if (what == "change" && $4 != "new") bad("not all was done")
		else if (what == "print" && $5 != "same") bad("not all was printed")
		next
	}
	what == "verdict" && $3 == "exit:1" && $5 != "none" { next }
	$3 !~ /^exit:[1-4]$/ || $6 == "" { bad("nothing was said") }
	END { print count " faults" >"/dev/stderr" }' $W/faults >$W/judged
	[ ! -s $W/judged ] || fail "$(head -n 20 $W/judged)"
}

apply_faults() {
	old_text
	sftpjail apply >/dev/null
	new_text
	faults "$1" "$2" sftpjail apply
	judge change
}
add_faults() {
	old_text
	sftpjail apply >/dev/null
	faults "$1" "$2" sftpjail user add zoe --key $W/keys/dave.pub
	judge change
}
import_faults() {
	printf '%s\n' 'Match Group ftp' 'ChrootDirectory %h' \
	    'ForceCommand internal-sftp' >$W/sshd_config
	faults "$1" "$2" sftpjail import sshd_config $W/sshd_config
	judge print
}
allow_faults() {
	old_text
	sftpjail apply >/dev/null
	faults "$1" "$2" sftpjail explain alice
	judge verdict
}
deny_faults() {
	old_text '' 'disabled = [ "alice" ];'
	sftpjail apply >/dev/null
	faults "$1" "$2" sftpjail explain alice
	judge verdict
}

# Not each, if there are many of them and SJ_FAULTS is not set.
try tool_apply_each_allocation_fails apply_faults alloc 1
try tool_apply_no_more_memory_from_each_on apply_faults allocs-from 9
try tool_apply_each_call_fails_with_EIO apply_faults EIO 1
try tool_apply_each_call_fails_with_ENOSPC apply_faults ENOSPC 1
try tool_user_add_each_allocation_fails add_faults alloc 3
try tool_user_add_no_more_memory_from_each_on add_faults allocs-from 15
try tool_user_add_each_call_fails add_faults EIO 1
try tool_import_each_allocation_fails import_faults alloc 1
try tool_import_each_call_fails import_faults EIO 1
try tool_explain_each_allocation_fails allow_faults alloc 1
try tool_explain_each_call_fails allow_faults EIO 1
try tool_explain_of_a_denied_each_allocation_fails deny_faults alloc 1
try tool_explain_of_a_denied_each_call_fails deny_faults EIO 1
cases_end

#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of one confinement fails in turn (strace makes it): the
# confinement says so with a reason, or stands all the same, and nothing is
# left outside.  A jail with mounts makes other calls, which are tried, too.
# Needs root.
set -u
O=${O:-build}
skip()
{
	echo "skip confine_calls - $1"
	exit 77
}
[ "$(id -u)" -eq 0 ] || skip 'needs root'
command -v strace >/dev/null || skip 'strace is not installed'
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
strace -o "$work/probe" true 2>/dev/null || skip 'strace may not trace here'

# once FILE [ARGUMENT...]: the answer of $program on stdout
once()
{
	trace=$1
	shift
	strace -qq -o "$trace" "$@" "$program" once 2>"$work/stderr"
}

verdict()
{
	if [ -z "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1 - $2"
		failed=1
	fi
}

failed=0
faults=0
series=
mounts=$(wc -l </proc/self/mountinfo)

# calls_of PROGRAM: CALL N TEXT for each call between the two umask(2) that
# enclose the confinement; in TEXT numbers are N, and the result is left out.
# Descriptors that are not open are asked for, too: that fails by itself.
calls_of()
{
	program=$O/tests/module/$1
	out=$(once "$work/$1")
	[ "$out" = 'ok ' ] || {
		echo "not ok confine_calls - $1: $out" >&2
		exit 1
	}
	awk '/^[a-z_0-9]+\(/ {
		call = $0
		sub(/\(.*/, "", call)
		n[call]++
		if (call == "umask" && begun) exit
		text = $0
		sub(/\) += .*/, "", text)
		gsub(/[0-9]+/, "N", text)
		if (begun && !/EBADF/ &&
		    call !~ /^(brk|mmap|munmap|mprotect|getrandom)$/)
			print call, n[call], text
		if (/^umask\(022\)/) begun = 1
	}' "$work/$1"
}

# What must have been done, and with success, by a process that says ok.
stands()
{
	grep -q '^unshare(CLONE_NEWNS) *= 0' "$1" &&
	    grep -q '^mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, .*= 0' "$1" &&
	    grep -Eq '^(unshare|setns)\(.*CLONE_NEWNET\) *= 0' "$1" &&
	    grep -q '^pivot_root(.*= 0' "$1" &&
	    grep -q '^umount2(.*MNT_DETACH) *= 0' "$1" &&
	    grep -q 'PR_SET_NO_NEW_PRIVS.*= 0' "$1" &&
	    grep -q 'PR_SET_SECCOMP.*= 0' "$1"
}

one_failure()
{
	trace=$work/trace
	out=$(once "$trace" -e "inject=$1:error=$3:when=$2")
	why=
	grep -q INJECTED "$trace" || why='the call was not reached'
	faults=$((faults + 1))
	case $out in
	'ok '*)
		stands "$trace" || why="says ok but does not stand"
		echo "$1 $2 $3" >>"$work/tolerated"
		;;
	'system-error '?* | 'network-unavailable '?* | 'root-missing '?* | \
	'writable-unsafe '?* | 'start-missing '?* | \
	'mount-missing '?* | 'mount-unsafe '?*) ;;
	*) why="answer: $out" ;;
	esac
	[ "$(wc -l </proc/self/mountinfo)" -eq "$mounts" ] ||
	    why='a mount is left outside'
	verdict "confine_call_$series$1_$2_$3" "$why"
}

calls_of test_confine >"$work/calls"
while read -r call nth text; do
	for error in EPERM ENOMEM; do
		one_failure "$call" "$nth" $error
	done
done <"$work/calls"

# Without the calls of Linux 5.2 and 5.12 all must be as with them.
without()
{
	call=$1
	why=
	out=$(once "$work/old" -e inject=$call:error=ENOSYS)
	[ "$out" = 'ok ' ] || why=$out
	grep -q 'MS_NOEXEC|MS_REMOUNT|MS_BIND' "$work/old" ||
	    why='nothing remounted'
	grep -q 'MS_MOVE' "$work/old" || why='nothing moved'
	verdict "confine_calls_${series}without_$call" "$why"
}
without mount_setattr
without open_tree

why=
[ "$(wc -l <"$work/calls")" -gt 100 ] || why='too few calls were found'
for must in unshare mount pivot_root umount2 chdir fchdir prctl mkdirat openat \
    fchown fchmod open_tree mount_setattr move_mount; do
	grep -q "^$must " "$work/calls" || why="$must was not tried"
done
verdict confine_calls_were_found "$why"

# The second jail: in memory, with mounts in one another that are made.  Only
# what the first did not do.
series=mounts_
mv "$work/calls" "$work/tried"
calls_of test_confine_mounts >"$work/calls"
awk '{ text = $0; sub(/^[^ ]+ [^ ]+ /, "", text) }
    NR == FNR { tried[text]; next }
    !(text in tried)' "$work/tried" "$work/calls" >"$work/new"
while read -r call nth text; do
	one_failure "$call" "$nth" ENOMEM
done <"$work/new"
without open_tree
why=
for must in mount mkdirat openat mount_setattr; do
	grep -q "^$must " "$work/new" || why="$must was not tried"
done
verdict confine_calls_mounts_were_found "$why"
echo "# count faults $faults"
[ -n "${VERBOSE:-}" ] && sed 's/^/# stands without: /' "$work/tolerated"
exit $failed

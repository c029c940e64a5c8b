#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of one confinement fails in turn (strace makes it): the
# confinement says so with a reason, or stands all the same, and nothing is
# left outside.  Needs root.
set -u
O=${O:-build}
program=$O/tests/module/test_confine
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

# once FILE [ARGUMENT...]: its answer on stdout, its mounts outside in FILE.end
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
mounts=$(wc -l </proc/self/mountinfo)
out=$(once "$work/good")
[ "$out" = 'ok ' ] || {
	echo "not ok confine_calls - $out"
	exit 1
}

# CALL N for each call between the two umask(2) that enclose it.
awk '/^[a-z_0-9]+\(/ {
	call = $0
	sub(/\(.*/, "", call)
	n[call]++
	if (call == "umask" && begun) exit
	if (begun && call !~ /^(brk|mmap|munmap|mprotect|getrandom)$/)
		print call, n[call]
	if (/^umask\(022\)/) begun = 1
}' "$work/good" >"$work/calls"

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
	case $out in
	'ok '*)
		stands "$trace" || why="says ok but does not stand"
		echo "$1 $2 $3" >>"$work/tolerated"
		;;
	'system-error '?* | 'network-unavailable '?* | 'root-missing '?* | \
	'writable-unsafe '?* | 'start-missing '?*) ;;
	*) why="answer: $out" ;;
	esac
	[ "$(wc -l </proc/self/mountinfo)" -eq "$mounts" ] ||
	    why='a mount is left outside'
	verdict "confine_call_$1_$2_$3" "$why"
}

while read -r call nth; do
	for error in EPERM ENOMEM; do
		one_failure "$call" "$nth" $error
	done
done <"$work/calls"

# Without the calls of Linux 5.2 and 5.12 all must be as with them.
for call in mount_setattr open_tree; do
	why=
	out=$(once "$work/old" -e inject=$call:error=ENOSYS)
	[ "$out" = 'ok ' ] || why=$out
	grep -q 'MS_NOEXEC|MS_REMOUNT|MS_BIND' "$work/old" ||
	    why='nothing remounted'
	grep -q 'MS_MOVE' "$work/old" || why='nothing moved'
	verdict "confine_calls_without_$call" "$why"
done

why=
[ "$(wc -l <"$work/calls")" -gt 100 ] || why='too few calls were found'
for must in unshare mount pivot_root umount2 chdir fchdir prctl mkdirat openat \
    fchown fchmod open_tree mount_setattr move_mount; do
	grep -q "^$must " "$work/calls" || why="$must was not tried"
done
verdict confine_calls_were_found "$why"
[ -n "${VERBOSE:-}" ] && sed 's/^/# stands without: /' "$work/tolerated"
exit $failed

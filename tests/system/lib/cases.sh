# SPDX-License-Identifier: ISC
# Cases: each runs in a subshell under "set -e", so that the first command that
# fails ends it, and prints one line (see tests/run).

cases_failed=0

# try NAME COMMAND...   Runs one case; what it printed is shown if it failed.
try() {
	case_name=$1
	shift
	set +e
	(
		set -e
		trap 'end_background' EXIT
		"$@"
	) >"$W/case.out" 2>&1 </dev/null
	case_status=$?
	if [ $case_status -eq 0 ]; then
		printf 'ok %s\n' "$case_name"
	elif [ $case_status -eq 77 ]; then
		printf 'skip %s - %s\n' "$case_name" "$(tail -n 1 "$W/case.out")"
	else
		sed 's/^/#   /' "$W/case.out" | tail -n 40
		tail -n 25 "$LOG" 2>/dev/null | sed 's/^/#   log: /'
		printf 'not ok %s - %s\n' "$case_name" \
		    "$(tail -n 1 "$W/case.out" | cut -c 1-300)"
		cases_failed=$((cases_failed + 1))
	fi
}

# count KIND N   So much was done, for tests/report.sh.
count() {
	printf '%s %s\n' "$1" "$2" >>"$W/counts"
}

# Last line of a script.  What sshd says of each login is counted there.
cases_end() {
	count logins "$(grep -Ec \
	    'sshd[^ ]*: (Accepted|Failed|fatal: Access denied) ' "$LOG")"
	awk '{ sum[$1] += $2 } END { for (kind in sum) if (sum[kind] > 0)
	    print "# count", kind, sum[kind] }' "$W/counts"
	[ "$cases_failed" -eq 0 ]
	exit
}

fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# missing REASON   Ends the case as skipped.
missing() {
	printf '%s\n' "$*"
	exit 77
}

need() {
	for need_program in "$@"; do
		command -v "$need_program" >/dev/null ||
		    missing "$need_program is not installed"
	done
}

# refused COMMAND...   The command must fail.
refused() {
	if "$@"; then
		fail "should have failed: $*"
	fi
}

# exits STATUS COMMAND...
exits() {
	exits_want=$1
	shift
	exits_got=0
	"$@" || exits_got=$?
	[ "$exits_got" -eq "$exits_want" ] ||
	    fail "exit $exits_got, want $exits_want: $*"
}

# same WHAT GOT WANT
same() {
	[ "$2" = "$3" ] || fail "$1: got \"$2\", want \"$3\""
}

differs() {
	[ "$2" != "$3" ] || fail "$1: is \"$2\""
}

# has TEXT PATTERN    Text holds the extended regular expression.
has() {
	printf '%s\n' "$1" | grep -Eq -e "$2" ||
	    fail "no \"$2\" in: $1"
}

lacks() {
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		fail "found \"$2\" in: $1"
	fi
}

# wait_for COMMAND...   Polls until the command succeeds.  The bound is only
# there so that a test that never will be true ends; $WAIT_TRIES makes it longer.
wait_for() {
	wait_left=${WAIT_TRIES:-600}
	until ("$@") >/dev/null 2>&1; do
		wait_left=$((wait_left - 1))
		[ $wait_left -gt 0 ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# background COMMAND...   Started now, ended with the case; sets BG_PID.
background() {
	"$@" &
	BG_PID=$!
	BG_PIDS="${BG_PIDS:-} $BG_PID"
}

end_background() {
	for bg_pid in ${BG_PIDS:-}; do
		kill "$bg_pid" 2>/dev/null || :
	done
	BG_PIDS=
}

# The log: what was said since the last log_mark.  What was sent until now is in
# it, before it is looked at for something that must not be there.
log_flush() {
	$W/bin/worldhelp flush /dev/log "$LOG"
}

log_mark() {
	log_flush
	LOG_AT=$(($(wc -l <"$LOG") + 1))
}

log_since() {
	tail -n "+${LOG_AT:-1}" "$LOG"
}

log_matches() {
	log_since | grep -Eq -e "$1"
}

log_wait() {
	wait_for log_matches "$1"
}

log_lacks() {
	log_flush
	if log_matches "$1"; then
		fail "the log holds: $(log_since | grep -E -e "$1" | head -n 1)"
	fi
}

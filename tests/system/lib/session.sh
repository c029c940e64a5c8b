# SPDX-License-Identifier: ISC
# Live sessions, and what /proc says of their processes.

# session_open USER   An sftp session that stays open: commands are written to
# descriptor 8, what it says is in $W/live.out; sets LIVE_PID (the client).
session_open() {
	rm -f $W/live.in $W/live.out
	mkfifo $W/live.in
	sftp_as "$1" <$W/live.in >$W/live.out 2>&1 &
	LIVE_PID=$!
	exec 8>$W/live.in
	BG_PIDS="${BG_PIDS:-} $LIVE_PID"
	echo pwd >&8
	wait_for grep -q 'Remote working' $W/live.out
}

session_close() {
	echo bye >&8
	exec 8>&-
	wait "$LIVE_PID" || :
}

# session_says LINE PATTERN   One command in the open session.
session_says() {
	echo "$1" >&8
	wait_for grep -Eq -e "$2" $W/live.out
}

# pids_titled PATTERN    The processes of which the title matches.
pids_titled() {
	for titled in /proc/[0-9]*; do
		tr '\0' ' ' <"$titled/cmdline" 2>/dev/null |
		    grep -Eq -e "$1" && echo "${titled#/proc/}"
	done
	return 0
}

monitors_of() {
	pids_titled "^sshd[^:]*: $1 \[(priv|postauth)\]"
}

# The processes that work for the user: under a monitor, not the monitor.
workers_of() {
	pids_titled "^sshd[^:]*: $1@"
}

ns_of() {
	readlink "/proc/$1/ns/$2"
}

status_of() {
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' ' |
	    sed 's/ *$//'
}

# is_confined PID UID GROUPS   Every promise that /proc can show.
is_confined() {
	differs "mount namespace of $1" "$(ns_of "$1" mnt)" "$(ns_of 1 mnt)"
	differs "network namespace of $1" "$(ns_of "$1" net)" "$(ns_of 1 net)"
	same "no_new_privs of $1" "$(status_of "$1" NoNewPrivs)" 1
	same "seccomp of $1" "$(status_of "$1" Seccomp)" 2
	same "uids of $1" "$(status_of "$1" Uid)" "$2 $2 $2 $2"
	same "groups of $1" "$(status_of "$1" Groups)" "$3"
	same "capabilities of $1" "$(status_of "$1" CapEff)" 0000000000000000
	[ -n "${root_holds_more:-}" ] ||
	    lacks "$(ls /proc/"$1"/root/)" '^(etc|lib|var|home|proc|root|sys|tmp)$'
	if [ -d "/proc/$1/root/usr" ]; then
		same "usr of $1" "$(ls /proc/"$1"/root/usr)" libexec
	fi
	lacks "$(cat /proc/"$1"/mountinfo)" ' /(etc|usr|var|home|run/world) '
	no_strange_descriptor "$1"
}

# No file or directory but device nodes, sockets and pipes.
no_strange_descriptor() {
	for strange_fd in /proc/"$1"/fd/*; do
		strange_to=$(readlink "$strange_fd") || continue
		case $strange_to in
		/dev/null | /dev/ptmx | pipe:* | socket:* | anon_inode:*) ;;
		*) fail "descriptor ${strange_fd##*/} of $1 is $strange_to" ;;
		esac
	done
}

# is_host PID   Not jailed in any way.
is_host() {
	same "mount namespace of $1" "$(ns_of "$1" mnt)" "$(ns_of 1 mnt)"
	same "network namespace of $1" "$(ns_of "$1" net)" "$(ns_of 1 net)"
	same "root of $1" "$(stat -Lc %d:%i "/proc/$1/root")" \
	    "$(stat -Lc %d:%i /proc/1/root)"
}

# never_free USER   No process with the user's id is outside a jail.
# Prints those that are.
free_processes() {
	for free_dir in /proc/[0-9]*; do
		free_pid=${free_dir#/proc/}
		case " $(status_of "$free_pid" Uid 2>/dev/null) " in
		*" $1 "*) ;;
		*) continue ;;
		esac
		[ "$(ns_of "$free_pid" net)" != "$(ns_of 1 net)" ] ||
		    echo "$free_pid"
	done
}

# No session is open, or on its way out.
nobody_served() {
	[ -z "$(pids_titled '^sshd[^:]*: [a-z]')" ]
}

# leftovers   What sessions may leave behind, as numbers: to compare.
leftovers() {
	echo "mounts $(wc -l </proc/1/mountinfo)"
	echo "records $(find /run/sftpjail -type f ! -name '*lock*' \
	    ! -name net ! -name swept | wc -l)"
	echo "namespaces $(readlink /proc/[0-9]*/ns/net /proc/[0-9]*/ns/mnt \
	    2>/dev/null | sort -u | wc -l)"
	echo "processes $(pids_titled '^sshd' | wc -l)"
	echo "descriptors $(find /proc/"$SSHD_PID"/fd -type l | wc -l)"
}

# leftovers_before   Into $W/left.before, when those that were are gone.
leftovers_before() {
	wait_for nobody_served
	leftovers >$W/left.before
}

leftovers_are() {
	leftovers >$W/left.now
	cmp -s "$1" $W/left.now
}

# Nothing is left of sessions: as in the file written before by leftovers.
nothing_left() {
	wait_for leftovers_are "$1"
}

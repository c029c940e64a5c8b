#!/bin/sh
# SPDX-License-Identifier: ISC
# What a jail limits: when, how many, how long and how fast.
. "$(dirname "$0")/world.sh"
world_enter "$@"

MANY=${SJ_MANY:-50}
pam_use debian
conf_apply || exit 1
# Local time is the host's: sshd has no TZ here, and this shell another one.
ZONE=Asia/Tokyo
[ -f /usr/share/zoneinfo/$ZONE ] || ZONE=UTC
ln -sf /usr/share/zoneinfo/$ZONE /etc/localtime
sshd_start env -u TZ
login_works alice || exit 1

# span FROM TO   Every day, from so many hours behind now to so many, local time.
# No login of this test comes near the ends.
span() {
	hour_now=$(TZ=$ZONE date +%H)
	hour_now=${hour_now#0}
	printf '"Mon-Sun %02d:00-%02d:00"' $(((hour_now + $1) % 24)) \
	    $(((hour_now + $2) % 24))
}

around_now() {
	span 19 5
}

not_now() {
	span 5 19
}

hours() {
	conf_apply "hours = [ $(around_now) ];"
	login_works alice
	conf_apply "hours = [ $(not_now) ];"
	login_denied alice outside-hours
	log_wait 'sshd:account.: deny .* detail="local time [0-9:]+ is not in hours"'
	out=$(ssh_as alice w 2>&1) && fail 'exit 0'
	has "$out" 'for file transfer by SFTP only'
	lacks "$out" hours
}
try limits_hours hours

# Tokyo is nine hours before UTC.
hours_explained() {
	[ $ZONE = Asia/Tokyo ] || missing 'tzdata is not there'
	conf_apply 'hours = "Mon-Fri 08:00-18:00";'
	exits 0 sftpjail explain alice --at '2026-11-23 08:00'
	exits 1 sftpjail explain alice --at '2026-11-23 18:00'
	exits 1 sftpjail explain alice --at '2026-11-22 12:00'
	exits 0 sftpjail explain alice --at 2026-11-22T23:00:00Z
	exits 1 env TZ=Asia/Tokyo sftpjail explain alice --at \
	    2026-11-23T09:00:00Z
	exits 0 env TZ=America/New_York sftpjail explain alice --at \
	    '2026-11-23 08:00'
	has "$(sftpjail explain alice --at 2026-11-23T09:00:00Z)" \
	    'FAIL +hours: outside-hours: local time 18:00 is not in hours'
}
try limits_hours_explained_in_the_time_of_the_host hours_explained

hours_running() {
	conf_apply
	session_open alice
	conf_apply "hours = [ $(not_now) ];"
	session_says 'mkdir still' 'mkdir still'
	session_says 'ls -l' '^d.* still$'
	session_says 'rmdir still' 'rmdir still'
	session_close
	wait_for who_empty
}
who_empty() {
	[ -z "$(sftpjail who 2>/dev/null)" ]
}
try limits_hours_leave_running_sessions_alone hours_running

# hold N USER   An sftp session that stays open; its input is $W/in.N.
hold() {
	rm -f $W/in.$1
	mkfifo $W/in.$1
	sftp_as "$2" <$W/in.$1 >$W/out.$1 2>&1 &
	BG_PIDS="${BG_PIDS:-} $!"
	sh -c 'echo pwd; while [ ! -e '$W'/enough ]; do sleep 0.1; done' \
	    >$W/in.$1 &
	BG_PIDS="${BG_PIDS:-} $!"
}

held() {
	grep -q 'Remote working' $W/out.$1
}

release() {
	: >$W/enough
	wait_for who_empty
	rm -f $W/enough
}

answered() {
	[ "$(grep -lE 'Remote working|Connection (closed|reset)|disconnect' \
	    $W/out.* | wc -l)" -eq "$1" ]
}

# Once more with a few, so that what ended is seen to be forgotten.
at_once() {
	conf_apply "max_sessions = $1;"
	for many in "$MANY" $(($1 + 3)); do
		rm -f $W/out.*
		log_mark
		n=0
		while [ $n -lt "$many" ]; do
			n=$((n + 1))
			hold $n alice
		done
		wait_for answered "$many"
		same 'sessions' "$(grep -l 'Remote working' $W/out.* | wc -l)" "$1"
		same 'who' "$(sftpjail who --json | tr '{' '\n' |
		    grep -c '"user": *"alice"')" "$1"
		# The user's process says it, too, where the monitor could.
		same 'denied' "$(log_since | grep -Ec \
		    'sshd:(account|session).: deny user="alice" .*reason=too-many-sessions')" \
		    $((many - $1))
		log_lacks 'reason=(system-error|pam-not-wired)'
		# Others have limits of their own.
		login_works bob
		release
	done
	rm -f $W/out.* $W/in.*
}
try "limits_max_sessions_exact_for_${MANY}_at_once" at_once 7

one_session() {
	conf_apply 'max_sessions = 1; message = "Too many.";'
	session_open alice
	log_mark
	out=$(sftp_does alice pwd) && fail 'a second session'
	has "$out" '^Too many\.'
	log_wait 'sshd:account.: deny user="alice" .*reason=too-many-sessions .*detail="1 sessions live, max_sessions is 1"'
	has "$(sftpjail explain alice || :)" \
	    'FAIL +max_sessions: too-many-sessions: 1 sessions live'
	session_close
	wait_for who_empty
	login_works alice
}
try limits_max_sessions_told_and_explained one_session

# One jail, one address, two users; and the same address written as IPv6.
per_address() {
	conf_apply 'max_sessions_per_address = 2;'
	hold 1 alice
	hold 2 bob
	wait_for held 1
	wait_for held 2
	login_denied alice too-many-sessions
	log_wait 'detail="2 sessions live from the client.s address, max_sessions_per_address is 2"'
	out=$(sftpjail explain carol --from ::ffff:127.0.0.1) && fail 'allowed'
	has "$out" 'FAIL +max_sessions_per_address: too-many-sessions'
	exits 0 sftpjail explain carol --from 127.0.0.2
	has "$(sftpjail explain carol)" 'skip +max_sessions_per_address: .*--from'
	log_mark
	login_from 127.0.0.2
	log_wait 'open user="carol" .*rhost="127.0.0.2"'
	release
	login_works alice
}
login_from() {
	sftp_does carol -b - pwd >/dev/null 2>&1 || :
	printf 'pwd\n' | sftp_as carol -o "BindAddress=$1"
}
try limits_max_sessions_per_address per_address

per_address_by_name() {
	sshd_stop
	sshd_configure 'UseDNS yes'
	sshd_start
	conf_apply 'max_sessions_per_address = 1;'
	session_open alice
	has "$(sftpjail who)" localhost
	login_denied bob too-many-sessions
	# Not the user's word for it, which pam_env takes from a file of his.
	session_close
	printf 'SSH_CONNECTION DEFAULT="192.0.2.9 1 192.0.2.1 22"\n' \
	    >/srv/sftp/alice/.pam_environment
	session_open alice
	login_denied bob too-many-sessions
	session_close
	rm -f /srv/sftp/alice/.pam_environment
	sshd_stop
	sshd_configure
	sshd_start
}
try limits_max_sessions_per_address_where_sshd_gives_a_name per_address_by_name

# The session ends by itself, and the client gets no more answers.
time_over() {
	conf_apply 'session_time = 3;'
	log_mark
	session_open alice
	log_wait 'close user="alice" .* seconds=[0-9]+ detail="session_time is over"'
	session_is_over
}
session_is_over() {
	wait_for who_empty
	wait_for nothing_of_alice
	status=0
	echo ls >&8 || :
	wait "$LIVE_PID" || status=$?
	exec 8>&-
	differs 'status of the client' $status 0
	has "$(cat $W/live.out)" 'Connection.* closed|closed by remote host'
}
nothing_of_alice() {
	[ -z "$(monitors_of alice)$(workers_of alice)" ]
}
try limits_session_time time_over

time_not_over() {
	conf_apply 'session_time = 1000;'
	log_mark
	login_works alice
	log_wait 'close user="alice" .* seconds=[0-9]+$'
}
try limits_session_time_not_over time_not_over

# The monitor's timer goes with it; the user's process has one of its own.
time_over_without_monitor() {
	conf_apply 'session_time = 6;'
	session_open alice
	kill -9 "$(monitors_of alice)"
	wait_for no_monitor
	session_says 'mkdir still' 'mkdir still'
	session_says 'ls -l' '^d.* still$'
	session_is_over
}
no_monitor() {
	[ -z "$(monitors_of alice)" ]
}
try limits_session_time_with_the_monitor_killed time_over_without_monitor

time_fails() {
	need strace
	sshd_stop
	conf_apply 'session_time = 1000;'
	sshd_start strace -f -qq -o $W/fault.trace -e trace=timer_create \
	    -e inject=timer_create:error=EAGAIN
	log_mark
	refused sftp_does alice pwd
	log_wait 'sshd:session.: deny user="alice" .*reason=system-error .*detail="timer_create'
	wait_for who_empty
	sshd_stop
	sshd_start
}
try limits_session_time_without_timers_is_denied time_fails

# What ss(8) says of the server's end of the connection.
paced() {
	ss -tinH state established "( sport = :$PORT )" |
	    grep -Eo 'pacing_rate [^ ]*'
}

rate() {
	need ss
	conf_apply
	session_open alice
	lacks "$(paced)" "/${2}bps\$"
	session_close
	conf_apply "download_rate = $1;"
	session_open alice
	has "$(paced)" "/${2}bps\$"
	session_close
	wait_for who_empty
}
try limits_download_rate rate 1000000 8000000
try limits_download_rate_smallest rate 1024 8192
try limits_download_rate_largest rate 4294967294L 34359738352

rate_old_kernel() {
	need setarch
	conf_apply 'download_rate = 1000000;'
	sshd_stop
	sshd_start setarch "$(uname -m)" --uname-2.6
	log_mark
	refused sftp_does alice pwd
	log_wait 'sshd:session.: deny user="alice" .*reason=system-error .*detail="download_rate needs Linux 4.13, this is 2.6'
	sshd_stop
	sshd_start
	out=$(setarch "$(uname -m)" --uname-2.6 sftpjail explain alice) &&
	    fail allowed
	has "$out" 'FAIL +kernel: system-error: the kernel is older than Linux 4.13'
	conf_write 'download_rate = 2000000;'
	has "$(setarch "$(uname -m)" --uname-2.6 sftpjail apply 2>&1)" \
	    'jails.0..download_rate: .*can.t pace; logins will be denied'
	has "$(setarch "$(uname -m)" --uname-2.6 sftpjail check)" \
	    '^error kernel-pacing: '
}
try limits_download_rate_on_an_old_kernel_is_denied rate_old_kernel

sshd_stop
cases_end

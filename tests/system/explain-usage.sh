#!/bin/sh
# SPDX-License-Identifier: ISC
# How the commands that ask are called: usage errors, no root, help, names that
# nobody should have.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/explain.sh"

command -v jq >/dev/null || world_skip 'jq is not installed'
conf_apply || exit 1

# usage PATTERN ARGUMENT...   Exit 2, nothing on stdout, the pattern on stderr.
usage() {
	usage_pattern=$1
	shift
	exits 2 sftpjail "$@" >$W/out 2>$W/err
	same stdout "$(cat $W/out)" ''
	has "$(cat $W/err)" "$usage_pattern"
}

explain_usage() {
	usage 'expected USER or --all' explain
	usage 'too many' explain alice bob
	usage 'unknown option: --frob' explain alice --frob
	usage 'needs a value' explain alice --at
	usage 'given twice' explain alice --at '2026-01-01 00:00' --at x
	for at in '' now yesterday 2026-01-01 '2026-01-01 25:00' \
	    '2026-02-30 00:00' 2026-01-01T00:00 1700000000; do
		usage 'YYYY-MM-DD HH:MM.*RFC 3339' explain alice --at "$at"
	done
	for from in '' localhost example.org 192.0.2.300 192.0.2.0/24 \
	    fe80::1%eth0 ::g 0x7f000001 1; do
		usage 'numeric' explain alice --from "$from"
	done
	for auth in '' key publickey,password password+publickey PASSWORD; do
		usage 'publickey, password or publickey\+password' \
		    explain alice --auth "$auth"
	done
	usage 'service' explain alice --service ../../etc/passwd
}
try explain_usage_errors_name_what_is_expected explain_usage

explain_options() {
	says alice 'allow (jail default)' 0 --at=2026-01-01T00:00:00Z \
	    --from=192.0.2.1 --auth=publickey --service=sshd
	json_is '[.at, .from, .auth, .service] | join(" ")' \
	    '2026-01-01T00:00:00Z 192.0.2.1 publickey sshd'
	exits 0 sftpjail --json explain alice >$W/out
	jq -e '.verdict == "allow"' $W/out
	exits 0 sftpjail explain --from 192.0.2.1 -- alice >$W/out
}
try explain_options_in_any_place explain_options

hostile_users() {
	long=$(head -c 5000 /dev/zero | tr '\0' a)
	newline=$(printf 'a\nb: allow')
	control=$(printf '\033[2J\302\233\377')
	for user in '' / .. ../../etc/passwd '%s%n' "$newline" "$control" \
	    "$long" '$(id)' 4294967295 '-1' ' ' "'" '"'; do
		exits 1 sftpjail explain -- "$user" >$W/out
		has "$(head -n 1 $W/out)" 'deny user-unknown$'
		lacks "$(cat $W/out)" '^b: allow'
		same 'control characters' \
		    "$(LC_ALL=C tr -d '\12\40-\176' <$W/out | wc -c)" 0
		exits 1 sftpjail explain --json -- "$user" >$W/out
		jq -e '.verdict == "deny"' $W/out
		exits 0 sftpjail keys "$user" >$W/out
		same keys "$(cat $W/out)" ''
		exits 1 sftpjail user show -- "$user" 2>$W/out
		same 'control characters' \
		    "$(LC_ALL=C tr -d '\12\40-\176' <$W/out | wc -c)" 0
	done
}
try explain_hostile_names_are_unknown hostile_users

nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

no_root() {
	need setpriv
	for command in 'explain alice' who 'kill alice' 'user add erin' \
	    'user del alice' 'user lock alice' 'user unlock alice'; do
		# shellcheck disable=SC2086
		exits 4 nobody sftpjail $command >$W/out 2>$W/err
		same stdout "$(cat $W/out)" ''
		has "$(cat $W/err)" 'needs root'
	done
	for command in 'user list' 'user show alice' 'key list alice'; do
		# shellcheck disable=SC2086
		exits 4 nobody sftpjail $command >$W/out 2>$W/err
		has "$(cat $W/err)" 'needs root to read'
	done
	chmod 0644 /etc/sftpjail/sftpjail.conf
	nobody sftpjail user list >/dev/null
	: >/etc/sftpjail/conf.d/50-users.conf
	chmod 0600 /etc/sftpjail/conf.d/50-users.conf
	exits 4 nobody sftpjail user list 2>$W/err
	has "$(cat $W/err)" 'needs root to read'
	rm /etc/sftpjail/conf.d/50-users.conf
	chmod 0600 /etc/sftpjail/sftpjail.conf
	exits 4 nobody sftpjail key add alice $W/keys/alice.pub 2>$W/err
	has "$(cat $W/err)" 'needs root'
}
try explain_and_changes_need_root no_root

keys_as_nobody() {
	need setpriv
	want="no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty $(cat $W/keys/alice.pub)"
	same keys "$(nobody sftpjail keys alice)" "$want"
	same 'key file' "$(cat /var/lib/sftpjail/keys/alice)" "$want"
	# Neither the configuration nor the secret part is looked at.
	strace -f -e trace=file,network -o $W/trace sftpjail keys alice
	lacks "$(cat $W/trace)" \
	    '/etc/sftpjail|secret|nsswitch|/etc/passwd|libnss|socket\('
	for user in nosuch local root; do
		same "keys of $user" "$(nobody sftpjail keys $user)" ''
	done
}
try keys_as_nobody_from_the_public_file_only keys_as_nobody

keys_of_others() {
	CONF_USERS="
	  { name = \"late\"; uid = 20010; expires = \"2020-01-01\"; keys = [ \"$(cat $W/keys/dave.pub)\" ]; },
	  { name = \"early\"; uid = 20011; not_before = \"2099-01-01\"; keys = [ \"$(cat $W/keys/dave.pub)\" ]; },
	  { name = \"off\"; uid = 20012; disabled = true; keys = [ \"$(cat $W/keys/dave.pub)\" ]; }," \
	    conf_apply '' 'disabled = [ "bob" ];'
	for user in late off bob; do
		exits 0 sftpjail keys $user >$W/out
		same "keys of $user" "$(cat $W/out)" ''
		[ ! -e /var/lib/sftpjail/keys/$user ] || fail "file of $user"
	done
	# Nobody applies anew when a first day comes; until then PAM denies.
	same 'keys of early' "$(sftpjail keys early)" \
	    "$(cat /var/lib/sftpjail/keys/early)"
	conf_apply
	differs 'keys of bob' "$(sftpjail keys bob)" ''
}
try keys_of_disabled_and_expired_users_are_none keys_of_others

keys_broken() {
	cp /var/lib/sftpjail/public.v1.cdb $W/public
	head -c 4000 $W/public >/var/lib/sftpjail/public.v1.cdb
	exits 4 sftpjail keys alice >$W/out 2>$W/err
	same stdout "$(cat $W/out)" ''
	has "$(cat $W/err)" db-corrupt
	rm /var/lib/sftpjail/public.v1.cdb
	exits 4 sftpjail keys alice 2>$W/err
	has "$(cat $W/err)" db-missing
	cp $W/public /var/lib/sftpjail/public.v1.cdb
	exits 2 sftpjail keys 2>$W/err
	exits 2 sftpjail keys alice bob 2>$W/err
}
try keys_without_a_database_is_an_error keys_broken

helps() {
	for command in '' apply check setup import explain keys who kill \
	    user key group passwd 'user add' \
	    'user set' 'user del' 'user import' 'user show' 'user list' \
	    'user lock' 'user unlock' 'key add' 'key del' 'key list' \
	    'group add' 'group set' 'group del' 'group list' 'import passwd'; do
		# shellcheck disable=SC2086
		exits 0 sftpjail $command --help >$W/out 2>$W/err
		same stderr "$(cat $W/err)" ''
		has "$(head -n 1 $W/out)" "^usage: sftpjail ${command% *}"
		[ "$(wc -l <$W/out)" -le 24 ] || fail "$command: too long"
		[ "$(wc -L <$W/out)" -le 80 ] || fail "$command: too wide"
	done
	exits 0 sftpjail --help user >$W/out
	has "$(cat $W/out)" '^5 \(explain\) not jailed'
	has "$(head -n 1 $W/out)" '^usage: sftpjail '
	usage 'expected add, set' user
	usage 'expected add, set' user frob
	usage 'expected add, del' key frob
	usage 'too many' who alice
	usage 'missing' kill
}
try help_of_each_fits_a_screen helps

cases_end

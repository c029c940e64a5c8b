#!/bin/sh
# SPDX-License-Identifier: ISC
# The first day with sftpjail: from a stock host to a login, then one thing
# after another is broken, found by check and explain, and mended by doing what
# they say, to the letter; and back.
. "$(dirname "$0")/world.sh"
world_enter "$@"
. "$world_lib/stock.sh"
need jq

begins() {
	stock
	rm -rf /var/lib/sftpjail
	sftpjail setup --yes >$W/out
	has "$(cat $W/out)" 'sshd -t && .*reload'
	sftpjail user add alice --key $W/keys/alice.pub >$W/out
	has "$(tail -n 1 $W/out)" '^sftp (-P [0-9]+ )?alice@'
	sftpjail check
	sshd_start
	login_works alice
}

# Nothing was mended by hand yet.
goes_back_and_forth() {
	sftpjail setup --undo --yes
	is_stock
	sshd_start
	refused sftp_does alice pwd
	sftpjail setup --yes
	sftpjail check
	sshd_start
	login_works alice
}

# advice FIX PATH LINE   Does what the advice says: a command, or one of few
# phrases.
advice() {
	quoted=$(printf '%s\n' "$1" | sed -n 's/^[^"]*"\([^"]*\)".*/\1/p')
	in_file=$(printf '%s\n' "$1" | grep -o '/etc/[a-z./_]*' | head -n 1)
	in_file=${in_file%.}
	case $1 in
	'write "'*' at the top of '* | 'write "'*', as the first auth line' | \
	    'write "'*', as the first account line')
		sed -i "1i $quoted" "$in_file"
		;;
	'write "'*', as the last session line'*) echo "$quoted" >>"$in_file" ;;
	'make line '*)
		nth=${1#make line }
		sed -i "${nth%% *}s|.*|$quoted|" "$in_file"
		;;
	'make the line "'*) sed -i "$3s|.*|$quoted|" "$2" ;;
	'move line '*', as the first auth line')
		nth=${1#move line }
		nth=${nth%% *}
		moved=$(sed -n "${nth}p" "$in_file")
		sed -i -e "${nth}d" -e "1i $moved" "$in_file"
		;;
	'take the line away'*) sed -i "$3d" "$2" ;;
	'take line '*)
		nth=${1#take line }
		sed -i "${nth%% *}d" "$in_file"
		;;
	'add the line "'*) echo "$quoted" >>"$2" ;;
	'add sftpjail at the end of the line') sed -i "$3s/\$/ sftpjail/" "$2" ;;
	'sftpjail check') follow_check nss-missing ;;
	*) sh -c "$(printf '%s\n' "$1" | sed 's/ DAY$/ 2099-12-31/')" ;;
	esac
}

# follow_check ID   The first problem has that id; all are mended, each time
# with a new look.
follow_check() {
	exits 1 sftpjail check --json >$W/json
	same id "$(jq -r '.problems[0].id' $W/json)" "$1"
	for step in 1 2 3 4 5; do
		jq -r '.problems[0] | .fix, .path, .line' $W/json >$W/fix
		{
			read -r fix
			read -r path
			read -r line
		} <$W/fix
		echo "check says: $path:$line: $fix"
		advice "$fix" "$path" "$line"
		sftpjail check --json >$W/json || continue
		same problems "$(jq -c .problems $W/json)" '[]'
		return 0
	done
	fail "not mended in $step steps: $(sftpjail check)"
}

# follow_explain PATTERN   The same with explain, which says that first.
follow_explain() {
	for step in 1 2 3 4 5; do
		sftpjail explain alice --json >$W/json || :
		jq -r '[.checks[] | select(.result == "fail" or
		    .result == "warn")] | first | .check + " " + .reason + " " +
		    .detail' $W/json >$W/says
		[ $step -gt 1 ] || has "$(cat $W/says)" "$1"
		fix=$(jq -r '[.paths[], .checks[]] | map(select(.result !=
		    "ok" and .fix != null) | .fix) | first // ""' $W/json)
		if [ -z "$fix" ]; then
			sftpjail explain alice
			sftpjail check
			return 0
		fi
		echo "explain says: $fix"
		advice "$fix" '' ''
	done
	fail "not mended in $step steps: $(sftpjail explain alice)"
}

# breaks WHOM PATTERN COMMAND   WHOM to ask, what that names, how it is broken.
breaks() {
	sftpjail check
	sh -ec "$3"
	"follow_$1" "$2"
	sshd_start
	login_works alice
}

# broken NAME PATTERN COMMAND   Both are asked, from the same state.
broken() {
	try "newcomer_$1_check_mends" breaks check "${2%% *}" "$3"
	try "newcomer_$1_explain_mends" breaks explain "${2#* }" "$3"
}

expires() {
	sftpjail user set alice --expires 2020-01-01 >/dev/null
	sftpjail explain alice >$W/out && fail 'allowed'
	same line "$(head -n 1 $W/out)" \
	    'alice: deny user-expired (jail default)'
	refused sftp_does alice pwd
	follow_explain 'user-expired'
	login_works alice
}

ends() {
	# What was mended by hand is not setup's to take back unasked.
	exits 1 sftpjail setup --undo --yes >$W/out 2>&1
	has "$(cat $W/out)" 'fix: .*or sftpjail setup --undo --force'
	sftpjail setup --undo --force --yes
	is_stock
	sshd_start
	refused sftp_does alice pwd
	sshd_stop
}

try newcomer_sets_up_and_logs_in begins
try newcomer_undoes_it_and_sets_up_again goes_back_and_forth
broken root_mode 'root-mode root-mode' 'chmod g+w /srv/sftp'
broken root_owner 'root-owner root-owner' 'chown alice /srv/sftp/alice'
broken root_symlink 'root-symlink root-symlink' \
    '[ -L /srv/sftp ] || { rm -rf /srv/sftp.old /srv/elsewhere
    mv /srv/sftp /srv/elsewhere; ln -s elsewhere /srv/sftp; }'
broken upload_owner 'writable-unsafe writable-unsafe' \
    'chown root /srv/sftp/alice/upload'
broken session_line 'pam-session-missing session' \
    "sed -i '/^session.*sftpjail/d' $PAM"
broken auth_line 'pam-auth-place auth' \
    "sed -i -e '/^auth.*sftpjail/d' -e '0,/^account/s/^account/auth sufficient pam_unix.so\\nauth required pam_sftpjail.so\\n&/' $PAM"
broken account_line 'pam-account-missing account' \
    "sed -i '/^account.*sftpjail/d' $PAM"
broken nss 'nss-missing user-unknown' "sed -i 's/ sftpjail//' $NSS"
broken key_file 'key-file-unsafe sshd-keys' \
    'chmod 0666 /var/lib/sftpjail/keys/alice'
broken usepam 'sshd-usepam sshd-usepam' \
    "sed -i 's/^UsePAM.*/UsePAM no/' $CONF"
broken subsystem_external 'sshd-subsystem sshd-subsystem' \
    "sed -i 's|^Subsystem.*|Subsystem sftp /usr/lib/openssh/sftp-server|' $CONF"
broken subsystem_missing 'sshd-subsystem sshd-subsystem' \
    "sed -i '/^Subsystem/d' $CONF"
broken keys_line 'sshd-keys sshd-keys' "sed -i '/^AuthorizedKeysFile/d' $CONF"
broken chroot 'sshd-chroot sshd-chroot' \
    "printf 'Match Group sftp-only\\n\\tChrootDirectory %%h\\n' >>$CONF"
broken database 'db-missing db-missing' 'rm -f /var/lib/sftpjail/*.cdb'
broken stale 'db-stale newer' 'touch /etc/sftpjail/sftpjail.conf; echo "# edited" >>/etc/sftpjail/sftpjail.conf'
try newcomer_expired_explain_mends expires
try newcomer_undo_is_byte_identical ends
cases_end

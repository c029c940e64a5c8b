#!/bin/sh
# SPDX-License-Identifier: ISC
# "sftpjail setup": from a stock host to a jailed login and back, refusals, and
# what is left when it is killed.
. "$(dirname "$0")/world.sh"
world_enter "$@"

. "$world_lib/stock.sh"

# shellcheck disable=SC2086
is_set_up() {
	grep -q '^passwd: .*sftpjail' $NSS
	grep -q '^UsePAM yes' $CONF
	same 'lines of PAM' "$(grep -c pam_sftpjail $PAM)" 3
	same modes "$(stat -c '%n %u:%g %a' $FILES)" \
	    "$(grep -v '^[0-9a-f]\{64\} ' $W/stock.state)"
	sftpjail check >$W/check.out || fail "$(cat $W/check.out)"
	same 'files left behind' "$(find /etc -name '*sftpjail-new*')" ''
}

# at_terminal ANSWER COMMAND   Its exit status, what it shows in $W/tty.out.
at_terminal() {
	printf '%s\n' "$1" | TERM=xterm script -qec "$2" /dev/null >$W/tty.out 2>&1
}

dry_run() {
	stock
	sftpjail setup --dry-run >$W/out
	is_stock
	[ ! -e $KEPT ]
	for path in $FILES; do
		grep -qx -e "+++ $path" $W/out
	done
	chmod 0644 $CONF
	setpriv --reuid nobody --clear-groups sftpjail setup --dry-run >$W/out2
	cmp $W/out $W/out2
	chmod 0600 $CONF
	exits 4 setpriv --reuid nobody --clear-groups sftpjail setup --dry-run
	exits 4 setpriv --reuid nobody --clear-groups sftpjail setup --yes
	is_stock
}

diff_is_good() {
	need patch
	stock
	for path in $FILES; do
		sftpjail setup --dry-run |
		    sed -n "\\|^--- $path|,/^--- /p" | sed '1!{/^--- /,$d}' |
		    patch -s -o "$W/$(basename $path).patched" $path
	done
	sftpjail setup --yes >/dev/null
	for path in $FILES; do
		cmp $path "$W/$(basename $path).patched"
	done
}

answers() {
	need script
	stock
	exits 2 sftpjail setup </dev/null >$W/out 2>$W/err
	has "$(cat $W/err)" 'no terminal.*--yes'
	exits 2 sftpjail setup --force
	exits 1 at_terminal n 'sftpjail setup'
	has "$(cat $W/tty.out)" 'nothing was changed'
	exits 1 at_terminal '' 'sftpjail setup'
	is_stock
	grep -q "$(printf '\033')" $W/tty.out || fail 'no colours'
	exits 1 at_terminal n 'NO_COLOR=1 sftpjail setup'
	! grep -q "$(printf '\033')" $W/tty.out || fail 'colours'
	[ ! -e $KEPT ]
	exits 0 at_terminal y 'sftpjail setup'
	is_set_up
}

login() {
	stock
	log_mark
	sftpjail setup --yes >$W/out
	has "$(cat $W/out)" 'sshd -t && .*(reload ssh|ssh reload)'
	has "$(cat $W/out)" 'root shell open'
	! grep -q "$(printf '\033')" $W/out || fail 'colours in a file'
	log_wait 'change what="setup" by="root"'
	is_set_up
	same again "$(sftpjail setup)" \
	    'nothing to do: PAM, nsswitch.conf and sshd_config are set up'
	# shellcheck disable=SC2086
	state $FILES >$W/set.state
	sftpjail user add alice --key $W/keys/alice.pub >/dev/null
	sshd_start
	login_works alice
	sftp_does alice 'put /etc/hosts h' 'ls -l h' >/dev/null
	refused ssh_as alice w id >$W/out 2>&1
	lacks "$(cat $W/out)" 'uid='
	has "$(ssh_as admin w id)" 'uid=1001'
	has "$(ssh_as local w id)" 'uid=1000'
	sftpjail check
	# Without a database administrators come in by rescue=, others do not.
	mkdir $W/away
	mv /var/lib/sftpjail/*.cdb $W/away
	has "$(ssh_as admin w id)" 'uid=1001'
	refused ssh_as local w id
	refused sftp_does alice pwd
	mv $W/away/* /var/lib/sftpjail
	log_mark
	sftpjail setup --undo --yes >$W/out
	log_wait 'change what="setup --undo"'
	is_stock
	has "$(ssh_as local w id)" 'uid=1000'
	sshd_stop
	[ ! -e $KEPT ]
	same again "$(sftpjail setup --undo)" 'nothing to undo'
}

layouts() {
	for stack in plain rhel; do
		stock
		pam_use $stack
		pam_swap /pam_sftpjail/d
		cp $PAM $W/other
		sftpjail setup --yes >/dev/null
		is_set_up
		sftpjail setup --undo --yes >/dev/null
		cmp $PAM $W/other
	done
}

# Parts of it are there already, or are lost again.
half() {
	stock
	printf 'passwd: files sftpjail\ngroup: files\nshadow: files\n' >$NSS
	sed -i '1i auth required pam_sftpjail.so' $PAM
	# shellcheck disable=SC2086
	cp -p $FILES $W/stock
	# shellcheck disable=SC2086
	state $FILES >$W/stock.state
	sftpjail setup --yes >/dev/null
	is_set_up
	# One of the files as an update may leave it: undo knows the new one.
	cp -p $W/stock/sshd $PAM
	echo '# newer' >>$PAM
	cp -p $PAM $W/stock
	sftpjail setup --yes >/dev/null
	is_set_up
	sftpjail setup --undo --yes >/dev/null
	cmp $PAM $W/stock/sshd
	cmp $NSS $W/stock/nsswitch.conf
	cmp $CONF $W/stock/sshd_config
}

edited() {
	stock
	sftpjail setup --yes >/dev/null
	echo '# mine' >>$CONF
	# shellcheck disable=SC2086
	state $FILES >$W/before
	same again "$(sftpjail setup --yes)" \
	    'nothing to do: PAM, nsswitch.conf and sshd_config are set up'
	exits 1 sftpjail setup --undo --yes >$W/out 2>&1
	has "$(cat $W/out)" "setup-edited: $CONF: was edited"
	has "$(cat $W/out)" 'undo --force'
	# shellcheck disable=SC2086
	state $FILES | cmp - $W/before
	sftpjail setup --undo --force --dry-run >$W/out
	has "$(cat $W/out)" '^-# mine'
	# shellcheck disable=SC2086
	state $FILES | cmp - $W/before
	sftpjail setup --undo --force --yes
	is_stock
}

# refuses ID PLACE   Nothing is changed, and it is said why.
refuses() {
	# shellcheck disable=SC2086
	state $FILES >$W/before
	exits 1 sftpjail setup --yes >$W/out 2>$W/err
	has "$(cat $W/err)" "error $1: $2: "
	# shellcheck disable=SC2086
	state $FILES | cmp - $W/before
	same 'files left behind' "$(find /etc -name '*sftpjail-new*')" ''
}

refusals() {
	stock
	mkdir $W/hold
	# Half of it: setup does not apply over what it can't explain.
	mv /var/lib/sftpjail/public.v1.cdb $W/hold
	refuses db-missing /var/lib/sftpjail/public.v1.cdb
	mv $W/hold/* /var/lib/sftpjail
	module=$(find /usr/lib* -name pam_sftpjail.so | head -n 1)
	mv "$module" $W/hold
	refuses pam-module-missing "$module"
	mv $W/hold/pam_sftpjail.so "$module"
	echo 'Banner "x' >>$CONF
	refuses setup-unsure "$CONF:[0-9]+"
	stock
	echo 'NoSuchWord yes' >/etc/ssh/sshd_config.d/a.conf
	refuses setup-sshd-test $CONF
	has "$(cat $W/err)" 'NoSuchWord'
	stock
	# What sshd says to the new text only.
	echo 'Subsystem sftp /usr/bin/false' >/etc/ssh/sshd_config.d/a.conf
	refuses setup-unsure /etc/ssh/sshd_config.d/a.conf:1
	stock
	mkdir /etc/authselect
	mv $NSS /etc/authselect
	ln -s authselect/nsswitch.conf $NSS
	refuses setup-managed $NSS
	has "$(cat $W/err)" 'authselect create-profile'
	rm $NSS
	rm -r /etc/authselect
	stock
	sed -i '1i auth sufficient pam_unix.so\nauth required pam_sftpjail.so' $PAM
	refuses pam-auth-place "$PAM:2"
	stock
}

# The stack is tried before it counts: the module that is there can't be used.
pam_tried() {
	need pamtester
	stock
	module=$(find /usr/lib* -name pam_sftpjail.so | head -n 1)
	cp -p "$module" $W/module
	echo 'no library' >"$module"
	refuses setup-pam-test $PAM
	cp -p $W/module "$module"
	sftpjail setup --yes
	is_set_up
}

CALLS='write,fsync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fchmod,fchown,fsetxattr,openat'

# Each file is the one of $1 or that of $2, whole.
is_whole() {
	for path in $FILES; do
		name=$(basename $path)
		cmp -s $path "$1/$name" || cmp -s $path "$2/$name" ||
		    fail "$call $nth: $path is neither the old nor the new"
		same "mode of $path at $call $nth" "$(stat -c '%u:%g %a' $path)" \
		    "$(stat -c '%u:%g %a' "$W/stock/$name")"
	done
}

# killed FROM TO ARG   At every call of those, always from the files in FROM and
# the backups in $W/kept; every second time setup is then run again; and undo
# goes all the way back.
killed() {
	kill_count=0
	for call in $(echo $CALLS | tr , ' '); do
		nth=0
		[ $call != openat ] || nth=$loading
		status=137
		while [ $status -ne 0 ]; do
			nth=$((nth + 1))
			kill_at "$1" "$2" "$3"
			[ $nth -lt 1000 ] || fail 'does not end'
		done
	done
	[ $kill_count -gt 20 ] || fail "only $kill_count calls"
	echo "killed at $kill_count calls"
	count faults "$kill_count"
}

# The counts of strace are those of each call by itself.
kill_at() {
	rm -rf $KEPT
	[ ! -d $W/kept ] || cp -a $W/kept $KEPT
	for path in $FILES; do
		cp -p "$1/$(basename $path)" $path
	done
	status=0
	strace -qq -o /dev/null -e "trace=$call" \
	    -e "inject=$call:signal=KILL:when=$nth" \
	    sftpjail setup --yes $3 >$W/out 2>&1 || status=$?
	[ $status -eq 0 ] || [ $status -eq 137 ] ||
	    fail "$call $nth: exit $status: $(cat $W/out)"
	[ $status -ne 0 ] || return 0
	kill_count=$((kill_count + 1))
	is_whole "$1" "$2"
	if [ $((kill_count % 2)) -eq 0 ]; then
		sftpjail setup --yes >$W/out 2>&1 ||
		    fail "setup after $call $nth: $(cat $W/out)"
		is_whole $W/done $W/done
	fi
	sftpjail setup --undo --yes >$W/out 2>&1 ||
	    fail "undo after $call $nth: $(cat $W/out)"
	is_stock
}

# Sets $loading: how many files are opened before the lock is taken.
count_loading() {
	strace -qq -o $W/trace -e trace=openat sftpjail setup --yes $1 >/dev/null
	loading=$(grep -n '"lock"' $W/trace | head -n 1 | cut -d: -f1)
	[ "${loading:-0}" -gt 1 ]
}

kills() {
	need strace
	stock
	mv /usr/bin/pamtester $W/ 2>/dev/null || :
	trap 'mv $W/pamtester /usr/bin/ 2>/dev/null || :' EXIT
	count_loading ''
	rm -rf $W/done $W/kept
	mkdir $W/done
	# shellcheck disable=SC2086
	cp -p $FILES $W/done
	cp -a $KEPT $W/kept.done
	killed $W/stock $W/done ''
	# And while it goes back.
	mv $W/kept.done $W/kept
	for path in $FILES; do
		cp -p "$W/done/$(basename $path)" $path
	done
	cp -a $W/kept $KEPT
	count_loading --undo
	killed $W/done $W/stock --undo
	rm -rf $W/kept
}

# No room for the new files: nothing changes.
full() {
	need strace
	stock
	for call in write fsync rename; do
		# Not those of the log and of what is printed at the end.
		for nth in 1 2 3; do
			status=0
			strace -qq -o /dev/null -e "trace=$call" -P /etc/pam.d \
			    -P /etc/.nsswitch.conf.sftpjail-new \
			    -P /etc/ssh/.sshd_config.sftpjail-new \
			    -P /etc/pam.d/.sshd.sftpjail-new \
			    -e "inject=$call:error=ENOSPC:when=$nth" \
			    sftpjail setup --yes >$W/out 2>&1 || status=$?
			same "exit with $call $nth" $status 4
			count faults 1
			has "$(cat $W/out)" 'No space left'
			same 'files left behind' \
			    "$(find /etc -name '*sftpjail-new*')" ''
			sftpjail setup --undo --yes >/dev/null
			is_stock
		done
	done
}

try setup_dry_run_changes_nothing dry_run
try setup_diff_is_one_for_patch diff_is_good
try setup_asks answers
try setup_makes_a_login_work_and_undo_restores login
# The first command on a host that is new to it.
fresh() {
	stock
	rm -rf /var/lib/sftpjail
	has "$(sftpjail setup --yes)" 'no database yet'
	is_set_up
	sftpjail setup --undo --yes >/dev/null
	rm -rf /var/lib/sftpjail
	echo 'version = 2;' >/etc/sftpjail/sftpjail.conf
	exits 3 sftpjail setup --yes
	is_stock
}
try setup_without_a_database_applies_first fresh
try setup_of_other_stacks layouts
try setup_completes_what_is_half_there half
try setup_undo_of_edited_files_is_refused edited
try setup_refuses_what_it_is_not_sure_of refusals
try setup_tries_the_pam_stack pam_tried
try setup_killed_at_each_call kills
try setup_with_failing_calls full
cases_end

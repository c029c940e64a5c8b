# SPDX-License-Identifier: ISC
# What "sftpjail check" says.

# check_good   The installation as it should be, whatever was broken.
check_good() {
	sed -i 's/^\(passwd\|group\|shadow\):.*/\1: files sftpjail/
	    /^initgroups:/d' /etc/nsswitch.conf
	pam_use plain
	rm -f /etc/pam.d/su
	sshd_configure
	rm -f /var/lib/sftpjail/*.cdb
	conf_apply >/dev/null
	chmod 0600 /var/lib/sftpjail/secret.v1.cdb
	rm -rf /srv/sftp
}

# check_says STATUS   Runs it; the text is in $W/check.out.
check_says() {
	check_status=0
	sftpjail check >$W/check.out 2>$W/check.err || check_status=$?
	[ $check_status -eq "$1" ] || {
		cat $W/check.out $W/check.err
		fail "check: exit $check_status, want $1"
	}
	same 'standard error' "$(cat $W/check.err)" ''
}

# check_finds SEVERITY ID PLACE [PATTERN]   Finds that, at that place ("" is:
# none), and says more that matches; each problem tells why it matters,
# and what mends it.
check_finds() {
	case $1 in
	error) check_says 1 ;;
	*) check_says 0 ;;
	esac
	check_line=$(grep -F "$1 $2: ${3:+$3: }" $W/check.out) || {
		cat $W/check.out
		fail "check does not name $1 $2 at $3"
	}
	[ -z "${4:-}" ] || has "$check_line" "$4"
	check_count=$(grep -Ec '^(error|warning) ' $W/check.out)
	same 'reasons given' "$(grep -c '^    why: .' $W/check.out)" \
	    "$check_count"
	[ "$(grep -c '^    fix: .' $W/check.out)" -eq "$check_count" ] || cat $W/check.out
	same 'fixes given' "$(grep -c '^    fix: .' $W/check.out)" \
	    "$check_count" || cat $W/check.out
}

# check_counts N   So many problems at all, the last time.
check_counts() {
	same 'problems' "$(grep -Ec '^(error|warning) ' $W/check.out)" "$1" ||
	    cat $W/check.out
}

# check_lacks ID
check_lacks() {
	lacks "$(cat $W/check.out)" "^(error|warning) $1: "
}

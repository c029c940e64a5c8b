# SPDX-License-Identifier: ISC
# What explain says, and that the PAM module says the same.

# says USER LINE STATUS [OPTION...]   First line and exit status, as text and
# as JSON; leaves the text in $W/explain.txt, the JSON in $W/explain.json.
says() {
	says_user=$1
	says_line=$2
	says_status=$3
	shift 3
	exits "$says_status" sftpjail explain "$says_user" "$@" \
	    >$W/explain.txt
	same 'first line' "$(head -n 1 $W/explain.txt)" "$says_user: $says_line"
	exits "$says_status" sftpjail explain "$says_user" "$@" --json \
	    >$W/explain.json
	says_verdict=${says_line%% *}
	says_reason=ok
	case $says_verdict in
	deny)
		says_reason=${says_line#deny }
		says_reason=${says_reason%% *}
		;;
	not-jailed) says_reason=not-jailed ;;
	esac
	json_is .verdict "$says_verdict"
	json_is .reason "$says_reason"
}

# json_is FILTER WANT   On the JSON that says left.
json_is() {
	same "$1" "$(jq -r "$1" $W/explain.json)" "$2"
}

# line_is PATTERN   One of the lines behind the first.
line_is() {
	tail -n +2 $W/explain.txt | grep -Eq -e "$1" ||
	    fail "no \"$1\" in: $(cat $W/explain.txt)"
}

line_is_not() {
	if tail -n +2 $W/explain.txt | grep -Eq -e "$1"; then
		fail "found \"$1\" in: $(cat $W/explain.txt)"
	fi
}

# pam_says USER REASON [RHOST]   The account phase of the module, by its log.
pam_says() {
	log_mark
	if [ "$2" = ok ]; then
		pamtester -I rhost="${3:-192.0.2.7}" sftpjail-test "$1" \
		    acct_mgmt
		log_wait "account\): allow user=\"$1\""
		return
	fi
	refused pamtester -I rhost="${3:-192.0.2.7}" sftpjail-test "$1" \
	    acct_mgmt
	log_wait "account\): deny user=\"$1\".* reason=$2( |\$)"
}

# both_say USER LINE STATUS [OPTION...]   explain and the module agree.
both_say() {
	says "$@"
	case $2 in
	deny*) pam_says "$1" "$says_reason" ;;
	allow*) pam_says "$1" ok ;;
	esac
}

# mend USER [OPTION...]   Follows the first command that explain names for a
# failure, once.
mend() {
	sftpjail explain "$@" --json >$W/mend.json || :
	mend_fix=$(jq -r '[.paths[], .checks[]] | map(select(
	    .result == "fail" and .fix != null) | .fix) | first // ""' \
	    $W/mend.json)
	[ -n "$mend_fix" ] || fail "no fix in: $(cat $W/mend.json)"
	sftpjail explain "$@" | grep -Fq "fix: $mend_fix" ||
	    fail "the text lacks: $mend_fix"
	echo "mending: $mend_fix"
	sh -c "$mend_fix"
}

# mends USER [OPTION...]   Following the commands ends with allow; each step
# must do.
mends() {
	for mends_step in 1 2 3 4 5 6; do
		if sftpjail explain "$@" >/dev/null; then
			[ "$mends_step" -gt 1 ] || fail 'nothing to mend'
			pam_says "$1" ok
			return
		fi
		mend "$@"
	done
	fail "not mended after $mends_step steps: $(sftpjail explain "$@")"
}

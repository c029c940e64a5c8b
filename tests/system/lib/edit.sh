# SPDX-License-Identifier: ISC
# What commands that edit conf.d/50-users.conf change.
FILE=/etc/sftpjail/conf.d/50-users.conf

# unchanged COMMAND...   Neither text nor database nor keys change.
state() {
	cat /etc/sftpjail/sftpjail.conf /etc/sftpjail/conf.d/* \
	    /var/lib/sftpjail/*.cdb /var/lib/sftpjail/keys/* 2>/dev/null |
	    sha256sum
	ls /etc/sftpjail/conf.d /var/lib/sftpjail/keys
}
unchanged() {
	before=$(state)
	"$@"
	same state "$(state)" "$before"
}

# refuses STATUS PATTERN ARGUMENT...   And nothing changes.
refuses() {
	refuses_status=$1
	refuses_pattern=$2
	shift 2
	unchanged exits "$refuses_status" sftpjail "$@" 2>$W/err
	has "$(cat $W/err)" "$refuses_pattern"
}

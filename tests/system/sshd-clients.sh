#!/bin/sh
# SPDX-License-Identifier: ISC
# The clients that people use.
. "$(dirname "$0")/world.sh"
world_enter "$@"

pam_use debian
conf_apply || exit 1
sshd_start
head -c 300000 /dev/urandom >/tmp/file

arrived() {
	cmp /tmp/file "/srv/sftp/alice/upload/$1"
	same "owner of $1" "$(stat -c %u:%g "/srv/sftp/alice/upload/$1")" \
	    20001:20000
}

with_sftp() {
	sftp_does alice 'put /tmp/file a' 'get a /tmp/a' 'rename a b' \
	    'chmod 640 b' 'mkdir dir' 'ls dir' 'rmdir dir' 'ln -s b c' 'df'
	arrived b
	cmp /tmp/file /tmp/a
}
try client_sftp with_sftp

with_sftp_recursive() {
	mkdir -p /tmp/tree/sub
	cp /tmp/file /tmp/tree/sub/f
	sftp_does alice 'put -r /tmp/tree' 'get -r tree /tmp/tree.back'
	diff -r /tmp/tree /tmp/tree.back
}
try client_sftp_recursive with_sftp_recursive

with_password() {
	METHOD=password sftp_does alice 'put /tmp/file p'
	arrived p
}
try client_sftp_password with_password

# scp of OpenSSH 9 speaks the sftp protocol.
with_scp() {
	scp -s -F $W/ssh_config -o User=alice /tmp/file w:s ||
	    missing 'scp cannot speak sftp'
	arrived s
}
try client_scp_over_sftp with_scp

with_scp_old() {
	exits 1 scp -O -F $W/ssh_config -o User=alice /tmp/file w:old
	[ ! -e /srv/sftp/alice/upload/old ]
}
try client_scp_old_protocol_is_refused with_scp_old

with_psftp() {
	need psftp
	printf 'put /tmp/file ps\nls\nget ps /tmp/ps\nquit\n' >/tmp/psftp.in
	key=$(ssh-keygen -lf $W/keys/host.pub | cut -d ' ' -f 2)
	timeout 60 psftp -batch -P "$PORT" -pw $PASSWORD -hostkey "$key" \
	    -b /tmp/psftp.in alice@127.0.0.1
	arrived ps
	cmp /tmp/file /tmp/ps
}
try client_psftp with_psftp

with_lftp() {
	need lftp
	timeout 60 lftp -c "
	    set net:max-retries 1;
	    set sftp:connect-program 'ssh -a -x -F $W/ssh_config';
	    open -u alice, sftp://w;
	    put /tmp/file -o lf; cls -l; get lf -o /tmp/lf"
	arrived lf
	cmp /tmp/file /tmp/lf
}
try client_lftp with_lftp

with_curl() {
	need curl
	curl -V | grep -qw sftp || missing 'this curl has no sftp'
	timeout 60 curl -sS --insecure -u "alice:$PASSWORD" -T /tmp/file \
	    "sftp://127.0.0.1:$PORT/upload/cu"
	arrived cu
	timeout 60 curl -sS --insecure -u alice: --key $W/keys/alice \
	    --pubkey $W/keys/alice.pub -o /tmp/cu \
	    "sftp://127.0.0.1:$PORT/upload/cu"
	cmp /tmp/file /tmp/cu
}
try client_curl with_curl

with_curl_scp() {
	need curl
	curl -V | grep -qw scp || missing 'this curl has no scp'
	# Some versions of curl take silence for success.
	timeout 60 curl -sS --insecure -u "alice:$PASSWORD" \
	    -T /tmp/file "scp://127.0.0.1:$PORT/upload/cs" || :
	log_wait 'sftpjail-shell.*command="scp '
	[ ! -e /srv/sftp/alice/upload/cs ]
}
try client_curl_scp_is_refused with_curl_scp

with_rsync() {
	need rsync
	refused timeout 60 rsync -e "ssh -F $W/ssh_config -l alice" \
	    /tmp/file w:rs
	[ ! -e /srv/sftp/alice/upload/rs ]
}
try client_rsync_is_refused with_rsync

sshd_stop
cases_end

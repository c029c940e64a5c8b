#!/bin/sh
# SPDX-License-Identifier: ISC
# One tree, two opinions: that of the real sshd, whose ChrootDirectory it is for
# a user of its own, and ours, whose jail's root it is.  Where we allow, sshd
# does; where sshd allows and we do not, a symbolic link is the reason.
# (tests/module/test_path_rule.c has many more trees, and the rule by itself.)
. "$(dirname "$0")/world.sh"
world_enter "$@"

TREE=/srv/a/b/c
CONF_JAILS="{ name = \"deep\"; users = [ \"alice\" ]; root = \"$TREE\"; },"
conf_apply || exit 1
printf 'Match User local\n\tChrootDirectory %s\n\tForceCommand internal-sftp\n' \
    $TREE >>/etc/ssh/sshd_config
sshd_start

fresh() {
	rm -rf /srv/a /srv/elsewhere /srv/local
	mkdir -p $TREE /srv/elsewhere/b/c /srv/local/c
	chown local /srv/local
}

# sshd_says   allow, or refuse and that it was for the tree.
sshd_says() {
	log_mark
	if sftp_does local pwd >$W/out; then
		has "$(cat $W/out)" 'Remote working directory: /'
		echo allow
	else
		log_wait 'sshd.*fatal: .*(chroot directory|chroot path|/srv)'
		echo refuse
	fi
}

# tree SSHD OURS COMMAND   What each is to say of the tree that COMMAND makes.
tree() {
	fresh
	sh -ec "$3"
	same sshd "$(sshd_says)" "$1"
	line=$(sftpjail explain alice | head -n 1) || :
	case $2 in
	allow) has "$line" '^alice: allow \(' ;;
	*) has "$line" "^alice: deny $2 \(" ;;
	esac
}

try path_chroot_good tree allow allow true
try path_chroot_setgid tree allow allow "chmod 2711 $TREE /srv/a"
try path_chroot_group_writable tree refuse root-mode "chmod 775 $TREE"
try path_chroot_parent_sticky tree refuse root-mode 'chmod 1777 /srv/a/b'
try path_chroot_foreign tree refuse root-owner "chown 1 $TREE"
try path_chroot_parent_of_user tree refuse root-owner 'chown local /srv/a'
try path_chroot_missing tree refuse root-missing "rmdir $TREE"
try path_chroot_file tree refuse root-not-directory "rmdir $TREE; : >$TREE"
try path_chroot_link tree allow root-symlink \
    "rmdir $TREE; ln -s /srv/elsewhere/b/c $TREE"
try path_chroot_parent_link tree allow root-symlink \
    'rm -r /srv/a/b; ln -s ../elsewhere/b /srv/a/b'
try path_chroot_link_to_writable tree refuse root-symlink \
    "chmod 777 /srv/elsewhere/b/c; rmdir $TREE; ln -s /srv/elsewhere/b/c $TREE"
# sshd follows the link, and does not look at what the user may swap
try path_chroot_link_below_user tree allow root-symlink \
    "rmdir $TREE; ln -s /srv/local/c $TREE"

sshd_stop
cases_end

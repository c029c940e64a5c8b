# SPDX-License-Identifier: ISC
# The mounts and the loopback interface of the private world, made by its first
# process.

W=/run/world

# Only mounts; nothing is run in there yet.
world_mount() {
	[ "${world_net:-}" = host ] || ip link set lo up || return 1
	mount -t tmpfs -o mode=0755 tmpfs /run &&
	    mkdir -p $W/src $W/build $W/dev $W/up /run/sshd &&
	    mount --bind "$SJ_WORLD" $W/src &&
	    mount --bind "$SJ_WORLD_BUILD" $W/build || return 1
	for world_dir in etc var usr lib lib64 bin sbin; do
		[ -d /$world_dir ] && [ ! -L /$world_dir ] || continue
		mkdir -p $W/up/$world_dir $W/up/$world_dir.work
		mount -t overlay -o "lowerdir=/$world_dir,upperdir=$W/up/$world_dir,workdir=$W/up/$world_dir.work" \
		    overlay /$world_dir || return 1
	done
	for world_dir in srv home; do
		mount -t tmpfs -o mode=0755 tmpfs /$world_dir || return 1
	done
	mount -t tmpfs -o mode=0700 tmpfs /root &&
	    mount -t tmpfs -o mode=1777 tmpfs /tmp || return 1
	world_mount_dev
}

# devtmpfs is one for all: a /dev of our own, so that /dev/log is.
world_mount_dev() {
	mount -t tmpfs -o mode=0755 tmpfs $W/dev
	for world_node in null zero full random urandom tty; do
		: >$W/dev/$world_node
		mount --bind /dev/$world_node $W/dev/$world_node || return 1
	done
	mkdir $W/dev/pts $W/dev/shm
	mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts \
	    $W/dev/pts || return 1
	ln -s pts/ptmx $W/dev/ptmx
	ln -s /proc/self/fd $W/dev/fd
	ln -s fd/0 $W/dev/stdin
	ln -s fd/1 $W/dev/stdout
	ln -s fd/2 $W/dev/stderr
	mount --move $W/dev /dev && mount -t tmpfs -o mode=1777 tmpfs /dev/shm
}

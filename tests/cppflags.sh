# SPDX-License-Identifier: ISC
# cppflags: flags under which any file of a part compiles by itself.

cppflags()
{
	printf '%s ' -Icore -Ipam_sftpjail -Inss_sftpjail -Itool -Ishell \
	    -Itests '-DSJ_VERSION="0"' '-DSJ_CONFDIR="/"' \
	    '-DSJ_STATEDIR="/"' '-DSJ_RUNDIR="/"' '-DSJ_SHELL="/"' \
	    '-DSJ_SERVER_ARGV="/"' '-DSJ_SYSCONFDIR="/"' '-DSJ_PAMDIR="/"' \
	    '-DSJ_NSSDIR="/"' '-DSJ_SBINDIR="/"'
}

#!/bin/sh
# SPDX-License-Identifier: ISC
# Each system call and each allocation of the NSS module fails: see
# tests/module/nss_faults.c, which names the cases nss_faults_SCENE_ERROR.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

"$PROGRAMS/nss_faults" "$NSS_WORLD/libnss_sftpjail.so.2" $STATE

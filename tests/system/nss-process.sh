#!/bin/sh
# SPDX-License-Identifier: ISC
# Processes that ask through the C library while databases come and go: see
# tests/module/nss_process.c and nss_walk.c.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

nss_use sftpjail
mkdir -p $W/jail$STATE
"$PROGRAMS/nss_process" $STATE $W/jail
process_failed=$?
"$PROGRAMS/nss_walk" $STATE $W/jail && exit $process_failed

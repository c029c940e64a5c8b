#!/bin/sh
# SPDX-License-Identifier: ISC
# Threads in every entry point at once: see tests/module/nss_threads.c.
. "$(dirname "$0")/lib/nss.sh"
nss_enter "$@"

mkdir -p $W/jail
"$PROGRAMS/nss_threads" "$PROGRAMS/libnss_sftpjail.so.2" $STATE $W/jail

/* SPDX-License-Identifier: ISC */
#ifndef SJ_RUN_H
#define SJ_RUN_H

/*
 * Runs the external sftp server in the place of this process, if argv is how
 * sshd starts a command and its first word is exactly the path of the server:
 * with the arguments that SJ_SERVER_ARGV holds, whatever else the command says,
 * and with nothing of the environment that could lead it elsewhere.
 *
 * Returns if not: "" where something else was asked for, or no server was
 * configured; else why it could not be run, valid until the next call.
 */
const char *sj_run_server(int argc, char *const *argv);

#endif

/* SPDX-License-Identifier: ISC */
/*
 * Runs a command, its output thrown away, and prints its time in seconds and
 * its largest resident size in kilobytes.  Ends as it does; of one that fails
 * the output is shown.
 *	timed COMMAND...
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
show(FILE *output)
{
	int c;

	rewind(output);
	while ((c = getc(output)) != EOF)
		(void)putc(c, stderr);
}

int
main(int argc, char **argv)
{
	FILE *output = tmpfile();
	struct rusage usage;
	double start;
	int status;
	pid_t pid;

	if (argc < 2 || output == NULL)
		return 2;
	start = now();
	pid = fork();
	if (pid == 0) {
		(void)dup2(fileno(output), STDOUT_FILENO);
		(void)dup2(fileno(output), STDERR_FILENO);
		(void)execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return 2;
	if (status == 0)
		printf("%.4f %ld\n", now() - start, usage.ru_maxrss);
	else
		show(output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* SPDX-License-Identifier: ISC */
#include "tool.h"

int
sj_cmd_apply(const struct sj_tool *tool, int argc, char **argv)
{
	(void)tool;
	(void)argc;
	(void)argv;
	return SJ_EXIT_SYSTEM;
}

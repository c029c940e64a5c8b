/* SPDX-License-Identifier: ISC */
#include "external.h"
#include "host.h"

void
sj_host_find_server(struct sj_compile *compile)
{
	struct sj_where where = SJ_WHERE_TOP("sftp_server");
	struct sj_server *server = &compile->model->server;
	struct sj_external_list files = {.count = 0};
	struct sj_fault fault;

	if (server->argv.count == 0)
		return;
	compile->file = compile->top_files[SJ_TOP_SFTP_SERVER];
	if (sj_external_find(server->argv.first, &files, &fault) == SJ_OK)
		server->files = sj_model_copy_strings(
		    compile->model, sj_external_strings(&files));
	else
		sj_compile_error(compile,
		    compile->tops[SJ_TOP_SFTP_SERVER].line, &where, "%s",
		    fault.where);
	sj_pack_clear(&files.pack);
}

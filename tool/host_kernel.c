/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host.h"
#include "policy.h"

#define MODE_FILTER 2 /* SECCOMP_MODE_FILTER of <linux/seccomp.h> */

struct kernel {
	bool has_mount_namespace;
	bool has_network_namespace;
	bool has_seccomp;
	bool has_pacing;
};

static void
probe(struct kernel *kernel)
{
	/* Without /proc nothing can be said. */
	bool has_proc = access("/proc/self/stat", F_OK) == 0;
	struct utsname name;

	kernel->has_pacing =
	    uname(&name) != 0 || sj_policy_can_pace(name.release);
	kernel->has_mount_namespace =
	    !has_proc || access("/proc/self/ns/mnt", F_OK) == 0;
	kernel->has_network_namespace =
	    !has_proc || access("/proc/self/ns/net", F_OK) == 0;
	/* EFAULT: it looked for the filter at NULL (prctl(2)). */
	errno = 0;
	(void)prctl(PR_SET_SECCOMP, MODE_FILTER, NULL, 0, 0);
	kernel->has_seccomp = errno == EFAULT || errno == EACCES;
}

static void
warn_jail(struct sj_compile *compile, const struct sj_jail_def *def,
    const char *setting, const char *what)
{
	struct sj_where where = SJ_WHERE_ELEMENT("jails", def->element);

	where.setting = setting;
	sj_compile_at(compile, &def->place);
	sj_compile_warn(compile, def->place.line, &where, "%s", what);
}

void
sj_host_check_kernel(struct sj_compile *compile)
{
	const struct sj_model *model = compile->model;
	const struct sj_jail_def *def;
	struct kernel kernel;
	uint32_t i;

	probe(&kernel);
	for (i = 0; i < model->jail_count; i++) {
		def = &model->jails[i];
		if (!def->jail.is_chroot && !kernel.has_mount_namespace)
			warn_jail(compile, def, "isolation",
			    "this kernel has no mount namespaces; logins will "
			    "be denied without isolation = \"chroot\"");
		if (!def->jail.is_network_host &&
		    (!kernel.has_network_namespace || !kernel.has_seccomp))
			warn_jail(compile, def, "network",
			    "this kernel lacks network namespaces or seccomp; "
			    "logins will be denied without network = "
			    "\"host\"");
		if (def->jail.download_rate > 0 && !kernel.has_pacing)
			warn_jail(compile, def, "download_rate",
			    "this kernel is older than Linux 4.13 and can't "
			    "pace; logins will be denied");
	}
}

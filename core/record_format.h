/* SPDX-License-Identifier: ISC */
#ifndef SJ_RECORD_FORMAT_H
#define SJ_RECORD_FORMAT_H

/* What the loaders and the packers must agree on: flags and sizes. */

#define SJ_USER_IS_SERVED 0x01u
#define SJ_USER_IS_DISABLED 0x02u

#define SJ_JAIL_IS_VIRTUAL 0x01u
#define SJ_JAIL_IS_CHROOT 0x02u
#define SJ_JAIL_IS_CREATE 0x04u
#define SJ_JAIL_IS_READ_ONLY 0x08u
#define SJ_JAIL_IS_NETWORK_HOST 0x10u

#define SJ_MOUNT_IS_READ_ONLY 0x01u
#define SJ_MOUNT_IS_OPTIONAL 0x02u
#define SJ_MOUNT_IS_CREATE 0x04u

#define SJ_MOUNT_SIZE 4 /* bytes of one packed element */
#define SJ_NET_SIZE 18
#define SJ_HOURS_SIZE 8
#define SJ_AUTH_SIZE 4

#endif

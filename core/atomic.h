/* SPDX-License-Identifier: ISC */
#ifndef SJ_ATOMIC_H
#define SJ_ATOMIC_H

/*
 * Atomic loads (acquire), stores (release) and changes (both), by what the
 * compiler has: gcc before 4.7 knows the older builtins only.
 */

#if defined(__clang__) || __GNUC__ > 4 || (__GNUC__ == 4 && __GNUC_MINOR__ >= 7)
#define SJ_ATOMIC_LOAD(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define SJ_ATOMIC_STORE(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define SJ_ATOMIC_EXCHANGE(p, v) __atomic_exchange_n((p), (v), __ATOMIC_ACQ_REL)
#else
#define SJ_ATOMIC_LOAD(p) __sync_val_compare_and_swap((p), 0, 0)
#define SJ_ATOMIC_STORE(p, v)         \
	do {                          \
		__sync_synchronize(); \
		*(p) = (v);           \
		__sync_synchronize(); \
	} while (0)
/* by itself the builtin only promises acquire */
#define SJ_ATOMIC_EXCHANGE(p, v) \
	(__sync_synchronize(), __sync_lock_test_and_set((p), (v)))
#endif

/* These give the new value. */
#define SJ_ATOMIC_ADD(p, v) __sync_add_and_fetch((p), (v))
#define SJ_ATOMIC_OR(p, v) __sync_or_and_fetch((p), (v))
/* True if *p was old and is new now. */
#define SJ_ATOMIC_SWAP(p, old, new) \
	__sync_bool_compare_and_swap((p), (old), (new))

#endif

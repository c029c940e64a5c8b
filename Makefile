# SPDX-License-Identifier: ISC
# sftpjail.  GNU make; every directory is a variable; see INSTALL.
VERSION = 0.1.0

prefix = /usr
exec_prefix = $(prefix)
sbindir = $(exec_prefix)/sbin
libexecdir = $(exec_prefix)/libexec
datadir = $(prefix)/share
docdir = $(datadir)/doc/sftpjail
mandir = $(datadir)/man
sysconfdir = /etc
localstatedir = /var
runstatedir = /run
# Where this distribution keeps shared libraries and PAM modules: Debian has
# multiarch directories, others lib64 or lib.  Packagers name them outright.
multiarch := $(shell $(CC) -print-multiarch 2>/dev/null)
libdir = $(firstword $(if $(multiarch),$(wildcard $(prefix)/lib/$(multiarch))) \
	$(wildcard $(prefix)/lib64) $(prefix)/lib)
nssdir = $(libdir)
pamdir = $(libdir)/security

confdir = $(sysconfdir)/sftpjail
statedir = $(localstatedir)/lib/sftpjail
rundir = $(runstatedir)/sftpjail
shelldir = $(libexecdir)/sftpjail

CC = cc
AR = ar
INSTALL = install
PKG_CONFIG = pkg-config
# Where everything that is built goes.
O = build

try = $(shell echo 'int main(void){return 0;}' | $(CC) -Werror $(1) -x c - \
	-o /dev/null 2>/dev/null && echo '$(1)')
WARNINGS = -Wall -Wextra -Wformat=2 -Wshadow -Wundef -Wvla \
	-Wstrict-prototypes -Wmissing-prototypes -Wmissing-declarations \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings \
	-Wswitch-enum -Wconversion -Wno-sign-conversion
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
HARDENING := $(call try,-fstack-protector-strong) \
	$(call try,-fstack-clash-protection) $(call try,-fcf-protection)
# SANITIZE=address,undefined builds everything that way, for the tests.
ifneq ($(SANITIZE),)
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FORTIFY =
else
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

STD = -std=gnu99
our_CPPFLAGS = -Icore $(FORTIFY) -DSJ_VERSION='"$(VERSION)"' \
	-DSJ_CONFDIR='"$(confdir)"' -DSJ_STATEDIR='"$(statedir)"' \
	-DSJ_RUNDIR='"$(rundir)"' -DSJ_SHELL='"$(shelldir)/sftpjail-shell"' \
	-DSJ_SYSCONFDIR='"$(sysconfdir)"' -DSJ_PAMDIR='"$(pamdir)"' \
	-DSJ_NSSDIR='"$(nssdir)"'
our_CFLAGS = $(STD) -O2 -g -fPIC -fvisibility=hidden $(WARNINGS) $(HARDENING)
our_LDFLAGS = -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack \
	-Wl,--as-needed
ifneq ($(SANITIZE),)
our_LDFLAGS := $(filter-out -Wl$(comma)-z$(comma)defs,$(our_LDFLAGS))
endif
comma = ,
compile = $(CC) $(our_CPPFLAGS) $(our_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
link = $(CC) $(our_CFLAGS) $(CFLAGS) $(our_LDFLAGS) $(LDFLAGS)

# TinyCDB's position-independent archive, so that the modules load nothing
# more; elsewhere the shared library (INSTALL tells how to make the archive).
CDB_PIC := $(firstword $(wildcard $(libdir)/libcdb_pic.a \
	/usr/lib/$(multiarch)/libcdb_pic.a /usr/lib64/libcdb_pic.a \
	/usr/lib/libcdb_pic.a /usr/local/lib/libcdb_pic.a))
ifeq ($(CDB_PIC),)
CDB_PIC := -lcdb
endif
lib = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null || echo $(2))
LIBCONFIG_LIBS := $(call lib,libconfig,-lconfig)
JANSSON_LIBS := $(call lib,jansson,-ljansson)
CRYPT_LIBS := $(call lib,libcrypt,-lcrypt)
PAM_LIBS := $(call lib,pam,-lpam)

objects = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard $(1)/*.c)))
CORE_OBJ := $(call objects,core)
PAM_OBJ := $(call objects,pam_sftpjail)
NSS_OBJ := $(call objects,nss_sftpjail)
TOOL_OBJ := $(call objects,tool)
SHELL_OBJ := $(call objects,shell)
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(patsubst %.c,$(O)/%,$(UNIT_SRC))
MODULE_SRC := $(sort $(wildcard tests/module/*.c))
MODULE_BIN := $(patsubst %.c,$(O)/%,$(MODULE_SRC))
BENCH_SRC := $(sort $(wildcard bench/*.c))
BENCH_BIN := $(patsubst %.c,$(O)/%,$(BENCH_SRC))

CORE = $(O)/libcore.a
PAM_SO = $(O)/pam_sftpjail.so
NSS_SO = $(O)/libnss_sftpjail.so.2
TOOL = $(O)/sftpjail
LOGIN_SHELL = $(O)/sftpjail-shell
# All of the tool but main(), for the tests that link it.
TOOL_LIB = $(O)/libtool.a

all: $(PAM_SO) $(NSS_SO) $(TOOL) $(LOGIN_SHELL)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(compile) -c -o $@ $<

$(CORE): $(CORE_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(TOOL_LIB): $(filter-out $(O)/tool/main.o,$(TOOL_OBJ))
	rm -f $@
	$(AR) rcs $@ $^

$(PAM_SO): $(PAM_OBJ) $(CORE) pam_sftpjail/pam_sftpjail.map
	$(link) -shared -Wl,--version-script=pam_sftpjail/pam_sftpjail.map \
	    -o $@ $(PAM_OBJ) $(CORE) $(CDB_PIC) $(PAM_LIBS) $(LIBS)

$(NSS_SO): $(NSS_OBJ) $(CORE) nss_sftpjail/nss_sftpjail.map
	$(link) -shared -Wl,-soname,libnss_sftpjail.so.2 \
	    -Wl,--version-script=nss_sftpjail/nss_sftpjail.map \
	    -o $@ $(NSS_OBJ) $(CORE) $(CDB_PIC) $(LIBS)

$(TOOL): $(O)/tool/main.o $(TOOL_LIB) $(CORE)
	$(link) -pie -o $@ $^ $(LIBCONFIG_LIBS) $(CDB_PIC) $(JANSSON_LIBS) \
	    $(CRYPT_LIBS) $(LIBS)

# Static, so that it runs in a jail that holds nothing else.
$(LOGIN_SHELL): $(SHELL_OBJ)
	$(CC) $(our_CFLAGS) $(CFLAGS) -static -Wl,-z,relro -Wl,-z,noexecstack \
	    $(LDFLAGS) -o $@ $^

tool_libs = $(LIBCONFIG_LIBS) $(CDB_PIC) $(JANSSON_LIBS) $(CRYPT_LIBS)
$(O)/tests/unit/%: tests/unit/%.c $(TOOL_LIB) $(CORE)
	@mkdir -p $(@D)
	$(compile) -Itool -Itests $(our_LDFLAGS) $(LDFLAGS) -o $@ $< \
	    $(wildcard tests/unit/$*_*.c) $(TOOL_LIB) $(CORE) $(tool_libs)

$(O)/tests/module/%: tests/module/%.c $(CORE)
	@mkdir -p $(@D)
	$(compile) -Itests $(our_LDFLAGS) $(LDFLAGS) -o $@ $< $(CORE) \
	    $(CDB_PIC) $(PAM_LIBS) -ldl -lpthread

$(O)/bench/%: bench/%.c $(CORE)
	@mkdir -p $(@D)
	$(compile) $(our_LDFLAGS) $(LDFLAGS) -o $@ $< $(CORE) $(CDB_PIC) \
	    -ldl -lpthread

-include $(wildcard $(O)/*/*.d $(O)/tests/*/*.d)

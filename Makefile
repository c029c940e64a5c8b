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
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir = $(datadir)/zsh/site-functions
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

# For fuzz, below: everything is built so that the fuzzer sees its ways.
ifneq ($(FUZZER),)
HARDENING += -fsanitize=fuzzer-no-link
endif

STD = -std=gnu99
our_CPPFLAGS = -Icore $(FORTIFY) -DSJ_VERSION='"$(VERSION)"' \
	-DSJ_CONFDIR='"$(confdir)"' -DSJ_STATEDIR='"$(statedir)"' \
	-DSJ_RUNDIR='"$(rundir)"' -DSJ_SHELL='"$(shelldir)/sftpjail-shell"' \
	-DSJ_SERVER_ARGV='"$(shelldir)/sftp-server.argv"' \
	-DSJ_SYSCONFDIR='"$(sysconfdir)"' -DSJ_PAMDIR='"$(pamdir)"' \
	-DSJ_NSSDIR='"$(nssdir)"' -DSJ_SBINDIR='"$(sbindir)"'
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
# In libc itself from glibc 2.34 on.
THREAD_LIBS = -lpthread
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
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN := $(patsubst %.c,$(O)/%,$(FUZZ_SRC))
BENCH_SRC := $(sort $(wildcard bench/*.c))
BENCH_BIN := $(patsubst %.c,$(O)/%,$(BENCH_SRC))

CORE = $(O)/libcore.a
PAM_SO = $(O)/pam_sftpjail.so
NSS_SO = $(O)/libnss_sftpjail.so.2
TOOL = $(O)/sftpjail
LOGIN_SHELL = $(O)/sftpjail-shell
# All of the tool but main(), for the tests that link it.
TOOL_LIB = $(O)/libtool.a
# What the NSS module is made of, likewise.
NSS_LIB = $(O)/libnss.a
# All of the PAM module but its entry points, likewise.
PAM_LIB = $(O)/libpam_sftpjail.a

.PHONY: all check check-build check-attacks report asan-tests tsan-build \
	nss-tests test lint tsan valgrind analyze fuzz fuzz-build bench bench-report \
	demo deps install uninstall installcheck dist clean distclean

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

$(NSS_LIB): $(NSS_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(PAM_LIB): $(filter-out $(O)/pam_sftpjail/pam_sftpjail.o,$(PAM_OBJ))
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
	    $(CRYPT_LIBS) $(THREAD_LIBS) $(LIBS)

# Static, so that it runs in a jail that holds nothing else.
STATIC := $(or $(call try,-static-pie),-static)
$(LOGIN_SHELL): $(SHELL_OBJ)
	$(CC) $(our_CFLAGS) $(CFLAGS) $(STATIC) -Wl,-z,relro -Wl,-z,now \
	    -Wl,-z,noexecstack $(LDFLAGS) -o $@ $^

tool_libs = $(LIBCONFIG_LIBS) $(CDB_PIC) $(JANSSON_LIBS) $(CRYPT_LIBS) \
	$(THREAD_LIBS)
$(O)/tests/unit/%: tests/unit/%.c $(TOOL_LIB) $(NSS_LIB) $(CORE)
	@mkdir -p $(@D)
	$(compile) -Itool -Inss_sftpjail -Itests $(our_LDFLAGS) $(LDFLAGS) -o $@ $< \
	    $(TOOL_LIB) $(NSS_LIB) $(CORE) $(tool_libs)

$(O)/tests/module/%: tests/module/%.c $(PAM_LIB) $(CORE)
	@mkdir -p $(@D)
	$(compile) -Ipam_sftpjail -Itests $(our_LDFLAGS) $(LDFLAGS) -o $@ $< \
	    $(PAM_LIB) $(CORE) $(CDB_PIC) $(PAM_LIBS) -ldl -lpthread

# A fuzz target, with a main() that only reads the corpus or, by "make fuzz",
# with libFuzzer's.  Each links one part: the names of two may be the same.
FUZZ_RUN = $(if $(FUZZER),-fsanitize=fuzzer,$(O)/tests/fuzz/run.o)
$(FUZZ_BIN): $(if $(FUZZER),,$(FUZZ_RUN))
fuzz_link = @mkdir -p $(@D); \
	$(compile) $(1) $(our_LDFLAGS) $(LDFLAGS) -o $@ $< $(FUZZ_RUN)

$(O)/tests/fuzz/fuzz_pam_%: tests/fuzz/fuzz_pam_%.c $(PAM_LIB) $(CORE)
	$(call fuzz_link,-Ipam_sftpjail) $(PAM_LIB) $(CORE) $(CDB_PIC) $(PAM_LIBS)

$(O)/tests/fuzz/fuzz_shell: tests/fuzz/fuzz_shell.c $(O)/shell/quote.o
	$(call fuzz_link,-Ishell) $(O)/shell/quote.o

$(O)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(TOOL_LIB) $(NSS_LIB) $(CORE)
	$(call fuzz_link,-Itool -Inss_sftpjail) $(TOOL_LIB) $(NSS_LIB) $(CORE) \
	    $(tool_libs)

$(O)/bench/%: bench/%.c $(CORE)
	@mkdir -p $(@D)
	$(compile) $(our_LDFLAGS) $(LDFLAGS) -o $@ $< $(CORE) $(CDB_PIC) \
	    -ldl -lpthread

# Tests.  As root on Debian, what they need is installed first; elsewhere what
# is missing is named by the tests that are skipped for it.
ASAN = $(O)/asan
TSAN = $(O)/tsan
UNIT_TESTS = $(UNIT_BIN) $(FUZZ_BIN)
ASAN_TESTS = $(patsubst $(O)/%,$(ASAN)/%,$(UNIT_TESTS))
MODULE_TESTS = $(filter $(O)/tests/module/test_%,$(MODULE_BIN)) \
	$(sort $(wildcard tests/module/*.sh))
SYSTEM_TESTS = $(filter-out tests/system/world.sh,\
	$(sort $(wildcard tests/system/*.sh)))

check:
	@printf '%s\n' 'check: installing what the tests need'
	@packaging/install-deps.sh check
	@printf '%s\n' 'check: building'
	@$(MAKE) -s -j2 --no-print-directory WERROR=1 check-build
	@printf '%s\n' 'check: running all tests'
	@$(MAKE) -s --no-print-directory WERROR=1 test

check-build: all tsan-build $(UNIT_TESTS) $(MODULE_BIN) $(BENCH_BIN)
	$(MAKE) --no-print-directory O=$(ASAN) \
	    SANITIZE=address,undefined asan-tests

asan-tests: $(UNIT_TESTS)

tsan-build:
	$(if $(call try,-fsanitize=thread),$(MAKE) --no-print-directory \
	    O=$(TSAN) SANITIZE=thread nss-tests)

nss-tests: $(NSS_SO) $(filter $(O)/tests/module/nss_%,$(MODULE_BIN))

test: check-build
	@O=$(O) CC='$(CC)' VERSION=$(VERSION) tests/run $(SYSTEM_TESTS) \
	    $(MODULE_TESTS) tests/lint.sh tests/tsan.sh $(UNIT_TESTS) \
	    $(ASAN_TESTS) tests/valgrind.sh tests/analyze.sh

# The attacks of SECURITY.md, one by one, by the tests that it names.
check-attacks:
	@packaging/install-deps.sh check
	@$(MAKE) -s -j2 --no-print-directory all $(UNIT_TESTS) $(MODULE_BIN)
	@O=$(O) CC='$(CC)' tests/run $$(O=$(O) tests/attacks.sh programs); status=$$?; \
	    O=$(O) tests/attacks.sh && exit $$status

# The numbers of what ran last.
report:
	@O=$(O) tests/report.sh

lint: all
	O=$(O) CC='$(CC)' tests/lint.sh

# Threads, memory, and what needs no running.  "make check" has all of it but for
# unit tests that are slow under valgrind.
tsan: all tsan-build
	@O=$(O) tests/run tests/tsan.sh

valgrind: all $(UNIT_BIN)
	@O=$(O) ALL=1 tests/run tests/valgrind.sh tests/system/valgrind.sh

analyze:
	@O=$(O) ALL=1 tests/run tests/analyze.sh

demo:
	@printf '%s\n' 'demo: installing what it needs'
	@packaging/install-deps.sh demo
	@printf '%s\n' 'demo: building'
	@$(MAKE) -s -j2 --no-print-directory all
	@O=$(O) KEEP='$(KEEP)' demo/demo.sh

# So many seconds for each target, or only for TARGET=NAME; by libFuzzer, or by
# AFL++ with ENGINE=afl.
SECONDS = 60
ENGINE = libfuzzer
FUZZ = $(O)/$(if $(filter afl,$(ENGINE)),afl,fuzz)
fuzz:
	@printf '%s\n' 'fuzz: installing what it needs'
	@packaging/install-deps.sh fuzz
	@printf '%s\n' 'fuzz: building'
	@$(MAKE) -s -j2 --no-print-directory O=$(FUZZ) FUZZER=1 \
	    CC=$(if $(filter afl,$(ENGINE)),afl-clang-fast,clang) \
	    SANITIZE=address,undefined fuzz-build
	@ENGINE=$(ENGINE) O=$(FUZZ) tests/fuzz/fuzz.sh $(SECONDS) $(TARGET)

fuzz-build: $(FUZZ_BIN)

# One table; USERS_MAX=100000 where a million takes too long.
bench bench-report: all $(BENCH_BIN) $(O)/tests/module/nss_fixture \
	    $(O)/tests/module/nss_replace
	@packaging/install-deps.sh bench
	@O=$(O) bench/$(if $(filter bench,$@),all,report).sh

MAN5 = sftpjail.conf.5 sftpjail-db.5
MAN8 = sftpjail.8 pam_sftpjail.8 libnss_sftpjail.8 sftpjail-shell.8
DOCS = README.md INSTALL NEWS LICENSE SECURITY.md ARCHITECTURE.md
SAMPLES = $(wildcard conf/*)

# Puts files in their places and nothing else: PAM, nsswitch.conf, sshd and
# the system's own configuration are the administrator's (see INSTALL).
install: all
	$(INSTALL) -d -m 755 $(DESTDIR)$(sbindir) $(DESTDIR)$(shelldir) \
	    $(DESTDIR)$(pamdir) $(DESTDIR)$(nssdir) $(DESTDIR)$(mandir)/man5 \
	    $(DESTDIR)$(mandir)/man8 $(DESTDIR)$(docdir)/conf \
	    $(DESTDIR)$(bashcompdir) $(DESTDIR)$(zshcompdir) \
	    $(DESTDIR)$(confdir)/conf.d $(DESTDIR)$(statedir)
	$(INSTALL) -m 755 $(TOOL) $(DESTDIR)$(sbindir)/sftpjail
	$(INSTALL) -m 755 $(LOGIN_SHELL) $(DESTDIR)$(shelldir)/sftpjail-shell
	$(INSTALL) -m 644 $(PAM_SO) $(DESTDIR)$(pamdir)/.pam_sftpjail.so.new
	mv -f $(DESTDIR)$(pamdir)/.pam_sftpjail.so.new \
	    $(DESTDIR)$(pamdir)/pam_sftpjail.so
	$(INSTALL) -m 644 $(NSS_SO) $(DESTDIR)$(nssdir)/.libnss_sftpjail.new
	mv -f $(DESTDIR)$(nssdir)/.libnss_sftpjail.new \
	    $(DESTDIR)$(nssdir)/libnss_sftpjail.so.2
	$(INSTALL) -m 644 $(MAN5:%=man/%) $(DESTDIR)$(mandir)/man5
	$(INSTALL) -m 644 $(MAN8:%=man/%) $(DESTDIR)$(mandir)/man8
	$(INSTALL) -m 644 $(DOCS) $(DESTDIR)$(docdir)
	$(INSTALL) -m 644 $(SAMPLES) $(DESTDIR)$(docdir)/conf
	$(INSTALL) -m 644 completion/sftpjail.bash \
	    $(DESTDIR)$(bashcompdir)/sftpjail
	$(INSTALL) -m 644 completion/_sftpjail $(DESTDIR)$(zshcompdir)
	test -e $(DESTDIR)$(confdir)/sftpjail.conf || \
	    $(INSTALL) -m 600 conf/sftpjail.conf \
	    $(DESTDIR)$(confdir)/sftpjail.conf

# Leaves the configuration and the databases: they are the administrator's.
uninstall:
	rm -f $(DESTDIR)$(sbindir)/sftpjail $(DESTDIR)$(shelldir)/sftpjail-shell \
	    $(DESTDIR)$(pamdir)/pam_sftpjail.so \
	    $(DESTDIR)$(nssdir)/libnss_sftpjail.so.2 \
	    $(MAN5:%=$(DESTDIR)$(mandir)/man5/%) \
	    $(MAN8:%=$(DESTDIR)$(mandir)/man8/%) \
	    $(DESTDIR)$(bashcompdir)/sftpjail $(DESTDIR)$(zshcompdir)/_sftpjail
	rm -rf $(DESTDIR)$(docdir)
	-rmdir $(DESTDIR)$(shelldir) 2>/dev/null

# What was installed is there, runs, and is what was built.
installcheck:
	$(DESTDIR)$(sbindir)/sftpjail --version
	cmp $(PAM_SO) $(DESTDIR)$(pamdir)/pam_sftpjail.so
	cmp $(NSS_SO) $(DESTDIR)$(nssdir)/libnss_sftpjail.so.2
	cmp $(LOGIN_SHELL) $(DESTDIR)$(shelldir)/sftpjail-shell
	$(DESTDIR)$(sbindir)/sftpjail --config $(DESTDIR)$(confdir) \
	    apply --dry-run

dist:
	git archive --format=tar.gz --prefix=sftpjail-$(VERSION)/ \
	    -o sftpjail-$(VERSION).tar.gz HEAD

clean:
	rm -rf $(O)

distclean: clean
	rm -f sftpjail-*.tar.gz

-include $(wildcard $(O)/*/*.d $(O)/tests/*/*.d)

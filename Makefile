# Makefile - the only one; GNU make, out of tree.  "make help" lists targets.
#
#   BUILD=release|debug|asan|ubsan|tsan|cov|fuzz   kind of build, in build/$(BUILD)
#   O=dir   CC= CFLAGS= CPPFLAGS= LDFLAGS=    yours, come last and win
#   V=1  WERROR=1  JOBS=n  prefix=  DESTDIR=
#
# Sources are found, never listed: a new file or plugin folder needs no edit.

-include config.mk

BUILD ?= release
O ?= build/$(BUILD)
VERSION = 0.1.0

ifeq ($(origin CC),default)
CC = gcc
endif
CXX_ABI ?= g++
NM ?= nm
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format
CLANG_TIDY ?= clang-tidy
CPPCHECK ?= cppcheck
INSTALL ?= install
JOBS ?= $(shell nproc 2>/dev/null || echo 1)
WERROR ?= $(if $(CI),1)

prefix ?= /usr
bindir ?= $(prefix)/bin
sbindir ?= $(prefix)/sbin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(prefix)/share/man
sysconfdir ?= /etc
plugindir = $(libdir)/lavoir/plugins
confdir = $(sysconfdir)/lavoir

#
# Flags
#

HARD = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	$(if $(filter x86_64%,$(shell uname -m)),-fcf-protection)
SAN = -O1 -g -fno-omit-frame-pointer -fno-optimize-sibling-calls

FLAGS_release = -O2 -g $(HARD)
FLAGS_debug = -O0 -g3
FLAGS_asan = $(SAN) -fsanitize=address,undefined -fno-sanitize-recover=all \
	-DLAVOIR_SANITIZE=1
FLAGS_ubsan = $(SAN) -fsanitize=undefined -fno-sanitize-recover=all
FLAGS_tsan = $(SAN) -fsanitize=thread -DLAVOIR_SANITIZE_THREAD=1
# What the fuzzer needs; only clang has it.
FLAGS_fuzz = $(SAN) -fsanitize=address,undefined,fuzzer-no-link \
	-fno-sanitize-recover=all -DLAVOIR_SANITIZE=1
FLAGS_cov = -O0 -g --coverage -fprofile-update=atomic
ifndef FLAGS_$(BUILD)
$(error BUILD=$(BUILD): must be release, debug, asan, ubsan, tsan, cov or fuzz)
endif

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Wundef -Wvla -Wimplicit-fallthrough $(if $(WERROR),-Werror)

PKGS = libuv jansson sqlite3 libcrypto libzstd zlib libseccomp libxxhash
TEST_PKGS = cmocka

# $(call pkg_cflags,PACKAGES): as system headers, so that they do not warn.
pkg_cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1) \
	2>/dev/null))
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)
# Those of $(1) that are not installed.
pkg_missing = $(strip $(if $(1),$(shell for p in $(1); do \
	$(PKG_CONFIG) --exists $$p 2>/dev/null || echo $$p; done)))
# The same by header, for libraries that pkg-config does not know.
header_missing = $(foreach h,$(1),$(if $(wildcard $(addsuffix /$(h),\
	/usr/include /usr/local/include)),,$(h)))

MISSING := $(call pkg_missing,$(PKGS))
CORE_CFLAGS := $(call pkg_cflags,$(PKGS))
CORE_LIBS := $(call pkg_libs,$(PKGS)) -ldl -lpthread -lm
TEST_CFLAGS := $(call pkg_cflags,$(TEST_PKGS))
TEST_LIBS := $(call pkg_libs,$(TEST_PKGS))

DEFS = -D_GNU_SOURCE -DLAVOIR_VERSION='"$(VERSION)"' \
	-DLAVOIR_PLUGIN_DIR='"$(plugindir)"' -DLAVOIR_CONF_DIR='"$(confdir)"'

ALL_CFLAGS = -std=c11 -fvisibility=hidden $(WARN) $(FLAGS_$(BUILD)) $(DEFS)
ALL_LDFLAGS = $(filter-out -D%,$(FLAGS_$(BUILD))) -Wl,-z,relro,-z,now \
	-Wl,--as-needed
# Sanitizer builds: the runtime's symbols are in the program.
SO_LDFLAGS = -shared -Wl,--version-script=plugins/plugin.map \
	$(if $(filter asan ubsan tsan fuzz,$(BUILD)),,-Wl,-z,defs)

#
# Sources
#

MAIN_SRC := $(wildcard daemon/main/lavoir*.c)
MAIN_SHARED := $(filter-out $(MAIN_SRC),$(wildcard daemon/main/*.c))
CORE_SRC := $(filter-out daemon/main/%,$(wildcard daemon/*/*.c))
COMMON_SRC := $(wildcard plugins/common/*.c)
# plugins/common/PIECE is for the plugins whose USES_NAME names it; they inherit
# the packages of its PIECE.mk.
PIECES := $(sort $(patsubst plugins/common/%/,%,\
	$(dir $(wildcard plugins/common/*/*.c))))
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_SHARED := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
TESTPLUG_SRC := $(wildcard tests/plugins/*.c)
CRASH_SHARED := $(wildcard tests/crash/lib_*.c)
TOOL_SRC := $(filter-out $(CRASH_SHARED),\
	$(wildcard tests/crash/*.c tests/e2e/*.c bench/*.c))
# Without .c or without its packages a folder is not, or not now, a plugin.
PLUGIN_ALL := $(sort $(filter-out common,$(patsubst plugins/%/,%,\
	$(dir $(wildcard plugins/*/*.c)))))
PLUGIN_SRC = $(foreach p,$(PLUGIN_NAMES),$(wildcard plugins/$(p)/*.c))

-include $(foreach p,$(PLUGIN_ALL),$(wildcard plugins/$(p)/$(p).mk))
-include $(foreach p,$(PIECES),$(wildcard plugins/common/$(p)/$(p).mk))

$(foreach p,$(PLUGIN_ALL),$(foreach u,$(USES_$(p)),\
	$(eval PKGS_$(p) += $(PKGS_$(u))) $(eval DEBS_$(p) += $(DEBS_$(u))) \
	$(eval LIBS_$(p) += $(LIBS_$(u)))))
$(foreach p,$(PIECES) $(PLUGIN_ALL),$(eval MISSING_$(p) := \
	$(strip $(call pkg_missing,$(PKGS_$(p))) \
	$(call header_missing,$(HEADERS_$(p))))))
PLUGIN_NAMES := $(foreach p,$(PLUGIN_ALL),$(if $(MISSING_$(p)),,$(p)))
PLUGIN_SKIP := $(filter-out $(PLUGIN_NAMES),$(PLUGIN_ALL))
PIECE_NAMES := $(foreach p,$(PIECES),$(if $(MISSING_$(p)),,$(p)))
PIECE_SRC := $(foreach p,$(PIECE_NAMES),$(wildcard plugins/common/$(p)/*.c))
UNIT_SRC := $(filter-out $(foreach p,$(filter-out $(PIECE_NAMES),$(PIECES)),\
	tests/unit/test_$(p)%.c),$(UNIT_SRC))
$(foreach p,$(PIECE_NAMES) $(PLUGIN_NAMES),$(if $(PKGS_$(p)),\
	$(eval PKG_CFLAGS_$(p) := $$(call pkg_cflags,$(PKGS_$(p)))) \
	$(eval PKG_LIBS_$(p) := $$(call pkg_libs,$(PKGS_$(p))))))

TOOL_SRC := $(filter-out $(if $(MISSING_read-html),bench/html.c),$(TOOL_SRC))

objs = $(patsubst %.c,$(O)/%.o,$(1))
PROGS := $(MAIN_SRC:daemon/main/%.c=$(O)/%)
PLUGINS := $(PLUGIN_NAMES:%=$(O)/plugins/%.so)
TESTPLUGS := $(TESTPLUG_SRC:%.c=$(O)/%.so)
UNITS := $(UNIT_SRC:%.c=$(O)/%)
TOOLS := $(TOOL_SRC:%.c=$(O)/%)
GOLDEN_SRC := $(wildcard tests/golden/*.c)
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
GOLDEN := $(if $(GOLDEN_SRC),$(O)/tests/golden/golden)
C_SRC := $(MAIN_SRC) $(MAIN_SHARED) $(CORE_SRC) $(COMMON_SRC) $(PIECE_SRC) \
	$(PLUGIN_SRC) $(UNIT_SRC) $(UNIT_SHARED) $(TESTPLUG_SRC) $(TOOL_SRC) \
	$(CRASH_SHARED) $(GOLDEN_SRC) $(FUZZ_SRC)
OBJS := $(call objs,$(C_SRC))
LIB = $(O)/liblavoir.a
COMMON = $(if $(COMMON_SRC),$(O)/libplugincommon.a)
# $(call piece_libs,PIECES): before COMMON, which they use.
piece_libs = $(patsubst %,$(O)/libpiece-%.a,$(1))

.PHONY: all tests skipped FORCE
.SECONDARY:
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(PROGS) $(if $(CORE_SRC),$(LIB)) $(PLUGINS) skipped
tests: all $(UNITS) $(TESTPLUGS) $(TOOLS) $(GOLDEN) $(call objs,$(FUZZ_SRC))

skipped:
	@:$(foreach p,$(PLUGIN_SKIP),; echo \
	  '  SKIP	plugins/$(p).so: not installed: $(MISSING_$(p))')

#
# Rules
#

# $(call run,WHAT,COMMAND): one line, or the command itself with V=1.
run = $(if $(V),,@echo '  $(1)	$@';)$(2)

# The folder decides what a file may see.
is = $(filter $(1),$<)
name_of = $(word $(if $(call is,plugins/common/%),3,2),$(subst /, ,$<))
file_cflags = $(if $(call is,plugins/% tests/plugins/%),\
	-fPIC -Iinclude -Iplugins $(CFLAGS_$(name_of)) $(PKG_CFLAGS_$(name_of)),\
	-fPIE -Iinclude -Idaemon $(if $(call is,tests/%),-Iplugins $(TEST_CFLAGS)) \
	$(if $(call is,bench/html.c),-Iplugins) $(CORE_CFLAGS) $(BUG_CFLAGS))
# Not among the flags that are remembered: tests/crash seeds its mistakes in a
# copy of what is built, where only the files that have them are built again.
BUG_CFLAGS = $(if $(BUG),-DLAVOIR_BUG_$(BUG))

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(strip $(ALL_CFLAGS) $(file_cflags)) $(CPPFLAGS) \
	  $(CFLAGS) -MMD -MP -c -o $@ $<)

$(LIB): $(call objs,$(CORE_SRC))
$(O)/libplugincommon.a: $(call objs,$(COMMON_SRC))
$(foreach p,$(PIECE_NAMES),$(eval $(O)/libpiece-$(p).a: \
	$(call objs,$(wildcard plugins/common/$(p)/*.c))))
$(O)/lib%.a: $(O)/sources
	@rm -f $@
	$(call run,AR,$(AR) rcs $@ $(filter %.o,$^))

LINK = $(CC) $(ALL_CFLAGS) -pie $(ALL_LDFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^)

$(PROGS): $(O)/%: $(O)/daemon/main/%.o $(call objs,$(MAIN_SHARED)) $(LIB)
	$(call run,LD,$(LINK) $(CORE_LIBS))

$(UNITS): $(O)/%: $(O)/%.o $(call objs,$(UNIT_SHARED)) $(LIB) \
  $(call piece_libs,$(PIECE_NAMES)) $(COMMON)
	$(call run,LD,$(LINK) $(TEST_LIBS) $(CORE_LIBS) \
	  $(foreach p,$(PIECE_NAMES),$(LIBS_$(p)) $(PKG_LIBS_$(p))))

$(filter $(O)/tests/crash/%,$(TOOLS)): $(call objs,$(CRASH_SHARED))
# The plugin without its table.
$(O)/bench/html: $(call objs,$(filter-out %/read-html.c,\
	$(wildcard plugins/read-html/*.c))) $(call piece_libs,encoding) $(COMMON)
$(O)/bench/html: CORE_LIBS += $(LIBS_read-html) $(PKG_LIBS_read-html)
$(TOOLS): $(O)/%: $(O)/%.o $(LIB)
	$(call run,LD,$(LINK) $(CORE_LIBS))

# The main program is libFuzzer's.
$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(LIB)
	$(call run,LD,$(LINK) -fsanitize=fuzzer $(CORE_LIBS))

$(GOLDEN): $(call objs,$(GOLDEN_SRC)) $(LIB)
	$(call run,LD,$(LINK) $(CORE_LIBS))

SO = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(SO_LDFLAGS) $(CFLAGS) $(LDFLAGS) \
	-o $@ $(filter %.o,$^) $(filter %.a,$^)

$(TESTPLUGS): $(O)/%.so: $(O)/%.o $(COMMON) plugins/plugin.map
	$(call run,SO,$(SO) -lpthread -lm)

# No % in the second part: it would be replaced before wildcard sees it.
.SECONDEXPANSION:
$(PLUGINS): $(O)/plugins/%.so: $$(call objs,$$(wildcard plugins/$$*/*.c)) \
  $$(call piece_libs,$$(USES_$$*)) $(COMMON) plugins/plugin.map $(O)/sources
	$(call run,SO,$(SO) $(LIBS_$*) $(PKG_LIBS_$*) -lm)

# Rewritten only when what they hold has changed: then all is compiled again, or
# (a file came or went) archives and plugins are put together again.
remember = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' >$@.new; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(O)/flags: FORCE
	$(if $(MISSING),@echo 'not installed: $(MISSING); try: make deps' >&2; \
	  exit 1)
	$(call remember,$(CC) $(ALL_CFLAGS) $(CORE_CFLAGS) $(CPPFLAGS) $(CFLAGS) \
	  $(ALL_LDFLAGS) $(LDFLAGS) $(foreach p,$(PIECE_NAMES) $(PLUGIN_NAMES),\
	  $(USES_$(p)) $(CFLAGS_$(p)) \
	  $(PKG_CFLAGS_$(p)) $(LIBS_$(p)) $(PKG_LIBS_$(p))))
$(O)/sources: FORCE
	$(call remember,$(C_SRC))

-include $(OBJS:.o=.d)

#
# Checks: one line a test, the whole output of a failing one, a total at the end
#

export O
export LAVOIRD = $(abspath $(O))/lavoird
export LAVOIR = $(abspath $(O))/lavoir
# Tests know it as PLUGINS, which is a list here.
export PLUGINS_DIR = $(abspath $(O))/plugins
export TEST_PLUGINS = $(abspath $(O))/tests/plugins
export BUILD CC NM JOBS

# As many jobs as there are processors, unless the caller said how many.
PARALLEL = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,\
	$(MAKEFLAGS)),,-j$(JOBS))

TESTS = check-unit check-golden check-abi check-floors check-size check-style \
	check-e2e $(if $(wildcard tools/gen-docs.sh),check-docs) \
	$(if $(wildcard tests/crash/run.sh),check-crash)

.PHONY: check check-run check-unit check-golden check-abi check-floors \
	check-size check-style check-e2e check-docs check-crash crash bench \
	bench-memory bench-warc fuzz fuzz-run docs run deps

# deps may install what the first reading of this file did not find, hence the
# second make.
check: deps
	+@$(PARALLEL) tests
	+@$(MAKE) --no-print-directory check-run

# One kind after the other, all of them even if one fails.
check-run:
	@rm -rf $(O)/results
	+@for kind in $(TESTS); do \
	  $(MAKE) --no-print-directory PLUGIN_SKIP= $$kind || failed=1; done; \
	tools/run-tests.sh --total $(O)/results && [ -z "$$failed" ]

env = O=$(abspath $(O)) PLUGINS=$(PLUGINS_DIR)
runner = $(env) tools/run-tests.sh

check-unit: all $(UNITS) $(TESTPLUGS)
	@$(runner) unit $(UNITS)
# Every plugin on the documents of its cases.json.
check-golden: $(GOLDEN) $(PLUGINS)
	@$(runner) golden $(GOLDEN)
check-abi: $(PLUGINS) $(TESTPLUGS)
	@$(runner) abi tools/check-abi.sh
check-floors:
	@$(runner) floors tools/floors.sh
check-size:
	@$(runner) size tools/check-size.sh
check-style:
	@$(runner) style tools/check-style.sh
check-e2e: all $(TESTPLUGS) $(TOOLS) $(GOLDEN)
	@$(runner) e2e $(sort $(wildcard tests/e2e/t_*.sh))
check-docs: all
	@$(runner) docs tools/gen-docs.sh --check
check-crash: all $(TESTPLUGS) $(TOOLS)
	@$(runner) crash tests/crash/run.sh
# With the file systems whose plug is pulled.
crash:
	@tools/deps.sh build test crash
	+@$(PARALLEL) tests
	@$(env) tests/crash/run.sh all

# Every plugin for FUZZ_S seconds, or those in FUZZ.
fuzz:
	@tools/deps.sh build test fuzz $(foreach p,$(PLUGIN_ALL),$(DEBS_$(p)))
	+@$(MAKE) --no-print-directory BUILD=fuzz CC=clang O=build/fuzz fuzz-run
fuzz-run: $(FUZZ_SRC:%.c=$(O)/%) $(PLUGINS)
	@$(env) tests/fuzz/run.sh $(FUZZ)

bench: all $(TESTPLUGS) $(TOOLS)
	@$(env) bench/run.sh
# Minutes, and 4 GB of disk.
bench-memory: all $(TOOLS)
	@$(env) bench/run.sh memory backlog
# Minutes, and 20 GB of disk.
bench-warc: all $(TOOLS)
	@$(env) bench/run.sh warc

# The test that compares a page with its tables writes it; the rest is the
# command table's and the plugins'.
docs: $(O)/tests/unit/test_config_doc all
	@WRITE_DOCS=1 $<
	@$(env) tools/gen-docs.sh

run: deps
	+@$(PARALLEL) all
	@$(env) tools/run-sample.sh

deps:
	@tools/deps.sh build test $(foreach p,$(PLUGIN_ALL),$(DEBS_$(p)))

#
# Format and analysis
#

.PHONY: format check-format lint lint-tidy lint-files lint-cppcheck

# plugin.h is laid out by hand.
FORMATTED = $(wildcard daemon/*/*.[ch] plugins/*/*.[ch] \
	plugins/common/*/*.[ch] tests/*/*.[ch] bench/*.[ch])

format:
	@$(if $(FORMATTED),$(CLANG_FORMAT) -i $(FORMATTED))
check-format:
	@for f in $(FORMATTED); do $(CLANG_FORMAT) "$$f" | cmp -s - "$$f" || \
	  { echo "$$f: not formatted, try: make format"; bad=1; }; done; \
	  [ -z "$$bad" ]

# ctunullpointer takes sizeof(p->member) for a dereference.
CPPCHECK_FLAGS = -q -j$(JOBS) --cppcheck-build-dir=$(O)/cppcheck --std=c11 \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=missingIncludeSystem --suppress=ctunullpointer \
	--error-exitcode=1 \
	--template='{file}:{line}: {severity}: {message} [{id}]' \
	--library=tools/cppcheck.cfg \
	-D_GNU_SOURCE -DLAVOIR_VERSION='"0"' -Iinclude -Idaemon -Iplugins

lint: $(if $(C_SRC),lint-tidy lint-cppcheck)
lint-tidy:
	+@$(PARALLEL) -k lint-files
lint-files: $(C_SRC:%.c=$(O)/lint/%)
	@:

# Made again when the object was: an edited header has its users looked at.
$(O)/lint/%: %.c $(O)/%.o .clang-tidy
	@mkdir -p $(@D)
	$(call run,TIDY,$(CLANG_TIDY) --quiet --warnings-as-errors='*' $< -- \
	  $(filter-out -fcf-protection -fstack-clash-protection -Werror,\
	  $(ALL_CFLAGS)) $(file_cflags) $(CPPFLAGS) 2>$@.err || \
	  { grep -v 'warnings* generated' $@.err >&2; exit 1; })
	@touch $@

lint-cppcheck:
	@mkdir -p $(O)/cppcheck
	$(if $(V),,@echo '  CPPCHECK';)$(CPPCHECK) $(CPPCHECK_FLAGS) $(C_SRC)

#
# Install, clean, help
#

.PHONY: install clean help

D = $(DESTDIR)
install: all
	$(INSTALL) -d $(D)$(sbindir) $(D)$(bindir) $(D)$(plugindir) \
	  $(D)$(includedir)/lavoir $(D)$(confdir)/pipelines.d \
	  $(D)$(libdir)/systemd/system
	$(INSTALL) -m 755 $(O)/lavoird $(D)$(sbindir)
	$(INSTALL) -m 755 $(filter-out $(O)/lavoird,$(PROGS)) $(D)$(bindir)
	$(if $(PLUGINS),$(INSTALL) -m 644 $(PLUGINS) $(D)$(plugindir))
	$(INSTALL) -m 644 $(wildcard include/lavoir/*.h) $(D)$(includedir)/lavoir
	@for f in $(wildcard etc/*.json etc/pipelines.d/*.json); do \
	  to=$(D)$(confdir)/$${f#etc/}; \
	  if [ -e "$$to" ]; then echo "keeping $$to"; \
	  else $(INSTALL) -m 644 "$$f" "$$to"; fi; done
	@for f in $(wildcard systemd/*.service systemd/*.socket); do \
	  sed 's,/usr/sbin/,$(sbindir)/,g; s,/usr/bin/,$(bindir)/,g' "$$f" \
	    >$(O)/$${f##*/} && $(INSTALL) -m 644 $(O)/$${f##*/} \
	    $(D)$(libdir)/systemd/system; done
	@for f in $(wildcard systemd/*.sysusers); do $(INSTALL) -D -m 644 "$$f" \
	  $(D)$(libdir)/sysusers.d/$$(basename $$f .sysusers).conf; done
	@for f in $(wildcard systemd/*.tmpfiles); do $(INSTALL) -D -m 644 "$$f" \
	  $(D)$(libdir)/tmpfiles.d/$$(basename $$f .tmpfiles).conf; done
	@for f in $(wildcard docs/man/*.[1-8]); do $(INSTALL) -D -m 644 "$$f" \
	  $(D)$(mandir)/man$${f##*.}/$${f##*/}; done

clean:
	rm -rf $(O)

help:
	@echo 'make             programs and plugins, in $(O)'
	@echo 'make run         install what is missing, build, run the sample'
	@echo 'make check       ... and run every test (BUILD=asan, tsan, ...)'
	@echo 'make check-unit check-golden check-abi check-floors check-size \'
	@echo '     check-style check-e2e check-docs check-crash: one kind of test'
	@echo 'make crash       the whole crash matrix;  make bench: speed'
	@echo 'make fuzz        libFuzzer on every plugin (FUZZ=names FUZZ_S=seconds)'
	@echo 'make bench-memory  memory of 200,000 documents, and of 1,000,000 waiting'
	@echo 'make bench-warc  a web archive of 5 GB, plain and gzip'
	@echo 'make docs        write the pages that are made from tables'
	@echo 'make format      clang-format;  make check-format: is it?'
	@echo 'make lint        clang-tidy and cppcheck'
	@echo 'make install     DESTDIR= prefix=/usr sysconfdir=/etc'
	@echo 'make deps        install missing Debian packages;  make clean'
	@echo 'BUILD=release|debug|asan|ubsan|tsan|cov|fuzz  O=dir  V=1  WERROR=1'

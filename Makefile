# vsscheck: make demo, make test. Everything else is below.
#
#   make            build/vsscheck
#   make demo       set up, verify the model, judge bundled recordings
#   make test       set up, run every test
#   make verify     SPIN on every rule, one to three writers, and every mutant
#                   (some ten minutes); verify-large, verify-cover: more
#   make coverage   docs/coverage.md, from docs/coverage.tsv and the model
#   make decides    docs/formats/decides.md, from the traces and the samples
#   make table-diff what a change of the model changes in the tables; table-accept
#   make agree      table and verifier on all words up to a bound
#   make brute      hidden and unordered events by brute force (a quarter of an
#                   hour); BRUTE_SEED=N
#   make compare    the automaton of replay and systems of several writers
#   make asan       the tests again with AddressSanitizer and UBSan
#   make fuzz       libFuzzer on each reader (needs clang); FUZZ_SECONDS=60
#   make install    into DESTDIR/PREFIX
#   V=1             print commands whole

CC ?= gcc
SPIN ?= spin
BUILD ?= build
PREFIX ?= /usr/local
JOBS ?= 2
FUZZ_SECONDS ?= 60

# Libraries for formats that not everybody needs: without one its format is
# refused with an error that says so. `vsscheck --version` names those there.
PKG_CONFIG ?= pkg-config
OPTIONAL = libarchive expat libevtx libbfio hivex
PRESENT := $(foreach l,$(OPTIONAL),$(shell $(PKG_CONFIG) --exists $(l) 2>/dev/null \
	&& echo $(l)))
HAVE = $(foreach l,$(PRESENT),-DHAVE_$(shell echo $(l) | tr a-z A-Z))

# A command in short; whole with V=1.
V ?=
run = $(if $(V),,@echo '  $1	$@' && )$2

WARN = -Wall -Wextra -Wpedantic
OPT ?= -O2 -g
CFLAGS ?= $(OPT)
FLOORS = base read event engine session join import report cli
INCLUDES = $(FLOORS:%=-Ichecker/%) -Imodel -I$(BUILD)/gen
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L $(WARN) $(CFLAGS) $(INCLUDES) \
	$(HAVE)

GEN = $(BUILD)/gen
AUTOMATA = $(BUILD)/obj/protocol_table.o $(BUILD)/obj/replay_table.o
SOURCES = $(filter-out checker/cli/main.c,$(wildcard checker/*/*.c))
OBJECTS = $(SOURCES:checker/%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/tables.o \
	$(AUTOMATA) $(BUILD)/obj/pages.o
HEADERS = $(wildcard checker/*/*.h) model/vocabulary.h $(GEN)/tables_size.h
LIBS = -ljansson $(if $(PRESENT),$(shell $(PKG_CONFIG) --libs $(PRESENT)))
TESTS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*_test.c))

all: $(BUILD)/vsscheck $(BUILD)/vsscheck-oracle

# Everything but main().
$(BUILD)/vsscheck.a: $(OBJECTS)
	@rm -f $@
	$(call run,AR,$(AR) rcs $@ $(OBJECTS))

$(BUILD)/vsscheck: $(BUILD)/obj/cli/main.o $(BUILD)/vsscheck.a
	$(call run,LD,$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS))

$(BUILD)/obj/%.o: checker/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) -c -o $@ $<)

$(BUILD)/obj/tables.o: $(GEN)/tables.c $(HEADERS)
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) -c -o $@ $<)

$(AUTOMATA): $(BUILD)/obj/%.o: $(GEN)/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) -c -o $@ $<)

$(BUILD)/obj/pages.o: $(GEN)/pages.c checker/cli/pages.h
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) -c -o $@ $<)

$(GEN)/pages.c: docs/rules/pages.awk $(wildcard docs/rules/*.md)
	@mkdir -p $(@D)
	LC_ALL=C awk -f docs/rules/pages.awk docs/rules/*-*.md > $@.new
	mv $@.new $@

# From the rules to the tables: SPIN makes claims of the formulas, its own
# verifier steps them, export.c makes automata of that.

$(GEN)/vocabulary.pml: model/vocabulary.h model/vocabulary.awk
	@mkdir -p $(@D)
	awk -f model/vocabulary.awk model/vocabulary.h > $@.new
	mv $@.new $@

$(GEN)/claims/claims.o: model/monitors.pml model/rules.pml \
		$(GEN)/vocabulary.pml model/claims.c model/claims.h
	sh model/claims.sh $(GEN)/claims $(GEN) "$(SPIN)" "$(CC)"

$(GEN)/claims/%.o: model/%.c model/claims.h model/letters.h \
		model/vocabulary.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 $(WARN) -Imodel -Ichecker/engine -I$(GEN) -c -o $@ $<

$(GEN)/claims/export: $(GEN)/claims/claims.o $(GEN)/claims/export.o
	$(CC) -o $@ $^

$(GEN)/tables.c: $(GEN)/claims/export
	EXPORT_DIR=$(GEN) $(GEN)/claims/export > $(GEN)/export.log 2>&1 || \
	    { cat $(GEN)/export.log; rm -f $@; exit 1; }
	@grep '^exported' $(GEN)/export.log

# From the system to the automata.
SYSTEM = $(filter-out model/monitors.pml model/rules.pml \
	model/promises.pml model/invariants.pml model/watch.pml \
	model/restore.pml model/goals.pml,$(wildcard model/*.pml))

$(GEN)/protocol/protocol: $(SYSTEM) $(GEN)/vocabulary.pml model/protocol.c \
		model/protocol.sh model/letters.h checker/engine/automaton.h
	@mkdir -p $(@D)
	sh model/protocol.sh compile $(GEN)/protocol $(GEN) "$(SPIN)" "$(CC)"

$(GEN)/%_table.c: $(GEN)/protocol/protocol
	@sh model/protocol.sh export $* $(GEN)/protocol $(GEN)

# Whatever the system does, the automaton of replay can do. Writers, faults at
# most, free actors: see protocol.sh.
COMPARED = 2 0 0  1 1 0
compare: $(GEN)/replay_table.c $(GEN)/tables_size.h
	@sh model/protocol.sh compare $(GEN)/protocol $(GEN) "$(CC)" \
	    $(COMPARED)

$(GEN)/tables_size.h: $(GEN)/tables.c
	@touch $@

# Do the tables say what SPIN's claims say? On all words up to a bound, and
# on every bundled trace.
$(GEN)/claims/agree.o $(GEN)/claims/oracle.o: $(GEN)/claims/%.o: model/%.c \
		model/claims.h model/memo.h $(HEADERS)
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) -c -o $@ $<)

# What SPIN's claims say of a recording: for `vsscheck oracle`.
$(BUILD)/vsscheck-oracle: $(GEN)/claims/claims.o $(GEN)/claims/oracle.o \
		$(BUILD)/obj/event/event.o $(BUILD)/obj/base/base.o \
		$(BUILD)/obj/tables.o
	$(CC) $(LDFLAGS) -o $@ $^

AGREE_PARTS = $(GEN)/claims/claims.o $(GEN)/claims/agree.o \
	$(BUILD)/obj/engine/engine.o $(BUILD)/obj/event/event.o \
	$(BUILD)/obj/base/base.o $(AUTOMATA)

# for tests that link it with other tables
agree-parts: $(AGREE_PARTS)
	@echo $(AGREE_PARTS)

$(GEN)/claims/agree: $(AGREE_PARTS) $(BUILD)/obj/tables.o
	$(CC) -o $@ $^

TRACES = $(sort $(shell find traces -name '*.scn'))

$(GEN)/words: $(BUILD)/vsscheck $(TRACES)
	@$(BUILD)/vsscheck letters $(TRACES) > $@

# Hidden and unordered events: every completion, every order. BRUTE=SECONDS
# that each rule's recordings may take.
BRUTE ?= 12
brute: $(BUILD)/tests/brute_test
	@BRUTE=$(BRUTE) $(BUILD)/tests/brute_test

agree: $(GEN)/claims/agree $(GEN)/words
	@AGREE_WORDS=$(GEN)/words $(GEN)/claims/agree > $(GEN)/agree.log 2>&1; \
	    status=$$?; grep '^agree' $(GEN)/agree.log; exit $$status

# The tests. Each program prints Check's closing line, scripts one like it.

CHECK_CFLAGS = $(shell pkg-config --cflags check 2>/dev/null)
CHECK_LIBS = $(shell pkg-config --libs check 2>/dev/null)

$(BUILD)/tests/%: tests/%.c $(BUILD)/vsscheck.a $(HEADERS)
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(ALL_CFLAGS) $(CHECK_CFLAGS) -Itests $(LDFLAGS) \
	    -o $@ $< $(BUILD)/vsscheck.a $(LIBS) $(CHECK_LIBS))

test: setup-test
	@$(MAKE) --no-print-directory -j$(JOBS) all tests-built
	@sh tests/run.sh "$(BUILD)" "$(MAKE)" "$(JOBS)"

tests-built: $(TESTS) $(GEN)/claims/agree $(GEN)/words

# docs/coverage.md: every clause, and what of it is checked.
COVERAGE = docs/coverage.tsv model/vocabulary.h model/rules.pml \
	model/mutants.tsv

coverage:
	awk -f docs/coverage.awk $(COVERAGE) > $(BUILD)/coverage.md
	mv $(BUILD)/coverage.md docs/coverage.md

# docs/formats/decides.md: which rules each source can decide.
decides: $(BUILD)/tests/decides_test
	@$(BUILD)/tests/decides_test update

# The table of runs in model/README.md.
results:
	awk -f model/results.awk model/results/results.tsv model/README.md \
	    > $(BUILD)/results.md
	cat $(BUILD)/results.md > model/README.md

# What the model says, in the repository: a change of it shows as a diff, to be
# looked at and then accepted. (The counts of classes and states of each rule,
# its moves; the size of the protocol automaton and what it never does.)
table-diff: $(GEN)/tables.c $(GEN)/protocol_table.c $(GEN)/replay_table.c
	@sh model/table-diff.sh $(GEN) model/results

table-accept: $(GEN)/tables.c $(GEN)/protocol_table.c $(GEN)/replay_table.c
	cp $(GEN)/tables.txt $(GEN)/protocol.txt $(GEN)/replay.txt model/results

setup setup-test:
	@CC=$(CC) sh .ci/setup.sh $(@:setup-%=%)

demo: setup
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@sh docs/demo.sh "$(BUILD)" "$(JOBS)"

verify: $(GEN)/tables.c
	sh model/verify.sh $(BUILD) small $(JOBS)
	sh model/verify.sh $(BUILD) claims $(JOBS)
	sh model/verify.sh $(BUILD) wide $(JOBS)

verify-large: $(GEN)/tables.c
	sh model/verify.sh $(BUILD) large $(JOBS)
	@$(MAKE) --no-print-directory compare COMPARED="3 0 0"

verify-cover: $(GEN)/tables.c
	sh model/verify.sh $(BUILD) cover $(JOBS)

# The checker's tests again, with the sanitizers; no model is rebuilt.
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

asan:
	@mkdir -p $(BUILD)-asan/gen/claims
	@for f in vocabulary.pml tables.c tables_size.h protocol_table.c \
	    replay_table.c; \
	    do [ ! -e $(GEN)/$$f ] || cp -p $(GEN)/$$f $(BUILD)-asan/gen/; done
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)-asan \
	    CFLAGS="$(SANITIZE)" -o $(BUILD)-asan/gen/tables.c \
	    -o $(BUILD)-asan/gen/protocol_table.c \
	    -o $(BUILD)-asan/gen/replay_table.c asan-build > /dev/null
	@LSAN_OPTIONS=suppressions=tests/fuzz/lsan.supp:print_suppressions=0 \
	    sh tests/run.sh "$(BUILD)-asan" "$(MAKE)" "$(JOBS)" checker

asan-build: $(BUILD)/vsscheck $(TESTS)

FUZZERS = native scenario sysmon eventlog log eventxml evtx eventtext \
	diskshadow vshadow vssadmin sqlwriter errorlog bacula errortext reg
# What is gone through most is left out of it: 20 times as many runs.
FUZZ_PLAIN = checker/engine/pairs.c
FUZZ_SOURCES = tests/fuzz/driver.c $(filter-out $(FUZZ_PLAIN),$(wildcard \
	checker/base/*.c checker/read/*.c checker/import/*.c checker/event/*.c \
	checker/engine/*.c checker/session/*.c)) \
	$(GEN)/tables.c $(GEN)/protocol_table.c $(GEN)/replay_table.c
FUZZ_CC = clang -std=c11 -D_POSIX_C_SOURCE=200809L -g $(INCLUDES) $(HAVE)

$(BUILD)/fuzz_plain.o: $(FUZZ_PLAIN) $(GEN)/tables.c
	$(FUZZ_CC) -O2 -c -o $@ $<

$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_SOURCES) $(BUILD)/fuzz_plain.o
	$(FUZZ_CC) -O1 -Itests/fuzz -fsanitize=fuzzer,address,undefined -o $@ $^ \
	    $(LIBS)

fuzz: $(FUZZERS:%=$(BUILD)/fuzz_%)
	@for f in $(FUZZERS); do sh tests/fuzz/run.sh $$f $(BUILD) \
	    $(FUZZ_SECONDS) || exit 1; done

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	cp $(BUILD)/vsscheck $(BUILD)/vsscheck-oracle $(DESTDIR)$(PREFIX)/bin
	cp docs/vsscheck.1 $(DESTDIR)$(PREFIX)/share/man/man1

clean:
	rm -rf $(BUILD) $(BUILD)-asan

.PHONY: all agree-parts compare coverage decides results table-diff table-accept test \
	tests-built setup setup-test demo verify verify-large verify-cover asan \
	asan-build agree brute fuzz install clean
.DELETE_ON_ERROR:

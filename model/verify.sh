#!/bin/sh
# Verifies the rules on the system model with SPIN, and the mutants.
#
#	sh model/verify.sh BUILDDIR [SET] [JOBS]
#	sh model/verify.sh BUILDDIR update [JOBS] [SET]
#
# SET: small, claims, wide, large, cover or all; see README.md here. BUILDDIR
# is the one in which the tables were made: watchers (watch.c) run on them.
#
# Every run has a row in verify.tsv: what is run, what must come out and how
# many states there are. A difference fails. `update` writes the rows anew,
# and what the searches cost into results/results.tsv, but never blesses a
# wrong result: what must come out follows from the kind of the run, not from
# the manifest. pan's exit status says nothing, so its report is read.
set -eu
LC_ALL=C; export LC_ALL
self=$0
model=$(cd "$(dirname "$0")" && pwd)

# One run: writes the row with result, number of states, depth, memory, time.
if [ "${2:-}" = row ]; then
	build=$1
	IFS='	' read -r set name writers budget faults free mutant claim must <<-EOF
	$3
	EOF
	report=$build/reports/$name
	VSS_WRITERS=$writers VSS_BUDGET=$budget VSS_FAULTS=$faults VSS_FREE=$free
	VSS_MUTANT=$mutant VSS_WATCH=
	# A table that is too large costs more than one that grows.
	hash=18
	[ "$must" = refuted ] || hash=20
	depth=100000
	case $set in wide|large|cover) hash=24 depth=2000000 ;; esac
	limits="-m$depth -w$hash"
	case $claim in
	-)		run=system args= ;;
	"watch "*)	run=system args= VSS_WATCH=${claim#watch } ;;
	"restore "*)	run=restore args="-a -N ${claim#restore }" ;;
	occ_*|[A-Z]*)	run=claims args="-a -N $claim" ;;
	*)		run=inner args="-a -N $claim" ;;
	esac
	# A mutant that is to break a rule may come to a halt before it does.
	case $must in
	covered)	args="-E -c0" ;;
	refuted)	[ $run != system ] || args=-E ;;
	esac
	export VSS_WRITERS VSS_BUDGET VSS_FAULTS VSS_FREE VSS_MUTANT VSS_WATCH
	cd "$build/reports"
	"$build/$run" $args $limits >"$report" 2>&1 || :
	awk -v must="$must" -v row="$3" '
	/errors:/ { errors = $NF; seen = 1; depth = $6 + 0 }
	/states, stored/ { states = $1 + 0 }
	/total actual memory/ { memory = $1 }
	/elapsed time/ { time = $4 }
	/^watch: violated / { broken++ }
	/^watch: [0-9]+ of / { all = $4; watched = 1 }
	/max search depth too small|out of memory|-DMEMLIM|VECTORSZ|aborting/ { bad = 1 }
	/unknown ltl|no claim|not found|^watch: (no such|not|too)/ { bad = 1 }
	END {
		if (!seen || bad) result = "incomplete"
		else if (must == "no-deadlock") result = errors ? "deadlock" : must
		else if (must == "covered") result = must
		else if (must == "reached") result = errors ? "never" : must
		else if (must == "all-come") result = errors || !all || broken < all ? "missing" : must
		else if (row ~ /\twatch /) result = !watched ? "incomplete" : broken ? "refuted" : errors ? "deadlock" : "holds"
		else result = errors ? "refuted" : "holds"
		printf "%s\t%s\t%d\t%d\t%s\t%s\n", row, result, states, depth, memory, time
	}' "$report"
	exit 0
fi

[ $# -ge 1 ] || { echo "usage: sh $self BUILDDIR [small|claims|wide|large|cover|all|update] [JOBS]" >&2; exit 4; }
mkdir -p "$1"
build=$(cd "$1" && pwd)
what=${2:-small}
jobs=${3:-2}
update=
[ "$what" != update ] || { update=1; what=${4:-all}; }
manifest=$model/verify.tsv
[ -s "$build/gen/tables.c" ] || { echo "$self: no tables in $build/gen: make first" >&2; exit 1; }

# What is to be run. ALL: every fault; NOCRASH: all but the requester's crash,
# which leaves a persistent copy behind whatever the requester does (TRM-28).
# STUCK: every fault, and free writers that do not return. REPLAY: all but the
# rival, see protocol.sh. FOREIGN: crash, rival, and what may come of both.
ALL=1023
NOCRASH=1022
STUCK=2047
FOREIGN=2305
WFAIL=16
REPLAY=767
rules=$(awk '/^\tR\(/ { s = $0; sub(/^\tR\(/, "", s); sub(/,.*/, "", s); print s }' \
	"$model/vocabulary.h")
row() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@"
}
blame() {
	awk -v r="$1" '/^\tR\(/ { split($0, f, /, */); n = f[1]; sub(/^\tR\(/, "", n)
		if (n == r) print f[5] }' "$model/vocabulary.h"
}
mutants() {
	awk -F '\t' '!/^#/ { print $1, $2, $5 }' "$model/mutants.tsv"
}
blocks() {
	awk '/^ltl / { print $2 }' "$model/$1.pml"
}
# Faults under which a rule is kept.
faults() {
	case $1 in TRM_28) echo $NOCRASH ;; *) echo $ALL ;; esac
}
# Words for VSS_WATCH that leave out the rules that a party is to blame for.
less() {
	awk -v who="$1" '/^\tR\(/ { split($0, f, /, */); n = f[1]; sub(/^\tR\(/, "", n)
		if (f[5] == who) printf " -%s", n }' "$model/vocabulary.h"
}
plan() {
	# Watchers: every rule, every occasion, each mutant by its rule.
	row small rules-1 1 1 $ALL 0 0 "watch rules -TRM_28" holds
	row small TRM_28-1 1 1 $NOCRASH 0 0 "watch TRM_28" holds
	row small TRM_28-crash 1 1 $ALL 0 0 "watch TRM_28" refuted
	row small occasions-1 1 1 $ALL 0 0 "watch occasions" all-come
	mutants | while read -r number name rule; do
		case $rule in
		[a-z]*)	row small "$rule-$name" 1 1 $ALL 0 "$number" "$rule" refuted ;;
		*)	row small "$rule-$name" 1 1 "$(faults "$rule")" 0 "$number" "watch $rule" refuted ;;
		esac
	done
	row small end-1 1 1 $ALL 0 0 reaches_END reached
	awk -F '\t' -v OFS='\t' '!/^#/ { print "small", $1, $2, $3, $4, 0, 0, $1, "refuted" }' "$model/goals.tsv"
	# BackupShutdown may name a rival's set after a crash (N15).
	row small rules-foreign 1 2 $FOREIGN 0 0 "watch rules -TRM_28" holds
	# A model of its own: properties, what must be reachable, mutants.
	for p in $(blocks restore); do
		case $p in
		go_*)	row small "$p" 2 1 $ALL 0 0 "restore $p" refuted ;;
		*)	row small "$p" 2 2 $ALL 0 0 "restore $p" holds ;;
		esac
	done
	awk -F '\t' '!/^#/ { print $1, $2, $5 }' "$model/restore.tsv" |
	while read -r number name p; do
		row small "$p-$name" 2 1 $ALL 0 "$number" "restore $p" refuted
	done
	for i in $(blocks invariants); do
		row small "$i-1" 1 1 $ALL 0 0 "$i" holds
		row wide "$i-2" 2 0 $ALL 0 0 "$i" holds
	done
	# The rules' own claims.
	for r in $rules; do
		row claims "$r-1.ltl" 1 1 "$(faults "$r")" 0 0 "$r" holds
		row claims "occ_$r-1.ltl" 1 1 $ALL 0 0 "occ_$r" refuted
		row claims "$r-2.ltl" 2 0 $ALL 0 0 "$r" holds
	done
	mutants | while read -r number name rule; do
		case $rule in
		[A-Z]*)	row claims "$rule-$name.ltl" 1 1 "$(faults "$rule")" 0 "$number" "$rule" refuted ;;
		esac
	done
	# More of everything.
	for p in $(blocks promises); do
		[ "$p" = reaches_END ] || row wide "$p-1" 1 1 $ALL 0 0 "$p" reached
	done
	row wide rules-2 2 0 $ALL 0 0 "watch rules" holds
	row wide rules-3 3 0 $ALL 0 0 "watch rules" holds
	row wide rules-1-2 1 2 $ALL 0 0 "watch rules -TRM_28" holds
	row wide system-1 1 1 $ALL 0 0 - no-deadlock
	row large rules-2-1 2 1 $ALL 0 0 "watch rules -TRM_28" holds
	row large rules-3-1 3 1 $ALL 0 0 "watch rules -TRM_28" holds
	row wide system-2 2 0 $ALL 0 0 - no-deadlock
	row wide system-3 3 0 $ALL 0 0 - no-deadlock
	row large system-free 1 0 $ALL 1 0 - covered
	row large system-freew 1 0 $STUCK 2 0 - covered
	# what recordings are replayed against: free actors, any number of faults
	row large system-replay 1 1 $REPLAY 7 0 - covered
	# Free actors: of each party's rules those of the others hold, and its
	# own are broken. A writer that never returns lets the others keep
	# nothing.
	row large rules-free 1 0 $ALL 1 0 "watch rules$(less REQUESTER)" holds
	row large rules-freew 1 0 $ALL 2 0 "watch rules$(less WRITER)" holds
	for r in $rules; do
		case $(blame "$r") in
		REQUESTER)
			case $r in
			# a handler has to fail first
			REQ_07b) row large "$r-free" 1 1 $WFAIL 1 0 "watch $r" refuted ;;
			*) row large "$r-free" 1 0 $ALL 1 0 "watch $r" refuted ;;
			esac ;;
		WRITER) row large "$r-freew" 1 0 $STUCK 2 0 "watch $r" refuted ;;
		esac
	done
	awk -F '\t' '!/^#/ && !seen[$1]++ { print $1, $2 }' "$model/mutants.tsv" |
	while read -r number name; do
		row cover "cover-$name" 1 1 $ALL 0 "$number" - covered
	done
}

plan | awk -F '\t' -v what="$what" 'what == "all" || $1 == what ||
	(what == "cover" && $2 ~ /^system-/)' >"$build/plan.tsv"
[ -z "${ONLY:-}" ] || { grep -E -e "$ONLY" "$build/plan.tsv" >"$build/p"; mv "$build/p" "$build/plan.tsv"; }

# The verifier: with watchers instead of claims, with the claims of promises
# and invariants, and with those of the rules. Claims make it so large that
# optimising costs more than it saves.
rm -rf "$build/src" "$build/reports"
mkdir -p "$build/src" "$build/reports"
cp "$model"/*.pml "$model"/watch.[ch] "$build/src"
awk -f "$model/vocabulary.awk" "$model/vocabulary.h" >"$build/src/vocabulary.pml"
cd "$build/src"
printf '#include "%s.pml"\n' system promises invariants >inner.pml
grep -E '^#define (CTX|GONE)' "$model/rules.pml" >>inner.pml
echo '#include "goals.pml"' >>inner.pml
printf '#include "%s.pml"\n' system rules >claims.pml
# What of the verifiers the plan needs, each in a directory of its own.
compile() {
	(
		mkdir "$1" && cd "$1" && cp ../*.pml . &&
		case $1 in
		system)	spin -a -o3 -DWATCHED system.pml &&
			gcc -O2 -w -DSAFETY -DNOREDUCE -DCOLLAPSE -DNOCLAIM -I"$model" -I"$build/gen" \
			    -I"$model/../checker/engine" -o "$build/system" pan.c ../watch.c "$build/gen/tables.c" ;;
		*)	spin -a -o3 "$1.pml" &&
			gcc -O0 -w -DNOREDUCE -DNOFAIR -DNOBOUNDCHECK -o "$build/$1" pan.c ;;
		esac
	) >"log.$1" 2>&1 || { cat "log.$1" >&2; return 1; }
}
echo "compiling the verifier"
first=
rm -f "$build/system" "$build/inner" "$build/claims" "$build/restore"
! awk -F '\t' '$8 == "-" || $8 ~ /^watch /' "$build/plan.tsv" | grep -q . || { compile system & first=$!; }
[ "$jobs" -gt 1 ] || [ -z "$first" ] || { wait $first; first=; }
! cut -f 8 "$build/plan.tsv" | grep -Eq '^(occ_)?[A-Z]' || compile claims
! cut -f 8 "$build/plan.tsv" | grep -Ev '^((occ_)?[A-Z]|watch |restore |-$)' | grep -q . || compile inner
! cut -f 8 "$build/plan.tsv" | grep -q '^restore ' || compile restore
[ -z "$first" ] || wait $first
cd "$build"

total=$(wc -l <"$build/plan.tsv")
echo "$total runs"

# xargs takes quotes and blanks apart, so each run goes by its number.
awk '{ print NR }' "$build/plan.tsv" |
xargs -P "$jobs" -n 1 sh -c '
	line=$(sed -n "$3p" "$2/plan.tsv")
	sh "$1" "$2" row "$line" >"$2/reports/row.$3"
	[ $(($3 % 20)) -ne 0 ] || echo "  run $3"' sh "$model/verify.sh" "$build"
awk '{ print NR }' "$build/plan.tsv" | while read -r n; do cat "$build/reports/row.$n"; done >"$build/got.tsv"

# First what came out, then whether the model is still the one that was
# looked at.
fail=0
awk -F '\t' '$9 != $10 { printf "FAIL %s: %s on %s writer(s), mutant %s: %s, not %s\n", $2, $8, $3, $7, $10, $9; bad = 1 }
	END { exit bad }' "$build/got.tsv" || fail=1

# Statements that no run reached, against the list of those known.
unreached() {
	for f in "$build"/reports/system-* "$build"/reports/cover-*; do
		[ ! -f "$f" ] || awk '
		/^unreached in / { p = $3 " " $4; next }
		/^\t[a-z]*\.pml:[0-9]*, state/ { s = $0; sub(/^\t[a-z]*\.pml:[0-9]*, state [0-9]*, /, "", s)
			n = $0; sub(/^.*state /, "", n); sub(/,.*/, "", n)
			print p "\t" n "\t" s }' "$f"
	done | sort | uniq -c | awk -v all="$1" '$1 == all { sub(/^ *[0-9]+ /, ""); print }' |
	awk -F '\t' '{ n[$1 "\t" $3]++ } END { for (k in n) print k "\t" n[k] }' | sort
}
if [ "$what" = cover ]; then
	unreached "$(ls "$build"/reports | grep -Ec '^(system-.*|cover-.*)$')" >"$build/unreached.tsv"
	if [ -n "$update" ]; then
		# A reason once written stays with its statement.
		awk -F '\t' 'NR == FNR { if (!/^#/) why[$1 FS $2 FS $3] = $4; next }
			{ print $0 "\t" why[$0] }' "$model/results/unreached.tsv" "$build/unreached.tsv" >"$build/u" 2>/dev/null ||
			sed 's/$/	/' "$build/unreached.tsv" >"$build/u"
		mkdir -p "$model/results"
		{ echo "# process	statement	times	why no run reaches it"; cat "$build/u"; } >"$model/results/unreached.tsv"
	else
		grep -v '^#' "$model/results/unreached.tsv" | cut -f 1-3 |
			diff - "$build/unreached.tsv" || { echo "FAIL: other statements are unreached"; fail=1; }
	fi
	! grep -v '^#' "$model/results/unreached.tsv" | grep -q '	$' ||
		{ echo "FAIL: statements without a reason in results/unreached.tsv"; fail=1; }
fi

if [ -n "$update" ]; then
	[ -f "$manifest" ] || : >"$manifest"
	{
		echo "# set	name	writers	budget	faults	free	mutant	claim	expected	states"
		{ awk -F '\t' 'NR == FNR { new[$2] = 1; next } !/^#/ && !($2 in new)' "$build/got.tsv" "$manifest"
		cut -f 1-9,11 "$build/got.tsv"; } | sort -t '	' -k 1,1r -k 2,2
	} >"$build/m"
	# Rows of runs that are no longer planned go.
	plan | cut -f 2 | awk -F '\t' 'NR == FNR { keep[$1] = 1; next } /^#/ || $2 in keep' - "$build/m" >"$manifest"
else
	cut -f 1-9,11 "$build/got.tsv" | awk -F '\t' '
	NR == FNR { want[$2] = $0; next }
	want[$2] != $0 { printf "FAIL %s differs from the manifest:\n\twas %s\n\tis  %s\n", $2, want[$2], $0; bad = 1 }
	END { exit bad }' "$manifest" - || fail=1
fi

# What the searches that were exhaustive cost.
if [ -n "$update" ] && [ "$fail" = 0 ]; then
	{
		awk -F '\t' '!/^#/' "$model/results/results.tsv" 2>/dev/null || :
		awk -F '\t' -v OFS='\t' '$9 != "refuted" { print $2, $3, $4, $5, $6, $7, $8, $10, $11, $12, $13, $14 }' "$build/got.tsv"
	} | awk -F '\t' 'NR == FNR { planned[$2] = 1; next }
		$1 in planned { row[$1] = $0 } END { for (n in row) print row[n] }' "$manifest" - | sort >"$build/r"
	{
		echo "# run	writers	faults at most	which	free	mutant	claim	result	states	depth	memory (MB)	seconds"
		cat "$build/r"
	} >"$model/results/results.tsv"
fi

awk -F '\t' -v all="$(echo $rules)" '
BEGIN { n = split(all, rule, " ") }
function held(r) { if (!(r in seen)) rules++; seen[r] = 1 }
{ states += $11 }
$9 == "holds" && $6 == 0 {
	m = split($8, w, " ")
	if ($8 ~ /^watch rules/) {
		for (i in out) delete out[i]
		for (i = 3; i <= m; i++) out[substr(w[i], 2)] = 1
		for (i = 1; i <= n; i++) if (!(rule[i] in out)) held(rule[i])
	} else if ($8 ~ /^restore /) inv++
	else if (w[m] ~ /^[A-Z]/) held(w[m])
	else if (!($8 in seen)) { seen[$8] = 1; inv++ }
}
$9 == "holds" { if ($3 < lo || !lo) lo = $3; if ($3 > hi) hi = $3 }
$8 ~ /^occ_/ { occ++ }
$9 == "all-come" { occ = n }
$9 == "refuted" && $7 > 0 { mut++ }
$2 ~ /^go(al)?_/ { goals++ }
function of(n, what) { if (n) printf ", %d %s", n, what }
END {
	printf "%s: %d rules", FAILED ? "FAILED" : "verified", rules
	of(inv, "invariants and properties of a restore")
	printf ", %d-%d writers", lo, hi
	of(occ, "occasions")
	of(goals, "goals reached")
	of(mut, "mutants caught")
	printf ", %d states\n", states
}' FAILED=$fail "$build/got.tsv"
exit $fail

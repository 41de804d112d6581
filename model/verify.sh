#!/bin/sh
# Verifies the rules on the system model with SPIN, and the mutants.
#
#	sh model/verify.sh BUILDDIR [small|wide|large|huge|cover|all] [JOBS]
#	sh model/verify.sh BUILDDIR update [JOBS] [small|large|all]
#
# Every run has a row in verify.tsv: what is run, what must come out and how
# many states there are. A difference fails. `update` writes the rows anew,
# but never blesses a wrong result: what must come out follows from the kind
# of the run, not from the manifest. pan's exit status says nothing, so its
# report is read.
set -eu
LC_ALL=C; export LC_ALL
self=$0
model=$(cd "$(dirname "$0")" && pwd)

# One run: writes the row with result and number of states.
if [ "${2:-}" = row ]; then
	build=$1
	IFS='	' read -r set name writers budget faults free mutant claim must <<-EOF
	$3
	EOF
	report=$build/reports/$name
	VSS_WRITERS=$writers VSS_BUDGET=$budget VSS_FAULTS=$faults VSS_FREE=$free
	VSS_MUTANT=$mutant
	export VSS_WRITERS VSS_BUDGET VSS_FAULTS VSS_FREE VSS_MUTANT
	cd "$build/reports"
	# A table that is too large costs more than one that grows.
	hash=20
	[ "$set" = small ] || hash=23
	case $must in
	no-deadlock)	"$build/system" -m1000000 -w$hash >"$report" 2>&1 || : ;;
	covered)	"$build/system" -E -c0 -m1000000 -w$hash >"$report" 2>&1 || : ;;
	reached)	"$build/claims" -a -N "$claim" -m1000000 -w$hash >"$report" 2>&1 || : ;;
	*)		"$build/claims" -a -N "$claim" -m1000000 -w$hash >"$report" 2>&1 || : ;;
	esac
	awk -v must="$must" -v row="$3" '
	/errors:/ { errors = $NF; seen = 1 }
	/states, stored/ { states = $1 + 0 }
	/max search depth too small|out of memory|-DMEMLIM|VECTORSZ|aborting/ { bad = 1 }
	/unknown ltl|no claim|not found/ { bad = 1 }
	END {
		if (!seen || bad) result = "incomplete"
		else if (must == "no-deadlock") result = errors ? "deadlock" : must
		else if (must == "covered") result = must
		else if (must == "reached") result = errors ? "never" : must
		else result = errors ? "refuted" : "holds"
		printf "%s\t%s\t%d\n", row, result, states
	}' "$report"
	exit 0
fi

[ $# -ge 1 ] || { echo "usage: sh $self BUILDDIR [small|wide|large|huge|cover|all|update] [JOBS]" >&2; exit 4; }
mkdir -p "$1"
build=$(cd "$1" && pwd)
what=${2:-small}
jobs=${3:-2}
update=
[ "$what" != update ] || { update=1; what=${4:-all}; }
manifest=$model/verify.tsv

# The verifier: once without claims, once with all of them. Claims make it
# so large that optimising costs more than it saves.
rm -rf "$build/src" "$build/reports"
mkdir -p "$build/src/s" "$build/src/c" "$build/reports"
cp "$model"/*.pml "$build/src"
awk -f "$model/vocabulary.awk" "$model/vocabulary.h" >"$build/src/vocabulary.pml"
cat >"$build/src/claims.pml" <<'EOF'
#include "system.pml"
#include "rules.pml"
#include "promises.pml"
#include "invariants.pml"
EOF
cd "$build/src"
echo "compiling the verifier"
# The deadlock run has no claim, so it is optimised.
( spin -a -o3 system.pml && mv pan.* s && cd s &&
	gcc -O1 -DSAFETY -DNOREDUCE -DCOLLAPSE -o "$build/system" pan.c ) >log.s 2>&1 &
first=$!
wait $first || { cat log.s >&2; exit 1; }
( spin -a -o3 claims.pml && mv pan.* c && cd c &&
	gcc -O0 -DNOREDUCE -DNOFAIR -DNOBOUNDCHECK -o "$build/claims" pan.c ) >log.c 2>&1 ||
	{ cat log.c >&2; exit 1; }
cd "$build"

# What is to be run. ALL: every fault; NOCRASH: all but the requester's crash,
# which leaves a persistent copy behind whatever the requester does (TRM-28).
# STUCK: every fault, and free writers that do not return. REPLAY: all but the
# rival, see protocol.sh.
ALL=1023
NOCRASH=1022
STUCK=2047
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
plan() {
	row small system-1 1 1 $ALL 0 0 - no-deadlock
	row small end-1 1 1 $ALL 0 0 reaches_END reached
	for r in $rules; do
		f=$ALL
		[ "$r" != TRM_28 ] || f=$NOCRASH
		row small "$r-1" 1 1 $f 0 0 "$r" holds
		row small "occ_$r-1" 1 1 $ALL 0 0 "occ_$r" refuted
		row wide "$r-2" 2 0 $f 0 0 "$r" holds
		row huge "$r-2f" 2 1 $f 0 0 "$r" holds
	done
	row small TRM_28-crash 1 1 $ALL 0 0 TRM_28 refuted
	awk -F '\t' '!/^#/ { print $1, $2, $5 }' "$model/mutants.tsv" |
	while read -r number name rule; do
		f=$ALL
		[ "$rule" != TRM_28 ] || f=$NOCRASH
		row small "$rule-$name" 1 1 $f 0 "$number" "$rule" refuted
	done
	for i in $(awk '/^ltl / { print $2 }' "$model/invariants.pml"); do
		row small "$i-1" 1 1 $ALL 0 0 "$i" holds
		row wide "$i-2" 2 0 $ALL 0 0 "$i" holds
	done
	row large system-1-2 1 2 $ALL 0 0 - no-deadlock
	row wide system-2 2 0 $ALL 0 0 - no-deadlock
	row huge system-2f 2 1 $ALL 0 0 - no-deadlock
	row wide system-3 3 0 $ALL 0 0 - no-deadlock
	for r in $rules; do
		row wide "$r-3" 3 0 $ALL 0 0 "$r" holds
	done
	for p in $(awk '/^ltl / { print $2 }' "$model/promises.pml"); do
		[ "$p" = reaches_END ] || row wide "$p-1" 1 1 $ALL 0 0 "$p" reached
	done
	row large system-free 1 0 $ALL 1 0 - covered
	row large system-freew 1 0 $STUCK 2 0 - covered
	# what recordings are replayed against: free actors, any number of faults
	row large system-replay 1 1 $REPLAY 7 0 - covered
	for r in $rules; do
		# A writer that never returns lets the others keep nothing.
		req=holds wr=holds f=$ALL
		case $(blame "$r") in
		REQUESTER) req=refuted ;;
		WRITER) wr=refuted f=$STUCK ;;
		esac
		row large "$r-free" 1 0 $ALL 1 0 "$r" $req
		row large "$r-freew" 1 0 $f 2 0 "$r" $wr
	done
	awk -F '\t' '!/^#/ && !seen[$1]++ { print $1, $2 }' "$model/mutants.tsv" |
	while read -r number name; do
		row large "cover-$name" 1 1 $ALL 0 "$number" - covered
	done
}
plan | awk -F '\t' -v what="$what" 'what == "all" || $1 == what ||
	(what == "cover" && $2 ~ /^(system-(1|2|3|free|freew|replay)|cover-.*)$/)' >"$build/plan.tsv"
[ -z "${ONLY:-}" ] || { grep -E -e "$ONLY" "$build/plan.tsv" >"$build/p"; mv "$build/p" "$build/plan.tsv"; }
total=$(wc -l <"$build/plan.tsv")
echo "$total runs"

# xargs takes quotes and blanks apart, so each run goes by its number.
awk '{ print NR }' "$build/plan.tsv" |
xargs -P "$jobs" -I N sh -c '
	line=$(sed -n "$3p" "$2/plan.tsv")
	sh "$1" "$2" row "$line" >"$2/reports/row.$3"
	[ $(($3 % 20)) -ne 0 ] || echo "  run $3"' sh "$model/verify.sh" "$build" N
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
	# what takes hours has no row until somebody has run `update`: its
	# result counts, its number of states cannot be compared
	($1 == "huge" || $1 == "large") && !($2 in want) {
		print "no row in the manifest yet: " $2
		next
	}
	want[$2] != $0 { printf "FAIL %s differs from the manifest:\n\twas %s\n\tis  %s\n", $2, want[$2], $0; bad = 1 }
	END { exit bad }' "$manifest" - || fail=1
fi

awk -F '\t' '
{ states += $11 }
$9 == "holds" && $6 == 0 && !($8 in r) { r[$8] = 1; if ($8 ~ /^[A-Z]/) rules++; else inv++ }
$9 == "holds" { if ($3 < lo || !lo) lo = $3; if ($3 > hi) hi = $3 }
$8 ~ /^occ_/ { occ++ }
$9 == "refuted" && $7 > 0 { mut++ }
END { printf "%s: %d rules, %d invariants, %d-%d writers, %d occasions, %d mutants caught, %d states\n",
	FAILED ? "FAILED" : "verified", rules, inv, lo, hi, occ, mut, states }' FAILED=$fail "$build/got.tsv"
exit $fail

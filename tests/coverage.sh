#!/bin/sh
#
# Every clause is accounted for: docs/coverage.md is what docs/coverage.tsv and
# the model say, each rule it names exists and has a conforming and a violating
# trace, and no clause of the requirements is missing.
#
# usage: tests/coverage.sh ROOT

LC_ALL=C; export LC_ALL
root=${1:?usage: $0 ROOT}
. "$(dirname "$0")/check.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-cov.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

make_page() {
	awk -f "$root/docs/coverage.awk" "$1" "$root/model/vocabulary.h" \
	    "$root/model/rules.pml" "$root/model/mutants.tsv"
}
clauses() { grep -v '^#' "$1" | cut -f 1 | sort; }

check 'docs/coverage.tsv is wrong' make_page "$root/docs/coverage.tsv" > "$dir/page"
check 'docs/coverage.md is out of date: make coverage' \
    cmp "$dir/page" "$root/docs/coverage.md"
for id in $(sed -n 's/^	R([^,]*, "\([^"]*\)".*/\1/p' "$root/model/vocabulary.h"); do
	check "$id has no conforming trace" [ -s "$root/traces/rules/$id.good.scn" ]
	check "$id has no violating trace" [ -s "$root/traces/rules/$id.bad.scn" ]
done
while IFS='	' read -r id what how by why; do
	case $how in
	data) check "$id: no $by" [ -e "$root/$by" ] ;;
	model) for word in $by; do
		[ -e "$root/${word%,}" ] || check "$id: no $word in the model" \
		    grep -rqw -e "${word%,}" --include='*.pml' "$root/model"
	done ;;
	esac
done < "$root/docs/coverage.tsv"

# It would be noticed: a rule that is gone, a rule without a clause, a row
# without a reason, two rows for a clause.
spoilt() {
	sed "$2" "$root/docs/coverage.tsv" > "$dir/spoilt"
	check "$1 is not noticed" fails make_page "$dir/spoilt"
}
fails() { ! "$@" > /dev/null 2>&1; }
spoilt 'a rule that does not exist' 's/	TRM-07 *	/	TRM-70	/'
spoilt 'a rule without a clause' '/^TRM-25/d'
spoilt 'a clause without a reason' 's/^\(TRM-01	.*	\)[^	]*$/\1/'
spoilt 'a clause with two rows' 's/^TRM-02	/TRM-01	/'
spoilt 'an unknown kind' 's/	unseen	/	unsaid	/'
spoilt 'a clause put off' 's/	unseen	/	open	/'

# Every goal is told, and none that is not there.
sed -n 's/^ltl \(goal_[^ 	]*\).*/\1/p' "$root/model/goals.pml" | sort > "$dir/goals"
grep -v '^#' "$root/model/goals.tsv" | cut -f 1 | sort > "$dir/planned"
grep -o 'goal_[a-z0-9_]*' "$root/docs/properties.md" | sort -u > "$dir/told"
check 'there are no goals' [ -s "$dir/goals" ]
check 'goals.tsv has other goals than goals.pml' cmp "$dir/goals" "$dir/planned"
check 'docs/properties.md tells of other goals' cmp "$dir/goals" "$dir/told"

# What the runs cost is what was measured last.
awk -f "$root/model/results.awk" "$root/model/results/results.tsv" \
    "$root/model/README.md" > "$dir/results"
check 'the table of runs in model/README.md is out of date: make results' \
    cmp "$dir/results" "$root/model/README.md"
check 'the table of runs is empty' grep -q '^| `rules-1`' "$dir/results"

# Every property of the restore has a mutant.
for p in $(sed -n 's/^ltl \(RST[^ 	]*\).*/\1/p' "$root/model/restore.pml"); do
	check "$p has no mutant" grep -q "	$p\$" "$root/model/restore.tsv"
done

# The clauses of the requirements, where they are at hand.
list=$root/../shared/protocol.md
if [ -r "$list" ]; then
	{
		sed -n '/^### 4.11/,/^## 5/s/^| \([A-Z][A-Z]*-[0-9][0-9]*\) .*/\1/p' "$list"
		sed -n '/^## Appendix A/,/^## Appendix B/s/^\(RST-[0-9]*\) .*/\1/p' "$list"
	} | sort > "$dir/required"
	clauses "$root/docs/coverage.tsv" > "$dir/listed"
	check 'there are no clauses to compare with' [ -s "$dir/required" ]
	check 'clauses missing or unknown' diff "$dir/required" "$dir/listed"
else
	echo "skipped: the requirements are not at hand, their clauses are not compared"
fi

closing

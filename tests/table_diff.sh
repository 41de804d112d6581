#!/bin/sh
#
# The tables are the ones that were looked at (model/results), and a change
# would be told: a move, a rule, a letter of the protocol automaton.
#
# usage: tests/table_diff.sh ROOT GEN

LC_ALL=C; export LC_ALL
root=${1:?usage: $0 ROOT GEN}
gen=${2:?usage: $0 ROOT GEN}
. "$(dirname "$0")/check.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-tab.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

diff_of() { sh "$root/model/table-diff.sh" "$1" "$2" > "$dir/out"; }
fails() { ! "$@"; }
says() { check "table-diff does not say: $1" grep -q -e "$1" "$dir/out"; }

diff_of "$gen" "$root/model/results"
check 'the tables are not those of model/results: make table-diff' [ $? -eq 0 ]
[ "$failures" -eq 0 ] || cat "$dir/out"

cp "$gen/protocol.txt" "$gen/replay.txt" "$dir"
changed() {
	sed "$1" "$gen/tables.txt" > "$dir/tables.txt"
	check "nothing is changed by $1" fails cmp -s "$gen/tables.txt" "$dir/tables.txt"
	check "a change goes unnoticed: $1" fails diff_of "$dir" "$gen"
}
# the move that makes TRM-08's debt is lost: no word violates it any more
changed '/^TRM_08:/,/^occ_/s/^  0\* open: 1 /  0* open: 0 /'
says '^TRM_08: \([0-9]*\) states before, \1 now; for instance [A-Z_a-z ]*: violated before, open now$'
# a rule is gone, another is new
changed 's/^TRM_08:/TRM_99:/'
says '^TRM_08: gone$'
says '^TRM_99: new, [0-9]* states$'
# a letter changes its class
changed '/^occ_TRM_08:/,/^[A-Z]/s/ COMPL_fin / /'
says '^occ_TRM_08: .* COMPL_fin: violated before, open now$'
# the protocol automaton
cp "$gen/tables.txt" "$dir"
sed 1s/states/stages/ "$gen/protocol.txt" > "$dir/protocol.txt"
check 'a change of the protocol automaton goes unnoticed' fails diff_of "$dir" "$gen"
says 'protocol automaton now:'
cp "$gen/protocol.txt" "$dir"
sed 1s/states/stages/ "$gen/replay.txt" > "$dir/replay.txt"
check 'a change of the automaton of replay goes unnoticed' fails diff_of "$dir" "$gen"
says 'replay automaton now:'

closing

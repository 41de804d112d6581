#!/bin/sh
# corrupt.sh ROOT BUILD: a table with one wrong entry must not agree with the
# verifier, nor an automaton of replay without one of its letters. Changes single
# entries of the generated tables, one in each of a few monitors, and expects
# `agree` to notice every one; takes letters away, and expects `compare` to.
root=$1 build=$2
gen=$build/gen
work=$build/corrupt
cc=${CC:-gcc}
mkdir -p "$work"
. "$(dirname "$0")/check.sh"
parts=$(make -s --no-print-directory -C "$root" BUILD="$build" agree-parts) ||
    exit 1
inc="-I$root/checker/base -I$root/checker/event -I$root/checker/engine \
-I$root/model -I$gen"
for which in 1 38 77 104 131; do
	# the second number of the which-th transition table, modulo its states
	awk -v which="$which" '
	/^static const uint8_t next_/ { t++; row = 0; print; next }
	t == which + 0 && !done && /^\t[0-9]/ {
		n = split($0, f, ",")
		v = f[2] + 0
		f[2] = v ? " " (v - 1) : " 1"
		line = f[1]
		for (i = 2; i <= n; i++) line = line "," f[i]
		print line; done = 1; next
	}
	{ print }' "$gen/tables.c" > "$work/tables.c"
	checks=$((checks + 1))
	if cmp -s "$gen/tables.c" "$work/tables.c"; then
		echo "corrupt.sh: table $which was not changed"
		failures=$((failures + 1))
		continue
	fi
	# shellcheck disable=SC2086
	$cc -std=c11 -O1 $inc -c -o "$work/tables.o" "$work/tables.c" &&
	$cc -o "$work/agree" $parts "$work/tables.o" || exit 1
	if AGREE_QUICK=1 "$work/agree" > "$work/log" 2>&1; then
		echo "corrupt.sh: a wrong entry in table $which went unnoticed"
		failures=$((failures + 1))
	elif ! grep -q 'claim says\|never' "$work/log"; then
		echo "corrupt.sh: agree failed for another reason:"
		cat "$work/log"
		failures=$((failures + 1))
	fi
done
# The automaton of replay, less one of its letters, must not agree with what
# SPIN's verifier sees the system do.
proto=$(cd "$gen/protocol" && pwd)
for name in START_ok W_TH_in DO_fin ABORT_ok W_SD_in_nil; do
	# the letter's number: replay.txt names those that knows[] has, in order
	number=$(awk -v name="$name" '
	FNR == NR { if (/^  /) order[++n] = $1; next }
	/knows\[\]/ { on = 1; next }
	on && /^}/ { exit }
	on { k = split($0, f, ",")
		for (i = 1; i < k; i++) {
			if (f[i] + 0 && order[++known] == name)
				print letter + 0
			letter++
		} }' "$gen/replay.txt" "$gen/replay_table.c")
	sed "s/^	{ $number, /	{ 0, /" "$gen/replay_table.c" \
	    > "$work/replay_table.c"
	checks=$((checks + 1))
	# shellcheck disable=SC2086
	$cc -std=c11 $inc -o "$work/compare" "$proto/protocol.o" \
	    "$work/replay_table.c" || exit 1
	if VSS_WRITERS=1 VSS_BUDGET=0 "$work/compare" -m1000000 \
	    > "$work/log" 2>&1; then
		echo "corrupt.sh: without $name the automaton of replay" \
		    "still agrees"
		failures=$((failures + 1))
	elif ! grep -q 'the automaton does not:' "$work/log"; then
		echo "corrupt.sh: compare failed for another reason:"
		cat "$work/log"
		failures=$((failures + 1))
	fi
done
closing

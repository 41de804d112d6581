#!/bin/sh
# corrupt.sh ROOT BUILD: a table with one wrong entry must not agree with the
# verifier. Changes single entries of the generated tables, one in each of a
# few monitors, and expects `agree` to notice every one.
root=$1 build=$2
gen=$build/gen
work=$build/corrupt
cc=${CC:-gcc}
mkdir -p "$work"
checks=0 failures=0
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
echo "$(((checks - failures) * 100 / checks))%: Checks: $checks," \
    "Failures: $failures, Errors: 0"
[ "$failures" = 0 ]

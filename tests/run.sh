#!/bin/sh
# run.sh BUILD MAKE JOBS [checker]: every test, one after the other; with
# `checker` only those that need no model (for the sanitizers' build).
# Fails when one fails, and runs the others all the same.
build=$1 make=$2 jobs=$3 part=$4
failed=
CK_VERBOSITY=${CK_VERBOSITY:-normal}
export CK_VERBOSITY
run() {
	name=$1
	shift
	echo "== $name"
	"$@" || failed="$failed $name"
}
# The test programs side by side, each one's output when it has ended.
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
ls "$build"/tests/*_test | xargs -P "${jobs:-1}" -n 1 sh -c '
	name=$(basename "$2")
	"$2" > "$1/$name.log" 2>&1
	status=$?
	echo "== $name"
	cat "$1/$name.log"
	[ $status -eq 0 ] || echo "$name" >> "$1/failed"' sh "$logs"
[ ! -e "$logs/failed" ] || failed=" $(tr '\n' ' ' < "$logs/failed")"
run "scenarios" "$build/vsscheck" test $(find traces -name '*.scn' | sort)
for t in cli_test docs kit_test pairwise traces bundled captures; do
	[ -e tests/$t.sh ] && run $t sh tests/$t.sh "$build/vsscheck" .
done
if [ "$part" != checker ]; then
	run "rule pages" sh tests/rules_docs.sh .
	run "coverage" sh tests/coverage.sh .
	if command -v mandoc > /dev/null; then
		run "man page" mandoc -T lint -W warning docs/vsscheck.1
	fi
	run "together" sh tests/together.sh "$build/vsscheck" . "$jobs"
	run "stress" sh tests/stress.sh "$build/vsscheck" .
	run "table-diff" sh tests/table_diff.sh . "$build/gen"
	run "wrong tables" sh tests/corrupt.sh . "$build"
	run "compare" "$make" --no-print-directory -s BUILD="$build" compare \
	    COMPARED="2 0 0"
	run "rebuild" sh tests/rebuild.sh . "$build"
	run "oracle" sh tests/oracle.sh "$build/vsscheck" .
	run "agree" "$make" --no-print-directory -s BUILD="$build" agree
	run "verify" sh model/verify.sh "$build" small "$jobs"
fi
if [ -n "$failed" ]; then
	echo "FAILED:$failed"
	exit 1
fi
echo "every test passed"

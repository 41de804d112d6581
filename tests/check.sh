# What the test scripts share: . "$(dirname "$0")/check.sh" before anything
# else. They count `checks` and `failures`, and end with closing.
checks=0
failures=0

# fail WHAT: a check has failed
fail() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

# check WHAT CONDITION...: the condition is a command
check() {
	what=$1
	shift
	checks=$((checks + 1))
	"$@" || fail "$what"
}

# same WHAT IS WANTED: two texts; says how they differ
same() {
	checks=$((checks + 1))
	[ "$2" != "$3" ] || return 0
	fail "$1 differs (< as it should be, > as it is):"
	same_dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-same.XXXXXX") || exit 1
	echo "$3" > "$same_dir/should"
	echo "$2" | diff "$same_dir/should" -
	rm -rf "$same_dir"
}

# The last line, like Check's. The status says whether all went well.
closing() {
	[ "$checks" -gt 0 ] || fail "nothing was checked"
	echo "$((checks ? (checks - failures) * 100 / checks : 0))%: Checks: $checks," \
	    "Failures: $failures, Errors: 0"
	[ "$failures" = 0 ]
}

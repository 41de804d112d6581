#!/bin/sh
# oracle.sh VSSCHECK ROOT: SPIN's own claims and the tables say the same of
# every bundled recording, and of the real ones where they are there; what
# differs is noticed.
vsscheck=$(realpath "$1") root=$(realpath "$2")
captures=${VSS_CAPTURES:-$root/../shared/captures}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/check.sh"
check() {
	what=$1
	shift
	checks=$((checks + 1))
	if ! "$@"; then
		echo "oracle.sh: $what"
		cat "$work/out"
		failures=$((failures + 1))
	fi
}
oracle() {
	"$vsscheck" oracle "$@" > "$work/out" 2>&1
}
status() {
	is=$1
	shift
	"$@"
	[ $? = "$is" ]
}
cd "$root" || exit 1
check "the bundled recordings" oracle $(find traces -name '*.scn') \
    traces/*.jsonl
check "none was stepped" grep -q '^oracle: [0-9]\{5,\} formulas' "$work/out"
check "what is open never came up" grep -qv ' 0 open' "$work/out"
if [ -d "$captures/sysmon-registry" ]; then
	check "the real recordings" oracle "$captures"/sysmon-registry/*.jsonl
	check "none was stepped" grep -q '^oracle: [0-9]' "$work/out"
else
	echo "SKIPPED: the real recordings, which are not there"
fi
# joined in the middle, with results that are not told and kinds not shown
cat > "$work/joined.jsonl" <<'J'
{"vsscheck": 1, "hides": ["GWS", "CTX", "FREEZEIO", "REL"]}
{"event": "FZ.out", "object": "i1", "writer": "A", "middle": true}
{"event": "TH.in", "object": "i1", "writer": "A"}
{"event": "DO", "phase": ["fin", "err", "can"], "object": "i1"}
{"event": "COMPL.call", "object": "i1"}
{"event": "COMPL", "phase": ["fin", "err"], "object": "i1"}
{"event": "EXIT", "object": "i1"}
J
check "a joined recording" oracle "$work/joined.jsonl"
# a wrong verdict, and a wrong event under a right one
program=$(dirname "$vsscheck")/vsscheck-oracle
ask() {
	printf '%s\n' "$@" | "$program" > "$work/out" 2>&1
}
set -- $(awk '/^\tK\(/ && ($2 ~ /^CREATE,/ || $2 ~ /^REL,/) { sub(/K\(/, "")
	print $1 * 128 + 16 }' model/vocabulary.h)
created=$1
check "the numbers of CREATE and REL: $*" [ $# = 2 ]
check "an object that is never released" ask 'rule TRM_03 violated 0 x' \
    "event $created" end
check "the same, told otherwise" status 1 ask 'rule TRM_03 kept 0 x' \
    "event $created" end
check "it is said" grep -q 'SPIN says violated, the checker kept' "$work/out"
check "hidden, it is open" ask 'rule TRM_03 open 0 x' "hidden $2" \
    "event $created" end
check "no such letter" status 1 ask 'rule TRM_03 kept 0 x' 'event 1' end
check "no file" status 3 oracle "$work/none"
check "nothing named" status 4 oracle
closing

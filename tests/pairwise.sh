#!/bin/sh
#
# The scenarios in traces/ tell every two rules apart: for each pair there is
# one that violates the one and not the other. So no rule is another rule
# under a second name, and none is without a scenario that violates it.
#
# usage: tests/pairwise.sh VSSCHECK ROOT

vsscheck=${1:?usage: $0 VSSCHECK ROOT}
root=${2:?usage: $0 VSSCHECK ROOT}

{
	"$vsscheck" rules
	find "$root/traces" -name '*.scn' | LC_ALL=C sort | while read -r trace
	do
		echo "trace $trace"
		"$vsscheck" --output json "$trace"
	done
} | LC_ALL=C awk '
$1 ~ /^[A-Z][A-Z][A-Z]-[0-9]/ && !ntraces { rule[++nrules] = $1 }
$1 == "trace" { ntraces++ }
# "rule" names the rule of a finding and nothing else
$1 == "\"rule\":" {
	gsub(/[",]/, "", $2)
	if (!(($2, ntraces) in violated)) {
		violated[$2, ntraces] = 1
		where[$2] = where[$2] " " ntraces
	}
}
END {
	if (nrules < 2 || !ntraces) {
		print "no rules, or no traces"
		errors++
	}
	for (a = 1; a <= nrules; a++) {
		checks++
		if (where[rule[a]] == "") {
			print rule[a] ": no scenario violates it"
			failures++
		}
		for (b = a + 1; b <= nrules; b++) {
			checks++
			if (where[rule[a]] == where[rule[b]]) {
				print rule[a] ", " rule[b] ": no scenario " \
				    "violates one of them alone"
				failures++
			}
		}
	}
	printf "%d%%: Checks: %d, Failures: %d, Errors: %d\n",
	    checks ? int(100 * (checks - failures) / checks) : 0,
	    checks, failures, errors
	exit failures || errors
}'

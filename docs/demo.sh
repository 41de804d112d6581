#!/bin/sh
# demo.sh BUILD JOBS: what `make demo` shows. Succeeds although the recordings
# show findings.
build=$1 jobs=$2
say() {
	printf '\n%s\n' "$*" | fold -s -w 78
}
say "1. The model. SPIN searches every state of a Windows VSS backup as the" \
    "documentation describes it (requester, VSS service, provider, a writer," \
    "and one fault of any kind), and proves that it keeps every rule about how" \
    "a backup ends. Then it searches models in which one actor takes one wrong" \
    "step, and has to find the rule that notices. Here ten such steps; make" \
    "test has at least one for each rule."
ONLY='	(rules-1|occasions-1|end-1|(ABT_01|ABT_03|TRM_08|TRM_11|TRM_13|TRM_14|TRM_19|SHD_01|SHD_16|ORD_12)-[A-Z]*)	' \
    sh model/verify.sh "$build" small "$jobs" || exit 1
say "2. From the model to the checker. SPIN's own verifier was made to write" \
    "the tables that vsscheck runs on:"
grep -h '^exported' "$build/gen/export.log"
head -qn 1 "$build/gen/protocol.txt" "$build/gen/replay.txt" | fold -s -w 78
say "3. A recording: Microsoft's ntdsutil makes a copy of the directory" \
    "database on a domain controller (what a public Sysmon recording says, in" \
    "our own words: traces/ntdsutil-ifm.native.jsonl)."
"$build/vsscheck" traces/ntdsutil-ifm.native.jsonl
say "It reads from the copy after it has told the writers that all is saved" \
    "(TRM-14), and it asks for the writers' status late (REQ-01). Whether the" \
    "writers were told that the backup is over cannot be seen, and vsscheck" \
    "says so instead of guessing."
say "4. The same protocol, gone wrong: DoSnapshotSet fails, and the program" \
    "reports completion instead of aborting (a scenario one can read):"
sed 's/^/    | /' traces/demo.scn
"$build/vsscheck" traces/demo.scn
say "Now try: $build/vsscheck explain TRM-11" \
    " or judge a recording of your own: $build/vsscheck FILE"
exit 0

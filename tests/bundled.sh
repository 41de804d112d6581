#!/bin/sh
# bundled.sh VSSCHECK ROOT: the bundled transcription of the real ntdsutil run
# gets the verdicts of the recording it transcribes, and README quotes them;
# examples in the documents are what the program prints.
vsscheck=$(realpath "$1") root=$(realpath "$2")
captures=${VSS_CAPTURES:-$root/../shared/captures}
real=$captures/sysmon-registry/dc2022-ntdsutil-ifm.jsonl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/check.sh"
findings() {
	"$vsscheck" "$1" |
	    sed -n 's/^[^ ]*: \(error\|warning\|advice\) \([^:]*\):.*/\1 \2/p'
}
native=$root/traces/ntdsutil-ifm.native.jsonl
same "findings of the transcription" "$(findings "$native")" "warning TRM-14
advice REQ-01"
same "its SHD-01" "$("$vsscheck" "$native" | grep -c '^      SHD-01$')" 1
# What README shows is what the program prints.
cd "$root" && same "the README's example" "$(awk '
/^    \$ build\/vsscheck traces\/ntdsutil/ { on = 1; next }
on && !/^    / { exit }
on { print substr($0, 5) }' README.md)" \
    "$("$vsscheck" traces/ntdsutil-ifm.native.jsonl)"
if command -v jq > /dev/null; then
	awk '/^    i1:/ { on = 1 } on && !/^    / { exit }
	on { print substr($0, 5) }' docs/json-output.md > "$work/b1.scn"
	awk '/^    \{/ { on = 1 } on && !/^    / { exit }
	on { print substr($0, 5) }' docs/json-output.md |
	    jq -S 'del(.files[].sessions[].rules[])' > "$work/doc.json"
	(cd "$work" && "$vsscheck" --output json b1.scn |
	    jq -S 'del(.files[].sessions[].rules[])' > is.json)
	same "the JSON example" "$(cat "$work/doc.json")" \
	    "$(cat "$work/is.json")"
else
	echo "SKIPPED: the JSON example: no jq"
fi
if [ -e "$real" ]; then
	same "its totals" "$("$vsscheck" "$native" | grep '^  rules:')" \
	    "$("$vsscheck" "$real" | grep '^  rules:')"
else
	echo "SKIPPED: comparison with the real recording, which is not there"
fi
closing

#!/bin/sh
# kit_test.sh VSSCHECK ROOT: a folder and a zip file with the names that the
# capture kit (docs/capture) gives its files, filled with the bundled samples
# of a backup that goes well: all of it is one backup of one host, and nothing
# is wrong with it.
vsscheck=$(realpath "$1") root=$(realpath "$2")
samples=$root/traces/formats
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/check.sh"

check() {
	checks=$((checks + 1))
	if [ "$2" != "$3" ]; then
		echo "kit_test.sh: $1: '$2', not '$3'"
		failures=$((failures + 1))
		sed 's/^/    /' "$work/out" "$work/err"
	fi
}

# put FORMAT NAME: the sample of the format under the kit's name.
put() {
	set -- "$1" "$2" "$(ls "$samples/$1"/complete.* 2> /dev/null | head -n 1)"
	if [ -z "$3" ]; then
		echo "  SKIPPED: no sample of $1 for $2"
		return 1
	fi
	cp "$3" "$work/kit/$2"
}

# judge WHAT NAME: one session, no finding, exit 0.
judge() {
	"$vsscheck" "$2" > "$work/out" 2> "$work/err"
	check "$1: exit" $? 0
	check "$1: sessions" "$(grep -c ': session [0-9]' "$work/out")" 1
	check "$1: findings" "$(grep -cE ': (error|warning) [A-Z]' \
	    "$work/out")" 0
	check "$1: rejected" "$(grep -c 'rejected: ' "$work/out")" 0
	check "$1: not recognised" "$(grep -c 'passed over' "$work/err")" 0
	check "$1: contradictions" "$(grep -c ' contradiction: ' \
	    "$work/out")" 0
}

# both WHAT: the folder, and the same zipped.
both() {
	judge "$1, folder" "$work/kit"
	if command -v zip > /dev/null; then
		rm -f "$work/kit.zip"
		(cd "$work/kit" && zip -q -r "$work/kit.zip" .)
	elif command -v bsdtar > /dev/null; then
		bsdtar -c --format zip -f "$work/kit.zip" -C "$work/kit" .
	elif command -v python3 > /dev/null; then
		python3 -c 'import shutil, sys
shutil.make_archive(sys.argv[1], "zip", sys.argv[2])' "$work/kit" "$work/kit"
	else
		echo "  SKIPPED: nothing here makes a zip file"
		return
	fi
	judge "$1, zip" "$work/kit.zip"
}

lists() {
	{
		printf 'vss-capture: host=HOST1 utc-offset=+01:00 list=before\r\n'
		cat "$samples/vssadmin/complete.txt"
	} > "$work/kit/vssadmin.txt"
}

mkdir "$work/kit"
# the least: Sysmon as JSON Lines stands for its log
put sysmon Sysmon.jsonl && lists && both "Sysmon and vssadmin"
put vshadow log-vshadow.txt && both "and a log of vshadow"
rm -rf "$work/kit" && mkdir "$work/kit"

# what the kit writes of itself
n=0
put evtx Sysmon.evtx && n=$((n + 1))
put eventlog Application.xml && n=$((n + 1))
put reg VSS-Diag.reg && n=$((n + 1))
put sqlwriter SqlWriterLogger.txt && n=$((n + 1))
put errorlog ERRORLOG-MSSQLSERVER.txt && n=$((n + 1))
lists
[ $n -gt 0 ] && both "the kit, $n of 5 samples"
if put eventxml Sysmon.xml; then
	rm -f "$work/kit/Sysmon.evtx"
	both "the kit with -Xml"
fi

# the script names what this test names
for name in vssadmin.txt VSS-Diag.reg "'Sysmon'" "'Application'" \
    'SqlWriterLogger\*.txt' 'ERRORLOG-' 'log-'; do
	checks=$((checks + 1))
	grep -q -- "$name" "$root/docs/capture/vss-capture.ps1" || {
		echo "kit_test.sh: the kit writes no $name"
		failures=$((failures + 1))
	}
done
if command -v xmllint > /dev/null; then
	checks=$((checks + 1))
	xmllint --noout "$root/docs/capture/sysmon-vss.xml" ||
	    failures=$((failures + 1))
fi
closing

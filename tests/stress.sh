#!/bin/sh
# stress.sh VSSCHECK ROOT: in each format that is text a recording, ten million
# lines of something else, and the recording again; and one line of ten
# megabytes instead of them. What comes behind has to be read, in time that
# grows with the lines, and memory that is a small multiple of the file.
vsscheck=${1:?usage: $0 VSSCHECK ROOT}
root=${2:?usage: $0 VSSCHECK ROOT}
lines=${STRESS_LINES:-10000000}
bytes=${STRESS_BYTES:-10000000}
seconds=${STRESS_SECONDS:-120}
kilobytes=${STRESS_KILOBYTES:-4000000}
. "$(dirname "$0")/check.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-stress.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# judge NAME: output in out, the exit status in $is
judge() {
	(ulimit -v "$kilobytes"; exec timeout "$seconds" "$vsscheck" \
	    --format "$format" "$dir/$1") > "$dir/out" 2> "$dir/err"
	is=$?
	checks=$((checks + 1))
	# 4 is a failure of the program itself
	[ "$is" -le 3 ] || fail "$format, $2: exit status $is"
}

used() {
	sed -n 's/.*: \([0-9]*\) used, [0-9]* ignored, [0-9]* rejected.*/\1/p' "$dir/out" | tail -1
}

# Formats whose samples have another encoding, or are none of traces/formats.
iconv -f UTF-16 -t UTF-8 "$root/traces/formats/errorlog/complete.txt" > "$dir/errorlog.txt"
cat > "$dir/eventtext.txt" <<'END'
Log Name:      Application
Source:        VSS
Date:          3/2/2026 2:00:07 AM
Event ID:      8229
Task Category: None
Level:         Warning
Keywords:      Classic
User:          N/A
Computer:      HOST1
Description:
A VSS writer has rejected an event with error 0x800423f3.

Operation:
   Freeze Event

Context:
   Execution Context: Writer
   Writer Class Id: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}
   Writer Name: SqlServerWriter
   Writer Instance Name: Microsoft SQL Server 2022:SQLWriter
   Writer Instance ID: {5e2a90d4-1c37-4b8f-96d0-7f41e8c3a2b5}
   Process ID: 1500
END
echo 'VSS error: 0x80042316' > "$dir/errortext.txt"

while read -r format sample filler; do
	case $sample in
	formats/*|demo.scn) sample=$root/traces/$sample ;;
	*) sample=$dir/$sample ;;
	esac
	cp "$sample" "$dir/one"
	judge one 'the sample'
	once=$(used)
	{ cat "$sample"; yes "$filler" | head -n "$lines"; cat "$sample"; } > "$dir/many"
	began=$(date +%s)
	judge many 'many lines'
	took=$(($(date +%s) - began))
	[ "$once" -gt 0 ] || fail "$format: nothing of the sample is used"
	checks=$((checks + 1))
	# in an export of the registry, or an event log, the same is told twice
	[ "$(used)" -ge "$once" ] || fail "$format: $(used) used of many lines, $once of the sample"
	{ cat "$sample"; head -c "$bytes" /dev/zero | tr '\0' "$filler"; echo; cat "$sample"; } > "$dir/long"
	judge long 'a long line'
	checks=$((checks + 1))
	[ "$(used)" -ge "$once" ] || fail "$format: $(used) used around a long line, $once of the sample"
	echo "$format: $lines lines in $took s"
done <<'END'
native formats/stories/complete.jsonl x
native formats/stories/complete.jsonl {
scenario demo.scn x
sysmon formats/sysmon/complete.jsonl x
sysmon formats/sysmon/complete.jsonl {
sysmon formats/winlogbeat/complete.jsonl [
eventxml formats/eventxml/complete.xml x
eventxml formats/eventxml/complete.xml <
reg formats/reg/complete.reg x
reg formats/reg/complete.reg [
regquery formats/regquery/complete.txt x
edr formats/edr/complete.jsonl {
sqlwriter formats/sqlwriter/complete.txt x
bacula formats/bacula/complete.txt x
diskshadow formats/diskshadow/complete.txt x
diskshadow formats/diskshadow/complete.txt {
vshadow formats/vshadow/complete.txt x
vshadow formats/vshadow/complete.plain.txt [
vssadmin formats/vssadmin/complete.txt x
eventtext eventtext.txt x
eventtext formats/eventtext/complete.txt {
errorlog errorlog.txt x
errortext errortext.txt x
END

closing

#!/bin/sh
# run.sh READER BUILD SECONDS: fuzz one reader, starting from the bundled
# recordings and, where they are, from pieces of the real ones.
reader=$1 build=$2 seconds=$3
corpus=$build/corpus_$reader
all=${VSS_CAPTURES:-../shared/captures}
captures=$all/sysmon-registry
mkdir -p "$corpus"
case $reader in
native) cp traces/*.jsonl "$corpus" ;;
scenario) cp traces/*/*.scn "$corpus" ;;
diskshadow|vshadow|vssadmin)
	cp traces/formats/"$reader"/* "$corpus"
	[ ! -d "$all/$reader" ] || cp "$all/$reader"/* "$corpus" ;;
eventxml)
	cp traces/formats/eventxml/*.xml "$corpus" ;;
evtx)
	for f in traces/formats/evtx/*.gz; do
		gunzip -c "$f" > "$corpus/$(basename "$f" .gz)"
	done
	[ ! -d "$all/evtx" ] || cp "$all/evtx/esent"* "$corpus" ;;
log)	# the first byte says which carrier
	printf '0%s' '{"event_id":1,"event_data":{"a":"b"}}' > "$corpus/json"
	for f in traces/formats/eventxml/*; do
		{ printf 1; head -n 4 "$f"; } > "$corpus/xml-$(basename "$f")"
	done
	for f in traces/formats/evtx/*.gz; do
		{ printf 2; gunzip -c "$f"; } > "$corpus/evtx-$(basename "$f")"
	done
	printf '3a: A\nb: B\nc: 3/2/2026 2:00 AM\nd: 1\ne: x\nf: x\ng: x\nh: x\ni: x\nj:\nm\n' \
	    > "$corpus/text" ;;
eventtext)
	printf 'a: A\nb: B\nc: 3/2/2026 2:00 AM\nd: 1\ne: x\nf: x\ng: x\nh: x\ni: x\nj:\nm\n' \
	    > "$corpus/text"
	[ ! -d "$all/event-text" ] || cp "$all/event-text"/* "$corpus" ;;
reg)
	cp traces/formats/reg/crash.reg traces/formats/reg/veto.reg "$corpus"
	for f in traces/formats/regquery/*.txt; do
		{ printf q; cat "$f"; } > "$corpus/q-$(basename "$f")"
	done
	for f in traces/formats/edr/*.jsonl; do
		{ printf e; head -n 20 "$f"; } > "$corpus/e-$(basename "$f")"
	done ;;
sysmon)
	for f in traces/formats/winlogbeat/*; do
		head -n 20 "$f" > "$corpus/beat-$(basename "$f")"
	done
	for f in "$captures"/*.jsonl; do
		[ -e "$f" ] || continue
		# the whole backup without the rest, and single pieces
		grep 'Diag' "$f" | head -n 60 > "$corpus/diag-$(basename "$f")"
		tail -n 12 "$f" > "$corpus/end-$(basename "$f")"
	done ;;
eventlog)
	# second byte: which record, see fuzz_eventlog.c
	printf '\001\023ProcessId=10\037Image=C:\\x.exe\037TargetObject=%s (Enter)\n' \
	    '\VSS\Diag\VssapiPublisher\IDENTIFY' \
	    '\VSS\Diag\VssapiPublisher\PREPAREBACKUP' \
	    '\VSS\Diag\NTDS\PREPAREBACKUP' \
	    '\VSS\Diag\VssapiPublisher\DOSNAPSHOT' \
	    '\VSS\Diag\NTDS\FREEZE' > "$corpus/steps"
	printf '\001\221ntds (10,D,0) x\n\001\222ntds (10,D,0) x\n' \
	    >> "$corpus/steps"
	printf '\001\002=0x800423f0\036Operation:\036   Freeze Event\036Context:\036 Id: {a}\036 Writer: W\036 Id: {b}\036 PID: 10\n' \
	    > "$corpus/rejected"
	printf '\001\027=0xa\037=C:\\x.exe\037={a}\037=HarddiskVolumeShadowCopy1\n\001\015=HarddiskVolumeShadowCopy1\n' \
	    > "$corpus/made"
	;;
sqlwriter|errorlog|bacula)
	cp traces/formats/$reader/*.* "$corpus"
	# the reader is given what the program has decoded
	for f in "$corpus"/*.*; do
		[ "$(head -c 2 "$f" | od -An -tx1)" = " ff fe" ] || continue
		iconv -f UTF-16 -t UTF-8 "$f" > "$f.8" && mv "$f.8" "$f"
	done
	case $reader in
	sqlwriter) real=sqlwriter ;;
	errorlog) real=sql-errorlog ;;
	bacula) real=bacula-family ;;
	esac
	[ ! -d "$all/$real" ] || cp "$all/$real"/* "$corpus" ;;
errortext)
	echo 'error: Code: [0x80042306]' > "$corpus/code"
	echo 'failed: VSS_E_BAD_STATE' > "$corpus/name"
	echo 'Vss.VssSnapshotSetInProgressException' > "$corpus/thrown"
	echo 'VSS error: async operation pending' > "$corpus/words"
	[ ! -d "$all/requester-misc" ] ||
	    cp "$all/requester-misc"/* "$corpus" ;;
esac
LSAN_OPTIONS=suppressions=tests/fuzz/lsan.supp:print_suppressions=0
export LSAN_OPTIONS
if ! "$build/fuzz_$reader" -max_total_time="$seconds" -max_len=70000 \
    -timeout=20 -artifact_prefix="$build/" "$corpus" \
    > "$build/fuzz_$reader.log" 2>&1; then
	tail -40 "$build/fuzz_$reader.log"
	echo "fuzz: $reader FAILED; the input is beside $build/fuzz_$reader"
	exit 1
fi
echo "fuzz: $reader: $(grep '^Done' "$build/fuzz_$reader.log")"

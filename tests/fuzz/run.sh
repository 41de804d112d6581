#!/bin/sh
# run.sh READER BUILD SECONDS: fuzz one reader, starting from the bundled
# recordings and, where they are, from pieces of the real ones.
reader=$1 build=$2 seconds=$3
corpus=$build/corpus_$reader
others=${VSS_CAPTURES:-../shared/captures}
captures=$others/sysmon-registry
mkdir -p "$corpus"
case $reader in
native) cp traces/*.jsonl "$corpus" ;;
scenario) cp traces/*/*.scn "$corpus" ;;
diskshadow|vshadow|vssadmin)
	cp traces/formats/"$reader"/* "$corpus"
	[ ! -d "$others/$reader" ] || cp "$others/$reader"/* "$corpus" ;;
sysmon)
	for f in "$captures"/*.jsonl; do
		[ -e "$f" ] || continue
		# the whole backup without the rest, and single pieces
		grep 'Diag' "$f" | head -n 60 > "$corpus/diag-$(basename "$f")"
		tail -n 12 "$f" > "$corpus/end-$(basename "$f")"
	done ;;
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
	[ ! -d "$others/$real" ] || cp "$others/$real"/* "$corpus" ;;
errortext)
	echo 'error: Code: [0x80042306]' > "$corpus/code"
	echo 'failed: VSS_E_BAD_STATE' > "$corpus/name"
	echo 'Vss.VssSnapshotSetInProgressException' > "$corpus/thrown"
	echo 'VSS error: async operation pending' > "$corpus/words"
	[ ! -d "$others/requester-misc" ] ||
	    cp "$others/requester-misc"/* "$corpus" ;;
esac
if ! "$build/fuzz_$reader" -max_total_time="$seconds" -max_len=65536 \
    -timeout=20 -artifact_prefix="$build/" "$corpus" \
    > "$build/fuzz_$reader.log" 2>&1; then
	tail -40 "$build/fuzz_$reader.log"
	echo "fuzz: $reader FAILED; the input is beside $build/fuzz_$reader"
	exit 1
fi
echo "fuzz: $reader: $(grep '^Done' "$build/fuzz_$reader.log")"

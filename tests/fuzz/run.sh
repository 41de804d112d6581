#!/bin/sh
# run.sh READER BUILD SECONDS: fuzz one reader, starting from the bundled
# recordings and, where they are, from pieces of the real ones.
reader=$1 build=$2 seconds=$3
corpus=$build/corpus_$reader
captures=${VSS_CAPTURES:-../shared/captures}/sysmon-registry
mkdir -p "$corpus"
case $reader in
native) cp traces/*.jsonl "$corpus" ;;
scenario) cp traces/*/*.scn "$corpus" ;;
reg)
	cp traces/formats/reg/crash.reg traces/formats/reg/veto.reg "$corpus"
	for f in traces/formats/regquery/*.txt; do
		{ printf q; cat "$f"; } > "$corpus/q-$(basename "$f")"
	done
	for f in traces/formats/edr/*.jsonl; do
		{ printf e; head -n 20 "$f"; } > "$corpus/e-$(basename "$f")"
	done ;;
sysmon)
	for f in "$captures"/*.jsonl; do
		[ -e "$f" ] || continue
		# the whole backup without the rest, and single pieces
		grep 'Diag' "$f" | head -n 60 > "$corpus/diag-$(basename "$f")"
		tail -n 12 "$f" > "$corpus/end-$(basename "$f")"
	done ;;
esac
if ! "$build/fuzz_$reader" -max_total_time="$seconds" -max_len=65536 \
    -timeout=20 -artifact_prefix="$build/" "$corpus" \
    > "$build/fuzz_$reader.log" 2>&1; then
	tail -40 "$build/fuzz_$reader.log"
	echo "fuzz: $reader FAILED; the input is beside $build/fuzz_$reader"
	exit 1
fi
echo "fuzz: $reader: $(grep '^Done' "$build/fuzz_$reader.log")"

#!/bin/sh
# rebuild.sh ROOT BUILD: the checker knows the protocol from the model only.
# Changes one rule and one requester's step in a copy of the model, rebuilds
# without touching checker/, and expects the named verdict to flip.
root=$1 build=$2
work=$build/rebuild
. "$(dirname "$0")/check.sh"
expect() {
	checks=$((checks + 1))
	if ! "$work/build/vsscheck" -v "$work/t.scn" | grep -q "$1"; then
		echo "rebuild.sh: after '$2': expected $1"
		failures=$((failures + 1))
	fi
}
rm -rf "$work"
mkdir -p "$work/build" "$work/tests"
cp -Rp "$root/Makefile" "$root/model" "$root/checker" "$root/docs" \
    "$root/traces" "$work"
# what is built already need not be built again: times are kept
cp -Rp "$build/gen" "$build/obj" "$build/vsscheck" "$work/build"
cat > "$work/t.scn" <<'S'
CREATE INIT META START ADD PREP GWS DO.err GWS REL EXIT
S
make -s -C "$work" BUILD=build > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
expect 'error ABT-03' 'nothing changed'
# the rule takes GatherWriterStatus for AbortBackup
sed '/^ltl ABT_03/s/ABORT_[a-z]*/(& || GWS_fin)/' \
    "$work/model/rules.pml" > "$work/r" && mv "$work/r" "$work/model/rules.pml"
make -s -C "$work" BUILD=build > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
checks=$((checks + 1))
if "$work/build/vsscheck" "$work/t.scn" | grep -q 'ABT-03'; then
	echo "rebuild.sh: ABT-03 is still reported after its rule changed"
	failures=$((failures + 1))
fi
# the documented requester owes no AbortBackup any more
checks=$((checks + 1))
allows() {
	"$work/build/vsscheck" "$root/traces/demo.scn" |
	    grep 'the model allows here' | head -1
}
before=$(allows)
sed 's/^#define OWES.*/#define OWES	(0)/' "$work/model/requester.pml" \
    > "$work/r" && mv "$work/r" "$work/model/requester.pml"
make -s -C "$work" BUILD=build > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
case "$before|$(allows)" in
*Release*'|'*) bad=1 ;;
*'|'*Release*) bad=0 ;;
*) bad=1 ;;
esac
if [ $bad = 1 ]; then
	echo "rebuild.sh: after the requester's step changed: was '$before'," \
	    "is '$(allows)'"
	failures=$((failures + 1))
fi
checks=$((checks + 1))
if ! diff -r "$root/checker" "$work/checker" > /dev/null; then
	echo "rebuild.sh: checker/ was changed"
	failures=$((failures + 1))
fi
closing

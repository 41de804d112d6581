#!/bin/sh
# protocol.sh DIR GEN SPIN CC: the protocol automaton of system.pml, for one
# writer, into GEN/protocol_table.c.
set -e
dir=$1 gen=$2 spin=$3 cc=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"
cp "$gen/vocabulary.pml" "$here"/*.pml "$dir"
gen=$(cd "$gen" && pwd)
cd "$dir"
# -o3: no merging of statements, which would hide the event variable
$spin -a -o3 system.pml > spin.log 2>&1 || { cat spin.log; exit 1; }
sed 's/^Down:$/Down:	arriving = 1;/
s/^AllOver:$/AllOver:	protocol_state();/' pan.c > pan.new
if [ "$(grep -c 'protocol_state\|arriving' pan.new)" != 2 ]; then
	echo "protocol.sh: SPIN writes its search otherwise than expected" >&2
	exit 1
fi
mv pan.new pan.c
# claims are not part of the system
$cc -O1 -w -DNOREDUCE -DSAFETY -DNOCLAIM -I. -I"$here" \
    -c -o protocol.o "$here/protocol.c"
$cc -o protocol protocol.o
EXPORT_DIR=$gen VSS_WRITERS=1 VSS_BUDGET=${BUDGET:-1} ./protocol -m1000000 > pan.log 2>&1 || {
	cat pan.log
	exit 1
}
grep '^exported' pan.log

#!/bin/sh
# claims.sh DIR GEN SPIN CC: SPIN's verifier for the claims of rules.pml,
# compiled with claims.c into DIR/claims.o.
set -e
dir=$1 gen=$2 spin=$3 cc=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir"
cp "$gen/vocabulary.pml" "$here/monitors.pml" "$here/rules.pml" "$dir"
cd "$dir"
$spin -a monitors.pml > spin.log 2>&1 || { cat spin.log; exit 1; }
sed -n 's/^#define _start\([0-9]*\)[ 	]*\([0-9]*\).*/[\1] = \2,/p' pan.h \
    > claim_starts.h
# the move into a claim's accepting sink is an assertion that fails: claims.c
# has to learn of it
sed 's/spin_assert( *\(.*\), ".*", II, tt, t);/claim_assert(\1);/' pan.m \
    > pan.new
if ! grep -q claim_assert pan.new || grep -q spin_assert pan.new; then
	echo "claims.sh: SPIN writes its claims otherwise than expected" >&2
	exit 1
fi
mv pan.new pan.m
# the one huge function of pan.m takes minutes at -O1; what is SPIN's own is
# compiled without our warnings
$cc -O0 -w -DNOREDUCE -I. -I"$here" -c -o claims.o "$here/claims.c"

#!/bin/sh
# protocol.sh compile DIR GEN SPIN CC	SPIN's verifier of system.pml, with
#					protocol.c around it, into DIR
# protocol.sh export NAME DIR GEN	the automaton NAME, protocol or replay,
#					into GEN/NAME_table.c and GEN/NAME.txt
# protocol.sh compare DIR GEN CC [WRITERS BUDGET FREE]...
#					what systems do, against the automaton
#					of replay
set -e
here=$(cd "$(dirname "$0")" && pwd)

# What VSS looks at. The object's making, queries and what the service's
# neighbours do mean nothing to the automaton of replay: rules speak of them.
HIDE='CREATE INIT INITR COMUNINIT SAVE PROP READ STATE COMP SUCC ADD GWS GETST
RSTART V_MADE V_GONE END ID'
# all but the rival: StartSnapshotSet may fail for any reason
FAULTS=767

run() {
	"$@" -m1000000 > pan.log.$$ 2>&1 || { cat pan.log.$$; exit 1; }
	grep '^exported\|^compared' pan.log.$$
	rm -f pan.log.$$
}

case $1 in
compile)
	dir=$2 gen=$3 spin=$4 cc=$5
	mkdir -p "$dir"
	cp "$gen/vocabulary.pml" "$here"/*.pml "$dir"
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
	$cc -O2 -w -DNOREDUCE -DSAFETY -DNOCLAIM -I. -I"$here" \
	    -I"$here/../checker/engine" -c -o protocol.o "$here/protocol.c"
	$cc -o protocol.new protocol.o
	mv protocol.new protocol ;;
export)
	EXPORT_NAME=$2
	EXPORT_DIR=$(cd "$4" && pwd)
	export EXPORT_NAME EXPORT_DIR
	cd "$3"
	if [ "$2" = replay ]; then
		EXPORT_HIDE=$(echo $HIDE) VSS_FREE=7 VSS_FAULTS=$FAULTS \
		    VSS_WRITERS=1 VSS_BUDGET=1 run ./protocol
	else
		VSS_WRITERS=1 VSS_BUDGET=1 run ./protocol
	fi ;;
compare)
	cc=$4
	gen=$(cd "$3" && pwd)
	cd "$2"
	$cc -I"$here/../checker/engine" -I"$here/../checker/event" \
	    -I"$here/../checker/base" -I"$here" -I"$gen" \
	    -o compare protocol.o "$gen/replay_table.c"
	shift 4
	while [ $# -ge 3 ]; do
		echo "writers $1, faults at most $2, free actors $3:"
		VSS_WRITERS=$1 VSS_BUDGET=$2 VSS_FREE=$3 run ./compare
		shift 3
	done ;;
esac

#!/bin/sh
#
# Each rule has a scenario that violates it and nothing else, and one that
# keeps it and is otherwise clean; and the scenarios say so: an expectation
# that is weakened would let a rule go blind. All traces of the digest's
# appendix are there.
#
# usage: tests/traces.sh VSSCHECK ROOT

vsscheck=${1:?usage: $0 VSSCHECK ROOT}
root=${2:?usage: $0 VSSCHECK ROOT}
. "$(dirname "$0")/check.sh"
object='(i[0-9]+ )?'


expects() { grep -Eqs -e "^expect: $object$2\$" "$1"; }

# What cannot be violated without another rule, whose clause it refines.
with() {
	case $1 in
	TRM-08) echo ' TRM-03' ;;
	ABT-09) echo ' SHD-01' ;;
	ABT-14) echo ' SHD-12' ;;
	ABT-20) echo ' ABT-03' ;;
	DEL-08) echo ' ABT-04' ;;
	esac
}

for id in $("$vsscheck" rules | awk '{ print $1 }'); do
	if [ "$id" = MOD-01 ]; then
		bad=$root/traces/model/twice.bad.scn
		good=$root/traces/model/twice.good.scn
	else
		bad=$root/traces/rules/$id.bad.scn
		good=$root/traces/rules/$id.good.scn
	fi
	check "$bad: expects not $id alone" expects "$bad" "only $id$(with "$id")"
	check "$good: expects not that $id is kept" \
	    expects "$good" "kept ([A-Z0-9b-]+[ ,]+)*$id([ ,].*)?"
	check "$good: expects not that it is clean" \
	    expects "$good" '(clean|no-findings)'
done

n=1
while [ $n -le 28 ]; do
	id=$(printf '%02d' $n)
	check "appendix: B$id expects no first finding" \
	    expects "$root/traces/appendix/B$id.scn" 'first .*'
	[ $n -gt 14 ] || check "appendix: G$id does not expect to be clean" \
	    expects "$root/traces/appendix/G$id.scn" '(clean|no-findings)'
	n=$((n + 1))
done

closing

#!/bin/sh
# captures.sh VSSCHECK ROOT [update]: each file of other people's recordings
# against tests/captures.tsv: how it is read and what is found in it. They are
# not in the repository; without the folder this is skipped.
# The columns were filled in by reading the recordings and the list of their
# sources, not by what came out; `update` prints what comes out.
vsscheck=$1 root=$2
captures=${VSS_CAPTURES:-$root/../shared/captures}
table=$root/tests/captures.tsv
if [ ! -d "$captures" ]; then
	echo "SKIPPED: no folder $captures"
	exit 0
fi
. "$(dirname "$0")/check.sh"
tab=$(printf '\t')

# format, exit status, sessions, participating writers (+ those that only
# identified themselves), how the backups ended,
# "RULE severity" of each finding that stands for itself, lines rejected, how
# much is shown beside
judge() {
	"$vsscheck" --output json "$1" 2> /dev/null | jq -r '
		.exit as $exit | [.files[]] |
		[([.[].format // "none"] | unique | join("+")),
		($exit | tostring),
		([.[].sessions[]] | length | tostring),
		([.[].sessions[].writers[] | select(.took_part) | .name |
		    sub(" \\(pid [0-9]+\\)$"; "")] | unique | length |
		    tostring) + ([.[].sessions[].bystanders[]] | length |
		    if . == 0 then "" else "+" + tostring end),
		([.[].sessions[].end] | unique | join(" | ") |
		    if . == "" then "-" else . end),
		([.[].sessions[].findings[] | select(.folded_under == null) |
		    .rule + " " + .severity] | unique | join(", ") |
		    if . == "" then "-" else . end),
		([.[].lines.rejected // 0] | add // 0 | tostring),
		([.[].context // [] | length] | add // 0 | tostring)] |
		join("\t")'
}

if [ "$3" = update ]; then
	(cd "$captures" && find . -type f ! -name SOURCES.md | sort) |
	while read -r file; do
		printf '%s\t%s\n' "${file#./}" "$(judge "$captures/$file")"
	done
	exit
fi
while IFS=$tab read -r file want; do
	case $file in
	'' | '#'*) continue ;;
	esac
	if [ ! -e "$captures/$file" ]; then
		echo "SKIPPED: $file is not there"
		continue
	fi
	got=$(judge "$captures/$file")
	checks=$((checks + 1))
	if [ "$got" != "$want" ]; then
		failures=$((failures + 1))
		printf 'FAILED: %s\n  is to be %s\n  is       %s\n' "$file" \
		    "$want" "$got"
	fi
done < "$table"
# and the table has them all
(cd "$captures" && find . -type f ! -name SOURCES.md) > /tmp/captures.$$
while read -r file; do
	checks=$((checks + 1))
	grep -qF "${file#./}$tab" "$table" || {
		failures=$((failures + 1))
		echo "FAILED: ${file#./} is not in the table"
	}
done < /tmp/captures.$$
rm -f /tmp/captures.$$
closing

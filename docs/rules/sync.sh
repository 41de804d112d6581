#!/bin/sh
#
# Brings the rule pages up to date with the model: the code block under
# "## Formula" of each page from model/rules.pml, and the table of README.md
# from model/vocabulary.h. Everything else in the pages is written by hand.
#
# usage: docs/rules/sync.sh [ROOT [NAME]]
#
# With NAME only prints the block of that rule (tests/rules_docs.sh compares
# it with the page).

root=${1:-$(dirname "$0")/../..}
rules=$root/model/rules.pml
vocabulary=$root/model/vocabulary.h
pages=$root/docs/rules

# The formula of rule $1 as an indented code block: ltl NAME, then
# ltl raise_NAME where there is one. Tabs become spaces; a line that would be
# too wide is broken at a space.
block() {
	awk -v name="$1" '
	# The last place up to column 80 behind an operator, else a space.
	function place(s, op,    cut) {
		for (cut = 80; cut > 30; cut--)
			if (substr(s, cut - length(op), length(op) + 1) == op " ")
				return cut
		return 0
	}
	function put(s,    cut) {
		while (length(s) > 80) {
			if (!(cut = place(s, " &&")) && !(cut = place(s, " ->")) &&
			    !(cut = place(s, " ||")) && !(cut = place(s, "")))
				break
			print substr(s, 1, cut - 1)
			s = "        " substr(s, cut + 1)
		}
		print s
	}
	/^ltl / { on = ($2 == name || $2 == "raise_" name); depth = 0; first = 1 }
	on {
		line = $0
		sub(/^[ \t]+/, "", line)
		sub(/[ \t]+$/, "", line)
		gsub(/[ \t]+/, " ", line)
		put((first ? "    " : "        ") line)
		first = 0
		depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
		if (depth == 0)
			on = 0
	}' "$rules"
}

# The rows of README.md, in the order of VSS_RULES.
table() {
	awk -F '"' '/^\tR\(/ {
		split($3, f, /, */)
		printf "| [%s](%s.md) | %s | %s | %s |\n", $2, $2,
		    tolower(f[3]), tolower(f[4]), $4
	}' "$vocabulary"
}

# Copies stdin, with the lines of file $2 in place of the run of lines that
# match $1 under the heading $3 ("" for anywhere).
replace() {
	awk -v pattern="$1" -v file="$2" -v heading="$3" '
	/^## / { here = ($0 == heading) }
	(here || heading == "") && done < 2 && $0 ~ pattern {
		if (!done) {
			while ((getline line < file) > 0)
				print line
			done = 1
		}
		next
	}
	done == 1 { done = 2 }
	{ print }'
}

# Puts file $1 in the place of $2 when they differ.
install_changed() {
	if cmp -s "$1" "$2"; then
		rm -f "$1"
	else
		mv "$1" "$2" && echo "$2"
	fi
}

if [ -n "$2" ]; then
	block "$2"
	exit
fi

status=0
new=$pages/.new.$$
part=$pages/.part.$$
trap 'rm -f "$new" "$part"' EXIT

for page in "$pages"/*-*.md; do
	id=$(basename "$page" .md)
	[ "$id" != MOD-01 ] || continue		# it has no formula
	block "$(echo "$id" | tr - _)" > "$part"
	if [ ! -s "$part" ]; then
		echo "$page: no formula in $rules" >&2
		status=1
		continue
	fi
	replace '^    ' "$part" '## Formula' < "$page" > "$new"
	install_changed "$new" "$page"
done

table > "$part"
replace '^\\| \\[' "$part" '' < "$pages/README.md" > "$new"
install_changed "$new" "$pages/README.md"
exit $status

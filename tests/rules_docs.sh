#!/bin/sh
#
# Every rule of model/vocabulary.h has its page in docs/rules, and the pages
# say what the rules say: severity, blame and formula.
#
# usage: tests/rules_docs.sh ROOT

root=${1:?usage: $0 ROOT}

LC_ALL=C exec awk -v pages="$root/docs/rules" '
function check(what, kept) {
	checks++
	if (kept)
		return
	failures++
	print what
}
function words(s) {
	gsub(/[ \t]+/, " ", s)
	gsub(/^ | $/, "", s)
	return s
}
function basename(path) {
	sub(/.*\//, "", path)
	sub(/\.md$/, "", path)
	return path
}

FNR == 1 {
	kind++
	id = basename(FILENAME)
	if (kind > 3)
		page[id] = 1
	part = ""
}

# vocabulary.h: the rules in their order
kind == 1 && /^\tR\(/ {
	split($0, quoted, "\"")
	split(quoted[3], field, /, */)
	rule = quoted[2]
	name[rule] = quoted[1]
	gsub(/^\tR\(|,.*/, "", name[rule])
	severity[rule] = tolower(field[3])
	blame[rule] = tolower(field[4])
	message[rule] = quoted[4]
	order[++rules] = rule
}

# rules.pml: the formulas, as words
kind == 2 && /^ltl / { block = $2; depth = 0 }
kind == 2 && block != "" {
	formula[block] = words(formula[block] " " $0)
	depth += gsub(/\{/, "{") - gsub(/\}/, "}")
	if (depth == 0)
		block = ""
}

# README.md: the table
kind == 3 && /^\| \[/ { row[++listed] = $0 }

# the pages
kind > 3 {
	if (length($0) > 80 || /[^ -~]/)
		unfit[id] = unfit[id] " " FNR
	if (FNR == 1)
		title[id] = $0
	if (FNR == 3)
		part = "head"
}
kind > 3 && /^## / {
	part = substr($0, 4)
	headings[id] = headings[id] part ". "
	next
}
kind > 3 && part == "Formula" && /^    / {
	code[id] = words(code[id] " " $0)
}
kind > 3 && NF { text[id, part] = words(text[id, part] " " $0) }

END {
	parts = split("What it demands|Formula|Violating trace|" \
	    "Conforming trace|Why it matters|How to fix|Sources", want, "|")
	for (p = 1; p <= parts; p++)
		all = all want[p] ". "

	check("no rules found", rules > 0)
	for (r = 1; r <= rules; r++) {
		id = order[r]
		check(id ": no page", id in page)
		check("README.md: row " r " is not that of " id \
		    " (docs/rules/sync.sh)",
		    row[r] == "| [" id "](" id ".md) | " severity[id] \
		    " | " blame[id] " | " message[id] " |")
		if (!(id in page))
			continue

		check(id ": does not begin with \"# " id ": \"",
		    index(title[id], "# " id ": ") == 1 &&
		    length(title[id]) > length(id) + 4)

		head = "Severity: " severity[id] ". Blame: " blame[id] \
		    ". Clauses: "
		check(id ": not \"" head "\"",
		    index(text[id, "head"], head) == 1)

		# Raised in the page exactly when it is in the model.
		raise = "raise_" name[id]
		check(id ": " raise " and \"Raised to\" do not agree",
		    (raise in formula) == \
		    (index(text[id, "head"], " Raised to ") > 0))

		check(id ": its parts are " headings[id],
		    headings[id] == all)
		for (p = 1; p <= parts; p++)
			check(id ": nothing under " want[p],
			    text[id, want[p]] != "")

		block = formula[name[id]]
		if (raise in formula)
			block = block " " formula[raise]
		check(id ": formula differs from rules.pml" \
		    " (docs/rules/sync.sh)", block != "" && code[id] == block)

		# Printed as they are on a terminal.
		check(id ": lines wider than 80 or not ASCII:" unfit[id],
		    unfit[id] == "")
	}
	check("README.md: " listed " rows for " rules " rules",
	    listed == rules)
	for (id in page)
		check(id ".md: no such rule", id in name || id == "MOD-01")
	# the rule that is no formula
	check("MOD-01: its parts are " headings["MOD-01"],
	    headings["MOD-01"] == all)
	check("MOD-01: lines wider than 80 or not ASCII:" unfit["MOD-01"],
	    unfit["MOD-01"] == "")

	printf "%d%%: Checks: %d, Failures: %d, Errors: 0\n",
	    (checks - failures) * 100 / checks, checks, failures
	exit (failures > 0)
}' "$root/model/vocabulary.h" "$root/model/rules.pml" \
    "$root/docs/rules/README.md" "$root"/docs/rules/*-*.md

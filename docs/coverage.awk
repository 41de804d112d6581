# Makes docs/coverage.md: every clause, and what of it is checked.
#	awk -f docs/coverage.awk docs/coverage.tsv model/vocabulary.h \
#	    model/rules.pml model/mutants.tsv
# Exits 1 when a row names a rule that does not exist, or a rule no clause.
BEGIN { FS = "\t" }
FNR == 1 { file++ }
file == 1 && !/^#/ {
	n++
	id[n] = $1; what[n] = $2; how[n] = $3; where[n] = $4; why[n] = $5
	count[$3]++
	if (seen[$1]++)
		fail($1 ": two rows")
	if ($3 !~ /^(rule|held|data|model|unseen)$/)
		fail($1 ": unknown kind " $3)
	if ($3 != "rule" && $5 == "")
		fail($1 ": no reason")
}
file == 2 && /^\tR\(/ {
	split($0, f, /, */)
	name = f[1]; sub(/^\tR\(/, "", name)
	r = f[2]; gsub(/"/, "", r)
	rule[r] = name
	rules[++nrules] = r
}
file == 3 && /^ltl / {
	name = $0; sub(/^ltl */, "", name); sub(/[ \t{].*/, "", name)
	text = $0; sub(/^[^{]*\{[ \t]*/, "", text)
	inside = 1
}
file == 3 && inside {
	if ($0 !~ /^ltl /)
		text = text " " $0
	if (text ~ /\}[ \t]*$/) {
		sub(/[ \t]*\}[ \t]*$/, "", text)
		gsub(/[ \t]+/, " ", text)
		formula[name] = text
		inside = 0
	}
}
file == 4 && !/^#/ {
	mutant[$5] = mutant[$5] (mutant[$5] == "" ? "" : ", ") $2
}
function fail(text) {
	print "coverage: " text > "/dev/stderr"
	failed = 1
}
function link(r) {
	return "[" r "](rules/" r ".md)"
}
END {
	split("rule held data model unseen", kinds, " ")
	said["rule"] = "a rule of its own"
	said["held"] = "held by other rules"
	said["data"] = "decided by data"
	said["model"] = "in the model only"
	said["unseen"] = "not visible in any recording"
	print "# Every clause, and what of it is checked"
	print ""
	print "Made by `docs/coverage.awk` from `docs/coverage.tsv` (the judgement) and the"
	print "model; `make coverage` writes it anew. The clauses are those of the protocol's"
	print "requirements, told in our words."
	print ""
	print "| how | clauses |"
	print "|---|---|"
	for (k = 1; k <= 5; k++)
		print "| " said[kinds[k]] " | " count[kinds[k]] + 0 " |"
	print "| all | " n " |"
	print ""
	print "- *A rule of its own*: an LTL formula that SPIN verifies and the checker monitors."
	print "- *Held by other rules*: whoever breaks it breaks one of them."
	print "- *Decided by data*: identity, context or time, not order; the place is named."
	print "- *In the model only*: the model keeps or assumes it; no recording tells."
	print "- *Not visible*: no source records what it speaks of, or it is information."
	print ""
	print "## Clauses"
	print ""
	print "| clause | says | how | by | remark |"
	print "|---|---|---|---|---|"
	for (i = 1; i <= n; i++) {
		by = ""
		m = split(where[i], w, " ")
		for (k = 1; k <= m; k++) {
			if (w[k] == "-")
				continue
			if (how[i] == "rule" || how[i] == "held") {
				if (!(w[k] in rule))
					fail(id[i] ": no rule " w[k])
				by = by (by == "" ? "" : ", ") link(w[k])
				if (how[i] == "rule")
					claimed[w[k]] = 1
			} else
				by = by (by == "" ? "" : ", ") "`" w[k] "`"
		}
		if (by == "" && how[i] != "unseen")
			fail(id[i] ": by what?")
		print "| " id[i] " | " what[i] " | " said[how[i]] " | " by " | " why[i] " |"
	}
	print ""
	print "## Rules"
	print ""
	print "`|` is written as `or` in this table. Each rule has a conforming and a violating"
	print "trace, `traces/rules/ID.good.scn` and `ID.bad.scn`; each mutant is refuted by SPIN"
	print "with this formula (`model/verify.tsv`)."
	print ""
	print "| rule | formula | mutants that break it |"
	print "|---|---|---|"
	for (i = 1; i <= nrules; i++) {
		r = rules[i]
		if (!(r in claimed))
			fail(r ": no clause has this rule")
		if (formula[rule[r]] == "")
			fail(r ": no formula")
		if (mutant[rule[r]] == "")
			fail(r ": no mutant")
		text = formula[rule[r]]
		gsub(/\|\|/, "or", text)
		print "| " link(r) " | `" text "` | " mutant[rule[r]] " |"
	}
	exit failed
}

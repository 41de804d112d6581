# The table of runs in model/README.md, from results/results.tsv:
#	awk -f model/results.awk model/results/results.tsv model/README.md
# prints README.md with the table between its two marks.
BEGIN { FS = "\t" }
function what(run, claim, free) {
	if (run ~ /^system-/)
		return "no rule watched" (free ? "; free actors" : "; no deadlock")
	if (run == "occasions-1")
		return "every occasion comes (ended when all had)"
	if (run == "rules-free")
		return "rules of the others, beside a free requester"
	if (run == "rules-freew")
		return "rules of the others, beside a free writer"
	if (run == "rules-foreign")
		return "every rule; crash and rival, foreign set id allowed"
	if (claim ~ /^watch rules/)
		return "every rule" (claim ~ /TRM_28/ ? " but TRM-28" : "")
	if (claim ~ /^watch/)
		return substr(claim, 7) ", without crash"
	return "promise or invariant `" claim "`"
}
FNR == NR {
	if (/^#/)
		next
	if ($7 ~ /^restore / || $1 ~ /\.ltl$/) {
		k = $7 ~ /^restore / ? "restore" : $2
		n[k]++; sum[k] += $9; secs[k] += $12
		if ($10 + 0 > deep[k]) deep[k] = $10 + 0
		if ($11 + 0 > mem[k]) mem[k] = $11 + 0
		next
	}
	row[++rows] = sprintf("| `%s` | %s | %s | %s | %d | %d | %.0f | %.1f |",
	    $1, what($1, $7, $5), $2, $3, $9, $10, $11, $12)
	next
}
function several(k, text, writers, faults) {
	if (n[k])
		printf "| %d runs | %s | %s | %s | %d | %d | %.0f | %.1f |\n",
		    n[k], text, writers, faults, sum[k], deep[k], mem[k], secs[k]
}
/^<!-- results end/ { inside = 0 }
!inside { print }
/^<!-- results begin/ {
	inside = 1
	print "| run | what | writers | faults | states | depth | MB | seconds |"
	print "|---|---|---|---|---|---|---|---|"
	for (i = 1; i <= rows; i++)
		print row[i]
	several("restore", "properties of the restore, sums", 2, 2)
	several(1, "each rule's own claim, sums", 1, 1)
	several(2, "each rule's own claim, sums", 2, 0)
}

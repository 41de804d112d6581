#!/bin/sh
# table-diff.sh NEW OLD: what a change of the model has changed in the tables.
# NEW and OLD are directories with tables.txt (every monitor, written by
# export.c), protocol.txt and replay.txt. For each monitor that differs: states and
# classes before and after, and a shortest word that the two judge
# differently, or that there is none. Exits 1 when anything differs.
LC_ALL=C; export LC_ALL
new=$1 old=$2
cmp -s "$old/tables.txt" "$new/tables.txt" &&
    cmp -s "$old/protocol.txt" "$new/protocol.txt" &&
    cmp -s "$old/replay.txt" "$new/replay.txt" && {
	echo "the tables are as in $old"
	exit 0
}
awk '
FNR == 1 { file++ }
/^[^ ].*: [0-9]+ states/ {
	name = $1; sub(/:$/, "", name)
	if (file == 1) was[name] = 1
	else now[name] = 1
	if (!(name in listed)) { listed[name] = 1; order[++n] = name }
	states[file, name] = $2
	text[file, name] = ""
}
{ text[file, name] = text[file, name] $0 "\n" }
/^  class / {
	c = $2; sub(/:$/, "", c)
	for (i = 3; i <= NF; i++) {
		class[file, name, $i] = c
		if (!((name, $i) in known)) {
			known[name, $i] = 1
			letters[name] = letters[name] " " $i
		}
	}
}
/^  [0-9]+\*? / {
	s = $1
	if (sub(/\*$/, "", s)) initial[file, name] = s
	verdict[file, name, s] = $2; sub(/:$/, "", verdict[file, name, s])
	line = $0; sub(/^[^:]*: */, "", line)
	m = split(line, to, " ")
	for (i = 1; i <= m; i++) next_[file, name, s, i] = to[i]
}
function go(f, nm, st, letter) {
	return (f, nm, letter) in class ? next_[f, nm, st, class[f, nm, letter]] : st
}
# the shortest word that the two judge differently, by breadth-first search
function differ(nm,    m, i, k, q, seen, word, a, b, x, y, l, parts) {
	m = split(letters[nm], parts, " ")
	q[1] = initial[1, nm] " " initial[2, nm]; word[q[1]] = ""; k = 1
	for (i = 1; i <= k; i++) {
		split(q[i], x, " ")
		if (verdict[1, nm, x[1]] != verdict[2, nm, x[2]])
			return word[q[i]] ": " verdict[1, nm, x[1]] " before, " verdict[2, nm, x[2]] " now"
		for (l = 1; l <= m; l++) {
			y = go(1, nm, x[1], parts[l]) " " go(2, nm, x[2], parts[l])
			if (!(y in word)) {
				word[y] = word[q[i]] " " parts[l]
				q[++k] = y
			}
		}
	}
	return ""
}
END {
	for (i = 1; i <= n; i++) {
		nm = order[i]
		if (!(nm in now)) print nm ": gone"
		else if (!(nm in was)) print nm ": new, " states[2, nm] " states"
		else if (text[1, nm] != text[2, nm]) {
			w = differ(nm)
			print nm ": " states[1, nm] " states before, " states[2, nm] " now; " \
			    (w == "" ? "no word is judged differently" : "for instance" w)
		}
	}
}' "$old/tables.txt" "$new/tables.txt"
for a in protocol replay; do
	diff "$old/$a.txt" "$new/$a.txt" |
	    sed -n "s/^</$a automaton before:/p; s/^>/$a automaton now:   /p"
done
echo "look at it, then: make table-accept"
exit 1

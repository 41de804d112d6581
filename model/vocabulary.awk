# Turns the rows of vocabulary.h into Promela definitions: for each letter a
# number L_NAME, and propositions on the event variable `ev`.
function strip(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function unquote(s) { s = strip(s); gsub(/"/, "", s); return s }
function letter(name, prop, n) {
	printf "#define L_%s\t%d\n", name, n
	if (prop)
		printf "#define %s\t(ev == %d)\n", name, n
}
function group(name, lo, hi) {
	printf "#define %s\t(ev >= %d && ev <= %d)\n", name, lo, hi
}
function both(name) {
	printf "#define %s\t(W_%s || O_%s)\n", name, name, name
}
function kind_of(who, base, name, ph, dt,    i, d, pname, lname, n, first) {
	group(who name, base, base + 63)
	for (i = 1; i <= 4; i++) {
		if (phase[ph, i] == "-")
			continue
		pname = who name (phase[ph, i] == "" ? "" : "_" phase[ph, i])
		if (ndata[dt] && dphase[dt] == i) {
			if (pname != who name)
				group(pname, base + i * 8, base + i * 8 + 7)
			for (d = 0; d < ndata[dt]; d++)
				letter(pname "_" data[dt, d], 1, base + i * 8 + d)
		} else
			letter(pname, pname != who name, base + i * 8)
	}
	if (phase[ph, 3] != "-")
		group(who name "_end", base + 16, base + 39)
	if (phase[ph, 4] != "-")
		group(who name "_fail", base + 24, base + 39)
}
/^\tP\(/ {
	s = $0; sub(/^\tP\(/, "", s); sub(/\).*$/, "", s)
	n = split(s, f, ",")
	for (i = 2; i <= 5; i++)
		phase[strip(f[1]), i - 1] = unquote(f[i])
}
/^\tD\(/ {
	s = $0; sub(/^\tD\(/, "", s); sub(/\).*$/, "", s)
	n = split(s, f, ",")
	set = strip(f[1]); dphase[set] = f[2] + 0; ndata[set] = n - 2
	for (i = 3; i <= n; i++)
		data[set, i - 3] = unquote(f[i])
}
/^\tK\(/ {
	s = $0; sub(/^\tK\(/, "", s)
	split(s, f, ",")
	num = f[1] + 0; name = strip(f[2]); ph = strip(f[3]); dt = strip(f[4])
	if (strip(f[5]) == "T") {
		kind_of("W_", num * 128, name, ph, dt)
		kind_of("O_", num * 128 + 64, name, ph, dt)
		both(name)
		for (i = 1; i <= 4; i++)
			if (phase[ph, i] != "-" && phase[ph, i] != "") {
				both(name "_" phase[ph, i])
				if (ndata[dt] && dphase[dt] == i)
					for (d = 0; d < ndata[dt]; d++)
						both(name "_" phase[ph, i] "_" data[dt, d])
			} else if (phase[ph, i] == "" && ndata[dt])
				for (d = 0; d < ndata[dt]; d++)
					both(name "_" data[dt, d])
		if (phase[ph, 3] != "-")
			both(name "_end")
	} else
		kind_of("", num * 128, name, ph, dt)
}

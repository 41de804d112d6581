# The rule pages as C strings, one a page, for `vsscheck explain`.
function quote(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\?\?/, "?\\?", s)
	return s
}
BEGIN { print "/* Generated from docs/rules. Do not edit. */"
	print "#include \"pages.h\"\n\nconst struct vss_page vss_pages[] = {" }
FNR == 1 {
	if (NR > 1)
		print "\t},"
	id = FILENAME; sub(/.*\//, "", id); sub(/\.md$/, "", id)
	printf "\t{ \"%s\",\n", id
}
{ printf "\t  \"%s\\n\"\n", quote($0) }
END { if (NR) print "\t},"; print "\t{ 0, 0 }\n};" }

#!/bin/sh
#
# The documents and the program know the same formats and options, and links
# between the documents lead somewhere.
#
# usage: tests/docs.sh VSSCHECK ROOT

vsscheck=${1:?usage: $0 VSSCHECK ROOT}
root=${2:?usage: $0 VSSCHECK ROOT}
. "$(dirname "$0")/check.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-docs.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

alike() {
	diff "$dir/want" "$dir/is" > "$dir/diff" && return
	sed -n 's/^[<>]/  &/p' "$dir/diff"
	return 1
}

# One row of docs/formats.md, and one item of the man page, for each format.
"$vsscheck" formats | awk '{ print $1 }' | sort > "$dir/want"
check 'there are no formats' [ -s "$dir/want" ]
sed -n '/^| format /,/^$/s/^| `\([a-z]*\)` |.*/\1/p' "$root/docs/formats.md" |
    sort > "$dir/is"
check 'docs/formats.md has not the formats of the program' alike
sed -n '/^\.Sh FORMATS/,/^\.Sh EXIT/s/^\.It Cm //p' "$root/docs/vsscheck.1" |
    tr -d ',' | tr ' ' '\n' | sed '/^$/d' | sort > "$dir/is"
check 'docs/vsscheck.1 has not the formats of the program' alike
# the README's table of sources: those that people do not write
sed -n '/^| what | tells | format |/,/^$/p' "$root/README.md" |
    sed 's/^.*| \(.*\) |$/\1/' | grep -o '`[a-z]*`' | tr -d '`' | sort -u \
    > "$dir/is"
check 'README.md has not the formats of the program' alike

# The options of the command line, of the man page and of the README.
"$vsscheck" --help | grep -o -e '--[a-z-]*' | sort -u |
    grep -v -e '--help' -e '--version' > "$dir/want"
check 'there are no options' [ -s "$dir/want" ]
sed -n 's/\\-/-/g; s/^\.It.* Fl -\([a-z-]*\).*/--\1/p' "$root/docs/vsscheck.1" |
    sort -u > "$dir/is"
check 'docs/vsscheck.1 has not the options of --help' alike
sed -n '/^Options of `check`/,/^$/p' "$root/README.md" |
    grep -o -e '--[a-z-]*' | sort -u > "$dir/is"
check 'README.md has not the options of --help' alike

# Links within the repository: file, and heading where one is named.
anchors() {
	sed -n 's/^##* //p' "$1" | tr 'A-Z' 'a-z' |
	    sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}
(cd "$root" && git ls-files '*.md' 2> /dev/null || true) > "$dir/pages"
[ -s "$dir/pages" ] || (cd "$root" && find . -name '*.md' ! -path './build*') \
    > "$dir/pages"
links=0
while read -r page; do
	sed '/^    /d; s/`[^`]*`//g' "$root/$page" |
	    grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//' > "$dir/links"
	while read -r link; do
		case $link in
		http:* | https:*) continue ;;
		esac
		links=$((links + 1))
		to=$root/$(dirname "$page")/${link%%#*}
		case $link in
		'#'*) to=$root/$page ;;
		esac
		check "$page: no $link" [ -e "$to" ]
		case $link in
		*'#'*)
			anchors "$to" > "$dir/anchors"
			check "$page: no heading $link" \
			    grep -qxF -e "${link#*#}" "$dir/anchors" ;;
		esac
	done < "$dir/links"
done < "$dir/pages"
check 'there are no links' [ "$links" -gt 100 ]

closing

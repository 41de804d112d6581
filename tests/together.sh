#!/bin/sh
# together.sh VSSCHECK ROOT [JOBS]: recordings of one story, judged together.
# Every two of the samples under traces/formats, and some larger sets drawn by
# TOGETHER_SEED: they do not contradict each other, and no rule is broken that
# the story itself keeps.
vsscheck=$(realpath "$1") root=$(realpath "$2") jobs=${3:-2}
. "$(dirname "$0")/check.sh"
seed=${TOGETHER_SEED:-20260101}
sets=${TOGETHER_SETS:-60}
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-together.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$root/traces/formats" || exit 1
can=$("$vsscheck" --version)
echo "TOGETHER_SEED=$seed"

# The rules that a report finds broken.
cat > "$dir/found.sed" <<'E3'
s/^[^ ]*: \(error\|warning\|advice\) \([A-Z]*-[0-9a-z]*\):.*/\2/p
s/^    also \(error\|warning\|advice\) \([A-Z]*-[0-9a-z]*\):.*/\2/p
E3
for story in complete veto bad-order crash; do
	"$vsscheck" "stories/$story.jsonl" | sed -n -f "$dir/found.sed" |
	    sort -u > "$dir/$story"
	ls */"$story".* | while read -r f; do
		case $f in
		*.gz) case $can in *libarchive*) ;; *) continue ;; esac ;;
		esac
		case $f in
		hive/*) case $can in *hivex*) ;; *) continue ;; esac ;;
		evtx/*) case $can in *libevtx*) ;; *) continue ;; esac ;;
		eventxml/*) case $can in *expat*) ;; *) continue ;; esac ;;
		esac
		echo "$f"
	done > "$dir/files"
	awk -v story="$story" -v seed="$seed" -v sets="$sets" '
	{ file[++n] = $0 }
	END {
		srand(seed + length(story))
		for (i = 1; i <= n; i++)
			for (k = i + 1; k <= n; k++)
				print story, file[i], file[k]
		for (s = 0; s < sets; s++) {
			line = story
			size = 3 + int(rand() * 4)
			for (k in taken) delete taken[k]
			for (i = 0; i < size; ) {
				k = 1 + int(rand() * n)
				if (k in taken) { i++; continue }
				# another program by its name: what names none
				# could be either one
				if (file[k] ~ /^bacula/) { i++; continue }
				taken[k] = 1
				line = line " " file[k]
				i++
			}
			print line
		}
	}' "$dir/files" >> "$dir/sets"
done
cat > "$dir/one.sh" <<'E2'
dir=$1 vsscheck=$2 n=$3
set -- $(sed -n "${n}p" "$dir/sets")
story=$1
shift
timeout 120 "$vsscheck" "$@" > "$dir/$n.out" 2> "$dir/$n.err"
[ $? -lt 4 ] || echo "$*: it failed" > "$dir/$n.bad"
grep ': contradiction:' "$dir/$n.out" | head -n 2 >> "$dir/$n.bad"
sed -n -f "$dir/found.sed" "$dir/$n.out" |
    sort -u | comm -23 - "$dir/$story" |
    sed 's/$/ is broken, which the story keeps/' >> "$dir/$n.bad"
[ ! -s "$dir/$n.bad" ] || { echo "$*:"; sed 's/^/    /' "$dir/$n.bad"; }
rm -f "$dir/$n.out" "$dir/$n.err" "$dir/$n.bad"
echo ran
E2
checks=$(wc -l < "$dir/sets")
awk '{ print NR }' "$dir/sets" |
    xargs -P "$jobs" -n 1 sh "$dir/one.sh" "$dir" "$vsscheck" > "$dir/said"
grep -v '^ran$' "$dir/said"
failures=$((checks - $(grep -c '^ran$' "$dir/said") +
    $(grep -c '^[^ ].*:$' "$dir/said")))
closing

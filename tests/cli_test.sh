#!/bin/sh
#
# The command line: exit status, where output goes, explain, colour.
#
# usage: tests/cli_test.sh VSSCHECK ROOT

vsscheck=${1:?usage: $0 VSSCHECK ROOT}
case $vsscheck in
/*) ;;
*) vsscheck=$(pwd)/$vsscheck ;;
esac
root=${2:?usage: $0 VSSCHECK ROOT}
. "$(dirname "$0")/check.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/vsscheck-cli.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
unset NO_COLOR


# exits STATUS ARGUMENTS...: vsscheck exits so; its output is in out and err
exits() {
	want=$1
	shift
	"$vsscheck" "$@" > "$dir/out" 2> "$dir/err" < "${input:-/dev/null}"
	is=$?
	check "vsscheck $*: exit $is, not $want" [ "$is" -eq "$want" ]
}

says() { check "output lacks: $1" grep -q -e "$1" "$dir/out"; }
complains() { check "standard error lacks: $1" grep -q -e "$1" "$dir/err"; }
lacks() { ! grep -q -e "$1" "$dir/out"; }
silent() { check "$1 is not empty" [ ! -s "$dir/$1" ]; }

event() { printf '{"event": "%s", "object": "i1"}\n' "$@"; }

# Recordings: by the book, with an advice, with a warning, with an error,
# without a backup, cut, with a result that is not told, with a line that
# cannot be read.
header='{"vsscheck": 1}'
made="CREATE.ok INIT.ok STATE.ok META.call META.fin START.ok ADD.ok PREP.call PREP.fin
    GWS.call GWS.fin DO.call PCOMMIT V_MADE DO.fin GWS.call GWS.fin"
ended="COMPL.call COMPL.fin GWS.call GWS.fin"
{
	echo "$header"
	echo '{"event": "CREATE.ok", "object": "i1"}'
	echo '{"event": "INIT.ok", "object": "i1"}'
	echo '{"event": "CTX.ok", "context": "BACKUP", "object": "i1"}'
	echo '{"event": "STATE.ok", "type": "COPY", "object": "i1"}'
	event ${made#CREATE.ok INIT.ok STATE.ok} $ended REL V_GONE
} > "$dir/good"
{
	echo "$header"
	event CREATE.ok INIT.ok STATE.ok META.call META.fin START.ok ADD.ok \
	    PREP.call PREP.fin DO.call PCOMMIT
	echo '{"event": "DO", "phase": ["fin", "err"], "object": "i1"}'
	event REL
} > "$dir/open"
{ echo "$header"; event $made COMPL.call COMPL.fin REL V_GONE
} > "$dir/advice"
{ echo "$header"; event $made REL V_GONE; } > "$dir/warning"
{ echo "$header"; event CREATE.ok INIT.ok STATE.ok META.call META.fin PREP.call \
    PREP.fin DO.call DO.err REL; } > "$dir/error"
{ echo "$header"; event $made; } > "$dir/cut"
{ cat "$dir/good"; echo '{"event": "NONSENSE"}'; } > "$dir/rejected"
{ cat "$dir/error"; echo 'no JSON'; } > "$dir/error-and-rejected"
echo "$header" > "$dir/no-backup"
: > "$dir/empty"
printf '\001\002\003 nothing that anyone has written\n' > "$dir/unknown"

# 0: nothing at or above --fail-on
exits 0 "$dir/good"
says 'no findings'
silent err
exits 0 check "$dir/good"
exits 0 "$dir/advice"
exits 0 "$dir/warning"
exits 0 -- "$dir/good"
exits 0 "$dir/good" "$dir/advice"

# 1: something at or above it
exits 1 "$dir/error"
says 'error ABT-03'
silent err
exits 1 --fail-on error "$dir/error"
exits 1 --fail-on=warning "$dir/error"
exits 0 --fail-on never "$dir/error"
exits 0 --fail-on error "$dir/warning"
exits 1 --fail-on warning "$dir/warning"
exits 1 --fail-on advice "$dir/warning"
exits 0 --fail-on warning "$dir/advice"
exits 1 --fail-on advice "$dir/advice"
exits 0 --fail-on advice "$dir/good"
exits 0 --fail-on never "$dir/advice"
# options that change the verdict, and those that cannot be
exits 1 --fail-on warning --raise "$dir/advice"
exits 1 --os vista "$dir/advice"
exits 1 --os=2003 "$dir/advice"
exits 1 --slots legacy "$dir/advice"
exits 0 --os win7 --slots modern --abort-window union --grace 5 --keep a \
    --freeze-limit 60 --freeze-limit NTDS=20.5 "$dir/advice"
exits 0 --abort-window strict "$dir/error"
exits 1 --abort-window concept "$dir/error"
for wrong in --os=win8 --os --slots=old --abort-window=wide --grace=soon \
    --grace=-1 --grace= --freeze-limit=x --freeze-limit==3 --freeze-limit=a= \
    --keep=; do
	exits 4 "$wrong"
done

# 2: nothing could be judged, or --strict and something undetermined
exits 2 "$dir/empty"
complains 'empty'
printf '\357\273\277\r\n \t\n' > "$dir/blank"
exits 2 "$dir/blank"
complains 'blank: nothing to judge: the file is empty'
exits 2 --format sysmon "$dir/blank"
exits 2 "$dir/no-backup"
complains 'no backup'
exits 0 "$dir/cut"
exits 2 --strict "$dir/cut"
exits 0 --strict "$dir/good"
exits 0 "$dir/open"
exits 2 --strict "$dir/open"

# a deletion of another's set, told by its id
deletes() {
	echo "$header"
	event CREATE.ok INIT.ok
	echo '{"event": "CTX.ok", "context": "APP_ROLLBACK", "object": "i1"}'
	event STATE.ok META.call META.fin
	echo '{"event": "START.ok", "set": "{1}", "object": "i1"}'
	event ADD.ok ${made#*ADD.ok} $ended DEL.call
	echo "{\"event\": \"DEL.ok\", $1 \"object\": \"i1\"}"
	event KEEP REL
} > "$dir/deletes"
deletes '"set": "{1}",'
exits 0 --strict --fail-on warning "$dir/deletes"
deletes '"set": "{2}",'
exits 1 --fail-on warning "$dir/deletes"
says 'DEL-11: a backup deletes a copy'
deletes '"deletes": "foreign",'
exits 1 --fail-on warning "$dir/deletes"
says 'DEL-11: a backup deletes a copy'
deletes ''
exits 2 --strict -v "$dir/deletes"
says ' DEL-11'

# 3: some input unreadable
exits 3 "$dir/unknown"
complains 'unknown: of no known format'
exits 3 "$dir/rejected"
exits 3 "$dir"
exits 3 "$dir/absent"
complains 'absent: '
exits 3 --format sysmon "$dir/unknown"

# 4: usage
exits 4
complains '^usage:'
silent out
exits 4 check
exits 4 --nonsense "$dir/good"
complains 'unknown option: --nonsense (see vsscheck --help)'
check 'one line tells it' [ "$(wc -l < "$dir/err")" -eq 1 ]
exits 4 --fail-on sometimes "$dir/good"
complains '^vsscheck: --fail-on takes error, warning, advice or never, not "sometimes"$'
exits 4 --fail-on=sometimes "$dir/good"
complains '^vsscheck: --fail-on takes .*, not "sometimes"$'
exits 4 --fail-on
complains '^vsscheck: --fail-on takes error, warning, advice or never$'
exits 4 "$dir/good" --freeze-limit SQL=soon
complains '^vsscheck: --freeze-limit takes seconds, perhaps WRITER= before them, not "SQL=soon"$'
exits 4 --keep "" "$dir/good"
complains '^vsscheck: --keep takes a snapshot set'
exits 4 --output xml "$dir/good"
exits 4 --color blue "$dir/good"
exits 4 --format nothing "$dir/good"
exits 4 explain
exits 4 explain TRM-03 TRM-08
exits 4 explain XYZ-99
complains 'XYZ-99'
exits 4 test
exits 4 rules TRM-03
exits 4 formats "$dir/good"
exits 4 --version 1

# several files: the first of 5, 4, 3, 1, 2, 0 that applies
exits 3 "$dir/error" "$dir/absent"
exits 3 "$dir/absent" "$dir/error"
exits 3 "$dir/empty" "$dir/unknown" "$dir/good"
exits 3 "$dir/error-and-rejected"
exits 1 "$dir/empty" "$dir/error" "$dir/good"
exits 1 "$dir/error" "$dir/no-backup"
exits 1 --strict "$dir/cut" "$dir/error"
exits 2 "$dir/good" "$dir/empty"
exits 2 "$dir/no-backup" "$dir/good"
exits 4 "$dir/error" "$dir/absent" --nonsense

# standard input
input=$dir/error
exits 1 -
says '^-:'
input=$dir/good
exits 0 "$dir/good" -
input=$dir/empty
exits 2 -
input=
# a file that is called like an option
cp "$dir/error" "$dir/--strict"
(cd "$dir" && "$vsscheck" -- --strict > /dev/null 2>&1)
check 'vsscheck -- --strict: the file is judged' [ $? -eq 1 ]

# JSON
if command -v jq > /dev/null 2>&1; then
	for name in good advice error cut no-backup empty unknown rejected \
	    error-and-rejected absent; do
		"$vsscheck" --output json "$dir/$name" > "$dir/out" \
		    2> "$dir/err"
		is=$?
		check "$name: JSON that parses" jq -e . "$dir/out" \
		    > /dev/null
		check "$name: exit in JSON is not $is" \
		    [ "$(jq .exit "$dir/out")" = "$is" ]
		check "$name: one file" \
		    [ "$(jq '.files | length' "$dir/out")" = 1 ]
	done
	exits 3 --output json "$dir/error" "$dir/absent" "$dir/good"
	check 'three files' [ "$(jq '.files | length' "$dir/out")" = 3 ]
	check 'exit 3' [ "$(jq .exit "$dir/out")" = 3 ]
	exits 1 --output=json "$dir/error"
	check 'the rule' [ "$(jq -r '.files[0].sessions[0].findings[0].rule' \
	    "$dir/out")" = ABT-03 ]
else
	echo 'SKIPPED: JSON output: no jq'
fi

# explain
exits 0 rules
cp "$dir/out" "$dir/rules"
check 'no rules' [ "$(wc -l < "$dir/rules")" -gt 50 ]
while read -r id severity rest; do
	exits 0 explain "$id"
	says "^# $id: "
	silent err
	check "$id: severity $severity" grep -qi "^Severity: $severity" \
	    "$dir/out"
done < "$dir/rules"
exits 0 explain trm-03
says '^# TRM-03: '
exits 0 formats
for name in native sysmon scenario; do
	says "^$name "
done
exits 0 --help
says '^usage:'
# what it lists is in the manual, too
for option in $(grep -o -e '--[a-z][a-z-]*' "$dir/out" | sort -u); do
	case $option in --help | --version) continue ;; esac
	check "man page: no $option" \
	    grep -q "Fl -${option#--}" "$root/docs/vsscheck.1"
	check "README: no $option" grep -q -e "$option" "$root/README.md"
done
exits 0 --version
says '^vsscheck [0-9]'

# colour: never in a pipe unless it is asked for
escape=$(printf '\033')
colored() { grep -q "$escape" "$dir/out"; }
plain() { ! colored; }
exits 1 "$dir/error"
check 'colour in a pipe' plain
exits 1 --color auto "$dir/error"
check 'colour in a pipe with auto' plain
exits 1 --color never "$dir/error"
check 'colour with never' plain
exits 1 --color always "$dir/error"
check 'no colour with always' colored
NO_COLOR=1
export NO_COLOR
exits 1 --color always "$dir/error"
check 'no colour with always and NO_COLOR' colored
unset NO_COLOR

# control characters of a recording do not reach the terminal
{
	echo "$header"
	echo '{"event": "CREATE.ok", "object": "i1", "image": "\u001b[31mx"}'
} > "$dir/control"
exits 0 "$dir/control"
check 'an escape of the recording in the output' plain

printf 'i1: CREATE \033[31mX REL\n' > "$dir/control"
exits 3 "$dir/control"
says 'control:1:12: rejected'
check 'an escape of what is rejected in the output' plain
exits 3 --format native "$dir/control"
check 'an escape of what is no JSON' eval '! grep -q "$escape" "$dir/err"'

# verbose: every rule with its verdict
exits 0 -v "$dir/good"
says 'not exercised:'
says 'kept:'

# recordings of one machine are judged together: the requester's shows no
# writer, the writers' no requester; together they show a missing shutdown
at() { printf '{"event": "%s", "t": "2026-01-01T00:00:%02dZ"%s}\n' "$1" "$2" "$3"; }
requester_log() {
	echo '{"vsscheck": 1, "host": "'"$1"'", "sees": ["requester", "V_MADE",
	    "SVC_EXIT"]}' | tr -d '\n\t'
	echo
	n=1
	for e in $made $ended REL; do
		at "$e" "$n" ', "object": "x", "pid": 7, "image": "agent.exe"'
		n=$((n + 1))
	done
	echo '{"fact": "time", "t": "2026-01-01T00:30:00Z"}'
}
requester_log a.example.org > "$dir/requester"
{
	echo '{"vsscheck": 1, "host": "A", "sees": ["writer"]}'
	n=7
	for e in PB.in PB.out; do at $e $n ', "writer": "W"'; done
	n=11
	for e in PS.in PS.out FZ.in FZ.out TH.in TH.out PO.in PO.out; do
		at $e $n ', "writer": "W"'
	done
	for e in BC.in BC.out; do at $e 16 ', "writer": "W"'; done
	echo '{"fact": "time", "t": "2026-01-01T00:30:00Z"}'
} > "$dir/writers"
exits 0 "$dir/requester"
exits 1 "$dir/requester" "$dir/writers"
says 'error SHD-01'
says "^$dir/writers:16: error SHD-01\|^$dir/requester:[0-9]*: error SHD-01"
says '2 recordings judged together: 1 session'
exits 1 "$dir/writers" "$dir/requester"
says 'error SHD-01'
"$vsscheck" --separate "$dir/requester" "$dir/writers" > "$dir/out" 2> "$dir/err"
check '--separate joins' lacks 'judged together'
check '--separate finds what neither shows' lacks 'SHD-01$'
exits 1 --output json "$dir/requester" "$dir/writers"
if command -v jq > /dev/null; then
	check 'json: together' [ "$(jq -r '.files[0].together | length' "$dir/out")" = 2 ]
	check 'json: judged_with' [ "$(jq -r '.files[1].judged_with' "$dir/out")" = "$dir/requester" ]
	check 'json: the file of each event' [ "$(jq -r '[.files[0].sessions[0].findings[].evidence[].file] | unique | length' "$dir/out")" -ge 1 ]
fi
# of two machines: apart
requester_log b.example.org > "$dir/other-host"
exits 0 "$dir/requester" "$dir/other-host"
check 'two machines are joined' lacks 'judged together'
# a writer's own log of several backups without a BackupShutdown
handled() { for e in PB PS FZ TH PO BC $2; do
	printf '{"event": "%s.in", "object": "%s", "writer": "A"}\n' "$e" "$1"
	printf '{"event": "%s.out", "object": "%s", "writer": "A"}\n' "$e" "$1"
done; }
log='"vsscheck": 1, "sees": ["writer"]'
{ echo "{$log}"; handled b1; } > "$dir/one-backup"
{ cat "$dir/one-backup"; handled b2; } > "$dir/never"
{ cat "$dir/one-backup"; handled b2 SD; } > "$dir/once"
{ echo "{$log, \"perhaps\": [\"SD\"]}"; handled b1; handled b2; } > "$dir/never-perhaps"
{ echo "{$log}"; handled b1; echo '{"fact": "reboot", "t": "2026-03-02T01:00:00Z"}'; handled b2; } > "$dir/restarted"
exits 0 "$dir/never"
says 'writer A: took part in 2 backups, and BackupShutdown is recorded in none of them'
exits 0 --output json "$dir/never"
if command -v jq > /dev/null; then
	check 'json: never_shut_down' [ "$(jq -c '.files[0].never_shut_down' "$dir/out")" = '[{"writer":"A","backups":2}]' ]
fi
{ cat "$dir/one-backup"; handled b2 | head -n 10; } > "$dir/broken-off"
for f in one-backup once never-perhaps restarted broken-off; do
	exits 0 "$dir/$f"
	check "$f: a writer is suspected" lacks 'in none of them'
done
# a collector's file of two machines: each by itself, and with its own others
stories=$root/traces/formats
sed 's/HOST1/HOST2/g' "$stories/sysmon/veto.jsonl" |
    paste -d '\n' "$stories/sysmon/complete.jsonl" - | grep . > "$dir/collected"
exits 0 "$dir/collected"
says '(pid 4242) on HOST1, set .*: BackupComplete, and no end'
says '(pid 4242) on HOST2, .*: DoSnapshotSet failed, and no end'
check 'two machines make two summaries' [ "$(grep -c ' 0 rejected; 1 session on HOST' "$dir/out")" = 2 ]
exits 0 "$dir/collected" "$stories/eventlog/complete.jsonl"
says '2 recordings judged together: 1 session on HOST1'
says 'rejected; 1 session on HOST2'
exits 3 oracle "$dir/collected"
complains 'collected: records of 2 machines, which only check judges'
{ cat "$dir/collected"; echo nonsense; } > "$dir/collected-and-rejected"
exits 3 "$dir/collected-and-rejected"
check 'a line is rejected for each machine' [ "$(grep -c ':106:1: rejected' "$dir/out")" = 1 ]
exits 0 --output json "$dir/collected"
if command -v jq > /dev/null; then
	check 'json: host' [ "$(jq -r '.files[].host' "$dir/out" | tr '\n' ' ')" = 'HOST1 HOST2 ' ]
fi
sed 's/HOST1/HOST2/g' "$stories/edr/veto.jsonl" |
    cat "$stories/edr/complete.jsonl" - > "$dir/agents"
"$vsscheck" "$stories/edr/complete.jsonl" > "$dir/one"
exits 0 "$dir/agents"
says '1 session on HOST1$'
says '1 session on HOST2$'
check 'beside another machine the verdicts are others' [ \
    "$(grep -m 1 -o 'rules: .*' "$dir/out")" = "$(grep -o 'rules: .*' "$dir/one")" ]
# what of it names no machine is of none, whatever else is named
{ cat "$dir/collected"; sed 's/"Hostname": "HOST1", //' "$stories/sysmon/bad-order.jsonl"; } > "$dir/unnamed"
exits 1 "$dir/unnamed" "$stories/eventlog/complete.jsonl"
says 'on an unnamed machine, .*: BackupComplete refused'
check 'records without a machine are joined' [ "$(grep -c '^[^ ]*: error' "$dir/out")" = 1 ]
# a short name that fits two domains
sed 's/HOST1/dc01.a/g' "$stories/sysmon/complete.jsonl" > "$dir/dc01.a"
sed 's/HOST1/dc01.b/g' "$stories/sysmon/veto.jsonl" > "$dir/dc01.b"
sed 's/HOST1/DC01/g' "$stories/sysmon/crash.jsonl" > "$dir/dc01"
exits 0 "$dir/dc01" "$dir/dc01.a" "$dir/dc01.b"
check 'one that fits two machines is joined' lacks 'judged together'
sed 's/HOST1/DC01/g' "$stories/winlogbeat/complete.jsonl" > "$dir/dc01"
exits 0 "$dir/dc01" "$dir/dc01.a"
says '2 recordings judged together'
# addresses have no domains
for a in 10.0.0.1 10.0.0.12; do sed "s/HOST1/$a/g" "$stories/edr/complete.jsonl"; done > "$dir/addresses"
exits 0 "$dir/addresses"
says 'on 10.0.0.12$'
# records without numbers in no order at all, by clocks that tick ever slower
shuffled() { awk -v seed="$1" -v tick="$2" '
	BEGIN { srand(seed) }
	match($0, /"UtcTime": "[^"]*\.[0-9][0-9][0-9]"/) {
		at = RSTART + RLENGTH - 4
		ms = substr($0, at, 3)
		$0 = substr($0, 1, at - 1) sprintf("%03d", ms - ms % tick) substr($0, at + 3)
	}
	{ print rand() "\t" $0 }' "$3" | sort | cut -f 2-; }
for story in complete veto crash; do
	for seed in 1 2 3; do
		for tick in 1 16 100 1000; do
			shuffled $seed $tick "$stories/sysmon/$story.jsonl" > "$dir/shuffled"
			exits 0 --fail-on advice "$dir/shuffled"
		done
	done
done
# the same records again, as from exports that overlap
cat "$stories/sysmon/complete.jsonl" "$stories/sysmon/complete.jsonl" > "$dir/twice"
exits 0 "$dir/twice"
says '1 session$'
says ' records are in it twice: each is taken once'
# one that is refused does not take the others with it
echo '{"vsscheck": 99}' > "$dir/version"
exits 3 "$dir/requester" "$dir/version" "$dir/writers"
says 'error SHD-01'
complains 'version: unknown version\|version:1:'
# one with nothing in it is not success
exits 2 "$dir/requester" "$dir/no-backup"

# an expectation that asks nothing, or more than it can say, fails
scenario='i1: CREATE INIT META REL'
for words in kept violated 'kept XYZ-99' 'clean TRM-11' 'no-findings i1' \
    sessions 'sessions 1x' 'sessions 1 1' 'sessions 2' first 'first error' \
    'first TRM-03' 'first TRM-03 TRM-08' only 'only TRM-03' i1 'i2 clean' \
    nonsense 'violated TRM-03' 'kept TRM-11' '' \
    "kept $(printf 'TRM-03 %.0s' $(seq 64))"; do
	printf '%s\nexpect: %s\n' "$scenario" "$words" > "$dir/vain"
	exits 1 test "$dir/vain"
	says 'vain:2: expected'
	says '^0%: Checks: 1, Failures: 1, Errors: 0'
done
for words in clean no-findings 'i1 clean' 'sessions 1' 'kept TRM-03' \
    'kept TRM-03, TRM-24' 'not-exercised TRM-11'; do
	printf '%s\nexpect: %s\n' "$scenario" "$words" > "$dir/sound"
	exits 0 test "$dir/sound"
	says '^100%: Checks: 1, Failures: 0, Errors: 0'
done
for words in 'first ABT-03 error' 'first error ABT-03' 'violated ABT-03'; do
	printf 'i1: CREATE INIT META START PREP DO.err REL END\nexpect: %s\n' \
	    "$words" > "$dir/sound"
	exits 0 test "$dir/sound"
done
for words in 'first ABT-03 warning' 'first ABT-01' clean no-findings \
    'kept ABT-03' 'only TRM-11'; do
	printf 'i1: CREATE INIT META START PREP DO.err REL END\nexpect: %s\n' \
	    "$words" > "$dir/vain"
	exits 1 test "$dir/vain"
done

# what the repository ships
if [ -f "$root/traces/ntdsutil-ifm.native.jsonl" ]; then
	exits 0 "$root/traces/ntdsutil-ifm.native.jsonl"
	says 'warning TRM-14'
	says '3 writers (and 5 that only identified themselves): '
	exits 1 --fail-on warning "$root/traces/ntdsutil-ifm.native.jsonl"
fi

# folders, archives, compressed files, UTF-16
mkdir -p "$dir/kit/deep"
printf '%s\n' "$scenario" > "$dir/kit/deep/one.scn"
printf 'notes of the operator\n' > "$dir/kit/read me.txt"
printf 'hidden\n' > "$dir/kit/.hidden"
ln -sf "$dir/kit" "$dir/kit/deep/loop"
exits 0 "$dir/kit"
says 'deep/one.scn: session 1'
complains 'read me.txt: no recording of a known format: passed over'
exits 3 "$dir/kit/read me.txt"
mkdir -p "$dir/nothing"
exits 2 "$dir/nothing"
complains '^vsscheck: nothing to judge: no recording was found$'
printf 'notes\n' > "$dir/nothing/notes"
exits 2 "$dir/nothing"
complains '^vsscheck: nothing to judge: no recording was found$'
# one file of a folder without a backup is nothing; in all of them, or named
mkdir -p "$dir/some"
cp "$dir/no-backup" "$dir/some/a.jsonl"
exits 2 "$dir/some"
cp "$dir/good" "$dir/some/b.jsonl"
exits 0 "$dir/some"
exits 0 --separate "$dir/some"
complains 'a.jsonl: nothing to judge: no backup in it'
exits 2 --separate "$dir/some/a.jsonl" "$dir/some/b.jsonl"
if "$vsscheck" --version | grep -q libarchive; then
	gzip -c "$dir/kit/deep/one.scn" > "$dir/one.scn.gz"
	exits 0 "$dir/one.scn.gz"
	says 'one.scn.gz: session 1'
	(cd "$dir" && tar -czf kit.tgz kit/deep/one.scn "kit/read me.txt")
	exits 0 "$dir/kit.tgz"
	says 'kit.tgz:kit/deep/one.scn: session 1'
	complains 'kit.tgz:kit/read me.txt: no recording'
	# whatever the order in an archive, it is judged as the folder is
	mkdir -p "$dir/order"
	cp "$dir/requester" "$dir/order/b"
	cp "$dir/writers" "$dir/order/a"
	(cd "$dir" && tar -cf order.tar order/b order/a)
	"$vsscheck" "$dir/order" > "$dir/folder-out" 2> "$dir/err"
	exits 1 "$dir/order.tar"
	check 'an archive is judged in its own order' \
	    eval 'sed "s,order\.tar:order/,order/,g" "$dir/out" | cmp -s - "$dir/folder-out"'
	head -c 30 "$dir/one.scn.gz" > "$dir/cut.scn.gz"
	exits 3 "$dir/cut.scn.gz"
	complains 'cannot be unpacked'
fi
iconv -f UTF-8 -t UTF-16 "$dir/kit/deep/one.scn" > "$dir/marked.scn"
exits 0 "$dir/marked.scn"
iconv -f UTF-8 -t UTF-16LE "$dir/kit/deep/one.scn" > "$dir/unmarked.scn"
exits 0 "$dir/unmarked.scn"

# local time
printf '%s\n' '{"vsscheck": 1, "clock": "local"}' \
    '{"event": "CREATE.ok", "t": "2026-03-02T02:00:00Z", "object": "b"}' \
    '{"event": "REL", "t": "2026-03-02T02:00:01Z", "object": "b"}' \
    > "$dir/local.jsonl"
exits 0 "$dir/local.jsonl"
says '2026-03-02 02:00:00'
exits 0 --utc-offset +01:00 "$dir/local.jsonl"
says '2026-03-02 01:00:00'
exits 0 --utc-offset local.jsonl=-0230 "$dir/local.jsonl"
says '2026-03-02 04:30:00'
sed 's/"local"/"utc"/' "$dir/local.jsonl" > "$dir/utc.jsonl"
exits 4 --utc-offset lokal.jsonl=-0230 "$dir/local.jsonl"
complains '^vsscheck: --utc-offset: no file is named lokal.jsonl$'
exits 0 --utc-offset +01:00 "$dir/utc.jsonl"
says '2026-03-02 02:00:00'
for words in 1 +1 +1:00 +25:30 +01:60 =+01:00 +01:0 x=1; do
	exits 4 --utc-offset "$words" "$dir/utc.jsonl"
done

# messages stand between the lines of a report, not within them
"$vsscheck" --separate -v "$dir/error" "$dir/no-backup" "$dir/error" \
    "$dir/absent" "$dir/error" "$dir/no-backup" > "$dir/out" 2>&1
check 'the report is longer than a buffer' \
    [ "$(wc -c < "$dir/out")" -gt 4096 ]
says '^vsscheck: .*no-backup: nothing to judge'
check 'a message stands within a line' lacks '..*vsscheck: /'

# what is shown beside is limited, and that there was more is said
n=0
while [ $n -lt 103 ]; do
	echo 'Error: DoSnapshotSet failed: 0x80042306'
	n=$((n + 1))
done > "$dir/errors.txt"
exits 2 "$dir/errors.txt"
says '^  and 3 more$'
exits 2 --output json "$dir/errors.txt"
says '"context_omitted": 3'
exits 0 --output json "$dir/good"
check 'nothing is omitted' lacks 'context_omitted'

# recordings that contradict each other
for end in fin err; do
	printf '%s\n' '{"vsscheck": 1, "sees": ["META"]}' \
	    '{"event": "META.call", "t": "2026-03-02T02:00:00Z", "object": "b", "pid": 7}' \
	    "{\"event\": \"META.$end\", \"t\": \"2026-03-02T02:00:01Z\", \"object\": \"b\"}" \
	    > "$dir/says-$end.jsonl"
done
exits 0 "$dir/says-fin.jsonl" "$dir/says-err.jsonl"
says 'contradiction'
exits 1 --fail-on warning "$dir/says-fin.jsonl" "$dir/says-err.jsonl"

# output that cannot be written is not success
if [ -w /dev/full ]; then
	printf '%s\nexpect: clean\n' "$scenario" > "$dir/sound"
	for words in "$dir/good" "--output json $dir/good" rules formats \
	    'explain TRM-11' --help --version "test $dir/sound"; do
		# shellcheck disable=SC2086
		"$vsscheck" $words > /dev/full 2> "$dir/err"
		check "a full disk: $words: exit 5" [ $? -eq 5 ]
		complains 'No space left'
	done
fi

closing

# What the scripts that run a server share; they source it and set
#   service   the server's name, before each message
#   run       the folder of its files; its process id stands in $run/pid
#   mark      what the command line of its process holds and no other's does
# and give
#   failed    a function that says what went wrong at a start, and ends the script
# shellcheck shell=bash disable=SC2154

say() { echo "$service: $*" >&2; }
die() { say "$@"; exit 1; }

absolute() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$PWD/$1" ;;
	esac
}

pid() { cat "$run/pid" 2>/dev/null || true; }

# A process id alone may have been given to another process since: the command line must be ours.
running() {
	local p
	p=$(pid)
	[[ -n $p ]] && command_line "$p" | grep -qF -- "$mark"
}

command_line() {
	if [[ -d /proc/self ]]; then
		tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" || true
	else
		ps -p "$1" -o args= || true
	fi
} 2>/dev/null

# A signal, and its end: an orderly stop has 30 s.
stop() {
	running || return 0
	local twentieths=600
	kill -s "$1" "$(pid)"
	while running; do
		((twentieths-- > 0)) || { kill -s KILL "$(pid)"; say "it did not stop within 30 s and was killed"; break; }
		sleep 0.05
	done
	rm -f "$run/pid"
}

# Kills a server that serves when the process of its first argument has ended.
end_with() {
	[[ -n $1 ]] || return 0
	(
		while kill -0 "$1"; do
			sleep 1
			running || exit 0
		done
		stop KILL
	) </dev/null >/dev/null 2>&1 &
	disown
}

# Waits until a command succeeds: for the seconds of its first argument, and no longer
# than the process lives. failed says what went wrong.
await() {
	local twentieths=$(($1 * 20))
	until "${@:2}"; do
		# Not running: a process just forked has the command line of this script yet.
		kill -0 "$(pid)" 2>/dev/null || failed "it ended while starting"
		((twentieths-- > 0)) || { stop KILL; failed "it did not serve within $1 s"; }
		sleep 0.05
	done
	# What answered may be another's server, which took the port before ours.
	kill -0 "$(pid)" 2>/dev/null || failed "it ended while starting"
}

# Sends some text to a port and looks for a line of the answer that begins as given; an
# answer that halts for a second is none.
answers() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$1"
		printf '%b' "$2" >&3
		while IFS= read -r -t 1 line <&3; do
			[[ $line != "$3"* ]] || exit 0
		done
		exit 1
	) 2>/dev/null
}

answers_ping() { answers "$1" 'GET /ping HTTP/1.0\r\n\r\n' Ok; }

open_port() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Keeps a port from other scripts: a server takes it seconds after it was found free, and one
# that is killed and started again leaves it meanwhile. A link that names a process is made by
# one script only; those of processes that have ended are removed by whoever comes next.
claim() {
	local link claims="${TMPDIR:-/tmp}/milepost-port"
	for link in "$claims"-*; do
		kill -0 "$(readlink "$link")" || rm -f "$link"
	done
	ln -sn "$2" "$claims-$1"
} 2>/dev/null

# The first of four free ports, below the range that the system gives to outgoing
# connections. Servers that are started at the same time begin to look at different
# ones, and so does a script that starts several: by a number as argument. The ports are kept
# from others while the process of the second argument lives, by default this script.
free_ports() {
	local first try
	for try in {0..49}; do
		first=$((20000 + ($$ * 7 + $1 * 997 + try) % 3000 * 4))
		claim "$first" "${2:-$$}" || continue
		open_port "$first" || open_port $((first + 1)) || open_port $((first + 2)) || open_port $((first + 3)) || {
			echo "$first"
			return
		}
	done
	die "no free port between 20000 and 32000"
}

# Prints the comment at a script's head.
usage() {
	sed -n '2,/^set /p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
	exit 2
}

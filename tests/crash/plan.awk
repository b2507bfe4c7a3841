# plan.awk - from the calls of an undisturbed run to the points to try.
#
# Input: "inject --list".  Variables: d (folder of that run), seed, want (number
# of points; 0: all), fs (none, or what to cut the power of), mode (daemon, run).
#
# Calls are grouped by role, call and kind of file, so that a point is a place in
# the program, not a moment; every group gets its share of the points, small
# groups more than that.  Kills during the recovery go through its calls one by
# one ("again", and where all is wanted "each": every call of some recoveries).
# Output, by tabs: fs, action, role, call, glob, number within the group, what
# happens at the restart, mode.
BEGIN {
	FS = OFS = "\t"
	srand(seed)
	RECOVERY = 64 # calls of one, and some after it
	FIRST = 24 # faults whose recovery is gone through
}

function class(path) {
	if (path ~ /^state\/log\/.*\.new$/) return "state/log/*.new"
	if (path ~ /^state\/#/) return "state/#*"
	if (path ~ /^state\/log\/./) return "state/log/*.log"
	if (path ~ /^state\/index\/./) return "state/index/*"
	if (path ~ /^outz?\/\.[^\/]*tail/) return substr(path, 1, index(path, "/")) ".*tail*"
	if (path ~ /^outz?\/\./) return substr(path, 1, index(path, "/")) ".*"
	if (path ~ /^outz?\/./) return substr(path, 1, index(path, "/")) "[!.]*"
	if (path ~ /^drop\/.lavoir\/failed\/./) return "drop/.lavoir/failed/*"
	if (path ~ /^drop\/.lavoir\/keeping/) return "drop/.lavoir/keeping*"
	if (path ~ /^drop\/.lavoir\/done\/./) return "drop/.lavoir/done/*"
	if (path ~ /^drop\/.lavoir\/retiring\/./) return "drop/.lavoir/retiring/*"
	if (path ~ /^drop\/.*lavoir-probe/) return "drop/*.lavoir-probe"
	if (path ~ /^drop\/[^.]/) return "drop/[!.]*"
	return path
}

substr($4, 1, length(d) + 1) == d "/" {
	sub(/^worker.*/, "worker", $2)
	glob = class(substr($4, length(d) + 2))
	key = $2 FS $3 FS glob
	if (!(key in n)) keys[++n_keys] = key
	n[key]++
}

function writes(call) { return call ~ /write/ }
function takes_space(call) { return call ~ /write|truncate|fallocate|open|mkdir|rename|link$|linkat/ }

function actions(call,   list) {
	if (fs != "-") return "cut"
	list = "kill kill-after"
	if (writes(call)) list = list " tear"
	list = list " errno:EIO"
	if (takes_space(call) && call !~ /unlink/)
		list = list " errno:ENOSPC errno:EDQUOT forever:ENOSPC"
	if (call ~ /open/) list = list " errno:EMFILE forever:EMFILE"
	return list
}

function restart(action,   r) {
	if (action !~ /^kill|^tear/) return "-"
	r = rand()
	# 37 is prime to 64: all calls have their turn, near ones far apart.
	if (r < 0.3) return "again:" 1 + n_again++ * 37 % RECOVERY
	if (mode == "run") return "-"
	if (r < 0.36) return "vanish"
	if (r < 0.42) return "replace"
	return "-"
}

function print_point(key, nth, action, what) {
	print rand(), fs, action, key, nth, what, mode
}

function point(key, nth, action) {
	print_point(key, nth, action, restart(action))
}

# Every call of the recovery, after kills all over the first run.
function recoveries(   i, k, key) {
	for (i = 0; i < FIRST; i++) {
		key = keys[1 + int(i * n_keys / FIRST)]
		for (k = 1; k <= RECOVERY; k++)
			print_point(key, 1 + int(n[key] / 2), "kill", "each:" k)
	}
}

END {
	if (want == 0 && fs == "-") recoveries()
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		split(key, part, FS)
		n_actions = split(actions(part[2]), action, " ")
		if (want == 0) {
			for (k = 1; k <= n[key]; k++)
				for (a = 1; a <= n_actions; a++)
					if (a < 4 || action[a] !~ /forever/ || k % 5 == 1)
						point(key, k, action[a])
			continue
		}
		weight[i] = sqrt(n[key]) + 1
		total += weight[i]
	}
	for (i = 1; want > 0 && i <= n_keys; i++) {
		key = keys[i]
		split(key, part, FS)
		n_actions = split(actions(part[2]), action, " ")
		share = want * weight[i] / total
		# Each group at least once, where there are points enough.
		share = int(share + (want < n_keys ? rand() : 0.999))
		for (k = 0; k < share; k++) {
			# Spread over the run, and over the actions.
			nth = 1 + int((k + rand()) * n[key] / share)
			a = 1 + (k + i) % n_actions
			if (action[a] ~ /^forever/ && rand() < 0.6) a = 1
			point(key, nth, action[a])
		}
	}
}

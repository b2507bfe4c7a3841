# plan.awk - from the calls of an undisturbed run to the points to try.
#
# Input: "inject --list".  Variables: d (folder of that run), seed, want (number
# of points; 0: all), fs (none, or what to cut the power of).
#
# Calls are grouped by role, call and kind of file, so that a point is a place in
# the program, not a moment; every group gets its share of the points, small
# groups more than that.  Output, by tabs: fs, action, role, call, glob, number
# within the group, what happens at the restart.
BEGIN { FS = OFS = "\t"; srand(seed) }

function class(path) {
	if (path ~ /^state\/log\/.*\.new$/) return "state/log/*.new"
	if (path ~ /^state\/#/) return "state/#*"
	if (path ~ /^state\/log\/./) return "state/log/*.log"
	if (path ~ /^state\/index\/./) return "state/index/*"
	if (path ~ /^outz?\/\.[^\/]*tail/) return substr(path, 1, index(path, "/")) ".*tail*"
	if (path ~ /^outz?\/\./) return substr(path, 1, index(path, "/")) ".*"
	if (path ~ /^outz?\/./) return substr(path, 1, index(path, "/")) "[!.]*"
	if (path ~ /^drop\/.lavoir\/failed\/./) return "drop/.lavoir/failed/*"
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
	if (r < 0.25) return "again:" int(1 + 60 * rand() * rand())
	if (r < 0.33) return "vanish"
	if (r < 0.41) return "replace"
	return "-"
}

function point(key, nth, action) {
	print rand(), fs, action, key, nth, restart(action)
}

END {
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
		share = int(want * weight[i] / total + 0.999)
		for (k = 0; k < share; k++) {
			# Spread over the run, and over the actions.
			nth = 1 + int((k + rand()) * n[key] / share)
			a = 1 + (k + i) % n_actions
			if (action[a] ~ /^forever/ && rand() < 0.6) a = 1
			point(key, nth, action[a])
		}
	}
}

#!/bin/sh
# SPDX-License-Identifier: ISC
# The goals, what the last run of the benches came to, and the command for each.
# usage: [O=BUILD-DIR] [FORMAT=text|markdown] bench/goals.sh
# Where fewer users were tried than a goal speaks of, the most that were are
# shown, and not judged.
set -eu
cd "$(dirname "$0")/.."
cat "${O:-build}/${BENCH_OUT:-bench}"/figures/* | awk -v format="${FORMAT:-text}" '
function get(users, figure, who) {
	return value[users " " figure " " (who == "" ? "sftpjail" : who)]
}
# The number of users that stands for so many: the same, or the most.
function at(figure, users,   key) {
	key = users " " figure " sftpjail"
	return key in value ? users : most[figure]
}
function ratio(a, b) {
	return a == "" || b == "" || a == "-" || b == "-" ? "" : a / b
}
# goal TEXT OURS FORMAT LEAST MOST COMMAND IS-JUDGED: a row
function goal(text, ours, shown, least, most_allowed, command, is_judged,   met) {
	met = "-"
	if (ours != "" && is_judged)
		met = (least == "" || ours >= least) && \
		    (most_allowed == "" || ours <= most_allowed) ? "yes" : "no"
	row(text, ours == "" ? "no figure" : shown, met, command)
}
function row(text, ours, met, command) {
	if (format == "markdown")
		printf "| %s | %s | %s | `%s` |\n", text, ours, met, command
	else
		printf "%-53s  %-38s  %-4s  %s\n", text, ours, met, command
}
function amount(users) {
	if (users >= 1000000 && users % 1000000 == 0) return users / 1000000 "M"
	if (users >= 1000 && users % 1000 == 0) return users / 1000 "k"
	return users
}
# The worst of several figures: by "limit", the best module, or fewer users.
function worst(list, users, against,   n, i, name, r, parts) {
	worst_value = ""
	worst_text = ""
	n = split(list, parts, " ")
	for (i = 1; i <= n; i++) {
		name = parts[i]
		if (against == "limit")
			r = ratio(get(users, name), get(users, name, "limit"))
		else if (against == "modules")
			r = ratio(best_module(users, name), get(users, name))
		else
			r = ratio(get(users, name), get(against, name))
		if (r == "")
			continue
		if (worst_value == "" || (against == "modules" ? \
		    r < worst_value : r > worst_value)) {
			worst_value = r
			worst_text = name
		}
	}
	worst_text = sprintf("%.*f x (%s)", against == "modules" ? 0 : 2,
	    worst_value, worst_text)
}
function best_module(users, figure,   i, v, best) {
	best = ""
	for (i = 1; i <= module_count; i++) {
		v = get(users, figure, modules[i])
		if (v != "" && v != "-" && (best == "" || v + 0 < best + 0))
			best = v
	}
	return best
}
{
	value[$1 " " $2 " " $3] = $4
	if ($2 == "getpwnam" && $3 != "limit" && $3 != "sftpjail" && \
	    !($3 in is_module)) {
		is_module[$3] = 1
		modules[++module_count] = $3
	}
	if ($3 == "sftpjail" && (!($2 in most) || $1 + 0 > most[$2] + 0))
		most[$2] = $1
	if ($3 == "sftpjail" && (!($2 in least) || $1 + 0 < least[$2] + 0))
		least[$2] = $1
}
END {
	M = 1000000
	if (format == "markdown")
		print "| goal | ours | met | made by |\n|---|---|---|---|"
	else
		row("GOAL", "OURS", "MET", "MADE BY")
	nss = "bench/run-nss.sh"
	hits = "getpwnam getpwuid getspnam initgroups"
	u = at("getpwnam", M)
	is_full = u == M
	n = amount(u)
	worst(hits, u, "limit")
	goal(n " users, hits: at most 2 x the limit", worst_value, worst_text, "", 2, nss, is_full)
	worst("getpwnam-miss", u, "limit")
	goal(n " users, misses: at most 3 x the limit", worst_value, worst_text, "", 3, nss, is_full)
	worst(hits, u, "modules")
	goal(n " users, hits: 80 x faster than the best module here", worst_value, worst_text, 80, "", nss, is_full)
	s = least["getpwnam"]
	worst(hits " getpwnam-miss", u, s)
	goal(amount(s) " to " n " users: at most 8 x the cost", worst_value, worst_text, "", 8, nss, is_full)
	v = get(u, "two-threads")
	goal("two threads: at least 1.9 x one", v, sprintf("%.2f x", v), 1.9, "", nss, is_full)
	v = get(u, "first-getpwnam")
	goal(n " users, fresh process, first getpwnam: at most 45 us", v, sprintf("%.1f us", v / 1000), "", 45000, nss, is_full)
	v = get(u, "resident-kB")
	goal(n " users, a process grows by at most 400 kB", v, v " kB", "", 400, nss, is_full)
	v = get(at("replaced-noticed-at", s), "replaced-noticed-at")
	goal("replaced database: noticed at the next lookup", v, v == 1 ? "the next" : v == 0 ? "never" : "after " v, 1, 1, nss, 1)

	apply = "bench/run-apply.sh"
	u = at("apply-first-s", M); n = amount(u)
	v = get(u, "apply-first-s")
	goal(n " users, apply: at most 5 s", v, sprintf("%.2f s", v), "", 5, apply, u == M)
	v = get(u, "apply-first-kB")
	goal(n " users, apply: at most 100 MB", v, sprintf("%.0f MB", v / 1024), "", 102400, apply, u == M)
	v = get(u, "apply-more-s")
	goal(n " users, apply of one more: at most 2 s", v, sprintf("%.2f s", v), "", 2, apply, u == M)
	v = get(u, "apply-add-s")
	goal(n " users, user add: at most 2 s", v, sprintf("%.2f s", v), "", 2, apply, u == M)
	u = at("apply-first-s", 10000); n = amount(u)
	v = get(u, "apply-first-s")
	goal(n " users, apply: at most 60 ms", v, sprintf("%.0f ms", v * 1000), "", 0.06, apply, u == 10000)

	login = "bench/run-login.sh"
	s = least["login-ms"]
	v = get(s, "module-percent")
	goal("account, session, confinement: 0.5 % of a login", v, sprintf("%.2f %%", v), "", 0.5, login, 1)
	v = get(most["session-kernel-kB"], "session-kernel-kB")
	goal("a live session: at most 32 kB more of the kernel", v, v " kB", "", 32, "bench/run-sessions.sh", 1)
	u = at("login-ms", M); n = amount(u)
	v = get(u, "login-of-least")
	goal("a login with " n " users: within 2 % of " amount(s), v, sprintf("%+.1f %%", (v - 1) * 100), "", 1.02, login, u == M)
	v = get(u, "login-of-match")
	goal("a login with " n " users: within 2 % of ChrootDirectory", v, sprintf("%+.1f %%", (v - 1) * 100), "", 1.02, login, u == M)

	explain = "bench/run-explain.sh"
	u = most["explain-all-s"]
	if (u != "")
		row(amount(u) " users, explain --all (no goal)", sprintf("%.2f s, %.0f MB", get(u, "explain-all-s"), get(u, "explain-all-kB") / 1024), "-", explain)
	for (u in value)
		if (u ~ /^[0-9]+ download-rate /) {
			split(u, part, " ")
			row("download_rate of " part[1] " bytes/s (no goal)", sprintf("%.3f of it", value[u]), "-", "bench/run-rate.sh")
		}
}'

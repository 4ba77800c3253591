package incident

import "sort"

// explain looks for deaths already reported that this one is the cause of: a
// caller may print its report before the callee does.
func (t *Tracker) explain(d *death, x *facts) {
	for _, key := range [...]id{x.pid, x.name} {
		w := t.lookup(keyTarget, key, x)
		if w == nil || w == d {
			continue
		}
		if w.inner == "noproc" && !x.now.near(w, 500) {
			continue // the process was not there then: this is a later life
		}
		t.reroot(d, w, "it was waiting for "+who(d)+", which died (line "+lineOf(d)+")")
	}
	if x.caller || x.teller == tellEvent || len(x.f.Report.Reason.Stack) == 0 || madeByTheCall(x.inner) {
		return
	}
	for _, key := range [...]id{x.cause, x.print} {
		if w := t.lookup(keyCause, key, x); w != nil && w != d && w.caller {
			t.reroot(d, w, "its reason carries the crash of "+who(d)+" (line "+lineOf(d)+")")
		}
	}
}

// reroot makes w, and with it w's incident, a consequence of d.
func (t *Tracker) reroot(d, w *death, why string) {
	a, b := d.in.find(), w.in.find()
	if w != b.root || a.frozen && b.frozen && a != b {
		return
	}
	if a == b {
		if b.frozen { // the caller's report has been given out as the root
			return
		}
		w.why, w.outcome = why, false
		d.why, d.outcome = "", false
		b.root = d
		return
	}
	if b.frozen {
		// The caller stays the root that it was said to be.
		if a.root == d && !a.frozen {
			d.why = "the process that the one at line " + lineOf(w) + " was waiting for"
			t.merge(a, b)
		}
		return
	}
	w.why, w.outcome = why, false
	t.merge(b, a)
}

// merge makes the findings of one open incident part of another.
func (t *Tracker) merge(from, to *failure) {
	from.into = to
	from.isOpen = false
	t.open.remove(from)
	to.count += from.count
	to.hushed += from.hushed
	to.pending += from.pending
	to.keys = append(to.keys, from.keys...)
	to.restarts += from.restarts
	to.gaveUp = to.gaveUp || from.gaveUp
	to.grace = max(to.grace, from.grace)
	t.kept -= from.bytes + to.bytes
	to.kept = append(to.kept, from.kept...)
	sort.SliceStable(to.kept, func(i, j int) bool { return to.kept[i].seq < to.kept[j].seq })
	if limit := t.o.MaxKept; len(to.kept) > limit {
		tail := limit - max(limit/5, 1)
		to.kept = append(to.kept[:tail], to.kept[len(to.kept)-(limit-tail):]...)
	}
	to.bytes = 0
	for _, e := range to.kept {
		to.bytes += e.cost
	}
	t.kept += to.bytes
	if from.started < to.started {
		to.started, to.first = from.started, from.first
	}
	if to.id == "" {
		to.number, to.id = from.number, from.id
	}
	to.frozen = to.frozen || from.frozen
	for _, p := range from.patterns {
		to.patterns.put(p.Rule.ID, p)
	}
	to.leads = append(to.leads, from.leads...)
	to.others += from.others + 1
	to.levels |= from.levels | atOthers
	to.starved += from.starved
	to.atBoot = to.atBoot || from.atBoot
	from.shed()
}

package incident

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// watch sees every death of the log and finds those that make a pattern only
// together, also where they belong to several incidents. What it remembers are
// windows of time with a few entries each.
type watch struct {
	calls map[id]*window // time-outs, by the process that was called
	storm map[id]*window // deaths of children, by their reason
	lost  map[id]*window // lost connections, by input
	nodes map[id]*window // losses of a node, by its name
	pools map[id]int64   // when a pool last had nothing to give, by input
	fed   map[id]*fed    // what the deaths of a bug were given, by fingerprint
	sizes map[id]*sizes  // of the mailbox or heap of a process, by its name
	lives map[id]*life   // of the nodes that wrote the log, by input
}

// maxWatched bounds the entries of each of watch's maps.
const maxWatched = 1000

func newWatch() *watch {
	return &watch{calls: map[id]*window{}, storm: map[id]*window{}, lost: map[id]*window{}, nodes: map[id]*window{},
		pools: map[id]int64{}, fed: map[id]*fed{}, sizes: map[id]*sizes{}, lives: map[id]*life{}}
}

// window is what happened lately: the newest last.
type window struct {
	seen  []sighting
	total int // also of what is no longer in seen
	since int64
}

type sighting struct {
	at  int64
	who id // who it happened to
	in  *failure
}

// maxSightings bounds a window: the thresholds are all below it.
const maxSightings = 32

// add adds a sighting and drops those that are older than ms, or of a time to come
// where the clock went back.
func (w *window) add(s sighting, ms int64) {
	past, now := 0, len(w.seen)
	for past < now && s.at-w.seen[past].at > ms {
		past++
	}
	for now > past && w.seen[now-1].at > s.at {
		now--
	}
	w.seen = slices.Delete(slices.Delete(w.seen, now, len(w.seen)), 0, past)
	if len(w.seen) == 0 {
		w.total, w.since = 0, s.at
	}
	if len(w.seen) == maxSightings {
		w.seen = slices.Delete(w.seen, 0, 1)
	}
	w.seen = append(w.seen, s)
	w.total++
}

// who counts the different ones that it happened to.
func (w *window) who() int {
	var room [maxSightings]id
	all := room[:0]
	for i := range w.seen {
		if i == 0 || w.seen[i].who != w.seen[i-1].who {
			all = appendNew(all, w.seen[i].who)
		}
	}
	return len(all)
}

// span is the time that the window shows.
func (w *window) span() int64 { return w.seen[len(w.seen)-1].at - w.since }

// show shows a pattern in all incidents of the window that are still open. say makes
// its text, later.
func (w *window) show(id string, span int64, say func() string) {
	now := shown{Pattern{nil, "", w.total, max(span, 0), 0}, say}
	var last *failure
	for i := range w.seen {
		if in := w.seen[i].in.find(); in != last && in.isOpen {
			in.patterns.put(id, now)
			last = in
		}
	}
}

// entryOf gives the value of a key, a new one where there is none.
func entryOf[T any](m map[id]*T, key id) *T {
	v := m[key]
	if v == nil {
		if len(m) >= maxWatched {
			clear(m) // of a log with a thousand such keys a count is lost, no more
		}
		v = new(T)
		m[key] = v
	}
	return v
}

// watchDeath looks at a death when its first report has found its incident.
func (t *Tracker) watchDeath(d *death, x *facts) {
	t.deadlock(d, x)
	t.pileup(d, x)
	t.reconnect(d, x)
	t.nodeFlap(d, x)
	t.poolEmpty(d, x)
	t.poisoned(d, x)
	errorPath(d, x)
}

// deadlock: two time-outs whose callers called each other; or the second died
// of the first's, which was calling it.
func (t *Tracker) deadlock(d *death, x *facts) {
	if x.inner != "timeout" {
		return
	}
	mine := func(what id) bool { return what == d.pid || what == d.name }
	d.targets = slices.Clone(x.called)
	calls := 0
	for i := range x.f.Report.Reason.Chain {
		if link := &x.f.Report.Reason.Chain[i]; link.Relation == parser.RelCaller {
			calls++
			for p := range targetsOf(link.Target) {
				if calls > 1 && mine(x.here(p.id)) {
					outer := x.f.Report.Reason.Chain[0].Target
					d.in.find().patterns.show("deadlock", fmt.Sprintf("%s was waiting for %s, which died because it was waiting for %s", who(d), outer, who(d)), 2, 0, 0)
					return
				}
			}
		}
	}
	for _, target := range d.targets {
		w := t.lookup(keyDead, target, x)
		if w == nil || w == d || w.inner != "timeout" {
			continue
		}
		for _, back := range w.targets {
			if mine(back) {
				d.in.find().patterns.show("deadlock", fmt.Sprintf("%s and %s were waiting for each other (lines %s and %s)", who(w), who(d), lineOf(w), lineOf(d)), 2, 0, 0)
			}
		}
	}
}

// pileup: calls of one server time out.
func (t *Tracker) pileup(d *death, x *facts) {
	if x.inner != "timeout" || len(x.called) == 0 || !x.now.timed {
		return
	}
	last := len(x.called) - 1 // the innermost call's
	w := entryOf(t.watch.calls, x.called[last])
	w.add(sighting{x.now.at, d.self(), d.in}, pileupWindow)
	if callers := w.who(); len(w.seen) >= pileupCalls && callers >= pileupCallers {
		total, span, server := w.total, w.span(), strings.Clone(x.targets[last].shown())
		w.show("timeout_pileup", span, func() string {
			return fmt.Sprintf("%d calls of %s timed out%s, of at least %s", total, server, within(span, true), count(callers, "caller"))
		})
	}
}

// self is the process that died, 0 if nothing names it.
func (d *death) self() id {
	if d.pid|d.name == 0 {
		return 0
	}
	return d.pid.and(d.name)
}

// restartStorm: different children die of one reason at once.
func (t *Tracker) restartStorm(d *death, x *facts) {
	place := x.child
	if place == 0 && x.teller <= tellCrash && x.f.Report.Kind != parser.KindTask && !x.many {
		place = x.name
	}
	if d.stormed || place == 0 || x.term == 0 || !x.now.timed || d.outcome || isShutdown(x.inner) || x.inner == "killed" || x.inner == "normal" {
		return
	}
	d.stormed = true
	w := entryOf(t.watch.storm, x.termKey)
	w.add(sighting{x.now.at, place, d.in}, stormWindow)
	if n := w.who(); n >= stormChildren {
		span := w.span()
		w.show("restart_storm", span, func() string { return count(n, "different process") + " died of the same reason" + within(span, true) })
	}
}

// lostIDs are patterns of a connection that was there and is gone.
var lostIDs = []string{"conn_closed", "db_disconnected"}

// poolIDs are patterns of a pool that has nothing to give.
var poolIDs = []string{"db_pool_queue_timeout", "pool_checkout_timeout", "db_checkout_timeout"}

// reconnect: many connections are lost at once, and then the pool is empty or
// the service does not take them all back.
func (t *Tracker) reconnect(d *death, x *facts) {
	if !x.now.timed {
		return
	}
	if x.lost {
		w, window := entryOf(t.watch.lost, x.scope), int64(lostWindow)
		if w.total >= lostConnections {
			window = poolWindow // the burst was: the rest belongs to it
		}
		w.add(sighting{x.now.at, d.self(), d.in}, window)
		return
	}
	w, id := t.watch.lost[x.scope], x.f.Rule.ID
	if w == nil || w.total < lostConnections || id != "db_connect_failed" && id != "econnrefused" && !x.pool {
		return
	}
	if last := w.seen[len(w.seen)-1]; x.now.at-last.at <= poolWindow {
		text := fmt.Sprintf("%s lost%s, then %s", count(w.total, "connection"), within(w.span(), true), id)
		w.show("thundering_reconnect", w.span(), func() string { return text })
		d.in.find().patterns.show("thundering_reconnect", text, w.total, w.span(), 0)
	}
}

// nodeFlap: the same node is lost again and again.
func (t *Tracker) nodeFlap(d *death, x *facts) {
	switch x.f.Rule.ID {
	case "nodedown", "net_tick_timeout", "noconnection", "prevent_overlapping":
	default:
		return
	}
	node := nodeIn(x.f)
	if node == "" || !x.now.timed {
		return
	}
	w := entryOf(t.watch.nodes, x.scope.and(idOf(node)))
	if n := len(w.seen); n > 0 && x.now.at-w.seen[n-1].at <= lostWindow {
		return // all that called it say so
	}
	w.add(sighting{x.now.at, idOf(node), d.in}, flapWindow)
	if w.total >= flapLosses {
		text := fmt.Sprintf("%s was lost %d times%s", node, w.total, within(w.span(), true))
		w.show("node_flap", w.span(), func() string { return text })
	}
}

// nodeIn finds "name@host" in what a finding says of a node.
func nodeIn(f *classify.Finding) string {
	for _, b := range f.Bindings {
		if b.Name == "node" && strings.Contains(b.Value.Text, "@") {
			return b.Value.Text
		}
	}
	text := f.Report.Reason.Text
	if f.Report.Record != nil {
		text += "\n" + f.Report.Record.Body
	}
	for word := range strings.FieldsFuncSeq(clip(text), func(r rune) bool { return strings.ContainsRune(" \n\t{}(),'\":;[]", r) }) {
		if name, host, ok := strings.Cut(word, "@"); ok && name != "" && host != "" && !strings.ContainsAny(word, "<>#=") {
			return word
		}
	}
	return ""
}

// poolEmpty: a process does not start because a pool has nothing to give.
func (t *Tracker) poolEmpty(d *death, x *facts) {
	if x.pool {
		if len(t.watch.pools) >= maxWatched {
			clear(t.watch.pools)
		}
		t.watch.pools[x.scope] = x.now.at
	}
	if x.teller != tellStart && !x.starting && !x.inInit {
		return
	}
	since, known := t.watch.pools[x.scope]
	if x.pool || known && x.inner == "timeout" && x.now.timed && x.now.at-since <= poolWindow {
		in := d.in.find()
		in.starved++
		in.patterns.show("init_pool_exhaustion", fmt.Sprintf("%s not start while a pool had nothing left", count(in.starved, "process")+" did"), in.starved, 0, 0)
	}
}

// startsIn says whether a process died in its init/1.
func startsIn(r *parser.Report) bool {
	return slices.ContainsFunc(r.Reason.Stack, func(f parser.Frame) bool {
		return f.Function == "init_it" && (f.Module == "gen_server" || f.Module == "gen_statem" || f.Module == "gen")
	})
}

// errorPath: the code that handles an error fails: it is a frame of the stack.
func errorPath(d *death, x *facts) {
	if x.handler == "" {
		return
	}
	text := x.handler + " failed itself: what it was called for may stand nowhere else"
	if p := d.in.find().root; p != d && p.first.f.Fingerprint != x.f.Fingerprint {
		text = x.handler + " failed itself, after " + what(p)
	}
	d.in.find().patterns.show("error_in_error_path", text, 1, 0, 0)
}

// handlers are functions that run when something has failed already.
var handlers = []string{"terminate", "format_status", "format_error", "format_reason", "handle_failed", "handle_error", "report_error", "log_error", "on_error", "rescue_error"}

// errorHandler names the first function of a stack that runs when something has
// failed already; "" if there is none.
func errorHandler(r *parser.Report) string {
	if r.Reason.Class != "error" && r.Reason.Class != "" || len(r.Reason.Chain) > 0 {
		return ""
	}
	for i := range r.Reason.Stack {
		f := &r.Reason.Stack[i]
		if f.Function == "try_terminate" && f.Module == "gen_server" { // terminate/2 itself may be no frame: a last call
			return "terminate/2"
		}
		if slices.Contains(handlers, f.Function) && parser.OwnFrame(*f) {
			return f.MFA()
		}
	}
	return ""
}

// fed is what the deaths of one bug were given.
type fed struct {
	hash  id
	equal int // deaths that were given just this
	all   int
	pids  []id
	since int64
}

// poisoned: processes die one after the other, each with the same message.
func (t *Tracker) poisoned(d *death, x *facts) {
	text := input(x.f.Report)
	if text == "" {
		return
	}
	hash := idOf(text)
	p := entryOf(t.watch.fed, x.print)
	p.all++
	if p.equal == 0 || p.hash != hash && p.equal < poisonDeaths {
		*p = fed{hash: hash, all: p.all, since: x.now.at}
	}
	if p.hash != hash {
		return
	}
	p.equal++
	if len(p.pids) < poisonPids {
		p.pids = appendNew(p.pids, d.pid)
	}
	if p.equal >= poisonDeaths && len(p.pids) >= poisonPids && 5*p.equal >= 4*p.all && tells(text, x.f.Report.LastMessage == nil) {
		d.in.find().patterns.show("poison_message", fmt.Sprintf("%s with the same input: %s", count(p.equal, "death"), shortened(text)), p.equal, x.now.at-p.since, 0)
	}
}

// shortened is a text on one line, cut where it is long.
func shortened(s string) string {
	const most = 80
	s = strings.Join(strings.Fields(clip(s)), " ")
	for i := range s {
		if i >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// input is what a process died with, as printed: its last message, or the
// arguments of the function without a clause; "" if the report holds none.
func input(r *parser.Report) string {
	switch {
	case r.LastMessage != nil && !r.LastMessage.Truncated:
		return clip(r.LastMessage.Text)
	case r.LastMessage == nil && len(r.Reason.Stack) > 0:
		return clip(r.Reason.Stack[0].Args)
	}
	return ""
}

// tells says whether an input is one of many: it has a string or a number in
// it. An atom, a fun or a pid is the same each time. What a process tells
// itself when it starts is no input.
func tells(text string, args bool) bool {
	if args {
		text = "[" + text + "]"
	}
	t, _, _ := term.Read(text)
	return !t.Tagged("continue", 2) && holdsData(&t, 0)
}

// holdsData says whether a term has a string or a number in it.
func holdsData(t *term.Term, depth int) bool {
	switch t.Kind {
	case term.Binary, term.Charlist, term.Int, term.Float, term.Bitstring:
		return true
	}
	if depth > 8 {
		return false
	}
	for i := range t.Args {
		if holdsData(&t.Args[i], depth+1) {
			return true
		}
	}
	return false
}

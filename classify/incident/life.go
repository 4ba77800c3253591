package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// life is what the log tells of the node that wrote it: when it started and
// stopped, which children its supervisors started, which versions it ran.
type life struct {
	boot, stop      int64 // when it last started; was told to stop
	booted, stopped bool
	lived           bool // the log told of something before the last start
	any             bool
	supervisors     map[id]*children
	waiting         []waiting
	versions        map[string]string // of applications, as frames tell them
	changed         int64             // when one was another than before
	change          string            // "shop 0.1.0 → 0.2.0"
}

// children is what a supervisor is known to have started.
type children struct {
	known []string // ids that were started once
	in    *failure // of the last child that died
	child id       // its id
	at    int64
	again bool // it has been started again
	also  []string
}

// waiting is a death for want of a process that may only come yet.
type waiting struct {
	targets []target // the process
	at      int64
	in      *failure // nil once it came
}

// The limits of a life.
const (
	maxSupervisors = 200
	maxChildren    = 64
	maxWaiting     = 16
)

func (t *Tracker) lifeOf(scope id) *life { return entryOf(t.watch.lives, scope) }

// noiseIDs are the patterns of what is missing while a node starts or stops.
var noiseIDs = []string{"noproc", "econnrefused", "registry_unknown", "ecto_repo_not_started", "endpoint_not_started", "oban_not_running", "shutdown_in_call", "normal_exit_in_call"}

// Context takes a record that is no report: a node that starts or is told to
// stop, a child that was started.
func (t *Tracker) Context(rec *ingest.Record) {
	x := &facts{scope: scopeOf(rec)}
	body := rec.Body
	switch {
	case strings.HasPrefix(body, "SIGTERM received"):
		l := t.lifeOf(x.scope)
		now := t.contextTime(rec)
		l.stop, l.stopped = now.at, now.timed
		l.any = true
	case strings.HasPrefix(body, "Running ") && (strings.Contains(body, " with Bandit ") || strings.Contains(body, " with cowboy ")):
		t.lifeOf(x.scope).start(t.contextTime(rec))
	case strings.HasPrefix(body, "Child ") && strings.Contains(body, " started\n"):
		x.now = t.contextTime(rec)
		t.lifeOf(x.scope).elixirChild(x, body)
	case rec.Title == "PROGRESS REPORT":
		x.now = t.contextTime(rec)
		t.lifeOf(x.scope).otpChild(x, body)
	}
}

// contextTime gives the moment of a record.
func (t *Tracker) contextTime(rec *ingest.Record) moment {
	return t.clockOf(rec.Input).moment(rec.Time)
}

// start notes that the node has started.
func (l *life) start(now moment) {
	at := now.at
	if !now.timed || l.booted && at-l.boot <= noiseWindow {
		return // a second endpoint
	}
	l.boot, l.booted, l.stopped = at, true, false
	l.lived, l.any = l.any, true
	for _, w := range l.waiting {
		if at-w.at <= noiseWindow {
			noise(w.in, "it happened "+duration(at-w.at)+" before the node had started")
		}
	}
	l.waiting = nil
}

func noise(in *failure, text string) {
	if in == nil {
		return
	}
	if in := in.find(); in.isOpen {
		in.patterns.show("boot_noise", text, 1, 0, 0)
	}
}

// elixirChild reads "Child Shop.Cart of Supervisor #PID<0.129.0> (Supervisor.Default) started".
func (l *life) elixirChild(x *facts, body string) {
	head, rest, _ := strings.Cut(body, "\n")
	id, sup, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(head, "Child "), " started"), " of Supervisor ")
	if !ok {
		return
	}
	sup, _, _ = strings.Cut(sup, " (")
	_, call, _ := strings.Cut(rest, "Start Call: ")
	call, _, _ = strings.Cut(call, "\n")
	l.childStarted(x, sup, id, call)
}

// otpChild reads the body of a progress report: "supervisor: {local,shop_sup}",
// "started: [{pid,<0.1.0>},{id,cart},{mfargs,…}…]", or an application's.
func (l *life) otpChild(x *facts, body string) {
	if strings.Contains(body, "application: ") && strings.Contains(body, "started_at: ") {
		return // kernel's and stdlib's, too: no node is up yet
	}
	_, rest, ok := strings.Cut(body, "supervisor: ")
	if !ok {
		return
	}
	sup, rest, _ := strings.Cut(rest, "\n")
	_, id, ok := strings.Cut(rest, "{id,")
	if !ok {
		return
	}
	id, after, _ := strings.Cut(id, "}")
	_, call, _ := strings.Cut(after, "{mfargs,")
	call, _, _ = strings.Cut(call, "\n")
	sup = strings.TrimSpace(sup)
	for _, lead := range [...]string{"{local,", "{global,"} {
		if name, ok := strings.CutPrefix(sup, lead); ok {
			sup = strings.TrimSuffix(name, "}")
		}
	}
	sup, _, _ = strings.Cut(strings.Trim(sup, "{}"), ",") // {<0.1.0>,shop_sup}
	l.childStarted(x, sup, id, call)
}

// childStarted notes that a supervisor has started a child: after a death under
// it the dead one comes back, and with some strategies its siblings do.
func (l *life) childStarted(x *facts, sup, child, call string) {
	l.any = true
	now := x.now
	key := strings.Clone(parser.NameKey(child))
	of, name := idOf(key), nameOf(key)
	for i, w := range l.waiting {
		if w.in != nil && now.timed && now.at-w.at <= noiseWindow && slices.ContainsFunc(w.targets, func(p target) bool {
			shown := p.shown()
			return p.id == name || len(shown) > 2 && strings.Contains(call, shown)
		}) {
			noise(w.in, fmt.Sprintf("what it needed was started %s later", duration(now.at-w.at)))
			l.waiting[i].in = nil
		}
	}
	c := l.childrenOf(x.here(processOf(sup)))
	if c.in != nil && (!now.timed || now.at-c.at <= backWindow) {
		if of == c.child {
			c.again = true
		} else if slices.Contains(c.known, key) && !slices.Contains(c.also, key) {
			c.also = append(c.also, key)
		}
		if in := c.in.find(); c.again && len(c.also) > 0 && in.isOpen {
			in.patterns.show("one_for_all_collateral", fmt.Sprintf("%s started %s with it: %s", sup, count(len(c.also), "sibling"), few(c.also)), len(c.also), 0, 0)
		}
	}
	if key != "" && len(c.known) < maxChildren && !slices.Contains(c.known, key) {
		c.known = append(c.known, key)
	}
}

// few lists the first of some names.
func few(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return strings.Join(names, ", ")
}

func (l *life) childrenOf(supervisor id) *children {
	if l.supervisors == nil || len(l.supervisors) >= maxSupervisors {
		l.supervisors = map[id]*children{}
	}
	c := l.supervisors[supervisor]
	if c == nil {
		c = new(children)
		l.supervisors[supervisor] = c
	}
	return c
}

// report takes what each report tells of the life of its node.
func (l *life) report(d *death, x *facts, first bool) {
	l.any = true
	r, now := x.f.Report, x.now
	if x.teller == tellChild && r.Child != nil {
		for _, s := range x.supervisors {
			c := l.childrenOf(s)
			c.in, c.child, c.at, c.again, c.also = d.in, x.childID, now.at, false, nil
		}
	}
	if x.f.Rule.ID == "vm_signal_stop" {
		l.stop, l.stopped = now.at, now.timed
	}
	l.version(x)
	if !first || !x.noise || !now.timed {
		return
	}
	switch {
	case l.stopped && now.at-l.stop <= noiseWindow:
		noise(d.in, "it happened "+duration(now.at-l.stop)+" after the node was told to stop")
	case l.booted && now.at-l.boot <= noiseWindow:
		noise(d.in, "it happened "+duration(now.at-l.boot)+" after the node had started")
	}
	if len(l.waiting) == maxWaiting {
		l.waiting = slices.Delete(l.waiting, 0, 1)
	}
	l.waiting = append(l.waiting, waiting{copied(x.targets), now.at, d.in})
}

// version notes a change of the version of an application in frames.
func (l *life) version(x *facts) {
	if x.version == "" {
		return
	}
	was := l.versions[x.app]
	if was == x.version {
		return
	}
	if l.versions == nil || len(l.versions) >= maxSupervisors {
		l.versions = map[string]string{}
	}
	app, version := strings.Clone(x.app), strings.Clone(x.version)
	l.versions[app] = version
	if was != "" && x.now.timed {
		l.changed, l.change = x.now.at, app+" "+was+" became "+version
	}
}

// onset says after which start or change of version a bug began, "" if after none.
func (l *life) onset(now moment) string {
	at := now.at
	switch {
	case !now.timed:
	case l.change != "" && at >= l.changed && at-l.changed <= onsetWindow:
		if at-l.changed < sameTick {
			return "first seen when " + l.change
		}
		return "first seen " + duration(at-l.changed) + " after " + l.change
	case l.booted && l.lived && at >= l.boot && at-l.boot <= onsetWindow:
		return "first seen " + duration(at-l.boot) + " after the node was started again"
	}
	return ""
}

// sizes are successive readings of one process's mailbox or heap.
type sizes struct {
	scope  id
	what   string // the field
	values []int64
	rising int
}

// tellsSize says whether a field of a crash report grows before a limit is reached.
func tellsSize(field string) bool {
	switch field {
	case "message_queue_len", "Message Queue Length", "heap_size", "Heap Size", "total_heap_size", "Total Heap Size":
		return true
	}
	return false
}

// limitIDs are the patterns of a limit that was reached.
var limitIDs = []string{"max_heap_killed", "eheap_alloc", "beam_oom", "enomem"}

// grows: the mailbox or the heap of a process is larger in each report, until
// it is ten times what it was, or a limit is reached.
func (t *Tracker) grows(d *death, x *facts) {
	who := x.name
	if who == 0 && x.initial != 0 {
		who = x.initial.and(x.print) // of many processes with one initial call
	}
	for i := range x.f.Report.Fields {
		f := &x.f.Report.Fields[i]
		if who == 0 || !tellsSize(f.Key) {
			continue
		}
		n, err := strconv.ParseInt(f.Value, 10, 64)
		if err != nil {
			continue
		}
		s := entryOf(t.watch.sizes, who.and(idOf(f.Key)))
		s.scope = x.scope
		s.read(f.Key, n)
		if s.rising >= growthReadings && n >= max(s.least(), growthFactor*s.values[0]) {
			d.in.find().patterns.show("memory_growth", s.text(), s.rising, 0, 0)
		}
	}
	if !x.limit {
		return
	}
	var worst *sizes
	for _, s := range t.watch.sizes {
		if s.scope == x.scope && s.values[len(s.values)-1] >= s.least() && s.rising >= growthReadings-1 && (worst == nil || s.rising > worst.rising || s.rising == worst.rising && s.text() < worst.text()) {
			worst = s
		}
	}
	if worst != nil {
		d.in.find().patterns.show("memory_growth", worst.text()+", then "+x.f.Rule.ID, worst.rising, 0, 0)
	}
}

// read takes the next reading.
func (s *sizes) read(what string, n int64) {
	if k := len(s.values); k > 0 && n <= s.values[k-1] {
		if n == s.values[k-1] {
			return
		}
		*s = sizes{scope: s.scope}
	}
	s.what = what
	if s.values = append(s.values, n); len(s.values) > maxSightings {
		s.values = slices.Delete(s.values, 1, 2) // the first stays
	}
	s.rising++
}

// least is the least size that is worth a word.
func (s *sizes) least() int64 {
	if strings.HasPrefix(strings.ToLower(s.what), "message") {
		return growthMessages
	}
	return growthWords
}

func (s *sizes) text() string { return s.what + " grew from report to report: " + series(s.values) }

func series(values []int64) string {
	const most = 5
	var words []string
	for i, v := range values {
		if len(values) > most && i > 1 && i < len(values)-2 {
			if i == 2 {
				words = append(words, "…")
			}
			continue
		}
		words = append(words, strconv.FormatInt(v, 10))
	}
	return strings.Join(words, " → ")
}

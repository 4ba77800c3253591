package ingest

// Stores of logs give the newest entry first unless they are asked otherwise
// (gcloud logging read, Loki, Grafana, Datadog). A report of which each line is an
// entry can be read only the other way round, so the entries of a list are held for
// as long as none is newer than the one before it, and turned round at its end.

// turner holds the entries of a list.
type turner struct {
	on   bool
	text []byte
	held []place // where each stood; made is where it ends in text
	last string  // the time of the latest one
	down bool    // it is older than another
}

// timeOfEntry are the members that tell an entry's time.
var timeOfEntry = []string{"__REALTIME_TIMESTAMP", "time", "@timestamp", "timestamp", "ts", "date", "_time", "timeUnixNano"}

// hold keeps an entry that ends in text. It reports whether the list can still
// be one of entries that are newest first.
func (t *turner) hold(entry []byte, at place) bool {
	at.made = int64(len(t.text))
	t.held = append(t.held, at)
	o := parseEntry(entry)
	m := o.find(timeOfEntry, 0)
	if m == nil {
		return false
	}
	s := jsonStamp(m)
	s.zone = nil // the same for all
	iso := s.iso()
	if iso == "" || t.last != "" && iso > t.last {
		return false
	}
	t.down = t.down || t.last != "" && iso < t.last
	t.last = iso
	return len(t.text) <= maxHeld
}

// release gives the entries that were held to the output: turned round, if that is
// how they came.
func (u *unfolder) release(whole bool) {
	t := &u.turn
	n := len(t.held)
	for i := range n {
		k := i
		if whole && t.down {
			k = n - 1 - i
		}
		from := int64(0)
		if k > 0 {
			from = t.held[k-1].made
		}
		line := t.text[from:t.held[k].made]
		at := t.held[k]
		at.made = u.made
		u.places = append(u.places, at)
		u.out = append(u.out, line...)
		u.made += int64(len(line))
	}
	*t = turner{text: t.text[:0], held: t.held[:0]}
}

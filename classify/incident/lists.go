package incident

// failures are the open incidents, the one touched longest ago first.
type failures struct {
	front, back *failure
	n           int
}

func (l *failures) pushBack(in *failure) {
	in.before = l.back
	if l.back != nil {
		l.back.after = in
	} else {
		l.front = in
	}
	l.back = in
	l.n++
}

func (l *failures) remove(in *failure) {
	if in.before != nil {
		in.before.after = in.after
	} else {
		l.front = in.after
	}
	if in.after != nil {
		in.after.before = in.before
	} else {
		l.back = in.before
	}
	in.before, in.after = nil, nil
	l.n--
}

func (l *failures) moveToBack(in *failure) {
	if l.back != in {
		l.remove(in)
		l.pushBack(in)
	}
}

// entries are the held findings in input order.
type entries struct {
	first, last *entry
	n           int
	bytes       int // that they keep alive
}

func (q *entries) push(e *entry) {
	if q.last != nil {
		q.last.next = e
	} else {
		q.first = e
	}
	q.last = e
	q.n++
	q.bytes += e.cost
}

// pop takes the first.
func (q *entries) pop() *entry {
	e := q.first
	if q.first, e.next = e.next, nil; q.first == nil {
		q.last = nil
	}
	q.n--
	q.bytes -= e.cost
	return e
}

package classify

import (
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// In a crash loop the same reason comes again and again, from other processes
// with other states. What the rules make of it is the same each time, as long as
// no rule that was tried looked at more than the reason and the kind of report.
// known remembers it, for the reasons seen last.
//
// It is safe for concurrent use.
type known struct {
	slots [knownSlots]atomic.Pointer[Alike]
}

const (
	knownSlots   = 256
	maxKnownBody = 8 << 10 // an Alike keeps the record alive that it was made of
)

// Alike is what reports that are alike have in common: all but who died, when, and
// with which message and state. Where two findings have the same one, so are their
// reasons, with chains and stacks, and all that Classify found of them: what is
// made of nothing else need be made but once. It keeps a record of at most 8 KiB alive.
type Alike struct {
	of      likeness
	reason  parser.Reason
	refused []*entry // that would fit for another process or last message
	found   Finding  // without report

	summary atomic.Pointer[string] // where it tells nothing of the process
}

// likeness is all of a report that rules and fingerprints look at, but for
// its reason's terms and what makes [subject.looked] true.
type likeness struct {
	text, class, typ string
	kind             parser.Kind
	context, shape   string
	childType        string
	dialect          term.Dialect
	weak             bool
}

// likenessOf gives the likeness of a report; false where more than that counts, or
// where there is no record.
func likenessOf(r *parser.Report) (likeness, bool) {
	if r.Record == nil || len(r.Record.Body) > maxKnownBody || r.Reason.Text == "" {
		return likeness{}, false
	}
	switch r.Kind {
	case parser.KindGenServer, parser.KindGenStatem, parser.KindTask, parser.KindProcess, parser.KindSupervisor:
	default:
		return likeness{}, false
	}
	l := likeness{
		text: r.Reason.Text, class: r.Reason.Class, typ: r.Reason.Type,
		kind: r.Kind, context: r.Context, shape: r.Shape, dialect: r.Dialect, weak: r.Weak,
	}
	if r.Child != nil {
		l.childType = r.Child.Type
	}
	return l, true
}

var knownSeed = maphash.MakeSeed()

// places gives the two places of a likeness.
func (k *known) places(l *likeness) [2]*atomic.Pointer[Alike] {
	n := maphash.String(knownSeed, l.text)
	n += uint64(l.kind[0]) * 0x9e3779b97f4a7c15 // a crash has a report of each kind
	return [2]*atomic.Pointer[Alike]{&k.slots[n%knownSlots], &k.slots[(n>>32)%knownSlots]}
}

// alike gives what was made of a report like that of s; nil if none was seen
// lately.
func (k *known) alike(l *likeness, s *subject) *Alike {
	for _, place := range k.places(l) {
		if a := place.Load(); a != nil && a.of == *l && a.fits(s) {
			return a
		}
	}
	return nil
}

func (a *Alike) fits(s *subject) bool {
	if !sameReason(&a.reason, &s.report.Reason) {
		return false
	}
	for _, e := range a.refused {
		if _, ok := e.fitsProcess(s); ok {
			return false
		}
	}
	return true
}

// remember keeps what was found of s.
func (k *known) remember(l *likeness, s *subject, f *Finding) {
	a := &Alike{of: *l, reason: s.report.Reason, refused: s.refused, found: *f}
	a.found.Report, a.found.Alike = nil, a
	f.Alike = a
	places := k.places(l)
	place := places[0]
	if place.Load() != nil && places[1].Load() == nil {
		place = places[1]
	}
	place.Store(a)
}

// finding makes the finding of a further report that is alike.
func (a *Alike) finding(r *parser.Report) *Finding {
	f := a.found
	f.Report = r
	return &f
}

// sameReason says whether two reasons with the same text, class and type are the
// same in all else. The parser makes most equal terms and stacks one.
func sameReason(a, b *parser.Reason) bool {
	return sameTerm(&a.Term, &b.Term) && sameTerm(&a.Cause, &b.Cause) && sameStack(a.Stack, b.Stack) && sameChain(a.Chain, b.Chain)
}

func sameChain(a, b []parser.Link) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 0 || &a[0] == &b[0] {
		return true
	}
	for i := range a {
		x, y := &a[i], &b[i]
		if x.Via != y.Via || x.Relation != y.Relation || x.Detail != y.Detail || x.Target != y.Target ||
			!sameTerm(&x.Envelope, &y.Envelope) || !sameStack(x.Stack, y.Stack) {
			return false
		}
	}
	return true
}

func sameStack(a, b []parser.Frame) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.Equal(a, b))
}

// sameTerm says whether two terms are the same in spelling and place as well.
func sameTerm(a, b *term.Term) bool {
	if a.Kind != b.Kind || a.Improper != b.Improper || a.External != b.External || a.Bits != b.Bits || a.Cut != b.Cut ||
		a.Start != b.Start || a.End != b.End || len(a.Args) != len(b.Args) || a.Text != b.Text {
		return false
	}
	if len(a.Args) == 0 || &a.Args[0] == &b.Args[0] {
		return true
	}
	for i := range a.Args {
		if !sameTerm(&a.Args[i], &b.Args[i]) {
			return false
		}
	}
	return true
}

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
	slots [knownSlots]atomic.Pointer[verdict]
}

const (
	knownSlots   = 256
	maxKnownBody = 8 << 10 // a verdict keeps the record alive that it was made of
)

// verdict is what does not depend on the process that died.
type verdict struct {
	of      likeness
	chain   []parser.Link
	refused []*entry // that would fit for another process or last message
	found   Finding  // without report and summary
}

// likeness is all of a report that rules and fingerprints look at, but for
// what makes [subject.looked] true.
type likeness struct {
	text, class, typ string
	outer            string // the outermost term's name: its banner is not in the text
	kind             parser.Kind
	context, shape   string
	childType        string
	dialect          term.Dialect
	weak             bool
	stack            *parser.Frame // the parser makes equal stacks one
	frames           int
	links            int
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
		text: r.Reason.Text, class: r.Reason.Class, typ: r.Reason.Type, outer: r.Reason.Term.Text,
		kind: r.Kind, context: r.Context, shape: r.Shape, dialect: r.Dialect, weak: r.Weak,
		frames: len(r.Reason.Stack), links: len(r.Reason.Chain),
	}
	if r.Child != nil {
		l.childType = r.Child.Type
	}
	if l.frames > 0 {
		l.stack = &r.Reason.Stack[0]
	}
	return l, true
}

var knownSeed = maphash.MakeSeed()

// places gives the two places of a likeness.
func (k *known) places(l *likeness) [2]*atomic.Pointer[verdict] {
	var h maphash.Hash
	h.SetSeed(knownSeed)
	h.WriteString(l.text)
	h.WriteString(l.outer)
	h.WriteString(string(l.kind))
	h.WriteString(l.context)
	n := h.Sum64()
	return [2]*atomic.Pointer[verdict]{&k.slots[n%knownSlots], &k.slots[(n>>32)%knownSlots]}
}

// verdict gives what was made of a report like that of s; nil if none was seen
// lately.
func (k *known) verdict(l *likeness, s *subject) *verdict {
	for _, place := range k.places(l) {
		if v := place.Load(); v != nil && v.of == *l && v.fits(s) {
			return v
		}
	}
	return nil
}

func (v *verdict) fits(s *subject) bool {
	if !slices.EqualFunc(v.chain, s.report.Reason.Chain, sameStack) {
		return false
	}
	for _, e := range v.refused {
		if _, ok := e.fitsProcess(s); ok {
			return false
		}
	}
	return true
}

// remember keeps what was found of s.
func (k *known) remember(l *likeness, s *subject, f Finding) {
	f.Report, f.Summary = nil, ""
	places := k.places(l)
	place := places[0]
	if place.Load() != nil && places[1].Load() == nil {
		place = places[1]
	}
	place.Store(&verdict{of: *l, chain: s.report.Reason.Chain, refused: s.refused, found: f})
}

func sameStack(a, b parser.Link) bool {
	return len(a.Stack) == len(b.Stack) && (len(a.Stack) == 0 || &a.Stack[0] == &b.Stack[0])
}

// finding makes the finding of a further report that the verdict fits.
func (v *verdict) finding(r *parser.Report) *Finding {
	f := v.found
	f.Report = r
	return &f
}

package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// otpValue takes off what stands round a printed value: blanks, the "** " of a
// value on a line of its own, the ", " of joined lines.
func otpValue(text string) string {
	text = strings.TrimRight(strings.TrimLeft(text, " \t\r\n,"), " \t\r\n")
	if rest, ok := strings.CutPrefix(text, "**"); ok {
		text = strings.TrimLeft(rest, " \t\n")
	}
	if value, joined := strings.CutSuffix(text, ","); joined {
		if end, closed := term.Skip(value, 0); closed && end == len(value) { // else it may end within a term
			text = value
		}
	}
	return text
}

// firstValue is [otpValue] of the first run, "" if there is none.
func firstValue(runs []string) string {
	if len(runs) == 0 {
		return ""
	}
	return otpValue(runs[0])
}

// otpSpan keeps a value raw; nil if there is none.
func otpSpan(runs []string) *Span {
	text := firstValue(runs)
	if text == "" {
		return nil
	}
	s := &Span{Text: text, Bytes: len(text)}
	_, complete := term.Skip(text, 0)
	s.Truncated = !complete || strings.HasSuffix(text, truncated)
	if len(text) > maxSpan {
		s.Text, s.Truncated = text[:maxSpan], true
	}
	return s
}

// otpField is a labelled part that no other field of a report holds.
func otpField(key, value string) ingest.Field {
	return ingest.Field{Key: key, Value: value[:min(len(value), maxSpan)]}
}

// appendField appends the first of runs under key, if there is one.
func appendField(fields []ingest.Field, key string, runs []string) []ingest.Field {
	if v := firstValue(runs); v != "" {
		fields = append(fields, otpField(key, v))
	}
	return fields
}

// otpProcessOf is the process that a report names by its pid or its name.
func otpProcessOf(name string) Process {
	if isPidText(name) {
		return Process{Pid: name}
	}
	return Process{Name: name}
}

// isPidText says whether s is a printed pid: <0.1.0> or #PID<0.1.0>.
func isPidText(s string) bool {
	s = strings.TrimPrefix(s, "#PID")
	if len(s) < 5 || s[0] != '<' || s[len(s)-1] != '>' {
		return false
	}
	return strings.Trim(s[1:len(s)-1], "0123456789.") == ""
}

// rawText is what a printed raw exit reason came to, or a printed stack.
type rawText struct {
	dialect  term.Dialect
	reason   Reason
	complete bool
}

// knownRaw and knownStacks remember raw exit reasons and stacks of a crash loop.
var (
	knownRaw    = memo[rawText]{max: 1024}
	knownStacks = memo[rawText]{max: 1024}
)

// otpReason reads text as a printed raw exit reason, its stacks inside it.
func otpReason(text string, d term.Dialect) (r Reason, complete bool) {
	known, _ := knownRaw.read(text, func(text string) (rawText, bool) {
		r, complete := parseRaw(text, d)
		return rawText{d, r, complete}, true
	})
	if known.dialect != d {
		return parseRaw(text, d)
	}
	return known.reason, known.complete
}

// parseRaw is otpReason for a text that is not known.
func parseRaw(text string, d term.Dialect) (r Reason, complete bool) {
	raw, complete, ok := otpTerm(text, d)
	if !ok {
		return Reason{Text: text}, complete
	}
	if raw.Kind == term.Elided { // "...": the limit left nothing of it
		return Reason{Text: text}, false
	}
	if !complete {
		raw = withoutCutStack(raw)
	} else if raw.Kind == term.Tuple && len(raw.Args) == 2 && isCutStack(raw.Args[1]) {
		raw = raw.Args[0]
	}
	r = rawReason(raw, text, d)
	r.Text = innerText(text, raw)
	return r, complete
}

// isCutStack says whether t is a stack of which a limit of the formatter left no
// whole frame: [{shop_cart,...}|...].
func isCutStack(t term.Term) bool {
	if t.Kind != term.List || !t.Elided() || isStack(t) {
		return false
	}
	first := t.Args[0]
	return first.Kind == term.Elided && len(t.Args) == 1 ||
		first.Kind == term.Tuple && first.Elided() && len(first.Args) < 5 && (first.Args[0].Kind == term.Atom || first.Args[0].Kind == term.Elided)
}

// withoutCutStack gives the reason of {Reason, Stack} where the text ends before
// the first frame does. A tuple in a tuple is always {Reason, …}.
func withoutCutStack(t term.Term) term.Term {
	if t.Kind != term.Tuple || len(t.Args) == 0 || len(t.Args) > 2 {
		return t
	}
	reason := t.Args[0]
	if reason.Kind != term.Tuple && reason.Kind != term.Struct && reason.Kind != term.Map && !isErrorAtom(reason) {
		return t
	}
	if len(t.Args) == 1 || t.Args[1].Kind == term.Elided {
		return reason
	}
	if stack := t.Args[1]; stack.Kind == term.List && len(stack.Args) < 3 && !isStack(stack) {
		return reason
	}
	return t
}

// rawReason normalises a raw reason; its stack was read from text, or put
// together where that is "".
func rawReason(raw term.Term, text string, d term.Dialect) Reason {
	raw = undoUndef(raw)
	r := Normalize(raw)
	r.setArgs(raw, text, d)
	return r
}

// otpTerm reads the term that text is. ok is false where it is none: prose, or
// nothing.
func otpTerm(text string, d term.Dialect) (t term.Term, complete, ok bool) {
	if text == "" {
		return term.Term{}, false, false
	}
	t, end, complete := term.ReadIn(text, d)
	switch t.Kind {
	case term.None, term.Raw:
		return term.Term{}, complete, false
	case term.Atom, term.Var, term.Int:
		// A word with more behind it is the start of a sentence; lines below it are
		// what a program printed after the report.
		if rest := strings.Trim(text[end:lineEnd(text, end)], " \t\r."); rest != "" {
			return term.Term{}, complete, false
		}
	}
	return t, complete, true
}

// innerText gives the part of text that is the reason inside {Reason, Stack}.
func innerText(text string, t term.Term) string {
	for t.Kind == term.Tuple && len(t.Args) == 2 && isStack(t.Args[1]) {
		t = t.Args[0]
	}
	if int(t.Start) < int(t.End) && int(t.End) <= len(text) {
		return text[t.Start:t.End]
	}
	return text
}

// undoUndef turns the two reasons that OTP prints for undef back into it:
// {'module could not be loaded', Stack} and {'function not exported', Stack} of
// gen_server, {'module could not be loaded', M} and {'function not exported',
// {M,F,A}} of gen_statem, which took the first frame off the stack.
func undoUndef(t term.Term) term.Term {
	if t.Kind != term.Tuple || len(t.Args) != 2 {
		return t
	}
	undef := term.MakeAtom("undef")
	if isRewrittenUndef(t) && isStack(t.Args[1]) {
		return term.MakeTuple(undef, t.Args[1])
	}
	if inner := t.Args[0]; isRewrittenUndef(inner) && isStack(t.Args[1]) {
		stack := t.Args[1].Args
		if mfa := inner.Args[1]; mfa.Kind == term.Tuple && len(mfa.Args) == 3 {
			top := term.MakeTuple(mfa.Args[0], mfa.Args[1], mfa.Args[2], term.MakeList())
			stack = append([]term.Term{top}, stack...)
		}
		return term.MakeTuple(undef, term.MakeList(stack...))
	}
	return t
}

func isRewrittenUndef(t term.Term) bool {
	return t.Tagged("module could not be loaded", 2) || t.Tagged("function not exported", 2)
}

// otpStack reads a printed stacktrace.
func otpStack(text string, d term.Dialect) (frames []Frame, complete bool) {
	known, _ := knownStacks.read(text, func(text string) (rawText, bool) {
		frames, complete := parseStack(text, d)
		return rawText{d, Reason{Stack: frames}, complete}, true
	})
	if known.dialect != d {
		return parseStack(text, d)
	}
	return known.reason.Stack, known.complete
}

// parseStack is otpStack for a text that is not known.
func parseStack(text string, d term.Dialect) (frames []Frame, complete bool) {
	t, _, complete := term.ReadIn(text, d)
	if t.Kind == term.List {
		frames = framesFromStack(t)
	}
	return frames, complete
}

// otpClient reads what follows "Client ": "<0.9.0> stacktrace" and a stack,
// "<0.9.0> is dead", "<0.9.0> is remote on node n@h". OTP 20 and later.
func otpClient(text string, d term.Dialect) (c *Client, complete bool) {
	text = strings.TrimLeft(text, " ")
	end := phraseEnd(text, 0)
	p := otpProcessOf(strings.TrimSpace(text[:end]))
	c = &Client{Pid: p.Pid, Name: p.Name}
	rest := strings.TrimLeft(text[end:], " ")
	switch {
	case strings.HasPrefix(rest, "stacktrace"):
		c.State = "alive"
		c.Stack, complete = otpStack(otpValue(strings.TrimPrefix(rest[len("stacktrace"):], ":")), d)
	case strings.HasPrefix(rest, "is dead"):
		c.State, complete = "dead", true
	case strings.HasPrefix(rest, "is remote on node "):
		c.State, complete = "remote", true
		c.Node = unquoteName(strings.TrimRight(strings.TrimSpace(rest[len("is remote on node "):]), "."))
	}
	return c, complete
}

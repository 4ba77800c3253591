package parser

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/beamlog/beamlog/parser/term"
)

// runMode says how far a run reaches.
type runMode uint8

const (
	runValue runMode = iota // up to the next label; the token is the text after the literal
	runLines                // as runValue, but neighbouring runs of one symbol are one token, literals included
	runRest                 // up to the end of the report
)

// label is a literal that opens one run of a report, and the token that the run
// becomes.
type label struct {
	literal string
	symbol  string
	mode    runMode
}

// labelLexer is the lexer of the OTP grammars: it cuts a report at the labels of
// its shape into run tokens, so that a grammar sees about ten of them. A token's
// value is the text between its label and the next one.
//
// Labels open lines. Where the first line is the whole report (logger_formatter's
// single_line puts ", " for every newline) they stand after ", " or "; ".
// Text before the first label is a token of the symbol Other.
type labelLexer struct {
	labels   []label
	byFirst  map[byte][]label // by the first byte of their literals
	sentence bool             // labels stand inside a sentence, in their own order
	lines    bool             // labels open lines only: nobody joins the lines of this report
	symbols  map[string]lexer.TokenType
}

// Bounds of the search in texts without lines.
const (
	maxLabelRuns   = 256
	maxLabelSearch = 64 << 10
)

// otherSymbol is the token of what no label announces.
const otherSymbol = "Other"

// newLabelLexer is a lexer for reports of "label: value" lines.
func newLabelLexer(labels ...label) *labelLexer {
	l := &labelLexer{labels: labels, byFirst: map[byte][]label{}, symbols: map[string]lexer.TokenType{"EOF": lexer.EOF}}
	for _, lb := range labels {
		l.byFirst[lb.literal[0]] = append(l.byFirst[lb.literal[0]], lb)
	}
	for _, lb := range append(labels, label{symbol: otherSymbol}) {
		if _, ok := l.symbols[lb.symbol]; !ok {
			l.symbols[lb.symbol] = lexer.EOF - lexer.TokenType(len(l.symbols))
		}
	}
	return l
}

// newSentenceLexer is a lexer for one-line reports: each label may follow only
// those listed before it, and values are skipped as terms, so that a ". Reason: "
// inside a string opens nothing.
func newSentenceLexer(labels ...label) *labelLexer {
	l := newLabelLexer(labels...)
	l.sentence = true
	return l
}

// newLineLexer is [newLabelLexer] for reports whose lines are never joined.
func newLineLexer(labels ...label) *labelLexer {
	l := newLabelLexer(labels...)
	l.lines = true
	return l
}

// Symbols implements [lexer.Definition].
func (l *labelLexer) Symbols() map[string]lexer.TokenType { return l.symbols }

// Lex implements [lexer.Definition]; a text is cut by cut.
func (l *labelLexer) Lex(string, io.Reader) (lexer.Lexer, error) { return nil, errOwnLexer }

// cut implements [cutter].
func (l *labelLexer) cut(s string, room []token) []token {
	runs := labelRuns{lexer: l, text: s, tokens: room}
	if l.sentence {
		runs.cutSentence()
		return runs.tokens
	}
	if !l.lines {
		runs.text = s[:lineEnd(s, 0)]
		runs.cutJoined()
	}
	if l.lines || len(runs.tokens) < 2 && len(runs.text) < len(s) {
		runs.text, runs.tokens = s, runs.tokens[:0]
		runs.cutLines()
	}
	return runs.tokens
}

// labelRuns is one text cut into runs.
type labelRuns struct {
	lexer  *labelLexer
	text   string
	tokens []token
}

// emit adds the run text[start:end] of a label whose literal stands at at.
func (r *labelRuns) emit(lb label, at, start, end int) {
	t := r.lexer.symbols[lb.symbol]
	if lb.mode == runLines {
		start = at
		if n := len(r.tokens); n > 0 && r.tokens[n-1].kind == t {
			r.tokens[n-1].to = end
			return
		}
	}
	r.tokens = append(r.tokens, token{t, start, end})
}

// cutLines cuts a report of several lines: a line whose first word is a label
// opens a run, any other goes on with the run before.
func (r *labelRuns) cutLines() {
	cur, at, start := label{symbol: otherSymbol}, 0, 0
	for i := 0; i < len(r.text); {
		end := lineEnd(r.text, i)
		lb, at2, after, ok := r.labelAt(i, end)
		if ok {
			if i > 0 {
				r.emit(cur, at, start, i-1)
			}
			cur, at, start = lb, at2, after
			if lb.mode == runRest {
				break
			}
		}
		i = end + 1
	}
	if len(r.text) > 0 {
		r.emit(cur, at, min(start, len(r.text)), len(r.text))
	}
}

// labelAt gives the label with which the line at i begins, after blanks. A line
// that ends inside a literal's trailing blanks has that label too: RabbitMQ and
// trimming transports drop them.
func (r *labelRuns) labelAt(i, end int) (lb label, at, after int, ok bool) {
	for i < end && (r.text[i] == ' ' || r.text[i] == '\t') {
		i++
	}
	line := r.text[i:end]
	if line == "" {
		return label{}, 0, 0, false
	}
	for _, lb := range r.lexer.byFirst[line[0]] {
		if strings.HasPrefix(line, lb.literal) {
			return lb, i, i + len(lb.literal), true
		}
		if n := len(line); n > 0 && n < len(lb.literal) && lb.literal[:n] == line && strings.Trim(lb.literal[n:], " ") == "" {
			return lb, i, end, true
		}
	}
	return label{}, 0, 0, false
}

// cutJoined cuts a report whose newlines were turned into ", ".
func (r *labelRuns) cutJoined() {
	cur, at, start := label{symbol: otherSymbol}, 0, 0
	for i := 0; i < len(r.text) && len(r.tokens) < maxLabelRuns; {
		if lb, at2, after, ok := r.labelAt(skipJoint(r.text, i), len(r.text)); ok && (i == 0 || at2 > i) {
			if i > 0 {
				r.emit(cur, at, start, i)
			}
			cur, at, start = lb, at2, after
			if lb.mode == runRest {
				break
			}
			if i = after; !r.labelFollows(after) { // "crasher: initial call: …"
				i = phraseEnd(r.text, after)
			}
			continue
		}
		next := r.nextJoint(i)
		if next < 0 {
			break
		}
		i = next
	}
	if len(r.text) > 0 {
		r.emit(cur, at, start, len(r.text))
	}
}

// labelFollows says whether a label stands directly after the one that ends at i.
func (r *labelRuns) labelFollows(i int) bool {
	_, _, _, ok := r.labelAt(skipJoint(r.text, i), len(r.text))
	return ok
}

// nextJoint gives the index of the next ", " or "; " that a label follows, or -1.
func (r *labelRuns) nextJoint(i int) int {
	limit := min(len(r.text), i+maxLabelSearch)
	for i++; i < limit-1; i++ {
		if c := r.text[i]; c != ',' && c != ';' || r.text[i+1] != ' ' {
			continue
		}
		if r.labelFollows(i) {
			return i
		}
	}
	return -1
}

// skipJoint skips what stands between two joined lines.
func skipJoint(s string, i int) int {
	for i < len(s) && (s[i] == ',' || s[i] == ';' || s[i] == ' ') {
		i++
	}
	return i
}

// cutSentence cuts a one-line report whose labels stand in order.
func (r *labelRuns) cutSentence() {
	k, ok := r.openSentence()
	if !ok {
		r.emit(label{symbol: otherSymbol}, 0, 0, len(r.text))
		return
	}
	cur, start := r.lexer.labels[k], len(r.lexer.labels[k].literal)
	for cur.mode != runRest {
		at, next := r.nextInOrder(phraseEnd(r.text, start), k)
		if next < 0 {
			break
		}
		r.emit(cur, at, start, at)
		cur, k, start = r.lexer.labels[next], next, at+len(r.lexer.labels[next].literal)
	}
	r.emit(cur, start, start, len(r.text))
}

// openSentence gives the label that the text begins with.
func (r *labelRuns) openSentence() (int, bool) {
	for k, lb := range r.lexer.labels {
		if strings.HasPrefix(r.text, lb.literal) {
			return k, true
		}
	}
	return 0, false
}

// nextInOrder gives the first place from i on where a label after the k-th stands.
func (r *labelRuns) nextInOrder(i, k int) (at, next int) {
	at, next = -1, -1
	for n := k + 1; n < len(r.lexer.labels); n++ {
		lit := r.lexer.labels[n].literal
		if strings.HasPrefix(r.text[i:], lit) {
			return i, n
		}
		limit := len(r.text)
		if at >= 0 {
			limit = min(limit, at+len(lit)-1)
		}
		if j := indexUnquoted(r.text[i:limit], lit); j >= 0 && (at < 0 || i+j < at) {
			at, next = i+j, n
		}
	}
	return at, next
}

// indexUnquoted gives the first place in s where literal stands outside double
// quotes. A quote that is not closed opens nothing: the text was cut.
func indexUnquoted(s, literal string) int {
	from := 0
	for {
		j := strings.Index(s[from:], literal)
		if j < 0 {
			return -1
		}
		q := strings.IndexByte(s[from:from+j], '"')
		if q < 0 {
			return from + j
		}
		end := stringEnd(s, from+q)
		if end < 0 {
			return from + j
		}
		from = end
	}
}

// stringEnd gives the end of the string whose quote stands at s[i]; -1 if it is
// not closed.
func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// phraseEnd gives the end of the value at i: a term, or terms that no blank
// separates, as in bad:start_link(w1) and go:'-run/0-fun-7-'/0.
func phraseEnd(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	for i < len(s) {
		end, _ := term.Skip(s, i)
		if end <= i {
			return i
		}
		i = end
		for i < len(s) && (s[i] == ':' || s[i] == '/') && i+1 < len(s) && s[i+1] != ' ' && s[i+1] != ',' {
			i++
		}
		if i == end && (i >= len(s) || s[i] != '(') {
			break
		}
	}
	return i
}

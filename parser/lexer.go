package parser

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// The tokens of Elixir's reports. A token is a run: a whole title, a whole
// message, a whole run of frames. What is in a run is read by hand afterwards.
const (
	tokTitle   lexer.TokenType = -2 - iota // the lines before the reason
	tokLabels                              // a run of fields: "Last message: :x", "State: 1"
	tokBanner                              // "KeyError" of "** (KeyError) "; opens a level
	tokClose                               // the end of a level, also where the text was cut
	tokMessage                             // an exception's message
	tokWords                               // words of the exit-text language, "" before a bare term
	tokTerm                                // the term or the call M.f(args) after the words
	tokFrames                              // a run of frames
	tokClient                              // "Client #PID<0.1.0> is alive"
)

// runSymbols are the tokens by the names that grammars use.
var runSymbols = sync.OnceValue(func() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Title": tokTitle, "Labels": tokLabels, "Banner": tokBanner, "Close": tokClose,
		"Message": tokMessage, "Words": tokWords, "Term": tokTerm, "Frames": tokFrames, "Client": tokClient,
	}
})

// runs is the lexer's definition. It only names the tokens: a lexer is made by
// [lexReport], which knows the shape.
type runs struct{}

func (runs) Symbols() map[string]lexer.TokenType { return runSymbols() }

func (runs) Lex(string, io.Reader) (lexer.Lexer, error) {
	return nil, errors.New("parser: a run lexer is made for one shape")
}

// runGrammar builds the grammar of a shape whose reports are cut by a [runLexer],
// when it is first used.
func runGrammar[T any]() func() *grammar[T] {
	return sync.OnceValue(func() *grammar[T] { return newGrammar[T](participle.Lexer(runs{})) })
}

// field is one labelled part of a report.
type field struct{ Label, Value string }

// layout says what a shape's report may hold besides its reason.
type layout struct {
	labels []string // keys of fields; one with leading blanks is indented so
	first  []string // keys that stand before the reason
	text   bool     // the reason is an exit text without a banner, right after the title
	client bool     // a "Client … is alive" block may follow
}

// maxLevels bounds how deep exit reasons may nest; what is deeper is message.
const maxLevels = 64

// runLexer cuts one report into runs. It never fails: where the text stops too
// soon it closes the open levels itself.
type runLexer struct {
	s       string
	lay     *layout
	lenient bool // frames may stand at column 0, text may follow a term
	cut     bool // the last line may end anywhere
	tokens  []lexer.Token
	next    int
	pooled  *[]lexer.Token // goes back to the pool once the tree is made
	levels  []int          // the indentation of the frames of each open level

	fields  []field // the fields of the runs of labels
	end     int     // where the report ends
	open    bool    // a bracket or quote was open where a run ended
	text    int     // where the reason's text starts; -1 without a reason
	noBlank int     // no blank line stands here or after; 0 if that is not known
	cuts    []int   // start and end of each run of frames in the reason
	reason  int     // where the reason ends

	levelBuf [4]int
}

// tokenPool has room for the tokens of one report.
var tokenPool = sync.Pool{New: func() any {
	tokens := make([]lexer.Token, 0, 32)
	return &tokens
}}

// Next gives the next token.
func (l *runLexer) Next() (lexer.Token, error) {
	if l.next < len(l.tokens) {
		l.next++
		return l.tokens[l.next-1], nil
	}
	return lexer.Token{Type: lexer.EOF, Pos: lexer.Position{Offset: l.end}}, nil
}

func (l *runLexer) run() []lexer.Token { return l.tokens }

// parseReport lexes the report that opens the record's body, whose title ends at
// title, and parses it by the shape's grammar. Without a title (0) there is no
// Title token. The lexer gives only sequences that the grammars take; an error
// would be a bug, and then the tree has what was read before it.
func parseReport[T any](g *grammar[T], rec *ingest.Record, title int, lay *layout) (*T, *runLexer) {
	l := lexReport(rec, title, lay)
	tree, _ := g.parse(l, participle.AllowTrailing(true))
	clear(l.tokens)
	*l.pooled = l.tokens[:0]
	tokenPool.Put(l.pooled)
	l.tokens, l.pooled = nil, nil
	if tree == nil {
		tree = new(T)
	}
	return tree, l
}

// parseText is parseReport for a text inside a record.
func parseText[T any](g *grammar[T], s string, lay *layout) (*T, *runLexer) {
	return parseReport(g, &ingest.Record{Body: s}, 0, lay)
}

// lexReport cuts the report that opens the record's body into runs.
func lexReport(rec *ingest.Record, title int, lay *layout) *runLexer {
	l := &runLexer{s: rec.Body, lay: lay, lenient: rec.Lenient, cut: rec.Cut, text: -1, pooled: tokenPool.Get().(*[]lexer.Token)}
	l.tokens, l.levels = *l.pooled, l.levelBuf[:0]
	if title > 0 {
		l.emit(tokTitle, 0, title)
		l.end = title
	}
	l.report(title)
	return l
}

func (l *runLexer) emit(t lexer.TokenType, from, to int) {
	l.tokens = append(l.tokens, lexer.Token{Type: t, Value: l.s[from:to], Pos: lexer.Position{Offset: from}})
}

// report cuts what follows the title: fields that stand first, the reason, the
// other fields, the client.
func (l *runLexer) report(i int) {
	if k := l.skipBlank(i); l.lay.text && !isBanner(l.s[k:lineEnd(l.s, k)]) {
		i = l.bareExit(i)
	}
	i = l.labels(l.skipBlank(i), l.lay.first)
	if l.text < 0 && i < len(l.s) && isBanner(l.s[i:lineEnd(l.s, i)]) {
		l.text = bannerEnd(l.s, i)
		i = l.level(i, 0)
		l.reason, l.end = i, min(i, len(l.s))
	}
	i = l.labels(l.skipBlank(i), l.lay.labels)
	if l.lay.client && i < len(l.s) && isClient(l.s[i:lineEnd(l.s, i)]) {
		l.end = min(l.clientBlock(i), len(l.s))
	}
}

// skipBlank gives the first line at i or after that is not blank.
func (l *runLexer) skipBlank(i int) int {
	for i < len(l.s) {
		end := lineEnd(l.s, i)
		if !isBlank(l.s[i:end]) {
			return i
		}
		i = end + 1
	}
	return len(l.s)
}

// labels cuts a run of fields at i and gives the next line that is not blank.
func (l *runLexer) labels(i int, keys []string) int {
	start := i
	for i < len(l.s) {
		n := labelLen(l.s[i:], keys)
		if n == 0 {
			break
		}
		l.end = min(l.field(i, n), len(l.s))
		i = l.skipBlank(l.end)
	}
	if i > start {
		l.emit(tokLabels, start, l.end)
	}
	return i
}

// bareExit cuts an exit text that has no banner, as "Application … exited: " and
// Ranch print it.
func (l *runLexer) bareExit(i int) int {
	for i < len(l.s) && l.s[i] == '\n' {
		i++
	}
	if i >= len(l.s) {
		return i
	}
	l.text = i
	l.emit(tokBanner, i, i)
	l.levels = append(l.levels, 4)
	i = l.exitText(i, 0)
	i = l.nested(i, 0)
	i = l.closeLevel(i)
	l.reason, l.end = i, min(i, len(l.s))
	return i
}

// level cuts one banner that stands at i, indented by indent, with all that
// belongs to it, and gives the start of the next line.
func (l *runLexer) level(i, indent int) int {
	kind := i + len("** (")
	end := kind + strings.IndexByte(l.s[kind:], ')')
	l.emit(tokBanner, kind, end)
	l.levels = append(l.levels, indent+4)
	i = end + 1
	if i < len(l.s) && l.s[i] == ' ' {
		i++
	}
	switch class := l.s[kind:end]; {
	case class == "stop" || class == "exit" || class == "EXIT" || strings.HasPrefix(class, "EXIT from "):
		i = l.exitText(i, indent)
		i = l.nested(i, indent)
	case class == "throw":
		l.emit(tokWords, i, i)
		i = l.term(i)
	case isBanner(l.s[i:lineEnd(l.s, i)]) && len(l.levels) < maxLevels:
		// Oban.CrashError's message is a whole banner.
		i = l.level(i, indent)
	case class == "Mix" && strings.HasPrefix(l.s[i:], couldNotStart):
		i = l.mixStart(i, indent)
	default:
		i = l.message(i)
	}
	return l.closeLevel(i)
}

// couldNotStart opens mix's report of an application that did not start.
const couldNotStart = "Could not start application "

// mixStart cuts "Could not start application my_app: " and the exit text.
func (l *runLexer) mixStart(i, indent int) int {
	colon := strings.Index(l.s[i:lineEnd(l.s, i)], ": ")
	if colon < 0 {
		return l.message(i)
	}
	l.emit(tokWords, i, i+colon+2)
	i = l.exitText(i+colon+2, indent)
	return l.nested(i, indent)
}

// nested cuts the "** (EXIT) …" or "** (KeyError) …" one level deeper, if it is there.
func (l *runLexer) nested(i, indent int) int {
	if i >= len(l.s) || len(l.levels) >= maxLevels {
		return i
	}
	n := indentation(l.s[i:])
	if n > indent && isBanner(l.s[i+n:lineEnd(l.s, i)]) {
		return l.level(i+n, n)
	}
	return i
}

// closeLevel cuts the frames of the innermost open level and closes it.
func (l *runLexer) closeLevel(i int) int {
	want := l.levels[len(l.levels)-1]
	outer := 0
	if len(l.levels) > 1 {
		outer = l.levels[len(l.levels)-2]
	}
	l.levels = l.levels[:len(l.levels)-1]
	end := l.frameRun(i, func(n int) bool {
		return n >= want || n > outer && n >= 2 || l.lenient && len(l.levels) == 0
	})
	if end > i {
		l.emit(tokFrames, i, min(end, len(l.s)))
		l.cuts = append(l.cuts, i, min(end, len(l.s)))
	}
	at := min(end, len(l.s))
	l.emit(tokClose, at, at)
	return end
}

// frameRun gives the end of the run of frames at i whose indentation fits.
func (l *runLexer) frameRun(i int, fits func(indent int) bool) int {
	for i < len(l.s) {
		end := lineEnd(l.s, i)
		n := indentation(l.s[i:])
		if !fits(n) || !l.isFrame(l.s[i+n:end]) {
			break
		}
		i = end + 1
	}
	return i
}

// isFrame says whether a line, without its indentation, is a frame.
func (l *runLexer) isFrame(line string) bool {
	if line == "..." {
		return l.lenient
	}
	_, ok := frameOf(line)
	return ok
}

// field keeps a label of n bytes at i and its value, which goes on over further
// lines while a bracket is open or they are indented.
func (l *runLexer) field(i, n int) int {
	label := l.s[i+indentation(l.s[i:]) : i+n]
	i += n + 1
	if i < len(l.s) && l.s[i] == ' ' {
		i++
	}
	i = min(i, len(l.s))
	end, next := l.value(i)
	if l.fields == nil {
		l.fields = make([]field, 0, 12) // as a crash report has
	}
	l.fields = append(l.fields, field{label, l.s[i:end]})
	return next
}

// value gives where the value that starts at i ends, and the next line. The next
// label ends it whatever is open; what is open then was cut.
func (l *runLexer) value(i int) (end, next int) {
	end = lineEnd(l.s, i)
	limit := end
	for limit < len(l.s) && !l.opensNext(limit+1) {
		limit = lineEnd(l.s, limit+1)
	}
	stop, complete := end, true
	if i < end {
		stop, complete = term.Skip(l.s[:limit], i)
	}
	if !complete {
		l.open = true
		return limit, limit + 1
	}
	if stop <= end {
		// A value of one line, or plain text that goes on while lines are indented.
		for end < limit && indentation(l.s[end+1:]) > 0 {
			end = lineEnd(l.s, end+1)
		}
		return end, end + 1
	}
	end = lineEnd(l.s, stop)
	return end, end + 1
}

// opensNext says whether the line at i is a label or the client's line.
func (l *runLexer) opensNext(i int) bool {
	if i >= len(l.s) {
		return false
	}
	return labelLen(l.s[i:], l.lay.labels) > 0 || labelLen(l.s[i:], l.lay.first) > 0 ||
		l.lay.client && isClient(l.s[i:lineEnd(l.s, i)])
}

// clientBlock cuts "Client … is alive" and the frames after the blank line.
func (l *runLexer) clientBlock(i int) int {
	end := lineEnd(l.s, i)
	l.emit(tokClient, i, end)
	i = end + 1
	start := i
	for start < len(l.s) && l.s[start] == '\n' {
		start++
	}
	last := l.frameRun(start, func(n int) bool { return n >= 2 })
	if last > start {
		l.emit(tokFrames, start, min(last, len(l.s)))
		return last
	}
	return i
}

// reasonText gives the reason as printed after its banner, without frames.
func (l *runLexer) reasonText() string {
	if l.text < 0 {
		return ""
	}
	end := min(l.reason, len(l.s))
	from := min(l.text, end)
	if len(l.cuts) == 0 {
		return strings.TrimRight(l.s[from:end], " \n")
	}
	if l.cuts[1] >= end && len(l.cuts) == 2 {
		return strings.TrimRight(l.s[from:l.cuts[0]], " \n")
	}
	var b strings.Builder
	for i := 0; i+1 < len(l.cuts); i += 2 {
		b.WriteString(l.s[from:l.cuts[i]])
		from = l.cuts[i+1]
	}
	b.WriteString(l.s[from:max(from, end)])
	return strings.TrimRight(b.String(), " \n")
}

// indentation counts the blanks at the start of s; a tab counts as four.
func indentation(s string) int {
	n := 0
	for n < len(s) && (s[n] == ' ' || s[n] == '\t') {
		n++
	}
	return n
}

func isBlank(line string) bool {
	for i := 0; i < len(line); i++ {
		if line[i] != ' ' && line[i] != '\t' && line[i] != '\r' {
			return false
		}
	}
	return true
}

// isBanner says whether the line opens with a banner: "** (" and stop, exit,
// throw, EXIT or an exception's name in the parentheses.
func isBanner(line string) bool {
	if !strings.HasPrefix(line, "** (") {
		return false
	}
	end := strings.IndexByte(line, ')')
	if end < 0 {
		return false
	}
	name := line[len("** ("):end]
	switch name {
	case "stop", "exit", "throw", "EXIT":
		return true
	}
	return strings.HasPrefix(name, "EXIT from ") || isExceptionName(name)
}

// isExceptionName says whether s is an alias, or an Erlang atom that Elixir
// prints for a struct that is no alias (":my_error").
func isExceptionName(s string) bool {
	if s == "" {
		return false
	}
	if s[0] == ':' {
		return len(s) > 1 && strings.IndexByte(s, ' ') < 0
	}
	if s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; !isWord(c) && c != '.' && c < 0x80 {
			return false
		}
	}
	return true
}

// bannerEnd gives the index of the text after the banner at i.
func bannerEnd(s string, i int) int {
	i += strings.IndexByte(s[i:], ')') + 1
	if i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// labelLen gives the length of the label that opens s, without its colon, or 0.
// "Last message" may tell its sender: "Last message (from #PID<0.1.0>): ".
func labelLen(s string, keys []string) int {
	if s == "" {
		return 0
	}
	for _, key := range keys {
		if key[0] != s[0] || !strings.HasPrefix(s, key) {
			continue
		}
		rest := s[len(key):]
		if rest != "" && rest[0] == ':' && (len(rest) == 1 || rest[1] == ' ' || rest[1] == '\n') {
			return len(key)
		}
		if strings.HasPrefix(rest, " (from ") {
			if i := strings.Index(rest[:lineEnd(rest, 0)], "):"); i > 0 {
				return len(key) + i + 1
			}
		}
	}
	return 0
}

// isClient says whether the line tells of the client of the server's last call.
func isClient(line string) bool {
	return strings.HasPrefix(line, "Client ") &&
		(strings.HasSuffix(line, " is alive") || strings.HasSuffix(line, " is dead") ||
			strings.Contains(line, " is remote on node "))
}

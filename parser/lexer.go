package parser

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// The tokens of the reason in Elixir's reports. A token is a run: a whole message,
// a whole run of frames. What is in a run is read by hand afterwards.
const (
	tokBanner  lexer.TokenType = -2 - iota // "KeyError" of "** (KeyError) "; opens a level
	tokClose                               // the end of a level, also where the text was cut
	tokMessage                             // an exception's message
	tokWords                               // words of the exit-text language, "" before a bare term
	tokTerm                                // the term or the call M.f(args) after the words
	tokFrames                              // a run of frames
)

// runSymbols are the tokens by the names that grammars use.
var runSymbols = sync.OnceValue(func() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Banner": tokBanner, "Close": tokClose, "Message": tokMessage,
		"Words": tokWords, "Term": tokTerm, "Frames": tokFrames,
	}
})

// runs is the lexer's definition. It only names the tokens: a lexer is made by
// [lexReport], which knows the shape.
type runs struct{}

func (runs) Symbols() map[string]lexer.TokenType { return runSymbols() }

func (runs) Lex(string, io.Reader) (lexer.Lexer, error) { return nil, errOwnLexer }

// errOwnLexer says that participle is not to cut a text.
var errOwnLexer = errors.New("parser: a grammar cuts its texts itself")

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

// runLexer cuts one report into its reason, its fields and its client, and the
// reason into runs. It never fails: where the text stops too soon it closes the
// open levels itself.
type runLexer struct {
	s       string
	lay     *layout
	lenient bool // frames may stand at column 0, text may follow a term
	cut     bool // the last line may end anywhere

	end    int     // where the report ends
	open   bool    // a bracket or quote was open where a run ended
	fields []field // its labelled parts
	client string  // "Client #PID<0.1.0> is alive"
	frames string  // the client's

	labelled struct{ at, n int } // the last line that label looked at, and what it said
	key      int                 // the label that comes next

	reason  string  // its lines; there are none where there are no tokens
	tokens  []token // what they were cut into, counted from their start
	levels  []int   // the indentation of the frames of each open level
	noBlank int     // no blank line stands here or after; 0 if that is not known
}

var lexers = sync.Pool{New: func() any { return new(runLexer) }}

// maxPooled bounds the tokens and fields for which a lexer keeps room.
const maxPooled = 256

// release gives the lexer back: nobody may look at it after that.
func (l *runLexer) release() {
	if cap(l.tokens)+cap(l.fields) > maxPooled {
		return
	}
	clear(l.fields)
	*l = runLexer{tokens: l.tokens[:0], levels: l.levels[:0], fields: l.fields[:0]}
	lexers.Put(l)
}

// lexReport cuts the report that opens the record's body, whose title ends at
// title; 0 is none. Who calls it releases the lexer.
func lexReport(rec *ingest.Record, title int, lay *layout) *runLexer {
	l := lexers.Get().(*runLexer)
	l.s, l.lay, l.lenient, l.cut = rec.Body, lay, rec.Lenient, rec.Cut
	l.end = title
	l.report(title)
	return l
}

// lexText is lexReport for a text inside a record, which has no title.
func lexText(s string, lay *layout) *runLexer {
	return lexReport(&ingest.Record{Body: s}, 0, lay)
}

func (l *runLexer) emit(t lexer.TokenType, from, to int) {
	l.tokens = append(l.tokens, token{t, from, to})
}

// report cuts what follows the title: fields that stand first, the reason, the
// other fields, the client.
func (l *runLexer) report(i int) {
	if l.lay.text && !l.bannerAt(l.skipBlank(i)) {
		i = l.bareExit(i)
	}
	i = l.labels(l.skipBlank(i), true)
	if len(l.tokens) == 0 && l.bannerAt(i) {
		start := i
		i = l.level(i, 0)
		l.endReason(start, i)
	}
	i = l.labels(l.skipBlank(i), false)
	if l.lay.client && i < len(l.s) && isClient(l.s[i:]) {
		l.end = min(l.clientBlock(i), len(l.s))
	}
}

// skipBlank gives the first line at i or after that is not blank.
func (l *runLexer) skipBlank(i int) int {
	for i < len(l.s) {
		if l.s[i] > ' ' {
			return i
		}
		end := lineEnd(l.s, i)
		if !isBlank(l.s[i:end]) {
			return i
		}
		i = end + 1
	}
	return len(l.s)
}

// labels cuts a run of fields at i and gives the next line that is not blank.
// first says that they are those before the reason.
func (l *runLexer) labels(i int, first bool) int {
	for i < len(l.s) {
		n := 0
		if first {
			n = labelLen(l.s[i:], l.lay.first)
		} else {
			n = l.label(i)
		}
		if n == 0 {
			break
		}
		l.end = min(l.field(i, n), len(l.s))
		i = l.skipBlank(l.end)
	}
	return i
}

// label gives the length of the label behind the reason that opens line i, or 0. It
// remembers the last line, which is asked for twice, and looks first for the label
// that mostly comes next: writers print them in one order.
func (l *runLexer) label(i int) int {
	if l.labelled.at == i && i > 0 {
		return l.labelled.n
	}
	l.labelled.at, l.labelled.n = i, 0
	for range l.lay.labels {
		key := l.lay.labels[l.key]
		if l.key++; l.key == len(l.lay.labels) {
			l.key = 0
		}
		if n := keyLen(l.s[i:], key); n > 0 {
			l.labelled.n = n
			break
		}
	}
	return l.labelled.n
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
	start := i
	l.emit(tokBanner, i, i)
	l.levels = append(l.levels, 4)
	i = l.exitText(i, 0)
	i = l.nested(i, 0)
	i = l.closeLevel(i)
	l.endReason(start, i)
	return i
}

// endReason says that the lines of the reason go from start up to i.
func (l *runLexer) endReason(start, i int) {
	l.end = min(i, len(l.s))
	l.reason = l.s[start:l.end]
	for i := range l.tokens {
		l.tokens[i].from -= start
		l.tokens[i].to -= start
	}
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
	case l.bannerAt(i) && len(l.levels) < maxLevels:
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
	if n > indent && l.bannerAt(i+n) {
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
	}
	at := min(end, len(l.s))
	l.emit(tokClose, at, at)
	return end
}

// frameRun gives the end of the run of frames at i whose indentation fits: that
// which fits, and more than it.
func (l *runLexer) frameRun(i int, fits func(indent int) bool) int {
	end := i
	for end < len(l.s) && l.s[end] == ' ' {
		end = lineEnd(l.s, end) + 1
	}
	if end > i {
		if known, ok := knownRuns.look(l.s[i:min(end, len(l.s))]); ok && known.indent > 0 && fits(known.indent) {
			i = end
		}
	}
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
	return l.label(i) > 0 || labelLen(l.s[i:], l.lay.first) > 0 ||
		l.lay.client && isClient(l.s[i:])
}

// clientBlock cuts "Client … is alive" and the frames after a blank line.
func (l *runLexer) clientBlock(i int) int {
	end := lineEnd(l.s, i)
	l.client = l.s[i:end]
	i = end + 1
	start := i
	for start < len(l.s) && l.s[start] == '\n' {
		start++
	}
	last := l.frameRun(start, func(n int) bool { return n >= 2 })
	if last > start {
		l.frames = l.s[start:min(last, len(l.s))]
		return last
	}
	return i
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

// bannerAt says whether the line at i opens with a banner.
func (l *runLexer) bannerAt(i int) bool {
	return i < len(l.s) && l.s[i] == '*' && isBanner(l.s[i:lineEnd(l.s, i)])
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

// labelLen gives the length of the first of the labels that opens s, without its
// colon, or 0.
func labelLen(s string, keys []string) int {
	for _, key := range keys {
		if n := keyLen(s, key); n > 0 {
			return n
		}
	}
	return 0
}

// keyLen gives the length of a label if it opens s, else 0. "Last message" may
// tell its sender: "Last message (from #PID<0.1.0>): ".
func keyLen(s, key string) int {
	if s == "" || key[0] != s[0] || !strings.HasPrefix(s, key) {
		return 0
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
	return 0
}

// isClient says whether the first line of s tells of the client of the server's last
// call.
func isClient(s string) bool {
	if !strings.HasPrefix(s, "Client ") {
		return false
	}
	line := s[:lineEnd(s, 0)]
	return strings.HasSuffix(line, " is alive") || strings.HasSuffix(line, " is dead") ||
		strings.Contains(line, " is remote on node ")
}

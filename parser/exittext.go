package parser

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"

	"github.com/beamlog/beamlog/parser/term"
)

// level is one banner of Elixir's language of exit reasons, with all that
// stands under it; the outermost one is the whole reason. Levels nest by
// indentation, which the lexer turns into Banner and Close tokens:
//
//	** (stop) exited in: GenServer.call(MyApp.Db, {:get, 1}, 5000)
//	    ** (EXIT) an exception was raised:
//	        ** (KeyError) key :x not found in: %{}
//	            (my_app 0.1.0) lib/my_app/db.ex:9: MyApp.Db.handle_call/3
//	    (elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3
type level struct {
	Banner  string    `parser:"@Banner"`
	Message string    `parser:"@Message?"`
	Exit    *exitText `parser:"@@?"`
	Inner   *level    `parser:"@@?"`
	Frames  string    `parser:"@Frames? Close"`
}

var levelGrammar = sync.OnceValue(func() *grammar[level] { return newGrammar[level](participle.Lexer(runs{})) })

// exitText is what Exception.format_exit/1 writes: fixed words, and the term or
// call that they are about. The words are empty before a bare term. Where they
// are " returned an error: ", Value is the call that stands before them and Then
// the exit text after them; mix's "Could not start application my_app: " has an
// exit text after it, too.
type exitText struct {
	Words string    `parser:"@Words"`
	Value string    `parser:"@Term?"`
	Then  *exitText `parser:"@@?"`
}

// The texts of the exit-text language.
const (
	textExitedIn    = "exited in: "
	textRaised      = "an exception was raised:"
	textChildFailed = "shutdown: failed to start child: "
	textShell       = "shell process exited with reason: "
	textEvaluator   = "evaluator process exited with reason: " // IEx, of the process that evaluates
	textExited      = " exited with reason: "
	textError       = " returned an error: "
	textBadValue    = " returned a bad value: "
	textBadSpec     = "bad child specification, "
	textBadSup      = "bad supervisor configuration, "
	textNoConn      = "no connection to "
	textDuplicateID = "more than one child specification has the id: "
)

// phrases are the exit texts that stand for one atom. The long form of noproc
// is Elixir's since 1.4.
var phrases = [...]struct{ text, atom string }{
	{"normal", "normal"},
	{"shutdown", "shutdown"},
	{"killed", "killed"},
	{"time out", "timeout"},
	{"no connection", "noconnection"},
	{"process attempted to call itself", "calling_self"},
	{"no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started", "noproc"},
	{"no process", "noproc"},
	{"no process: the process is not alive", "noproc"},
}

// tags are the exit texts of the form "text: term", by the atom of the tuple.
var tags = [...]struct{ text, atom string }{
	{"shutdown: ", "shutdown"},
	{"already started: ", "already_started"},
	{"bad return value: ", "bad_return_value"},
	{"bad call: ", "bad_call"},
	{"bad cast: ", "bad_cast"},
}

// beginnings are the fixed words of the language and the atoms that are printed
// without a colon, by what a text is that was cut inside them; "" where that is
// not known then.
var beginnings = sync.OnceValue(func() []textAtom {
	out := []textAtom{{"nil", "nil"}, {"true", "true"}, {"false", "false"}}
	for _, p := range phrases {
		out = append(out, textAtom(p))
	}
	for _, t := range tags {
		out = append(out, textAtom{text: t.text})
	}
	for _, text := range [...]string{textExitedIn, textRaised, textChildFailed, textShell, textBadSpec, textBadSup, textNoConn} {
		out = append(out, textAtom{text: text})
	}
	return out
})

// beginsWords says whether a text that was cut is the beginning of fixed words.
func beginsWords(cut string) bool {
	return slices.ContainsFunc(beginnings(), func(b textAtom) bool { return strings.HasPrefix(b.text, cut) })
}

// cutWords gives the atom for which words stood that were cut; Elided if they can
// have been several, or more than an atom.
//
//	** (EXIT) no process: the process is n
//	** (EXIT) shutdo
func cutWords(cut string) term.Term {
	atom := ""
	for _, b := range beginnings() {
		if !strings.HasPrefix(b.text, cut) {
			continue
		}
		if b.atom == "" || atom != "" && b.atom != atom {
			return term.MakeElided()
		}
		atom = b.atom
	}
	return term.MakeAtom(atom)
}

// exitText cuts the exit text at i and gives the start of the next line.
func (l *runLexer) exitText(i, indent int) int {
	s := l.s[i:]
	line := s[:lineEnd(s, 0)]
	switch {
	case line == "":
		return i + 1
	case strings.HasPrefix(s, textExitedIn):
		l.emit(tokWords, i, i+len(textExitedIn))
		return l.callLine(i + len(textExitedIn))
	case strings.HasPrefix(line, textRaised):
		l.emit(tokWords, i, i+len(textRaised))
		return i + len(line) + 1
	case strings.HasPrefix(s, textChildFailed):
		l.emit(tokWords, i, i+len(textChildFailed))
		return l.term(i + len(textChildFailed))
	case strings.HasPrefix(s, textShell) && !strings.HasPrefix(s[len(textShell):], textShell):
		return l.exitText(i+len(textShell), indent)
	case strings.HasPrefix(s, textEvaluator) && !strings.HasPrefix(s[len(textEvaluator):], textEvaluator):
		return l.exitText(i+len(textEvaluator), indent)
	case strings.HasPrefix(s, textBadSpec), strings.HasPrefix(s, textBadSup):
		return l.specText(i)
	case strings.HasPrefix(s, textNoConn):
		l.emit(tokWords, i, i+len(textNoConn))
		l.emit(tokTerm, i+len(textNoConn), i+len(line))
		return i + len(line) + 1
	}
	if len(l.tokens) > 4*maxLevels { // texts within texts: nobody writes so many
		l.emit(tokWords, i, i)
		return l.term(i)
	}
	if n := pidExited(line); n > 0 {
		return l.exitText(i+n, indent)
	}
	if l.cut && i+len(line) == len(l.s) && l.cutText(i, strings.TrimRight(line, " ")) {
		return len(l.s)
	}
	for _, p := range phrases {
		if line == p.text || len(line) > len(p.text) && strings.HasPrefix(p.text, "no process:") && strings.HasPrefix(line, p.text) {
			l.emit(tokWords, i, i+len(line))
			return i + len(line) + 1
		}
	}
	for _, t := range tags {
		if strings.HasPrefix(line, t.text) {
			l.emit(tokWords, i, i+len(t.text))
			return l.term(i + len(t.text))
		}
	}
	if next, ok := l.returned(i, line, indent); ok {
		return next
	}
	l.emit(tokWords, i, i)
	return l.term(i)
}

// cutText cuts an exit text at i of which the fixed words were cut, and says
// whether that is what it is. What they would have said is Elided.
func (l *runLexer) cutText(i int, text string) bool {
	end := i + len(text)
	call, words := text, ""
	if j := strings.LastIndex(text, " r"); j > 0 {
		call, words = text[:j], text[j:]
	}
	switch {
	case words != "" && (strings.HasPrefix(textError, words) || strings.HasPrefix(textBadValue, words)) && readCall(call).Kind == term.Tuple:
	case !beginsWords(text):
		return false
	case cutWords(text).Kind != term.Elided:
		l.emit(tokWords, i, end)
		return true
	}
	l.emit(tokWords, i, i)
	l.emit(tokTerm, end, end)
	return true
}

// pidExited gives the length of "#PID<0.123.0> exited with reason: ", as guides
// write it after "** (EXIT) "; 0 if the line does not open so.
func pidExited(line string) int {
	if !strings.HasPrefix(line, "#PID<") && !strings.HasPrefix(line, "<") {
		return 0
	}
	end := strings.IndexByte(line, '>')
	if end < 0 || !strings.HasPrefix(line[end+1:], textExited) {
		return 0
	}
	return end + 1 + len(textExited)
}

// callLine cuts the call "M.f(args)" at i, whose arguments are inspected terms,
// and gives the start of the next line.
func (l *runLexer) callLine(i int) int {
	end := l.callEnd(i)
	l.emit(tokTerm, i, end)
	return lineEnd(l.s, end) + 1
}

// callEnd gives the end of the call at i: by the brackets of its arguments, not
// by the first closing parenthesis; the end of the line if it has none.
func (l *runLexer) callEnd(i int) int {
	line := lineEnd(l.s, i)
	open := openParen(l.s[i:line])
	if open < 0 {
		return line
	}
	end, complete := term.Skip(l.s, i+open)
	if !complete {
		// The call was cut, or holds text whose quotes do not balance: a nested
		// banner below says that its line was whole.
		if line < len(l.s) && isBanner(strings.TrimLeft(l.s[line+1:lineEnd(l.s, line+1)], " ")) {
			return line
		}
		l.open = true
	}
	return max(end, min(i+open+1, len(l.s)))
}

// returned cuts "M.start(:normal, []) returned an error: <exit text>" and
// "M.init/1 returned a bad value: <term>".
func (l *runLexer) returned(i int, line string, indent int) (next int, ok bool) {
	if !strings.Contains(line, " returned a") {
		return 0, false
	}
	end := i + strings.Index(line, " returned a")
	if open := openParen(line); open >= 0 {
		end = l.callEnd(i)
	}
	rest := l.s[end:]
	switch {
	case strings.HasPrefix(rest, textError):
		l.emit(tokWords, end, end+len(textError))
		l.emit(tokTerm, i, end)
		return l.exitText(end+len(textError), indent), true
	case strings.HasPrefix(rest, textBadValue):
		l.emit(tokWords, end, end+len(textBadValue))
		l.emit(tokTerm, i, end)
		l.emit(tokWords, end, end)
		return l.term(end + len(textBadValue)), true
	}
	return 0, false
}

// specText cuts "bad child specification, invalid shutdown: :x. Must be …" and
// the other texts of start_spec and supervisor_data. The one about a duplicate
// id goes on over advice and a block of code.
func (l *runLexer) specText(i int) int {
	line := l.s[i:lineEnd(l.s, i)]
	colon := strings.Index(line, ": ")
	if colon < 0 {
		l.emit(tokWords, i, i)
		l.emit(tokTerm, i, i+len(line))
		return i + len(line) + 1
	}
	l.emit(tokWords, i, i+colon+2)
	// The term ends on its line, often at a full stop: "…id: MyW." is no alias.
	end, _ := term.Skip(l.s[:i+len(line)], i+colon+2)
	if end <= i+colon+2 || l.s[end-1] == '.' {
		end = i + len(strings.TrimSuffix(line, "."))
	}
	l.emit(tokTerm, i+colon+2, end)
	next := min(i+len(line)+1, len(l.s))
	if strings.Contains(line, textDuplicateID) {
		if j := strings.Index(l.s[next:]+"\n", "\n    ]\n"); strings.HasPrefix(l.s[next:], "If using maps") && j >= 0 {
			next = l.skipBlank(min(next+j+len("\n    ]\n"), len(l.s)))
		}
	}
	return min(next, len(l.s))
}

// term cuts one term at i, over as many lines as it takes, and gives the start
// of the line after it. Text after the term on its line is not part of it.
func (l *runLexer) term(i int) int {
	if i >= len(l.s) {
		return len(l.s)
	}
	end, complete := term.Skip(l.s, i)
	line := lineEnd(l.s, i)
	switch {
	case !complete:
		l.open = true
		// Quotes that do not balance, or a cut: a line that opens something else
		// ends the term.
		for line < len(l.s) && !l.opensOther(line+1) {
			line = lineEnd(l.s, line+1)
		}
		end = line
	case end <= line && !l.lenient:
		end = line // an odd term: the whole line is its text
	case end <= i:
		end = line
	}
	end = min(end, len(l.s))
	if l.cut && end == len(l.s) {
		l.emit(tokTerm, i, i+len(withoutCutWord(l.s[i:])))
		return len(l.s)
	}
	l.emit(tokTerm, i, end)
	return lineEnd(l.s, end) + 1
}

// opensOther says whether the line at i cannot belong to a term that is open.
func (l *runLexer) opensOther(i int) bool {
	if i >= len(l.s) {
		return true
	}
	line := l.s[i:lineEnd(l.s, i)]
	n := indentation(line)
	return l.opensNext(i) || isBanner(line[n:]) || n >= 4 && l.isFrame(line[n:])
}

// message cuts an exception's message at i. It ends where its frames begin, or
// the report's fields. Only its first line is indented as the banner is; the
// others keep their own indentation, may be blank, and may look like anything.
func (l *runLexer) message(i int) int {
	end := len(l.s)
	label, key := -1, ""
	prev, blank := l.s[i:lineEnd(l.s, i)], false
	for k := l.afterValue(i); k < len(l.s); {
		eol := lineEnd(l.s, k)
		line := l.s[k:eol]
		if isBlank(line) {
			blank, k = true, eol+1
			continue
		}
		if after := l.valueBlock(prev, blank, k); after > k {
			prev, blank, k = "", true, after
			continue
		}
		n := indentation(line)
		if l.framesHere(n) && (l.isFrame(line[n:]) || n >= 4 && l.cut && eol == len(l.s) && maybeFrame(line[n:])) {
			end = k
			break
		}
		if label < 0 && n == 0 && l.opensNext(k) {
			label, key = k, line[:min(len(line), strings.IndexByte(line+":", ':'))]
			// Fields end the message, unless it only quotes them: then frames and
			// the same field come later.
			if !strings.Contains(l.s[eol:], "\n"+key) {
				end = label
				break
			}
		}
		if label < 0 && n == 0 && l.opensReport(line) && !l.framesLater(eol) {
			end = k
			break
		}
		prev, blank, k = line, false, eol+1
	}
	if label >= 0 && end > label && !strings.Contains(l.s[end:], "\n"+key) {
		end = label
	}
	at := end
	for at > i && (l.s[at-1] == '\n' || l.s[at-1] == ' ') {
		at--
	}
	l.emit(tokMessage, i, max(at, i))
	return end
}

// afterValue gives the line after the first line of the message at i, or after
// the term that begins there and goes on over further lines: nothing in a term
// is a frame.
func (l *runLexer) afterValue(i int) int {
	end := lineEnd(l.s, i)
	if end == i || strings.IndexByte("{[(,<", l.s[end-1]) < 0 {
		return end + 1
	}
	line := l.s[i:end]
	for from := 0; ; {
		colon := strings.Index(line[from:], ": ")
		if colon < 0 {
			return end + 1
		}
		from += colon + 2
		if from >= len(line) || strings.IndexByte("%{[#", line[from]) < 0 {
			continue
		}
		stop, complete := term.Skip(l.s, i+from)
		if complete && stop > end {
			return lineEnd(l.s, stop) + 1
		}
		return end + 1
	}
}

// framesHere says whether frames of an open level have the indentation n.
func (l *runLexer) framesHere(n int) bool {
	if n >= l.levels[len(l.levels)-1] || l.lenient && (n == 0 || len(l.levels) == 1) {
		return true
	}
	for _, want := range l.levels {
		if n == want {
			return true
		}
	}
	return false
}

// framesLater says whether a frame of the outermost level stands at i or after.
func (l *runLexer) framesLater(i int) bool {
	for i < len(l.s) {
		end := lineEnd(l.s, i)
		if n := indentation(l.s[i:end]); n >= 4 && l.isFrame(l.s[i+n:end]) {
			return true
		}
		if l.opensReport(l.s[i:end]) {
			return false
		}
		i = end + 1
	}
	return false
}

// opensReport says whether a line in column 0 opens something that is no part
// of a message.
func (l *runLexer) opensReport(line string) bool {
	return isBanner(line) || strings.HasPrefix(line, "{\"Kernel pid terminated\"") ||
		strings.HasPrefix(line, "{\"init terminating") || strings.HasPrefix(line, "Kernel pid terminated") ||
		strings.HasPrefix(line, "=") && strings.Contains(line, " REPORT====")
}

// valueBlock gives the end of a block of the message that opens at line k and
// holds a value, however much it looks like frames: after a line that ends with
// a colon and a blank line (Elixir 1.19 prints terms so, DBConnection the
// client's frames), and after "    # 1" of the arguments that were given. It ends
// at a blank line, or where a line cannot belong to a value. It is k if there is
// no such block. prev is the line before, without blank ones.
func (l *runLexer) valueBlock(prev string, blank bool, k int) int {
	if indentation(l.s[k:]) < 4 {
		return k
	}
	prev = strings.TrimSpace(prev)
	arg := !blank && strings.HasPrefix(prev, "# ")
	if !arg && (!blank || !strings.HasSuffix(prev, ":")) {
		return k
	}
	if l.noBlank > 0 && k >= l.noBlank {
		return k
	}
	frames := strings.HasSuffix(prev, atLocation)
	for i := k; i < len(l.s); {
		end := lineEnd(l.s, i)
		if isBlank(l.s[i:end]) {
			return i
		}
		if n := indentation(l.s[i:end]); n < 4 || !frames && isLocated(l.s[i+n:end]) {
			return i
		}
		i = end + 1
	}
	l.noBlank = k
	return k // nothing follows: the lines speak for themselves
}

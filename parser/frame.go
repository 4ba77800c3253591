package parser

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// Frame is one stack frame.
type Frame struct {
	Module   string // the atom's name: "Elixir.MyApp.Cart", "gen_server"; "" if the frame names none
	Function string // "handle_call"; for an anonymous function the function it is in
	Arity    int    // of Function; -1 if unknown
	Anon     bool   // an anonymous function (or comprehension) inside Function
	Args     string // the printed arguments where the frame carries them instead of an arity
	App      string // "my_app"; "" if not printed
	Version  string
	File     string // "" if not printed
	Line     int    // 0 if not printed
	Text     string // as printed, trimmed
}

// MFA names the function in the language of its module: "MyApp.Cart.add/2",
// "my_cart:add/2"; "(file)" for code outside any function.
func (f Frame) MFA() string {
	if f.Module == "" {
		if f.Function != "" {
			return f.Function
		}
		return f.Text
	}
	arity := "?"
	if f.Arity >= 0 {
		arity = strconv.Itoa(f.Arity)
	}
	name, ok := strings.CutPrefix(f.Module, "Elixir.")
	if ok || name == "nil" { // a call on nil: Erlang has no word for it
		return name + "." + quoteElixirName(f.Function) + "/" + arity
	}
	return quoteErlangAtom(f.Module) + ":" + quoteErlangAtom(f.Function) + "/" + arity
}

// quoteElixirName quotes a function name as Elixir's own frames do: all but
// identifiers and operators. "(file)" and its likes are no functions.
func quoteElixirName(s string) string {
	if isElixirName(s) || isOperator(s) || strings.HasPrefix(s, "(") {
		return s
	}
	return strconv.Quote(s)
}

// isElixirName says whether a function of this name is called without quotes.
func isElixirName(s string) bool {
	if n := len(s) - 1; n > 0 && (s[n] == '?' || s[n] == '!') {
		s = s[:n]
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isWord(c) && c < 0x80 {
			return false
		}
	}
	return s != "" && s[0] > '9' && (s[0] < 'A' || s[0] > 'Z')
}

// isOperator says whether a name is one of Elixir's operators.
func isOperator(s string) bool {
	switch s {
	case "+", "-", "*", "/", "++", "--", "+++", "---", "**", "==", "!=", "===", "!==", "=~", "<", ">", "<=", ">=",
		"&&", "||", "!", "&&&", "|||", "^^^", "~~~", "<<<", ">>>", "<<~", "~>>", "<~", "~>", "<~>", "<|>", "|>",
		"=", "|", "::", "<-", "\\\\", "&", "@", "^", "<>":
		return true
	}
	return false
}

// quoteErlangAtom quotes an atom that Erlang must quote.
func quoteErlangAtom(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		if strings.HasPrefix(s, "_") {
			return s // __FILE__ and the like: nobody writes the quotes
		}
		return "'" + s + "'"
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isWord(c) && c != '@' && c < 0x80 {
			return "'" + s + "'"
		}
	}
	return s
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// readFrames reads the lines of a run of Elixir frames. Nobody may change what it
// gives: equal runs are the same frames.
func readFrames(run string) []Frame {
	known, _ := knownRuns.read(run, parseFrames)
	return known.frames
}

// stackRun is a run of lines that holds frames.
type stackRun struct {
	frames []Frame
	indent int // the least indentation of a line; 0 if not all are frames
}

// parseFrames is readFrames for a run that was not seen before.
func parseFrames(run string) (out stackRun, ok bool) {
	if run == "" {
		return out, false
	}
	out.frames = make([]Frame, 0, min(strings.Count(run, "\n")+1, maxFrames))
	out.indent = indentation(run)
	for i := 0; i < len(run) && len(out.frames) < maxFrames; {
		end := lineEnd(run, i)
		if f, ok := frameOf(run[i:end]); ok {
			out.frames = append(out.frames, f)
			out.indent = min(out.indent, indentation(run[i:]))
		} else {
			out.indent = 0
		}
		i = end + 1
	}
	out.frames = slices.Clip(out.frames)
	return out, len(out.frames) > 0
}

// knownFrames remembers the lines of stacktraces, knownRuns whole ones.
var (
	knownFrames = memo[Frame]{max: 512}
	knownRuns   = memo[stackRun]{max: 2048}
)

// frameOf is [parseFrame] for lines that mostly were seen before.
func frameOf(line string) (Frame, bool) {
	return knownFrames.read(strings.TrimSpace(line), parseFrame)
}

// parseFrame reads one line of an Elixir stacktrace, as
// Exception.format_stacktrace_entry/1 writes it:
//
//	(my_app 0.1.0) lib/my_app/cart.ex:12: MyApp.Cart.add/2
//	(stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4
//	lib/x.ex:3: anonymous fn/1 in MyApp.X.run/0
//	:erlang.binary_to_integer("zz")
//	x.exs:5: (file)
//	(shop 0.4.2) lib/shop/pricing.ex:6:in `Shop.Pricing.boom/1'    (LoggerJSON for Google Cloud)
func parseFrame(line string) (Frame, bool) {
	text := strings.TrimSpace(line)
	f := Frame{Arity: -1, Text: text}
	rest, located := f.readApp(text)
	if file, call, ok := strings.Cut(rest, ":in `"); ok && strings.HasSuffix(call, "'") {
		rest = file + ": " + call[:len(call)-1]
	}
	rest, inFile := f.readLocation(rest)
	if rest == "" || !f.readCall(rest, located || inFile) {
		return Frame{}, false
	}
	return f, true
}

// isLocated says whether a line is a frame with its application or its file.
func isLocated(line string) bool {
	if line[0] != '(' && !strings.Contains(line, ": ") {
		return false
	}
	f, ok := parseFrame(line)
	return ok && (f.File != "" || f.App != "")
}

// readApp takes "(my_app 0.1.0) " off; Elixir up to 1.9 prints no version.
func (f *Frame) readApp(s string) (rest string, ok bool) {
	if len(s) < 4 || s[0] != '(' || s[1] < 'a' || s[1] > 'z' {
		return s, false
	}
	end := strings.IndexByte(s, ')')
	if end < 0 || end+2 >= len(s) || s[end+1] != ' ' {
		return s, false
	}
	app, version, _ := strings.Cut(s[1:end], " ")
	for i := 0; i < len(app); i++ {
		if !isWord(app[i]) {
			return s, false
		}
	}
	if strings.ContainsAny(version, " (,") {
		return s, false
	}
	f.App, f.Version = app, version
	return s[end+2:], true
}

// readLocation takes "lib/my_app/cart.ex:12: " off; line and column may be
// missing.
func (f *Frame) readLocation(s string) (rest string, ok bool) {
	i := strings.Index(s, ": ")
	if i <= 0 || s[0] == ':' || s[0] == '#' || s[0] == '"' {
		return s, false
	}
	file, line := s[:i], 0
	for range 2 { // line, or line and column
		colon := strings.LastIndexByte(file, ':')
		if colon <= 0 {
			break
		}
		n, err := strconv.Atoi(file[colon+1:])
		if err != nil || n < 0 {
			break
		}
		file, line = file[:colon], n
	}
	if strings.ContainsAny(file, "()[]{}%\"<>,=") || file == "" {
		return s, false
	}
	if line == 0 && !strings.Contains(file, ".") && file != "nofile" && file != "iex" {
		return s, false
	}
	if line == 0 && strings.IndexByte(file, ' ') >= 0 {
		return s, false
	}
	f.File, f.Line = file, line
	return s[i+2:], true
}

// readCall reads what a frame calls. Without an application or a file before
// it, only what cannot be prose counts.
func (f *Frame) readCall(s string, located bool) bool {
	switch {
	case s == "(file)" || s == "(module)" || s == "(stdin)" || s == "(test)":
		f.Function = s
		return located
	case strings.HasSuffix(s, " (module)"):
		f.Module, f.Function = moduleAtom(strings.TrimSuffix(s, " (module)")), "(module)"
		return located
	case strings.HasPrefix(s, "anonymous fn"):
		return f.readAnonymous(s)
	case strings.HasPrefix(s, "#Function<"):
		return f.readFun(s)
	}
	return f.readMFA(s)
}

// readAnonymous reads "anonymous fn/1 in MyApp.X.run/0" and
// "anonymous fn(:a) in MyApp.X.run/0".
func (f *Frame) readAnonymous(s string) bool {
	i := strings.LastIndex(s, " in ")
	if i < 0 || len(s) < len("anonymous fn/") || s[len("anonymous fn")] != '/' && s[len("anonymous fn")] != '(' {
		return false
	}
	f.Anon = true
	f.Module, f.Function, f.Arity = splitMFA(s[i+4:])
	if f.Arity < 0 {
		return false
	}
	if args := s[len("anonymous fn"):i]; args[0] == '(' && args[len(args)-1] == ')' {
		f.Args = args[1 : len(args)-1]
	}
	unmangle(f)
	return true
}

// readFun reads "#Function<0.1/1 in MyApp.X.run/2>/1".
func (f *Frame) readFun(s string) bool {
	i := strings.LastIndex(s, ">/")
	if j := strings.Index(s, ">("); j > 0 && (i < 0 || j < i) {
		i = j
	}
	if i < 0 {
		return false
	}
	f.Anon = true
	if _, in, ok := strings.Cut(s[:i], " in "); ok && !strings.HasPrefix(in, "file:") {
		f.Module, f.Function, f.Arity = splitMFA(in)
	}
	return true
}

// readMFA reads "MyApp.X.run/0", ":m.f(1, 2)", "MyApp.X.run/?" and
// `Enum."-map/2-lists^map/1-0-"/2`.
func (f *Frame) readMFA(s string) bool {
	name := s
	switch {
	case strings.HasSuffix(s, ")"):
		open := openParen(s)
		if open <= 0 {
			return false
		}
		name = s[:open]
		f.Args = s[open+1 : len(s)-1]
		if strings.HasSuffix(name, ".unquote") {
			if i := strings.Index(s, `")(`); i > open {
				name = s[:open-len("unquote")] + s[open+2:i+1]
				f.Args = s[i+3 : len(s)-1]
			}
		}
		f.Arity = countArgs(f.Args)
	case strings.HasSuffix(s, "/?"):
		name = s[:len(s)-2]
	default:
		slash := strings.LastIndexByte(s, '/')
		if slash <= 0 {
			return false
		}
		n, err := strconv.Atoi(s[slash+1:])
		if err != nil || n < 0 || n > 255 {
			return false
		}
		name, f.Arity = s[:slash], n
	}
	return f.readName(name)
}

// readName reads the module and the function of a call.
func (f *Frame) readName(name string) bool {
	dot := callDot(name)
	if dot <= 0 {
		return false
	}
	module, function := name[:dot], name[dot+1:]
	if !isModule(module) || function == "" {
		return false
	}
	if function[0] == '"' && (len(function) < 3 || function[len(function)-1] != '"') {
		return false // cut
	}
	if function[0] != '"' && strings.ContainsAny(function, " \t,:") {
		return false
	}
	f.Module, f.Function = moduleAtom(module), unquoteName(function)
	unmangle(f)
	return true
}

// isModule says whether s can be a module in a frame: an alias, ":name",
// `:"quoted name"`, or the nil and atoms on which a call was tried.
func isModule(s string) bool {
	if s == "nil" || s == "true" || s == "false" {
		return true
	}
	if strings.HasPrefix(s, `:"`) {
		return len(s) > 3 && s[len(s)-1] == '"'
	}
	upper := s[0] >= 'A' && s[0] <= 'Z'
	if !upper && s[0] != ':' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; !isWord(c) && c < 0x80 && (c != '.' || !upper) && c != '@' && c != '!' && c != '?' {
			return false
		}
	}
	return len(s) > 1 || upper
}

// openParen gives the index of the parenthesis that opens the arguments,
// skipping a quoted module or function.
func openParen(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			return i
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case ' ':
			return -1
		}
	}
	return -1
}

// countArgs counts printed arguments; -1 if they are too odd to count.
func countArgs(args string) int {
	n, i := 0, 0
	for i < len(args) {
		end, _ := term.Skip(args, i)
		if end <= i {
			return -1
		}
		n++
		for i = end; i < len(args) && (args[i] == ',' || args[i] == ' ' || args[i] == '\n'); i++ {
		}
	}
	return n
}

// ReadFunction reads the name of a function as a report prints it outside a
// stacktrace, in either language: "MyApp.Cart.init/1", ":cart.init/1",
// "cart:init/1", "go:'-run/0-fun-9-'/0", "anonymous fn/0 in MyApp.Cart.run/1".
// An anonymous function is the one that it is in, with Anon set.
func ReadFunction(s string) (Frame, bool) {
	f := Frame{Arity: -1, Text: s}
	if s == "" {
		return f, false
	}
	if c := s[0]; c == ':' || c == '#' || c >= 'A' && c <= 'Z' || strings.HasPrefix(s, "anonymous fn") {
		return f, f.readCall(s, false)
	}
	module, function, arity, ok := splitErlangMFA(s)
	if !ok || !strings.Contains(s, ":") {
		return f, false
	}
	f.Module, f.Function, f.Arity = module, function, arity
	unmangle(&f)
	return f, true
}

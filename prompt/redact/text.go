package redact

import (
	"sort"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// maxBroken is how many terms that do not end are read in one text: each of
// them may reach to the end of it.
const maxBroken = 16

// inTerms redacts the terms that stand in s. Only leaves change, so that the
// layout stays.
func (r *Redactor) inTerms(s string) string {
	var edits []edit
	broken := 0
	for i := 0; i < len(s); {
		if !opensTerm(s, i) {
			i++
			continue
		}
		t, end, complete := term.Read(s[i:])
		w := walker{r: r, src: s[i:]}
		w.walk(t, place{}, 0)
		edits = appendShifted(edits, w.edits, i)
		switch {
		case complete && end > 0:
			i += end
		case broken < maxBroken:
			broken++
			i++
		default:
			return applyEdits(s, edits)
		}
	}
	return applyEdits(s, edits)
}

// inQuotes hides every string in double quotes that stands outside a term, as
// in "no match of right hand side value: \"bob\"". The names of functions in
// quotes (Enum."-map/2-"/1) and of files stay.
func (r *Redactor) inQuotes(s string) string {
	var edits []edit
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		t, end, complete := term.Read(s[i:])
		if !complete || t.Kind != term.Binary || end < 2 {
			continue
		}
		named := i > 0 && (s[i-1] == '.' || s[i-1] == ':' || s[i-1] == '\'') || i+end < len(s) && s[i+end] == '/'
		if file := lastWord(s[:i]); !named && file != "file" && !strings.HasSuffix(s[:i], "file,") && !neutral(t.Text) {
			w := walker{r: r, src: s[i:]}
			w.walk(t, place{}, 0)
			edits = appendShifted(edits, w.edits, i)
		}
		i += end - 1
	}
	return applyEdits(s, edits)
}

// opensTerm says that a term in brackets can begin at s[i].
func opensTerm(s string, i int) bool {
	switch s[i] {
	case '{':
		return true
	case '[':
		// "[error] GenServer …" is a level, not a list.
		return i+1 < len(s) && !strings.HasPrefix(s[i:], "[error]") && !strings.HasPrefix(s[i:], "[warn") &&
			!strings.HasPrefix(s[i:], "[notice]") && !strings.HasPrefix(s[i:], "[info]") && !strings.HasPrefix(s[i:], "[debug]")
	case '%', '#':
		return i+1 < len(s) && (s[i+1] == '{' || s[i] == '%' && s[i+1] >= 'A' && s[i+1] <= 'Z')
	case '<':
		return i+2 < len(s) && s[i+1] == '<' && (i == 0 || s[i-1] != '<')
	}
	return false
}

// appendShifted appends the edits of a part of a text that begins at off.
func appendShifted(dst, src []edit, off int) []edit {
	for _, e := range src {
		dst = append(dst, edit{e.start + off, e.end + off, e.text})
	}
	return dst
}

// applyEdits changes s; of edits that overlap the first counts.
func applyEdits(s string, edits []edit) string {
	if len(edits) == 0 {
		return s
	}
	sort.SliceStable(edits, func(i, j int) bool { return edits[i].start < edits[j].start })
	var b strings.Builder
	b.Grow(len(s))
	last := 0
	for _, e := range edits {
		if e.start < last || e.end > len(s) {
			continue
		}
		b.WriteString(s[last:e.start])
		b.WriteString(e.text)
		last = e.end
	}
	b.WriteString(s[last:])
	return b.String()
}

// afterKeys redacts what follows a name that tells of a secret: key: value,
// key=value, "key": "value", Header: value, and the arguments of login(…).
func (r *Redactor) afterKeys(s string) string {
	var edits []edit
	for i := 0; i < len(s); {
		if !isNameStart(s[i]) || i > 0 && isWordByte(s[i-1]) {
			i++
			continue
		}
		end := nameEnd(s, i)
		if found, next := r.afterName(s, i, end); next > end {
			edits = append(edits, found...)
			i = next
			continue
		}
		i = end
	}
	return r.inBlame(applyEdits(s, edits))
}

// afterName redacts what the name s[i:end] tells to be secret. next is where
// reading goes on; it is not past end where nothing was found.
func (r *Redactor) afterName(s string, i, end int) (edits []edit, next int) {
	if end < len(s) && s[end] == '(' {
		name := s[i:end]
		from, ok := secretVerb(name[strings.LastIndexByte(name, '.')+1:])
		if !ok {
			return nil, end
		}
		return r.inCall(s, end+1, from)
	}
	sep, at := separator(s, end)
	if i > 0 && s[i-1] == '@' && end+1 < len(s) && s[end] == ' ' && s[end+1] == '"' {
		sep, at = '=', end+1 // @api_key "…" in a module
	}
	if sep == 0 {
		return nil, end
	}
	rule, ok := ruleForKey(s[i:end])
	if !ok || rule.random && sep != '=' {
		return nil, end
	}
	return r.value(s, at, sep, s[i:end], rule)
}

// separator finds what stands between a name and its value: sep is ':', '=',
// or 0 for none; at is where the value begins.
func separator(s string, i int) (sep byte, at int) {
	for _, q := range [...]string{`\">>`, `">>`, `\"`, `"`, `'`} {
		if strings.HasPrefix(s[i:], q) {
			i += len(q)
			break
		}
	}
	i = skipBlanks(s, i)
	switch {
	case i >= len(s):
		return 0, i
	case strings.HasPrefix(s[i:], "=>"), strings.HasPrefix(s[i:], ":="):
		return '=', skipBlanks(s, i+2)
	case strings.HasPrefix(s[i:], "=="), strings.HasPrefix(s[i:], "=~"), strings.HasPrefix(s[i:], "::"), strings.HasPrefix(s[i:], "://"):
		return 0, i
	case s[i] == '=' || s[i] == ':':
		sep, after := s[i], skipBlanks(s, i+1)
		if sep == '=' && (after > i+1 || i > 0 && s[i-1] == ' ') {
			sep = ':' // an assignment in code or prose: judge a bare word with care
		}
		return sep, after
	}
	return 0, i
}

func skipBlanks(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// value redacts the value at s[at:] of a key. It looks no further than the
// value's own term or line.
func (r *Redactor) value(s string, at int, sep byte, key string, rule keyRule) ([]edit, int) {
	if at >= len(s) || s[at] == '\n' {
		return nil, at
	}
	if strings.HasPrefix(s[at:], `\"`) {
		return r.escapedString(s, at+2, rule)
	}
	if opensTerm(s, at) || s[at] == '"' || s[at] == '\'' || strings.HasPrefix(s[at:], "~") || s[at] == '[' {
		t, end, complete := term.Read(s[at:])
		if !complete {
			return r.untilLineEnd(s, at, rule)
		}
		w := walker{r: r, src: s[at:]}
		w.walk(t, place{rule: rule, under: true}, 0)
		return appendShifted(nil, w.edits, at), at + max(end, 1)
	}
	if rule.address {
		return nil, at
	}
	if isHeader(key) {
		return r.untilLineEnd(s, at, rule)
	}
	return r.bareWord(s, at, sep, rule)
}

// isHeader says that the value of key, where it is not quoted, goes to the end of the line.
func isHeader(key string) bool {
	switch strings.ToLower(key) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	return false
}

// escapedString redacts a value inside escaped quotes: JSON in a string.
func (r *Redactor) escapedString(s string, at int, rule keyRule) ([]edit, int) {
	end := strings.Index(s[at:], `\"`)
	if nl := strings.IndexByte(s[at:], '\n'); end < 0 || nl >= 0 && nl < end {
		return nil, at
	}
	return r.hideRange(s, at, at+end, rule), at + end
}

// untilLineEnd redacts all of the line from at on: a header, a cut term.
func (r *Redactor) untilLineEnd(s string, at int, rule keyRule) ([]edit, int) {
	end := len(s)
	if nl := strings.IndexByte(s[at:], '\n'); nl >= 0 {
		end = at + nl
	}
	stop := at
	for stop < end && s[stop] != '"' && s[stop] != '\\' || stop == at && stop < end {
		stop++
	}
	start := at
	for start < stop && strings.IndexByte(`"'[{<%#`, s[start]) >= 0 {
		start++
	}
	return r.hideRange(s, start, stop, rule), max(stop, at+1)
}

// bareWord redacts an unquoted value.
func (r *Redactor) bareWord(s string, at int, sep byte, rule keyRule) ([]edit, int) {
	end := at
	for end < len(s) && strings.IndexByte(" \t\n\r,;&\"'<>)]}|\\", s[end]) < 0 {
		end++
	}
	if sep == ':' { // the end of a sentence is no part of the value
		for end > at && strings.IndexByte(".:!?", s[end-1]) >= 0 {
			end--
		}
	}
	word := s[at:end]
	switch {
	case word == "" || neutral(word) || strings.ContainsAny(word[:1], "#%&([{"):
		return nil, at
	case word[0] == ':' || isPath(word):
		return nil, at
	case strings.Trim(word, "0123456789.+-") == "":
		if !rule.numbers || digitCount(word) < 4 {
			return nil, end
		}
	case sep == ':' && !unlikeProse(word) && !(rule.kind == kindPassword && aloneOnLine(s, at, end)):
		return nil, at
	}
	return r.hideRange(s, at, end, rule), end
}

// isPath says that word is a module, a call or a file: MyApp.Token, fetch(conn), priv/key.pem.
func isPath(word string) bool {
	if strings.ContainsAny(word, "(") || strings.HasPrefix(word, "/") || strings.HasPrefix(word, "./") {
		return true
	}
	segments := strings.Split(word, ".")
	for _, seg := range segments {
		if seg == "" || strings.ContainsAny(seg, "0123456789+/=~!$%-") {
			return false
		}
	}
	return len(segments) > 1 || word[0] >= 'A' && word[0] <= 'Z' && strings.ToLower(word[1:]) == word[1:]
}

// unlikeProse says that word is no word of a sentence.
func unlikeProse(word string) bool {
	return strings.ContainsAny(word, "0123456789+/=~!$%^*@") || mixedCase(word)
}

// aloneOnLine says that nothing but s[at:end] follows the key.
func aloneOnLine(s string, at, end int) bool {
	rest := s[end:]
	if nl := strings.IndexByte(rest, '\n'); nl >= 0 {
		rest = rest[:nl]
	}
	return strings.TrimSpace(rest) == "" && end-at >= 6
}

func digitCount(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// hideRange hides s[start:end] if it can be a secret under rule.
func (r *Redactor) hideRange(s string, start, end int, rule keyRule) []edit {
	v := s[start:end]
	if trimmed := strings.TrimRight(v, " \t\r"); trimmed != v {
		end -= len(v) - len(trimmed)
		v = trimmed
	}
	if neutral(v) || !r.secretString(v, rule) {
		return nil
	}
	return []edit{{start, end, r.vault.placeholder(rule.kind, v)}}
}

// inCall redacts the arguments of a call to a function such as login, from
// the from-th on; at is where the first begins.
func (r *Redactor) inCall(s string, at, from int) ([]edit, int) {
	type arg struct {
		t  term.Term
		at int
	}
	var args []arg
	i := at
	for len(args) < 16 {
		i = skipBlanks(s, i)
		if i >= len(s) || s[i] == ')' || s[i] == '\n' {
			break
		}
		t, end, complete := term.Read(s[i:])
		if !complete || end <= 0 {
			break
		}
		args = append(args, arg{t, i})
		i = skipBlanks(s, i+end)
		if i >= len(s) || s[i] != ',' {
			break
		}
		i++
	}
	var edits []edit
	for n, a := range args {
		p := place{}
		if (n+1 >= from || len(args) == 1) && positionalSecret(a.t) {
			p = place{rule: keyRule{kind: kindSecret, numbers: true}, under: true}
		}
		w := walker{r: r, src: s[a.at:]}
		w.walk(a.t, p, 0)
		edits = appendShifted(edits, w.edits, a.at)
	}
	return edits, i
}

// inBlame redacts the arguments that Elixir lists under a FunctionClauseError:
//
//	The following arguments were given to MyApp.Auth.login/2:
//
//	    # 1
//	    "bob"
//
//	    # 2
//	    "hunter2"
func (r *Redactor) inBlame(s string) string {
	const given = "arguments were given to "
	var edits []edit
	for off := 0; ; {
		i := strings.Index(s[off:], given)
		if i < 0 {
			break
		}
		off += i + len(given)
		nl := strings.IndexByte(s[off:], '\n')
		if nl < 0 {
			break
		}
		name, _, _ := strings.Cut(s[off:off+nl], "/")
		from, ok := secretVerb(name[strings.LastIndexByte(name, '.')+1:])
		single := strings.Contains(s[off:off+nl], "/1:")
		off += nl
		if ok {
			edits = append(edits, r.blamed(s, off, from, single)...)
		}
	}
	return applyEdits(s, edits)
}

// blamed redacts the listed arguments that begin after s[off:].
func (r *Redactor) blamed(s string, off, from int, single bool) (edits []edit) {
	for n := 1; n <= 16; n++ {
		mark := "# " + string(rune('0'+n%10)) + "\n"
		i := strings.Index(s[off:], mark)
		if n > 9 || i < 0 || i > 4096 {
			return edits
		}
		off += i + len(mark)
		if n < from && !single {
			continue
		}
		at := skipBlanks(s, off)
		t, _, complete := term.Read(s[at:])
		if complete && positionalSecret(t) {
			w := walker{r: r, src: s[at:]}
			w.walk(t, place{rule: keyRule{kind: kindSecret, numbers: true}, under: true}, 0)
			edits = appendShifted(edits, w.edits, at)
		}
	}
	return edits
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// nameEnd is the end of the name at s[i]: letters, digits, "_", and "." or "-" inside.
func nameEnd(s string, i int) int {
	for i < len(s) {
		c := s[i]
		if !isWordByte(c) && !((c == '-' || c == '.') && i+1 < len(s) && isWordByte(s[i+1])) {
			break
		}
		i++
	}
	return i
}

package redact

import (
	"encoding/base64"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// minLinked is how long a hidden value must be to be looked for elsewhere too.
const minLinked = 6

// maxLoose bounds the values that are looked for one by one.
const maxLoose = 500

// maxFresh is how many new links are looked for one by one, before all are put
// into one replacer again.
const maxFresh = 128

// maxValues bounds the vault: past it, values of a kind share one placeholder.
const maxValues = 20000

// vault remembers which placeholder stands for which value.
type vault struct {
	byValue  map[string]string // value to placeholder
	byName   map[string]string // placeholder to value
	reserved map[string]bool   // placeholders that stood in the input, not ours
	kinds    []string          // in order of first appearance
	next     map[string]int    // per kind: the ordinal tried last
	count    map[string]int    // per kind: values hidden

	links    []link            // in replacer
	replacer *strings.Replacer // nil before the first
	fresh    []link            // not yet in replacer, which is slow to make
	loose    []link            // links that need a look at what stands round a hit
}

// link is one spelling of a hidden value.
type link struct{ form, placeholder string }

func newVault() *vault {
	return &vault{
		byValue:  map[string]string{},
		byName:   map[string]string{},
		reserved: map[string]bool{},
		next:     map[string]int{},
		count:    map[string]int{},
	}
}

// placeholder returns the name that stands for value, which is of kind. The
// same value has the same name whatever kind it is taken for later.
func (v *vault) placeholder(kind, value string) string {
	if p, ok := v.byValue[value]; ok {
		return p
	}
	if len(v.byValue) >= maxValues {
		return prefix + kind + "_0"
	}
	if v.count[kind] == 0 {
		v.kinds = append(v.kinds, kind)
	}
	name := ""
	for name == "" || v.reserved[name] {
		v.next[kind]++
		name = prefix + kind + "_" + strconv.Itoa(v.next[kind])
	}
	v.count[kind]++
	v.byValue[value] = name
	v.byName[name] = value
	v.link(value, name)
	return name
}

// reserve takes the placeholder-like words of s that are not ours out of use,
// so that a text cannot make an answer show a value by naming it.
func (v *vault) reserve(s string) {
	for i := 0; ; {
		j := strings.Index(s[i:], prefix)
		if j < 0 {
			return
		}
		i += j
		end := i
		for end < len(s) && isPlaceholderByte(s[end]) {
			end++
		}
		if name := s[i:end]; isPlaceholder(name) {
			if _, ours := v.byName[name]; !ours {
				v.reserved[name] = true
			}
		}
		i = end
	}
}

// link notes the spellings in which value may stand elsewhere.
func (v *vault) link(value, name string) {
	if len(value) < minLinked || allDigits(value) && len(value) < 9 {
		return
	}
	l := link{value, name}
	if !distinct(value) {
		if len(v.loose) < maxLoose {
			v.loose = append(v.loose, l)
		}
		return
	}
	v.fresh = append(v.fresh, l)
	for _, form := range encodings(value) {
		v.fresh = append(v.fresh, link{form, name})
	}
}

// encodings are other spellings of value: URL-encoded, base64, escaped as in a
// literal, and as the numbers of its bytes.
func encodings(value string) []string {
	forms := []string{
		url.QueryEscape(value), url.PathEscape(value),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.RawStdEncoding.EncodeToString([]byte(value)),
		base64.URLEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
		strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value),
	}
	numbers := make([]string, len(value))
	for i := range numbers {
		numbers[i] = strconv.Itoa(int(value[i]))
	}
	forms = append(forms, strings.Join(numbers, ", "), strings.Join(numbers, ","))
	var out []string
	seen := map[string]bool{value: true}
	for _, f := range forms {
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out
}

// replaceKnown hides the values of the vault wherever they stand in s.
func (v *vault) replaceKnown(s string) string {
	if len(v.fresh) > maxFresh {
		v.links = append(v.links, v.fresh...)
		v.fresh, v.replacer = nil, newReplacer(v.links)
	}
	if v.replacer != nil {
		s = v.replacer.Replace(s)
	}
	for _, l := range v.fresh {
		s = strings.ReplaceAll(s, l.form, l.placeholder)
	}
	for _, l := range v.loose {
		s = replaceWord(s, l.form, l.placeholder)
	}
	return s
}

// newReplacer replaces the longest form first.
func newReplacer(links []link) *strings.Replacer {
	sorted := append([]link(nil), links...)
	sort.SliceStable(sorted, func(i, j int) bool { return len(sorted[i].form) > len(sorted[j].form) })
	pairs := make([]string, 0, 2*len(sorted))
	for _, l := range sorted {
		pairs = append(pairs, l.form, l.placeholder)
	}
	return strings.NewReplacer(pairs...)
}

// replaceWord replaces word in s where it stands alone: not inside a longer
// word, a dotted name, a path, a key or an atom.
func replaceWord(s, word, by string) string {
	if !strings.Contains(s, word) {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, word)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := i + len(word)
		b.WriteString(s[:i])
		if standsAlone(s, i, end) {
			b.WriteString(by)
		} else {
			b.WriteString(s[i:end])
		}
		s = s[end:]
	}
}

// standsAlone says that s[i:end] is a word of its own.
func standsAlone(s string, i, end int) bool {
	if i > 0 && (isWordByte(s[i-1]) || strings.IndexByte(".:/@-#&", s[i-1]) >= 0) {
		return false
	}
	if end == len(s) {
		return true
	}
	c := s[end]
	if isWordByte(c) || strings.IndexByte("/:(=@-", c) >= 0 {
		return false
	}
	return c != '.' || end+1 == len(s) || !isWordByte(s[end+1])
}

// restore puts values back for their placeholders.
func (v *vault) restore(s string) string {
	if !strings.Contains(s, prefix) {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, prefix)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := i
		for end < len(s) && isPlaceholderByte(s[end]) {
			end++
		}
		b.WriteString(s[:i])
		if value, ok := v.byName[s[i:end]]; ok && (i == 0 || !isWordByte(s[i-1])) {
			b.WriteString(value)
		} else {
			b.WriteString(s[i:end])
		}
		s = s[end:]
	}
}

// distinct says that value is unlike a word of a language or a name in code,
// so that it may be replaced inside longer text.
func distinct(value string) bool {
	var digit, other, upper, lower bool
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case c >= 'A' && c <= 'Z':
			upper = true
		case c >= 'a' && c <= 'z':
			lower = true
		case c != '_' && c != '.' && c != ':' && c != '/' && c != '-' && c != ' ':
			other = true
		}
	}
	if strings.Trim(value, "0123456789.") == "" && len(value) < 9 {
		return false
	}
	return other || digit && (upper || lower) && len(value) >= 8 || digit && len(value) >= 9
}

// isPlaceholder says that s is REDACTED_<KIND>_<n>.
func isPlaceholder(s string) bool {
	if !strings.HasPrefix(s, prefix) {
		return false
	}
	i := strings.LastIndexByte(s, '_')
	return i > len(prefix) && i+1 < len(s) && allDigits(s[i+1:])
}

func isPlaceholderByte(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func isWordByte(c byte) bool {
	return isPlaceholderByte(c) || c >= 'a' && c <= 'z' || c >= 0x80
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// PartialPlaceholder is the length of the tail of s that may be the beginning
// of a placeholder, or a whole one whose number may go on: who restores a
// stream holds it back until more has come.
func PartialPlaceholder(s string) int {
	i := len(s)
	for i > 0 && len(s)-i < 64 && isPlaceholderByte(s[i-1]) {
		i--
	}
	tail := s[i:]
	if tail == "" || !strings.HasPrefix(prefix, tail) && !strings.HasPrefix(tail, prefix) {
		return 0
	}
	return len(tail)
}

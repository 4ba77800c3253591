package redact

import (
	"net/netip"
	"regexp"
	"strings"
	"sync"
)

// detector finds one form of secret in a text.
type detector struct {
	kind string
	need []string          // one of these stands in every text with a hit
	look func(string) bool // false: there is no hit; nil: need tells
	re   *regexp.Regexp    // group 1 is what is hidden; without one, the whole match
	ok   func(s string, start, end int) bool
}

// detectors are tried in this order, each on what the ones before left.
var detectors = sync.OnceValue(func() []detector {
	d := func(kind, need, re string, ok func(string, int, int) bool) detector {
		found := detector{kind: kind, need: strings.Fields(need), re: regexp.MustCompile(re), ok: ok}
		if len(found.need) == 0 {
			found.need = []string{need}
		}
		return found
	}
	return []detector{
		d(kindKey, `PRIVATE`, `-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----((?:[^-"]|-[^-])*)`, nil),
		d(kindToken, `eyJ`, `\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}`, nil),
		// Plug.Crypto: signed with HS256, HS384 and HS512, encrypted with A128GCM, A192GCM and A256GCM.
		d(kindToken, `SFMyNTY SFMzODQ SFM1MTI QTEyOEdDTQ QTE5MkdDTQ QTI1NkdDTQ`,
			`\b(?:SFMyNTY|SFMzODQ|SFM1MTI|QTEyOEdDTQ|QTE5MkdDTQ|QTI1NkdDTQ)(?:\.[A-Za-z0-9_-]+){1,5}`, nil),
		d(kindHash, `$2`, `\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{22,53}`, nil),
		d(kindHash, `$argon2 $pbkdf2 $scrypt $5$ $6$ $y$ $1$`,
			`\$(?:argon2(?:id|i|d)|pbkdf2[a-z0-9-]*|scrypt|5|6|y|1)\$[^\s"'<>{}\[\]()\\]{12,}`, nil),
		d(kindPassword, `://`, `[A-Za-z][A-Za-z0-9+.-]*://[^\s/@:"'<>]*:([^\s/@"'<>]+)@`, nil),
		d(kindToken, `://`, `[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9_.~%-]{16,})@`, nil),
		d(kindToken, `hooks.slack.com discord`,
			`(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks)/([A-Za-z0-9/_-]{16,})`, nil),
		d(kindAuth, `earer asic igest EARER ASIC oken AWS4`,
			`\b(?i:bearer|basic|digest|token|AWS4-HMAC-SHA256)[ \t]+([A-Za-z0-9._~+/-]{8,}=*)`, randomMatch),
		d(kindKey, `AKIA ASIA ABIA ACCA`, `\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`, nil),
		d(kindToken, `ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xoxa xoxb xoxp xoxr xoxs xapp- npm_ hvs. hvb. dop_v1_ shpat_ shpss_`,
			`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeprs]-[A-Za-z0-9-]{10,}|`+
				`xapp-[A-Za-z0-9-]{10,}|npm_[A-Za-z0-9]{30,}|hv[sb]\.[A-Za-z0-9_-]{20,}|dop_v1_[a-f0-9]{32,}|shp(?:at|ss)_[a-fA-F0-9]{32})`, nil),
		d(kindKey, `sk_ pk_ rk_ sk- whsec_ AIza ya29. SG. key- PMAK- AGE-SECRET lin_api_ sq0 hf_ tvly- fo1_ FlyV1 SK AC`,
			`\b(?:[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_-]{20,}|whsec_[A-Za-z0-9+/=]{16,}|AIza[A-Za-z0-9_-]{30,}|`+
				`ya29\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|key-[a-f0-9]{32}|PMAK-[a-f0-9-]{30,}|`+
				`AGE-SECRET-KEY-1[A-Z0-9]{20,}|lin_api_[A-Za-z0-9]{20,}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,}|hf_[A-Za-z]{30,}|`+
				`tvly-[A-Za-z0-9-]{20,}|fo1_[A-Za-z0-9_-]{30,}|FlyV1 [A-Za-z0-9_+/=,-]{20,}|(?:SK|AC)[a-f0-9]{32}\b)`, nil),
		d(kindEmail, `@`, `[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}`, emailMatch),
		d(kindIP, `.`, `\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`, ipv4Match).only(maybeIPv4),
		d(kindIP, `:`, `[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}(?:\.\d{1,3}){0,3}`, ipv6Match).only(maybeIPv6),
		d(kindCard, `-`, `\d{4}-\d{4}-\d{4}-\d{1,7}`, cardMatch).only(maybeCard),
		d(kindCard, ` `, `\d{4} (?:\d{4} \d{4} \d{1,7}|\d{6} \d{5})`, cardMatch).only(maybeCard),
	}
})

// patterns hides in s what looks like a secret by itself.
func (r *Redactor) patterns(s string) string {
	if len(s) < 6 {
		return s
	}
	for i := range detectors() {
		d := &detectors()[i]
		if d.needed(s) {
			s = r.detect(d, s)
		}
	}
	return s
}

// only gives a detector a cheap look at the text.
func (d detector) only(look func(string) bool) detector {
	d.look = look
	return d
}

func (d *detector) needed(s string) bool {
	if d.look != nil {
		return d.look(s)
	}
	for _, n := range d.need {
		if strings.Contains(s, n) {
			return true
		}
	}
	return false
}

// detect hides what one detector finds.
func (r *Redactor) detect(d *detector, s string) string {
	hits := d.re.FindAllStringSubmatchIndex(s, -1)
	if hits == nil {
		return s
	}
	var b strings.Builder
	last := 0
	for _, h := range hits {
		start, end := h[0], h[1]
		if len(h) > 2 && h[2] >= 0 {
			start, end = h[2], h[3]
		}
		value := s[start:end]
		if neutral(value) || strings.Contains(value, prefix) || d.ok != nil && !d.ok(s, start, end) {
			continue
		}
		b.WriteString(s[last:start])
		b.WriteString(r.vault.placeholder(d.kind, value))
		last = end
	}
	b.WriteString(s[last:])
	return b.String()
}

// randomMatch keeps prose such as "Basic authentication".
func randomMatch(s string, start, end int) bool {
	v := s[start:end]
	return strings.ContainsAny(v, "0123456789=") || mixedCase(v) && len(v) >= 12
}

// fileEndings are endings that look like a top-level domain: "logo@2x.png".
const fileEndings = " png jpg jpeg gif svg webp ex exs erl hrl beam so js ts css gz zip log conf json local localdomain internal "

// emailMatch keeps node names, which look like addresses.
func emailMatch(s string, start, end int) bool {
	host := s[start:end]
	tld := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	if strings.Contains(fileEndings, " "+tld+" ") || strings.Contains(host, "://") {
		return false
	}
	before := s[:start]
	if strings.HasSuffix(before, `:"`) || strings.HasSuffix(before, `'`) && !strings.HasPrefix(s[end:], `',`) ||
		strings.HasSuffix(before, "'") && isNodeQuote(s, start, end) {
		return false
	}
	if strings.HasSuffix(before, "(") && strings.HasPrefix(s[end:], ")") { // iex(app@host.example)1>
		return false
	}
	word := strings.ToLower(lastWord(before))
	return word != "node" && word != "nodes" && !strings.HasSuffix(strings.TrimRight(before, " ="), "node") &&
		(start == 0 || s[start-1] != ':' && s[start-1] != '/')
}

// isNodeQuote says that s[start:end] fills single quotes, as a node's atom does in Erlang.
func isNodeQuote(s string, start, end int) bool {
	return start > 0 && s[start-1] == '\'' && end < len(s) && s[end] == '\''
}

// lastWord is the word at the end of s, before blanks and punctuation.
func lastWord(s string) string {
	if len(s) > 40 {
		s = s[len(s)-40:]
	}
	s = strings.TrimRight(s, " :=>'\"<")
	i := len(s)
	for i > 0 && isWordByte(s[i-1]) {
		i--
	}
	return s[i:]
}

// ipv4Match keeps loopback addresses, versions, and parts of references.
func ipv4Match(s string, start, end int) bool {
	addr, err := netip.ParseAddr(s[start:end])
	if err != nil || addr.IsLoopback() || addr.As4()[0] == 0 || addr.As4()[0] == 255 {
		return false
	}
	if start > 0 {
		if c := s[start-1]; isWordByte(c) || c == '.' || c == '<' || c == '-' || c == '/' && (start < 2 || s[start-2] != '/') {
			return false
		}
	}
	if end < len(s) {
		c := s[end]
		if isWordByte(c) || (c == '.' || c == '-') && end+1 < len(s) && isWordByte(s[end+1]) || c == '>' && isAngled(s, start) {
			return false
		}
	}
	if isAngled(s, start) {
		return false
	}
	if isVersionKey(lastWord(s[:start])) {
		return false
	}
	return !inAppVersion(s, start, end)
}

// isVersionKey says that what follows a word is a version.
func isVersionKey(word string) bool {
	words := splitKey(word)
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "version", "vsn", "v", "release", "otp", "erts":
		return true
	}
	return false
}

// isAngled says that start stands inside <…> that opened on the same line, as in <0.100.2.1>.
func isAngled(s string, start int) bool {
	i := start - 1
	for i >= 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i--
	}
	return i >= 0 && s[i] == '<' && (i == 0 || s[i-1] != '<')
}

// inAppVersion says that s[start:end] is a version in a frame: "(kernel 8.5.4.2)".
func inAppVersion(s string, start, end int) bool {
	if end >= len(s) || s[end] != ')' || start < 2 || s[start-1] != ' ' {
		return false
	}
	i := start - 1
	for i > 0 && isWordByte(s[i-1]) {
		i--
	}
	return i > 0 && s[i-1] == '(' && i < start-1
}

// ipv6Match wants a full address, neither loopback nor the sizes of a bit syntax ("a::8").
func ipv6Match(s string, start, end int) bool {
	if start > 0 && (isWordByte(s[start-1]) || s[start-1] == ':' || s[start-1] == '.') || end < len(s) && (isWordByte(s[end]) || s[end] == ':') {
		return false
	}
	addr, err := netip.ParseAddr(s[start:end])
	if err != nil || addr.IsLoopback() || addr.IsUnspecified() {
		return false
	}
	groups := 0
	for _, g := range strings.Split(s[start:end], ":") {
		if g != "" {
			groups++
		}
	}
	return groups >= 3
}

// cardMatch wants the check digit to fit.
func cardMatch(s string, start, end int) bool {
	if start > 0 && (isWordByte(s[start-1]) || s[start-1] == '-') || end < len(s) && (isWordByte(s[end]) || s[end] == '-') {
		return false
	}
	return luhn(s[start:end])
}

// luhn checks the check digit of a card number; blanks and hyphens are ignored.
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		c := s[i]
		if c == ' ' || c == '-' {
			continue
		}
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if n%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		n++
	}
	return n >= 13 && n <= 19 && sum > 0 && sum%10 == 0
}

// neutralWords are values that tell no secret.
const neutralWords = ` nil null none undefined true false default ok error redacted filtered hidden masked infinity required
 optional missing invalid blank expired empty unknown unset enabled disabled present absent set not_set any all auto
 bearer basic digest token password secret string binary integer atom map list
`

// neutral says that s tells no secret: empty, a placeholder of ours or of a filter.
func neutral(s string) bool {
	t := strings.Trim(s, " \t\r\n*[]()<>#:.-_•")
	if t == "" || len(t) >= 3 && strings.Trim(t, "xX") == "" || isPlaceholder(s) {
		return true
	}
	if strings.HasPrefix(t, prefix) && isPlaceholder(strings.TrimRight(t, `"'`)) {
		return true
	}
	return len(t) <= 10 && strings.Contains(neutralWords, " "+strings.ToLower(t)+" ")
}

// secretString says that a string under a key with the given rule is to be hidden.
func (r *Redactor) secretString(s string, rule keyRule) bool {
	switch {
	case isPlaceholder(s):
		return false
	case rule.random:
		return looksRandom(s)
	case rule.luhn:
		return luhn(s)
	case rule.address:
		addr, err := netip.ParseAddr(s)
		return err == nil && !addr.IsLoopback() && !addr.IsUnspecified()
	case rule.phone:
		digits := 0
		for i := 0; i < len(s); i++ {
			if s[i] >= '0' && s[i] <= '9' {
				digits++
			}
		}
		return digits >= 6 && digits <= 16
	}
	return !onlyPlaceholders(s)
}

// onlyPlaceholders says that s was redacted already: "Bearer REDACTED_AUTH_1".
func onlyPlaceholders(s string) bool {
	i := strings.Index(s, prefix)
	if i < 0 {
		return false
	}
	end := i
	for end < len(s) && isPlaceholderByte(s[end]) {
		end++
	}
	return isPlaceholder(s[i:end])
}

// secretAtom says that an atom under a key is a secret and no name: it mixes
// letters with digits, or upper with lower case, or is a long cookie.
func secretAtom(name string, rule keyRule) bool {
	if rule.random || rule.address || rule.phone || len(name) < 6 || strings.HasPrefix(name, "Elixir.") || isPlaceholder(name) {
		return false
	}
	switch rule.kind {
	case kindCookie, kindPassword, kindSecret, kindToken, kindKey:
		digit := strings.ContainsAny(name, "0123456789")
		return digit && !strings.ContainsAny(name, ". ") && len(name) >= 8 || mixedCase(name) ||
			rule.kind == kindCookie && len(name) >= 16 && !strings.Contains(name, "_")
	}
	return false
}

// looksRandom says that s is long and mixes classes of characters, or is long hexadecimal.
func looksRandom(s string) bool {
	if len(s) < 20 || len(s) > 4096 || strings.ContainsAny(s, " \t\n") || isPlaceholder(s) {
		return false
	}
	if !printable(s) {
		return true
	}
	return strings.ContainsAny(s, "0123456789") && mixedCase(s) && !strings.Contains(s, "://") ||
		len(s) >= 32 && len(s) != 40 && len(s) != 36 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// mixedCase says that upper-case letters stand inside or after lower-case ones.
func mixedCase(s string) bool {
	lower, upper := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z' && i > 0:
			upper++
		}
	}
	return lower > 0 && upper > 1
}

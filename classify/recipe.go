package classify

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// Part is one part of a fingerprint and how it came about.
type Part struct {
	Name   string   // "head", "detail", "culprit"; of the variant alone "frames", "message"
	Text   string   // as it goes into the hash
	From   string   // what it was made from, in words
	Was    string   // what stands there in the report, shortened; "" if nothing does
	Masked []string // what was replaced: "N (numbers)"
}

// maxWas bounds what is shown of the text that a part was made from.
const maxWas = 200

// parts tells how the fingerprint came about, in the order in which the parts
// are hashed.
func (p *fingerprint) parts(s *subject) []Part {
	d := s.report.Dialect
	return []Part{
		p.head.part("head", d), p.detail.part("detail", d), p.culprit.part("culprit", d),
		{Name: "frames", Text: strings.Join(p.frames, " "), From: "the first three frames of the project with their lines: in the variant only"},
		{Name: "message", Text: short(p.text), From: "the whole message, masked: in the variant only", Was: short(s.report.Reason.Text), Masked: masked(s.report.Reason.Text, p.text)},
	}
}

func (p piece) part(name string, d term.Dialect) Part {
	was := p.was
	if f := p.frame; f != nil {
		if was = f.Text; was == "" {
			was = f.MFA()
			if f.File != "" {
				was += " (" + f.File + ":" + strconv.Itoa(f.Line) + ")"
			}
		}
	}
	if was == "" && p.term.Kind != term.None {
		was = term.Shrink(p.term, maxWas).Print(d)
	}
	return Part{Name: name, Text: p.text, From: p.from, Was: short(was), Masked: masked(was, p.text)}
}

// short is a text on one line, cut where it is long.
func short(s string) string {
	s = strings.Join(strings.Fields(clip(s, 4*maxWas)), " ")
	if cut := clip(s, maxWas); len(cut) < len(s) {
		return cut + "…"
	}
	return s
}

// maskWords are what masks leave in a text, and what stood there.
var maskWords = [...]struct{ mask, what string }{
	{"PID", "pids"}, {"REF", "references"}, {"PORT", "ports"}, {"FUN(", "functions"}, {"OPAQUE(", "opaque values"}, {"TIME", "times"},
	{"UUID", "UUIDs"}, {"ADDR", "addresses"}, {"HEX", "hexadecimal numbers"}, {"STR", "strings"}, {"NODE", "nodes"}, {"DUR", "durations"},
	{"N", "numbers"}, {"%{}", "maps"}, {"[_", "lists"}, {"_", "what lies deeper"},
}

// masked lists the masks that stand in a text and did not in what it was made of.
func masked(was, text string) []string {
	var out []string
	for _, m := range maskWords {
		if hasMask(text, m.mask) && !hasMask(was, m.mask) {
			out = append(out, strings.Trim(m.mask, "([")+" ("+m.what+")")
		}
	}
	return out
}

// hasMask reports whether a mask stands in a text by itself: "STR", not in
// "STRICT"; "N" also as a part of a name, as in "worker_N".
func hasMask(s, mask string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], mask)
		if i < 0 {
			return false
		}
		i += from
		from = i + 1
		before, after := wordByte(s, i-1), wordByte(s, i+len(mask))
		switch mask {
		case "FUN(", "OPAQUE(", "%{}", "[_":
			return true
		case "N":
			before, after = before && s[i-1] != '_', after && s[i+1] != '_'
		}
		if !before && !after {
			return true
		}
	}
}

// wordByte reports whether the byte at i is one of a name.
func wordByte(s string, i int) bool {
	return i >= 0 && i < len(s) && ((s[i]|0x20)-'a' < 26 || s[i] == '_' || s[i]-'0' < 10)
}

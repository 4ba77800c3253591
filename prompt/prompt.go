package prompt

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/story"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/beamlog/beamlog/prompt/redact"
)

// The budgets of a prompt, in tokens.
const (
	DefaultBudget = 8000 // fits small local models, and is what a person will paste
	MinBudget     = 1500
)

// Options say what a [Bundle] is to hold. The zero value is the default.
type Options struct {
	Budget   int          // tokens of the whole prompt; 0: DefaultBudget
	Redact   redact.Level // Standard by default
	Source   string       // directory of the project whose source may be quoted; "": none
	Question string       // asked besides the usual questions
}

// Build makes the bundle for an incident. The same incident and options give
// the same bytes.
func Build(in *incident.Incident, o Options) (*Bundle, error) {
	if in == nil || in.Root == nil || in.Root.Report == nil || in.Root.Report.Record == nil {
		return nil, errors.New("build prompt: the incident has no report")
	}
	if o.Budget == 0 {
		o.Budget = DefaultBudget
	}
	if o.Budget < MinBudget {
		return nil, fmt.Errorf("build prompt: a budget of %d tokens is too small: at least %d", o.Budget, MinBudget)
	}
	b := newBuilder(in, o)
	parts, err := b.parts()
	if err != nil {
		return nil, err
	}
	return b.bundle(parts), nil
}

// builder holds what the parts of one prompt are made from.
type builder struct {
	o        Options
	in       *incident.Incident
	root     *classify.Finding
	story    *story.Story
	red      *redact.Redactor
	dialect  term.Dialect
	removed  int // control characters taken out of the evidence
	warnings []string
}

func newBuilder(in *incident.Incident, o Options) *builder {
	b := &builder{
		o: o, in: in, root: in.Root,
		red:     redact.New(o.Redact),
		dialect: in.Root.Report.Dialect,
	}
	b.red.Learn(b.learnable()...)
	b.in = b.hide(in)
	b.root = b.in.Root
	b.story = story.Tell(b.in, story.Options{})
	return b
}

// maxLearn bounds the text that is read for secrets before anything is written.
const maxLearn = 256 << 10

// learnable is all text that the evidence is taken from: a secret whose key
// stands in the last report is hidden in the first.
func (b *builder) learnable() []string {
	var texts []string
	size := 0
	add := func(s string) {
		if s != "" && size+len(s) <= maxLearn {
			s, _ = Clean(s)
			texts = append(texts, s)
			size += len(s)
		}
	}
	add(head(b.root.Report.Record.Body, maxBody))
	if r := b.root.Report; r.State != nil {
		add("state: " + r.State.Text)
	}
	if r := b.root.Report; r.LastMessage != nil {
		add("message: " + r.LastMessage.Text)
	}
	for _, f := range b.in.Findings {
		if f != b.root {
			add(head(f.Report.Record.Body, maxBody/8))
		}
	}
	return texts
}

// safe makes log text fit for the prompt: without hidden characters and secrets.
func (b *builder) safe(s string) string {
	if s == "" {
		return ""
	}
	s, n := Clean(s)
	b.removed += n
	return b.red.Text(s)
}

// line is [builder.safe] for one line.
func (b *builder) line(s string) string {
	return strings.Join(strings.Fields(b.safe(s)), " ")
}

// bundle chooses what fits and writes the messages.
func (b *builder) bundle(parts []part) *Bundle {
	view := &view{Question: b.line(b.o.Question)}
	system := view.system()
	view.Nonce = "00000000"
	frame := view.user()
	view.Redacted = b.red.Counts()
	view.Title = b.line(b.root.Rule.Title)
	room := b.o.Budget - EstimateTokens(system) - EstimateTokens(frame) - reserveLeftOut
	user := ""
	for range 5 { // what is left out must be named, which takes room as well
		view.Blocks, view.LeftOut = b.fit(parts, room)
		view.Nonce = nonce(view.Blocks)
		user = view.user()
		over := EstimateTokens(system) + EstimateTokens(user) - b.o.Budget
		if over <= 0 {
			break
		}
		room -= over
	}
	out := &Bundle{
		System: system, User: user, Blocks: view.Blocks, LeftOut: view.LeftOut, Redacted: view.Redacted,
		Tokens: EstimateTokens(system) + EstimateTokens(user), Unguarded: b.o.Redact == redact.Off,
		redactor: b.red, view: view,
	}
	sum := sha256.Sum256([]byte(system + "\x00" + user))
	out.ID = hex.EncodeToString(sum[:6])
	out.Warnings = b.allWarnings(out)
	return out
}

// fit is [fit] with blocks in which, whichever way a text came, nothing is
// left that acts on a terminal or hides.
func (b *builder) fit(parts []part, room int) ([]Block, []string) {
	blocks, left := fit(parts, room)
	for i := range blocks {
		bl := &blocks[i]
		bl.Text, _ = Clean(bl.Text)
		bl.Title, _ = Clean(bl.Title)
	}
	return blocks, left
}

// allWarnings are notes for the person who sends or pastes the bundle.
func (b *builder) allWarnings(out *Bundle) []string {
	w := b.warnings
	for _, bl := range out.Blocks {
		w = append(w, instructions(bl)...)
	}
	if b.removed > 0 {
		w = append(w, fmt.Sprintf("%d control or invisible characters were taken out of the log text", b.removed))
	}
	if out.Unguarded {
		w = append(w, "redaction is off: the bundle may hold secrets")
	}
	if out.Tokens > b.o.Budget {
		w = append(w, fmt.Sprintf("the prompt has about %d tokens, more than the budget of %d", out.Tokens, b.o.Budget))
	}
	return w
}

// nonce is what fences of evidence carry: the first 8 hex digits of the
// SHA-256 of all blocks. Who writes a log cannot foresee it; it stands in no block.
func nonce(blocks []Block) string {
	h := sha256.New()
	for _, bl := range blocks {
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00", bl.ID, bl.Title, bl.Text)
	}
	sum := h.Sum(nil)
	for {
		n := hex.EncodeToString(sum[:4])
		if !inBlocks(blocks, n) {
			return n
		}
		next := sha256.Sum256(sum)
		sum = next[:]
	}
}

func inBlocks(blocks []Block, s string) bool {
	for _, bl := range blocks {
		if strings.Contains(bl.Text, s) || strings.Contains(bl.Title, s) {
			return true
		}
	}
	return false
}

package parser

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// A tree that is filled by a plan is the tree that participle makes.
func TestPlansAreTheGrammar(t *testing.T) {
	samePlans(t, "reason", levelGrammar())
	samePlans(t, "otp server", otpServerGrammar())
	samePlans(t, "otp statem", otpStatemGrammar())
	samePlans(t, "otp event", otpEventGrammar())
	samePlans(t, "otp crash", otpCrashGrammar())
	samePlans(t, "otp supervisor", otpSupervisorGrammar())
	samePlans(t, "slogan", sloganGrammar())
	samePlans(t, "ranch", ranchGrammar())
	samePlans(t, "lager crash", lagerCrashGrammar())
	samePlans(t, "lager supervisor", lagerSupervisorGrammar())
	samePlans(t, "server sentence", serverSentenceGrammar())
}

func samePlans[T any](t *testing.T, name string, g *grammar[T]) {
	var types []lexer.TokenType
	for _, typ := range g.parser.Lexer().Symbols() {
		if typ != lexer.EOF {
			types = append(types, typ)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	full := 0
	for round := range 4000 {
		// Few kinds of token at a time, or hardly any sequence would be a report.
		few := types[rnd.IntN(len(types)):]
		few = few[:1+rnd.IntN(len(few))]
		var text strings.Builder
		tokens := make([]token, rnd.IntN(8))
		for i := range tokens {
			kind := few[rnd.IntN(len(few))]
			if i == 0 {
				kind = types[rnd.IntN(len(types))]
			}
			from := text.Len()
			text.WriteString(strconv.Itoa(round*100 + i))
			tokens[i] = token{kind, from, text.Len()}
		}
		want, wantErr := g.parseAnew(text.String(), tokens)
		got, err := g.parse(text.String(), tokens)
		if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %v: by plan %+v (%v), by participle %+v (%v)", name, tokens, got, err, want, wantErr)
		}
		if err == nil {
			full++
		}
	}
	if full == 0 {
		t.Errorf("%s: no sequence of tokens was a report", name)
	}
}

func TestPlansAreBounded(t *testing.T) {
	g := newGrammar[otpShell](participle.Lexer(newLabelLexer(
		label{literal: "a", symbol: "Error"}, label{literal: "b", symbol: "Exit"},
		label{literal: "c", symbol: "Throw"}, label{literal: "d", symbol: "Frames"})))
	symbols := g.parser.Lexer().Symbols()
	for n := range 2 * maxPlans {
		tokens := make([]token, 10)
		for i := range tokens {
			tokens[i] = token{symbols["Error"], 0, 1}
			if n>>i&1 == 1 {
				tokens[i] = token{symbols["Exit"], 1, 2}
			}
		}
		tree, err := g.parse("ex", tokens)
		if err != nil || len(tree.Error)+len(tree.Exit) != len(tokens) {
			t.Fatalf("%d: %+v %v", n, tree, err)
		}
	}
	if n := len(*g.plans.Load()); n != maxPlans {
		t.Errorf("%d plans are kept, the bound is %d", n, maxPlans)
	}
	long := make([]token, maxPlanTokens+1)
	for i := range long {
		long[i] = token{symbols["Frames"], 0, 1}
	}
	if tree, err := g.parse("f", long); err != nil || len(tree.Frames) != len(long) {
		t.Errorf("a long report: %v", err)
	}
}

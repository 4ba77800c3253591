package parser

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// A tree that is filled by a plan is the tree that participle makes.
func TestPlansAreTheGrammar(t *testing.T) {
	samePlans(t, "termination", terminationGrammar(), participle.AllowTrailing(true))
	samePlans(t, "process", processGrammar(), participle.AllowTrailing(true))
	samePlans(t, "supervisor", supervisorGrammar(), participle.AllowTrailing(true))
	samePlans(t, "task", taskGrammar(), participle.AllowTrailing(true))
	samePlans(t, "request", requestGrammar(), participle.AllowTrailing(true))
	samePlans(t, "banner", bannerGrammar(), participle.AllowTrailing(true))
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

func samePlans[T any](t *testing.T, name string, g *grammar[T], o ...participle.ParseOption) {
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
		tokens := make([]lexer.Token, rnd.IntN(8))
		for i := range tokens {
			tokens[i] = lexer.Token{Type: few[rnd.IntN(len(few))], Value: strconv.Itoa(round*100 + i)}
			if i == 0 {
				tokens[i].Type = types[rnd.IntN(len(types))]
			}
		}
		want, wantErr := g.parseAnew(&tokenList{tokens: tokens}, o)
		got, err := g.parse(&tokenList{tokens: tokens}, o...)
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
		tokens := make([]lexer.Token, 10)
		for i := range tokens {
			tokens[i] = lexer.Token{Type: symbols["Error"], Value: "e"}
			if n>>i&1 == 1 {
				tokens[i] = lexer.Token{Type: symbols["Exit"], Value: "x"}
			}
		}
		tree, err := g.parse(&tokenList{tokens: tokens})
		if err != nil || len(tree.Error)+len(tree.Exit) != len(tokens) {
			t.Fatalf("%d: %+v %v", n, tree, err)
		}
	}
	if n := len(*g.plans.Load()); n != maxPlans {
		t.Errorf("%d plans are kept, the bound is %d", n, maxPlans)
	}
	long := make([]lexer.Token, maxPlanTokens+1)
	for i := range long {
		long[i] = lexer.Token{Type: symbols["Frames"], Value: "f"}
	}
	if tree, err := g.parse(&tokenList{tokens: long}); err != nil || len(tree.Frames) != len(long) {
		t.Errorf("a long report: %v", err)
	}
}

package parser

import (
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// A grammar is the participle grammar of one shape.
//
// Such a grammar decides by the types of tokens alone, never by their text, and
// it captures tokens whole. So the tree of a sequence of types is known once one
// such sequence was parsed: it is the same tree with other texts in it. A grammar
// therefore runs participle once for each sequence of types that it meets, keeps
// as a [plan] where the texts went, and fills further trees by it. In a crash
// loop that is all but the first report.
//
// It is safe for concurrent use.
type grammar[T any] struct {
	parser *participle.Parser[T]
	plans  atomic.Pointer[map[string]*plan] // by the types of the tokens, a byte each
	mu     sync.Mutex                       // held while a plan is added
}

// token is one run of a text, from one byte up to another.
type token struct {
	kind     lexer.TokenType
	from, to int
}

// Bounds of what a grammar keeps; a report beyond them is parsed each time.
const (
	maxPlans      = 256
	maxPlanTokens = 96
)

// newGrammar builds the parser of a grammar whose root is T.
func newGrammar[T any](options ...participle.Option) *grammar[T] {
	return &grammar[T]{parser: participle.MustBuild[T](options...)}
}

// cutter is the lexer of a grammar that cuts its texts itself. The tokens go into
// room, as far as they fit.
type cutter interface {
	cut(s string, room []token) []token
}

// tokenRoom has room for the tokens of most texts.
var tokenRoom = sync.Pool{New: func() any { return new([maxPlanTokens]token) }}

// read cuts s with the grammar's own lexer and parses it. The tree is what could be
// read, also where the error is not nil; it is nil if nothing could.
func (g *grammar[T]) read(s string) (*T, error) {
	room := tokenRoom.Get().(*[maxPlanTokens]token)
	defer tokenRoom.Put(room)
	return g.parse(s, g.parser.Lexer().(cutter).cut(s, room[:0]))
}

// parse gives the tree of a text that was cut into tokens.
func (g *grammar[T]) parse(text string, tokens []token) (*T, error) {
	if len(tokens) > maxPlanTokens {
		return g.parseAnew(text, tokens)
	}
	var buf [maxPlanTokens]byte
	key := buf[:0]
	for i := range tokens {
		key = append(key, byte(-tokens[i].kind)) // types count down from EOF, -1
	}
	if plans := g.plans.Load(); plans != nil {
		if p, ok := (*plans)[string(key)]; ok {
			return fill[T](p, text, tokens), p.err
		}
	}
	if p := g.learn(string(key), tokens); p != nil {
		return fill[T](p, text, tokens), p.err
	}
	return g.parseAnew(text, tokens)
}

// parseAnew has participle parse the tokens.
func (g *grammar[T]) parseAnew(text string, tokens []token) (*T, error) {
	list := &tokenList{}
	for _, t := range tokens {
		list.tokens = append(list.tokens, lexer.Token{Type: t.kind, Value: text[t.from:t.to], Pos: lexer.Position{Offset: t.from}})
	}
	return g.parseTokens(list)
}

func (g *grammar[T]) parseTokens(l lexer.Lexer) (*T, error) {
	peek, err := lexer.Upgrade(l)
	if err != nil {
		return nil, err
	}
	return g.parser.ParseFromLexer(peek)
}

// learn adds the plan for the sequence of types that key stands for; nil if there
// are too many.
func (g *grammar[T]) learn(key string, tokens []token) *plan {
	g.mu.Lock()
	defer g.mu.Unlock()
	old := g.plans.Load()
	plans := map[string]*plan{}
	if old != nil {
		if len(*old) >= maxPlans {
			return nil
		}
		for k, p := range *old {
			plans[k] = p
		}
	}
	marked := &tokenList{tokens: make([]lexer.Token, len(tokens))}
	for i := range tokens {
		marked.tokens[i] = lexer.Token{Type: tokens[i].kind, Value: mark(i), Pos: lexer.Position{Offset: tokens[i].from}}
	}
	tree, err := g.parseTokens(marked)
	p := &plan{err: err}
	if tree != nil {
		p.root = planOf(reflect.ValueOf(tree).Elem())
	}
	plans[key] = p
	g.plans.Store(&plans)
	return p
}

// tokenList gives tokens that are there already.
type tokenList struct {
	tokens []lexer.Token
	next   int
}

// Next implements [lexer.Lexer].
func (l *tokenList) Next() (lexer.Token, error) {
	if l.next == len(l.tokens) {
		return lexer.EOFToken(lexer.Position{}), nil
	}
	l.next++
	return l.tokens[l.next-1], nil
}

// plan is how a tree is filled from the tokens of one sequence of types.
type plan struct {
	root *planNode // nil: there is no tree
	err  error
}

// planNode is one struct of the tree.
type planNode struct {
	texts    []planText
	children []planChild
}

// planText is a field that takes tokens: joined if it is a string, else one
// element each.
type planText struct {
	field  int
	tokens []int
	list   bool
}

// planChild is a field that points to a struct of its own.
type planChild struct {
	field int
	node  *planNode
}

// mark is the text that stands for token i while a plan is made: one rune.
func mark(i int) string { return string(rune('\u4e00' + i)) }

// marks reads which tokens a captured text is made of.
func marks(s string) []int {
	tokens := make([]int, 0, 1)
	for _, c := range s {
		tokens = append(tokens, int(c-'\u4e00'))
	}
	return tokens
}

// planOf reads where the marked tokens went in a tree of strings, lists of
// strings and pointers to structs of such.
func planOf(tree reflect.Value) *planNode {
	n := &planNode{}
	for i := range tree.NumField() {
		switch f := tree.Field(i); f.Kind() {
		case reflect.String:
			if f.Len() > 0 {
				n.texts = append(n.texts, planText{field: i, tokens: marks(f.String())})
			}
		case reflect.Slice:
			if f.Len() > 0 {
				all := strings.Join(f.Interface().([]string), "")
				n.texts = append(n.texts, planText{field: i, tokens: marks(all), list: true})
			}
		case reflect.Pointer:
			if !f.IsNil() {
				n.children = append(n.children, planChild{i, planOf(f.Elem())})
			}
		default:
			panic("parser: a grammar's field is neither text nor a struct: " + tree.Type().Field(i).Name)
		}
	}
	return n
}

// fill makes a tree of the tokens of a text, as the plan says.
func fill[T any](p *plan, text string, tokens []token) *T {
	if p.root == nil {
		return nil
	}
	tree := new(T)
	p.root.fill(reflect.ValueOf(tree).Elem(), text, tokens)
	return tree
}

func (n *planNode) fill(to reflect.Value, text string, tokens []token) {
	value := func(k int) string { return text[tokens[k].from:tokens[k].to] }
	for i := range n.texts {
		t := &n.texts[i]
		switch f := to.Field(t.field); {
		case t.list:
			list := make([]string, len(t.tokens))
			for j, k := range t.tokens {
				list[j] = value(k)
			}
			*f.Addr().Interface().(*[]string) = list
		case len(t.tokens) == 1:
			f.SetString(value(t.tokens[0]))
		default:
			var b strings.Builder
			for _, k := range t.tokens {
				b.WriteString(value(k))
			}
			f.SetString(b.String())
		}
	}
	for i := range n.children {
		c := &n.children[i]
		f := to.Field(c.field)
		f.Set(reflect.New(f.Type().Elem()))
		c.node.fill(f.Elem(), text, tokens)
	}
}

// Package compile reads rule files, checks them, and writes what is made of
// them: the engine's table and the pages of docs/patterns.
package compile

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// File is one rule file.
type File struct {
	Name string `yaml:"-"` // "noproc.yaml"

	ID              string    `yaml:"id"`
	Parent          string    `yaml:"parent"`
	Title           string    `yaml:"title"`
	Since           string    `yaml:"since"`
	Group           string    `yaml:"group"`
	Generic         bool      `yaml:"generic"`
	Disabled        bool      `yaml:"disabled"` // users' rules: the built-in rule of this id is not to be used
	Computed        bool      `yaml:"computed"` // by classify/incident, of several findings: the rule has no match
	Match           []Match   `yaml:"match"`
	Severity        string    `yaml:"severity"`
	Nature          string    `yaml:"nature"`
	Blame           string    `yaml:"blame"`
	Summary         string    `yaml:"summary"`
	Causes          []string  `yaml:"causes"`
	SoleCause       string    `yaml:"sole_cause"` // why there is only one cause
	Checks          []string  `yaml:"checks"`
	Fixes           []string  `yaml:"fixes"`
	Principle       string    `yaml:"principle"`
	Docs            []string  `yaml:"docs"`
	FalseFriends    []Friend  `yaml:"false_friends"` // what is said of it and is not so
	Examples        []Example `yaml:"examples"`
	Counterexamples []Example `yaml:"counterexamples"`
	Also            []string  `yaml:"also"` // rules of other families that fit the examples too, and rightly

	tree *ast.File
	user bool // of a user: what only the built-in ones must have may be missing
}

// Friend is a false friend of the rule; see classify.FalseFriend.
type Friend struct {
	Says  string `yaml:"says"`
	Atom  string `yaml:"atom"`
	Truth string `yaml:"truth"`
}

// Match is one way in which a rule fits; see classify.Match.
type Match struct {
	Reason      string   `yaml:"reason"`
	Wraps       bool     `yaml:"wraps"`
	Exception   string   `yaml:"exception"`
	Text        string   `yaml:"text"`
	Frame       string   `yaml:"frame"`
	Frames      string   `yaml:"frames"`
	Kind        []string `yaml:"kind"`
	Context     []string `yaml:"context"`
	LastMessage string   `yaml:"last_message"`
	LastText    string   `yaml:"last_text"`
	Shape       []string `yaml:"shape"`
	Name        string   `yaml:"name"`
	InitialCall string   `yaml:"initial_call"`
	Class       string   `yaml:"class"`
	ChildType   []string `yaml:"child_type"`
	NoReason    bool     `yaml:"no_reason"`
	Weak        bool     `yaml:"weak"`
	Aside       bool     `yaml:"aside"`
}

// Example is a real log. Want is the rule that an example of another rule's
// look-alike has instead; Binds are names that must be bound, as Elixir prints
// their values.
type Example struct {
	By    string            `yaml:"by"`
	Want  string            `yaml:"want"`
	Log   string            `yaml:"log"`
	Binds map[string]string `yaml:"binds"`
}

// Load reads and checks all rule files of a folder, in the order of their ids.
func Load(dir fs.FS) ([]*File, error) {
	files, err := load(dir, false)
	if err != nil {
		return nil, err
	}
	return files, checkAll(files, nil)
}

// LoadUser is [Load] for the rules of a user, who need not give links, a principle
// and examples. builtin says which ids the built-in rules have.
func LoadUser(dir fs.FS, builtin func(id string) bool) ([]*File, error) {
	files, err := load(dir, true)
	if err != nil {
		return nil, err
	}
	return files, checkAll(files, builtin)
}

// load reads all rule files of a folder.
func load(dir fs.FS, user bool) ([]*File, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	var files []*File
	for _, name := range names {
		src, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		f, err := read(name, src, user)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// Read reads and checks one rule file. Its errors name the file, the line, the
// column and what was expected there.
func Read(name string, src []byte) (*File, error) { return read(name, src, false) }

func read(name string, src []byte, user bool) (*File, error) {
	f := &File{Name: path.Base(name), user: user}
	if err := f.decode(src); err != nil {
		return nil, fmt.Errorf("%s:%s", name, plain(err))
	}
	return f, f.check()
}

// decode fills f from YAML without tags: the YAML library (1.19) panics on one that
// stands before a list. Whatever else it panics on is an error of the document too.
func (f *File) decode(src []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("[1:1] this YAML cannot be read: %v", p)
		}
	}()
	f.tree, err = parser.ParseBytes(src, 0)
	if err != nil {
		return err
	}
	var tags firstTag
	for _, doc := range f.tree.Docs {
		ast.Walk(&tags, doc)
	}
	if tags.found != nil {
		at := tags.found.Position
		return fmt.Errorf("[%d:%d] the YAML tag %s: rule files have none", at.Line, at.Column, tags.found.Value)
	}
	return yaml.NewDecoder(bytes.NewReader(src), yaml.Strict()).Decode(f)
}

// firstTag finds the first tag of a document.
type firstTag struct{ found *token.Token }

func (v *firstTag) Visit(n ast.Node) ast.Visitor {
	if tag, ok := n.(*ast.TagNode); ok && v.found == nil {
		v.found = tag.Start
	}
	return v
}

// plain turns an error of the YAML reader, "[3:1] unknown field "x"" with a
// drawing of the source, into "3:1: unknown field "x"".
func plain(err error) string {
	text, _, _ := strings.Cut(yaml.FormatError(err, false, false), "\n")
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if pos, msg, ok := strings.Cut(rest, "] "); ok {
			return pos + ": " + msg
		}
	}
	return " " + text
}

// errorf is an error at a place in the file: a YAML path such as "$.match[0].text".
func (f *File) errorf(at, format string, args ...any) error {
	line, column := 1, 1
	if p, err := yaml.PathString(at); err == nil {
		if n, err := p.FilterFile(f.tree); err == nil && n != nil && n.GetToken() != nil {
			line, column = n.GetToken().Position.Line, n.GetToken().Position.Column
		}
	}
	return fmt.Errorf("%s:%d:%d: %s", f.Name, line, column, fmt.Sprintf(format, args...))
}

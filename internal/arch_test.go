// Package internal holds the test of the house's plan.
package internal

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/beamlog/beamlog/"

// allowed says which of our packages each room may import (docs/architecture.md).
// A package that is not listed here fails the test: decide on its place first.
var allowed = map[string][]string{
	"parser/term":              {},
	"parser/ingest/teddy":      {},
	"parser/ingest/teddy/tune": {"parser/ingest/teddy"},
	"internal/near":            {},
	"parser/ingest":            {"parser/ingest/teddy", "internal/near"},
	"parser":                   {"parser/term", "parser/ingest"},
	"parser/crashdump":         {"parser", "parser/term", "parser/ingest"},
	"classify":                 {"parser", "parser/term", "parser/ingest", "classify/literal", "classify/template"},
	"classify/rules":           {},
	"classify/literal":         {},
	"classify/template":        {},
	"classify/rules/compile":   {"parser/term", "classify/literal", "classify/template"},
	"classify/ruleset":         {"classify", "classify/rules/compile", "parser", "parser/crashdump", "parser/ingest", "parser/term"},
	"classify/rules/gen":       {"classify/rules/compile"},
	"classify/incident":        {"classify", "parser", "parser/term", "parser/ingest"},
	"classify/suppress":        {"classify", "parser", "internal/near"},
	"classify/story":           {"classify", "classify/incident", "parser", "parser/term", "parser/ingest"},
	"prompt/redact":            {"parser/term"},
	"internal/source":          {},
	"prompt":                   {"classify", "classify/incident", "classify/story", "parser", "parser/term", "parser/ingest", "prompt/redact", "internal/source"},
	"prompt/llm":               {"prompt", "prompt/redact"},
	"internal/config":          {"classify/suppress", "internal/near"},
	"internal/console":         {},
	"internal/golden":          {},
	"internal/render":          {"classify", "classify/template", "classify/incident", "classify/suppress", "classify/story", "parser", "parser/term", "parser/ingest", "prompt/redact", "internal/console"},
	"internal/pipeline":        {"classify", "classify/incident", "classify/suppress", "parser", "parser/crashdump", "parser/ingest", "internal/render"},
	"internal/bench":           {},
	"internal/bench/run":       {"internal/bench"},
	"cmd/beamlog":              {"*"},
}

// outside says which imports from outside only some rooms may have.
var outside = map[string][]string{
	"github.com/spf13/cobra":                {"cmd/beamlog"},
	"github.com/fatih/color":                {"internal/console"},
	"github.com/sashabaranov/go-openai":     {"prompt/llm"},
	"net":                                   {"prompt/llm"},
	"net/http":                              {"prompt/llm"},
	"github.com/alecthomas/participle/v2":   {"parser"},
	"github.com/goccy/go-yaml":              {"classify/rules/compile"},
	"github.com/pelletier/go-toml/v2":       {"internal/config"},
	"golang.org/x/term":                     {"internal/console"},
	"github.com/klauspost/compress/zstd":    {"parser/ingest"},
	"text/template":                         {}, // with it the linker keeps all exported methods: 2 MB
	"github.com/rogpeppe/go-internal":       {},
	"github.com/santhosh-tekuri/jsonschema": {},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// TestImportsRunForwards holds the arrows of docs/architecture.md: a room
// imports only rooms before its own in the flow.
func TestImportsRunForwards(t *testing.T) {
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		if room == "internal" || room == "internal/corpus" { // nothing but tests
			continue
		}
		may, known := allowed[room]
		if !known {
			t.Errorf("%s has no place in the plan: add it to internal/arch_test.go and docs/architecture.md", room)
			continue
		}
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, module); ok && !slices.Contains(may, ours) && !slices.Contains(may, "*") {
				t.Errorf("%s imports %s: the arrow runs backwards or sideways", room, ours)
			}
			for prefix, rooms := range outside {
				if (imp == prefix || strings.HasPrefix(imp, prefix+"/")) && !(prefix == "net" && imp != "net") && !slices.Contains(rooms, room) {
					t.Errorf("%s imports %s: only %v may", room, imp, rooms)
				}
			}
		}
	}
}

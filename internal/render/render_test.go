package render_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/golden"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// cart is a crash of a server that was waiting for another one, with text in
// it that no terminal should act on.
func cart() *classify.Finding {
	reason, _ := term.Parse("{:timeout, {GenServer, :call, [MyApp.Db, :get, 5000]}}")
	cause, _ := term.Parse(":timeout")
	top := parser.Frame{Module: "Elixir.MyApp.Cart", Function: "handle_call", Arity: 3, App: "my_app", Version: "0.1.0",
		File: "lib/my_app/cart.ex", Line: 123, Text: "(my_app 0.1.0) lib/my_app/cart.ex:123: MyApp.Cart.handle_call/3"}
	call := parser.Frame{Module: "Elixir.GenServer", Function: "call", Arity: 3, App: "elixir", Version: "1.18.4", File: "lib/gen_server.ex", Line: 1128}
	return &classify.Finding{
		Report: &parser.Report{
			Record: &ingest.Record{Input: "app.log", Stream: "web-1", Line: 12, EndLine: 24, Writer: ingest.WriterElixir,
				Time: "2026-03-20T14:32:15.123", Level: "error", Metadata: []ingest.Field{{Key: "request_id", Value: "F1"}, {Key: "request_id", Value: "F2"}}},
			Line: 12, EndLine: 24, Kind: parser.KindGenServer,
			Process: parser.Process{Pid: "#PID<0.123.0>", Name: "MyApp.Cart", InitialCall: "MyApp.Cart.init/1"},
			Client:  &parser.Client{Pid: "#PID<0.96.0>", State: "alive"},
			Reason: parser.Reason{
				Text: "exited in: GenServer.call(MyApp.Db, :get, 5000)\n    ** (EXIT) time out",
				Term: reason, Cause: cause, Type: "timeout", Class: "exit",
				Chain: []parser.Link{{Via: parser.ViaCall, Relation: parser.RelCaller, Detail: "GenServer.call(MyApp.Db, :get, 5000)", Target: "MyApp.Db"}},
				Stack: []parser.Frame{call, top},
			},
			LastMessage: &parser.Span{Text: "{:checkout, \"\x1b[2J\u202e<b>\xff\"}", Bytes: 30},
			State:       &parser.Span{Text: "%{items: [" + strings.Repeat("é", 3000), Bytes: 104857, Truncated: true},
			Complete:    true,
		},
		Rule: &classify.Rule{ID: "timeout", Title: "A call was not answered in time", Group: "comm", Severity: classify.Error,
			Summary: "MyApp.Cart waited 5000 ms for MyApp.Db, which did not answer.",
			Causes:  []string{"{{target}} was busy.", "Its message queue was long."}, Checks: []string{"`:sys.get_state({{target}})` in a remote shell"},
			Fixes: []string{"Do the slow work of {{target}} in a task."}, Principle: "A time-out is a decision.", Docs: []string{"https://www.erlang.org/doc/man/gen_server.html#call-3"}},
		Confidence: classify.Exact, Severity: classify.Error, Nature: classify.Transient, Blame: "callee",
		ChainRules:  []string{""},
		Fingerprint: "9f2c4e1ab07d", Variant: "0123456789ab", Recipe: "v1|timeout|MyApp.Db get|MyApp.Cart.handle_call/3",
	}
}

// twice is the cart's crash and the crash report of the same process.
func twice() []*classify.Finding {
	again := cart()
	r := again.Report
	r.Record.Line, r.Line, r.EndLine = 25, 25, 40
	r.Kind, r.Client, r.LastMessage, r.State = parser.KindProcess, nil, nil, nil
	return []*classify.Finding{cart(), again}
}

// play hands findings to a format as the pipeline would.
func play(t *testing.T, name string, o render.Options, findings []*classify.Finding) []byte {
	t.Helper()
	var out bytes.Buffer
	f, err := render.New(name, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	tr := incident.NewTracker(incident.Options{})
	var sum render.Summary
	give := func(final []*classify.Finding) {
		for _, x := range final {
			err = firstError(err, f.Finding(x))
		}
		for _, in := range tr.Closed() {
			sum.Incidents++
			err = firstError(err, f.Incident(in))
		}
	}
	err = f.Begin(render.Input{Files: []string{"app.log"}})
	for _, x := range findings {
		give(tr.Add(x))
	}
	give(tr.End())
	sum.Groups = tr.Groups()
	sum.Files = []render.FileStats{{Name: "app.log", Bytes: 4711, Lines: 40, Records: 2, Reports: int64(len(findings))}}
	if err = firstError(err, f.End(sum)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func TestGolden(t *testing.T) {
	other := cart()
	other.Fingerprint, other.Rule = "aaaaaaaaaaaa", &classify.Rule{ID: "badmatch", Title: "No match", Severity: classify.Critical, Summary: "A match failed."}
	other.Severity, other.Nature, other.Blame = classify.Critical, classify.Deterministic, "code"
	other.Report.Process, other.Report.Record.Time = parser.Process{Pid: "#PID<0.7.0>"}, "2026-03-20T15:00:00.000"
	other.Report.Reason.Chain = nil
	for _, tt := range []struct {
		file, format string
		o            render.Options
		in           []*classify.Finding
	}{
		{"text", "text", render.Options{}, twice()},
		{"text-colour", "text", render.Options{Color: true}, twice()},
		{"ndjson", "ndjson", render.Options{}, twice()},
		{"json", "json", render.Options{}, twice()},
		{"json-none", "json", render.Options{}, nil},
		{"explain", "explain", render.Options{}, twice()},
		{"explain-none", "explain", render.Options{}, nil},
		{"explain-narrow-colour", "explain", render.Options{Width: 44, Color: true}, twice()},
		{"explain-erlang", "explain", render.Options{Spelling: "erlang"}, twice()},
		{"explain-many", "explain", render.Options{Top: 1}, append(twice(), other)},
		{"explain-all", "explain", render.Options{All: true}, append(twice(), other)},
		{"explain-group", "explain", render.Options{Group: "9f2c"}, append(twice(), other)},
		{"explain-no-such-group", "explain", render.Options{Group: "dead"}, twice()},
	} {
		t.Run(tt.file, func(t *testing.T) {
			golden.Check(t, filepath.Join("testdata", tt.file+".golden"), play(t, tt.format, tt.o, tt.in))
		})
	}
}

// No format for people lets a control character of the log through.
func TestHostileTextIsShown(t *testing.T) {
	evil := "\x1b]0;owned\x07\u202e\u200b\x9b2J\r\n\t\xff"
	f := cart()
	r := f.Report
	f.SetSummary(f.Summary() + evil)
	for _, s := range []*string{&r.Record.Input, &r.Process.Name, &r.Process.Pid, &r.Record.Time, &r.Reason.Text,
		&r.Reason.Chain[0].Detail, &r.Reason.Chain[0].Target, &r.Client.Pid, &r.LastMessage.Text, &r.State.Text,
		&r.Reason.Stack[1].File, &r.Reason.Stack[1].Function, &r.Reason.Stack[1].App, &f.Fingerprint} {
		*s += evil
	}
	for _, name := range []string{"text", "explain"} {
		for _, c := range string(play(t, name, render.Options{}, []*classify.Finding{f})) {
			if c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 || c == '\u202e' || c == '\u200b' {
				t.Errorf("%s prints %U", name, c)
			}
		}
	}
}

func TestExplainFitsItsWidth(t *testing.T) {
	for _, width := range []int{60, 80, 100} {
		for line := range strings.Lines(string(play(t, "explain", render.Options{Width: width}, twice()))) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width && !strings.Contains(line, "https://") {
				t.Errorf("width %d: %d columns: %s", width, n, line)
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	_, err := render.New("xml", nil, render.Options{})
	if err == nil || !strings.Contains(err.Error(), render.Names()) {
		t.Errorf("got %v", err)
	}
}

// schemas are the published schemas.
func schemas(t *testing.T) (finding, document, report *jsonschema.Schema) {
	t.Helper()
	c := jsonschema.NewCompiler()
	const base = "https://github.com/beamlog/beamlog/docs/schema/"
	for _, name := range []string{"beamlog.finding.v1.json", "beamlog.v1.json", "beamlog.report.v1.json"} {
		file, err := os.Open(filepath.Join("..", "..", "docs", "schema", name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(file)
		file.Close()
		if err == nil {
			err = c.AddResource(base+name, doc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	compile := func(name string) *jsonschema.Schema {
		s, err := c.Compile(base + name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	return compile("beamlog.finding.v1.json"), compile("beamlog.v1.json"), compile("beamlog.report.v1.json")
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = schema.Validate(doc)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, text[:min(len(text), 2000)])
	}
}

func TestJSONFollowsItsSchema(t *testing.T) {
	finding, document, _ := schemas(t)
	validate(t, document, play(t, "json", render.Options{}, twice()))
	validate(t, document, play(t, "json", render.Options{}, nil))
	for line := range bytes.Lines(play(t, "ndjson", render.Options{}, twice())) {
		validate(t, finding, line)
	}
	// The schemas are no paper tigers.
	for _, broken := range []string{`{}`, `{"schema":"beamlog/v1","findings":[{}],"incidents":[],"groups":[],"input":{}}`} {
		doc, _ := jsonschema.UnmarshalJSON(strings.NewReader(broken))
		if document.Validate(doc) == nil {
			t.Errorf("the schema accepts %s", broken)
		}
	}
}

// Every real log in testdata gives JSON that follows the schema, with the keys
// of a finding in the published order, and a story that can be told.
func TestRealLogs(t *testing.T) {
	finding, document, report := schemas(t)
	for _, name := range realLogs(t) {
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			validate(t, document, run(t, "json", name))
			for line := range bytes.Lines(run(t, "ndjson", name)) {
				validate(t, finding, line)
			}
			for line := range bytes.Lines(reports(t, name)) {
				validate(t, report, line)
			}
			if out := run(t, "explain", name); len(out) == 0 || !bytes.Equal(out, run(t, "explain", name)) {
				t.Error("explain says nothing, or another thing each time")
			}
		})
	}
}

func realLogs(t *testing.T) []string {
	t.Helper()
	var names []string
	root := filepath.Join("..", "..", "testdata", "logs")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".md") {
			names = append(names, path)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("%d logs: %v", len(names), err)
	}
	return names
}

func run(t *testing.T, format, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	f, err := render.New(format, &out, render.Options{All: true})
	if err != nil {
		t.Fatal(err)
	}
	o := pipeline.Options{Inputs: []string{name}, Bad: func(err error) { t.Error(err) }}
	if _, err := pipeline.Run(context.Background(), o, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reports(t *testing.T, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	o := pipeline.Options{Inputs: []string{name}, Bad: func(err error) { t.Error(err) }}
	if _, err := pipeline.Reports(context.Background(), o, render.NewReports(&out).Report); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The keys stand in the order of the published example.
func TestKeyOrder(t *testing.T) {
	const want = "schema kind process client source time level node metadata reason pattern family title group confidence " +
		"alternatives severity nature blame top_frame stacktrace supervisor child context last_message state summary " +
		"fingerprint variant incident role complete"
	line := play(t, "ndjson", render.Options{}, twice()[:1])
	dec := json.NewDecoder(bytes.NewReader(line))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func BenchmarkNDJSON(b *testing.B) {
	f, err := render.New("ndjson", io.Discard, render.Options{})
	if err != nil {
		b.Fatal(err)
	}
	x := cart()
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Finding(x); err != nil {
			b.Fatal(err)
		}
	}
}

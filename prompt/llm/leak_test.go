package llm

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/prompt"
)

// TestNoSecretReachesTheServer sends the incidents of a log with planted
// secrets and looks for them, in several spellings, in what the server got.
func TestNoSecretReachesTheServer(t *testing.T) {
	secrets := []string{
		"correct-horse-battery-9", "AKx99-plain-key-value", "charlist-pass-42", "abc.DEF123.ghi-xyz", "sess-0a1b2c3d4e", "pa55w0rd-url",
		"qwerty-token-1", "jane.doe@example.com", "svc-Pass-88", "Pg-s3cr3t-77", "positional-Pw-1", "hunter2-planted!", "PLANTEDBYTES42",
	}
	log, err := os.ReadFile("../redact/testdata/elixir-1.14.0.log")
	if err != nil {
		t.Fatal(err)
	}
	engine, err := classify.New(classify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tracker := incident.NewTracker(incident.Options{})
	for rec, err := range ingest.Records(t.Context(), bytes.NewReader(log), "app.log", ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range parser.Parse(rec) {
			if f := engine.Classify(r); f != nil {
				tracker.Add(f)
			}
		}
	}
	tracker.End()
	d := newDouble(t, events(say("REDACTED_EMAIL_1")+fin("stop")+done))
	cfg := d.config()
	cfg.Restore = true
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	restored := 0
	for _, in := range tracker.Closed() {
		b, err := prompt.Build(in, prompt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Explain(t.Context(), b, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a.Text, "@") {
			restored++
		}
	}
	if d.count() < 4 || restored == 0 {
		t.Fatalf("%d requests, %d answers with a value put back: the test shows nothing", d.count(), restored)
	}
	for i, req := range d.requests {
		for _, s := range secrets {
			for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
				if bytes.Contains(req.raw, []byte(form)) {
					t.Errorf("request %d holds %q", i+1, form)
				}
			}
		}
	}
}

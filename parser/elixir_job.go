package parser

import (
	"encoding/json"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// obanException is what Oban's default logger writes, at level info, when a job
// fails: a JSON object, or a keyword list without encoding. The error is a whole
// banner; frames are never printed:
//
//	{"args":{},"attempt":1,"error":"** (RuntimeError) unknown worker: Shop.Jobs.Retired","event":"job:exception","id":9,"queue":"default","source":"oban","state":"failure","worker":"Shop.Jobs.Retired"}
type obanException struct {
	Error   string          `json:"error"`
	Event   string          `json:"event"`
	State   string          `json:"state"`
	Worker  string          `json:"worker"`
	Queue   string          `json:"queue"`
	ID      json.RawMessage `json:"id"`
	Attempt json.RawMessage `json:"attempt"`
	Max     json.RawMessage `json:"max_attempts"`
}

const jobException = "job:exception"

func opensJob(_ *ingest.Record, body string) bool {
	if body == "" || body[0] != '{' && body[0] != '[' && body[0] != '%' {
		return false
	}
	line := body[:lineEnd(body, 0)]
	return strings.Contains(line, jobException) && strings.Contains(line, "** (")
}

func readJob(rec *ingest.Record) (*Report, int) {
	line := rec.Body[:lineEnd(rec.Body, 0)]
	var o obanException
	whole := true
	if line[0] == '{' {
		whole = json.Unmarshal([]byte(line), &o) == nil
		if !whole {
			o.fromCut(line)
		}
	} else {
		whole = o.fromTerm(line)
	}
	if o.Error == "" {
		return nil, len(line)
	}
	l := lexText(o.Error, &bannerLayout)
	defer l.release()
	r := &Report{Kind: KindJob, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.Line, Complete: whole && !l.open}
	r.setReason(l)
	for _, f := range [...]ingest.Field{
		{Key: "worker", Value: o.Worker}, {Key: "queue", Value: o.Queue}, {Key: "state", Value: o.State},
		{Key: "id", Value: string(o.ID)}, {Key: "attempt", Value: string(o.Attempt)}, {Key: "max_attempts", Value: string(o.Max)},
	} {
		if f.Value != "" {
			r.keep(f.Key, f.Value)
		}
	}
	return r, len(line)
}

// fromCut takes what it can from an object that was cut.
func (o *obanException) fromCut(line string) {
	for _, f := range [...]struct {
		key string
		to  *string
	}{{`"error":`, &o.Error}, {`"worker":`, &o.Worker}, {`"queue":`, &o.Queue}, {`"state":`, &o.State}} {
		_, rest, ok := strings.Cut(line, f.key)
		if !ok {
			continue
		}
		t, _, _ := term.ReadIn(strings.TrimLeft(rest, " "), term.Elixir)
		if t.Kind == term.Binary {
			*f.to = t.Text
		}
	}
}

// fromTerm reads the keyword list or map that Oban logs without encoding.
func (o *obanException) fromTerm(line string) bool {
	t, _, complete := term.ReadIn(line, term.Elixir)
	for _, f := range [...]struct {
		key string
		to  *string
	}{{"error", &o.Error}, {"worker", &o.Worker}, {"queue", &o.Queue}, {"state", &o.State}} {
		if v, ok := t.Get(f.key); ok {
			*f.to, _ = v.StringValue()
			if *f.to == "" && v.Kind == term.Atom {
				*f.to = v.ModuleName()
			}
		}
	}
	for _, f := range [...]struct {
		key string
		to  *json.RawMessage
	}{{"id", &o.ID}, {"attempt", &o.Attempt}, {"max_attempts", &o.Max}} {
		if v, ok := t.Get(f.key); ok && v.Kind == term.Int {
			*f.to = json.RawMessage(v.Text)
		}
	}
	return complete
}

package ingest

import (
	"bytes"
	"encoding/json"
)

// export is a form in which a store of logs gives a list of entries.
type export struct {
	path string // the names of the members on the way to the list, joined by dots
	// mark is what must also stand near the beginning, where a logger could have a
	// list of that name.
	mark string
	// object makes an object of an entry that is none. around is what stood before
	// the list.
	object func(entry, around []byte) []byte
}

// exports are the forms that are known.
var exports = [...]export{
	{path: "events"}, // aws logs filter-log-events, get-log-events
	{path: "logEvents"},
	{path: "entries"}, // Google's API
	{path: "records"},
	{path: "logs"},
	{path: "hits.hits"}, // Elasticsearch, OpenSearch
	{path: "responses.hits.hits"},
	{path: "data.result.values", object: lokiEntry}, // Loki's query API
	{path: "streams.values", object: lokiEntry},     // and what is pushed to it
	{path: "resourceLogs.scopeLogs.logRecords"},     // OpenTelemetry
	{path: "data", mark: `"attributes"`},            // Datadog's log search
	{path: "results", mark: `"@message"`, object: insightsEntry},
}

// exportSet says which exports an input can be, a bit for each.
type exportSet uint32

// sureExports are those that need no mark.
func sureExports() (set exportSet) {
	for i := range exports {
		if exports[i].mark == "" {
			set |= 1 << i
		}
	}
	return set
}

// exportsIn gives the exports that an input which begins with head can be.
func exportsIn(head []byte) exportSet {
	set := sureExports()
	for i := range exports {
		if mark := exports[i].mark; mark != "" && bytes.Contains(head, []byte(mark)) {
			set |= 1 << i
		}
	}
	return set
}

// beginsExport reports whether the list of one of the exports begins in a text.
func beginsExport(text []byte, set exportSet) bool {
	u := newUnfolder(nil, set)
	for _, c := range text {
		if u.next(c); u.list != nil {
			return true
		}
	}
	return false
}

// isLogger reports whether the members that an object begins with are those of a
// JSON logger's entry: then a list in it is no export.
func isLogger(begin []byte) bool {
	o := parseJSON(begin)
	return o.find(levelKeys, 0) != nil || o.find(messageKeys[:3], jsonString) != nil
}

// lokiEntry makes an object of a pair of time and line:
//
//	{"stream": {"pod": "web-1"}, "values": [["1763691763082000000", "text"], …]}
func lokiEntry(entry, around []byte) []byte {
	r := jsonReader{s: entry, o: &jsonObject{}}
	r.i = 1
	at := r.raw()
	if !r.next(',') {
		return entry
	}
	line := r.raw()
	if len(at) == 0 || len(line) == 0 || line[0] != '"' {
		return entry
	}
	out := append(append(append([]byte(`{"ts":`), at...), `,"line":`...), line...)
	if labels := memberAfter(around, `"stream"`); labels != nil {
		out = append(append(out, `,"labels":`...), labels...)
	}
	return append(out, '}')
}

// raw gives the value at hand as it stands.
func (r *jsonReader) raw() []byte {
	r.blanks()
	from := r.i
	r.value("", jsonDepth)
	return r.s[from:r.i]
}

// memberAfter gives the object that is the value of the first member of a name.
func memberAfter(s []byte, name string) []byte {
	for {
		i := bytes.Index(s, []byte(name))
		if i < 0 {
			return nil
		}
		s = s[i+len(name):]
		r := jsonReader{s: s}
		if !r.next(':') {
			continue
		}
		r.blanks()
		if from := r.i; from < len(s) && s[from] == '{' && r.skip() {
			return s[from:r.i]
		}
	}
}

// insightsEntry makes an object of what CloudWatch's Insights gives for an entry:
//
//	[{"field": "@timestamp", "value": "…"}, {"field": "@message", "value": "…"}]
func insightsEntry(entry, _ []byte) []byte {
	out := []byte{'{'}
	for {
		i := bytes.IndexByte(entry, '{')
		if i < 0 {
			return append(out, '}')
		}
		o := parseJSON(entry[i:])
		if !o.complete {
			return append(out, '}')
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(appendQuoted(out, o.text("field")), ':'), appendQuoted(nil, o.text("value"))...)
		entry = entry[i+o.end:]
	}
}

func appendQuoted(out []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		b = []byte(`""`) // strings can be encoded
	}
	return append(out, b...)
}

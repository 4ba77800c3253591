package ingest

import "strings"

// envelopes are the members in which stores of logs keep what a collector sent
// them: an entry is what is in them. The names are common, so another member must
// prove them, perhaps with its value.
var envelopes = [...]struct{ name, proof, value string }{
	{"_source", "_index", ""},          // Elasticsearch, OpenSearch
	{"attributes", "type", "log"},      // Datadog, version 2
	{"content", "content.message", ""}, // and 1
	{"result", "result._raw", ""},      // Splunk
}

// parseEntry is parseJSON for an entry that may stand in an envelope, which it
// takes off.
func parseEntry(s []byte) *jsonObject {
	o := parseJSON(s)
	if len(o.members) == 0 {
		return o
	}
	for _, e := range &envelopes {
		proof := o.find([]string{e.proof}, 0)
		if proof == nil || e.value != "" && proof.text != e.value || o.find([]string{e.name}, jsonNested) == nil {
			continue
		}
		prefix := e.name + "."
		var inner []jsonMember
		for _, m := range o.members {
			if key, ok := strings.CutPrefix(m.key, prefix); ok {
				m.key = key
				inner = append(inner, m)
			}
		}
		if len(inner) == 0 {
			continue
		}
		o.members, o.envelope = inner, e.name
		if message := o.find(messageKeys[:1], jsonString); message != nil && strings.Contains(message.text, "\n") {
			// A line of its own has no level but what the store made of it.
			if m := o.find([]string{"status"}, jsonString); m != nil && e.name != "_source" {
				m.key = "level"
			}
		}
		return o
	}
	return o
}

package ingest

import (
	"bytes"
	"strings"
)

// looksJSON reports whether a line begins like a JSON object with a member:
// `{"name":`. Erlang's `{"init terminating in do_boot",…` does not.
func looksJSON(line []byte) bool {
	if len(line) < 4 || line[0] != '{' {
		return false
	}
	i := skipBlanks(line, 1)
	if i >= len(line) || line[i] != '"' {
		return false
	}
	e := bytes.IndexByte(line[i+1:min(len(line), i+200)], '"')
	if e < 0 {
		return false
	}
	i = skipBlanks(line, i+e+2)
	return i < len(line) && line[i] == ':'
}

// The names under which JSON loggers keep the parts of an entry, the usual ones first.
var (
	messageKeys = []string{"message", "msg", "@message", "jsonPayload.message", "event", "text", "body", "log", "textPayload", "_raw", "body.stringValue"}
	timeKeys    = []string{"time", "@timestamp", "timestamp", "ts", "syslog.timestamp", "date", "asctime", "datetime", "jsonPayload.time", "jsonPayload.timestamp", "_time", "timeUnixNano"}
	levelKeys   = []string{"severity", "level", "log.level", "syslog.severity", "lvl", "levelname", "jsonPayload.severity", "jsonPayload.level", "severityText"}
	crashKeys   = []string{"stack_trace", "error.stack_trace", "exception", "stacktrace", "error.stack", "stack", "exc_info", "crash_reason", "error.message", "error", "reason"}
)

// readJSON recognises an entry of a JSON logger. It is decoded when it is needed.
func readJSON(line []byte, p *prefix) bool {
	if !looksJSON(line) {
		return false
	}
	p.writer, p.whole, p.end = WriterJSON, true, len(line)
	return true
}

// decodeJSON reads the entry that readJSON recognised. The message becomes the
// text; what else there is becomes metadata under its own name, with a dot between
// the names of nested objects.
func decodeJSON(line []byte, p *prefix, format *loggerFormat) {
	o := parseEntry(line)
	p.cut = !o.complete
	p.decoded = true
	message := o.find(messageKeys, jsonString)
	switch {
	case message != nil && message.key == "event" && o.find([]string{"error"}, jsonString) != nil:
		// The members of a job's telemetry event stand at the top: the whole is the message.
		p.text, message = line, nil
	case message != nil && message.text == "" && o.find(crashKeys, jsonString) != nil:
		p.text = []byte(o.find(crashKeys, jsonString).text) // an exception without a message
	case message != nil:
		p.text = []byte(message.text)
	default:
		if m := o.find([]string{"message", "msg", "log", "jsonPayload"}, jsonNested); m != nil {
			p.text, message = []byte(m.text), m
		} else if crash := o.find(crashKeys, jsonString); crash != nil {
			p.text = []byte(crash.text)
		} else {
			p.text = line
		}
	}
	at, level := o.find(timeKeys, 0), o.find(levelKeys, 0)
	if at != nil {
		p.stamp = jsonStamp(at)
	}
	if level != nil {
		p.level = jsonLevel(level)
	}
	if m := o.find([]string{"logger_formatter.title", "metadata.logger_formatter.title"}, jsonString); m != nil {
		p.title = []byte(m.text)
	}
	if m := o.find([]string{"node", "metadata.node"}, jsonString); m != nil && strings.Contains(m.text, "@") {
		p.node = []byte(m.text)
	}
	p.fields = o.fields(message, at, level)
	readInner(p, format)
}

// readInner reads the prefix that the message of a JSON entry begins with: text
// that another logger wrote, or JSON again. Its time and level are the inner ones.
func readInner(p *prefix, format *loggerFormat) {
	first, rest, more := bytes.Cut(p.text, newline)
	var scratch []byte
	first = stripColours(first, &scratch)
	var in prefix
	if p.depth > 3 || !readPrefix(trimReturn(first), &in, format) || in.writer == WriterShell {
		return
	}
	if in.writer == WriterJSON {
		o := parseJSON(p.text)
		if o.find(messageKeys[:3], jsonString) == nil || o.find(levelKeys, 0) == nil && o.find(timeKeys, 0) == nil {
			return
		}
		in.depth = p.depth + 1
		decodeJSON(p.text, &in, format)
		p.writer = WriterJSON
		p.text, p.cut = in.text, p.cut || in.cut
	} else {
		p.inner = true
		text := bytes.Clone(first[min(in.end, len(first)):])
		for more {
			var line []byte
			line, rest, more = bytes.Cut(rest, newline)
			var again prefix
			if len(in.group) > 0 && readPrefix(line, &again, format) && bytes.Equal(in.group, again.group) {
				line = line[again.end:]
			}
			text = append(append(text, '\n'), line...)
		}
		p.text = text
	}
	if len(in.stamp.clock) > 0 {
		p.stamp = in.stamp
	}
	if in.level != "" {
		p.level = in.level
	}
	if len(in.title) > 0 {
		p.title = in.title
	}
	p.fields = append(p.fields, in.metadata()...)
}

// jsonStamp reads a time: a string in ISO form or a number since 1970.
func jsonStamp(m *jsonMember) stamp {
	if s, e := stampAt([]byte(m.text), 0); e > 0 {
		return s
	}
	if s, e := legacyStampAt([]byte(m.text), 0); e > 0 {
		return s
	}
	if iso := isoEpoch(m.text); iso != "" {
		s, _ := stampAt([]byte(iso), 0)
		return s
	}
	return stamp{}
}

// jsonLevel gives a level in lower case; loggers in bunyan's manner number them.
func jsonLevel(m *jsonMember) string {
	switch m.text {
	case "10", "20":
		return "debug"
	case "30":
		return "info"
	case "40":
		return "warning"
	case "50":
		return "error"
	case "60":
		return "critical"
	}
	return strings.ToLower(m.text)
}

// jsonAliases are the names that formatters of LoggerJSON have for the logging
// process and for its request.
var jsonAliases = [...]struct{ key, alias string }{
	{"logger.thread_name", "pid"},
	{"logging.googleapis.com/operation.producer", "pid"},
	{"logging.googleapis.com/operation.id", "request_id"},
}

// fields gives the members but the message, its time and its level as metadata.
func (o *jsonObject) fields(message, at, level *jsonMember) []Field {
	var fields []Field
	for i := range o.members {
		m := &o.members[i]
		if m == message || m == at || m == level || m.kind == jsonNested || m.kind == jsonNull || message != nil && m.key == message.key {
			continue
		}
		key := strings.TrimPrefix(strings.TrimPrefix(m.key, "jsonPayload."), "metadata.")
		fields = append(fields, Field{key, m.text})
		for _, a := range &jsonAliases {
			if a.key == key && (a.alias != "pid" || strings.Contains(m.text, "<")) {
				fields = append(fields, Field{a.alias, m.text})
			}
		}
	}
	return fields
}

package ingest

import (
	"bytes"
	"strconv"
)

// logfmtKeys are the keys that an entry in logfmt may begin with.
var logfmtKeys = [...]string{"level", "time", "ts", "msg", "timestamp", "lvl", "severity", "message", "t", "at", "date"}

// readLogfmt recognises an entry in logfmt, whose message is one quoted value:
//
//	time=2026-11-21T02:22:43Z level=error msg="GenServer … terminating\n** (stop) …"
//
// A prefix that the message itself begins with is read too.
func readLogfmt(line []byte, p *prefix, format *loggerFormat) bool {
	e := wordEnd(line, 0)
	if e == 0 || e >= len(line) || line[e] != '=' || !isLogfmtKey(line[:e]) {
		return false
	}
	var at, level, message []byte
	for i := 0; i < len(line); {
		key, value, next := logfmtPair(line, i)
		if next < 0 {
			return false
		}
		i = next
		switch string(key) {
		case "time", "ts", "timestamp", "t", "date":
			at = value
		case "level", "lvl", "severity":
			level = value
		case "msg", "message":
			message = value
		default:
			p.fields = append(p.fields, Field{string(key), string(value)})
		}
	}
	name, end := levelAt(level, 0)
	if message == nil || name == "" || end != len(level) {
		p.fields = nil
		return false
	}
	p.writer, p.level, p.whole, p.end = WriterElixir, name, true, len(line)
	p.decoded, p.text = true, message
	if s, e := stampAt(at, 0); e > 0 {
		p.stamp = s
	} else if iso := isoEpoch(string(at)); iso != "" {
		p.stamp, _ = stampAt([]byte(iso), 0)
	}
	readInner(p, format)
	return true
}

func isLogfmtKey(key []byte) bool {
	for _, k := range &logfmtKeys {
		if string(key) == k {
			return true
		}
	}
	return false
}

// logfmtPair reads "key=value" or `key="quoted value"` at i. next is where the
// next pair begins; -1 if there is no pair.
func logfmtPair(line []byte, i int) (key, value []byte, next int) {
	e := wordEnd(line, i)
	if e == i || e >= len(line) || line[e] != '=' {
		return nil, nil, -1
	}
	key = line[i:e]
	i = e + 1
	if i < len(line) && line[i] == '"' {
		e = i + 1
		for e < len(line) && line[e] != '"' {
			if line[e] == '\\' {
				e++
			}
			e++
		}
		if e >= len(line) {
			return nil, nil, -1
		}
		text, err := strconv.Unquote(string(line[i : e+1]))
		if err != nil {
			text = string(line[i+1 : e])
		}
		value, e = []byte(text), e+1
	} else {
		n := bytes.IndexByte(line[i:], ' ')
		if n < 0 {
			n = len(line) - i
		}
		value, e = line[i:i+n], i+n
	}
	return key, value, skipBlanks(line, e)
}

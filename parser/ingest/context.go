package ingest

import (
	"bytes"
	"strings"
)

// contextKeys are the keys with which a ticket tells where a crash happened.
var contextKeys = [...]string{
	"Application", "App", "Version", "Release", "Timestamp", "Time", "Date", "Supervisor", "Node", "Environment", "Env",
	"Host", "Hostname", "Elixir", "Elixir version", "Erlang", "Erlang/OTP", "OTP", "OTP version", "Supervision Tree",
}

// ContextPair reads a line of the block in which a ticket tells of a crash's
// surroundings; ok is false for any other line:
//
//	Application: myapp
//	Timestamp: 2026-03-20 14:32:15 UTC
func ContextPair(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(strings.Trim(line, " *_-\t"), ":")
	key = strings.TrimRight(key, "*_ ")
	if !ok || value != "" && value[0] != ' ' && value[0] != '*' {
		return "", "", false
	}
	for _, known := range contextKeys {
		if key == known {
			return key, strings.TrimSpace(strings.TrimLeft(value, "*_")), true
		}
	}
	return "", "", false
}

// inContext reports whether a line of pasted text can stand in such a block, above
// the report.
func inContext(line []byte) bool {
	if bytes.Equal(bytes.Trim(line, " *_"), []byte("Error Message:")) {
		return true
	}
	_, _, ok := ContextPair(string(line))
	return ok
}

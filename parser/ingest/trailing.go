package ingest

import "bytes"

// trailingKeys are keys of metadata one of which must be among pairs behind a
// message for these to be no part of it.
var trailingKeys = [...]string{
	"request_id", "pid", "mfa", "module", "function", "file", "line", "application", "domain", "trace_id", "span_id",
	"otel_trace_id", "otel_span_id", "user_id", "remote_ip", "registered_name", "initial_call", "crash_reason",
}

// trailingMetadata finds the pairs that a format with $metadata behind $message
// leaves at the end of a record's last line, and gives where they begin; -1 if there
// are none:
//
//	(stdlib 4.2) gen_server.erl:1120: :gen_server.try_dispatch/4 request_id=F1 user=a b
func trailingMetadata(line []byte) int {
	if bytes.IndexByte(line, '=') < 0 {
		return -1
	}
	depth, quoted := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[' || c == '{' || c == '<':
			depth++
		case c == ')' || c == ']' || c == '}' || c == '>':
			depth = max(depth-1, 0)
		case c == ' ' && depth == 0:
			if e := wordEnd(line, i+1); e > i+1 && e+1 < len(line) && line[e] == '=' && isWord(line[i+1]) && hasTrailingKey(line[i:]) {
				return i
			}
		}
	}
	return -1
}

// hasTrailingKey reports whether one of some pairs is known.
func hasTrailingKey(pairs []byte) bool {
	for i := range trailingKeys {
		key := trailingKeys[i]
		for rest := pairs; ; {
			n := bytes.Index(rest, []byte(key))
			if n < 0 {
				break
			}
			if rest = rest[n+len(key):]; n > 0 && len(rest) > 0 && rest[0] == '=' && pairs[len(pairs)-len(rest)-len(key)-1] == ' ' {
				return true
			}
		}
	}
	return false
}

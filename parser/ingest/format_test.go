package ingest

import (
	"strings"
	"testing"
)

func TestCheckLoggerFormat(t *testing.T) {
	for pattern, want := range map[string]string{
		`$time $metadata[$level] $message\n`:       "",
		"[$level] $message":                        "",
		`\n$date $time [$level]$levelpad $message`: "",
		"<$level> at $time in $node: $message":     "",
		"$$ $level $message":                       "", // the first dollar stands for itself
		"":                                         "no $level before $message",
		"$time $message":                           "no $level before $message",
		"$message [$level]":                        "no $level before $message",
		"%d %level %msg":                           "no $level before $message",
		"$time $level [$severity] $message":        "no field $severity; there are $date, $time",
	} {
		err := CheckLoggerFormat(pattern)
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
		if (parseLoggerFormat(pattern) == nil) != (strings.HasPrefix(want, "no $level")) {
			t.Errorf("%q is read, or is not, against what the check says", pattern)
		}
	}
}

// TestLoggerFormatNode has the node before a literal that a node's name cannot hold.
func TestLoggerFormatNode(t *testing.T) {
	for format, line := range map[string]string{
		"<$level> at $time in $node: $message": "<error> at 02:20:13.354 in shop@10.0.0.1: ** (stop) x",
		"$node|$level|$message":                "shop@10.0.0.1|error|** (stop) x",
		"[$node] $level $message":              "[shop@10.0.0.1] error ** (stop) x",
		"$level $node $message":                "error shop@10.0.0.1 ** (stop) x",
	} {
		got := read(t, strings.NewReader(line+"\n"), Options{LoggerFormat: format})
		if len(got) != 1 || got[0].Node != "shop@10.0.0.1" || got[0].Level != "error" || got[0].Body != "** (stop) x" {
			t.Errorf("%s: %+v", format, got)
		}
	}
}

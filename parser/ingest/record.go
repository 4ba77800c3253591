// Package ingest turns bytes into records: it opens inputs, scans blocks for
// the literals that can open a report, cuts the record round each hit, and
// takes off what transports and loggers put round it.
//
// Memory is bounded whatever comes: see [Options].
package ingest

// Writer says which kind of prefix a record had.
type Writer uint8

// The writers.
const (
	WriterNone      Writer = iota // no logger prefix: a bare report, pasted text, stderr
	WriterElixir                  // Elixir's Logger: "12:00:00.000 request_id=x [error] "
	WriterLegacy                  // "=ERROR REPORT==== 21-Nov-2026::02:22:27.374565 ===" and lager's crash.log
	WriterFormatter               // logger_formatter: "2026-11-21T02:22:43.090138+00:00 error: "
	WriterLager                   // lager: "2026-11-21 02:27:42.978 [error] <0.1.0>@m:f:1 "
	WriterRabbit                  // RabbitMQ: the prefix on every line
	WriterJSON                    // a JSON logger
	WriterShell                   // iex or erl prompt before the text
)

// Field is one metadata pair, in printed order.
type Field struct{ Key, Value string }

// Record is one log entry without its wrapping. It owns its bytes.
type Record struct {
	Input   string // the input's name as the user gave it; "-" for stdin
	Stream  string // container, pod, unit or process that the transport names; "" if none
	Line    int    // 1-based physical line of the head (the line with the logger prefix, or the first line)
	EndLine int    // physical line of the last non-blank line of the record in its stream
	Offset  int64  // byte offset of the head in the (decompressed) input
	End     int64  // byte offset behind the last non-blank line, without its line end; where streams mix others' lines stand before it too
	Size    int64  // bytes of its own lines, blank ones too, without line ends

	Time     string // innermost printed time in ISO form, nothing invented: "14:32:15.123", "2026-11-21T02:22:27.374565"; "" if none
	Level    string // as printed, lower case: "error", "warn"; "" if none
	Node     string
	Title    string // WriterLegacy: "CRASH REPORT", "ERROR REPORT" …; RabbitMQ's JSON title
	Metadata []Field

	// Body is the message: without prefixes, colours (CSI sequences) and CR, lines
	// joined by "\n", no trailing blank lines. It keeps the indentation the logger wrote.
	Body string

	// Lines holds the physical line of each line of Body when they do not simply
	// count up from Line (interleaved streams, JSON); nil otherwise.
	Lines []int

	// Layout holds the physical lines of the body and their places in the input; nil
	// where those stand there as they do in the body, but for Wrap bytes before each
	// line but the head.
	Layout *Layout

	Dropped int64 // bytes dropped from over-long lines
	Writer  Writer
	Cut     bool  // the record was cut by a limit, by the end of the input inside it, or by "(truncated)"
	Lenient bool  // read pasted text leniently (formats.md H)
	Wrap    int32 // see Layout
}

package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/internal/near"
)

// The values of [Options.InputFormat] that name neither a transport nor a logger.
const (
	FormatAuto = "auto" // what each line is is found out line by line
	FormatText = "text" // text: JSON is not unpacked, nor what travels in it
	FormatJSON = "json" // JSON: an entry begins at a line's first object, and what is no JSON is noise
)

// InputFormat is one thing that an input can be said to be.
type InputFormat struct {
	Name  string
	Class string // "general", "transport" or "logger"
	About string // what writes it, in a few words

	peel   string   // the transport's name in transports, if it is one of text
	text   []string // the members of an object that hold the text, if it is one of JSON
	unfold bool     // its entries may be pretty-printed or stand in a list
	logger loggerKind
}

// inputFormats is the table that help, completion, docs and errors are made from.
var inputFormats = [...]InputFormat{
	{Name: FormatAuto, Class: "general", About: "found out line by line"},
	{Name: FormatText, Class: "general", About: "text; JSON is not unpacked, nor what travels in it"},
	{Name: FormatJSON, Class: "general", About: "JSON, whatever stands before it in a line; what is no JSON is noise"},

	{Name: "docker-compose", Class: "transport", About: "docker compose logs, docker service logs, foreman", peel: "docker-compose"},
	{Name: "docker-json", Class: "transport", About: "the files of Docker's json-file driver", text: []string{"log"}},
	{Name: "timestamps", Class: "transport", About: "docker logs -t, kubectl logs --timestamps", peel: "timestamps"},
	{Name: "kubectl", Class: "transport", About: "kubectl logs --prefix", peel: "kubectl"},
	{Name: "stern", Class: "transport", About: "stern and kail", peel: "stern"},
	{Name: "cri", Class: "transport", About: "the files of containerd and CRI-O", peel: "cri"},
	{Name: "journald", Class: "transport", About: "journalctl -o short, short-iso, short-precise", peel: "journald"},
	{Name: "journald-json", Class: "transport", About: "journalctl -o json, json-pretty", text: []string{"MESSAGE"}, unfold: true},
	{Name: "syslog-3164", Class: "transport", About: "BSD syslog, rsyslog's files", peel: "journald"},
	{Name: "syslog-5424", Class: "transport", About: "the newer syslog, with structured data", peel: "syslog-5424"},
	{Name: "heroku", Class: "transport", About: "heroku logs, Gigalixir", peel: "heroku"},
	{Name: "fly", Class: "transport", About: "fly logs", peel: "fly"},
	{Name: "cloudwatch", Class: "transport", About: "aws logs tail", peel: "cloudwatch"},
	{Name: "cloudwatch-json", Class: "transport", About: "aws logs filter-log-events, get-log-events, Insights", text: []string{"message", "@message"}, unfold: true},
	{Name: "gcloud-json", Class: "transport", About: "gcloud logging read --format=json", text: []string{"textPayload"}, unfold: true},
	{Name: "loki-json", Class: "transport", About: "Loki's query API, logcli -o jsonl, Grafana's export", text: []string{"line"}, unfold: true},
	{Name: "elasticsearch-json", Class: "transport", About: "hits of Elasticsearch or OpenSearch", text: []string{"message", "log", "event.original"}, unfold: true},
	{Name: "datadog-json", Class: "transport", About: "Datadog's log search and archives", text: []string{"message"}, unfold: true},
	{Name: "collector-json", Class: "transport", About: "Fluent Bit, Fluentd, Vector, Filebeat, stern -o json, OpenTelemetry",
		text: []string{"log", "message", "MESSAGE", "body.stringValue"}, unfold: true},
	{Name: "quoted", Class: "transport", About: "mail, tickets, diffs", peel: "quote"},

	{Name: "elixir", Class: "logger", About: "Elixir's Logger", logger: loggerElixir},
	{Name: "otp", Class: "logger", About: "OTP's logger_formatter", logger: loggerOTP},
	{Name: "sasl", Class: "logger", About: "=ERROR REPORT==== headers: SASL, the shell, lager's crash.log", logger: loggerSASL},
	{Name: "lager", Class: "logger", About: "lager and ejabberd", logger: loggerLager},
	{Name: "rabbitmq", Class: "logger", About: "RabbitMQ, whose prefix stands on every line", logger: loggerRabbit},
	{Name: "logfmt", Class: "logger", About: "key=value pairs", logger: loggerLogfmt},
	{Name: "json-logger", Class: "logger", About: "LoggerJSON and other loggers that write JSON", logger: loggerJSON},
}

// loggerKind is a logger that can be named. It is no function, which would have
// every prefix that is read escape to the heap.
type loggerKind uint8

const (
	noLogger loggerKind = iota
	loggerElixir
	loggerOTP
	loggerSASL
	loggerLager
	loggerRabbit
	loggerLogfmt
	loggerJSON
)

// is reports whether a prefix is the logger's.
func (p *prefix) is(k loggerKind) bool {
	switch k {
	case loggerElixir:
		return !p.whole && p.as(WriterElixir)
	case loggerOTP:
		return p.writer == WriterFormatter
	case loggerSASL:
		return p.writer == WriterLegacy
	case loggerLager:
		return !p.whole && p.as(WriterLager)
	case loggerRabbit:
		return p.writer == WriterRabbit
	case loggerLogfmt:
		return p.writer == WriterElixir && p.whole
	case loggerJSON:
		return p.writer == WriterJSON
	}
	return false
}

// as takes a prefix for that of another writer, where the two look alike.
func (p *prefix) as(w Writer) bool {
	switch p.writer {
	case w:
	case WriterElixir, WriterLager, WriterRabbit:
		p.writer, p.group = w, nil
	default:
		return false
	}
	return true
}

// InputFormats gives what [Options.InputFormat] can name.
func InputFormats() []InputFormat { return slices.Clone(inputFormats[:]) }

// inputFormat gives the format of a name, nil if there is none.
func inputFormat(name string) *InputFormat {
	for i := range inputFormats {
		if inputFormats[i].Name == name {
			return &inputFormats[i]
		}
	}
	return nil
}

// formatNames cuts the value of [Options.InputFormat].
func formatNames(value string) []string {
	names := strings.Split(value, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// CheckInputFormat says what is wrong with a value for [Options.InputFormat], if
// anything.
func CheckInputFormat(value string) error {
	if value == "" {
		return nil
	}
	names := formatNames(value)
	logger := ""
	for _, name := range names {
		f := inputFormat(name)
		switch {
		case f == nil:
			all := make([]string, len(inputFormats))
			for i := range inputFormats {
				all[i] = inputFormats[i].Name
			}
			return fmt.Errorf("no input format %q%s; there are %s", name, near.Hint(name, all), strings.Join(all, ", "))
		case f.Class == "general" && len(names) > 1:
			return fmt.Errorf("%s stands alone: %q", name, value)
		case f.Class == "transport" && logger != "":
			return fmt.Errorf("%q: transports come first, then the logger whose text they carry: %s, %s", value, name, logger)
		case f.Class == "logger":
			logger = name
		}
	}
	return nil
}

// setInputFormat has c read what the user said that the input is.
func (c *cutter) setInputFormat(value string) {
	if value == "" {
		return
	}
	for _, name := range formatNames(value) {
		f := inputFormat(name)
		switch {
		case f == nil || name == FormatAuto:
		case name == FormatText:
			c.ownFormat().noJSON, c.noUnfold = true, true
			c.peeler.all = slices.DeleteFunc(c.peeler.all, func(t transport) bool { return t.decodes })
		case name == FormatJSON:
			c.onlyJSON, c.unfoldAll = true, true
		case f.logger != noLogger:
			own := c.ownFormat()
			own.loggers = append(own.loggers, f.logger)
		case f.text != nil:
			c.peeler.told = append(c.peeler.told, transport{name: name, peel: peelMembers(f.text), decodes: true})
			if f.unfold {
				c.unfoldAll, c.exports = true, ^exportSet(0)
			}
		default:
			i := slices.IndexFunc(c.peeler.all, func(t transport) bool { return t.name == f.peel })
			c.peeler.told = append(c.peeler.told, c.peeler.all[i])
		}
	}
	c.peeler.chain = slices.Clone(c.peeler.told)
}

// ownFormat gives the format of the loggers, for it to be changed.
func (c *cutter) ownFormat() *loggerFormat {
	if c.format == nil {
		c.format = &loggerFormat{}
	}
	return c.format
}

// maxObjects is how many places in a line are looked at for an entry's beginning.
const maxObjects = 16

// embeddedJSON gives a line from the JSON object in it on: no matter what stands
// before. nil if there is none.
//
//	web-1 app 2026-11-21: {"level":"error","message":"GenServer …"}
func embeddedJSON(line []byte) []byte {
	var p prefix
	for i, n := 0, 0; n < maxObjects; i, n = i+1, n+1 {
		at := bytes.IndexByte(line[i:], '{')
		if at < 0 {
			return nil
		}
		if i += at; readJSON(line[i:], &p) {
			return line[i:]
		}
	}
	return nil
}

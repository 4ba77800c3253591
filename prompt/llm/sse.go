package llm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
)

// Limits of what a server may send.
const (
	maxLine = 16 << 20
	maxBody = 32 << 20

	// afterFinish is how long to wait for the count of tokens once the model
	// has said that it is done.
	afterFinish = 3 * time.Second
)

// normalizer reads the body of a success, whatever a server makes of it, and
// gives what go-openai reads without loss: one "data: {…}" line per chunk and
// "data: [DONE]" at the end. go-openai v1.43.0 by itself loses a last line
// with no newline, an error whose key does not come first, text behind a byte
// order mark, and takes a web page or a plain JSON completion for an empty
// answer.
//
// Comments and unknown fields are dropped, lines of one event joined. An error
// of any shape ends the stream and is noted in the call.
type normalizer struct {
	body io.ReadCloser
	r    *bufio.Reader
	call *call
	idle *time.Timer

	kind    bodyKind
	isJSON  bool // the server says that it is JSON
	event   string
	data    []byte
	hasData bool
	out     []byte
	err     error
	total   int
}

// bodyKind is what a body turned out to be.
type bodyKind uint8

const (
	bodyUnread bodyKind = iota
	bodyEvents
	bodyJSON
)

func newNormalizer(body io.ReadCloser, contentType string, c *call) *normalizer {
	n := &normalizer{body: body, call: c, isJSON: strings.Contains(contentType, "json")}
	if c.idle > 0 {
		n.idle = time.AfterFunc(c.idle, func() { c.cancel(errIdle) })
	}
	n.r = bufio.NewReaderSize(watched{n}, 64<<10)
	return n
}

// watched restarts the idle timer at each read of the body.
type watched struct{ n *normalizer }

func (w watched) Read(p []byte) (int, error) {
	m, err := w.n.body.Read(p)
	if w.n.idle != nil {
		pause := w.n.call.idle
		if w.n.call.finish != "" {
			pause = min(pause, afterFinish)
		}
		w.n.idle.Reset(pause)
	}
	return m, err
}

// Read implements io.Reader.
func (n *normalizer) Read(p []byte) (int, error) {
	for len(n.out) == 0 && n.err == nil {
		switch n.kind {
		case bodyUnread:
			n.sniff()
		case bodyJSON:
			n.wholeJSON()
		default:
			n.line()
		}
	}
	if len(n.out) == 0 {
		return 0, n.err
	}
	m := copy(p, n.out)
	n.out = n.out[m:]
	return m, nil
}

// Close implements io.Closer.
func (n *normalizer) Close() error {
	if n.idle != nil {
		n.idle.Stop()
	}
	return n.body.Close()
}

// fail ends the stream with an error of the server's.
func (n *normalizer) fail(kind Kind, message string) {
	n.call.failure = &serverFailure{kind: kind, message: message}
	n.err = n.call.failure
}

// sniff looks at the first character to see what the body is.
func (n *normalizer) sniff() {
	if b, _ := n.r.Peek(3); string(b) == "\ufeff" {
		n.r.Discard(3)
	}
	for {
		b, err := n.r.Peek(1)
		if err != nil {
			n.err = err
			return
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			n.r.Discard(1)
			continue
		case '<':
			page, _ := io.ReadAll(io.LimitReader(n.r, 64<<10))
			n.fail(BadAnswer, "a web page came instead of an answer"+quotedTitle(page)+"; check OPENAI_BASE_URL, and for a proxy in between")
		case '{', '[':
			n.kind = bodyJSON
		default:
			n.kind = bodyEvents
		}
		return
	}
}

// wholeJSON reads a body that is JSON and no stream of events: a completion, an
// error, or chunks one after another.
func (n *normalizer) wholeJSON() {
	dec := json.NewDecoder(io.LimitReader(n.r, maxBody))
	for n.err == nil {
		var v json.RawMessage
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			n.err = io.EOF
			return
		}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			n.fail(BadAnswer, "what came is neither a stream nor JSON")
			return
		}
		if err != nil {
			n.err = err
			return
		}
		n.chunk(v)
	}
}

// line reads one line of an event stream.
func (n *normalizer) line() {
	line, err := n.readLine()
	if err != nil && !errors.Is(err, io.EOF) {
		n.dispatch(false)
		if n.err == nil {
			n.err = err
		}
		return
	}
	atEnd := err != nil
	field, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch {
	case len(line) == 0:
		n.dispatch(true)
	case line[0] == ':': // a comment that keeps the connection open
	case line[0] == '{': // an error without "data:", as some proxies send it
		n.data, n.hasData = append(n.data, line...), true
	case string(field) == "event":
		n.event = string(bytes.TrimSpace(value))
	case string(field) == "data":
		if n.hasData {
			n.data = append(n.data, '\n')
		}
		n.data, n.hasData = append(n.data, value...), true
		if n.whole() {
			n.dispatch(true)
		}
	}
	if atEnd {
		n.dispatch(true)
		if n.err == nil {
			n.err = io.EOF
		}
	}
}

// readLine returns a line without its end; with io.EOF the last one.
func (n *normalizer) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := n.r.ReadSlice('\n')
		line = append(line, part...)
		n.total += len(part)
		if len(line) > maxLine || n.total > maxBody {
			n.fail(BadAnswer, "the answer is too long")
			return nil, n.err
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}

// whole says that the data so far is an event by itself: servers that put no
// blank line between events are read, too.
func (n *normalizer) whole() bool {
	d := bytes.TrimSpace(n.data)
	return string(d) == "[DONE]" || len(d) > 0 && d[0] == '{' && json.Valid(d)
}

// dispatch handles the event that has been read. A broken one is an error
// only where the stream itself is not broken.
func (n *normalizer) dispatch(strict bool) {
	data, event := bytes.TrimSpace(n.data), n.event
	n.data, n.event, n.hasData = nil, "", false
	switch {
	case len(data) == 0:
	case string(data) == "[DONE]":
		n.call.done = true
		n.out = append(n.out, "data: [DONE]\n\n"...)
		n.err = io.EOF
	case event == "error":
		n.fail(ServerError, orUnknown(errorText(data)))
	case json.Valid(data):
		n.chunk(data)
	case strict:
		n.fail(BadAnswer, "a part of the answer is not JSON")
	}
}

// wireChunk is what is passed on of a chunk.
type wireChunk struct {
	Model   string          `json:"model"`
	Choices []wireChoice    `json:"choices"`
	Usage   json.RawMessage `json:"usage,omitempty"`
}

type wireChoice struct {
	Index        int       `json:"index"`
	Delta        wireDelta `json:"delta"`
	FinishReason string    `json:"finish_reason,omitempty"`
}

type wireDelta struct {
	Content string `json:"content,omitempty"`
	Refusal string `json:"refusal,omitempty"`
}

// chunk passes on one JSON value: a chunk of a stream, a whole completion, or
// an error.
func (n *normalizer) chunk(raw []byte) {
	var top map[string]json.RawMessage
	if json.Unmarshal(raw, &top) != nil {
		n.fail(BadAnswer, "a part of the answer is JSON, but no object")
		return
	}
	c := wireChunk{Model: textOf(top["model"]), Choices: choices(top["choices"])}
	if u := usageOf(top["usage"]); u != nil {
		c.Usage = u
	}
	for i := range c.Choices {
		if f := c.Choices[i].FinishReason; f != "" && c.Choices[i].Index == 0 {
			n.call.finish = f
		}
	}
	if len(c.Choices) > 0 || c.Usage != nil {
		if line, err := json.Marshal(c); err == nil {
			n.out = append(append(append(n.out, "data: "...), line...), "\n\n"...)
		}
	}
	switch {
	case isSet(top["error"]):
		n.fail(ServerError, orUnknown(errorText(raw)))
	case n.call.finish == "error":
		n.fail(ServerError, orUnknown(""))
	case len(c.Choices) == 0 && (textOf(top["object"]) == "error" || textOf(top["type"]) == "error" || isSet(top["detail"])):
		n.fail(ServerError, orUnknown(errorText(raw)))
	}
}

// choices reads the choices of a chunk or a completion.
func choices(raw json.RawMessage) []wireChoice {
	var list []map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out []wireChoice
	for _, m := range list {
		var c wireChoice
		json.Unmarshal(m["index"], &c.Index)
		c.FinishReason = textOf(m["finish_reason"])
		for _, key := range [...]string{"delta", "message"} {
			var body map[string]json.RawMessage
			if json.Unmarshal(m[key], &body) == nil && body != nil {
				c.Delta.Content += contentText(body["content"])
				c.Delta.Refusal += textOf(body["refusal"])
			}
		}
		if c.Delta.Content == "" {
			c.Delta.Content = textOf(m["text"])
		}
		out = append(out, c)
	}
	return out
}

// usageOf keeps the two counts that are used.
func usageOf(raw json.RawMessage) json.RawMessage {
	var u struct {
		Prompt     float64 `json:"prompt_tokens"`
		Completion float64 `json:"completion_tokens"`
	}
	if !isSet(raw) || json.Unmarshal(raw, &u) != nil {
		return nil
	}
	out, err := json.Marshal(map[string]int{"prompt_tokens": int(u.Prompt), "completion_tokens": int(u.Completion)})
	if err != nil {
		return nil
	}
	return out
}

// contentText is the text of a message: a string, or a list of parts.
func contentText(raw json.RawMessage) string {
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) == nil {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(p.Text)
		}
		return b.String()
	}
	return textOf(raw)
}

// textOf is the string that raw holds, or "".
func textOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// isSet says that a JSON value is there and says something.
func isSet(raw json.RawMessage) bool {
	switch strings.TrimSpace(string(raw)) {
	case "", "null", "false", `""`:
		return false
	}
	return true
}

// errorText is the text of an error, in whichever shape a server puts it.
func errorText(body []byte) string {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return ""
	}
	if body[0] == '<' {
		return "a web page" + quotedTitle(body)
	}
	if s := jsonError(body, 0); s != "" {
		return oneLine(s)
	}
	return oneLine(string(body[:min(len(body), 300)]))
}

// jsonError looks for the message inside an error object.
func jsonError(raw []byte, depth int) string {
	if s := textOf(raw); s != "" || depth > 4 {
		return s
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return jsonError(list[0], depth+1)
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return ""
	}
	for _, key := range [...]string{"error", "message", "detail", "msg", "errors", "error_description", "title"} {
		if isSet(m[key]) {
			if s := jsonError(m[key], depth+1); s != "" {
				return s
			}
		}
	}
	return ""
}

func orUnknown(s string) string {
	if s == "" {
		return "an error without a text"
	}
	return s
}

// quotedTitle is the title of a web page, for a message.
func quotedTitle(page []byte) string {
	lower := bytes.ToLower(page)
	i := bytes.Index(lower, []byte("<title"))
	if i < 0 {
		return ""
	}
	open := bytes.IndexByte(lower[i:], '>')
	end := bytes.Index(lower[i:], []byte("</title"))
	if open < 0 || end < open || len(lower) != len(page) {
		return ""
	}
	title := oneLine(string(page[i+open+1 : i+end]))
	if title == "" {
		return ""
	}
	return ` ("` + title + `")`
}

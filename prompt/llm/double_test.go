package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beamlog/beamlog/prompt"
)

// double plays an OpenAI-compatible server on a loopback address. It checks
// that each request has the shape of the API and answers from a script. It is
// no model: it shows that we speak and understand the protocol, no more.
type double struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	key      string             // wanted in Authorization; "": none may come
	script   []http.HandlerFunc // one per request; the last goes on
	requests []request
}

// request is what the API's reference allows in a chat completion that we send.
type request struct {
	Model               string         `json:"model"`
	Messages            []message      `json:"messages"`
	Stream              bool           `json:"stream"`
	StreamOptions       *streamOptions `json:"stream_options"`
	MaxTokens           *int           `json:"max_tokens"`
	MaxCompletionTokens *int           `json:"max_completion_tokens"`
	Temperature         *float64       `json:"temperature"`
	raw                 json.RawMessage
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

const testKey = "sk-test-0123456789abcdef"

// newDouble starts a double whose answers are the given handlers, in order.
func newDouble(t *testing.T, script ...http.HandlerFunc) *double {
	t.Helper()
	d := &double{t: t, key: testKey, script: script}
	d.Server = httptest.NewServer(http.HandlerFunc(d.serve))
	t.Cleanup(d.Close)
	return d
}

func (d *double) serve(w http.ResponseWriter, r *http.Request) {
	req, err := d.check(r)
	d.mu.Lock()
	n := len(d.requests)
	d.requests = append(d.requests, req)
	d.mu.Unlock()
	if err != nil {
		d.t.Errorf("request %d: %v", n+1, err)
		http.Error(w, `{"error":{"message":"`+err.Error()+`"}}`, http.StatusBadRequest)
		return
	}
	d.script[min(n, len(d.script)-1)](w, r)
}

func (d *double) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.requests)
}

// check reads a request as strictly as the API does.
func (d *double) check(r *http.Request) (request, error) {
	var req request
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return req, err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&req); err != nil {
		return req, err
	}
	req.raw = body
	wantAuth := ""
	if d.key != "" {
		wantAuth = "Bearer " + d.key
	}
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" || r.URL.RawQuery != "":
		return req, fmt.Errorf("%s %s", r.Method, r.URL)
	case r.Header.Get("Authorization") != wantAuth:
		return req, fmt.Errorf("authorization %q", r.Header.Get("Authorization"))
	case r.Header.Get("Content-Type") != "application/json":
		return req, fmt.Errorf("content type %q", r.Header.Get("Content-Type"))
	case r.Header.Get("User-Agent") != "beamlog":
		return req, fmt.Errorf("user agent %q", r.Header.Get("User-Agent"))
	case req.Model == "":
		return req, fmt.Errorf("no model")
	case !req.Stream:
		return req, fmt.Errorf("stream is not set")
	case req.MaxTokens != nil && req.MaxCompletionTokens != nil:
		return req, fmt.Errorf("both limits are set")
	case len(req.Messages) != 2 || req.Messages[0].Role != "system" || req.Messages[1].Role != "user":
		return req, fmt.Errorf("messages %v", req.Messages)
	case req.Messages[0].Content == "" || req.Messages[1].Content == "":
		return req, fmt.Errorf("an empty message")
	}
	return req, nil
}

// config is one for the double, with short pauses.
func (d *double) config() Config {
	return Config{
		BaseURL: d.URL + "/v1", APIKey: d.key, Model: "test-model", Timeout: 5 * time.Second,
		Jitter: func(time.Duration) time.Duration { return time.Millisecond },
	}
}

// bundle is a small one to send.
func bundle() *prompt.Bundle {
	return &prompt.Bundle{System: "You explain crashes.\n", User: "Why did it die?\n", Tokens: 100}
}

// body answers 200 with a body of some content type.
func body(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, text)
	}
}

// events answers with a stream of events.
func events(text string) http.HandlerFunc { return body("text/event-stream", text) }

// status answers with an error.
func status(code int, text string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, text)
	}
}

// cut sends a part of an answer and breaks the connection without its end.
func cut(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Content-Length", "100000")
		io.WriteString(w, text)
		w.(http.Flusher).Flush()
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			conn.Close()
		}
	}
}

// silent sends a part of an answer and then nothing until the client goes.
func silent(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, text)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
}

// say is a chunk with some text; fin one with a finish reason.
func say(text string) string {
	b, _ := json.Marshal(text)
	return `data: {"id":"c","object":"chat.completion.chunk","model":"test-model","choices":[{"index":0,"delta":{"content":` + string(b) + `}}]}` + "\n\n"
}

func fin(reason string) string {
	return `data: {"id":"c","object":"chat.completion.chunk","model":"test-model","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}` + "\n\n"
}

func usage(prompt, completion int) string {
	return fmt.Sprintf(`data: {"id":"c","choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}`+"\n\n", prompt, completion, prompt+completion)
}

const done = "data: [DONE]\n\n"

var long = strings.Repeat("word ", 400_000)

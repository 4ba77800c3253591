package llm

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/beamlog/beamlog/prompt"
)

// explain asks a double and gives what was printed.
func explain(t *testing.T, cfg Config, b *prompt.Bundle) (string, *Answer, error) {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	a, err := c.Explain(t.Context(), b, &out)
	return out.String(), a, err
}

// TestStreams plays the shapes that servers give a stream.
func TestStreams(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		text   string
		kind   Kind   // of the error; "" for none
		says   string // in the error or in a warning
	}{
		{"usual", events(say("Hel") + say("lo") + fin("stop") + usage(100, 2) + done), "Hello", "", ""},
		{"carriage returns", events(strings.ReplaceAll(say("Hello")+fin("stop")+done, "\n", "\r\n")), "Hello", "", ""},
		{"no content in the first chunk", events(`data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}` + "\n\n" + say("Hello") + fin("stop") + done), "Hello", "", ""},
		{"no [DONE]", events(say("Hello") + fin("stop")), "Hello", "", ""},
		{"no finish reason", events(say("Hello") + done), "Hello", "", ""},
		{"neither: cut in the middle", events(say("Hel")), "Hel", Cut, "ended before"},
		{"the last line without its end", events(say("Hello") + strings.TrimRight(fin("stop"), "\n")), "Hello", "", ""},
		{"text in a last line without its end", events(say("Hel") + fin("stop") + strings.TrimRight(say("lo"), "\n")), "Hello", "", ""},
		{"comments before and between", events(": OPENROUTER PROCESSING\n\n" + say("Hel") + strings.Repeat(": keep-alive\n\n", 500) + say("lo") + fin("stop") + done), "Hello", "", ""},
		{"a byte order mark", events("\ufeff" + say("Hello") + fin("stop") + done), "Hello", "", ""},
		{"no blank lines between events", events(strings.ReplaceAll(say("Hel")+say("lo")+fin("stop")+done, "\n\n", "\n")), "Hello", "", ""},
		{"an event of more lines", events("data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"Hello\"}}]}\n\n" + fin("stop") + done), "Hello", "", ""},
		{"a line of two megabytes", events(say(long) + fin("stop") + done), long, "", ""},
		{"an error first", events(`data: {"error":{"message":"model overloaded","type":"server_error"}}` + "\n\n"), "", ServerError, "model overloaded"},
		{"an error behind other keys", events(say("Hel") + `data: {"id":"c","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"upstream gone"}}` + "\n\n" + done), "Hel", ServerError, "upstream gone"},
		{"an error with blanks", events(say("Hel") + `data: { "error" : {"message" : "out of memory"} }` + "\n\n"), "Hel", ServerError, "out of memory"},
		{"an error event", events(say("Hel") + "event: error\ndata: {\"message\":\"quota used up\"}\n\n"), "Hel", ServerError, "quota used up"},
		{"an error that is a string", events(`data: {"error":"no such model"}` + "\n\n"), "", ServerError, "no such model"},
		{"an error without data:", events(say("Hel") + `{"error":{"message":"worker died"}}` + "\n"), "Hel", ServerError, "worker died"},
		{"a web page", body("text/html", "<!doctype html>\n<html><head><title>Sign in</title></head>"+strings.Repeat("<p>\n", 400)+"</html>"), "", BadAnswer, "Sign in"},
		{"a plain completion", body("application/json", `{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":90,"completion_tokens":1}}`), "Hello", "", ""},
		{"a plain error with 200", body("application/json", `{"error":{"message":"nope"}}`), "", ServerError, "nope"},
		{"a chunk that is no JSON", events(say("Hel") + "data: {\"choices\":[{\"del\n\n" + done), "Hel", BadAnswer, "not JSON"},
		{"content as parts", events(`data: {"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Hello"}]}}]}` + "\n\n" + fin("stop") + done), "Hello", "", ""},
		{"the connection cut", cut(say("Hel")), "Hel", Cut, "broke"},
		{"the connection cut after the end", cut(say("Hello") + fin("stop")), "Hello", "", ""},
		{"nothing at all", events(""), "", Empty, "empty"},
		{"only the end", events(done), "", Empty, "empty"},
		{"blank text", events(say(" \n") + fin("stop") + done), " \n", Empty, "empty"},
		{"the limit reached", events(say("Hel") + fin("length") + done), "Hel", "", "answer cut"},
		{"the limit reached before any text", events(fin("length") + done), "", Empty, "max-tokens"},
		{"a content filter", events(say("Hel") + fin("content_filter") + done), "Hel", "", "content filter"},
		{"a second choice", events(`data: {"choices":[{"index":1,"delta":{"content":"other"}}]}` + "\n\n" + say("Hello") + fin("stop") + done), "Hello", "", ""},
		{"characters that act on a terminal", events(say("a\x1b[31mred\x1b") + say("]0;title\x07\u202eb\u200b\u009b1mc") + fin("stop") + done), "aredbc", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDouble(t, tt.answer)
			out, a, err := explain(t, d.config(), bundle())
			if out != tt.text {
				t.Errorf("printed %.80q, want %.80q", out, tt.text)
			}
			if a != nil && a.Text != out {
				t.Errorf("Answer.Text = %.80q, printed %.80q", a.Text, out)
			}
			said := ""
			if tt.kind == "" {
				if err != nil {
					t.Fatal(err)
				}
				if want := tt.says == ""; a.Complete != want {
					t.Errorf("Complete = %v, want %v", a.Complete, want)
				}
				said = strings.Join(a.Warnings, "\n")
			} else {
				var e *Error
				if !errors.As(err, &e) || e.Kind != tt.kind {
					t.Fatalf("error %#v, want kind %s", err, tt.kind)
				}
				if e.Host != "127.0.0.1" || strings.ContainsAny(e.Error(), "\n\x1b") {
					t.Errorf("error %q of host %q: want one line and the host", e.Error(), e.Host)
				}
				if a != nil && a.Complete {
					t.Error("a broken answer is called complete")
				}
				said = e.Error()
			}
			if !strings.Contains(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("said %q, want %q in it", said, tt.says)
			}
		})
	}
}

// TestStatuses plays errors before the answer begins.
func TestStatuses(t *testing.T) {
	good := events(say("Hello") + fin("stop") + done)
	tests := []struct {
		name   string
		script []http.HandlerFunc
		tries  int
		kind   Kind
		says   string
	}{
		{"401", []http.HandlerFunc{status(401, `{"error":{"message":"Incorrect API key provided: `+testKey+`"}}`)}, 1, Refused, "the key was refused by 127.0.0.1"},
		{"403", []http.HandlerFunc{status(403, `{"error":{"message":"not for you"}}`)}, 1, Refused, "not for you"},
		{"404", []http.HandlerFunc{status(404, `{"error":{"message":"The model does not exist"}}`)}, 1, NotFound, `no model "test-model"`},
		{"404 with a page", []http.HandlerFunc{status(404, "404 page not found\n")}, 1, NotFound, "page not found"},
		{"400 with a bare text", []http.HandlerFunc{status(400, `{"error":"too long"}`)}, 1, BadRequest, "too long"},
		{"422 of another kind", []http.HandlerFunc{status(422, `{"detail":[{"msg":"field required"}]}`)}, 1, BadRequest, "field required"},
		{"429, then an answer", []http.HandlerFunc{status(429, `{}`, "Retry-After", "0"), good}, 2, "", ""},
		{"429 for ever", []http.HandlerFunc{status(429, `{"error":{"message":"slow down"}}`)}, 3, RateLimited, "slow down"},
		{"429 with a wait too long", []http.HandlerFunc{status(429, `{"error":{"message":"tomorrow"}}`, "Retry-After", "86400"), good}, 1, RateLimited, "tomorrow"},
		{"429 in milliseconds", []http.HandlerFunc{status(429, `{}`, "Retry-After-Ms", "3"), good}, 2, "", ""},
		{"408 and 409", []http.HandlerFunc{status(408, ``), status(409, ``), good}, 3, "", ""},
		{"500, then an answer", []http.HandlerFunc{status(500, `{"error":{"message":"oops"}}`), good}, 2, "", ""},
		{"502 with a page for ever", []http.HandlerFunc{status(502, `<html><title>Bad Gateway</title></html>`)}, 3, ServerError, "Bad Gateway"},
		{"503 with nothing", []http.HandlerFunc{status(503, ``)}, 3, ServerError, "503"},
		{"a redirect", []http.HandlerFunc{status(307, ``, "Location", "http://elsewhere.example/v1?key=1")}, 1, BadAnswer, "redirects to http://elsewhere.example/v1;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDouble(t, tt.script...)
			out, _, err := explain(t, d.config(), bundle())
			if d.count() != tt.tries {
				t.Errorf("%d tries, want %d", d.count(), tt.tries)
			}
			if tt.kind == "" {
				if err != nil || out != "Hello" {
					t.Errorf("got %q, %v", out, err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(e.Error(), tt.says) {
				t.Fatalf("error %v (%T), want kind %s and %q", err, err, tt.kind, tt.says)
			}
			if strings.Contains(e.Error(), testKey) {
				t.Errorf("the key is in %q", e)
			}
		})
	}
}

func TestRequestsAreRetriedWithTheWholeBody(t *testing.T) {
	d := newDouble(t, status(500, ""), events(say("Hello")+fin("stop")+done))
	if _, _, err := explain(t, d.config(), bundle()); err != nil {
		t.Fatal(err)
	}
	if a, b := string(d.requests[0].raw), string(d.requests[1].raw); a != b {
		t.Errorf("first %s\nthen %s", a, b)
	}
}

func TestNothingIsSentAgainAfterTheFirstByte(t *testing.T) {
	d := newDouble(t, cut(say("Hel")))
	explain(t, d.config(), bundle())
	if d.count() != 1 {
		t.Errorf("%d requests, want 1", d.count())
	}
}

func TestAdapt(t *testing.T) {
	good := events(say("Hello") + fin("stop") + done)
	d := newDouble(t,
		status(400, `{"error":{"message":"Unknown parameter: stream_options"}}`),
		status(400, `{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}`), good)
	cfg := d.config()
	cfg.MaxTokens = 77
	out, _, err := explain(t, cfg, bundle())
	if err != nil || out != "Hello" {
		t.Fatalf("got %q, %v", out, err)
	}
	last := d.requests[2]
	if last.StreamOptions != nil || last.MaxTokens != nil || last.MaxCompletionTokens == nil || *last.MaxCompletionTokens != 77 {
		t.Errorf("last request %s", last.raw)
	}
}

func TestTimeouts(t *testing.T) {
	tests := []struct {
		name          string
		answer        http.HandlerFunc
		timeout, idle time.Duration
		kind          Kind
		says          string
	}{
		{"no answer", silentHeaders, 100 * time.Millisecond, time.Minute, TimedOut, "within 100ms"},
		{"silence in the middle", silent(say("Hel")), 5 * time.Second, 100 * time.Millisecond, TimedOut, "silent for 100ms"},
		{"silence after the end", silent(say("Hello") + fin("stop")), 5 * time.Second, 100 * time.Millisecond, "", ""},
		{"a slow stream", silent(say("Hel")), 150 * time.Millisecond, time.Minute, TimedOut, "within 150ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDouble(t, tt.answer)
			cfg := d.config()
			cfg.Timeout, cfg.Idle = tt.timeout, tt.idle
			_, a, err := explain(t, cfg, bundle())
			if tt.kind == "" {
				if err != nil || !a.Complete {
					t.Fatalf("got %+v, %v", a, err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(e.Error(), tt.says) {
				t.Fatalf("error %v, want %s %q", err, tt.kind, tt.says)
			}
		})
	}
}

func silentHeaders(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestCancel(t *testing.T) {
	d := newDouble(t, silent(say("Hel")))
	c, err := New(d.config())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	a, err := c.Explain(ctx, bundle(), w)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Canceled || !e.Partial || a == nil || a.Text != "Hel" {
		t.Errorf("got %+v, %v", a, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestAWriterThatFailsIsNoErrorOfTheModel(t *testing.T) {
	d := newDouble(t, events(say("Hello")+fin("stop")+done))
	c, err := New(d.config())
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	_, err = c.Explain(t.Context(), bundle(), writerFunc(func([]byte) (int, error) { return 0, gone }))
	var e *Error
	if !errors.Is(err, gone) || errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
}

func TestUnreachable(t *testing.T) {
	d := newDouble(t, events(""))
	cfg := d.config()
	d.Close()
	_, _, err := explain(t, cfg, bundle())
	var e *Error
	if !errors.As(err, &e) || e.Kind != Unreachable || !strings.Contains(e.Error(), cfg.BaseURL) || !strings.Contains(e.Error(), "is the server running") {
		t.Errorf("error %v", err)
	}
}

func TestCutPromptIsNoticed(t *testing.T) {
	tests := []struct {
		name                         string
		estimate, prompt, completion int
		warn                         bool
	}{
		{"as estimated", 8000, 7900, 300, false},
		{"a little less", 8000, 7201, 300, false},
		{"cut to a power of two", 18042, 4096, 300, true},
		{"cut near the estimate", 4400, 4096, 10, true},
		{"context filled with the answer", 4400, 3900, 196, true},
		{"far less", 8000, 5555, 300, true},
		{"not told", 8000, 0, 0, false},
		{"more than estimated", 8000, 9000, 10, false},
		{"a small prompt", 200, 100, 10, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDouble(t, events(say("Hello")+fin("stop")+usage(tt.prompt, tt.completion)+done))
			b := bundle()
			b.Tokens = tt.estimate
			_, a, err := explain(t, d.config(), b)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(strings.Join(a.Warnings, "\n"), "seems to have cut the prompt"); got != tt.warn {
				t.Errorf("warned %v, want %v: %q", got, tt.warn, a.Warnings)
			}
		})
	}
}

func TestAnUnredactedBundleStaysHere(t *testing.T) {
	b := bundle()
	b.Unguarded = true
	cfg := Config{BaseURL: "https://api.example.com/v1", APIKey: "k-123456", Model: "m"}
	_, _, err := explain(t, cfg, b)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Refused {
		t.Errorf("error %v", err)
	}
	d := newDouble(t, events(say("Hello")+fin("stop")+done))
	if _, _, err := explain(t, d.config(), b); err != nil {
		t.Errorf("a loopback server is refused: %v", err)
	}
}

func TestDryRun(t *testing.T) {
	d := newDouble(t, events(say("Hello")+fin("stop")+done))
	cfg := d.config()
	got, err := DryRun(cfg, bundle())
	if err != nil {
		t.Fatal(err)
	}
	if d.count() != 0 {
		t.Fatal("a dry run sent something")
	}
	if strings.Contains(string(got), testKey) {
		t.Errorf("the key is shown:\n%s", got)
	}
	if _, _, err := explain(t, cfg, bundle()); err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(got), "\n\n")
	if body != string(d.requests[0].raw)+"\n" {
		t.Errorf("dry run says\n%s\nsent\n%s", body, d.requests[0].raw)
	}
	for _, want := range []string{"POST " + cfg.BaseURL + "/chat/completions", "Authorization: Bearer (the key, not shown)", "Content-Type: application/json", "User-Agent: beamlog"} {
		if !strings.Contains(head, want) {
			t.Errorf("no %q in\n%s", want, head)
		}
	}
	cfg.BaseURL, cfg.APIKey = "https://api.example.com/v1", ""
	if got, err := DryRun(cfg, bundle()); err != nil || !strings.Contains(string(got), "Authorization: (no key)") {
		t.Errorf("without a key: %v\n%s", err, got)
	}
}

func TestResolve(t *testing.T) {
	tests := []struct {
		name  string
		flags Config
		env   map[string]string
		want  Config // BaseURL, APIKey, Model, Timeout
		kind  Kind
	}{
		{"only a key", Config{}, map[string]string{"OPENAI_API_KEY": "sk-1"}, Config{BaseURL: DefaultBaseURL, APIKey: "sk-1", Model: DefaultModel, Timeout: DefaultTimeout}, ""},
		{"no key", Config{}, nil, Config{}, NoKey},
		{"loopback needs none", Config{}, map[string]string{"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1", "OPENAI_MODEL": "m"}, Config{BaseURL: "http://127.0.0.1:11434/v1", Model: "m", Timeout: DefaultTimeout}, ""},
		{"localhost needs none", Config{}, map[string]string{"OPENAI_API_BASE": "http://localhost:1234/v1", "OPENAI_MODEL": "m"}, Config{BaseURL: "http://localhost:1234/v1", Model: "m", Timeout: DefaultTimeout}, ""},
		{"IPv6 loopback", Config{}, map[string]string{"OPENAI_BASE_URL": "http://[::1]:8080/v1", "OPENAI_MODEL": "m"}, Config{BaseURL: "http://[::1]:8080/v1", Model: "m", Timeout: DefaultTimeout}, ""},
		{"another model server needs a model", Config{}, map[string]string{"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, Config{}, BadConfig},
		{"ours before OpenAI's", Config{}, map[string]string{"BEAMLOG_BASE_URL": "https://a.example/v1", "OPENAI_BASE_URL": "https://b.example/v1", "BEAMLOG_API_KEY": "k1", "OPENAI_API_KEY": "k2", "BEAMLOG_MODEL": "m1", "OPENAI_MODEL": "m2", "BEAMLOG_TIMEOUT": "7s"}, Config{BaseURL: "https://a.example/v1", APIKey: "k1", Model: "m1", Timeout: 7 * time.Second}, ""},
		{"a flag before all", Config{BaseURL: "https://c.example/v1", Model: "m3"}, map[string]string{"BEAMLOG_BASE_URL": "https://a.example/v1", "OPENAI_API_KEY": "k", "BEAMLOG_MODEL": "m1"}, Config{BaseURL: "https://c.example/v1", APIKey: "k", Model: "m3", Timeout: DefaultTimeout}, ""},
		{"no URL", Config{BaseURL: "api.example.com"}, map[string]string{"OPENAI_API_KEY": "k"}, Config{}, BadConfig},
		{"a file", Config{BaseURL: "file:///etc/passwd"}, map[string]string{"OPENAI_API_KEY": "k"}, Config{}, BadConfig},
		{"a password in the URL", Config{BaseURL: "https://u:p4ssw0rd@h.example/v1"}, map[string]string{"OPENAI_API_KEY": "k"}, Config{}, BadConfig},
		{"a duration that is none", Config{}, map[string]string{"OPENAI_API_KEY": "k", "BEAMLOG_TIMEOUT": "soon"}, Config{}, BadConfig},
		{"a key of two lines", Config{}, map[string]string{"OPENAI_API_KEY": "k1\nX: y"}, Config{}, BadConfig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Resolve(tt.flags, func(name string) string { return tt.env[name] })
			if tt.kind != "" {
				var e *Error
				if !errors.As(err, &e) || e.Kind != tt.kind {
					t.Fatalf("error %v, want kind %s", err, tt.kind)
				}
				if strings.Contains(e.Error(), "p4ssw0rd") || strings.Contains(e.Error(), "\n") {
					t.Errorf("error %q", e)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.BaseURL != tt.want.BaseURL || got.APIKey != tt.want.APIKey || got.Model != tt.want.Model || got.Timeout != tt.want.Timeout {
				t.Errorf("got %s %q %s %s", got.BaseURL, got.APIKey, got.Model, got.Timeout)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, value string
		want        time.Duration
		ok          bool
	}{
		{"Retry-After", "2", 2 * time.Second, true},
		{"Retry-After", "Sat, 21 Nov 2026 05:00:07 GMT", 7 * time.Second, true},
		{"Retry-After", "Sat, 21 Nov 2026 04:00:07 GMT", 0, true},
		{"Retry-After", "soon", 0, false},
		{"Retry-After-Ms", "250", 250 * time.Millisecond, true},
		{"X", "1", 0, false},
	} {
		h := http.Header{}
		h.Set(tt.name, tt.value)
		if got, ok := retryAfter(h, now); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %s = %s, %v; want %s, %v", tt.name, tt.value, got, ok, tt.want, tt.ok)
		}
	}
}

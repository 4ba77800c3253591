package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

const crashWithSecret = `14:32:15.123 [error] GenServer MyApp.Cart terminating
** (stop) bad return value: {:ok, %{items: []}}
Last message: {:"$gen_cast", {:login, %{password: "hunter2hunter2"}}}
`

// modelServer is a double of an OpenAI-compatible server: it keeps the request
// and answers as told.
type modelServer struct {
	*httptest.Server
	calls atomic.Int32
	body  []byte
	auth  string
}

func newModelServer(t *testing.T, answer http.HandlerFunc) *modelServer {
	m := new(modelServer)
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.calls.Add(1)
		m.auth = r.Header.Get("Authorization")
		var b bytes.Buffer
		b.ReadFrom(r.Body)
		m.body = b.Bytes()
		answer(w, r)
	}))
	t.Cleanup(m.Close)
	return m
}

func stream(w http.ResponseWriter, done bool, words ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, s := range words {
		content, _ := json.Marshal(s)
		fmt.Fprintf(w, "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", content)
	}
	if done {
		fmt.Fprint(w, "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}
}

// beamlogAI runs explain --ai against the server on a crash that holds a secret.
func beamlogAI(t *testing.T, m *modelServer, flags ...string) (status int, stdout, stderr string) {
	t.Helper()
	t.Setenv("OPENAI_API_KEY", "sk-test-key")
	t.Setenv("OPENAI_BASE_URL", m.URL+"/v1")
	t.Setenv("OPENAI_MODEL", "tiny")
	var out, errOut bytes.Buffer
	status = runMain(append([]string{"explain"}, flags...), strings.NewReader(crashWithSecret), &out, &errOut)
	return status, out.String(), errOut.String()
}

// The offline story comes first, then the answer; the request names model and
// key, streams, and holds no secret.
func TestAIStreams(t *testing.T) {
	m := newModelServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v1/chat/completions" {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		stream(w, true, "The cast ", "returned ", "\x1b[31m{:ok, …}.")
	})
	status, out, errOut := beamlogAI(t, m, "--ai")
	if status != statusOK {
		t.Fatalf("status %d: %s", status, errOut)
	}
	story, answer := strings.Index(out, "bad_return_value"), strings.Index(out, "The cast returned {:ok, …}.")
	if story < 0 || answer < story {
		t.Errorf("want the story, then the answer:\n%s", out)
	}
	if strings.Contains(out, "\x1b") {
		t.Error("the answer's escape sequence reached the terminal")
	}
	if m.auth != "Bearer sk-test-key" {
		t.Errorf("Authorization: %q", m.auth)
	}
	var req struct {
		Model    string
		Stream   bool
		Messages []struct{ Role, Content string }
	}
	if err := json.Unmarshal(m.body, &req); err != nil {
		t.Fatal(err)
	}
	if req.Model != "tiny" || !req.Stream || len(req.Messages) < 2 {
		t.Errorf("request: model %q, stream %v, %d messages", req.Model, req.Stream, len(req.Messages))
	}
	if bytes.Contains(m.body, []byte("hunter2")) {
		t.Error("the request holds the password")
	}
}

// Failures are status 3 with one clear line, after the offline story.
func TestAIFails(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		line   string
	}{
		"401": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":{"message":"Incorrect API key provided","type":"invalid_request_error"}}`, http.StatusUnauthorized)
		}, "OPENAI_API_KEY"},
		"500": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "boom", http.StatusInternalServerError) }, "500"},
		"cut": {func(w http.ResponseWriter, _ *http.Request) { stream(w, false, "half an ans") }, "cut|before|end"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newModelServer(t, c.answer)
			status, out, errOut := beamlogAI(t, m, "--ai")
			if status != statusModel {
				t.Errorf("status %d, want %d", status, statusModel)
			}
			if !strings.Contains(out, "bad_return_value") {
				t.Error("the offline story is missing")
			}
			if !containsAny(errOut, strings.Split(c.line, "|")) || strings.Contains(errOut, "sk-test-key") {
				t.Errorf("stderr: %q", errOut)
			}
		})
	}
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// Nothing is sent without --ai, nor with --dry-run, which prints the request
// without the key.
func TestAISendsNothingUnasked(t *testing.T) {
	m := newModelServer(t, func(w http.ResponseWriter, _ *http.Request) { stream(w, true, "never") })
	if status, _, errOut := beamlogAI(t, m); status != statusOK {
		t.Errorf("explain: status %d: %s", status, errOut)
	}
	status, out, errOut := beamlogAI(t, m, "--ai", "--dry-run")
	if status != statusOK || !strings.Contains(out, `"model":"tiny"`) {
		t.Errorf("dry run: status %d: %s\n%s", status, errOut, out)
	}
	_, request, found := strings.Cut(out, "\nPOST ")
	if !found || strings.Contains(request, "sk-test-key") || strings.Contains(request, "hunter2") {
		t.Errorf("the dry run shows no request, or a secret:\n%s", request)
	}
	if status, _, errOut := beamlogAI(t, m, "--dry-run"); status != statusUsage || !strings.Contains(errOut, "--ai") {
		t.Errorf("--dry-run alone: status %d: %s", status, errOut)
	}
	if n := m.calls.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Package llm sends a bundle to a model behind an OpenAI-compatible server and
// streams its answer. It is the only package that opens a socket, and it opens
// one only in [Client.Explain].
//
// The library for the wire format is go-openai. What real servers do with
// streams (comments, errors in the middle, a missing end) is put right before
// the library reads it; see [normalizer].
package llm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/beamlog/beamlog/prompt"
)

// Client explains bundles.
type Client interface {
	// Explain sends b and writes the answer to w as it comes, without
	// characters that act on a terminal. With an error the Answer holds what
	// came before it, or is nil. The error is an [*Error] unless w failed.
	Explain(ctx context.Context, b *prompt.Bundle, w io.Writer) (*Answer, error)
}

// Answer is what a model wrote.
type Answer struct {
	Text             string   // as written to w
	Model            string   // as the server names it
	FinishReason     string   // "stop", "length", …; "" if the server gave none
	Complete         bool     // the server said that this is the end, and it was not the length limit
	PromptTokens     int      // as counted by the server; 0 if not told
	CompletionTokens int      //
	Warnings         []string // for the reader of the answer
}

// server is a Client for one OpenAI-compatible server.
type server struct {
	cfg   Config
	host  string
	chain http.RoundTripper
}

// New returns a client for the server that cfg names. Nothing is sent yet.
func New(cfg Config) (Client, error) {
	return newServer(cfg)
}

func newServer(cfg Config) (*server, error) {
	host, err := cfg.check()
	if err != nil {
		return nil, err
	}
	return &server{cfg: cfg, host: host, chain: newChain(cfg)}, nil
}

// Explain implements [Client].
func (s *server) Explain(ctx context.Context, b *prompt.Bundle, w io.Writer) (*Answer, error) {
	if b.Unguarded && !s.cfg.AllowUnredacted && !isLoopback(s.host) {
		return nil, &Error{Kind: Refused, Host: s.host, Message: "redaction is off: the bundle is not sent to another machine"}
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	ctx, call := withCall(ctx, s.cfg)
	defer call.cancel(nil)

	req := s.request(b)
	out := newPrinter(w, b, s.cfg.Restore)
	err := s.stream(ctx, call, req, out)
	for range 2 { // a server that refuses a field gets the request without it
		if !call.adapt(&req, err) {
			break
		}
		err = s.stream(ctx, call, req, out)
	}
	return s.finish(ctx, b, call, out, err)
}

// request is the body that is sent for b.
func (s *server) request(b *prompt.Bundle) openai.ChatCompletionRequest {
	req := openai.ChatCompletionRequest{
		Model: s.cfg.Model,
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleSystem, Content: b.System},
			{Role: openai.ChatMessageRoleUser, Content: b.User},
		},
		Stream:        true,
		StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	}
	if s.cfg.MaxTokens > 0 {
		if wantsCompletionTokens(s.host, s.cfg.Model) {
			req.MaxCompletionTokens = s.cfg.MaxTokens
		} else {
			req.MaxTokens = s.cfg.MaxTokens
		}
	}
	return req
}

// wantsCompletionTokens says that the limit is called max_completion_tokens:
// always at OpenAI, and for names that go-openai takes for reasoning models.
func wantsCompletionTokens(host, model string) bool {
	if host == "api.openai.com" {
		return true
	}
	for _, p := range [...]string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(model, p) {
			return true
		}
	}
	return false
}

// library is go-openai's client over our transport.
func (s *server) library(rt http.RoundTripper) *openai.Client {
	conf := openai.DefaultConfig(s.cfg.APIKey)
	conf.BaseURL = s.cfg.BaseURL
	conf.OrgID = s.cfg.OrgID
	conf.EmptyMessagesLimit = 1 << 30 // the normalizer bounds them
	conf.HTTPClient = &http.Client{
		Transport: rt,
		// A redirect would carry the log to a host that nobody named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return openai.NewClientWithConfig(conf)
}

// stream sends one request and prints what comes.
func (s *server) stream(ctx context.Context, call *call, req openai.ChatCompletionRequest, out *printer) error {
	call.reset()
	st, err := s.library(s.chain).CreateChatCompletionStream(ctx, req)
	if err != nil {
		return err
	}
	defer st.Close()
	for {
		chunk, err := st.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if call.ended(ctx) {
				return nil
			}
			return err
		}
		if chunk.Model != "" {
			call.model = chunk.Model
		}
		if chunk.Usage != nil {
			call.usage = *chunk.Usage
		}
		for _, c := range chunk.Choices {
			if c.Index != 0 {
				continue
			}
			if c.FinishReason != "" {
				call.finish = string(c.FinishReason)
			}
			if err := out.write(c.Delta.Content + c.Delta.Refusal); err != nil {
				return &writeError{err}
			}
		}
	}
}

// finish judges what came.
func (s *server) finish(ctx context.Context, b *prompt.Bundle, call *call, out *printer, err error) (*Answer, error) {
	if werr := out.flush(); err == nil && werr != nil {
		err = &writeError{werr}
	}
	a := &Answer{
		Text: out.text.String(), Model: clean(call.model), FinishReason: clean(call.finish),
		PromptTokens: call.usage.PromptTokens, CompletionTokens: call.usage.CompletionTokens,
	}
	a.Complete = err == nil && (call.finish != "" || call.done) && call.finish != "length" && call.finish != "content_filter"
	a.Warnings = append(a.Warnings, cutPromptWarning(b.Tokens, call.usage)...)
	if isPlainHTTP(s.cfg.BaseURL) && s.cfg.APIKey != "" && !isLoopback(s.host) {
		a.Warnings = append(a.Warnings, "the API key went to "+s.host+" without encryption: use https")
	}
	var werr *writeError
	if errors.As(err, &werr) {
		return a, werr.err
	}
	if err != nil {
		return partial(a), s.typed(ctx, call, err, a.Text != "")
	}
	switch {
	case strings.TrimSpace(a.Text) == "":
		a.Complete = false
		return partial(a), &Error{Kind: Empty, Host: s.host, Message: emptyMessage(call)}
	case call.finish == "length":
		a.Warnings = append(a.Warnings, "answer cut: the model reached its limit of tokens (raise it with --max-tokens)")
	case call.finish == "content_filter":
		a.Warnings = append(a.Warnings, "answer cut: the server's content filter stopped it")
	case !a.Complete:
		return a, &Error{Kind: Cut, Host: s.host, Partial: true, Message: "the connection ended before the answer did; what came is above"}
	}
	return a, nil
}

// partial returns a if there is something in it.
func partial(a *Answer) *Answer {
	if a.Text == "" {
		return nil
	}
	return a
}

func emptyMessage(call *call) string {
	if call.finish == "length" {
		return "the model used all its tokens before it wrote an answer; raise --max-tokens"
	}
	return "the answer was empty"
}

// cutPromptWarning compares the server's count of the prompt with ours. Some
// servers cut a prompt that does not fit their context and say nothing.
func cutPromptWarning(estimate int, u openai.Usage) []string {
	n := u.PromptTokens
	if n <= 0 || estimate < 256 {
		return nil
	}
	small := n < estimate*8/10
	atLimit := n < estimate*95/100 && roundLimit(n) ||
		u.CompletionTokens > 0 && n < estimate*95/100 && roundLimit(n+u.CompletionTokens)
	if !small && !atLimit {
		return nil
	}
	return []string{fmt.Sprintf("the server seems to have cut the prompt: it counted %d tokens where about %d were sent; "+
		"the answer may rest on a part of the evidence (Ollama: raise OLLAMA_CONTEXT_LENGTH; or use a smaller --budget)", n, estimate)}
}

// roundLimit says that n is a usual size of a context.
func roundLimit(n int) bool {
	return n >= 512 && (n&(n-1) == 0 || n%1000 == 0)
}

// clean takes control characters out of what a server says.
func clean(s string) string {
	s, _ = prompt.Clean(s)
	return s
}

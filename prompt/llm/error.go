package llm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// Kind says what went wrong with a model.
type Kind string

// The kinds of errors.
const (
	BadConfig   Kind = "config"       // a flag or the environment
	NoKey       Kind = "no_key"       // no API key for a server that wants one
	Refused     Kind = "refused"      // 401, 403, or our own refusal to send
	NotFound    Kind = "not_found"    // 404: model or path
	BadRequest  Kind = "bad_request"  // other 4xx
	RateLimited Kind = "rate_limited" // 429
	ServerError Kind = "server"       // 5xx, or an error inside the stream
	Unreachable Kind = "unreachable"  // no connection
	TimedOut    Kind = "timeout"
	Canceled    Kind = "canceled"
	BadAnswer   Kind = "bad_answer" // not what an OpenAI-compatible server writes
	Cut         Kind = "cut"        // the answer has no end
	Empty       Kind = "empty"
)

// Error is why there is no answer, or no whole one. Its text is one line,
// names the server and the next step, and never holds the key.
type Error struct {
	Kind    Kind
	Status  int    // HTTP status, 0 if none
	Host    string // "" before a server is known
	Message string
	Partial bool // a part of the answer came, and was written
	Err     error
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// writeError is a failure of the writer the answer goes to.
type writeError struct{ err error }

func (e *writeError) Error() string { return "write the answer: " + e.err.Error() }
func (e *writeError) Unwrap() error { return e.err }

// typed makes an [*Error] of what the library or the transport returned.
func (s *server) typed(ctx context.Context, call *call, err error, partial bool) *Error {
	e := s.classify(ctx, call, err)
	e.Host, e.Err, e.Partial = s.host, err, partial
	e.Message = oneLine(strings.ReplaceAll(e.Message, keyOrNever(s.cfg.APIKey), "(key)"))
	return e
}

func (s *server) classify(ctx context.Context, call *call, err error) *Error {
	at := hostPort(s.cfg.BaseURL)
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errIdle):
		return &Error{Kind: TimedOut, Message: fmt.Sprintf("%s was silent for %s in the middle of its answer", at, s.cfg.Idle)}
	case errors.Is(cause, context.DeadlineExceeded):
		return &Error{Kind: TimedOut, Message: fmt.Sprintf("no answer from %s within %s; raise --timeout", at, s.cfg.Timeout)}
	case errors.Is(cause, context.Canceled):
		return &Error{Kind: Canceled, Message: "canceled"}
	}
	if call.failure != nil {
		return s.fromServer(call.failure)
	}
	var apiErr *openai.APIError
	if errors.As(err, &apiErr) {
		return s.fromServer(&serverFailure{status: apiErr.HTTPStatusCode, message: apiErr.Message})
	}
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return &Error{Kind: Unreachable, Message: fmt.Sprintf("cannot reach %s: no address for %s; check OPENAI_BASE_URL", safeURL(s.cfg.BaseURL), dns.Name)}
	case errors.As(err, &op) && op.Op == "dial":
		return &Error{Kind: Unreachable, Message: fmt.Sprintf("cannot reach %s: %s; is the server running? check OPENAI_BASE_URL", safeURL(s.cfg.BaseURL), rootCause(op.Err))}
	}
	return &Error{Kind: Cut, Message: fmt.Sprintf("the connection to %s broke: %s", at, rootCause(err))}
}

// fromServer words what a server said.
func (s *server) fromServer(f *serverFailure) *Error {
	at := hostPort(s.cfg.BaseURL)
	said := ""
	if f.message != "" {
		said = ": " + f.message
	}
	e := &Error{Kind: BadRequest, Status: f.status}
	switch {
	case f.kind != "":
		e.Kind, e.Message = f.kind, fmt.Sprintf("%s%s", at, said)
	case f.status == http.StatusUnauthorized:
		e.Kind, e.Message = Refused, fmt.Sprintf("the key was refused by %s: check OPENAI_API_KEY", at)
	case f.status == http.StatusForbidden:
		e.Kind, e.Message = Refused, fmt.Sprintf("%s does not allow this (403)%s; check OPENAI_API_KEY and the model", at, said)
	case f.status == http.StatusNotFound:
		e.Kind, e.Message = NotFound, fmt.Sprintf("%s knows no model %q, or no such path (404)%s; check --model and OPENAI_BASE_URL", at, s.cfg.Model, said)
	case f.status == http.StatusTooManyRequests:
		e.Kind, e.Message = RateLimited, fmt.Sprintf("%s answers that there are too many requests, or no credit left (429)%s; try again later", at, said)
	case f.status >= 500:
		e.Kind, e.Message = ServerError, fmt.Sprintf("%s failed (%d)%s", at, f.status, said)
	case f.status >= 400:
		e.Message = fmt.Sprintf("%s refused the request (%d)%s", at, f.status, said)
	default:
		e.Kind, e.Message = ServerError, fmt.Sprintf("%s reported an error%s", at, said)
	}
	return e
}

// rootCause is the innermost error's text.
func rootCause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// oneLine makes a text fit for one line of a message.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	const most = 400
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// keyOrNever is what to take out of messages; a text that never occurs if there is no key.
func keyOrNever(key string) string {
	if len(key) < 4 {
		return "\x00"
	}
	return key
}

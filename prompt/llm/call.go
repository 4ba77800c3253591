package llm

import (
	"context"
	"errors"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// errIdle cancels a stream that has been silent for too long.
var errIdle = errors.New("idle")

// call is what one Explain knows of its exchange: the transport writes down
// what the library hides.
type call struct {
	cancel context.CancelCauseFunc
	idle   time.Duration

	failure *serverFailure // what the server said went wrong
	done    bool           // [DONE] was seen
	finish  string
	model   string
	usage   openai.Usage
	adapted map[string]bool
}

// serverFailure is an error as a server words it.
type serverFailure struct {
	status  int // 0: inside a stream
	kind    Kind
	message string
}

func (f *serverFailure) Error() string { return f.message }

type callKey struct{}

// withCall puts a new call into ctx.
func withCall(ctx context.Context, cfg Config) (context.Context, *call) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &call{cancel: cancel, idle: cfg.Idle, adapted: map[string]bool{}}
	return context.WithValue(ctx, callKey{}, c), c
}

// callOf is the call a request belongs to; never nil.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{cancel: func(error) {}}
}

// reset forgets an attempt.
func (c *call) reset() { c.failure, c.done, c.finish = nil, false, "" }

// ended says that the model had finished before the connection broke, or
// before it was left open for nothing.
func (c *call) ended(ctx context.Context) bool {
	return c.finish != "" && c.finish != "error" && c.failure == nil &&
		(ctx.Err() == nil || errors.Is(context.Cause(ctx), errIdle))
}

// adapt takes out of req the field that the server refused. It is false where
// the error is about something else.
func (c *call) adapt(req *openai.ChatCompletionRequest, err error) bool {
	f := c.failure
	if err == nil || f == nil || f.status != 400 && f.status != 422 {
		return false
	}
	once := func(name string) bool {
		if c.adapted[name] || !strings.Contains(f.message, name) {
			return false
		}
		c.adapted[name] = true
		return true
	}
	switch {
	case req.StreamOptions != nil && once("stream_options"):
		req.StreamOptions = nil
	case req.MaxTokens > 0 && once("max_tokens"):
		req.MaxCompletionTokens, req.MaxTokens = req.MaxTokens, 0
	case req.MaxCompletionTokens > 0 && once("max_completion_tokens"):
		req.MaxTokens, req.MaxCompletionTokens = req.MaxCompletionTokens, 0
	default:
		return false
	}
	return true
}

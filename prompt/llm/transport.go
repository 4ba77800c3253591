package llm

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// newChain is the transport under go-openai: headers, then retries, then the
// network; and on the way back the body made fit for the library.
func newChain(cfg Config) http.RoundTripper {
	network := http.DefaultTransport.(*http.Transport).Clone() // keeps the proxy variables
	network.DisableCompression = false
	jitter := cfg.Jitter
	if jitter == nil {
		jitter = func(d time.Duration) time.Duration { return time.Duration(rand.Int64N(int64(d) + 1)) }
	}
	return headers{next: bodies{next: &retries{next: network, tries: cfg.Tries, jitter: jitter}}}
}

// headers says who we are.
type headers struct{ next http.RoundTripper }

func (h headers) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("User-Agent", "beamlog")
	req.Header.Del("Connection") // go-openai asks for keep-alive, which HTTP/2 forbids
	return h.next.RoundTrip(req)
}

// The pauses between tries.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second // a longer Retry-After is not waited for
)

// retries sends a request again where the server was not reached or asks for
// it, always before the first byte of a body has been used.
type retries struct {
	next   http.RoundTripper
	tries  int
	jitter func(time.Duration) time.Duration
}

func (r *retries) RoundTrip(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		attempt := req
		if try > 1 {
			if req.GetBody == nil {
				return nil, errors.New("the request cannot be sent again")
			}
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			attempt = req.Clone(req.Context())
			attempt.Body = body
		}
		resp, err := r.next.RoundTrip(attempt)
		pause, again := r.pause(try, resp, err)
		if !again || !sleep(req.Context(), pause) {
			return resp, err
		}
		if resp != nil {
			io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
			resp.Body.Close()
		}
	}
}

// pause is how long to wait before the next try, if there is to be one.
func (r *retries) pause(try int, resp *http.Response, err error) (time.Duration, bool) {
	if try >= r.tries {
		return 0, false
	}
	backoff := r.jitter(firstPause << (try - 1))
	if err != nil {
		var op *net.OpError
		return backoff, errors.As(err, &op) && op.Op == "dial"
	}
	switch s := resp.StatusCode; {
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s == http.StatusConflict, s >= 500 && s != http.StatusNotImplemented:
	default:
		return 0, false
	}
	if asked, ok := retryAfter(resp.Header, time.Now()); ok {
		return asked, asked <= longestPause
	}
	return backoff, true
}

// retryAfter reads how long a server asks to wait.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	if v := h.Get("Retry-After-Ms"); v != "" {
		if ms, err := strconv.ParseFloat(v, 64); err == nil && ms >= 0 && ms < 1e9 {
			return time.Duration(ms * float64(time.Millisecond)), true
		}
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second)), true
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now)), true
	}
	return 0, false
}

// sleep waits for d; it is false if ctx ends, or would end, before.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// bodies notes what a server says in an error and hands the body of a success
// to the [normalizer].
type bodies struct{ next http.RoundTripper }

func (b bodies) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	c := callOf(req.Context())
	switch s := resp.StatusCode; {
	case s >= 200 && s < 300:
		resp.Body = newNormalizer(resp.Body, resp.Header.Get("Content-Type"), c)
		return resp, nil
	case s >= 300 && s < 400:
		resp.Body.Close()
		c.failure = &serverFailure{status: s, kind: BadAnswer,
			message: "redirects to " + safeURL(resp.Header.Get("Location")) + "; set OPENAI_BASE_URL to the right address"}
		return nil, c.failure
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	resp.Body.Close()
	c.failure = &serverFailure{status: resp.StatusCode, message: errorText(body)}
	return nil, c.failure
}

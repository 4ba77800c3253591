package llm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sort"
	"strings"

	"github.com/beamlog/beamlog/prompt"
)

// errCaptured ends a request that is only looked at.
var errCaptured = errors.New("captured")

// DryRun returns what [Client.Explain] would send for b, and sends nothing:
// the request line, the headers, and the body byte for byte. The key is not
// shown.
func DryRun(cfg Config, b *prompt.Bundle) ([]byte, error) {
	if cfg.APIKey == "" {
		cfg.APIKey = missingKey
	}
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	var seen *http.Request
	var body []byte
	capture := headers{next: roundTrip(func(req *http.Request) (*http.Response, error) {
		seen = req
		body, err = io.ReadAll(req.Body)
		return nil, errCaptured
	})}
	stream, sendErr := s.library(capture).CreateChatCompletionStream(context.Background(), s.request(b))
	if sendErr == nil {
		stream.Close()
	}
	if !errors.Is(sendErr, errCaptured) {
		return nil, sendErr
	}
	if err != nil {
		return nil, err
	}
	return dump(seen, body), nil
}

// missingKey stands for a key that is not there, so that a dry run needs none.
const missingKey = "none"

// dump writes a request as text.
func dump(req *http.Request, body []byte) []byte {
	var out bytes.Buffer
	out.WriteString(req.Method + " " + req.URL.String() + "\n")
	names := make([]string, 0, len(req.Header))
	for name := range req.Header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		value := strings.Join(req.Header[name], ", ")
		switch {
		case name == "Authorization" && strings.HasSuffix(value, " "+missingKey):
			value = "(no key)"
		case name == "Authorization":
			value = "Bearer (the key, not shown)"
		}
		out.WriteString(name + ": " + value + "\n")
	}
	out.WriteByte('\n')
	out.Write(body)
	out.WriteByte('\n')
	return out.Bytes()
}

// roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

package llm

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Defaults of [Resolve].
const (
	DefaultBaseURL   = "https://api.openai.com/v1"
	DefaultModel     = "gpt-4o-mini" // at DefaultBaseURL only
	DefaultTimeout   = 5 * time.Minute
	DefaultIdle      = 90 * time.Second
	DefaultMaxTokens = 0 // the server's own limit
)

// Config says which server and model to ask. [Resolve] fills it; a project's
// configuration file may set neither BaseURL nor APIKey, since a cloned
// repository could send logs elsewhere by them.
type Config struct {
	BaseURL   string // "https://api.openai.com/v1", "http://127.0.0.1:11434/v1"
	APIKey    string // never printed; not needed on a loopback address
	Model     string
	OrgID     string
	Timeout   time.Duration // for the whole call, retries included
	Idle      time.Duration // the longest silence inside a stream
	MaxTokens int           // limit of the answer; 0: the server's
	Tries     int           // attempts to reach the server; 0: 3
	Restore   bool          // put hidden values back into the answer

	AllowUnredacted bool // send a bundle made without redaction to another machine

	// Jitter shortens a pause between tries at random; nil: full jitter.
	Jitter func(time.Duration) time.Duration
}

// Resolve completes what flags give from the environment: first BEAMLOG_*,
// then OPENAI_*, then the defaults. getenv is os.Getenv, or a test's.
func Resolve(flags Config, getenv func(string) string) (Config, error) {
	c := flags
	first := func(dst *string, names ...string) {
		for _, n := range names {
			if *dst == "" {
				*dst = strings.TrimSpace(getenv(n))
			}
		}
	}
	first(&c.BaseURL, "BEAMLOG_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE")
	first(&c.APIKey, "BEAMLOG_API_KEY", "OPENAI_API_KEY")
	first(&c.Model, "BEAMLOG_MODEL", "OPENAI_MODEL")
	first(&c.OrgID, "BEAMLOG_ORG_ID", "OPENAI_ORG_ID")
	if c.BaseURL == "" {
		c.BaseURL = DefaultBaseURL
	}
	if c.Model == "" && strings.TrimRight(c.BaseURL, "/") == DefaultBaseURL {
		c.Model = DefaultModel
	}
	if err := durationFrom(&c.Timeout, getenv, "BEAMLOG_TIMEOUT"); err != nil {
		return c, err
	}
	if v := getenv("BEAMLOG_MAX_TOKENS"); c.MaxTokens == 0 && v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return c, &Error{Kind: BadConfig, Message: fmt.Sprintf("BEAMLOG_MAX_TOKENS=%q: want a number", clean(v))}
		}
		c.MaxTokens = n
	}
	c.defaults()
	_, err := c.check()
	return c, err
}

// durationFrom reads a duration such as "90s" from the environment, unless a flag set it.
func durationFrom(dst *time.Duration, getenv func(string) string, name string) error {
	v := getenv(name)
	if *dst != 0 || v == "" {
		return nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return &Error{Kind: BadConfig, Message: fmt.Sprintf("%s=%q: want a duration such as 90s", name, clean(v))}
	}
	*dst = d
	return nil
}

func (c *Config) defaults() {
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Idle <= 0 {
		c.Idle = DefaultIdle
	}
	if c.Tries <= 0 {
		c.Tries = 3
	}
}

// check returns the host of a config that can be used, and fills what is zero.
func (c *Config) check() (host string, err error) {
	c.defaults()
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", &Error{Kind: BadConfig, Message: "base URL " + strconv.Quote(safeURL(c.BaseURL)) + ": want http(s)://host[:port]/v1"}
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", &Error{Kind: BadConfig, Host: u.Hostname(), Message: "base URL " + strconv.Quote(safeURL(c.BaseURL)) + ": no user, query or fragment, please"}
	}
	host = u.Hostname()
	if c.APIKey == "" && !isLoopback(host) {
		return "", &Error{Kind: NoKey, Host: host, Message: `no OPENAI_API_KEY; "beamlog prompt" works without one`}
	}
	if strings.ContainsAny(c.APIKey, "\r\n\x00 ") {
		return "", &Error{Kind: BadConfig, Host: host, Message: "OPENAI_API_KEY holds a blank or a line break"}
	}
	if c.Model == "" {
		return "", &Error{Kind: BadConfig, Host: host, Message: "no model for " + host + ": give --model or OPENAI_MODEL"}
	}
	return host, nil
}

// safeURL is a URL for a message: without user, password and query.
func safeURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(not a URL)"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return clean(u.String())
}

// isLoopback says that host is this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

func isPlainHTTP(base string) bool { return strings.HasPrefix(strings.ToLower(base), "http://") }

// hostPort is where base points, for a message.
func hostPort(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return "the server"
	}
	if u.Port() == "" {
		return u.Hostname()
	}
	return net.JoinHostPort(u.Hostname(), u.Port())
}

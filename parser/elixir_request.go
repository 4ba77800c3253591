package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var (
	requestLayout  = layout{first: []string{"Server", "Request"}}
	protocolLayout = layout{text: true}
)

const (
	running       = " running "
	ranchProtocol = "Ranch protocol "
	ofListener    = " of listener "
	terminated    = " terminated"
)

// requestHead reads the first line: the request's process, what it ran, and
// Ranch's words if they are.
func requestHead(body string) (pid, what string, ranch, ok bool) {
	line, ok := strings.CutSuffix(firstLine(body), terminated)
	if !ok {
		return "", "", false, false
	}
	sep := running
	if rest, found := strings.CutPrefix(line, ranchProtocol); found {
		line, sep, ranch = rest, ofListener, true
	}
	pid, what, ok = strings.Cut(line, sep)
	if ranch {
		pid, _, _ = strings.Cut(pid, " (") // Plug 1.4 tells the protocol: "#PID<0.1.0> (:cowboy_protocol)"
	}
	return pid, what, ranch, ok && isPid(pid)
}

func opensRequest(_ *ingest.Record, body string) bool {
	if !strings.HasPrefix(body, "#PID<") && !strings.HasPrefix(body, ranchProtocol) {
		return false
	}
	_, _, _, ok := requestHead(body)
	return ok
}

// readRequest reads the report of plug_cowboy about a request that failed, and
// Ranch's about a request process that died outside of the plug. Server and
// Request stand before the reason; versions 1 and 2:
//
//	#PID<0.914.0> running ShopWeb.Endpoint (connection #PID<0.913.0>, stream id 1) terminated
//	Server: shop.example.com:80 (http)
//	Request: GET /api/do/raise
//	** (exit) an exception was raised:
//	    ** (RuntimeError) price feed is down
//	        (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1
//
//	Ranch protocol #PID<0.1.0> of listener ShopWeb.Endpoint.HTTP (connection #PID<0.2.0>, stream id 1) terminated
//	an exception was raised:
//	    ** (KeyError) key :x not found in: %{}
//
// Up to plug_cowboy 2.4, Ranch's reason has a banner, too; Plug 1.4 and Cowboy 1
// name the protocol:
//
//	Ranch protocol #PID<0.1.0> (:cowboy_protocol) of listener MyApp.Endpoint.HTTP terminated
//	** (exit) exited in: :cowboy_protocol.init/4
//	    ** (EXIT) time out
func readRequest(rec *ingest.Record) (*Report, int) {
	pid, what, ranch, _ := requestHead(rec.Body)
	lay := &requestLayout
	if ranch {
		lay = &protocolLayout
	}
	l := lexReport(rec, lineEnd(rec.Body, 0), lay)
	defer l.release()
	r := elixirReport(rec, KindRequest, l)
	module, _, _ := strings.Cut(what, " (connection ")
	if r.onlyTitle(l, module) {
		return nil, l.end
	}
	r.Process.Pid = pid
	key := "Running"
	if ranch {
		key = "Listener"
	}
	if name, connection, ok := strings.Cut(what, " (connection "); ok {
		what = name
		conn, stream, _ := strings.Cut(strings.TrimSuffix(connection, ")"), ", stream id ")
		r.keep(key, what)
		r.keep("Connection", conn)
		if stream != "" {
			r.keep("Stream", stream)
		}
	} else {
		r.keep(key, what)
	}
	for _, f := range l.fields {
		r.keep(f.Label, f.Value)
	}
	r.setReason(l)
	return r, l.end
}

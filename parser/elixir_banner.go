package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var (
	bannerLayout   = layout{}
	exitTextLayout = layout{text: true}
)

func opensBanner(rec *ingest.Record, body string) bool {
	if rec.Writer == ingest.WriterJSON && strings.Contains(body, ":in `") {
		return false // the frames are not Elixir's: json_stacktrace reads them
	}
	return isBanner(body[:lineEnd(body, 0)]) || opensExitText(body)
}

// opensExitText says whether the body is an exit text with a banner below.
func opensExitText(body string) bool {
	if !strings.HasPrefix(body, textRaised) && !strings.HasPrefix(body, textExitedIn) {
		return false
	}
	end := lineEnd(body, 0)
	return end+1 < len(body) && isBanner(strings.TrimLeft(body[end+1:lineEnd(body, end+1)], " "))
}

// readBanner reads a report without a title: what a script, mix or IEx prints,
// what Bandit, Broadway, Quantum and Logger.error(Exception.format(…)) log, and the exit
// text alone that a Phoenix socket logs when a channel does not start:
//
//	** (RuntimeError) price feed is down
//	    (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1
//	    (bandit 1.12.5) lib/bandit/pipeline.ex:131: Bandit.Pipeline.call_plug!/2
//
//	an exception was raised:
//	    ** (RuntimeError) membership service is down
//	        (shop 0.4.2) lib/shop_web/room_channel.ex:9: ShopWeb.RoomChannel.join/3
func readBanner(rec *ingest.Record) (*Report, int) {
	lay := &bannerLayout
	if opensExitText(rec.Body) {
		lay = &exitTextLayout
	}
	l := lexReport(rec, 0, lay)
	defer l.release()
	r := elixirReport(rec, KindOther, l)
	if lv := r.setReason(l); lv != nil {
		if n := pidExited(r.Reason.Text); n > 0 {
			r.Process.Pid = r.Reason.Text[:n-len(textExited)]
		}
		if lv.Banner == "EXIT" || rec.Lenient && (lv.Banner == "exit" || lv.Banner == "stop") {
			r.Kind = KindProcess // a fragment about a process that exited
		}
		if pid, ok := strings.CutPrefix(lv.Banner, "EXIT from "); ok {
			r.Kind = KindProcess
			r.Process.name(pid)
		}
		if lv.Banner == "Mix" && lv.Exit != nil {
			r.Kind = KindApplication
			r.Process.Name = strings.TrimSuffix(strings.TrimPrefix(lv.Exit.Words, couldNotStart), ": ")
		}
	}
	r.bannerKind()
	if r.clientNoise() {
		r.Kind = KindOther
	}
	return r, l.end
}

// clientNoise says that Bandit (1.x) logs what a client did wrong: a request that
// is no HTTP, a header too long, a read that timed out. That is no crash of a
// request, and the banner has no frames:
//
//	** (Bandit.HTTPError) Header read HTTP error: "x bad header\r\n"
//	** (exit) {:deserializing, "unknown opcode 5"}
func (r *Report) clientNoise() bool {
	if len(r.Reason.Stack) > 0 || len(r.Reason.Chain) > 0 {
		return false
	}
	return r.Reason.Type == "Bandit.HTTPError" || r.Reason.Type == "Bandit.TransportError" || r.Reason.Cause.Tagged("deserializing", 2)
}

// bannerKind finds what a report without a title is about, by its frames.
func (r *Report) bannerKind() {
	if r.Kind != KindOther {
		return
	}
	for _, f := range r.Reason.Stack {
		if k := frameKind(f); k != "" {
			r.Kind = k
			return
		}
	}
	for _, link := range r.Reason.Chain {
		for _, f := range link.Stack {
			if k := frameKind(f); k != "" {
				r.Kind = k
				return
			}
		}
	}
	// Bandit's own exceptions have no frames, and the text may be cut before
	// them: the connection in the reason tells as much.
	if strings.HasPrefix(r.Reason.Type, "Bandit.") || strings.Contains(r.Reason.Text, "%Plug.Conn{") {
		r.Kind = KindRequest
	}
}

// frameKind gives the kind of report that a frame proves, or "".
func frameKind(f Frame) Kind {
	m := moduleName(f.Module)
	switch {
	case m == "Phoenix.Channel.Server":
		return KindChannel
	case m == "Phoenix.LiveView.Channel":
		return KindGenServer
	case strings.HasPrefix(m, "Broadway.") || strings.HasPrefix(m, "Oban.") || strings.HasPrefix(m, "Quantum."):
		return KindJob
	case strings.HasPrefix(m, "Bandit."), strings.HasPrefix(m, "Plug."), m == "Phoenix.Router",
		strings.HasPrefix(m, "Phoenix.Endpoint"), strings.HasPrefix(m, "Phoenix.Controller"),
		m == "Phoenix.LiveView.Static", m == "Phoenix.LiveView.Controller",
		f.Function == "phoenix_controller_pipeline", f.Function == "plug_builder_call":
		return KindRequest
	}
	return ""
}

package parser

import (
	"bytes"
	"strings"
)

// prove makes a gen_server report the kind that its frames, initial call or last
// message prove it to be: agent, gen_stage or channel.
func (r *Report) prove() {
	if r.Kind != KindGenServer {
		return
	}
	var buf [96]byte
	m := r.lastMessage(buf[:0])
	switch {
	case r.hasModule("Elixir.Agent.Server") || strings.HasPrefix(r.Process.InitialCall, "Agent.Server.") || isAgentMessage(m):
		r.Kind = KindAgent
	case r.hasModule("Elixir.GenStage") || isStageMessage(m):
		r.Kind = KindGenStage
	case r.hasModule("Elixir.Phoenix.Channel.Server") || r.channelMessage(m):
		r.Kind = KindChannel
	}
}

// hasModule says whether a frame of the reason is in that module.
func (r *Report) hasModule(module string) bool {
	for i := range r.Reason.Stack {
		if r.Reason.Stack[i].Module == module {
			return true
		}
	}
	for i := range r.Reason.Chain {
		for j := range r.Reason.Chain[i].Stack {
			if r.Reason.Chain[i].Stack[j].Module == module {
				return true
			}
		}
	}
	return false
}

// lastMessage puts the start of the last message into b, without the envelope of a
// cast and without blanks and quotes, so that both dialects read alike:
// `{$gen_consumer,{` for {:"$gen_consumer", {…} and {'$gen_consumer',{….
func (r *Report) lastMessage(b []byte) []byte {
	if r.LastMessage == nil {
		return b
	}
	text := r.LastMessage.Text
	for i := 0; i < len(text) && len(b) < cap(b); i++ {
		switch c := text[i]; c {
		case ' ', '\n', '"', '\'':
		case ':':
			if i+1 < len(text) && text[i+1] != ' ' {
				continue
			}
			b = append(b, c)
		default:
			b = append(b, c)
		}
	}
	return bytes.TrimPrefix(b, castEnvelope)
}

var castEnvelope = []byte("{$gen_cast,")

// beginsWith is strings.HasPrefix for the start of a message.
func beginsWith(m []byte, prefix string) bool {
	return len(m) >= len(prefix) && string(m[:len(prefix)]) == prefix
}

// isAgentMessage says whether the last message is one of Agent's: {:get, fun},
// {:update, fun} …
func isAgentMessage(m []byte) bool {
	for _, op := range [...]string{"{get,", "{update,", "{get_and_update,", "{cast,"} {
		if beginsWith(m, op) {
			fun := m[len(op):]
			return beginsWith(fun, "#Function<") || beginsWith(fun, "&") || beginsWith(fun, "#Fun<")
		}
	}
	return false
}

// isStageMessage says whether the last message is one between stages.
func isStageMessage(m []byte) bool {
	return beginsWith(m, "{$gen_consumer,") || beginsWith(m, "{$gen_producer,") ||
		beginsWith(m, "{$subscribe,") || beginsWith(m, "{$demand,") || beginsWith(m, "{$info,")
}

// channelMessage says whether the last message came from a socket to a channel.
// LiveViews get the same messages, on topics that begin with "lv:".
func (r *Report) channelMessage(m []byte) bool {
	if r.hasModule("Elixir.Phoenix.LiveView.Channel") || !beginsWith(m, "%Phoenix.Socket.") {
		return false
	}
	return !strings.Contains(r.LastMessage.Text, `topic: "lv:`)
}

package parser

import "strings"

// prove makes a gen_server report the kind that its frames, initial call or last
// message prove it to be: agent, gen_stage or channel.
func (r *Report) prove() {
	if r.Kind != KindGenServer {
		return
	}
	switch {
	case r.hasModule("Elixir.Agent.Server") || strings.HasPrefix(r.Process.InitialCall, "Agent.Server.") || r.agentMessage():
		r.Kind = KindAgent
	case r.hasModule("Elixir.GenStage") || r.stageMessage():
		r.Kind = KindGenStage
	case r.hasModule("Elixir.Phoenix.Channel.Server") || r.channelMessage():
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

// lastMessage gives the start of the last message, without the envelope of a
// cast and without blanks and quotes, so that both dialects read alike:
// `{$gen_consumer,{` for {:"$gen_consumer", {…} and {'$gen_consumer',{….
func (r *Report) lastMessage() string {
	if r.LastMessage == nil {
		return ""
	}
	text := r.LastMessage.Text
	var b [96]byte
	n := 0
	for i := 0; i < len(text) && n < len(b); i++ {
		switch c := text[i]; c {
		case ' ', '\n', '"', '\'':
		case ':':
			if i+1 < len(text) && text[i+1] != ' ' {
				continue
			}
			b[n] = c
			n++
		default:
			b[n] = c
			n++
		}
	}
	return strings.TrimPrefix(string(b[:n]), "{$gen_cast,")
}

// agentMessage says whether the last message is one of Agent's: {:get, fun},
// {:update, fun} …
func (r *Report) agentMessage() bool {
	m, ok := strings.CutPrefix(r.lastMessage(), "{")
	if !ok {
		return false
	}
	op, rest, ok := strings.Cut(m, ",")
	if !ok || op != "get" && op != "update" && op != "get_and_update" && op != "cast" {
		return false
	}
	return strings.HasPrefix(rest, "#Function<") || strings.HasPrefix(rest, "&") || strings.HasPrefix(rest, "#Fun<")
}

// stageMessage says whether the last message is one between stages.
func (r *Report) stageMessage() bool {
	m := r.lastMessage()
	return strings.HasPrefix(m, "{$gen_consumer,") || strings.HasPrefix(m, "{$gen_producer,") ||
		strings.HasPrefix(m, "{$subscribe,") || strings.HasPrefix(m, "{$demand,") || strings.HasPrefix(m, "{$info,")
}

// channelMessage says whether the last message came from a socket to a channel.
// LiveViews get the same messages, on topics that begin with "lv:".
func (r *Report) channelMessage() bool {
	m := r.lastMessage()
	if r.hasModule("Elixir.Phoenix.LiveView.Channel") || !strings.HasPrefix(m, "%Phoenix.Socket.") {
		return false
	}
	return !strings.Contains(r.LastMessage.Text, `topic: "lv:`)
}

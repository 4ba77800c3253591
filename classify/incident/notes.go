package incident

import "github.com/beamlog/beamlog/parser"

// notes says what the log cannot show of an incident.
func (in *failure) notes(t *Tracker) []string {
	var out []string
	root := in.root.first.f.Report
	if !t.sasl[in.input] && (in.restarts > 0 || supervised(root.Kind)) {
		text := "No supervisor or crash reports in this log: SASL reports are off, so it does not show whether a supervisor restarted the process or gave up."
		if in.restarts > 0 {
			text = "No supervisor or crash reports in this log: SASL reports are off. Restarts are inferred from deaths that repeat."
		}
		out = append(out, text+" Turn them on with `config :logger, handle_sasl_reports: true`.")
	}
	if in.gaveUp && in.root.supervisor {
		out = append(out, "The crashes that made the supervisor give up are not in this log.")
	}
	if root.Kind == parser.KindSupervisor && in.root.inner == "killed" {
		out = append(out, "A process that is killed prints nothing itself, and no report says who killed it.")
	}
	if in.first == "" && in.count > 1 {
		out = append(out, "The log prints no times: the reports are related by their order only.")
	}
	return out
}

// supervised says whether processes of this kind usually stand under a
// supervisor that starts them again.
func supervised(k parser.Kind) bool {
	switch k {
	case parser.KindGenServer, parser.KindGenStatem, parser.KindGenStage, parser.KindAgent:
		return true
	}
	return false
}

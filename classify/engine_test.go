package classify_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// none is a chain whose only link is part of what the rule matched.
const none = "-"

// TestDeepest checks which level of a reason names the report, and what its
// envelopes are called.
func TestDeepest(t *testing.T) {
	for _, c := range []struct {
		name, reason, want string
		chain              string
		kind               parser.Kind
	}{
		{"a call that timed out", `{timeout,{gen_server,call,[db,get,5000]}}`, "timeout", none, parser.KindProcess},
		{"a deeper call that timed out", `{{timeout,{gen_server,call,[b,x]}},{gen_server,call,[a,y]}}`, "timeout_chain", "timeout_chain timeout", parser.KindProcess},
		{"a request whose call timed out", `{{timeout,{gen_server,call,[b,x]}},{'Elixir.MyAppWeb.Endpoint',call,[#{'__struct__' => 'Elixir.Plug.Conn'},[]]}}`, "timeout", "request_crash ", parser.KindProcess},
		{"a callee that crashed of a known reason", `{{badarith,[{m,f,1,[]}]},{gen_server,call,[a,y]}}`, "badarith", "callee_crashed", parser.KindProcess},
		{"a callee that crashed of its own reason", `{db_down,{gen_server,call,[a,y]}}`, "callee_crashed", "callee_crashed", parser.KindProcess},
		{"a callee that ended normally", `{normal,{gen_server,call,[a,y]}}`, "normal_exit_in_call", none, parser.KindProcess},
		{"a callee that was shut down", `{{shutdown,bye},{gen_server,call,[a,y]}}`, "shutdown_in_call", none, parser.KindProcess},
		{"a child that could not connect", `{shutdown,{failed_to_start_child,w,econnrefused}}`, "econnrefused", "", parser.KindProcess},
		{"a child that would not", `{shutdown,{failed_to_start_child,w,no_licence}}`, "failed_to_start_child", "", parser.KindProcess},
		{"an application's child", `{{shutdown,{failed_to_start_child,w,eaddrinuse}},{myapp_app,start,[normal,[]]}}`, "eaddrinuse", "", parser.KindApplication},
		{"an application that would not", `{no_licence,{myapp_app,start,[normal,[]]}}`, "app_start_failure", "app_start_failure", parser.KindApplication},
		{"an application that took the node along", `{application_start_failure,myapp,{{shutdown,{failed_to_start_child,w,no_licence}},{myapp_app,start,[normal,[]]}}}`, "failed_to_start_child", "kernel_pid_terminated app_start_failure  failed_to_start_child", parser.KindSlogan},
		{"a reason in an error tuple", `{error,econnrefused}`, "econnrefused", "", parser.KindProcess},
		{"a reason of its own", `{no_licence,7}`, "custom_exit", "", parser.KindProcess},
		{"a task that failed of its own reason", `no_licence`, "custom_exit", "", parser.KindTask},
		{"a task that failed of a known reason", `{badmatch,1}`, "badmatch", "", parser.KindTask},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := classifyTerm(t, c.kind, c.reason)
			if f.Rule.ID != c.want {
				t.Errorf("rule %s, want %s (chain %v)", f.Rule.ID, c.want, f.ChainRules)
			}
			if got := strings.Join(f.ChainRules, " "); c.chain != "" && got != strings.TrimPrefix(c.chain, none) {
				t.Errorf("chain %q, want %q", got, c.chain)
			}
			if len(f.ChainRules) != len(f.Report.Reason.Chain) {
				t.Errorf("%d rules for a chain of %d", len(f.ChainRules), len(f.Report.Reason.Chain))
			}
		})
	}
}

// TestSupervisorContext checks that a supervisor's report has the rule of its
// child's reason, and that of its context only where the reason tells nothing.
func TestSupervisorContext(t *testing.T) {
	for _, c := range []struct{ context, childType, reason, want string }{
		{"child_terminated", "worker", "{badmatch,1}", "badmatch"},
		{"child_terminated", "worker", "no_licence", "custom_exit"},
		{"child_terminated", "worker", "normal", "permanent_child_exited"},
		{"child_terminated", "worker", "shutdown", "permanent_child_exited"},
		{"child_terminated", "supervisor", "shutdown", "child_terminated"},
		{"child_terminated", "worker", "", "child_terminated"},
		{"start_error", "worker", "econnrefused", "econnrefused"},
		{"start_error", "worker", "no_licence", "init_stop"},
		{"start_error", "worker", "timeout", "init_timeout"},
		{"start_error", "worker", "{bad_return_value,1}", "init_bad_return"},
		{"start_error", "worker", "", "start_error"},
		{"shutdown_error", "worker", "killed", "killed"},
		{"shutdown_error", "worker", "", "shutdown_error"},
		{"shutdown", "worker", "reached_max_restart_intensity", "reached_max_restart_intensity"},
	} {
		r := &parser.Report{Record: &ingest.Record{}, Kind: parser.KindSupervisor, Dialect: term.Erlang, Context: c.context,
			Supervisor: &parser.Supervisor{Name: "sup"}, Child: &parser.Child{ID: "w", Type: c.childType}}
		if c.reason != "" {
			raw, err := term.Parse(c.reason)
			if err != nil {
				t.Fatal(err)
			}
			r.Reason = parser.Normalize(raw)
			r.Reason.Text = c.reason
		}
		if f := engine(t).Classify(r); f.Rule.ID != c.want {
			t.Errorf("%s, %s of a %s: rule %s, want %s", c.context, c.reason, c.childType, f.Rule.ID, c.want)
		}
	}
}

// TestClientErrors checks that a 4xx exception of a web request is info, and
// that of another process is not.
func TestClientErrors(t *testing.T) {
	conn := `{'Elixir.MyAppWeb.Endpoint',call,[#{'__struct__' => 'Elixir.Plug.Conn'},[]]}`
	for _, c := range []struct {
		reason string
		kind   parser.Kind
		want   classify.Severity
	}{
		{`{#{'__struct__' => 'Elixir.Phoenix.ActionClauseError'},` + conn + `}`, parser.KindProcess, classify.Info},
		{`#{'__struct__' => 'Elixir.Plug.CSRFProtection.InvalidCSRFTokenError'}`, parser.KindRequest, classify.Info},
		{`#{'__struct__' => 'Elixir.MyApp.NotFound',plug_status => 404}`, parser.KindRequest, classify.Info},
		{`#{'__struct__' => 'Elixir.MyApp.Teapot',plug_status => 500}`, parser.KindRequest, classify.Error},
		{`#{'__struct__' => 'Elixir.Ecto.StaleEntryError'}`, parser.KindGenServer, classify.Warning},
	} {
		if f := classifyTerm(t, c.kind, c.reason); f.Severity != c.want {
			t.Errorf("%s as %s: severity %s, want %s", c.reason, c.kind, f.Severity, c.want)
		}
	}
}

// TestAlternatives checks that a reason inside a value is named beside the rule
// of the value.
func TestAlternatives(t *testing.T) {
	f := classifyTerm(t, parser.KindProcess, `{badmatch,{error,enoent}}`)
	if f.Rule.ID != "badmatch" || !slices.Equal(f.Alternatives, []string{"file_missing"}) {
		t.Errorf("rule %s, alternatives %v", f.Rule.ID, f.Alternatives)
	}
	f = classifyTerm(t, parser.KindProcess, `{bad_match,{error,x}}`)
	if f.Rule.ID != "badmatch" || f.Confidence != classify.Weak {
		t.Errorf("an alias is %s, %s", f.Rule.ID, f.Confidence)
	}
}

// TestOwnRules checks an engine with rules of its own, and that a bad one is an error.
func TestOwnRules(t *testing.T) {
	own := &classify.Rule{ID: "no_licence", Severity: classify.Critical, Summary: "{{value}} of {{nobody}} at {{process}}.",
		Match: []classify.Match{{Reason: "{:no_licence, value}"}}}
	e, err := classify.New(classify.Options{Rules: []*classify.Rule{own}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := term.Parse("{no_licence, 7}")
	if err != nil {
		t.Fatal(err)
	}
	f := e.Classify(&parser.Report{Reason: parser.Normalize(raw)})
	if want := "7 of something that the log does not show at the process."; f.Rule != own || f.Summary() != want {
		t.Errorf("rule %s, summary %q, want %q", f.Rule.ID, f.Summary(), want)
	}
	if _, err := classify.New(classify.Options{Rules: []*classify.Rule{{ID: "bad", Match: []classify.Match{{Reason: "{:a"}}}}}); err == nil {
		t.Error("a pattern that cannot be read is accepted")
	}
}

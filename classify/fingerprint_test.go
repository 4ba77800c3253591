package classify_test

import (
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// vectors are the worked examples of patterns.md, section 8.
var vectors = []struct {
	name, log, recipe, hash string
}{
	{"the server's report", `
12:00:00.000 [error] GenServer MyApp.Server terminating
** (ArithmeticError) bad argument in arithmetic expression: 1 / 0
    :erlang./(1, 0)
    (my_app 1.2.3) lib/a/calc.ex:41: MyApp.Calc.ratio/2
    (my_app 1.2.3) lib/a/server.ex:88: MyApp.Server.handle_call/3
    (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4
Last message (from #PID<0.96.0>): {:ratio, 1, 0}`,
		"v1|badarith||MyApp.Calc.ratio/2", "7e25d2a8198e"},
	{"the caller's report", `
12:00:00.000 [error] GenServer MyApp.Front terminating
** (stop) exited in: GenServer.call(#PID<0.512.0>, {:ratio, 1, 0}, 5000)
    ** (EXIT) an exception was raised:
        ** (ArithmeticError) bad argument in arithmetic expression: 1 / 0
            :erlang./(1, 0)
            (my_app 1.2.3) lib/a/calc.ex:41: MyApp.Calc.ratio/2
            (my_app 1.2.3) lib/a/server.ex:88: MyApp.Server.handle_call/3
    (elixir 1.14.0) lib/gen_server.ex:1038: GenServer.call/3
    (my_app 1.2.3) lib/a/front.ex:9: MyApp.Front.handle_call/3
Last message (from #PID<0.96.0>): :go`,
		"v1|badarith||MyApp.Calc.ratio/2", "7e25d2a8198e"},
	{"a bad return value", `
12:00:00.000 [error] GenServer MyApp.Server terminating
** (stop) bad return value: {:ok, %{id: 7}}
Last message (from #PID<0.96.0>): :get
State: %{}
Client #PID<0.96.0> is alive

    (stdlib 4.2) gen.erl:256: :gen.do_call/4`,
		"v1|bad_return_value|{ok,%{}}|MyApp.Server.handle_call/3", "f2e0b70ddaec"},
	{"a timeout in Elixir", `
12:00:00.000 [error] Task #PID<0.150.0> started from #PID<0.94.0> terminating
** (stop) exited in: GenServer.call(MyApp.Worker_17, {:run, 9}, 5000)
    ** (EXIT) time out
    (elixir 1.14.0) lib/gen_server.ex:1038: GenServer.call/3
    (my_app 1.2.3) lib/a/api.ex:9: MyApp.Api.run/1
Function: &MyApp.Api.run/1
    Args: [9]`,
		"v1|timeout|MyApp.Worker_N run|MyApp.Api.run/1", "69eb96db7d79"},
	{"a field of nil", `
12:00:00.000 [error] GenServer MyApp.Server terminating
** (KeyError) key :email not found in: nil
    (my_app 1.2.3) lib/a/mail.ex:9: MyApp.Mail.to/1
    (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4
Last message (from #PID<0.96.0>): :go`,
		"v1|badkey|email nil|MyApp.Mail.to/1", "bec3c1c8e021"},
	{"a constraint", `
12:00:00.000 [error] GenServer MyApp.Server terminating
** (Postgrex.Error) ERROR 23505 (unique_violation) duplicate key value violates unique constraint "users_email_index"

    table: users
    constraint: users_email_index

Key (email)=(a@b.c) already exists.
    (ecto_sql 3.14.0) lib/ecto/adapters/sql.ex:1113: Ecto.Adapters.SQL.raise_sql_call_error/1
    (my_app 1.2.3) lib/a/repo.ex:2: MyApp.Repo.insert/2
    (my_app 1.2.3) lib/a/accounts.ex:9: MyApp.Accounts.create/1
Last message (from #PID<0.96.0>): :go`,
		"v1|Postgrex.Error|unique_violation users_email_index|MyApp.Accounts.create/1", "73258422e679"},
	{"a full pool", `
12:00:00.000 [error] GenServer MyApp.Server terminating
** (DBConnection.ConnectionError) [MyApp.Repo] connection not available and request was dropped from queue after 2003ms. This means requests are coming in and your connection pool cannot serve them fast enough.
    (ecto_sql 3.14.0) lib/ecto/adapters/sql.ex:1113: Ecto.Adapters.SQL.raise_sql_call_error/1
    (my_app 1.2.3) lib/a/report.ex:9: MyApp.Report.rows/1
Last message (from #PID<0.96.0>): :go`,
		"v1|DBConnection.ConnectionError|queue_timeout|MyApp.Report.rows/1", "03613056b680"},
}

func TestFingerprintVectors(t *testing.T) {
	e := engine(t)
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			fs := findings(t, e, strings.TrimPrefix(v.log, "\n"))
			if len(fs) != 1 {
				t.Fatalf("%d findings, want 1", len(fs))
			}
			if fs[0].Recipe != v.recipe || fs[0].Fingerprint != v.hash {
				t.Errorf("got %s %s, want %s %s", fs[0].Fingerprint, fs[0].Recipe, v.hash, v.recipe)
			}
		})
	}
}

// TestFingerprintTerms takes the worked examples that are printed as raw terms.
func TestFingerprintTerms(t *testing.T) {
	for _, v := range []struct {
		name, reason string
		kind         parser.Kind
		recipe, hash string
	}{
		{"Erlang syntax, two lines further down",
			`{badarith,[{erlang,'/',[1,0],[{error_info,#{module=>erl_erts_errors}}]},{'Elixir.MyApp.Calc',ratio,2,[{file,"lib/a/calc.ex"},{line,43}]},{'Elixir.MyApp.Server',handle_call,3,[{file,"lib/a/server.ex"},{line,90}]}]}`,
			parser.KindGenServer, "v1|badarith||MyApp.Calc.ratio/2", "7e25d2a8198e"},
		{"a timeout in Erlang",
			`{{timeout,{gen_server,call,[my_cache,{get,<<"user:42">>},50]}},[{gen_server,call,3,[{file,"gen_server.erl"},{line,385}]},{web_h,user,1,[{file,"web_h.erl"},{line,7}]}]}`,
			parser.KindProcess, "v1|timeout|my_cache get|web_h.user/1", "ca25d326cf62"},
		{"a child that is there already",
			`{{shutdown,{failed_to_start_child,'Elixir.MyApp.Repo',{already_started,<0.301.0>}}},{'Elixir.MyApp.Application',start,[normal,[]]}}`,
			parser.KindApplication, "v1|failed_to_start_child|MyApp.Repo>already_started|MyApp.Application.start/2", "b04bfd43d6d0"},
	} {
		t.Run(v.name, func(t *testing.T) {
			f := classifyTerm(t, v.kind, v.reason)
			if f.Recipe != v.recipe || f.Fingerprint != v.hash {
				t.Errorf("got %s %s, want %s %s", f.Fingerprint, f.Recipe, v.hash, v.recipe)
			}
		})
	}
}

// classifyTerm classifies a report whose reason is a raw term.
func classifyTerm(t testing.TB, kind parser.Kind, reason string) *classify.Finding {
	t.Helper()
	raw, err := term.Parse(reason)
	if err != nil {
		t.Fatal(err)
	}
	r := &parser.Report{Record: &ingest.Record{}, Kind: kind, Reason: parser.Normalize(raw), Complete: true}
	if r.Reason.Text == "" {
		r.Reason.Text = reason
	}
	return engine(t).Classify(r)
}

// TestFingerprintDiffers checks that a fingerprint tells bugs apart, and only bugs.
func TestFingerprintDiffers(t *testing.T) {
	base := `{{badkey,email,#{}},[{'Elixir.MyApp.Mail',to,1,[{file,"lib/mail.ex"},{line,9}]}]}`
	want := classifyTerm(t, parser.KindProcess, base).Fingerprint
	for _, c := range []struct {
		name, reason string
		same         bool
	}{
		{"another line", strings.Replace(base, "{line,9}", "{line,12}", 1), true},
		{"another map", strings.Replace(base, "#{}", "#{id => 7}", 1), true},
		{"another key", strings.Replace(base, "email", "phone", 1), false},
		{"nil", strings.Replace(base, "#{}", "nil", 1), false},
		{"another function", strings.Replace(base, "to,1", "cc,1", 1), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := classifyTerm(t, parser.KindProcess, c.reason).Fingerprint; (got == want) != c.same {
				t.Errorf("%s and %s: same is %t, want %t", got, want, got == want, c.same)
			}
		})
	}
}

package classify_test

import (
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser/term"
)

func TestContractFor(t *testing.T) {
	for _, c := range []struct{ behaviour, callback, want, first string }{
		{"GenServer", "handle_call/3", "handle_call/3", "{:reply, reply, state}"},
		{"gen_server", "handle_cast", "handle_cast/2", "{:noreply, state}"},
		{"GenServer", "MyApp.Server.handle_info/2", "handle_info/2", "{:noreply, state}"},
		{"gen_statem", "handle_event/4", "handle_event/4", "{:next_state, state, data}"},
		{"Phoenix.LiveView", "handle_event/3", "handle_event/3", "{:noreply, socket}"},
		{"Oban.Worker", "perform/1", "perform/1", ":ok"},
	} {
		got := classify.ContractFor(c.behaviour, c.callback)
		if got == nil || got.Callback != c.want || got.Legal[0] != c.first {
			t.Errorf("ContractFor(%q, %q) = %+v, want %s, first %s", c.behaviour, c.callback, got, c.want, c.first)
		}
	}
	for _, c := range [][2]string{{"GenServer", "handle_event/4"}, {"Nothing", "init/1"}, {"", ""}} {
		if got := classify.ContractFor(c[0], c[1]); got != nil {
			t.Errorf("ContractFor(%q, %q) = %+v, want nil", c[0], c[1], got)
		}
	}
}

// TestContracts checks the table itself: each legal return is a term that its
// own contract allows, and each rule exists or is none of the single-event ones yet.
func TestContracts(t *testing.T) {
	for _, c := range classify.Contracts() {
		for _, legal := range c.Legal {
			v, err := term.Parse(legal)
			if err != nil {
				t.Errorf("%s %s: %q is no term: %v", c.Behaviour, c.Callback, legal, err)
				continue
			}
			if !c.Allows(v) {
				t.Errorf("%s %s does not allow its own %s", c.Behaviour, c.Callback, legal)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ behaviour, callback, value, want string }{
		{"GenServer", "handle_cast/2", "{:ok, 1}", "{:noreply, state}"},
		{"GenServer", "handle_cast/2", "{:reply, :ok, 1}", "{:noreply, state}"},
		{"GenServer", "handle_cast/2", "{:noreply, 1, 2, 3}", "{:noreply, state, t}"},
		{"GenServer", "handle_call/3", ":oops", "{:reply, reply, state}"},
		{"GenServer", "handle_call/3", "{:stop, :normal}", "{:stop, reason, state}"},
		{"GenServer", "init/1", "{:noreply, 1}", "{:ok, state}"},
		{"GenServer", "init/1", "{:ok, 1, 2, 3}", "{:ok, state, t}"},
	} {
		v, err := term.Parse(c.value)
		if err != nil {
			t.Fatal(err)
		}
		con := classify.ContractFor(c.behaviour, c.callback)
		if con.Allows(v) {
			t.Errorf("%s %s allows %s", c.behaviour, c.callback, c.value)
		}
		if got := con.Nearest(v); got != c.want {
			t.Errorf("%s %s: nearest to %s is %s, want %s", c.behaviour, c.callback, c.value, got, c.want)
		}
	}
}

// TestCallback guesses the callback of real reports.
func TestCallback(t *testing.T) {
	e := engine(t)
	for _, c := range []struct{ name, log, callback, legal string }{
		{"a call", `12:00:00.000 [error] GenServer MyApp.Server terminating
** (stop) bad return value: {:ok, 1}
Last message (from #PID<0.96.0>): :get
State: 1
Client #PID<0.96.0> is alive

    (stdlib 4.2) gen.erl:256: :gen.do_call/4`, "MyApp.Server.handle_call/3", "handle_call/3 must return {:reply, reply, state}"},
		{"a cast", `12:00:00.000 [error] GenServer #PID<0.1.0> terminating
** (stop) bad return value: {:ok, 1}
Last message: {:"$gen_cast", :put}
State: 1`, "handle_cast/2", "handle_cast/2 must return {:noreply, state}"},
		{"a message", `12:00:00.000 [error] GenServer #PID<0.1.0> terminating
** (stop) bad return value: :ok
Last message: :tick
State: 1`, "handle_info/2", "handle_info/2 must return {:noreply, state}"},
		{"Erlang", `=ERROR REPORT==== 21-Nov-2026::05:25:02.751337 ===
** Generic server my_srv terminating
** Last message in was {'$gen_cast',put}
** When Server state == 1
** Reason for termination ==
** {bad_return_value,{ok,1}}`, "handle_cast/2", "handle_cast/2 must return {noreply,state}"},
		{"a stack", `12:00:00.000 [error] GenServer #PID<0.1.0> terminating
** (ArithmeticError) bad argument in arithmetic expression
    (my_app 1.2.3) lib/a/calc.ex:41: MyApp.Calc.ratio/2
    (my_app 1.2.3) lib/a/server.ex:88: MyApp.Server.handle_continue/2
    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4
Last message: {:continue, :load}
State: 1`, "MyApp.Server.handle_continue/2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := findings(t, e, c.log)
			if len(fs) != 1 {
				t.Fatalf("%d findings, want 1", len(fs))
			}
			if got := classify.Callback(fs[0].Report); got != c.callback {
				t.Errorf("callback %q, want %q", got, c.callback)
			}
			if c.legal == "" {
				return
			}
			if got := fs[0].Fill("{{legal}}"); got != c.legal {
				t.Errorf("legal %q, want %q", got, c.legal)
			}
		})
	}
}

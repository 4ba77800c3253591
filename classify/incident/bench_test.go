package incident_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// cascade is what a GenServer, proc_lib and a supervisor write of one death. %[1]s is
// the time, %[2]d the pid, %[3]s the banner and %[4]s the topmost frame.
const cascade = `%[1]s.180 [error] GenServer #PID<0.%[2]d.0> terminating
%[3]s
%[4]s
    (stdlib 6.2) gen_server.erl:2381: :gen_server.try_handle_call/4
    (stdlib 6.2) gen_server.erl:2433: :gen_server.handle_msg/6
    (stdlib 6.2) proc_lib.erl:329: :proc_lib.init_p_do_apply/3
Last message (from #PID<0.9.0>): {:checkout, %[2]d}
State: %%{user: %%Shop.User{id: %[2]d, tags: []}}
%[1]s.183 [error] Process #PID<0.%[2]d.0> terminating
%[3]s
%[4]s
    (stdlib 6.2) gen_server.erl:2381: :gen_server.try_handle_call/4
    (stdlib 6.2) gen_server.erl:2433: :gen_server.handle_msg/6
    (stdlib 6.2) proc_lib.erl:329: :proc_lib.init_p_do_apply/3
Initial Call: Shop.Cart.init/1
Ancestors: [Shop.CartSup, Shop.Supervisor, #PID<0.310.0>]
Message Queue Length: 0
Messages: []
Links: [#PID<0.318.0>]
Dictionary: []
Trapping Exits: false
Status: :running
Heap Size: 6772
Stack Size: 28
Reductions: 63436
%[1]s.189 [error] Child Shop.Cart of Supervisor Shop.CartSup terminated
** (exit) an exception was raised:
    %[3]s
    %[4]s
        (stdlib 6.2) gen_server.erl:2381: :gen_server.try_handle_call/4
        (stdlib 6.2) gen_server.erl:2433: :gen_server.handle_msg/6
        (stdlib 6.2) proc_lib.erl:329: :proc_lib.init_p_do_apply/3
Pid: #PID<0.%[2]d.0>
Start Call: Shop.Cart.start_link([])
Restart: :permanent
Shutdown: 5000
Type: :worker
`

// cascades gives the findings of n deaths, one in a second, of four bugs in turns.
func cascades(tb testing.TB, n int) []*classify.Finding {
	tb.Helper()
	bugs := [...][2]string{
		{"** (RuntimeError) price feed is down", "    (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1"},
		{`** (KeyError) key :total not found in: %{items: [], currency: "EUR"}`, "    (shop 0.4.2) lib/shop/cart.ex:44: Shop.Cart.total/1"},
		{"** (MatchError) no match of right hand side value: {:error, :enoent}", "    (shop 0.4.2) lib/shop/pricing.ex:12: Shop.Pricing.match/1"},
		{"** (FunctionClauseError) no function clause matching in Shop.Pricing.quote/2", "    (shop 0.4.2) lib/shop/pricing.ex:19: Shop.Pricing.quote(nil, :retail)"},
	}
	var log strings.Builder
	for i := range n {
		bug := bugs[i%len(bugs)]
		fmt.Fprintf(&log, cascade, fmt.Sprintf("%02d:%02d:%02d", i/3600, i/60%60, i%60), 1000+i, bug[0], bug[1])
	}
	engine, err := classify.New(classify.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	var out []*classify.Finding
	for rec, err := range ingest.Records(context.Background(), strings.NewReader(log.String()), "app.log", ingest.Options{}) {
		if err != nil {
			tb.Fatal(err)
		}
		for _, r := range parser.Parse(rec) {
			out = append(out, engine.Classify(r))
		}
	}
	if len(out) != 3*n {
		tb.Fatalf("%d findings of %d deaths", len(out), n)
	}
	return out
}

// BenchmarkCascades relates the reports of deaths, three of each.
func BenchmarkCascades(b *testing.B) {
	all := cascades(b, 2000)
	tr := incident.NewTracker(incident.Options{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tr.Add(all[i%len(all)])
		tr.Closed()
	}
}

// A death that is told three times is related with a few allocations: it, its
// incident, and what is given out of both.
func TestAllocations(t *testing.T) {
	const known = 100
	all := cascades(t, 2*known+1)
	tr := incident.NewTracker(incident.Options{})
	death := func() {
		for _, f := range all[:3] {
			tr.Add(f)
			tr.Closed()
		}
		all = all[3:]
	}
	for range known {
		death()
	}
	if n := testing.AllocsPerRun(known, death); n > 14 {
		t.Errorf("%v allocations for the three reports of a death", n)
	}
}

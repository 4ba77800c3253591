package parser

import (
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
)

func TestRawReport(t *testing.T) {
	const crash = `REPORT_CB/2 CRASH: #{label => {proc_lib,crash},
                     report =>
                         [[{initial_call,{shop_cart,init,['Argument__1']}},
                           {pid,<0.93.0>},
                           {registered_name,[]},
                           {error_info,{error,badarg,[{...}|...]}},
                           {ancestors,[<0.92.0>]},
                           {...}|...],
                          []]}; Reason: {error,function_clause,...}`
	const server = `{"client_info":"undefined","label":"{gen_server,terminate}","last_message":"{die,now}","name":"<0.83.0>",` +
		`"reason":"{{badmatch,x},[{shop_cart,handle_info,2,[{file,\"shop_cart.erl\"},{line,23}]}]}","state":"{cart,[]}"}`
	const elixir = `%{label: {:gen_server, :terminate}, name: MyApp.Cart, last_message: :go, state: nil, client_info: :undefined, log: [], reason: :boom}`
	const supervisor = `{"label":"{supervisor,child_terminated}","report":{"supervisor":"{local,shop_sup}","errorContext":"child_terminated",` +
		`"reason":"lost","offender":{"pid":"<0.119.0>","id":"cart","mfargs":"{shop_cart,start_link,[x]}","restart_type":"permanent"}}}`
	tests := []struct {
		name, body   string
		writer       ingest.Writer
		kind         Kind
		process, typ string
		complete     bool
	}{
		{"printer that crashed", crash, ingest.WriterLegacy, KindProcess, "<0.93.0>", "badarg", true},
		{"JSON of a server", server, ingest.WriterJSON, KindGenServer, "<0.83.0>", "badmatch", true},
		{"JSON in an outer object", `{"level":"error","msg":` + server + `}`, ingest.WriterJSON, KindGenServer, "<0.83.0>", "badmatch", true},
		{"map", elixir, ingest.WriterElixir, KindGenServer, "MyApp.Cart", "boom", true},
		{"JSON of a supervisor", supervisor, ingest.WriterJSON, KindSupervisor, "shop_sup", "lost", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reports := Parse(&ingest.Record{Body: tt.body, Line: 1, EndLine: 1, Writer: tt.writer})
			if len(reports) != 1 {
				t.Fatalf("%d reports, want 1", len(reports))
			}
			r := reports[0]
			if process := r.Process.Pid + r.Process.Name; r.Kind != tt.kind || process != tt.process || r.Reason.Type != tt.typ || r.Complete != tt.complete {
				t.Errorf("got %s of %s, %s (complete: %t), want %s of %s, %s", r.Kind, process, r.Reason.Type, r.Complete, tt.kind, tt.process, tt.typ)
			}
		})
	}
	for _, body := range []string{`{"label":"checkout","total":3}`, `%{label: {:supervisor, :progress}}`, `#{label => {gen_server,no_handle_info}}`} {
		if reports := Parse(&ingest.Record{Body: body, Writer: ingest.WriterJSON, Level: "info"}); len(reports) != 0 {
			t.Errorf("%s gave a report: %+v", body, reports[0])
		}
	}
}

// TestJSONReasonInOtherFields: the message holds the title alone.
func TestJSONReasonInOtherFields(t *testing.T) {
	tests := []struct {
		name   string
		fields []ingest.Field
		typ    string
		top    string
	}{
		{"error object", []ingest.Field{{Key: "error.kind", Value: "RuntimeError"}, {Key: "error.message", Value: "boom"},
			{Key: "error.stack", Value: "    lib/cart.ex:3: MyApp.Cart.add/2\n"}}, "RuntimeError", "MyApp.Cart.add/2"},
		{"exit", []ingest.Field{{Key: "error.kind", Value: "exit"}, {Key: "error.message", Value: "exited in: GenServer.call(MyApp.Db, :get, 5000)\n    ** (EXIT) time out"},
			{Key: "error.stack", Value: "    lib/cart.ex:3: MyApp.Cart.add/2\n"}}, "timeout", "MyApp.Cart.add/2"},
		{"crash reason", []ingest.Field{{Key: "crash_reason", Value: `{%RuntimeError{message: "boom"}, [{MyApp.Cart, :add, 2, [file: 'lib/cart.ex', line: 3]}]}`}},
			"RuntimeError", "MyApp.Cart.add/2"},
		{"crash reason without a stack", []ingest.Field{{Key: "crash_reason", Value: `{:lost, []}`}}, "lost", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reports := Parse(&ingest.Record{Body: "GenServer MyApp.Cart terminating", Line: 1, EndLine: 1, Writer: ingest.WriterJSON, Metadata: tt.fields})
			if len(reports) != 1 {
				t.Fatalf("%d reports, want 1", len(reports))
			}
			r := reports[0]
			top := ""
			if f := r.TopFrame(); f != nil {
				top = f.MFA()
			}
			if r.Kind != KindGenServer || r.Reason.Type != tt.typ || top != tt.top || !r.Complete || r.Weak {
				t.Errorf("got %s, %q in %q (complete: %t, weak: %t), want %q in %q", r.Kind, r.Reason.Type, top, r.Complete, r.Weak, tt.typ, tt.top)
			}
		})
	}
}

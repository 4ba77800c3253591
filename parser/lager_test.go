package parser

import (
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
)

func TestLager(t *testing.T) { testOTPCases(t, lagerCases) }

var lagerCases = []otpCase{
	{
		name: "42: a value cut by lager",
		body: `
gen_server <0.112.0> terminated with reason: no match of right hand value {error,{some,[long,... in bad:handle_call/3 line 10`,
		want: `
lager_reports gen_server 1-1 incomplete
pid: <0.112.0>
text: no match of right hand value {error,{some,[long,...
term: {:badmatch, {:error, {:some, [:long, ..., ...]}}}
type: badmatch
at: bad:handle_call/3 :10
`,
	},
	{
		name: "gen_statem: the callback mode is no stack",
		body: `
gen_statem door in state closed terminated with reason: {stuck,[state_functions,state_enter]}`,
		want: `
lager_reports gen_statem 1-1
name: door
text: stuck
term: :stuck
type: stuck
field State name: closed
`,
	},
	{
		name: "gen_event",
		body: `
gen_event {geh,2} installed in ge terminated with reason: boom in geh:handle_event/2 line 3`,
		want: `
lager_reports gen_event 1-1
name: ge
handler: {geh,2}
text: boom
term: :boom
type: boom
at: geh:handle_event/2 :3
`,
	},
	{
		name: "crash report, a call that failed",
		body: `
CRASH REPORT Process <0.114.0> with 0 neighbours exited with reason: no such process or port in call to gen_server:call(nope, {x, ")"}) in gen_server:call/2 line 370`,
		want: `
lager_reports process 1-1
pid: <0.114.0>
text: no such process or port in call to gen_server:call(nope, {x, ")"})
term: {:noproc, {:gen_server, :call, [:nope, {:x, ~c")"}]}}
cause: :noproc
type: noproc
class: exit
via: call caller :gen_server.call(:nope, {:x, ~c")"}) -> :nope
at: gen_server:call/2 :370
`,
	},
	{
		name: "crash report, function_clause",
		body: `
CRASH REPORT Process srv_two with 0 neighbours crashed with reason: no function clause matching bad:handle_cast(hello, {st,srv_two,undefined,[],#{host => "db1.internal"}}) line 22`,
		want: `
lager_reports process 1-1
name: srv_two
text: no function clause matching bad:handle_cast(hello, {st,srv_two,undefined,[],#{host => "db1.internal"}}) line 22
term: :function_clause
type: function_clause
at: bad:handle_cast/2 (hello, {st,srv_two,undefined,[],#{host => "db1.internal"}}) :22
`,
	},
	{
		name: "crash report, undef",
		body: `
CRASH REPORT Process <0.116.0> with 0 neighbours crashed with reason: call to undefined function nomod:nofun(1, [a]) from bad:f/1 line 3`,
		want: `
lager_reports process 1-1
pid: <0.116.0>
text: call to undefined function nomod:nofun(1, [a])
term: :undef
type: undef
at: nomod:nofun/2 (1, [a])
at: bad:f/1 :3
`,
	},
	{
		name: "bad argument in a function, and of a call",
		body: `
gen_server a terminated with reason: bad argument in call to ets:lookup(no_tab, k) in bad:handle_call/3 line 17`,
		want: `
lager_reports gen_server 1-1
name: a
text: bad argument in call to ets:lookup(no_tab, k)
term: :badarg
type: badarg
at: ets:lookup/2 (no_tab, k)
at: bad:handle_call/3 :17
`,
	},
	{
		name: "bad return value",
		body: `
gen_server a terminated with reason: bad return value: {st,1} in gen_server:handle_common_reply/8`,
		want: `
lager_reports gen_server 1-1
name: a
text: bad return value: {st,1}
term: {:bad_return_value, {:st, 1}}
type: bad_return_value
at: gen_server:handle_common_reply/8
`,
	},
	{
		name: "system limit",
		body: `
gen_server a terminated with reason: system limit: maximum number of processes exceeded`,
		want: `
lager_reports gen_server 1-1
name: a
text: system limit: maximum number of processes exceeded
term: :system_limit
type: system_limit
`,
	},
	{
		name: "supervisor",
		body: `
Supervisor sup1 had child w started with bad:start_link(w1, " at ") at <0.127.0> exit with reason init_crash in bad:init/1 line 7 in context start_error`,
		want: `
lager_reports supervisor 1-1
name: sup1
supervisor: {Pid: Name:sup1 Module:}
child: {ID:w Pid:<0.127.0> Start:bad:start_link(w1, " at ") Restart: Shutdown: Type: Count:0}
context: start_error
text: init_crash
term: :init_crash
type: init_crash
at: bad:init/1 :7
`,
	},
	{
		name: "supervisor, bridge",
		body: `
Supervisor {<0.1.0>,m} had child at module br at undefined exit with reason killed in context shutdown`,
		want: `
lager_reports supervisor 1-1
pid: <0.1.0>
supervisor: {Pid:<0.1.0> Name: Module:m}
child: {ID: Pid: Start:br Restart: Shutdown: Type: Count:0}
context: shutdown
text: killed
term: :killed
type: killed
`,
	},
	{
		name: "progress",
		body: `
Supervisor sup1 started bad:start_link(w1) at pid <0.1.0>`,
	},
	{
		name: "application",
		body: `
Application myapp exited with reason: {{shutdown,{failed_to_start_child,w,eaddrinuse}},{myapp_app,start,[normal,[]]}}`,
		want: `
lager_reports application 1-1
name: myapp
text: {{shutdown,{failed_to_start_child,w,eaddrinuse}},{myapp_app,start,[normal,[]]}}
term: {{:shutdown, {:failed_to_start_child, :w, :eaddrinuse}}, {:myapp_app, :start, [:normal, []]}}
cause: :eaddrinuse
type: eaddrinuse
via: start supervisor :myapp_app.start(:normal, []) ->
via: shutdown self  ->
via: failed_to_start_child supervisor :w -> :w
`,
	},
	{
		name: "application that was stopped",
		body: `
Application myapp exited with reason: stopped`,
	},
	{
		name: "Cowboy",
		body: `
Cowboy handler my_handler terminated in my_handler:init/2 with reason: bad argument in my_handler:init/2 line 3`,
		want: `
lager_reports request 1-1
text: bad argument
term: :badarg
type: badarg
at: my_handler:init/2 :3
field handler: my_handler
field in: my_handler:init/2
`,
	},
	{
		name: "Ranch",
		body: `
Ranch listener http terminated in m:f/1 with reason: {badmatch,1}`,
		want: `
otp_ranch connection 1-1
text: {badmatch,1}
term: {:badmatch, 1}
type: badmatch
at: m:f/1
field listener: http
`,
	},
	{
		name: "CouchDB termination",
		body: `
gen_server couch_index terminated with reason: {badmatch,1} at m:f/1(line:3) <= m:g/2(line:9)
  last msg: {call,1}
     state: {st,1}
    extra: []`,
		want: `
lager_reports gen_server 1-4
name: couch_index
text: {badmatch,1}
term: {:badmatch, 1}
type: badmatch
at: m:f/1 :3
at: m:g/2 :9
last message: {call,1} (8 false)
state: {st,1} (6 false)
`,
	},
	{
		name: "CouchDB crash report of a nameless process",
		body: `
CRASH REPORT Process  (<0.5.0>) with 0 neighbors exited with reason: normal_ish at m:f/1(line:3)`,
		want: `
lager_reports process 1-1
pid: <0.5.0>
text: normal_ish
term: :normal_ish
type: normal_ish
class: exit
at: m:f/1 :3
`,
	},
	{
		name: "CouchDB crash report",
		body: `
CRASH REPORT Process couch_index (<0.5.0>) with 1 neighbors crashed with reason: bad return value T at m:f/1(line:3); initial_call: {couch,init,['Argument__1']}, ancestors: [a,<0.1.0>], message_queue_len: 0, messages: [], links: [<0.2.0>]`,
		want: `
lager_reports process 1-1
pid: <0.5.0>
name: couch_index
initial call: couch:init/1
ancestors: a <0.1.0>
links: <0.2.0>
text: bad return value T
term: {:bad_return_value, T}
type: bad_return_value
at: m:f/1 :3
field message_queue_len: 0
field messages: []
`,
	},
	{
		name: "words of lager's in strings",
		body: `
Supervisor sup1 had child w started with bad:start_link(w1, "a at b exit with reason c") at <0.127.0> exit with reason no match of right hand value {error,"x in context y"} in w:init/1 line 3 in context child_terminated`,
		want: `
lager_reports supervisor 1-1
name: sup1
supervisor: {Pid: Name:sup1 Module:}
child: {ID:w Pid:<0.127.0> Start:bad:start_link(w1, "a at b exit with reason c") Restart: Shutdown: Type: Count:0}
context: child_terminated
text: no match of right hand value {error,"x in context y"}
term: {:badmatch, {:error, ~c"x in context y"}}
type: badmatch
at: w:init/1 :3
`,
	},
	{
		name: "a frame in a string",
		body: `
gen_server x terminated with reason: no such process or port in call to gen_server:call(nope, {a,"b in c:d/1 line 3"}, 5000)`,
		want: `
lager_reports gen_server 1-1
name: x
text: no such process or port in call to gen_server:call(nope, {a,"b in c:d/1 line 3"}, 5000)
term: {:noproc, {:gen_server, :call, [:nope, {:a, ~c"b in c:d/1 line 3"}, 5000]}}
cause: :noproc
type: noproc
via: call caller :gen_server.call(:nope, {:a, ~c"b in c:d/1 line 3"}, 5000) -> :nope
`,
	},
	{
		name: "cut within the frame",
		body: `
CRASH REPORT Process <0.163.0> with 0 neighbours exited with reason: lost in gen_ser`,
		want: `
lager_reports process 1-1 incomplete
pid: <0.163.0>
text: lost
term: :lost
type: lost
class: exit
`,
	},
	{
		name: "cut within the function's name",
		body: `
CRASH REPORT Process <0.119.0> with 0 neighbours crashed with reason: no function clause matching shop_cart`,
		want: `
lager_reports process 1-1 incomplete
pid: <0.119.0>
text: no function clause matching shop_cart
term: :function_clause
type: function_clause
`,
	},
	{
		name: "Webmachine",
		body: `
Webmachine error at path "/carts/7" : no match of right hand value 1 in shop_cart:get/2 line 3`,
		want: `
lager_reports request 1-1
text: no match of right hand value 1
term: {:badmatch, 1}
type: badmatch
at: shop_cart:get/2 :3
field path: "/carts/7"
`,
	},
}

// TestLagerForeignLine: a line of something else stands straight after the report.
func TestLagerForeignLine(t *testing.T) {
	for _, foreign := range []string{"06:32:41.9 GET /", "3 rows", "x: y"} {
		reports := Parse(&ingest.Record{Line: 1, EndLine: 2, Writer: ingest.WriterLager, Level: "error",
			Body: "gen_server shop_cart terminated with reason: boom in shop_cart:handle_cast/2 line 3\n" + foreign})
		if len(reports) != 1 || !reports[0].Reason.Term.IsAtom("boom") {
			t.Fatalf("%q: %+v", foreign, reports)
		}
		if f := reports[0].TopFrame(); f == nil || f.Line != 3 || f.File != "" {
			t.Errorf("%q: top frame %+v, want line 3", foreign, f)
		}
	}
}

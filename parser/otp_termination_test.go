package parser

import "testing"

func TestOTPTermination(t *testing.T) { testOTPCases(t, terminationCases) }

var terminationCases = []otpCase{
	{
		name: "gen_server with client and nested call",
		body: `
** Generic server <0.90.0> terminating 
** Last message in was {nested,<0.89.0>}
** When Server state == {st,anon,undefined,[],
                            #{host => "db1.internal",retries => 3}}
** Reason for termination ==
** {{timeout,{gen_server,call,[<0.89.0>,slow,20]}},
    [{gen_server,call,3,[{file,"gen_server.erl"},{line,385}]},
     {bad,handle_call,3,[{file,"bad.erl"},{line,13}]}]}
** Client <0.9.0> stacktrace
** [{gen,do_call,4,[{file,"gen.erl"},{line,256}]},
    {gen_server,call,2,[{file,"gen_server.erl"},{line,366}]}]`,
		want: `
otp_termination gen_server 1-11
pid: <0.90.0>
text: {timeout,{gen_server,call,[<0.89.0>,slow,20]}}
term: {:timeout, {:gen_server, :call, [#PID<0.89.0>, :slow, 20]}}
cause: :timeout
type: timeout
via: call caller :gen_server.call(#PID<0.89.0>, :slow, 20) -> #PID<0.89.0>
at: gen_server:call/3 gen_server.erl:385
at: bad:handle_call/3 bad.erl:13
client: <0.9.0>  alive
  at: gen:do_call/4 gen.erl:256
  at: gen_server:call/2 gen_server.erl:366
last message: {nested,<0.89.0>} (17 false)
state: {st,anon,undefined,[],⏎                            #{host => "db1.internal",retries => 3}} (90 false)
`,
	},
	{
		name: "OTP 17: no client; OTP 27: a label; the log of sys",
		body: `
** Generic server 'My.Server' terminating
** Process label == {worker,7}
** Last message in was {'$gen_cast',hello}
** When Server state == []
** Reason for termination == 
** {function_clause,[{bad,handle_cast,[hello,[]],[{file,"bad.erl"},{line,22}]}]}
** Log ==
** [{in,hello}]
** Client caller is remote on node 'b@host' `,
		want: `
otp_termination gen_server 1-9
name: 'My.Server'
label: {worker,7}
text: function_clause
term: :function_clause
type: function_clause
at: bad:handle_cast/2 (hello,[]) bad.erl:22
client: caller remote b@host
last message: {'$gen_cast',hello} (19 false)
state: [] (2 false)
`,
	},
	{
		name: "client is dead",
		body: `
** Generic server {global,x} terminating 
** Last message in was stop
** When Server state == {a,...}
** Reason for termination ==
** {'function not exported',[{m,f,[1],[]},{m,g,0,[{file,"m.erl"},{line,2}]}]}
** Client <0.9.0> is dead`,
		want: `
otp_termination gen_server 1-6
name: {global,x}
text: 'function not exported'
term: :undef
type: undef
at: m:f/1 (1)
at: m:g/0 m.erl:2
client: <0.9.0>  dead
last message: stop (4 false)
state: {a,...} (7 false)
`,
	},
	{
		name: "33: Elixir exception in Erlang syntax",
		body: `
** Generic server 'Elixir.MyApp.Cart' terminating 
** Last message in was {'$gen_cast',{add,#{'__struct__' => 'Elixir.MyApp.Item'}}}
** When Server state == #{}
** Reason for termination ==
** {#{'__exception__' => true,'__struct__' => 'Elixir.KeyError',key => price,
      message => nil,
      term => #{}},
    [{'Elixir.MyApp.Cart',handle_cast,2,
                          [{file,"lib/my_app/cart.ex"},{line,14}]},
     {gen_server,try_dispatch,4,[{file,"gen_server.erl"},{line,1123}]}]}`,
		want: `
otp_termination gen_server 1-10
name: 'Elixir.MyApp.Cart'
text: #{'__exception__' => true,'__struct__' => 'Elixir.KeyError',key => price,⏎      message => nil,⏎      term => #{}}
term: %KeyError{key: :price, message: nil, term: %{}}
type: KeyError
at: MyApp.Cart.handle_cast/2 lib/my_app/cart.ex:14
at: gen_server:try_dispatch/4 gen_server.erl:1123
last message: {'$gen_cast',{add,#{'__struct__' => 'Elixir.MyApp.Item'}}} (58 false)
state: #{} (3 false)
`,
	},
	{
		name: "gen_statem",
		body: `
** State machine door terminating
** Last event = {{call,{<0.9.0>,#Ref<0.1922502585.2803630081.205853>}},badret}
** When server state  = {closed,#{code => 1234}}
** Reason for termination = error:{bad_return_from_state_function,oops}
** Callback modules = [door]
** Callback mode = [state_functions,state_enter]
** Queued = [{cast,a}]
** Postponed = [{cast,b}]
** Stacktrace =
**  [{gen_statem,loop_state_callback_result,11,
                 [{file,"gen_statem.erl"},{line,1580}]}]
** Time-outs: {1,[{timeout,x}]}
** Client <0.9.0> stacktrace
** [{gen,do_call,4,[{file,"gen.erl"},{line,237}]}]`,
		want: `
otp_termination gen_statem 1-14
name: door
text: {bad_return_from_state_function,oops}
term: {:bad_return_from_state_function, :oops}
type: bad_return_from_state_function
class: error
at: gen_statem:loop_state_callback_result/11 gen_statem.erl:1580
client: <0.9.0>  alive
  at: gen:do_call/4 gen.erl:237
last message: {{call,{<0.9.0>,#Ref<0.1922502585.2803630081.205853>}},badret} (62 false)
state: {closed,#{code => 1234}} (24 false)
field Callback modules: [door]
field Callback mode: [state_functions,state_enter]
field Queued: [{cast,a}]
field Postponed: [{cast,b}]
`,
	},
	{
		name: "gen_statem with undef",
		body: `
** State machine <0.99.0> terminating
** Last event = {cast,open}
** When server state  = {closed,1}
** Reason for termination = error:{'function not exported',{door,locked,3}}
** Callback module = door
** Callback mode = state_functions
** Stacktrace =
**  [{gen_statem,loop,5,[{file,"gen_statem.erl"},{line,7}]}]`,
		want: `
otp_termination gen_statem 1-8
pid: <0.99.0>
text: {'function not exported',{door,locked,3}}
term: :undef
type: undef
class: error
at: door:locked/3
at: gen_statem:loop/5 gen_statem.erl:7
last message: {cast,open} (11 false)
state: {closed,1} (10 false)
field Callback modules: door
field Callback mode: state_functions
`,
	},
	{
		name: "gen_fsm",
		body: `
** State machine fsm terminating 
** Last sync event in was {open,1} from <0.9.0>
** When State == closed
**      Data  == {st,1}
** Reason for termination == 
** {badarg,[{door,closed,2,[{file,"door.erl"},{line,9}]}]}`,
		want: `
otp_termination gen_statem 1-6
name: fsm
text: badarg
term: :badarg
type: badarg
at: door:closed/2 door.erl:9
last message: {open,1} (8 false)
state: {st,1} (6 false)
field State name: closed
`,
	},
	{
		name: "gen_event",
		body: `
** gen_event handler {geh,2} crashed.
** Was installed in ge
** Last event was: x
** When handler state == st
** Reason == {boom,[{geh,handle_event,2,[{file,"geh.erl"},{line,3}]}]}`,
		want: `
otp_termination gen_event 1-5
name: ge
handler: {geh,2}
text: boom
term: :boom
type: boom
at: geh:handle_event/2 geh.erl:3
last message: x (1 false)
state: st (2 false)
`,
	},
	{
		name: "Task, pids swapped",
		body: `
** Task <0.96.0> terminating
** Started from <0.103.0>
** When function  == #Fun<elixir_compiler_0.0.46404175>
**      arguments == []
** Reason for termination == 
** {#{'__exception__' => true,'__struct__' => 'Elixir.RuntimeError',
      message => <<"boom">>},
    [{elixir_compiler_0,'-__FILE__/1-fun-0-',0,
                        [{file,"t1.exs"},{line,3}]},
     {'Elixir.Task.Supervised',invoke_mfa,2,
                               [{file,"lib/task/supervised.ex"},{line,89}]}]}`,
		want: `
otp_termination task 1-11
pid: <0.103.0>
text: #{'__exception__' => true,'__struct__' => 'Elixir.RuntimeError',⏎      message => <<"boom">>}
term: %RuntimeError{message: "boom"}
type: RuntimeError
at: elixir_compiler_0:__FILE__/1 (fun) t1.exs:3
at: Task.Supervised.invoke_mfa/2 lib/task/supervised.ex:89
field Function: #Fun<elixir_compiler_0.0.46404175>
field Args: []
field Started from: <0.96.0>
`,
	},
	{
		name: "Task on one line, started by a named process",
		body: `
** Task <0.104.0> terminating, ** Started from 'Elixir.MyApp.Jobs', ** When function  == fun 'Elixir.String':upcase/1, **      arguments == [1], ** Reason for termination == , ** {badarg,[{m,f,1,[]}]}`,
		want: `
otp_termination task 1-1
pid: <0.104.0>
text: badarg
term: :badarg
type: badarg
at: m:f/1
field Function: fun 'Elixir.String':upcase/1
field Args: [1]
field Started from: 'Elixir.MyApp.Jobs'
`,
	},
	{
		name: "raw process",
		body: `
Error in process <0.104.0> on node 'a@b' with exit value:
{{badmatch,{error,<<"abc">>}},
 [{go,'-run/0-fun-3-',0,[{file,"go.erl"},{line,17}]}]}`,
		want: `
otp_process process 1-3
pid: <0.104.0>
node: a@b
text: {badmatch,{error,<<"abc">>}}
term: {:badmatch, {:error, "abc"}}
type: badmatch
at: go:run/0 (fun) go.erl:17
`,
	},
	{
		name: "raw process, single line and lager",
		body: `
emulator Error in process <0.105.0> with exit value:, {{nocatch,x},[{go,'-run/0-fun-4-',0,[{file,"go.erl"},{line,18}]}]}`,
		want: `
otp_process process 1-1
pid: <0.105.0>
text: {nocatch,x}
term: {:nocatch, :x}
type: nocatch
at: go:run/0 (fun) go.erl:18
`,
	},
	{
		name: "28: one user line",
		body: `
old x`,
	},
	{
		name: "a warning about an unexpected message",
		body: `
** Undefined handle_info in bad
** Unhandled message: {surprise,1}`,
		want: `
otp_message other 1-2
text: ** Undefined handle_info in bad⏎** Unhandled message: {surprise,1}
last message: {surprise,1} (12 false)
field Module: bad
`,
	},
	{
		name: "a warning on one line",
		body: `
Undefined handle_info in bad. Unhandled message: {surprise,"a. b"}.`,
		want: `
otp_message other 1-1
text: Undefined handle_info in bad. Unhandled message: {surprise,"a. b"}.
last message: {surprise,"a. b"} (17 false)
field Module: bad
`,
	},
	{
		name: "max_heap_size",
		body: `
     Process:            <0.79.0> 
     Context:            maximum heap size reached
     Max Heap Size:      1000
     Total Heap Size:    1219
     Kill:               true
     Error Logger:       true
     Message Queue Len:  0
     GC Info:            [{old_heap_block_size,376},
                          {heap_block_size,843}]`,
		want: `
otp_message process 1-9
pid: <0.79.0>
text: maximum heap size reached⏎     Max Heap Size:      1000⏎     Total Heap Size:    1219⏎     Kill:               true⏎     Error Logger:       true⏎     Message Queue Len:  0
field Max Heap Size: 1000
field Total Heap Size: 1219
field Kill: true
field Message Queue Len: 0
field GC Info: [{old_heap_block_size,376},⏎                          {heap_block_size,843}]
`,
	},
	{
		name: "max_heap_size on one line",
		body: `
Process:            <0.79.0> , Context:            maximum heap size reached, Max Heap Size:      1000, Total Heap Size:    1219, Kill:               true, Error Logger:       true, Message Queue Len:  0, GC Info:            [{old_heap_block_size,376},{heap_block_size,843}]`,
		want: `
otp_message process 1-1
pid: <0.79.0>
text: maximum heap size reached, Max Heap Size:      1000, Total Heap Size:    1219, Kill:               true, Error Logger:       true, Message Queue Len:  0
field Max Heap Size: 1000
field Total Heap Size: 1219
field Kill: true
field Message Queue Len: 0
field GC Info: [{old_heap_block_size,376},{heap_block_size,843}]
`,
	},
	{
		name: "cut in the stack",
		body: `
** Generic server <0.79.0> terminating 
** Last message in was badmatch
** When Server state == {st,anon}
** Reason for termination ==
** {{badmatch,error},
    [{bad,handle_call,3,[{file,"bad.erl"},{line,10}]},
     {gen_server,try_handle_call,4,[{file,"gen_ser`,
		want: `
otp_termination gen_server 1-7 incomplete
pid: <0.79.0>
text: {badmatch,error}
term: {:badmatch, :error}
type: badmatch
at: bad:handle_call/3 bad.erl:10
at: gen_server:try_handle_call/4 gen_ser:0
last message: badmatch (8 false)
state: {st,anon} (9 false)
`,
	},
	{
		name: "cut before the first frame ends",
		body: `
** Generic server <0.79.0> terminating 
** Last message in was badmatch
** When Server state == {st,anon}
** Reason for termination ==
** {{badmatch,error},
    [{bad,handle_`,
		want: `
otp_termination gen_server 1-6 incomplete
pid: <0.79.0>
text: {badmatch,error}
term: {:badmatch, :error}
type: badmatch
last message: badmatch (8 false)
state: {st,anon} (9 false)
`,
	},
	{
		name: "only the headline",
		body: `
** Generic server <0.79.0> terminating `,
		want: `
otp_termination gen_server 1-1 incomplete weak
pid: <0.79.0>
`,
	},
	{
		name: "application",
		body: `
    application: myapp
    exited: {{shutdown,{failed_to_start_child,w,eaddrinuse}},
             {myapp_app,start,[normal,[]]}}
    type: permanent`,
		want: `
otp_application application 1-4
name: myapp
text: {{shutdown,{failed_to_start_child,w,eaddrinuse}},⏎             {myapp_app,start,[normal,[]]}}
term: {{:shutdown, {:failed_to_start_child, :w, :eaddrinuse}}, {:myapp_app, :start, [:normal, []]}}
cause: :eaddrinuse
type: eaddrinuse
via: start supervisor :myapp_app.start(:normal, []) ->
via: shutdown self  ->
via: failed_to_start_child supervisor :w -> :w
field type: permanent
`,
	},
	{
		name: "application that was stopped",
		body: `
    application: myapp
    exited: stopped
    type: temporary`,
	},
	{
		name: "shell",
		body: `
** exception error: bad argument
     in function  ets:lookup/2
        called as ets:lookup(t,1)
        *** argument 1: the table identifier does not refer to an existing ETS table
     in call from erl_eval:do_apply/7 (erl_eval.erl, line 744)`,
		want: `
otp_shell other 1-5
text: bad argument
term: :badarg
type: badarg
class: error
at: ets:lookup/2 (t,1)
at: erl_eval:do_apply/7 erl_eval.erl:744
field argument 1: the table identifier does not refer to an existing ETS table
`,
	},
	{
		name: "escript",
		body: `
escript: exception error: no match of right hand side value {error,enoent}
  in function  s__escript__1700:main/1 (s.escript, line 3)`,
		want: `
otp_shell other 1-2
text: no match of right hand side value {error,enoent}
term: {:badmatch, {:error, :enoent}}
type: badmatch
class: error
at: s__escript__1700:main/1 s.escript:3
`,
	},
	{
		name: "63: Ranch through Elixir's Logger",
		body: `
Ranch listener MyAppWeb.Endpoint.HTTP had connection process started with :cowboy_clear:start_link/3 at #PID<0.1.0> exit with reason: {%RuntimeError{
   message: "boom"
 },
 [
   {MyApp.Pricing,
    :boom,
    1,
    [
      file: ~c"lib/pricing.ex",
      line: 6
    ]}
 ]}`,
		want: `
otp_ranch connection 1-12
pid: #PID<0.1.0>
text: %RuntimeError{⏎   message: "boom"⏎ }
term: %RuntimeError{message: "boom"}
type: RuntimeError
at: MyApp.Pricing.boom/1 lib/pricing.ex:6
field listener: MyAppWeb.Endpoint.HTTP
`,
	},
	{
		name: "Cowboy request process",
		body: `
Ranch listener http, connection process <0.1.0>, stream 1 had its request process <0.2.0> exit with reason badarg and stacktrace [{m,f,1,[{file,"m.erl"},{line,3}]}]`,
		want: `
otp_ranch request 1-1
pid: <0.2.0>
text: badarg
term: :badarg
type: badarg
at: m:f/1 m.erl:3
field listener: http
field connection: <0.1.0>
field stream: 1
`,
	},
	{
		name: "Ranch cannot listen",
		body: `
Failed to start Ranch listener http in ranch_tcp:listen([{port,80}]) for reason eaddrinuse (address already in use)`,
		want: `
otp_ranch other 1-1
text: eaddrinuse
term: :eaddrinuse
type: eaddrinuse
field listener: http
`,
	},
	{
		name: "gen_statem, OTP 19.0",
		body: `
** State machine door terminating
** Last event = {info,x}
** When Server state  = {closed,1}
** Reason for termination = error:{badmatch,1}
** State = closed
** Callback mode = state_functions
** Queued/Postponed = 1/0
** Stacktrace =
**  [{door,closed,3,[{file,"door.erl"},{line,9}]}]`,
		want: `
otp_termination gen_statem 1-9
name: door
text: {badmatch,1}
term: {:badmatch, 1}
type: badmatch
class: error
at: door:closed/3 door.erl:9
last message: {info,x} (8 false)
state: {closed,1} (10 false)
field State name: closed
field Callback mode: state_functions
`,
	},
	{
		name: "gen_fsm, OTP 17: a timer, one equals sign",
		body: `
** State machine door terminating 
** Last timer event in was {timeout,#Ref<0.0.0.1>,x}
** When State == closed
**      Data  == {st,1}
** Reason for termination = 
** {badarg,[{door,closed,2,[{file,"door.erl"},{line,9}]}]}`,
		want: `
otp_termination gen_statem 1-6
name: door
text: badarg
term: :badarg
type: badarg
at: door:closed/2 door.erl:9
last message: {timeout,#Ref<0.0.0.1>,x} (25 false)
state: {st,1} (6 false)
field State name: closed
`,
	},
	{
		name: "gen_fsm: a message",
		body: `
** State machine door terminating 
** Last message in was {info,x}
** When State == closed
**      Data  == {st,1}
** Reason for termination == 
** {badarg,[{door,handle_info,3,[{file,"door.erl"},{line,9}]}]}`,
		want: `
otp_termination gen_statem 1-6
name: door
text: badarg
term: :badarg
type: badarg
at: door:handle_info/3 door.erl:9
last message: {info,x} (8 false)
state: {st,1} (6 false)
field State name: closed
`,
	},
	{
		name: "gen_fsm: a synchronous event for all states",
		body: `
** State machine door terminating 
** Last sync event in was {open,"x (for all states) from y"} (for all states) from <0.1.0>
** When State == closed
**      Data  == {st,1}
** Reason for termination ==
** {undef,[{x,y,[],[]}]}`,
		want: `
otp_termination gen_statem 1-6
name: door
text: undef
term: :undef
type: undef
at: x:y/0
last message: {open,"x (for all states) from y"} (34 false)
state: {st,1} (6 false)
field State name: closed
`,
	},
	{
		name: "max_heap_size on a node that is alive",
		body: `
     Process:            <0.85.0> on node ab1@vm
     Context:            maximum heap size reached
     Max Heap Size:      1000
     Total Heap Size:    1219
     Kill:               true
     Error Logger:       true
     Message Queue Len:  0
     GC Info:            [{old_heap_block_size,376},
                          {heap_block_size,843}]`,
		want: `
otp_message process 1-9
pid: <0.85.0>
node: ab1@vm
text: maximum heap size reached⏎     Max Heap Size:      1000⏎     Total Heap Size:    1219⏎     Kill:               true⏎     Error Logger:       true⏎     Message Queue Len:  0
field Max Heap Size: 1000
field Total Heap Size: 1219
field Kill: true
field Message Queue Len: 0
field GC Info: [{old_heap_block_size,376},⏎                          {heap_block_size,843}]
`,
	},
}

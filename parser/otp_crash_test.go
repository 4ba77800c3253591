package parser

import "testing"

func TestOTPCrash(t *testing.T) { testOTPCases(t, crashCases) }

var crashCases = []otpCase{
	{
		name: "36: function_clause of a callback, wrapped",
		body: `
  crasher:
    initial call: bad:init/1
    pid: <0.91.0>
    registered_name: srv_two
    exception error: no function clause matching 
                     bad:handle_cast(hello,
                                     {st,srv_two,undefined,[],
                                      #{host => "db1.internal",retries => 3}}) (bad.erl, line 22)
      in function  gen_server:try_dispatch/4 (gen_server.erl, line 1123)
      in call from gen_server:handle_msg/6 (gen_server.erl, line 1200)
    ancestors: [sup1,<0.9.0>]
    message_queue_len: 0
    messages: []
    links: [<0.9.0>]
    dictionary: []
    trap_exit: false
    status: running
    heap_size: 2586
    stack_size: 28
    reductions: 6812
  neighbours:`,
		want: `
otp_crash process 1-21
pid: <0.91.0>
name: srv_two
initial call: bad:init/1
ancestors: sup1 <0.9.0>
links: <0.9.0>
text: no function clause matching ⏎                     bad:handle_cast(hello,⏎                                     {st,srv_two,undefined,[],⏎                                      #{host => "db1.internal",retries => 3}}) (bad.erl, line 22)
term: :function_clause
type: function_clause
class: error
at: bad:handle_cast/2 (hello, {st,srv_two,undefined,[],#{host => "db1.internal",retries => 3}}) bad.erl:22
at: gen_server:try_dispatch/4 gen_server.erl:1123
at: gen_server:handle_msg/6 gen_server.erl:1200
field message_queue_len: 0
field messages: []
field dictionary: []
field trap_exit: false
field status: running
field heap_size: 2586
field stack_size: 28
field reductions: 6812
`,
	},
	{
		name: "31: no name; arguments and notes",
		body: `
  crasher:
    initial call: bad:init/1
    pid: <0.84.0>
    registered_name: []
    process_label: {worker,"a"}
    exception error: bad argument
      in function  ets:lookup/2
         called as ets:lookup(no_tab,k)
         *** argument 1: the table identifier does not refer to an existing ETS table
      in call from bad:handle_call/3 (bad.erl:17)
    ancestors: [<0.9.0>]
    message_queue_len: 0
    messages: []
    links: []
    dictionary: []
    trap_exit: false
    status: running
    heap_size: 610
    stack_size: 28
    reductions: 9959
  neighbours:
    neighbour:
      pid: <0.111.0>
      registered_name: other
      initial call: go:f/0
      ancestors: []`,
		want: `
otp_crash process 1-26
pid: <0.84.0>
initial call: bad:init/1
label: {worker,"a"}
ancestors: <0.9.0>
text: bad argument
term: :badarg
type: badarg
class: error
at: ets:lookup/2 (no_tab,k)
at: bad:handle_call/3 bad.erl:17
field argument 1: the table identifier does not refer to an existing ETS table
field message_queue_len: 0
field messages: []
field dictionary: []
field trap_exit: false
field status: running
field heap_size: 610
field stack_size: 28
field reductions: 9959
`,
	},
	{
		name: "Elixir exception with error_info",
		body: `
  crasher:
    initial call: elixir_compiler_0:'-__FILE__/1-fun-0-'/0
    pid: <0.103.0>
    registered_name: []
    exception error: #Elixir.RuntimeError
      in function  elixir_compiler_0:'-__FILE__/1-fun-0-'/0 (t1.exs, line 3)
         *** boom
      in call from 'Elixir.Task.Supervised':invoke_mfa/2 (lib/task/supervised.ex, line 89)
    ancestors: ['Elixir.MyApp.Sup',<0.96.0>]
    links: []
    reductions: 5502
  neighbours: []`,
		want: `
otp_crash process 1-12
pid: <0.103.0>
initial call: elixir_compiler_0:'-__FILE__/1-fun-0-'/0
ancestors: 'Elixir.MyApp.Sup' <0.96.0>
text: #Elixir.RuntimeError
term: %RuntimeError{message: "boom"}
type: RuntimeError
class: error
at: elixir_compiler_0:__FILE__/1 (fun) t1.exs:3
at: Task.Supervised.invoke_mfa/2 lib/task/supervised.ex:89
field general: boom
field reductions: 5502
`,
	},
	{
		name: "55, 56: nested failed_to_start_child",
		body: `
  crasher:
    initial call: application_master:init/4
    pid: <0.80.0>
    registered_name: []
    exception exit: {{shutdown,
                         {failed_to_start_child,sup,
                             {shutdown,{failed_to_start_child,w,eaddrinuse}}}},
                     {myapp_app,start,[normal,[]]}}
      in function  application_master:init/4 (application_master.erl, line 142)
    ancestors: [<0.79.0>]
    reductions: 159
  neighbours:`,
		want: `
otp_crash process 1-12
pid: <0.80.0>
initial call: application_master:init/4
ancestors: <0.79.0>
text: {{shutdown,⏎                         {failed_to_start_child,sup,⏎                             {shutdown,{failed_to_start_child,w,eaddrinuse}}}},⏎                     {myapp_app,start,[normal,[]]}}
term: {{:shutdown, {:failed_to_start_child, :sup, {:shutdown, {:failed_to_start_child, :w, :eaddrinuse}}}}, {:myapp_app, :start, [:normal, []]}}
cause: :eaddrinuse
type: eaddrinuse
class: exit
via: start supervisor :myapp_app.start(:normal, []) ->
via: shutdown self  ->
via: failed_to_start_child supervisor :sup -> :sup
via: shutdown self  ->
via: failed_to_start_child supervisor :w -> :w
at: application_master:init/4 application_master.erl:142
field reductions: 159
`,
	},
	{
		name: "single line",
		body: `
crasher: initial call: go:'-run/0-fun-7-'/0, pid: <0.109.0>, registered_name: plib, exit: {{bad,"a, pid: b; c"},[{go,'-run/0-fun-7-',0,[{file,"go.erl"},{line,22}]}]}, ancestors: [<0.9.0>], message_queue_len: 1, messages: [hello], links: [], dictionary: [{key,val}], trap_exit: false, status: running, heap_size: 233, stack_size: 28, reductions: 120; neighbours: neighbour: pid: <0.1.0>, registered_name: x`,
		want: `
otp_crash process 1-1
pid: <0.109.0>
name: plib
initial call: go:'-run/0-fun-7-'/0
ancestors: <0.9.0>
text: {bad,"a, pid: b; c"}
term: {:bad, ~c"a, pid: b; c"}
type: bad
class: exit
at: go:run/0 (fun) go.erl:22
field message_queue_len: 1
field messages: [hello]
field dictionary: [{key,val}]
field trap_exit: false
field status: running
field heap_size: 233
field stack_size: 28
field reductions: 120
`,
	},
	{
		name: "lager's crash.log: a raw term",
		body: `
  crasher:
    initial call: bad:init/1
    pid: <0.112.0>
    registered_name: []
    exception error: {undef,[{nomod,nofun,[1,[a]],[]},{bad,handle_call,3,[{file,"bad.erl"},{line,16}]}]}
    ancestors: [<0.9.0>]
    reductions: 513
  neighbours:`,
		want: `
otp_crash process 1-8
pid: <0.112.0>
initial call: bad:init/1
ancestors: <0.9.0>
text: undef
term: :undef
type: undef
class: error
at: nomod:nofun/2 (1, [a])
at: bad:handle_call/3 bad.erl:16
field reductions: 513
`,
	},
	{
		name: "undef, operator and a fun of wrong arity: BIFs stand without module",
		body: `
  crasher:
    initial call: v:f/0
    pid: <0.1.0>
    registered_name: []
    exception error: an error occurred when evaluating an arithmetic expression
      in operator  +/2
         called as 1 + {a,b}
      in call from v:f/0 (v.erl, line 9)
    ancestors: []
    reductions: 1
  neighbours:`,
		want: `
otp_crash process 1-11
pid: <0.1.0>
initial call: v:f/0
text: an error occurred when evaluating an arithmetic expression
term: :badarith
type: badarith
class: error
at: erlang:'+'/2 (1, {a,b})
at: v:f/0 v.erl:9
field reductions: 1
`,
	},
	{
		name: "badarity",
		body: `
  crasher:
    initial call: v:f/0
    pid: <0.1.0>
    registered_name: []
    exception error: v:'-cases/0-fun-30-'/1 called with two arguments
      in function  v:'-cases/0-fun-31-'/0 (v.erl, line 5)
    ancestors: []
    reductions: 1
  neighbours:`,
		want: `
otp_crash process 1-9
pid: <0.1.0>
initial call: v:f/0
text: v:'-cases/0-fun-30-'/1 called with two arguments
term: {:badarity, {&:v."-cases/0-fun-30-"/1, [...]}}
type: badarity
class: error
at: v:cases/0 (fun) v.erl:5
field reductions: 1
`,
	},
	{
		name: "a program's own words",
		body: `
    crasher: nobody
    reason: none
    what: report`,
	},
	{
		name: "cut in the exception",
		body: `
  crasher:
    initial call: bad:init/1
    pid: <0.79.0>
    registered_name: []
    exception error: no case clause matching {ok,[{a,`,
		want: `
otp_crash process 1-5 incomplete
pid: <0.79.0>
initial call: bad:init/1
text: no case clause matching {ok,[{a,
term: {:case_clause, {:ok, [a: ...]}}
type: case_clause
class: error
`,
	},
}

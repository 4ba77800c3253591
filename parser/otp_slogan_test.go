package parser

import "testing"

func TestSlogan(t *testing.T) { testOTPCases(t, sloganCases) }

var sloganCases = []otpCase{
	{
		name: "init terminating, both lines",
		body: `
{"init terminating in do_boot",{undef,[{nomod,start,[],[]},{init,start_em,1,[]},{init,do_boot,3,[]}]}}
init terminating in do_boot ({undef,[{nomod,start,[],[]},{init,start_em,1,[]},{init,do_boot,3,[]}]})

Crash dump is being written to: erl_crash.dump...done`,
		want: `
otp_slogan slogan 1-4
text: init terminating in do_boot ({undef,[{nomod,start,[],[]},{init,start_em,1,[]},{init,do_boot,3,[]}]})
term: :undef
type: undef
at: nomod:start/0
at: init:start_em/1
at: init:do_boot/3
field Slogan: init terminating in do_boot
field Crash dump: erl_crash.dump...done
`,
	},
	{
		name: "only the lossy line",
		body: `
init terminating in do_boot ({{badmatch,1},[{erl_eval,do_apply,7,[{_},{_}]},{init,start_it,1,[]}]})`,
		want: `
otp_slogan slogan 1-1 incomplete
text: init terminating in do_boot ({{badmatch,1},[{erl_eval,do_apply,7,[{_},{_}]},{init,start_it,1,[]}]})
term: {:badmatch, 1}
type: badmatch
at: erl_eval:do_apply/7
at: init:start_it/1
field Slogan: init terminating in do_boot
`,
	},
	{
		name: "only the lossy line, without the exception",
		body: `
init terminating in do_boot ({,[{erl_eval,do_apply,7,[{_},{_}]},{init,start_it,1,[]}]})`,
		want: `
otp_slogan slogan 1-1 incomplete
text: init terminating in do_boot ({,[{erl_eval,do_apply,7,[{_},{_}]},{init,start_it,1,[]}]})
term: ...
at: erl_eval:do_apply/7
at: init:start_it/1
field Slogan: init terminating in do_boot
`,
	},
	{
		name: "Runtime terminating, OTP 27",
		body: `
Runtime terminating during boot ({'cannot get bootfile','no_dot_erlang.boot'})`,
		want: `
otp_slogan slogan 1-1
text: Runtime terminating during boot ({'cannot get bootfile','no_dot_erlang.boot'})
term: {:"cannot get bootfile", :"no_dot_erlang.boot"}
type: cannot get bootfile
field Slogan: Runtime terminating during boot
`,
	},
	{
		name: "Kernel pid terminated, both lines",
		body: `
{"Kernel pid terminated",application_controller,"{application_start_failure,myapp,{{shutdown,{failed_to_start_child,w,{bad,\"x\"}}},{myapp_app,start,[normal,[]]}}}"}
Kernel pid terminated (application_controller) ({application_start_failure,myapp,{{shutdown,{failed_to_start_child,w,{bad,"x"}}},{myapp_app,start,[normal,[]]}}})`,
		want: `
otp_slogan slogan 1-2
text: Kernel pid terminated (application_controller) ({application_start_failure,myapp,{{shutdown,{failed_to_start_child,w,{bad,"x"}}},{myapp_app,start,[normal,[]]}}})
term: {:application_start_failure, :myapp, {{:shutdown, {:failed_to_start_child, :w, {:bad, ~c"x"}}}, {:myapp_app, :start, [:normal, []]}}}
cause: {:bad, ~c"x"}
type: bad
via: start supervisor :myapp -> myapp
via: start supervisor :myapp_app.start(:normal, []) ->
via: shutdown self  ->
via: failed_to_start_child supervisor :w -> :w
field Slogan: Kernel pid terminated
`,
	},
	{
		name: "Kernel pid terminated, the first line cut",
		body: `
{"Kernel pid terminated",application_controller,"{application_start_failure,myapp,{{shu
Kernel pid terminated (application_controller) ("{application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}}")`,
		want: `
otp_slogan slogan 1-2
text: Kernel pid terminated (application_controller) ("{application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}}")
term: {:application_start_failure, :myapp, {:bad, {:myapp_app, :start, [:normal, []]}}}
cause: :bad
type: bad
via: start supervisor :myapp -> myapp
via: start supervisor :myapp_app.start(:normal, []) ->
field Slogan: Kernel pid terminated
`,
	},
	{
		name: "OTP 17: the dump between the lines",
		body: `
{"Kernel pid terminated",application_controller,"{application_terminated,mnesia,shutdown}"}

Crash dump was written to: erl_crash.dump
Kernel pid terminated (application_controller) ({application_terminated,mnesia,shutdown})`,
		want: `
otp_slogan slogan 1-4
text: Kernel pid terminated (application_controller) ({application_terminated,mnesia,shutdown})
term: {:application_terminated, :mnesia, :shutdown}
cause: :shutdown
type: shutdown
via: start supervisor :mnesia -> mnesia
field Slogan: Kernel pid terminated
field Crash dump: erl_crash.dump
`,
	},
	{
		name: "two VMs",
		body: `
{"init terminating in do_boot",a}
init terminating in do_boot (a)
{"init terminating in do_boot",b}
init terminating in do_boot (b)`,
		want: `
otp_slogan slogan 1-2
text: init terminating in do_boot (a)
term: :a
type: a
field Slogan: init terminating in do_boot
--
otp_slogan slogan 3-4
text: init terminating in do_boot (b)
term: :b
type: b
field Slogan: init terminating in do_boot
`,
	},
	{
		name: "emulator",
		body: `
eheap_alloc: Cannot allocate 1318267840 bytes of memory (of type "heap").

Crash dump is being written to: erl_crash.dump...done`,
		want: `
otp_slogan slogan 1-3
text: eheap_alloc: Cannot allocate 1318267840 bytes of memory (of type "heap").
field Slogan: eheap_alloc: Cannot allocate 1318267840 bytes of memory (of type "heap").
field Crash dump: erl_crash.dump...done
`,
	},
	{
		name: "config provider",
		body: `
ERROR! Config provider Config.Reader failed with:
** (RuntimeError) environment variable DATABASE_URL is missing.
For example: ecto://USER:PASS@HOST/DATABASE

    /app/releases/0.4.2/runtime.exs:6: (file)
    (elixir 1.18.4) src/elixir.erl:386: :elixir.eval_external_handler/3

{"init terminating in do_boot",{#{'__exception__'=>true,'__struct__'=>'Elixir.RuntimeError',message=><<101,110>>},[{a,b,1,[]}]}}
init terminating in do_boot ({,[{a,b,1,[]}]})`,
		want: `
otp_slogan slogan 1-9
text: environment variable DATABASE_URL is missing.⏎For example: ecto://USER:PASS@HOST/DATABASE
term: %RuntimeError{message: "environment variable DATABASE_URL is missing.\nFor example: ecto://USER:PASS@HOST/DATABASE"}
type: RuntimeError
class: error
at: (file) /app/releases/0.4.2/runtime.exs:6
at: elixir:eval_external_handler/3 src/elixir.erl:386
field Slogan: init terminating in do_boot
`,
	},
	{
		name: "59: the streams cut into each other",
		body: `
{"init terminating in do_boot",{#{'__struct__'=>'Elixir.RuntimeError',message=><<101,110,ERROR! Config provider Config.Reader failed with:
** (RuntimeError) environment variable DATABASE_URL is missing.

    /app/releases/0.4.2/runtime.exs:6: (file)
118,105>>},[{a,b,1,[]}]}}
init terminating in do_boot ({,[{a,b,1,[]}]})

Crash dump is being written to: erl_crash.dump...done`,
		want: `
otp_slogan slogan 1-8
text: environment variable DATABASE_URL is missing.
term: %RuntimeError{message: "environment variable DATABASE_URL is missing."}
type: RuntimeError
class: error
at: (file) /app/releases/0.4.2/runtime.exs:6
field Slogan: init terminating in do_boot
field Crash dump: erl_crash.dump...done
`,
	},
	{
		name: "after an application's report",
		body: `
    application: myapp
    exited: {bad,{myapp_app,start,[normal,[]]}}
    type: permanent

{"Kernel pid terminated",application_controller,"{application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}}"}`,
		want: `
otp_application application 1-3
name: myapp
text: {bad,{myapp_app,start,[normal,[]]}}
term: {:bad, {:myapp_app, :start, [:normal, []]}}
cause: :bad
type: bad
via: start supervisor :myapp_app.start(:normal, []) ->
field type: permanent
--
otp_slogan slogan 5-5
text: {"Kernel pid terminated",application_controller,"{application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}}"}
term: {:application_start_failure, :myapp, {:bad, {:myapp_app, :start, [:normal, []]}}}
cause: :bad
type: bad
via: start supervisor :myapp -> myapp
via: start supervisor :myapp_app.start(:normal, []) ->
field Slogan: Kernel pid terminated
`,
	},
	{
		name: "a fault in sys.config",
		body: `
{"could not start kernel pid",application_controller,"error in config file \"./bad.config\" (none): no ending <dot> found"}
could not start kernel pid (application_controller) (error in config file "./bad.config" (none): no ending <dot> found)

Crash dump is being written to: erl_crash.dump...done`,
		want: `
otp_slogan slogan 1-4
text: could not start kernel pid (application_controller) (error in config file "./bad.config" (none): no ending <dot> found)
field Slogan: could not start kernel pid
field Crash dump: erl_crash.dump...done
`,
	},
}

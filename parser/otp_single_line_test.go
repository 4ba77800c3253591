package parser

import "testing"

func TestOTPSentence(t *testing.T) { testOTPCases(t, sentenceCases) }

var sentenceCases = []otpCase{
	{
		name: "40: gen_server, values that hold the separators",
		body: `
Generic server <0.90.0> terminating. Reason: {{noproc,{gen_server,call,[nope,"x. State: y"]}},[{gen_server,call,2,[{file,"gen_server.erl"},{line,370}]}]}. Last message: {q,"a. State: b"}. State: {st,<<"c. Client d">>}. Client <0.9.0> stacktrace: [{gen,do_call,4,[{file,"gen.erl"},{line,256}]}].`,
		want: `
otp_single_line gen_server 1-1
pid: <0.90.0>
text: {noproc,{gen_server,call,[nope,"x. State: y"]}}
term: {:noproc, {:gen_server, :call, [:nope, ~c"x. State: y"]}}
cause: :noproc
type: noproc
via: call caller :gen_server.call(:nope, ~c"x. State: y") -> :nope
at: gen_server:call/2 gen_server.erl:370
client: <0.9.0>  alive
  at: gen:do_call/4 gen.erl:256
last message: {q,"a. State: b"} (17 false)
state: {st,<<"c. Client d">>} (22 false)
`,
	},
	{
		name: "gen_server with a label, OTP 27",
		body: `
Generic server srv terminating. Label: {a,1}. Reason: boom. Last message: x. State: {st,1}. Client c is dead.`,
		want: `
otp_single_line gen_server 1-1
name: srv
label: {a,1}
text: boom
term: :boom
type: boom
client: c dead
last message: x (1 false)
state: {st,1} (6 false)
`,
	},
	{
		name: "gen_statem",
		body: `
State machine door terminating. Reason: stuck. Stack: [{door,closed,3,[{file,"door.erl"},{line,8}]}]. Last event: {cast,open}. State: {closed,#{code => 1234}}.`,
		want: `
otp_single_line gen_statem 1-1
name: door
text: stuck
term: :stuck
type: stuck
at: door:closed/3 door.erl:8
last message: {cast,open} (11 false)
state: {closed,#{code => 1234}} (24 false)
`,
	},
	{
		name: "gen_event",
		body: `
Generic event handler {geh,2} crashed. Installed: ge. Last event: x. State: st. Reason: {boom,[{geh,handle_event,2,[{file,"geh.erl"},{line,3}]}]}.`,
		want: `
otp_single_line gen_event 1-1
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
		name: "supervisor",
		body: `
Supervisor: {local,sup1}. Context: child_terminated. Reason: {bad_thing,<<"x. Offender: y">>}. Offender: id={w,1},pid=<0.94.0>.`,
		want: `
otp_single_line supervisor 1-1
name: sup1
supervisor: {Pid: Name:sup1 Module:}
child: {ID:{w,1} Pid:<0.94.0> Start: Restart: Shutdown: Type: Count:0}
context: child_terminated
text: {bad_thing,<<"x. Offender: y">>}
term: {:bad_thing, "x. Offender: y"}
type: bad_thing
`,
	},
	{
		name: "application",
		body: `
Application: myapp. Exited: {{shutdown,{failed_to_start_child,w,eaddrinuse}},{myapp_app,start,[normal,[]]}}. Type: temporary.`,
		want: `
otp_single_line application 1-1
name: myapp
text: {{shutdown,{failed_to_start_child,w,eaddrinuse}},{myapp_app,start,[normal,[]]}}
term: {{:shutdown, {:failed_to_start_child, :w, :eaddrinuse}}, {:myapp_app, :start, [:normal, []]}}
cause: :eaddrinuse
type: eaddrinuse
via: start supervisor :myapp_app.start(:normal, []) ->
via: shutdown self  ->
via: failed_to_start_child supervisor :w -> :w
field type: temporary
`,
	},
	{
		name: "progress",
		body: `
Supervisor: {local,sup1}. Started: id=w,pid=<0.94.0>.`,
	},
	{
		name: "a program's own words",
		body: `
Supervisor: none. Context: prose. Reason: none. Offender: nobody.`,
	},
	{
		name: "cut",
		body: `
Generic server <0.90.0> terminating. Reason: {{badmatch,{error,`,
		want: `
otp_single_line gen_server 1-1 incomplete
pid: <0.90.0>
text: {badmatch,{error,
term: {:badmatch, {:error, ...}}
type: badmatch
`,
	},
}

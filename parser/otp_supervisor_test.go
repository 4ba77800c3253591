package parser

import "testing"

func TestOTPSupervisor(t *testing.T) { testOTPCases(t, supervisorCases) }

var supervisorCases = []otpCase{
	{
		name: "child_terminated",
		body: `
    supervisor: {local,sup1}
    errorContext: child_terminated
    reason: {badarg,[{m,f,1,[{file,"m.erl"},{line,3}]}]}
    offender: [{pid,<0.94.0>},
               {id,w},
               {mfargs,{bad,start_link,[w1,"x y"]}},
               {restart_type,permanent},
               {significant,false},
               {shutdown,5000},
               {child_type,worker}]`,
		want: `
otp_supervisor supervisor 1-10
name: sup1
supervisor: {Pid: Name:sup1 Module:}
child: {ID:w Pid:<0.94.0> Start:bad:start_link(w1, "x y") Restart:permanent Shutdown:5000 Type:worker Count:0}
context: child_terminated
text: badarg
term: :badarg
type: badarg
at: m:f/1 m.erl:3
`,
	},
	{
		name: "30: the old layout, name for id, no pid",
		body: `
     Supervisor: {<0.9.0>,'Elixir.MyApp.Sup'}
     Context:    start_error
     Reason:     {'EXIT',{undef,[{nomod,start_link,[],[]},
                                 {supervisor,do_start_child,2,
                                     [{file,"supervisor.erl"},{line,3}]}]}}
     Offender:   [{pid,undefined},
                  {name,w},
                  {mfargs,{nomod,start_link,undefined}},
                  {child_type,worker}]`,
		want: `
otp_supervisor supervisor 1-9
pid: <0.9.0>
supervisor: {Pid:<0.9.0> Name: Module:'Elixir.MyApp.Sup'}
child: {ID:w Pid: Start:nomod:start_link/? Restart: Shutdown: Type:worker Count:0}
context: start_error
text: {'EXIT',{undef,[{nomod,start_link,[],[]},⏎                                 {supervisor,do_start_child,2,⏎                                     [{file,"supervisor.erl"},{line,3}]}]}}
term: {:EXIT, :undef}
cause: :undef
type: undef
via: caught self  ->
at: nomod:start_link/0
at: supervisor:do_start_child/2 supervisor.erl:3
`,
	},
	{
		name: "all children of a simple_one_for_one",
		body: `
    supervisor: {local,pool_sup}
    errorContext: shutdown_error
    reason: killed
    offender: [{nb_children,12},
               {id,undefined},
               {mfargs,{pool,start_link,[]}},
               {restart_type,temporary},
               {shutdown,brutal_kill},
               {child_type,worker}]`,
		want: `
otp_supervisor supervisor 1-9
name: pool_sup
supervisor: {Pid: Name:pool_sup Module:}
child: {ID:undefined Pid: Start:pool:start_link() Restart:temporary Shutdown:brutal_kill Type:worker Count:12}
context: shutdown_error
text: killed
term: :killed
type: killed
`,
	},
	{
		name: "joined lines",
		body: `
supervisor: {global,'my sup'}, errorContext: shutdown, reason: reached_max_restart_intensity, offender: [{pid,<0.94.0>}, {id,{a,1}}, {mod,bridge}]`,
		want: `
otp_supervisor supervisor 1-1
name: 'my sup'
supervisor: {Pid: Name:'my sup' Module:}
child: {ID:{a,1} Pid:<0.94.0> Start:bridge Restart: Shutdown: Type: Count:0}
context: shutdown
text: reached_max_restart_intensity
term: :reached_max_restart_intensity
type: reached_max_restart_intensity
`,
	},
	{
		name: "progress",
		body: `
    supervisor: {local,sasl_sup}
    started: [{pid,<0.84.0>},{id,x}]`,
	},
	{
		name: "18: cut in the offender",
		body: `
    supervisor: {local,sup1}
    errorContext: shutdown
    reason: reached_max_restart_intensity
    offender: [{pid,<0.94.0>},
               {id,w},
               {mfargs,{bad,sta`,
		want: `
otp_supervisor supervisor 1-6 incomplete
name: sup1
supervisor: {Pid: Name:sup1 Module:}
child: {ID:w Pid:<0.94.0> Start: Restart: Shutdown: Type: Count:0}
context: shutdown
text: reached_max_restart_intensity
term: :reached_max_restart_intensity
type: reached_max_restart_intensity
`,
	},
	{
		name: "esockd: a context and a name of its own",
		body: `
supervisor: {esockd_connection_sup,<0.2097.0>}, errorContext: connection_crashed, reason: {badmatch,1}, offender: [{pid,<0.1.0>},{name,connection},{mfargs,{emqx_connection,start_link,[a]}}]`,
		want: `
otp_supervisor supervisor 1-1
pid: <0.2097.0>
supervisor: {Pid:<0.2097.0> Name: Module:esockd_connection_sup}
child: {ID:connection Pid:<0.1.0> Start:emqx_connection:start_link(a) Restart: Shutdown: Type: Count:0}
text: {badmatch,1}
term: {:badmatch, 1}
type: badmatch
`,
	},
}

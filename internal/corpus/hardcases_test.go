package corpus

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser/ingest"
)

// hardCase is one of the hard cases of the formats' reference, from bytes to findings.
type hardCase struct {
	number  int
	log     string
	options ingest.Options
	// want is what each finding must say: "line-end kind pattern: process | reason |
	// top frame"; an empty list says that nothing may be found.
	want []string
	// incidents is how many incidents the findings make, if that matters.
	incidents int
	// more checks what is not in want.
	more func(t *testing.T, got []account)
}

// summary is a finding as hardCase.want spells it.
func (x account) summary() string {
	s := fmt.Sprintf("%d-%d %s %s: %s | %s | %s", x.Line, x.End, x.Kind, x.Pattern, strings.Join(strings.Fields(x.Process), " "), x.Reason, x.Top)
	if !x.Complete {
		s += " | cut"
	}
	return s
}

const (
	server = "12:00:00.000 [error] GenServer Shop.Cart terminating\n"
	frame1 = "    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.handle_call/3\n"
	loop   = "    (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4\n"
	last   = "Last message (from #PID<0.2.0>): :go\n"
	info   = "12:00:01.000 [info] GET /\n"
)

// TestHardCases runs every hard case under its number.
func TestHardCases(t *testing.T) {
	seen := map[int]bool{}
	for _, c := range allHardCases() {
		seen[c.number] = true
		t.Run(fmt.Sprintf("%02d", c.number), func(t *testing.T) {
			got := accounts(t, []byte(c.log), c.options)
			var lines []string
			for i, x := range got {
				line := x.summary()
				if i < len(c.want) {
					// What ends in an ellipsis is only the beginning.
					if begin, ok := strings.CutSuffix(c.want[i], "…"); ok && strings.HasPrefix(line, begin) {
						line = c.want[i]
					}
				}
				lines = append(lines, line)
			}
			if diff := cmp.Diff(c.want, lines); diff != "" {
				t.Errorf("%s", diff)
				return
			}
			if n := incidents(t, c); c.incidents != 0 && n != c.incidents {
				t.Errorf("%d incidents, want %d", n, c.incidents)
			}
			if c.more != nil {
				c.more(t, got)
			}
		})
	}
	for n := 1; n <= 66; n++ {
		if !seen[n] {
			t.Errorf("no test for hard case %d", n)
		}
	}
}

// incidents counts the incidents of a case.
func incidents(t *testing.T, c hardCase) int {
	t.Helper()
	tracker := incident.NewTracker(incident.Options{})
	for _, f := range findings(t, []byte(c.log), c.options) {
		tracker.Add(f)
	}
	tracker.End()
	return len(tracker.Closed())
}

// is reports what of a finding is not as it must be.
func is(part func(account) string, want string) func(*testing.T, []account) {
	return func(t *testing.T, got []account) {
		t.Helper()
		if s := part(got[0]); s != want {
			t.Errorf("got %q, want %q", s, want)
		}
	}
}

// each is the same finding n times, one under the other, of so many lines.
func each(n, lines int, what string) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("%d-%d %s", i*lines+1, (i+1)*lines, what))
	}
	return all
}

func confidenceOf(x account) string { return x.Confidence }
func severityOf(x account) string   { return x.Severity }
func stackOf(x account) string      { return x.Stack }
func clientOf(x account) string     { return x.Client }
func chainOf(x account) string      { return x.Chain }
func stateOf(x account) string      { return x.State }
func streamOf(x account) string     { return x.Stream }

func allHardCases() []hardCase {
	return slices.Concat(textCases(), transportCases(), erlangCases(), lifeCases(), webCases())
}

// textCases are about what belongs to a message, to a stack and to a report.
func textCases() []hardCase {
	return []hardCase{
		{number: 1, want: []string{"1-2 gen_server custom_exit: foo | …"}, log: "12:00:00.000 [error] GenServer foo terminating\n** (stop) not a real one\n" + info, more: is(confidenceOf, "weak")},
		{number: 2, log: "12:00:00.000 [error] the upstream said ** (exit) :boom and closed\n" + info},
		{number: 3, want: []string{`1-8 gen_server badarg: Shop.Cart | %ArgumentError{message: "errors were found at the given arguments:\n\n  * 1st argument: not a binary"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (ArgumentError) errors were found at the given arguments:\n\n  * 1st argument: not a binary\n\n    :erlang.binary_to_integer(1)\n" + frame1 + last + info},
		{number: 4, want: []string{"1-8 gen_server badmatch: Shop.Cart | %MatchError{term: {:error, :timeout}} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12"}, log: server + "** (MatchError) no match of right hand side value:\n\n    {:error, :timeout}\n\n" + frame1 + loop + last + info, more: is(stackOf, "Shop.Cart.handle_call/3 lib/shop/cart.ex 12\ngen_server:try_handle_call/4 gen_server.erl 1149\n")},
		{number: 5, want: []string{`1-9 gen_server pg_constraint: Shop.Cart | %Postgrex.Error{message: "ERROR 23505 (unique_violation) duplicate key value violates unique constraint \"users_email\"\n\n    table: users\n    constraint: users_email\n\nKey (email)=(x) already exists.", ...} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (Postgrex.Error) ERROR 23505 (unique_violation) duplicate key value violates unique constraint \"users_email\"\n\n    table: users\n    constraint: users_email\n\nKey (email)=(x) already exists.\n" + frame1 + last + info, more: is(stackOf, "Shop.Cart.handle_call/3 lib/shop/cart.ex 12\n")},
		{number: 6, want: []string{`1-5 task runtime_error: #PID<0.143.0> | %RuntimeError{message: "x"} | A.f/1 lib/a.ex:1`}, log: "12:00:00.000 [error] Task #PID<0.143.0> started from #PID<0.94.0> terminating\n** (RuntimeError) x\n    lib/a.ex:1: A.f/1\nFunction: &String.to_integer/1\n    Args: [\"zz\"]\n" + info, more: is(stackOf, "A.f/1 lib/a.ex 1\n")},
		{number: 7, want: []string{`1-9 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (RuntimeError) x\n" + frame1 + last + "State: %{}\nClient #PID<0.2.0> is alive\n\n    (stdlib 4.2) gen.erl:256: :gen.do_call/4\n    lib/b.ex:3: B.g/0\n" + info, more: is(clientOf, "#PID<0.2.0>alive\ngen:do_call/4 gen.erl 256\nB.g/0 lib/b.ex 3\n")},
		{number: 8, want: []string{`1-20 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (RuntimeError) x\n" + frame1 + last + "State: [#Inspect.Error<\n  got RuntimeError with message:\n\n      \"\"\"\n      oops\n      \"\"\"\n\n  while inspecting:\n\n      %{__struct__: Bad, x: 1}\n\n  Stacktrace:\n\n    lib/z.ex:1: Z.f/1\n\n>, 2]\n" + info},
		{number: 9, want: []string{`1-5 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12 | cut`, "7-9 gen_server custom_exit: Shop.Cart | :second | "}, log: server + "** (RuntimeError) x\n" + frame1 + last + "State: \"" + strings.Repeat("x", 10<<20) + "\"\n" + info + server + "** (stop) :second\n" + last},
		{number: 12, want: []string{`1-5 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12 | cut`}, log: server + "** (RuntimeError) x\n" + frame1 + last + "State: %{a: [1, 2 (truncated)\n" + info},
		{number: 13, want: []string{"5-7 gen_server custom_exit: Shop.Cart | :boom | "}, log: "    (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4\n    (stdlib 4.2) proc_lib.erl:240: :proc_lib.init_p_do_apply/3\n" + last + info + server + "** (stop) :boom\n" + last},
		{number: 24, want: []string{`1-3 gen_server custom_exit: Shop.Cart | {:odd, "[info] x"} | `}, log: "12:00:00.000 request_id=a b [error] GenServer Shop.Cart terminating\n** (stop) {:odd, \"[info] x\"}\nLast message: :x\n" + info},
		{number: 25, want: []string{"1-3 gen_server custom_exit: Shop.Cart | :boom | ", "5-5 gen_server custom_exit: Shop.Db | :down | "}, log: "[error] GenServer Shop.Cart terminating\n** (stop) :boom\nLast message: :x\n[info] GET /\n{\"time\":\"2026-11-21T02:22:43Z\",\"severity\":\"error\",\"message\":\"GenServer Shop.Db terminating\\n** (stop) :down\\nLast message: :y\"}\n"},
		{number: 26, want: []string{"2-4 gen_server custom_exit: Shop.Cart | :boom | ", "6-8 gen_server custom_exit: Shop.Db | :down | "}, log: "\x1b[31m\n12:00:00.000 [error] GenServer Shop.Cart terminating\n** (stop) :boom\nLast message: :x\n\x1b[0m\x1b[31m\n12:00:00.100 [error] GenServer Shop.Db terminating\n** (stop) :down\nLast message: :y\n\x1b[0m"},
		{number: 34, want: []string{"1-3 gen_server bad_return_value: Shop.Cart | {:bad_return_value, {:bad, 1}} | "}, log: server + "** (stop) bad return value: {:bad, 1}\n" + last + info},
		{number: 37, log: "12:00:00.000 [notice] Application shop exited: :stopped\n12:00:00.000 [notice] SIGTERM received - shutting down\n12:00:00.000 [info] Application shop exited: normal\n"},
		{number: 48, want: []string{"3-5 other badkey:  | %KeyError{key: :x, term: %{}} | A.f/1 lib/a.ex:1"}, log: "<p>&gt; ```\n&gt; “It crashes”:\n&gt; ** (KeyError) key :x not found in: %{}\n&gt;     lib/a.ex:1: A.f(&quot;x&quot;)\n&gt;     (stdlib 4.2) proc_lib.erl:240: :proc_lib.init_p_do_apply/3\n&gt; ```\n"},
		{number: 49, want: []string{`1-4 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | A.f/1 lib/a.ex:1`}, log: "\xef\xbb\xbf12:00:00.000 [error] GenServer Shop.Cart terminating\r\n** (RuntimeError) x\r\n\tlib/a.ex:1: A.f/1\r\nLast message: :x\r\n"},
		{number: 51, want: []string{"1-19 gen_server function_clause: Shop.Cart | %FunctionClauseError{module: List, function: :first, arity: 2} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12"}, log: server + "** (FunctionClauseError) no function clause matching in List.first/2\n\nThe following arguments were given to List.first/2:\n\n    # 1\n    %{}\n\n    # 2\n    nil\n\nAttempted function clauses (showing 10 out of 15):\n\n    def first(-[]-, default)\n    def first(-[head | _]-, _default)\n\n    (elixir 1.18.4) lib/list.ex:293: List.first/2\n" + frame1 + last + info, more: is(stackOf, "List.first/2 lib/list.ex 293\nShop.Cart.handle_call/3 lib/shop/cart.ex 12\n")},
		{number: 52, want: []string{`1-7 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Ünï.größe/1 :0`}, log: server + "** (RuntimeError) x\n    Shop.Ünï.größe/1\n    lib/a.ex: A.f/1\n    lib/a.ex:2: A (module)\n    lib/a.ex:1: (file)\n" + last + info},
		{number: 53, want: []string{`1-3 other badarith:  | %ArithmeticError{message: "bad argument in arithmetic expression: 1 / 0"} | (file) iex:1`, "4-6 other badarg:  | :badarg | "}, log: "iex(1)> ** (ArithmeticError) bad argument in arithmetic expression: 1 / 0\n    :erlang./(1, 0)\n    iex:1: (file)\niex(2)> 12> ** exception error: bad argument\n     in function  lists:nth/2 (lists.erl, line 198)\n        called as lists:nth(0,[])\n"},
		{number: 54, want: []string{`2-8 test runtime_error:  | %RuntimeError{message: "boom"} | Hello.hello/0 lib/hello.ex:3`}, log: "\n  1) test greets the world (HelloTest)\n     test/hello_test.exs:5\n     ** (RuntimeError) boom\n     code: assert Hello.hello() == :world\n     stacktrace:\n       (hello 0.1.0) lib/hello.ex:3: Hello.hello/0\n       test/hello_test.exs:6: (test)\n\nFinished in 0.05 seconds\n1 test, 1 failure\n"},
		{number: 65, log: "12:00:00.000 [error] GET /x took 3012ms\n12:00:00.000 [error] Request: GET /x ** (soft) decline\n** (soft) decline\n" + info},
	}
}

// transportCases are about how the text arrives.
func transportCases() []hardCase {
	long := strings.Repeat("1234567890", 4000)
	var docker bytes.Buffer
	for _, line := range strings.Split(strings.TrimSuffix(server+"** (RuntimeError) x\n"+frame1+last+"State: \""+long+"\"\n"+info, "\n"), "\n") {
		for _, piece := range cri(16 << 10)(line) {
			docker.WriteString(piece + "\n")
		}
	}
	rabbit := func(pid, text string) string {
		return "2026-11-21 02:30:06.473398+00:00 [error] " + pid + " " + text + "\n"
	}
	return []hardCase{
		{number: 10, want: []string{`1-7 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: docker.String()},
		{number: 11, want: []string{"1-3 gen_server custom_exit: Shop.Cart | {:odd, <<255, 254, 32, 195, 131, 194, 169, 32, 239, 191, 189>>} | "}, log: server + "** (stop) {:odd, \"\xff\xfe Ã© \uFFFD\"}\n" + last + info},
		{number: 15, want: []string{"1-9 gen_server custom_exit: a | :one | ", "2-10 gen_server custom_exit: b | :two | "}, log: rabbit("<0.93.0>", "** Generic server a terminating") + rabbit("<0.94.0>", "** Generic server b terminating") +
			rabbit("<0.93.0>", "** Last message in was x") + rabbit("<0.94.0>", "** Last message in was y") +
			rabbit("<0.93.0>", "** When Server state == 1") + rabbit("<0.94.0>", "** When Server state == 2") +
			rabbit("<0.93.0>", "** Reason for termination ==") + rabbit("<0.94.0>", "** Reason for termination ==") +
			rabbit("<0.93.0>", "** one") + rabbit("<0.94.0>", "** two")},
		{number: 16, want: []string{"1-5 gen_server custom_exit: A | :one | ", "2-6 gen_server custom_exit: B | :two | "}, log: "[pod/web-1/app] 12:00:00.000 [error] GenServer A terminating\n[pod/web-2/app] 12:00:00.000 [error] GenServer B terminating\n[pod/web-1/app] ** (stop) :one\n[pod/web-2/app] ** (stop) :two\n[pod/web-1/app] Last message: :x\n[pod/web-2/app] Last message: :y\n", more: is(streamOf, "web-1/app")},
		{number: 41, want: []string{"1-6 supervisor killed: sup1 child {ID:w Pid:<0.94.0> Start: Restart: Shutdown: Type:worker Count:0} supervisor {Pid: Name:sup1 Module:} | :killed | "}, log: rabbit("<0.93.0>", "    supervisor: {local,sup1}") + rabbit("<0.93.0>", "    errorContext: child_terminated") + rabbit("<0.93.0>", "    reason: killed") +
			rabbit("<0.93.0>", "    offender: [{pid,<0.94.0>},") + rabbit("<0.93.0>", "               {id,w},") + rabbit("<0.93.0>", "               {child_type,worker}]") + rabbit("<0.93.0>", "")},
		{number: 44, want: []string{"1-3 gen_server custom_exit: A | :one | ", "4-6 gen_server custom_exit: B | :two | "}, log: "23:59:59.900 [error] GenServer A terminating\n** (stop) :one\nLast message: :x\n00:00:00.100 [error] GenServer B terminating\n** (stop) :two\nLast message: :y\n"},
		{number: 45, want: []string{"1-3 gen_server custom_exit: A | :one | "}, log: "2026-11-21T02:22:43.082886123Z 03:22:43.080 [error] GenServer A terminating\n2026-11-21T02:22:43.082886123Z ** (stop) :one\n2026-11-21T02:22:43.082886123Z Last message: :x\n"},
		{number: 50, log: ""},
		{number: 50, want: []string{"1-3 gen_server custom_exit: Shop.Cart | :boom | "}, log: string(gzipped([]byte(server + "** (stop) :boom\n" + last)))},
		{number: 58, want: []string{"1-3 gen_server custom_exit: A | :one | "}, log: "2024-10-14T23:31:34Z app[6e82541eb56648] syd [info] 12:00:00.000 [error] GenServer A terminating\n2024-10-14T23:31:34Z app[6e82541eb56648] syd [info] ** (stop) :one\n2024-10-14T23:31:34Z app[6e82541eb56648] syd [info] Last message: :x\n"},
	}
}

// erlangCases are about Erlang's texts and lager's.
func erlangCases() []hardCase {
	head := "=ERROR REPORT==== 21-Nov-2026::02:22:27.374565 ===\n"
	sup := func(header string) string {
		return header + "    supervisor: {local,sup1}\n    errorContext: shutdown\n    reason: reached_max_restart_intensity\n    offender: [{pid,<0.94.0>},{id,w},{mfargs,{bad,start_link,[w1]}}]\n\n"
	}
	crash := func(more string) string {
		return "=CRASH REPORT==== 21-Nov-2026::02:22:27.806767 ===\n  crasher:\n    initial call: bad:init/1\n    pid: <0.91.0>\n    registered_name: []\n" + more + "    ancestors: [<0.9.0>]\n    message_queue_len: 1\n    messages: []\n    links: []\n    dictionary: []\n    trap_exit: false\n    status: running\n    heap_size: 1\n    stack_size: 28\n    reductions: 1\n  neighbours:\n"
	}
	return []hardCase{
		{number: 14, want: []string{"1-4 gen_server exit_other: <0.90.0> |  |  | cut", "5-7 slogan eheap_alloc:  |  | "}, log: head + "** Generic server <0.90.0> terminating \n** Last message in was x\n** When Server state == {st,[1,2\neheap_alloc: Cannot allocate 1318267840 bytes of memory (of type \"heap\").\n\nCrash dump is being written to: erl_crash.dump...done\n"},
		{number: 23, want: []string{"1-3 gen_server custom_exit: Shop.Cart | :x | ", "5-10 gen_server custom_exit: <0.90.0> | :x | "}, log: server + "** (stop) :x\nLast message: {:\"$gen_cast\", {:new, 1}}\n" + info + "=ERROR REPORT==== 21-Nov-2026::02:22:27.374565 ===\n** Generic server <0.90.0> terminating \n** Last message in was {'$gen_cast',hello}\n** When Server state == 1\n** Reason for termination ==\n** x\n"},
		{number: 27, want: []string{"1-5 supervisor reached_max_restart_intensity: sup1 child {ID:w Pid:<0.94.0> Start:bad:start_link(w1) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:sup1 Module:} | :reached_max_restart_intensity | ", "7-11 supervisor reached_max_restart_intensity: sup1 child {ID:w Pid:<0.94.0> Start:bad:start_link(w1) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:sup1 Module:} | :reached_max_restart_intensity | ", "13-17 supervisor reached_max_restart_intensity: sup1 child {ID:w Pid:<0.94.0> Start:bad:start_link(w1) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:sup1 Module:} | :reached_max_restart_intensity | ", "19-23 supervisor reached_max_restart_intensity: sup1 child {ID:w Pid:<0.94.0> Start:bad:start_link(w1) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:sup1 Module:} | :reached_max_restart_intensity | "}, log: sup("=SUPERVISOR REPORT==== 21-Nov-2026::02:22:28.249476 ===\n") + sup("=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 ===\n") + sup("=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 UTC ===\n") + sup("=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 ('node@host') ===\n")},
		{number: 28, log: head + "something went wrong in the shop\n\n" + head + "two lines\nof text\n"},
		{number: 29, want: []string{"1-18 process badmatch: <0.91.0> bad:init/1 | {:badmatch, :error} | bad:handle_call/3 bad.erl:10"}, log: crash("    exception error: no match of right hand side value error\n      in function  bad:handle_call/3 (bad.erl, line 10)\n")},
		{number: 30, want: []string{"1-7 supervisor killed: sup1 child {ID:w Pid:<0.9.0> Start:bad:start_link(w1) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:sup1 Module:} | :killed | "}, log: "=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 ===\n     Supervisor: {local,sup1}\n     Context:    child_terminated\n     Reason:     killed\n     Offender:   [{pid,<0.9.0>},\n                  {name,w},\n                  {mfargs,{bad,start_link,[w1]}}]\n\n"},
		{number: 31, want: []string{"1-18 process custom_exit: <0.91.0> bad:init/1 | :db_down | "}, log: crash("    exception exit: db_down\n      in function  gen_server:handle_common_reply/8 (gen_server.erl, line 1241)\n")},
		{number: 32, want: []string{"1-17 process custom_exit: <0.91.0> bad:init/1 | :db_down | "}, log: strings.Replace(crash("    exception exit: db_down\n"), "messages: []", "messages: [<<\""+strings.Repeat("\\x{1}", 100<<10)+"\">>]", 1)},
		{number: 33, want: []string{"1-20 process badkey: <0.91.0> bad:init/1 | %KeyError{key: :x, message: nil, term: %{}} | Shop.Cart.f/1 lib/cart.ex:3"}, log: crash("    exception error: #{'__exception__' => true,\n                       '__struct__' => 'Elixir.KeyError',key => x,message => nil,\n                       term => #{}}\n      in function  'Elixir.Shop.Cart':f/1 (lib/cart.ex, line 3)\n")},
		{number: 35, want: []string{"1-5 gen_server timeout: Shop.Cart | {:timeout, {GenServer, :call, [Db, :x, 5000]}} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12", "7-12 gen_server timeout: a | {:timeout, {:gen_server, :call, [:db, :x]}} | a:f/1 a.erl:1"}, log: server + "** (stop) exited in: GenServer.call(Db, :x, 5000)\n    ** (EXIT) time out\n" + frame1 + last + info + head + "** Generic server a terminating \n** Last message in was x\n** When Server state == 1\n** Reason for termination ==\n** {{timeout,{gen_server,call,[db,x]}},[{a,f,1,[{file,\"a.erl\"},{line,1}]}]}\n"},
		{number: 36, want: []string{"1-5 gen_server unexpected_message: Shop.Cart | %FunctionClauseError{module: Shop.Cart, function: :handle_info, arity: 2} | Shop.Cart.handle_info/2 lib/shop/cart.ex:12", "7-12 gen_server function_clause: Shop.Cart | %FunctionClauseError{module: String, function: :split, arity: 2} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12"}, log: server + "** (FunctionClauseError) no function clause matching in Shop.Cart.handle_info/2\n    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.handle_info(:x, %{})\n    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4\nLast message: :x\n" + info + server + "** (FunctionClauseError) no function clause matching in String.split/2\n    (elixir 1.14.0) lib/string.ex:473: String.split(nil, \",\")\n" + frame1 + loop + last},
		{number: 38, want: []string{"1-4 slogan eheap_alloc:  |  |  | cut"}, log: "=erl_crash_dump:0.5\nSat Nov 21 02:17:13 2026\nSlogan: eheap_alloc: Cannot allocate 1318267840 bytes of memory (of type \"heap\").\nSystem version: Erlang/OTP 25\n"},
		{number: 39, want: []string{"1-7 slogan badarg:  | :badarg | a:f/1 :0"}, log: "=erl_crash_dump:0.5\nSat Nov 21 02:17:13 2026\nSlogan: init terminating in do_boot ({badarg,\n [{a,f,1,[]}]})\nSystem version: Erlang/OTP 25\nAtoms: 8332\n=end\n"},
		{number: 40, want: []string{`1-1 gen_server custom_exit: <0.90.0> | {:bad, ~c"a. State: b"} | `}, log: "2026-11-21T02:22:43.090138+00:00 error: Generic server <0.90.0> terminating. Reason: {bad,\"a. State: b\"}. Last message: {x,\"Reason: . \"}. State: {st,\"Last message: z. \"}.\n", more: is(stateOf, `{st,"Last message: z. "}`)},
		{number: 42, want: []string{"1-1 gen_server badmatch: srv_two | {:badmatch, {:error, {:very, [:long, ..., ...]}}} | bad:handle_call/3 :10 | cut"}, log: "02:27:42.978 [error] gen_server srv_two terminated with reason: no match of right hand value {error,{very,[long,... in bad:handle_call/3 line 10\n"},
		{number: 55, want: []string{"1-19 process eaddrinuse: <0.91.0> bad:init/1 | {{:shutdown, {:failed_to_start_child, :w, :eaddrinuse}}, {:myapp_app, :start, [:normal, []]}} | "}, log: crash("    exception exit: {{shutdown,{failed_to_start_child,w,eaddrinuse}},\n                     {myapp_app,start,[normal,[]]}}\n      in function  application_master:init/4 (application_master.erl, line 142)\n")},
		{number: 56, want: []string{"1-5 application eaddrinuse: shop | {{:shutdown, {:failed_to_start_child, A, {:shutdown, {:failed_to_start_child, B, {:shutdown, {:failed_to_start_child, C, {:shutdown, {:failed_to_start_child, D, :eaddrinuse}}}}}}}}, {Shop.Application, :start, [:normal, []]}} | "}, log: "12:00:00.000 [notice] Application shop exited: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: A\n    ** (EXIT) shutdown: failed to start child: B\n        ** (EXIT) shutdown: failed to start child: C\n            ** (EXIT) shutdown: failed to start child: D\n                ** (EXIT) :eaddrinuse\n"},
		{number: 63, want: []string{`1-12 connection runtime_error: #PID<0.1.0> | %RuntimeError{message: "boom"} | MyApp.Pricing.boom/1 lib/p.ex:6`}, log: "12:00:00.000 [error] Ranch listener MyAppWeb.Endpoint.HTTP had connection process started with :cowboy_clear:start_link/3 at #PID<0.1.0> exit with reason: {%RuntimeError{\n" + strings.Repeat(" ", 90) + "message: \"boom\"\n" + strings.Repeat(" ", 88) + "},\n" + strings.Repeat(" ", 88) + "[\n" + strings.Repeat(" ", 90) + "{MyApp.Pricing,\n" + strings.Repeat(" ", 91) + ":boom,\n" + strings.Repeat(" ", 91) + "1,\n" + strings.Repeat(" ", 91) + "[\n" + strings.Repeat(" ", 93) + "file: ~c\"lib/p.ex\",\n" + strings.Repeat(" ", 93) + "line: 6\n" + strings.Repeat(" ", 91) + "]}\n" + strings.Repeat(" ", 88) + "]}\n" + info},
	}
}

// lifeCases are about deaths, chains of them and what follows.
func lifeCases() []hardCase {
	sup := func(id, sup, text string) string {
		return "12:00:00.000 [error] Child " + id + " of Supervisor " + sup + " " + text + "\n** (exit) :reached_max_restart_intensity\nStart Call: " + id + ".start_link([])\n"
	}
	died := func(id, sup, reason string) string {
		return "12:00:00.000 [error] Child " + id + " of Supervisor " + sup + " terminated\n** (exit) " + reason + "\nPid: #PID<0.9.0>\nStart Call: " + id + ".start_link([])\n"
	}
	loop := strings.Repeat(server+"** (stop) :boom\n"+last, 10000)
	return []hardCase{
		{number: 17, want: each(10000, 3, "gen_server custom_exit: Shop.Cart | :boom | "), log: loop},
		{number: 18, want: []string{"1-3 supervisor reached_max_restart_intensity: Shop.Sup child {ID:Shop.Cart Pid: Start:Shop.Cart.start_link([]) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:Shop.Sup Module:} | :reached_max_restart_intensity | "}, log: sup("Shop.Cart", "Shop.Sup", "caused shutdown")},
		{number: 19, incidents: 1, want: []string{
			"1-3 gen_server custom_exit: Shop.Cart | :boom | ",
			"4-7 supervisor custom_exit: S1 child {ID:Shop.Cart…", "8-10 supervisor reached_max_restart_intensity: S1 child {ID:Shop.Cart…",
			"11-14 supervisor …", "15-17 supervisor reached_max_restart_intensity: S2 child {ID:S1…",
			"18-21 supervisor …", "22-24 supervisor reached_max_restart_intensity: S3 child {ID:S2…",
			"25-28 supervisor …", "29-31 supervisor reached_max_restart_intensity: S4 child {ID:S3…",
			"32-32 application app_exited: shop | :shutdown | ",
		}, log: server + "** (stop) :boom\n" + last + died("Shop.Cart", "S1", ":boom") + sup("Shop.Cart", "S1", "caused shutdown") +
			died("S1", "S2", "shutdown") + sup("S1", "S2", "caused shutdown") + died("S2", "S3", "shutdown") + sup("S2", "S3", "caused shutdown") +
			died("S3", "S4", "shutdown") + sup("S3", "S4", "caused shutdown") + "12:00:00.000 [notice] Application shop exited: shutdown\n"},
		{number: 20, want: []string{"1-4 supervisor killed: Shop.Sup child {ID:Shop.Cart Pid:#PID<0.9.0> Start:Shop.Cart.start_link([]) Restart: Shutdown: Type: Count:0} supervisor {Pid: Name:Shop.Sup Module:} | :killed | "}, log: "12:00:00.000 [error] Child Shop.Cart of Supervisor Shop.Sup terminated\n** (exit) killed\nPid: #PID<0.9.0>\nStart Call: Shop.Cart.start_link([])\n"},
		{number: 21, want: []string{"1-6 gen_server timeout: Shop.Cart | {{:timeout, {B, :call, [2]}}, {A, :call, [1]}} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12"}, log: server + "** (stop) exited in: A.call(1)\n    ** (EXIT) exited in: B.call(2)\n        ** (EXIT) time out\n" + frame1 + last + info},
		{number: 22, want: []string{`1-5 gen_server timeout: Shop.Cart | {:timeout, {GenServer, :call, [Foo, {:update, %{a: "x), y("}}, 5000]}} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (stop) exited in: GenServer.call(Foo, {:update, %{a: \"x), y(\"}}, 5000)\n    ** (EXIT) time out\n" + frame1 + last + info, more: is(chainOf, "call GenServer.call(Foo, {:update, %{a: \"x), y(\"}}, 5000) Foo \n")},
		{number: 43, want: []string{`1-4 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.f/2 lib/shop/cart.ex:12`, `5-8 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.f/2 lib/shop/cart.ex:99`}, log: server + "** (RuntimeError) x\n    (shop 0.1.0) lib/shop/cart.ex:12: anonymous fn/1 in Shop.Cart.f/2\n" + last + server + "** (RuntimeError) x\n    (shop 0.2.0) lib/shop/cart.ex:99: anonymous fn/1 in Shop.Cart.f/2\n" + last, more: func(t *testing.T, got []account) {
			if got[0].Fingerprint != got[1].Fingerprint {
				t.Errorf("fingerprints %s and %s", got[0].Fingerprint, got[1].Fingerprint)
			}
		}},
		{number: 46, want: []string{`1-5 gen_server runtime_error: Shop.Cart | %RuntimeError{message: "x"} | Shop.Cart.handle_call/3 lib/shop/cart.ex:12`}, log: server + "** (RuntimeError) x\n" + frame1 + last + "State: %{password: \"hunter2\"}\n" + info},
		{number: 47, want: []string{`1-1 connection db_client_exited: #PID<0.461.0> :proc_lib | %DBConnection.ConnectionError{message: "client #PID<0.9.0> exited", ...} | `}, log: "12:00:00.000 [info] Postgrex.Protocol (#PID<0.461.0> (:proc_lib)) disconnected: ** (DBConnection.ConnectionError) client #PID<0.9.0> exited\n" + info, more: is(severityOf, "info")},
		{number: 57, want: []string{"1-3 gen_server custom_exit: #PID<0.9.0> | :one | ", "4-6 gen_server custom_exit: #PID<0.9.0> | :two | "}, log: "web-1  | 12:00:00.000 [error] GenServer #PID<0.9.0> terminating\nweb-1  | ** (stop) :one\nweb-1  | Last message: :x\nweb-2  | 12:00:00.000 [error] GenServer #PID<0.9.0> terminating\nweb-2  | ** (stop) :two\nweb-2  | Last message: :y\n"},
	}
}

// webCases are about web servers, jobs and databases.
func webCases() []hardCase {
	pool := ""
	for i := range 16 {
		pool += fmt.Sprintf("12:00:%02d.000 [error] Postgrex.Protocol (#PID<0.%d.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (127.0.0.1:5432): connection refused - :econnrefused\n", i, 400+i)
	}
	bandit := "    (shop 0.1.0) lib/shop/pricing.ex:6: Shop.Pricing.boom/1\n    (bandit 1.12.5) lib/bandit/pipeline.ex:129: Bandit.Pipeline.call_plug!/2\n"
	return []hardCase{
		{number: 59, want: []string{`1-9 slogan env_var_missing:  | %RuntimeError{message: "environment variable DATABASE_URL is missing.\nFor example: x"} | (file) /app/releases/0.4.2/runtime.exs:6`}, log: "{\"init terminating in do_boot\",{#{'__exception__' => true,'__struct__' => 'Elixir.RuntimeError',message => <<101,110,ERROR! Config provider Config.Reader failed with:\n** (RuntimeError) environment variable DATABASE_URL is missing.\nFor example: x\n\n    /app/releases/0.4.2/runtime.exs:6: (file)\n118>>}}}\ninit terminating in do_boot ({,[{…}]})\n\nCrash dump is being written to: erl_crash.dump...done\n"},
		{number: 60, want: []string{"1-1 job oban_crash:  | %Oban.CrashError{reason: :boom, ...} | "}, log: "12:00:00.000 [info] {\"args\":{},\"attempt\":1,\"duration\":2396,\"error\":\"** (Oban.CrashError) ** (exit) :boom\",\"event\":\"job:exception\",\"id\":1,\"queue\":\"default\",\"source\":\"oban\",\"state\":\"failure\",\"worker\":\"Shop.Jobs.Invoice\"}\n" + info},
		{number: 61, want: []string{`1-3 request runtime_error:  | %RuntimeError{message: "boom"} | Shop.Pricing.boom/1 lib/shop/pricing.ex:6`, `5-7 job runtime_error:  | %RuntimeError{message: "late"} | A.f/1 lib/a.ex:1`}, log: "12:00:00.000 [error] ** (RuntimeError) boom\n" + bandit + "\n12:00:00.001 [error] ** (RuntimeError) late\n    (shop 0.1.0) lib/a.ex:1: A.f/1\n    (broadway 1.3.0) lib/broadway/topology/processor_stage.ex:120: Broadway.Topology.ProcessorStage.handle_messages/4\n" + info},
		{number: 62, want: []string{"1-4 process phoenix_no_route: #PID<0.1.0> :cowboy_stream_h.request_process/3 | {%Phoenix.Router.NoRouteError{conn: nil}, {MyAppWeb.Endpoint, :call, [%Plug.Conn{adapter: {A, :...}}, []]}} | MyAppWeb.Router.call/2 lib/r.ex:3"}, log: "12:00:00.000 [error] Process #PID<0.1.0> terminating\n** (exit) {{{%Phoenix.Router.NoRouteError{conn: nil}, [{MyAppWeb.Router, :call, 2, [file: ~c\"lib/r.ex\", line: 3]}]}, {MyAppWeb.Endpoint, :call, [%Plug.Conn{adapter: {A, :...}}, []]}}, []}\nInitial Call: :cowboy_stream_h.request_process/3\nAncestors: [MyAppWeb.Endpoint.HTTP]\n" + info, more: is(severityOf, "info")},
		{number: 64, want: []string{"1-1 gen_server badmatch:  | %MatchError{term: :x} | Shop.Pricing.match/1 lib/shop/pricing.ex:6"}, log: "{\"message\":\"no match of right hand side value: :x\",\"severity\":\"ERROR\",\"time\":\"2026-11-21T02:22:43.082Z\",\"stack_trace\":\"** (MatchError) no match of right hand side value: :x\\n    (shop 0.4.2) lib/shop/pricing.ex:6:in `Shop.Pricing.match/1'\\n    (stdlib 4.2) gen_server.erl:1123:in `:gen_server.try_dispatch/4'\\n\"}\n"},
		{number: 66, incidents: 1, want: each(16, 1, "connection db_connect_failed: #PID<0.4…"), log: pool},
	}
}

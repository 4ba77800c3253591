package redact

import (
	"encoding/base64"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser/term"
)

// planted are the values that testdata/plant.exs and plant.erl put into the
// states, messages and exceptions of servers that then crash.
var planted = map[string][]string{
	"elixir-1.14.0.log": {
		"correct-horse-battery-9", "AKx99-plain-key-value", "charlist-pass-42", strings.Repeat("Zz8", 22), "abc.DEF123.ghi-xyz",
		"SFMyNTY.g3QAAAABbQAAAAtfY3NyZg.Wk1abcDEF", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJlLXBsYW50ZWQ",
		"$2b$12$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0, 1, 2, 80, 76, 65, 78, 84, 69, 68", "10, 1, 2, 3", "192, 168, 7, 9",
		"sess-0a1b2c3d4e", "pa55w0rd-url", "qwerty-token-1", "4111 1111 1111 1111", "jane.doe@example.com", "415 555 2671", "pin => 4711",
		"svc-Pass-88", "Pg-s3cr3t-77", "ops@bank.example", "alice@corp.example", "positional-Pw-1", "hunter2-planted!", "inline-tok-5566",
	},
	"otp-25.log": {
		"erl-Secret-1234", "erl-Charlist-Key9", "prop-Secret-77", "DISTCOOKIEXYZABCDE", "0,1,2,80,76,65,78,84", "dsn-Pw-55", "10,9,8,7", "erl-Positional-3",
	},
	"otp-25-sasl.log": {
		"erl-Secret-1234", "erl-Charlist-Key9", "prop-Secret-77", "DISTCOOKIEXYZABCDE", "0,1,2,80,76,65,78,84", "dsn-Pw-55", "10,9,8,7", "erl-Positional-3",
	},
}

// kept must stand in the redacted logs as often as before.
var kept = map[string][]string{
	"elixir-1.14.0.log": {
		"{127, 0, 0, 1}", "{12, 30, 10, 1}", "#Reference<0.", "#PID<0.96.0>", "token_expires_at => 1700000000", "max_tokens => 8000",
		`:version => "1.2.3.4"`, "MyApp.Token", `{:system, "DB_PASSWORD"}`, `password: "[FILTERED]"`, `:"app@host.example.com"`,
		"plant.exs:11: Bank.Auth.login(", "Bank.Auth.handle_call/3", "(stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4",
		"db.internal:5432/shop", "[error] GenServer", "pool: 5", "text/html",
	},
	"otp-25.log": {
		`vsn => "4.2.1.1"`, "lst => [1,2,3]", "#Ref<0.", "<0.79.0>", `{file,"plant.erl"},{line,6}`, "plant:handle_cast/2 (plant.erl, line 8)",
		`{user,<<"bob">>}`, "gen_server:try_dispatch/4 (gen_server.erl, line 1123)", "'$gen_cast'", "=CRASH REPORT====",
	},
}

func TestRealCrashes(t *testing.T) {
	for name, secrets := range planted {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			log := string(data)
			r := New(Standard)
			r.Learn(log)
			got := r.Text(log)
			for _, s := range secrets {
				if !strings.Contains(log, s) {
					t.Errorf("%q is not in the log: the test shows nothing", s)
				}
				if i := strings.Index(got, s); i >= 0 {
					t.Errorf("%q is left: …%s…", s, got[max(0, i-60):min(len(got), i+60)])
				}
			}
			for _, s := range kept[name] {
				if a, b := strings.Count(log, s), strings.Count(got, s); a == 0 || a != b {
					t.Errorf("%q stands there %d times, was %d", s, b, a)
				}
			}
			if a, b := strings.Count(log, "\n"), strings.Count(got, "\n"); b > a {
				t.Errorf("%d lines became %d", a, b)
			}
			if again := New(Standard).Text(got); again != got {
				t.Errorf("redacting again changes it:\n%s", cmp.Diff(got, again))
			}
			if back := r.Restore(r.Text("the password correct-horse-battery-9")); strings.Contains(name, "elixir") && back != "the password correct-horse-battery-9" {
				t.Errorf("restored %q", back)
			}
		})
	}
}

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a key in a map", `%{password: "x1", user: "bob"}`, `%{password: "REDACTED_PASSWORD_1", user: "bob"}`},
		{"an Erlang map", `#{password => <<"x1">>,n => 1}`, `#{password => <<"REDACTED_PASSWORD_1">>,n => 1}`},
		{"the same value twice", `[token: "ab", old_token: "ab", secret: "cd"]`, `[token: "REDACTED_TOKEN_1", old_token: "REDACTED_TOKEN_1", secret: "REDACTED_SECRET_1"]`},
		{"a key=value in prose", `login failed: password=hunter2 user=bob`, `login failed: password=REDACTED_PASSWORD_1 user=bob`},
		{"a header", "Authorization: Bearer abc123\nHost: x", "Authorization: REDACTED_AUTH_1\nHost: x"},
		{"a bearer token in prose", `sent Bearer abcDEF123456 to it`, `sent Bearer REDACTED_AUTH_1 to it`},
		{"JSON", `{"apiKey":"k-1","n":1}`, `{"apiKey":"REDACTED_KEY_1","n":1}`},
		{"JSON in a string", `{"msg":"{\"password\":\"k-1\"}"}`, `{"msg":"{\"password\":\"REDACTED_PASSWORD_1\"}"}`},
		{"a URL", `https://u:pw@h.example/x?api_key=v1&page=2`, `https://u:REDACTED_PASSWORD_1@h.example/x?api_key=REDACTED_KEY_1&page=2`},
		{"a call", `MyApp.Auth.login("bob", "pw")`, `MyApp.Auth.login("bob", "REDACTED_SECRET_1")`},
		{"a call in Erlang", `my_auth:verify_password("bob", <<"pw">>)`, `my_auth:verify_password("bob", <<"REDACTED_SECRET_1">>)`},
		{"a message", `{:login, "bob", "pw"}`, `{:login, "bob", "REDACTED_SECRET_1"}`},
		{"an MFA with arguments", `{auth,login,["bob","pw"],[{file,"auth.erl"},{line,3}]}`, `{auth,login,["bob","REDACTED_SECRET_1"],[{file,"auth.erl"},{line,3}]}`},
		{"a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIabc+/=\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----REDACTED_KEY_1-----END RSA PRIVATE KEY-----"},
		{"arguments listed by Elixir", "The following arguments were given to MyApp.Auth.login/2:\n\n    # 1\n    \"bob\"\n\n    # 2\n    \"pw1\"\n", "The following arguments were given to MyApp.Auth.login/2:\n\n    # 1\n    \"bob\"\n\n    # 2\n    \"REDACTED_SECRET_1\"\n"},
		{"a cut term", `State: %{user: "bob", password: "hunter2", opts: [a: ...`, `State: %{user: "bob", password: "REDACTED_PASSWORD_1", opts: [a: ...`},
		{"a string cut by the end", "State: %{password: \"hunter2\nnext line", "State: %{password: \"REDACTED_PASSWORD_1\nnext line"},
		{"a peer", `{{10,0,0,7},443}`, `{{REDACTED_IP_1,0,0,0},443}`},
		{"an address in prose", `connect to 10.20.30.40:5432`, `connect to REDACTED_IP_1:5432`},
		{"an IPv6 address", `peer [2001:db8::8a2e:370:7334]`, `peer [REDACTED_IP_1]`},
		{"a charlist", `[password: 'abc1']`, `[password: 'REDACTED_PASSWORD_1']`},
		{"a sigil", `[password: ~c"abc1"]`, `[password: ~c"REDACTED_PASSWORD_1"]`},
		{"the arguments of a command", `["--password", "pw-1", "--verbose", "x"]`, `["--password", "REDACTED_PASSWORD_1", "--verbose", "x"]`},
		{"a module attribute", `  @api_key "abc-1"`, `  @api_key "REDACTED_KEY_1"`},
		{"a sigil in source", `token: ~s(abc1)`, `token: "REDACTED_TOKEN_1"`},
		{"Erlang beside Elixir", `[{password,"p-1"}] %{a: :b, c: nil}`, `[{password,"REDACTED_PASSWORD_1"}] %{a: :b, c: nil}`},
		{"a changeset", `#Ecto.Changeset<changes: %{password: "p-1"}, valid?: true>`, `#Ecto.Changeset<changes: %{password: "REDACTED_PASSWORD_1"}, valid?: true>`},
		{"a container", `[credentials: {"u1", "p1"}]`, `[credentials: {"REDACTED_SECRET_1", "REDACTED_SECRET_2"}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := New(Standard)
			got := r.Text(tt.in)
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			if again := r.Text(got); again != got {
				t.Errorf("again: %s", again)
			}
			if again := New(Standard).Text(got); again != got {
				t.Errorf("again, by another: %s", again)
			}
		})
	}
}

func TestNearMisses(t *testing.T) {
	for _, s := range []string{
		`#Reference<0.0.0.400>`, `#Ref<0.3854854048.2296381441.209790>`, `<0.100.2.1>`, `#PID<0.1.0>`, `{12, 30, 10, 1}`, `127.0.0.1`,
		`{127,0,0,1}`, `::1`, `0.0.0.0`, `(kernel 8.5.4.2) src/x.erl:3`, `version 1.2.3.4`, `Chrome/120.0.6.7`, `/lib/stdlib-4.2.0.1/ebin`,
		`invalid token: expected a string`, `password can't be blank`, `token: missing`, `Basic authentication is off`, `max_tokens: 8000`,
		`token_expires_at: ~U[2026-01-01 00:00:00Z]`, `password: nil`, `password: true`, `secret: :redacted`, `token: "[FILTERED]"`,
		`password: {:system, "PGPASSWORD"}`, `key: "user:1"`, `keys: [:a, :b]`, `session_timeout: 5000`, `cookie_name: "_app"`,
		`<<a::8, b::16>>`, `12:30:10.123`, `2026-11-21T02:22:27.374565`, `550e8400-e29b-41d4-a716-446655440000`, `commit 5274a48c0ffee5274a48c0ffee5274a48c0ffee0`,
		`node :"app@host.example.com"`, `'app@host.example.com'`, `logo@2x.png`, `lib/my_app/token.ex:12: MyApp.Token.verify/2`,
		`MyApp.Password.hash(conn)`, `token = fetch_token(conn)`, `{:password_hash_algorithm, :bcrypt}`, `GenServer.call(MyApp.Auth, :login, 5000)`,
		`{:login, %{user: "bob"}}`, `pin: 17`, `1234 5678 9012 3456`, `a session: it ends`, `author: "Bob"`, `keyboard: "us"`, `compass: "north"`,
		`{:erlang, :apply, [:a, :b]}`, `host: "db1"`, `address: :local`, `00:1b:44:11:3a:b7`, `secretary: "Ann"`, `hash: "abc"`,
	} {
		if got := New(Standard).Text(s); got != s {
			t.Errorf("%s\nbecame %s", s, got)
		}
	}
}

func TestTermKeepsItsShape(t *testing.T) {
	for _, s := range []string{
		`%{password: "x", "token" => 'abc', n: 1, l: [1, 2, 3]}`,
		`[{<<"authorization">>, <<"Basic dXNlcjpwYXNz">>}, {cookie, 'SECRETCOOKIE1234567'}]`,
		`{:login, "bob", "pw"}`,
		`%User{email: "a.b@c.example", pin: 123456, raw: <<0, 1, 2, 255>>}`,
		`{{10, 0, 0, 1}, 80}`,
	} {
		in, err := term.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		out := New(Standard).Term(in)
		if term.Equal(in, out) {
			t.Errorf("%s: nothing was hidden", s)
		}
		back, err := term.Parse(out.Elixir())
		if err != nil {
			t.Errorf("%s reads as no term: %v", out.Elixir(), err)
		}
		if a, b := shape(in), shape(back); a != b {
			t.Errorf("%s: shape %s became %s", s, a, b)
		}
	}
}

// shape is the tree without its leaves, but for strings.
func shape(t term.Term) string {
	switch t.Kind {
	case term.List, term.Tuple, term.Map, term.Struct:
		var b strings.Builder
		b.WriteString("(" + string(rune('a'+t.Kind)) + t.Text)
		for _, a := range t.Args {
			b.WriteString(shape(a))
		}
		return b.String() + ")"
	case term.Binary, term.Bitstring:
		return "b"
	case term.Charlist:
		return "c"
	}
	return "."
}

func TestStrictHidesEveryLeaf(t *testing.T) {
	in, err := term.Parse(`%{name: "bob", n: 42, f: 1.5, list: [1, "two"], ref: #Reference<0.1.2.3>, tag: {:ok, "x"}, mfa: {m, f, [1], [file: "a.erl", line: 3]}}`)
	if err != nil {
		t.Fatal(err)
	}
	got := New(Strict).Term(in).Elixir()
	for _, s := range []string{"bob", "42", "1.5", "two", `"x"`} {
		if strings.Contains(got, s) {
			t.Errorf("%s is left in %s", s, got)
		}
	}
	for _, s := range []string{"name:", ":ok", "#Reference<0.1.2.3>", `file: "a.erl"`, "line: 3"} {
		if !strings.Contains(got, s) {
			t.Errorf("%s is gone from %s", s, got)
		}
	}
}

func TestStrictText(t *testing.T) {
	in := "** (MatchError) no match of right hand side value: \"bob\"\n" +
		"    (stdlib 4.2) lists.erl:1: Enum.\"-map/2-lists^map/1-0-\"/2\n" +
		"Last message: {:add, 42, \"x y\"}\n** [{m,f,[1],[{file,\"src/m.erl\"},{line,3}]}]"
	want := "** (MatchError) no match of right hand side value: \"REDACTED_STRING_2\"\n" +
		"    (stdlib 4.2) lists.erl:1: Enum.\"-map/2-lists^map/1-0-\"/2\n" +
		"Last message: {:add, REDACTED_NUMBER_1, \"REDACTED_STRING_1\"}\n** [{m,f,[REDACTED_NUMBER_2],[{file,\"src/m.erl\"},{line,3}]}]"
	if got := New(Strict).Text(in); got != want {
		t.Error(cmp.Diff(want, got))
	}
}

func TestLinkedSpellings(t *testing.T) {
	const secret = "s3cr3t/Value+1"
	r := New(Standard)
	r.Text(`[password: "` + secret + `"]`)
	for _, form := range []string{
		secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		"115, 51, 99, 114, 51, 116, 47, 86, 97, 108, 117, 101, 43, 49", "[115,51,99,114,51,116,47,86,97,108,117,101,43,49]",
	} {
		if got := r.Text("x " + form + " y"); strings.Contains(got, form) {
			t.Errorf("%s is left in %s", form, got)
		}
	}
}

func TestAWordIsHiddenOnlyWhereItStandsAlone(t *testing.T) {
	r := New(Standard)
	r.Text(`[password: "postgres"]`)
	in := `connect as postgres to :postgres at postgres://db, see lib/postgres.ex and Postgres.postgres/2`
	want := `connect as REDACTED_PASSWORD_1 to :postgres at postgres://db, see lib/postgres.ex and Postgres.postgres/2`
	if got := r.Text(in); got != want {
		t.Errorf("got %s", got)
	}
}

// A log may hold words that look like our placeholders; they must not become a
// way to read hidden values.
func TestPlaceholdersInTheInput(t *testing.T) {
	r := New(Standard)
	in := `said REDACTED_PASSWORD_1, [password: "hunter22"]`
	r.Learn(in)
	got := r.Text(in)
	if want := `said REDACTED_PASSWORD_1, [password: "REDACTED_PASSWORD_2"]`; got != want {
		t.Fatalf("got %s", got)
	}
	if back := r.Restore(got); back != in {
		t.Errorf("restored %s", back)
	}
}

func TestLearnFindsLateKeys(t *testing.T) {
	r := New(Standard)
	first, last := `gave up on xk-77-yz-99`, `%{token: "xk-77-yz-99"}`
	r.Learn(first, last)
	if got := r.Text(first); got != `gave up on REDACTED_TOKEN_1` {
		t.Errorf("got %s", got)
	}
	want := []Count{{"TOKEN", 1}}
	if diff := cmp.Diff(want, r.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestOff(t *testing.T) {
	const s = `password=hunter22`
	if got := New(Off).Text(s); got != s {
		t.Errorf("got %s", got)
	}
}

func TestParseLevel(t *testing.T) {
	for _, l := range []Level{Standard, Strict, Off} {
		if got, err := ParseLevel(l.String()); err != nil || got != l {
			t.Errorf("%s: %v, %v", l, got, err)
		}
	}
	if _, err := ParseLevel("some"); err == nil {
		t.Error("some is a level")
	}
}

func TestPartialPlaceholder(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 0, "see R": 1, "REDACTED": 8, "x REDACTED_IP_1": 13, "REDACTED_IP_1 ": 0, "NULL": 0} {
		if got := PartialPlaceholder(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(`%{password: "`, `", b: [1,2`, "hunter2-xyz")
	f.Add(`{login,"bob",<<"`, `">>}`, "a1b2c3d4e5")
	f.Add("Authorization: Bearer ", "\nx", "abcDEF123456")
	f.Add("REDACTED_PASSWORD_1 password=", " REDACTED_PASSWORD_2", "zzz999yyy")
	for name := range planted {
		if data, err := os.ReadFile("testdata/" + name); err == nil {
			f.Add(string(data[:min(len(data), 3000)]), "", "q9w8e7r6t5")
		}
	}
	f.Fuzz(func(t *testing.T, before, after, secret string) {
		r := New(Standard)
		in := before + secret + after
		got := r.Text(in)
		if again := New(Standard).Text(got); again != got {
			// What is left may read differently once its surroundings changed,
			// but it must settle.
			if third := New(Standard).Text(again); third != again {
				t.Fatalf("does not settle:\n%q\n%q\n%q\n%q", in, got, again, third)
			}
		}
		if !plantable(secret) || strings.Contains(before+after, secret) {
			return
		}
		r = New(Standard)
		text := before + "\n[password: \"" + secret + "\"]\n" + after + " " + secret + "."
		r.Learn("[password: \""+secret+"\"]", text)
		if got := r.Text(text); strings.Contains(got, secret) {
			t.Fatalf("%q is left in %q", secret, got)
		}
	})
}

// plantable says that s is like a generated secret: long enough, and no word.
func plantable(s string) bool {
	if len(s) < 8 || len(s) > 64 || neutral(s) || strings.Contains(s, "REDACTED") {
		return false
	}
	var digit, letter bool
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case c >= 'a' && c <= 'z':
			letter = true
		default:
			return false
		}
	}
	return digit && letter
}

func BenchmarkTextWithNothingToHide(b *testing.B) {
	line := "12:00:00.000 [info] GET /orders/17 sent 200 in 12ms by MyApp.OrderController.show/2\n"
	text := strings.Repeat(line, 200)
	r := New(Standard)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Text(text)
	}
}

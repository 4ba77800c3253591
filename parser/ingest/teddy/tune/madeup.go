package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
)

// words are ones that quiet logs are full of; any two may stand beside each other.
const words = `a about accepted access account across action active add after all already an and answer any app are as at
attempt available back batch be been before being between body both buffer by cache call called calls can cannot change
channel check child clean cleared client close closed cluster code commit complete completed config configured connect
connected connection connections consumer content cookie count create created current customer data database date debug
default delay delete deleted deliver did disabled disk do does done down due during each email empty enabled end ended
endpoint enough entries entry error errors event every exceeded exchange executed existing exit expected expired external
failed fetch field file files filter final finished first for found from full function get got group had handle handled
handler has have header health host how id if ignored import in index info initial input inserted instance into invalid
invoice is it item job jobs join joined just keep key last later latency leader left length level like limit line list
listen load loaded local lock log login long look lookup machine made mail manager many matched max may member memory
message messages method metrics migration missing mode module monitor more most name network new next no node nodes not
nothing notification now number object of off offset ok old on once one online only open opened operation option or order
other out over own page parameter part password path payment peer pending per ping pool port prepared present process
processed producer product profile progress provider publish push query queue queued quota range rate read ready reason
receive received reconnect record refresh refused region register registered release reload remaining remote remove
removed reply report request requested required reset resource respond response restart result resumed retry return
returned role rolled route row rows run running same saved scheduled schema search second seconds see send sent server
service session set shard shutdown signal since size skipped slow socket some source started starting state static status
still stop stopped storage stored stream string subscribe subscribed subscription success supervisor sync system table
target task tasks template than that the their then there this time timeout times timer to token too took topic total
trace transaction tree trying type unable under until up update updated upload url use used user users using valid value
version view wait waiting warning was web webhook were what when which while will with within without worker workers write
written yet you zone`

// madeUp gives text of the kinds that quiet logs are made of and that the sample
// logs hold little of. It is the same each time.
func madeUp(size int) []byte {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	thing := func() string {
		return pick("users", "orders", "items", "sessions", "invoices", "carts", "tokens", "events", "accounts", "messages")
	}
	vocabulary := strings.Fields(words)
	prose := func() string {
		s := vocabulary[rng.IntN(len(vocabulary))]
		for range 2 + rng.IntN(9) {
			between := " "
			if rng.IntN(4) == 0 {
				between = pick(", ", " (", ") ", ": ", " * ", ") * ", " - ", " => ", "=", "_", "-", ".", "/", " 7 ", "; ", " [", "] ")
			}
			s += between + vocabulary[rng.IntN(len(vocabulary))]
		}
		return s
	}
	var b bytes.Buffer
	for i := 0; b.Len() < size; i += 1 + rng.IntN(900) {
		at := fmt.Sprintf("%02d:%02d:%02d.%03d", i/3600000%24, i/60000%60, i/1000%60, i%1000)
		id := base64.URLEncoding.EncodeToString(random(15))
		switch rng.IntN(18) {
		case 0, 1, 2:
			fmt.Fprintf(&b, "%s request_id=%s [info] %s /api/v%d/%s/%d?page=%d&filter=(state,*)\n",
				at, id, pick("GET", "POST", "PUT", "DELETE", "PATCH"), rng.IntN(4), thing(), rng.IntN(1e6), rng.IntN(99))
		case 3, 4, 5:
			fmt.Fprintf(&b, "%s request_id=%s [info] Sent %d in %d%s\n", at, id, 200+rng.IntN(300), rng.IntN(999), pick("ms", "µs"))
		case 6:
			fmt.Fprintf(&b, "%s [info] CONNECTED TO Phoenix.LiveView.Socket in %dµs\n  Transport: :websocket\n  Serializer: Phoenix.Socket.V2.JSONSerializer\n  Parameters: %%{\"_csrf_token\" => \"%s\", \"_mounts\" => \"0\", \"_track_static\" => [\"https://example.com/assets/app-%x.css?vsn=d\"], \"vsn\" => \"2.0.0\"}\n",
				at, rng.IntN(99), id, random(16))
		case 7:
			fmt.Fprintf(&b, "%s [debug] QUERY OK source=%q db=%d.%dms queue=0.1ms idle=%d.2ms\nSELECT u0.\"id\", u0.\"email\", u0.\"hashed_password\", u0.\"confirmed_at\", u0.\"inserted_at\" FROM %q AS u0 LEFT OUTER JOIN %q AS s1 ON s1.\"user_id\" = u0.\"id\" WHERE (u0.\"id\" = $1) ORDER BY u0.\"id\" DESC LIMIT 50 [%d]\n↳ Shop.%s.get!/1, at: lib/shop/%s.ex:%d\n",
				at, thing(), rng.IntN(9), rng.IntN(9), rng.IntN(999), thing(), thing(), rng.IntN(1e6), pick("Accounts", "Orders", "Catalog"), thing(), rng.IntN(400))
		case 8:
			fmt.Fprintf(&b, "{\"time\":\"2026-0%d-1%dT%sZ\",\"severity\":\"info\",\"message\":\"%s %s in %dms\",\"metadata\":{\"application\":\"shop\",\"domain\":[\"elixir\"],\"file\":\"lib/shop/%s.ex\",\"function\":\"handle_info/2\",\"line\":%d,\"mfa\":[\"Elixir.Shop\",\"run\",\"2\"],\"pid\":\"#PID<0.%d.0>\",\"trace_id\":\"%s\",\"span_id\":\"%s\"}}\n",
				1+rng.IntN(9), rng.IntN(9), at, pick("processed", "started", "finished", "handled", "received", "retried"), thing(), rng.IntN(999), thing(), rng.IntN(400), rng.IntN(9999), hex.EncodeToString(random(16)), hex.EncodeToString(random(8)))
		case 9:
			fmt.Fprintf(&b, "2026-0%d-1%dT%s.%03dZ app[web.%d]: %s pid=<0.%d.0> [notice] %s connected from %d.%d.%d.%d:%d user=%X\n",
				1+rng.IntN(9), rng.IntN(9), at, i%1000, rng.IntN(9), pick("shop", "api", "worker"), rng.IntN(9999), pick("client", "socket", "consumer", "subscriber"), rng.IntN(256), rng.IntN(256), rng.IntN(256), rng.IntN(256), rng.IntN(65536), random(10))
		case 10:
			fmt.Fprintf(&b, "%s [debug] HANDLE EVENT %q in ShopWeb.%sLive\n  Component: nil\n  Parameters: %%{\"value\" => %q, \"_target\" => [%q], \"id\" => %d}\n",
				at, pick("save", "validate", "add-to-cart", "toggle"), pick("Cart", "Order", "Search"), thing(), thing(), rng.IntN(1e6))
		case 11:
			fmt.Fprintf(&b, "=PROGRESS REPORT==== %d-Mar-2026::%s ===\n    application: %s\n    started_at: 'shop@10.0.0.%d'\n", 1+rng.IntN(28), at, thing(), rng.IntN(256))
		case 12:
			fmt.Fprintf(&b, "%d.%d.%d.%d - - [1%d/Mar/2026:%s +0000] \"%s /%s/%d HTTP/1.1\" 200 %d \"https://example.com/%s\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36\"\n",
				rng.IntN(256), rng.IntN(256), rng.IntN(256), rng.IntN(256), rng.IntN(9), at, pick("GET", "POST"), thing(), rng.IntN(1e6), rng.IntN(1e5), thing())
		case 13, 14, 15, 16:
			text := prose()
			fmt.Fprintf(&b, "%s [%s] %s%s %d%s %s: %s\n", at, pick("info", "warning", "notice", "debug"),
				strings.ToUpper(text[:1]), text[1:], rng.IntN(1e4), pick("", "ms", "s", "%", " ms"), prose(), thing())
		default:
			fmt.Fprintf(&b, "%s [info] token %s %s\n", at, base64.StdEncoding.EncodeToString(random(20+rng.IntN(60))), pick("accepted", "refreshed", "expired", "stored in cache", "sent to the client"))
		}
	}
	return b.Bytes()
}

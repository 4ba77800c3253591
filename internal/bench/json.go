package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// ndjson is what logger_json's basic formatter writes, one object a line.
func ndjson(m *maker) {
	const every = 3_400
	crashes := 0
	for next := int64(every); !m.full(); {
		at, id := m.stamp(), m.request()
		if m.lines >= next {
			next += every
			c := causes[crashes%len(causes)]
			crashes++
			message := fmt.Sprintf("GenServer #PID<%s> terminating\n%s\n%sLast message: {:checkout, %d}\nState: %s",
				m.process(), c.server, strings.ReplaceAll(c.stack(), "handle_call", "handle_cast"), m.rng.IntN(1e6), m.state())
			m.put(1, `{"message":%s,"metadata":{"domain":["otp"],"error_logger":{"report_cb":"&:gen_server.format_log/1","tag":"error"},"file":"gen_server.erl","line":2404,"mfa":"gen_server.error_info/8","request_id":"%s"},"severity":"error","time":"%sZ"}`+"\n",
				strconv.Quote(message), id, at)
			m.count("gen_server", c.reason)
			continue
		}
		message := fmt.Sprintf("GET /api/v1/orders/%d?filter=(state,*)&t=%x", m.rng.IntN(1e6), m.rng.Uint64())
		switch m.rng.IntN(4) {
		case 0:
			message = fmt.Sprintf("Sent %d in %dms", 200+m.rng.IntN(4), m.rng.IntN(90))
		case 1:
			message = fmt.Sprintf("order %d shipped to Łódź in %dms", m.rng.IntN(1e6), m.rng.IntN(90))
		}
		m.put(1, `{"message":"%s","metadata":{"application":"shop","conn":{"method":"GET","path_info":["api","v1","orders"],"status":200},"domain":["elixir"],"file":"lib/phoenix/logger.ex","line":221,"mfa":"Elixir.Phoenix.Logger.phoenix_endpoint_start/4","request_id":"%s"},"severity":"info","time":"%sZ"}`+"\n",
			message, id, at)
	}
}

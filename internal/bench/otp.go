package bench

// singleLine is what OTP's logger_formatter writes by itself.
func singleLine(m *maker) {
	const every = 1_000
	reasons := [...]struct{ kind, class, term string }{
		{"badmatch", "error", "{badmatch,{error,enoent}}"},
		{"noproc", "exit", "{noproc,{gen_server,call,[orders,get]}}"},
		{"function_clause", "error", "function_clause"},
	}
	crashes := 0
	for next := int64(every); !m.full(); {
		if m.lines < next {
			switch m.rng.IntN(3) {
			case 0:
				m.put(1, "%s000+00:00 notice: order %d shipped to <<\"Oslo\">> in %d ms, stock for sku book-%d is {low,%d}\n", m.stamp(), m.rng.IntN(1e6), m.rng.IntN(90), m.rng.IntN(99), m.rng.IntN(9))
			case 1:
				m.put(1, "%s000+00:00 info: queue shop.orders: %d messages ready, %d consumers, memory #{binary => %d, heap => %d} == ok\n", m.stamp(), m.rng.IntN(1e4), m.rng.IntN(90), m.rng.IntN(1e7), m.rng.IntN(1e7))
			default:
				m.put(1, "%s000+00:00 warning: slow query (%d ms): select count(*) from orders where id = %d\n", m.stamp(), 200+m.rng.IntN(4000), m.rng.IntN(1e6))
			}
			continue
		}
		next += every
		r := reasons[crashes%len(reasons)]
		crashes++
		pid := m.process()
		stack := `[{cart,handle_call,3,[{file,"src/cart.erl"},{line,31}]},{gen_server,try_handle_call,4,[{file,"gen_server.erl"},{line,1149}]},{gen_server,handle_msg,6,[{file,"gen_server.erl"},{line,1178}]},{proc_lib,init_p_do_apply,3,[{file,"proc_lib.erl"},{line,240}]}]`
		m.put(1, `%s000+00:00 error: Generic server <%s> terminating. Reason: {%s,%s}. Last message: {checkout,%d}. State: {st,anon,undefined,[],#{host => "db1.internal",retries => %d}}. Client <0.9.0> stacktrace: [{gen,do_call,4,[{file,"gen.erl"},{line,256}]},{gen_server,call,2,[{file,"gen_server.erl"},{line,366}]},{web,show,1,[{file,"src/web.erl"},{line,3}]}].`+"\n",
			m.stamp(), pid, r.term, stack, m.rng.IntN(1e6), m.rng.IntN(9))
		m.put(1, `%s000+00:00 error: crasher: initial call: cart:init/1, pid: <%s>, registered_name: [], %s: {%s,%s}, ancestors: [cart_sup,<0.9.0>], message_queue_len: 0, messages: [], links: [], dictionary: [], trap_exit: false, status: running, heap_size: 4185, stack_size: 28, reductions: %d; neighbours:`+"\n",
			m.stamp(), pid, r.class, r.term, stack, m.rng.IntN(1e5))
		m.count("gen_server", r.kind)
		m.count("process", r.kind)
	}
}

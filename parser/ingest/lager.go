package ingest

import "bytes"

// readOrigin reads the process that lager, RabbitMQ and ejabberd name behind the
// level, and where in its code it was. i is where it should begin; only a prefix
// with a date has one.
//
//	2026-11-21 02:27:40.104 [error] <0.112.0>@bad:handle_call:10 gen_server …   (lager)
//	2026-11-21 02:30:06.473398+00:00 [error] <0.93.0>     supervisor: …         (RabbitMQ)
//	2026-11-21 02:30:06.473398+00:00 [error] <0.93.0>@mod_x:handle_info/2:120 … (ejabberd)
//
// What the VM itself reports has "emulator" in the pid's place.
func readOrigin(line []byte, i int, p *prefix) {
	if bytes.HasPrefix(line[i:], []byte("emulator ")) {
		p.writer, p.end = WriterLager, i+len("emulator ")
		return
	}
	e := pidAt(line, i)
	if e < 0 || e < len(line) && line[e] != ' ' && line[e] != '@' {
		return
	}
	p.writer = WriterLager
	p.pid = line[i:e]
	at := e
	if e < len(line) && line[e] == '@' {
		if at = bytes.IndexByte(line[e:], ' '); at < 0 {
			at = len(line)
		} else {
			at += e
		}
		p.mfa = line[e+1 : at]
	}
	p.end = min(at+1, len(line))
	if at == e && len(p.stamp.zone) > 0 {
		p.writer = WriterRabbit
		p.group = line[:e]
	}
}

// readCouch reads what stands behind the level in CouchDB's log:
//
//	[error] 2026-11-21T02:30:06.473398Z couchdb@127.0.0.1 <0.93.0> -------- gen_server …
func readCouch(line []byte, i int, p *prefix) {
	s, e := stampAt(line, i)
	if e < 0 || len(s.date) == 0 || e >= len(line) || line[e] != ' ' {
		return
	}
	n := bytes.IndexByte(line[e+1:], ' ')
	if n < 0 {
		return
	}
	node := line[e+1 : e+1+n]
	pid := e + 1 + n + 1
	pe := pidAt(line, pid)
	if bytes.HasPrefix(line[pid:], []byte("emulator ")) { // the VM itself
		pe = pid + len("emulator")
	}
	if pe < 0 || pe >= len(line) || line[pe] != ' ' || bytes.IndexByte(node, '@') < 0 {
		return
	}
	id := bytes.IndexByte(line[pe+1:], ' ')
	if id < 0 {
		id = len(line) - pe - 1
	}
	p.writer, p.stamp, p.node = WriterLager, s, node
	if line[pid] == '<' {
		p.pid = line[pid:pe]
	}
	if msgid := line[pe+1 : pe+1+id]; string(msgid) != "--------" {
		p.id = msgid
	}
	p.end = min(pe+1+id+1, len(line))
}

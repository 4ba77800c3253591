package crashdump

import (
	"bytes"
	"slices"
	"strings"
)

// fieldSection is a section of keys and numbers:
//
//	=memory
//	total: 13276408
//	processes: 4049144
type fieldSection []struct {
	key   string
	value *int64
}

func (s fieldSection) line(line []byte) {
	key, value, _ := bytes.Cut(line, []byte(": "))
	for i := range s {
		if string(key) == s[i].key {
			*s[i].value = number(value)
		}
	}
}

func (fieldSection) end() {}

// procSection is a process:
//
//	=proc:<0.85.0>
//	State: Waiting
//	Name: stuck_server
//	Spawned as: erlang:apply/2
//	Message queue length: 300
//	Link list: [<0.9.0>, {to,<0.60.0>,#Ref<0.3206726376.2837446658.50050>}]
//	Stack+heap: 233
//	OldHeap: 0
//	Memory: 60960
//	Program counter: 0x00007fa4c0792a14 (m:register_wait/0 + 68)
//
// Stack+heap and OldHeap are words, Memory, which OTP 15 and older do not print,
// is bytes. A dump can hold millions of processes, so texts are copied only of
// those that are kept.
type procSection struct {
	rd                               *reader
	pid, name, state, spawned, where []byte
	links                            []byte
	queue, memory, stackHeap, old    int64
}

func (s *procSection) begin(pid []byte) {
	*s = procSection{
		rd: s.rd, pid: keep(s.pid, pid), name: s.name[:0], state: s.state[:0],
		spawned: s.spawned[:0], where: s.where[:0], links: s.links[:0],
	}
}

func (s *procSection) line(line []byte) {
	key, value, _ := bytes.Cut(line, []byte(": "))
	switch string(key) {
	case "State":
		s.state = keep(s.state, value)
	case "Name":
		s.name = keep(s.name, value)
	case "Spawned as":
		s.spawned = keep(s.spawned, value)
	case "Program counter":
		s.where = keep(s.where, value)
	case "Link list":
		s.links = keep(s.links, value)
	case "Message queue length":
		s.queue = number(value)
	case "Stack+heap":
		s.stackHeap = number(value)
	case "OldHeap":
		s.old = number(value)
	case "Memory":
		s.memory = number(value)
	}
}

func (s *procSection) end() {
	if s.memory == 0 {
		s.memory = (s.stackHeap + s.old) * s.rd.dump.wordSize()
	}
	row := Process{Queue: s.queue, Memory: s.memory, StackHeap: s.stackHeap}
	inQueue, inMemory := s.queue > 0 && s.rd.byQueue.wants(&row), s.memory > 0 && s.rd.byMemory.wants(&row)
	running := slices.IndexFunc(s.rd.running, func(p Process) bool { return p.Pid == string(s.pid) })
	found := running < 0 && len(s.rd.running) < maxRunning && bytes.HasPrefix(s.state, []byte("Running"))
	if !inQueue && !inMemory && running < 0 && !found {
		return
	}
	row.Pid, row.Name, row.State = string(s.pid), string(s.name), string(s.state)
	row.SpawnedAs, row.Current, row.Links = string(s.spawned), functionAt(s.where), linkList(string(s.links))
	if inQueue {
		s.rd.byQueue.add(row)
	}
	if inMemory {
		s.rd.byMemory.add(row)
	}
	switch {
	case running >= 0:
		row.Stack = s.rd.running[running].Stack
		if row.Current == "" {
			row.Current = s.rd.running[running].Current
		}
		s.rd.running[running] = row
	case found:
		s.rd.running = append(s.rd.running, row)
	}
}

// schedulerSection is a scheduler, and the process that it ran:
//
//	=scheduler:2
//	Scheduler Sleep Info Flags:
//	Current Process: <0.9.0>
//	Current Process State: Running
//	Current Process Program counter: 0x00007fa4c0794b54 (timer:sleep/1 + 452)
//	Current Process Limited Stack Trace:
//	0x00007fa4bf135e38:SReturn addr 0xC0473864 (erlang:halt/1 + 140)
//	0x00007fa4bf135eb8:SReturn addr 0xC0400C30 (<terminate process normally>)
type schedulerSection struct {
	rd   *reader
	id   string
	proc Process
}

func (s *schedulerSection) begin(id string) { *s = schedulerSection{rd: s.rd, id: id} }

func (s *schedulerSection) line(line []byte) {
	key, value, _ := bytes.Cut(line, []byte(": "))
	switch string(key) {
	case "Current Process":
		s.proc.Pid = string(keep(nil, bytes.TrimSpace(value)))
	case "Current Process State":
		s.proc.State = string(keep(nil, value))
	case "Current Process Program counter":
		s.proc.Current = functionAt(value)
	default:
		if !bytes.HasPrefix(line, []byte("0x")) || len(s.proc.Stack) >= maxRunning {
			return
		}
		if f := functionAt(line); f != "" {
			s.proc.Stack = append(s.proc.Stack, f)
		}
	}
}

func (s *schedulerSection) end() {
	if s.proc.Pid == "" || len(s.rd.running) >= maxRunning {
		return
	}
	s.rd.running = append(s.rd.running, s.proc)
	if s.id == s.rd.dump.CallingThread {
		s.rd.calling = s.proc.Pid
	}
}

// etsSection is an ETS table:
//
//	=ets:<0.42.0>
//	Slot: 94216679014848
//	Table: logger
//	Name: logger
//	Objects: 3
//	Words: 3593
type etsSection struct {
	rd             *reader
	owner, name    []byte
	objects, words int64
}

func (s *etsSection) begin(owner []byte) {
	*s = etsSection{rd: s.rd, owner: keep(s.owner, owner), name: s.name[:0]}
}

func (s *etsSection) line(line []byte) {
	key, value, _ := bytes.Cut(line, []byte(": "))
	switch string(key) {
	case "Name":
		s.name = keep(s.name, value)
	case "Objects":
		s.objects = number(value)
	case "Words":
		s.words = number(value)
	}
}

func (s *etsSection) end() {
	row := EtsTable{Objects: s.objects, Words: s.words}
	if s.words > 0 && s.rd.bySize.wants(&row) {
		row.Name, row.Owner = string(s.name), string(s.owner)
		s.rd.bySize.add(row)
	}
}

// top keeps the maxTop rows that have the most of something, the first first.
// Of equal rows those stay that came first.
type top[T any] struct {
	more func(a, b *T) bool
	rows []T
}

// wants says whether a row would be kept.
func (t *top[T]) wants(row *T) bool {
	return len(t.rows) < maxTop || t.more(row, &t.rows[len(t.rows)-1])
}

func (t *top[T]) add(row T) {
	i := len(t.rows)
	for i > 0 && t.more(&row, &t.rows[i-1]) {
		i--
	}
	t.rows = slices.Insert(t.rows, i, row)
	t.rows = t.rows[:min(len(t.rows), maxTop)]
}

const (
	maxText  = 2 << 10 // of a text in a section
	maxLinks = 16
)

// keep copies a text of a section to buf, and no more of it than maxText.
func keep(buf, text []byte) []byte {
	return append(buf[:0], text[:min(len(text), maxText)]...)
}

// number reads the digits at the start of text; 0 if there are none. What is too
// large stays at the largest number.
func number(text []byte) int64 {
	const most = 1<<53 - 1
	var n int64
	for _, c := range text {
		if c < '0' || c > '9' {
			break
		}
		if n = n*10 + int64(c-'0'); n > most {
			return most
		}
	}
	return n
}

// functionAt gives the function of "0x00007fa4c0792a14 (m:f/0 + 68)"; "" where
// the emulator knew none.
func functionAt(text []byte) string {
	_, at, ok := bytes.Cut(text[:min(len(text), maxText)], []byte(" ("))
	if !ok {
		return ""
	}
	name := string(at)
	if i := strings.LastIndex(name, " + "); i >= 0 {
		name = name[:i]
	} else {
		name = strings.TrimSuffix(name, ")")
	}
	if !strings.Contains(name, ":") || strings.HasPrefix(name, "<") {
		return ""
	}
	return name
}

// linkList gives the processes and ports of "[<0.9.0>, {to,<0.6.0>,#Ref<…>}]",
// without its monitors. A link that the limit of a text cut is left out.
func linkList(text string) []string {
	text = strings.TrimPrefix(text, "[")
	var links []string
	for item := range strings.SplitSeq(strings.TrimSuffix(text, "]"), ", ") {
		if (strings.HasPrefix(item, "<") || strings.HasPrefix(item, "#Port<")) && strings.HasSuffix(item, ">") && len(links) < maxLinks {
			links = append(links, item)
		}
	}
	return links
}

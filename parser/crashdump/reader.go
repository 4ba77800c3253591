package crashdump

import (
	"bytes"
	"io"
	"strings"
	"time"
)

const (
	maxHeader  = 64 << 10 // of the lines before the first section
	maxRunning = 64       // processes on schedulers, and frames of a stack
	maxTop     = 10       // rows in a table of processes or ETS tables
)

// section reads the lines of one section of a dump, and is told of its end.
type section interface {
	line(line []byte)
	end()
}

// reader reads one dump.
//
// A dump is a header and sections; what a section is about stands in its heading
// or in its lines:
//
//	=erl_crash_dump:0.5
//	Sat Nov 21 02:17:13 2026
//	Slogan: init terminating in do_boot ({undef,[…]})
//	System version: Erlang/OTP 25 [erts-13.1.5] …
//	Atoms: 8332
//	=proc:<0.0.0>
//	State: Waiting
//	Name: init
//	=end
type reader struct {
	src  *lines
	dump Dump

	proc      procSection
	ets       etsSection
	scheduler schedulerSection
	memory    fieldSection
	atoms     fieldSection

	byQueue, byMemory top[Process]
	bySize            top[EtsTable]
	running           []Process
	calling           string // the pid on the scheduler that wrote the dump
	inSlogan          bool
}

func newReader(r io.Reader) *reader {
	rd := &reader{src: newLines(r)}
	d := &rd.dump
	rd.byQueue.more = func(a, b *Process) bool { return a.Queue > b.Queue }
	rd.byMemory.more = func(a, b *Process) bool { return a.Memory > b.Memory }
	rd.bySize.more = func(a, b *EtsTable) bool { return a.Words > b.Words }
	rd.proc.rd, rd.ets.rd, rd.scheduler.rd = rd, rd, rd
	m := &d.Memory
	rd.memory = fieldSection{
		{"total", &m.Total}, {"processes", &m.Processes}, {"processes_used", &m.ProcessesUsed}, {"system", &m.System},
		{"atom", &m.Atom}, {"atom_used", &m.AtomUsed}, {"binary", &m.Binary}, {"code", &m.Code}, {"ets", &m.Ets},
	}
	rd.atoms = fieldSection{{"limit", &d.AtomLimit}}
	return rd
}

// header reads the lines before the first section.
func (rd *reader) header(first []byte) {
	d := &rd.dump
	d.Version = strings.TrimPrefix(string(first[:min(len(first), maxText)]), magic)
	text := []byte(magic + d.Version)
	for !rd.src.heading() {
		line, ok := rd.src.next()
		if !ok {
			break
		}
		if len(text)+len(line) < maxHeader {
			text = append(append(text, '\n'), line...)
		}
		rd.headerLine(line)
	}
	d.Slogan = strings.TrimRight(d.Slogan, " \n")
	d.Header = strings.TrimRight(string(text), " \n")
}

// headerLine reads one line of the header. The slogan can be of several lines,
// whatever they begin with; the system version always stands behind it.
func (rd *reader) headerLine(line []byte) {
	d := &rd.dump
	key, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	if rd.src.partial && (rd.inSlogan && strings.HasPrefix("System version:", string(line)) || !rd.inSlogan && string(key) != "Slogan") {
		return // the dump ends inside it
	}
	if rd.inSlogan && string(key) != "System version" {
		if len(d.Slogan)+len(line) < maxHeader {
			d.Slogan += "\n" + string(line)
		}
		return
	}
	rd.inSlogan = false
	switch string(key) {
	case "Slogan":
		d.Slogan, rd.inSlogan = string(value), true
	case "System version":
		d.SystemVersion = string(value)
	case "Compiled":
		d.Compiled = string(value)
	case "Taints":
		d.Taints = string(value)
	case "Atoms":
		d.Atoms = number(value)
	case "Calling Thread":
		d.CallingThread = string(value)
	default:
		if d.Date == "" && d.Slogan == "" {
			d.Date = string(bytes.TrimSpace(line))
		}
	}
}

// sections reads all that follows the header.
func (rd *reader) sections() {
	for {
		heading, ok := rd.src.next()
		if !ok {
			return
		}
		if rd.src.partial && string(heading) != "=end" {
			return
		}
		s := rd.open(heading)
		for s != nil && !rd.src.heading() {
			line, ok := rd.src.next()
			if !ok || rd.src.partial {
				break
			}
			s.line(line)
		}
		if s != nil {
			s.end()
		}
		rd.src.skip()
	}
}

// open gives what reads the section under a heading; nil if it is passed over.
func (rd *reader) open(heading []byte) section {
	d := &rd.dump
	tag, id, _ := bytes.Cut(bytes.TrimRight(bytes.TrimPrefix(heading, []byte("=")), " "), []byte(":"))
	switch string(tag) {
	case "proc":
		d.Processes++
		rd.proc.begin(id)
		return &rd.proc
	case "ets":
		d.Tables++
		rd.ets.begin(id)
		return &rd.ets
	case "scheduler", "dirty_cpu_scheduler", "dirty_io_scheduler":
		rd.scheduler.begin(string(tag) + ":" + string(id))
		return &rd.scheduler
	case "memory":
		return rd.memory
	case "index_table":
		if string(id) == "atom_tab" {
			return rd.atoms
		}
	case "node":
		if node := strings.Trim(string(id[:min(len(id), 512)]), "'"); node != "nonode@nohost" {
			d.Node = node
		}
	case "port":
		d.Ports++
	case "timer":
		d.Timers++
	case "mod":
		d.Modules++
	case "visible_node", "hidden_node":
		d.Nodes++
	case "end":
		d.Complete = true
	case "abort":
		d.Aborted = string(id[:min(len(id), 512)])
	}
	return nil
}

// finish gives the dump with all that is known at the end of the input.
func (rd *reader) finish() *Dump {
	d := &rd.dump
	d.Complete = d.Complete && d.Aborted == ""
	d.ByQueue, d.ByMemory, d.BySize = rd.byQueue.rows, rd.byMemory.rows, rd.bySize.rows
	for _, p := range rd.running {
		if p.Pid == rd.calling {
			d.Running = append([]Process{p}, d.Running...)
		} else {
			d.Running = append(d.Running, p)
		}
	}
	d.Bytes, d.Lines, d.LastLine = rd.src.bytes, rd.src.total(), rd.src.last
	return d
}

// Time is the dump's date in ISO form, "2026-11-21T02:17:13"; "" if it has none.
func (d *Dump) Time() string {
	t, err := time.Parse("Mon Jan _2 15:04:05 2006", d.Date)
	if err != nil {
		return ""
	}
	return t.Format("2006-01-02T15:04:05")
}

// wordSize is the size of a word in bytes.
func (d *Dump) wordSize() int64 {
	if strings.Contains(d.SystemVersion, "[64-bit]") {
		return 8
	}
	return 4
}

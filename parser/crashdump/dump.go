// Package crashdump reads erl_crash.dump, the file that a VM writes when it goes
// down: why it did, what its memory was used for, and which of its processes
// stood out.
//
// A dump is read as a stream in bounded memory, whatever its size: the heaps,
// stacks and binaries that make a dump gigabytes long are passed over.
package crashdump

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Dump is what a crash dump says. Texts are as printed there; "" and 0 are
// unknown, unless a count's section is known to be in every dump.
type Dump struct {
	Version       string // of the dump's format: "0.5"
	Date          string // "Sat Nov 21 02:17:13 2026", the host's local time
	Slogan        string // why the VM went down; can be several lines
	SystemVersion string
	Compiled      string // OTP 16 and older
	Taints        string // modules with NIFs and drivers loaded
	CallingThread string // "scheduler:1", the thread that wrote the dump
	Header        string // the lines before the first section, as printed

	Node      string // "shop@localhost"; "" if the node was not distributed
	Atoms     int64
	AtomLimit int64
	Memory    Memory

	Processes, Ports, Tables, Timers, Modules, Nodes int64 // how many there are; Nodes are connected ones

	ByQueue  []Process  // with the longest message queues, the longest first
	ByMemory []Process  // with the most memory, the most first
	Running  []Process  // on a scheduler, that of the calling thread first
	BySize   []EtsTable // the largest ETS tables, the largest first

	Complete bool   // =end was there
	Aborted  string // why the VM stopped to write the dump: "CRASH DUMP SIZE LIMIT REACHED"

	Bytes int64
	Lines int64
	// LastLine is the number of the last line that is not blank.
	LastLine int64
}

// Memory is the table of =memory, in bytes.
type Memory struct {
	Total, Processes, ProcessesUsed, System, Atom, AtomUsed, Binary, Code, Ets int64
}

// Process is one of the dump's processes.
type Process struct {
	Pid       string // "<0.9.0>"
	Name      string // registered name
	State     string // "Waiting"
	SpawnedAs string // "proc_lib:init_p/5"
	Current   string // the function in the program counter: "gen_server:loop/7"
	Queue     int64  // messages that wait
	Memory    int64  // in bytes; from the sizes of the heaps where the dump tells none
	StackHeap int64  // in words
	Links     []string
	Stack     []string // the functions of its stack, the innermost first; only of a running process
}

// EtsTable is one of the dump's ETS tables.
type EtsTable struct {
	Name    string
	Owner   string
	Objects int64
	Words   int64
}

const (
	magic = "=erl_crash_dump:"
	bom   = "\ufeff"
)

// SniffLen is how many bytes of an input [Sniff] needs to see.
const SniffLen = len(bom) + len(magic)

// Sniff says whether an input that begins with head is a crash dump.
func Sniff(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimPrefix(head, []byte(bom)), []byte(magic))
}

// ErrNoDump says that an input is no crash dump.
var ErrNoDump = errors.New("is no crash dump: it does not begin with =erl_crash_dump")

// Read reads a crash dump up to the end of r; name is for errors. A dump that
// ends early gives what it holds. The Dump is never nil: with an error, it is
// what was read before.
func Read(r io.Reader, name string) (*Dump, error) {
	rd := newReader(r)
	first, ok := rd.src.next()
	if !ok && rd.src.err == nil || ok && !Sniff(first) {
		return &rd.dump, fmt.Errorf("%s %w", name, ErrNoDump)
	}
	if ok {
		rd.header(bytes.TrimPrefix(first, []byte(bom)))
		rd.sections()
	}
	if err := rd.src.err; err != nil {
		return rd.finish(), fmt.Errorf("read %s: %w", name, err)
	}
	return rd.finish(), nil
}

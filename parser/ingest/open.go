package ingest

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

// ErrDirectory says that an input is a directory.
var ErrDirectory = errors.New("is a directory; name its files, or use -r to read all of them")

// ErrBinary says that an input is no text, and nothing that can be unpacked to text.
var ErrBinary = errors.New("is no text log; name a log file, or one packed with gzip, zstd or bzip2")

// told is an error whose words say all that the one below would.
type told struct {
	words string
	below error
}

func (e *told) Error() string { return e.words }
func (e *told) Unwrap() error { return e.below }

// Open opens an input: a file, or stdin for "-". It unpacks gzip, zstd and
// bzip2 and decodes UTF-16, all of which it recognises by their first bytes. A directory, a
// missing file and binary data are errors that name the input; see [ErrDirectory]
// and [ErrBinary].
func Open(name string, stdin io.Reader) (*Input, error) {
	if name == "-" {
		if f, ok := stdin.(*os.File); ok {
			enlargePipe(f)
		}
		return decode(name, stdin, io.NopCloser(nil))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, openError(name, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("%s %w", name, ErrDirectory)
	}
	r, err := decode(name, f, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

// openError says what can be done about a file that cannot be opened.
func openError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &told{name + ": no such file; check the path, or use - for stdin", fs.ErrNotExist}
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: not allowed to read it; try \"sudo cat %s | beamlog … -\": %w", name, name, fs.ErrPermission)
	}
	return fmt.Errorf("open %w", err)
}

// Input is a decoded input and what must be closed with it. It can be closed
// while another goroutine reads it: then that read is the last.
type Input struct {
	text    io.Reader
	stored  counted
	closers []io.Closer

	mu     sync.Mutex // held by a read
	closed atomic.Bool
}

func (in *Input) Read(p []byte) (int, error) {
	in.mu.Lock()
	n, err := in.text.Read(p)
	in.mu.Unlock()
	if in.closed.Load() {
		return n, errors.Join(os.ErrClosed, in.Close())
	}
	return n, err
}

func (in *Input) Close() error {
	in.closed.Store(true)
	if !in.mu.TryLock() {
		return nil // what decompresses must not be closed under a read: the read does it
	}
	defer in.mu.Unlock()
	var err error
	for _, c := range in.closers {
		err = errors.Join(err, c.Close())
	}
	in.closers = nil
	return err
}

// decode looks at the first block of r and gives a reader of UTF-8 text.
func decode(name string, stored io.Reader, file io.Closer) (*Input, error) {
	in := &Input{closers: []io.Closer{file}}
	in.stored.r = stored
	var r io.Reader = &in.stored
	for range 2 {
		head, rest, err := firstBlock(r)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		switch {
		case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(rest)
			if err != nil {
				return nil, fmt.Errorf("unpack %s: %w", name, err)
			}
			in.closers = append([]io.Closer{z}, in.closers...)
			r = &unpacked{z, name}
			continue
		case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(rest, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(16<<20))
			if err != nil {
				return nil, fmt.Errorf("unpack %s: %w", name, err)
			}
			in.closers = append([]io.Closer{z.IOReadCloser()}, in.closers...)
			r = &unpacked{z, name}
			continue
		case isBzip2(head):
			r = &unpacked{bzip2.NewReader(rest), name}
			continue
		case bytes.HasPrefix(head, []byte("\xfd7zX")):
			return nil, &told{fmt.Sprintf("%s is packed with xz, which is not unpacked here; use \"xz -dc %s | beamlog … -\"", name, name), ErrBinary}
		case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
			rest = &utf16Reader{r: rest, low: 0}
		case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
			rest = &utf16Reader{r: rest, low: 1}
		case isTar(head):
			return nil, fmt.Errorf("%s is a tar archive; unpack it first, or use \"tar xOf %s | beamlog … -\": %w", name, name, ErrBinary)
		case isBinary(head):
			return nil, fmt.Errorf("%s %w", name, ErrBinary)
		}
		in.text = rest
		return in, nil
	}
	return nil, fmt.Errorf("%s is packed more than once; unpack it first: %w", name, ErrBinary)
}

// Stored gives how many bytes of the input have been read as it is stored, packed
// or not.
func (in *Input) Stored() int64 { return in.stored.n.Load() }

// counted counts what is read.
type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// firstBlock reads what there is to read at once, and gives it and a reader of
// the whole.
func firstBlock(r io.Reader) ([]byte, io.Reader, error) {
	head := make([]byte, 4<<10)
	n, err := io.ReadAtLeast(r, head, 4)
	head = head[:n]
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return head, bytes.NewReader(head), nil
	case err != nil:
		return nil, nil, err
	}
	return head, io.MultiReader(bytes.NewReader(head), r), nil
}

// unpacked names the input in the errors of its decompressor.
type unpacked struct {
	r    io.Reader
	name string
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("unpack %s: %w", u.name, err)
	}
	return n, err
}

// isBzip2 reports whether an input begins with bzip2's mark, the size of its
// blocks, and the mark of a block, as far as they are at hand.
func isBzip2(head []byte) bool {
	return bytes.HasPrefix(head, []byte("BZh")) && len(head) > 3 && head[3] >= '1' && head[3] <= '9' &&
		bytes.HasPrefix([]byte("1AY&SY"), head[4:min(len(head), 10)])
}

func isTar(head []byte) bool {
	return len(head) > 262 && string(head[257:262]) == "ustar"
}

// isBinary reports whether the first block of an input is no text: it holds NULs
// behind those that a truncated and still written log begins with (more than the
// few that a term may have printed), or is mostly control characters and broken
// UTF-8.
func isBinary(head []byte) bool {
	text := bytes.TrimLeft(head, "\x00")
	if nuls := bytes.Count(text, []byte{0}); nuls > 0 && nuls*64 > len(text) {
		return true
	}
	bad := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1 && len(text)-i >= utf8.UTFMax:
			bad++
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\b' && r != 7 && r != 0x1b:
			bad++
		}
		i += n
	}
	return bad > 8 && bad*10 > len(text)*3
}

// utf16Reader turns UTF-16 with a byte order mark into UTF-8.
type utf16Reader struct {
	r    io.Reader
	low  int // index of the low byte in a unit
	buf  [8 << 10]byte
	n    int    // bytes of buf that wait
	out  []byte // text that waits
	high rune   // the first half of a surrogate pair
	err  error
	mark bool // the byte order mark has been read
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n, err := u.r.Read(u.buf[u.n:])
		u.n += n
		u.err = err
		u.convert()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// convert decodes the whole units in buf.
func (u *utf16Reader) convert() {
	u.out = u.out[:0]
	i := 0
	for ; i+2 <= u.n; i += 2 {
		c := rune(u.buf[i+u.low]) | rune(u.buf[i+1-u.low])<<8
		switch {
		case !u.mark:
			u.mark = true
			continue
		case u.high != 0:
			r := utf16.DecodeRune(u.high, c)
			u.high = 0
			u.out = utf8.AppendRune(u.out, r)
			if r != utf8.RuneError {
				continue
			}
		}
		if utf16.IsSurrogate(c) && c < 0xdc00 {
			u.high = c
			continue
		}
		u.out = utf8.AppendRune(u.out, c)
	}
	u.n = copy(u.buf[:], u.buf[i:u.n])
}

package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

func gzipped(t *testing.T, s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t *testing.T, s string) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(s), nil)
}

func utf16Text(s string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

// bzipped is what bzip2 made of one line.
var bzipped, _ = hex.DecodeString("425a68393141592653591d3fa7ba000005db80001040017010000a0121804020002226469b487ea840000356eccb6f1350907427e2ee48a70a1203a7f4f740")

func TestOpen(t *testing.T) {
	const text = "12:00:00.000 [error] GenServer A terminating\n** (stop) é😀\n"
	inputs := map[string][]byte{
		"plain": []byte(text), "empty": nil, "gzip": gzipped(t, text), "zstd": zstandard(t, text),
		"two members": append(gzipped(t, text[:20]), gzipped(t, text[20:])...),
		"utf-16le":    utf16Text(text, binary.LittleEndian), "utf-16be": utf16Text(text, binary.BigEndian),
		"gzip of utf-16": gzipped(t, string(utf16Text(text, binary.LittleEndian))),
		"latin-1":        []byte("12:00 caf\xe9\n"),
		"hole":           append(make([]byte, 3000), text...),
		"bzip2":          bzipped,
	}
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			want := text
			switch name {
			case "empty":
				want = ""
			case "latin-1", "hole":
				want = string(in)
			case "bzip2":
				want = "12:00:00.000 [info] x\n"
			}
			path := filepath.Join(t.TempDir(), "x.log")
			if err := os.WriteFile(path, in, 0o600); err != nil {
				t.Fatal(err)
			}
			for source, open := range map[string]func() (*Input, error){
				"file":  func() (*Input, error) { return Open(path, nil) },
				"stdin": func() (*Input, error) { return Open("-", iotest.OneByteReader(bytes.NewReader(in))) },
			} {
				r, err := open()
				if err != nil {
					t.Fatal(source, err)
				}
				got, err := io.ReadAll(r)
				if err != nil || string(got) != want || r.Stored() != int64(len(in)) {
					t.Errorf("%s: %q, %v, %d bytes of %d", source, got, err, r.Stored(), len(in))
				}
				if err := r.Close(); err != nil {
					t.Error(source, err)
				}
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tar := make([]byte, 1024)
	copy(tar, "log.txt")
	copy(tar[257:], "ustar")
	tests := map[string]struct {
		path string
		is   error
		says string
	}{
		"directory":   {dir, ErrDirectory, "-r"},
		"missing":     {filepath.Join(dir, "none.log"), fs.ErrNotExist, "check the path"},
		"NUL bytes":   {write("elf", append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 60)...)), ErrBinary, "log file"},
		"noise":       {write("noise", bytes.Repeat([]byte{0x80, 0x01, 0xff, 0x93}, 500)), ErrBinary, "log file"},
		"tar":         {write("x.tar", tar), ErrBinary, "unpack"},
		"gzipped tar": {write("x.tgz", gzipped(t, string(tar))), ErrBinary, "unpack"},
	}
	for name, test := range tests {
		_, err := Open(test.path, nil)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.path) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := Open(write("cut.gz", gzipped(t, strings.Repeat("abcdefgh\n", 1000))[:40]), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "cut.gz") {
		t.Error(err)
	}
}

func FuzzUTF16(f *testing.F) {
	f.Add(utf16Text("a😀b\n", binary.LittleEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		whole, _ := io.ReadAll(&utf16Reader{r: bytes.NewReader(b)})
		pieces, _ := io.ReadAll(&utf16Reader{r: iotest.OneByteReader(bytes.NewReader(b))})
		if !bytes.Equal(whole, pieces) {
			t.Fatalf("%q, %q", whole, pieces)
		}
	})
}

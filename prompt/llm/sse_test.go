package llm

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/beamlog/beamlog/prompt"
	"github.com/beamlog/beamlog/prompt/redact"
)

// normalize reads a body through the normalizer.
func normalize(r io.Reader) (string, *call, error) {
	c := &call{cancel: func(error) {}}
	n := newNormalizer(io.NopCloser(r), "text/event-stream", c)
	out, err := io.ReadAll(n)
	n.Close()
	return string(out), c, err
}

func TestNormalizerDoesNotDependOnPieces(t *testing.T) {
	in := "\ufeff: hi\r\n\r\n" + say("Grüße ") + "event: x\n" + say("you") + fin("stop") + usage(1, 2) + done + "rest"
	want, _, err := normalize(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []io.Reader{iotest.OneByteReader(strings.NewReader(in)), iotest.HalfReader(strings.NewReader(in)), iotest.DataErrReader(strings.NewReader(in))} {
		if got, _, err := normalize(r); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	if !strings.HasSuffix(want, done) || strings.Contains(want, "rest") || strings.Count(want, "data: ") != 5 {
		t.Errorf("got %q", want)
	}
}

func TestNormalizerIsBounded(t *testing.T) {
	_, c, err := normalize(io.MultiReader(strings.NewReader("data: {\"x\":\""), &endless{}))
	if err == nil || c.failure == nil || c.failure.kind != BadAnswer {
		t.Errorf("an endless line ended with %v", err)
	}
}

// endless is a body without an end.
type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestNormalizerKeepsTheErrorOfTheConnection(t *testing.T) {
	broken := errors.New("broken")
	out, _, err := normalize(io.MultiReader(strings.NewReader(say("Hel")), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || !strings.Contains(out, "Hel") {
		t.Errorf("got %q, %v", out, err)
	}
}

func FuzzNormalizer(f *testing.F) {
	for _, s := range []string{
		say("Hello") + fin("stop") + done, "data: {\"error\":\"x\"}\n\n", "<html><title>x</title>", `{"choices":[{"message":{"content":"x"}}]}`,
		"event: error\ndata: x\n\n", ": c\n\ndata: {\n\n", "\ufeff \r\n[1]", "data:[DONE]", `data: {"choices":[{"index":"x","delta":[]}],"usage":{"prompt_tokens":1e300}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, c, err := normalize(strings.NewReader(in))
		if err != nil && c.failure == nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("%q: %v is not noted", in, err)
		}
		for _, l := range strings.Split(out, "\n") {
			if l != "" && !strings.HasPrefix(l, "data: {") && l != "data: [DONE]" {
				t.Fatalf("%q: line %q", in, l)
			}
		}
		if c.failure != nil && strings.ContainsAny(c.failure.message, "\x1b\n") {
			t.Fatalf("%q: message %q", in, c.failure.message)
		}
	})
}

func TestPrinterRestoresAcrossPieces(t *testing.T) {
	r := redact.New(redact.Standard)
	hidden := r.Text(`[password: "hunter2-77", email: "a.b@c.example"]`)
	if !strings.Contains(hidden, "REDACTED_PASSWORD_1") {
		t.Fatal(hidden)
	}
	answer := "Use REDACTED_PASSWORD_1, REDACTED_EMAIL_1 and REDACTED_PASSWORD_12. READ REDACTED_PASSWORD_1"
	want := "Use hunter2-77, a.b@c.example and REDACTED_PASSWORD_12. READ hunter2-77"
	for size := 1; size < len(answer); size++ {
		var out strings.Builder
		p := newPrinter(&out, &prompt.Bundle{}, false)
		p.restore = r.Restore
		for i := 0; i < len(answer); i += size {
			if err := p.write(answer[i:min(i+size, len(answer))]); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.flush(); err != nil {
			t.Fatal(err)
		}
		if out.String() != want || p.text.String() != want {
			t.Fatalf("pieces of %d: %q", size, out.String())
		}
	}
}

func TestFake(t *testing.T) {
	f := &Fake{Text: "Hello"}
	var c Client = f
	var out strings.Builder
	a, err := c.Explain(t.Context(), bundle(), &out)
	if err != nil || out.String() != "Hello" || !a.Complete || len(f.Asked) != 1 {
		t.Errorf("got %+v, %v", a, err)
	}
}

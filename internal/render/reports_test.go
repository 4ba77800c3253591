package render

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// TestEverythingRead fills every field of a report with a value of its own: all
// of them must be in what is written.
func TestEverythingRead(t *testing.T) {
	r := &parser.Report{}
	f := filler{want: map[string]string{}}
	f.fill("Report", reflect.ValueOf(r).Elem())
	var out bytes.Buffer
	if err := NewReports(&out).Report(r); err != nil {
		t.Fatal(err)
	}
	for path, value := range f.want {
		if !strings.Contains(out.String(), value) {
			t.Errorf("%s is not there (%s)", path, value)
		}
	}
	if len(f.want) < 60 {
		t.Errorf("only %d fields were filled", len(f.want))
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// filler gives each field a value of its own and remembers them by path.
type filler struct {
	n    int
	want map[string]string
}

// notShown are the fields that a report's JSON leaves out: the text itself, and
// where each line of it stood.
var notShown = []string{"Record.Body", "Record.Lines", "Record.Wrap", "Record.Layout.Line", "Record.Layout.Offset", "Record.Layout.Steps"}

func (f *filler) fill(path string, v reflect.Value) {
	for _, p := range notShown {
		if strings.HasSuffix(path, p) {
			return
		}
	}
	f.n++
	if v.Type() == reflect.TypeFor[term.Term]() {
		name := fmt.Sprintf("term%d", f.n)
		v.Set(reflect.ValueOf(term.MakeAtom(name)))
		f.want[path] = ":" + name + `"`
		return
	}
	switch v.Kind() {
	case reflect.String:
		text := fmt.Sprintf("text%dx", f.n)
		v.SetString(text)
		f.want[path] = text
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(100000 + f.n))
		f.want[path] = fmt.Sprint(100000 + f.n)
	case reflect.Bool:
		v.SetBool(true) // which key says so is the schema's business
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(path, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(path+"[0]", v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
}

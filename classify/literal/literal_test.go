package literal

import (
	"slices"
	"testing"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want []string
	}{
		{"", nil},
		{"(", nil},
		{`could not register .* with name (?P<name>\S+) because`, []string{"could not register "}},
		{`^(?:abc|de)f?$`, []string{"abc", "de"}},
		{`abc|.*`, nil},
		{`(?i)abc`, nil},
		{`a*b+`, []string{"b"}},
	} {
		if got := Of(tt.expr); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.expr, got, tt.want)
		}
	}
}

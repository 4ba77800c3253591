package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// The values of [Options.InputFormat].
const (
	FormatAuto = "auto" // what each line is is found out line by line
	FormatText = "text" // text: JSON is not unpacked, nor what travels in it
	FormatJSON = "json" // JSON: an entry begins at a line's first object, and what is no JSON is noise
)

// InputFormats gives the values that [Options.InputFormat] can have.
func InputFormats() []string { return []string{FormatAuto, FormatText, FormatJSON} }

// CheckInputFormat says what is wrong with a value for [Options.InputFormat], if
// anything.
func CheckInputFormat(name string) error {
	if name == "" || slices.Contains(InputFormats(), name) {
		return nil
	}
	return fmt.Errorf("no input format %q; there are %s", name, strings.Join(InputFormats(), ", "))
}

// setInputFormat has c read what the user said that the input is.
func (c *cutter) setInputFormat(name string) {
	switch name {
	case FormatText:
		if c.format == nil {
			c.format = &loggerFormat{}
		}
		c.format.noJSON = true
		c.peeler.all = slices.DeleteFunc(c.peeler.all, func(t transport) bool { return t.name == shipperName })
	case FormatJSON:
		c.onlyJSON = true
	}
}

// shipperName is the transport that is JSON itself.
const shipperName = "shipper"

// maxObjects is how many places in a line are looked at for an entry's beginning.
const maxObjects = 16

// embeddedJSON gives a line from the JSON object in it on: no matter what stands
// before. nil if there is none.
//
//	web-1 app 2026-11-21: {"level":"error","message":"GenServer …"}
func embeddedJSON(line []byte) []byte {
	var p prefix
	for i, n := 0, 0; n < maxObjects; i, n = i+1, n+1 {
		at := bytes.IndexByte(line[i:], '{')
		if at < 0 {
			return nil
		}
		if i += at; readJSON(line[i:], &p) {
			return line[i:]
		}
	}
	return nil
}

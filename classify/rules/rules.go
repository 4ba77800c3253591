// Package rules holds the source of the built-in rules, one YAML file each,
// with the real logs that prove them. The engine does not read them: go
// generate compiles them into classify/rules_gen.go. They are embedded for
// "beamlog rules show" and for the tests.
package rules

import "embed"

// Files are the rule files, "noproc.yaml" and so on.
//
//go:embed *.yaml
var Files embed.FS

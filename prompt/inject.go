package prompt

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// instruction matches text that speaks to a model rather than of a program.
var instruction = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|any|your|these|the)\b.{0,30}` +
		`\b(?:instructions?|prompts?|rules|directions|context|guidelines)\b` +
		`|\byou are (?:now|a|an) .{0,40}\b(?:assistant|model|ai|agent|chatbot|dan)\b` +
		`|\b(?:new|updated|real|actual) (?:system )?(?:instructions?|prompt|task)\s*:` +
		`|\b(?:system prompt|developer message|jailbreak|prompt injection)\b` +
		`|<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)[^|]{0,20}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?)>` +
		`|(?:^|\\n)\s*(?:system|assistant|human|user)\s*:\s*\S.{0,40}\b(?:you|must|answer|respond|reply|ignore)\b` +
		`|\b(?:respond|reply|answer) (?:only|exactly) (?:with|by)\b` +
		`|\bdo not (?:tell|inform|mention|reveal|report)\b.{0,30}\b(?:user|developer|anyone|this)\b` +
		`|\b(?:as an ai|language model)\b.{0,40}\b(?:must|should|you)\b`)
})

// maxFlags is how many lines of one block are named.
const maxFlags = 3

// instructions warns of lines of evidence that look like instructions to a
// model. The text stays: it may be what the crash is about.
func instructions(bl Block) []string {
	var out []string
	for i, l := range strings.Split(bl.Text, "\n") {
		m := instruction().FindString(l)
		if m == "" {
			continue
		}
		if len(out) == maxFlags {
			return append(out, fmt.Sprintf("%s: more lines look like instructions to a model", bl.ID))
		}
		out = append(out, fmt.Sprintf("%s, line %d looks like an instruction to a model, not like a log: %q; judge the answer with care", bl.ID, i+1, clip(m, 80)))
	}
	return out
}

// clip shortens s to n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

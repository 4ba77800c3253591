package ruleset

import (
	"fmt"
	"regexp"
	"sync"
)

var idForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`) })

// Skeleton is a rule file to begin with. It passes all checks as it is.
func Skeleton(id string) (string, error) {
	if !idForm().MatchString(id) {
		return "", fmt.Errorf("id %q: expected small letters, digits and _, a letter first", id)
	}
	return fmt.Sprintf(skeleton, id), nil
}

const skeleton = `# A rule of your own. Put it in .beamlog/rules/%[1]s.yaml, and run
# "beamlog rules test .beamlog/rules". A rule with the id of a built-in one
# replaces it; "disabled: true" with nothing but the id takes it away.
id: %[1]s
title: "What happened, in a few words"
group: code # code, contract, comm, sup, res, net, dist, boot, web, data, jobs, multi
match: # one of these must fit; within one, all fields must
  - reason: "{:%[1]s, value}" # a term in Elixir's pattern syntax; small names bind
  # - exception: "MyApp.Error"
  #   text: 'order (?P<value>\d+) is gone' # a regular expression; named groups bind
severity: error # info, warning, error, critical
nature: depends # transient, deterministic, depends, benign
blame: code # code, caller, callee, config, environment, dependency, operator
summary: "{{process}} failed[[ with {{value}}]]." # [[ ]] is left out where a name in it is not known
causes:
  - "The likeliest cause first, and how to tell it."
checks:
  - "What to look at."
fixes:
  - "What to change."
examples:
  - by: "made up by hand"
    log: |
      12:00:00.000 [error] GenServer MyApp.Server terminating
      ** (stop) {:%[1]s, 7}
      Last message: :go
      State: nil
`

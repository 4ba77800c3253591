package parser

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestServersLayouts reads one crash as servers with loggers of their own lay it out.
func TestServersLayouts(t *testing.T) {
	const reason = " badmatch {:badmatch, {:error, :enoent}} top="
	for name, want := range map[string][]string{
		"by-hand/couchdb.log": {
			"gen_server couch_index_server " + reason + "couch_index_server:handle_call/3",
			"process couch_index_server " + reason + "couch_index_server:handle_call/3",
			"supervisor couch_secondary_services child_terminated" + reason,
		},
		"by-hand/emqx.log": {
			"gen_server  " + reason + "emqx_bridge_worker:handle_call/3",
			"process  " + reason + "emqx_bridge_worker:handle_call/3",
			"supervisor emqx_bridge_sup child_terminated" + reason,
		},
		"by-hand/vernemq.log": {
			"gen_server  " + reason + "vmq_reg:handle_call/3",
			"process  " + reason + "vmq_reg:handle_call/3",
			"supervisor vmq_reg_sup child_terminated" + reason,
		},
	} {
		if diff := cmp.Diff(want, tellLog(t, name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// A document is notarized before and after the members have replaced the only validator. Both receipts are proven offline, the
// later one by blocks that the pinned validator did not sign; whoever changes the document or pins another chain proves nothing.
func TestReceiptsOutliveTheValidators(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS, manifest.Relayer = "receipts", 200, false
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 1, ValidatorsPerBank: 1}
	manifest.Zones = nil
	n := &notary{t: t, Network: devnet.Start(t, manifest), dir: t.TempDir()}
	n.importKey("ann", n.Keys().Account("bank-a", 0))
	n.write("contract.txt", "7 bales of cotton")
	n.write("invoice.txt", "70,000 yen")

	pinned := n.run(0, "trust", "pin", "--node", n.rpc("bank-a"), "--chain-id", "financial-1", "--out", n.path("trust.json"))
	require.Contains(t, pinned, "One node alone said so")
	require.Equal(t, strings.Split(pinned, "\n\n")[0]+"\n", n.run(0, "trust", "show", n.path("trust.json")))
	require.Contains(t, n.run(2, "trust", "pin", "--node", n.rpc("bank-a"), "--out", n.path("trust.json")), "expected no file at")
	first := n.notarize("contract.txt", "--label", "contract 7")

	validator := n.replaceValidator()
	n.run(0, "trust", "pin", "--node", n.rpc("bank-a"), "--node", n.rpc(validator), "--out", n.path("later.json"))
	second := n.notarize("invoice.txt", "--trust", n.path("trust.json"))

	said := n.verify(0, first, "trust.json", "--document", n.path("contract.txt"))
	require.Contains(t, said, `✓ document  SHA-256`)
	require.Contains(t, said, `Proven: notarized by `+n.Keys().Account("bank-a", 0).String()+` as "contract 7" at `)
	var proven struct {
		Proven bool
		Path   []int64
	}
	require.NoError(t, json.Unmarshal([]byte(n.verify(0, second, "trust.json", "--document", n.path("invoice.txt"), "-o", "json")), &proven))
	require.True(t, proven.Proven)
	require.GreaterOrEqual(t, len(proven.Path), 3, "the pinned validator cannot vouch for the new one in one step")
	t.Logf("from the pin by the blocks %v", proven.Path)

	n.write("contract.txt", "8 bales of cotton")
	require.Contains(t, n.verify(3, first, "trust.json", "--document", n.path("contract.txt")), "is another document, or was changed")
	require.Contains(t, n.verify(3, first, "later.json"), "trust path: expected the headers from")
	require.Contains(t, n.verify(1, first, "trust.json", "--document", n.path("none.txt")), "no such file")
	require.Contains(t, n.verify(2, first, "none.json"), "pin a header with 'azukari trust pin'")

	// The organization says the same of the invoice, and a receipt that leads from the later pin is fetched from the new node.
	operator := n.Keys().Operator("bank-a", membershiptypes.RoleRepresentative)
	_, err := n.Financial().Node(validator).Client().Send(t.Context(), operator, &notarytypes.MsgNotarize{
		Notary: operator.String(), Documents: []notarytypes.Document{{Hash: n.hash("invoice.txt")}},
	})
	require.NoError(t, err)
	fetch := []string{"receipt", n.path("invoice.txt"), "--node", n.rpc(validator), "--trust", n.path("later.json"), "--out", n.path("third.json")}
	require.Contains(t, n.run(2, fetch...), "expected one notary, got several; name one with --notary:")
	n.run(0, append(fetch, "--notary", operator.String())...)
	require.Contains(t, n.verify(0, n.path("third.json"), "later.json"), "Proven: notarized by bank-a ("+operator.String()+") at ")

	// Any row is proven the same way: the parameters of x/auth.
	n.run(0, "receipt", "row", "acc", "00", "--node", n.rpc(validator), "--out", n.path("row.json"))
	require.Contains(t, n.verify(0, n.path("row.json"), "trust.json"), "of financial-1 store acc had\n  key   00\n")
	require.Contains(t, n.run(1, "receipt", "row", "acc", "7777", "--node", n.rpc(validator)), "expected a row with key 7777 in store acc")
	require.Contains(t, n.run(1, "receipt", strings.Repeat("0", 64), "--node", n.rpc(validator)), "which is not; notarize it with 'azukari notarize'")
}

// notary is a network and the folder of somebody who notarizes there.
type notary struct {
	*devnet.Network

	t   *testing.T
	dir string
}

func (n *notary) path(name string) string { return filepath.Join(n.dir, name) }

func (n *notary) rpc(node string) string { return n.Financial().Node(node).Endpoints().RPC }

func (n *notary) write(name, content string) {
	n.t.Helper()
	require.NoError(n.t, os.WriteFile(n.path(name), []byte(content), 0o600))
}

func (n *notary) importKey(name string, key devnet.Key) {
	n.t.Helper()
	keys, err := profile.Profile{Keyring: profile.Keyring{Backend: "test", Dir: n.path("keys")}}.OpenKeys(encoding.Make().Codec, nil)
	require.NoError(n.t, err)
	require.NoError(n.t, keys.Import(name, key.PrivateHex()))
}

// run runs the command, expects its exit code, and returns what it said.
func (n *notary) run(code int, args ...string) string {
	n.t.Helper()
	cmd, stdout, stderr := command(n.t, args...)
	_ = cmd.Run() // the exit code says it
	said := stdout.String() + stderr.String()
	require.Equal(n.t, code, cmd.ProcessState.ExitCode(), said)
	return said
}

// notarize notarizes a document as ann and returns the path of the receipt.
func (n *notary) notarize(name string, flags ...string) string {
	n.t.Helper()
	receipt := n.path(name) + ".receipt.json"
	said := n.run(0, append([]string{
		"notarize", n.path(name), "--from", "ann", "--keyring-backend", "test", "--keyring-dir", n.path("keys"),
		"--node", n.rpc("bank-a"), "--grpc", n.Financial().Node("bank-a").Endpoints().GRPC,
	}, flags...)...)
	require.Contains(n.t, said, receipt+": after block ")
	return receipt
}

func (n *notary) verify(code int, receipt, trust string, flags ...string) string {
	n.t.Helper()
	return n.run(code, append([]string{"verify", "receipt", receipt, "--trust", n.path(trust)}, flags...)...)
}

// hash is the document's SHA-256 as its receipt says.
func (n *notary) hash(name string) string {
	n.t.Helper()
	raw, err := os.ReadFile(n.path(name) + ".receipt.json")
	require.NoError(n.t, err)
	var receipt struct{ Notarization struct{ Hash string } }
	require.NoError(n.t, json.Unmarshal(raw, &receipt))
	return receipt.Notarization.Hash
}

// replaceValidator gives power to a second node and takes the first one's, and returns the name of the node.
func (n *notary) replaceValidator() string {
	n.t.Helper()
	const name = "successor"
	zone, first := n.Financial(), n.Financial().Node("bank-a")
	node, err := zone.JoinValidator(name, "bank-a")
	require.NoError(n.t, err)
	operator := n.Keys().Operator("bank-a", membershiptypes.RoleNode)
	_, err = first.Client().Send(n.t.Context(), operator, &membershiptypes.MsgRegisterNode{
		Operator: operator.String(), NodeId: node.ID(), Moniker: name, Address: strings.TrimPrefix(node.Endpoints().P2P, node.ID()+"@"),
	})
	require.NoError(n.t, err)
	require.NoError(n.t, node.Start())
	n.together(first, node)
	_, err = zone.Decide(n.t.Context(), "A successor", &membershiptypes.MsgSetValidator{
		Authority: devnet.Authority(),
		Validator: membershiptypes.Validator{Organization: "bank-a", ConsensusKey: node.ConsensusKey(), Power: devnet.ValidatorPower},
	})
	require.NoError(n.t, err)
	n.together(first, node)
	_, err = zone.Decide(n.t.Context(), "The first one rests", &membershiptypes.MsgRemoveValidator{
		Authority: devnet.Authority(), ConsensusKey: first.ConsensusKey(),
	})
	require.NoError(n.t, err)
	n.together(first, node)
	require.NoError(n.t, nodeclient.Poll(n.t.Context(), "the successor to sign alone", func() (bool, error) {
		status, err := node.Client().RPC().Validators(n.t.Context(), nil, nil, nil)
		return err == nil && len(status.Validators) == 1 && string(status.Validators[0].PubKey.Bytes()) == string(node.ConsensusKey()), err
	}))
	return name
}

// together waits until both nodes have some more blocks, which consensus needs to take note of what was decided.
func (n *notary) together(nodes ...*devnet.Node) {
	n.t.Helper()
	now, err := nodes[0].Client().Height(n.t.Context())
	require.NoError(n.t, err)
	for _, node := range nodes {
		require.NoError(n.t, node.Client().WaitHeight(n.t.Context(), now+5))
	}
}

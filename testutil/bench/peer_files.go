package bench

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/bech32"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

const (
	// peerInFlight is as many transactions as a mempool of simd takes.
	peerInFlight = 4_000
	peerStake    = "1000000000stake"
	// The same as a devnet's.
	peerBytesPerSecond = 64 << 20
	peerFlush          = 10 * time.Millisecond
)

// write makes the homes of all nodes. simd itself makes genesis, keys of operators and their validators; the accounts are added.
func (p *peer) write(ctx context.Context) error {
	for i := range p.options.Validators {
		node, err := newPeerNode(ctx, p.binary, filepath.Join(p.dir, "node-"+strconv.Itoa(i)), filepath.Join(p.options.Dir, fmt.Sprintf("simd-%d.log", i)))
		if err != nil {
			return err
		}
		p.nodes = append(p.nodes, node)
	}
	first := p.nodes[0].home
	simd := func(arguments ...string) error {
		command := exec.CommandContext(ctx, p.binary, append(arguments, "--home", first)...) // #nosec G204 -- the peer's own
		_, err := output(command)
		return err
	}
	if err := simd("init", "peer", "--chain-id", peerChainID); err != nil {
		return err
	}
	for i, node := range p.nodes {
		if err := node.makeKeys(); err != nil {
			return err
		}
		name := "v" + strconv.Itoa(i)
		public := fmt.Sprintf(`{"@type":"/cosmos.crypto.ed25519.PubKey","key":%q}`, base64.StdEncoding.EncodeToString(node.consensusKey))
		for _, arguments := range [][]string{
			{"keys", "add", name, "--keyring-backend", "test"},
			{"genesis", "add-genesis-account", name, peerStake, "--keyring-backend", "test"},
			{
				"genesis", "gentx", name, peerStake, "--keyring-backend", "test", "--chain-id", peerChainID, "--pubkey", public, "--moniker", name,
				"--node-id", node.id, "--output-document", filepath.Join(first, "config", "gentx", name+".json"),
			},
		} {
			if strings.HasPrefix(arguments[1], "gentx") {
				if err := os.MkdirAll(filepath.Join(first, "config", "gentx"), 0o700); err != nil {
					return err
				}
			}
			if err := simd(arguments...); err != nil {
				return fmt.Errorf("simd %s: %w", strings.Join(arguments[:2], " "), err)
			}
		}
	}
	if err := simd("genesis", "collect-gentxs"); err != nil {
		return err
	}
	if err := p.addAccounts(filepath.Join(first, "config", "genesis.json")); err != nil {
		return err
	}
	return p.furnishPeers()
}

// addAccounts gives a genesis of simd the accounts, with numbers behind those of the validators' operators.
func (p *peer) addAccounts(path string) error {
	raw, err := os.ReadFile(path) // #nosec G304 -- a file of this measurement
	if err != nil {
		return err
	}
	var genesis, state, auth, bank map[string]json.RawMessage
	var accounts, balances []json.RawMessage
	for _, step := range []struct {
		raw  func() []byte
		into any
	}{
		{func() []byte { return raw }, &genesis},
		{func() []byte { return genesis["app_state"] }, &state},
		{func() []byte { return state["auth"] }, &auth},
		{func() []byte { return state["bank"] }, &bank},
		{func() []byte { return auth["accounts"] }, &accounts},
		{func() []byte { return bank["balances"] }, &balances},
	} {
		if err := json.Unmarshal(step.raw(), step.into); err != nil {
			return fmt.Errorf("genesis of simd: %w", err)
		}
	}
	for i, account := range accounts {
		accounts[i] = []byte(strings.Replace(string(account), `"account_number": "0"`, fmt.Sprintf(`"account_number": "%d"`, i), 1))
	}
	for i := range p.accounts.count() {
		address := peerAddress(p.accounts.address(i))
		accounts = append(accounts, fmt.Appendf(nil, `{"@type":"/cosmos.auth.v1beta1.BaseAccount","address":%q,"pub_key":null,"account_number":"%d","sequence":"0"}`,
			address, len(p.nodes)+i))
		balances = append(balances, fmt.Appendf(nil, `{"address":%q,"coins":[{"denom":%q,"amount":"%d"}]}`, address, peerDenom, p.accounts.units(i)))
	}
	// Without a supply x/bank adds up the balances.
	bank["supply"] = []byte("[]")
	for _, step := range []struct {
		in    map[string]json.RawMessage
		name  string
		value any
	}{{auth, "accounts", accounts}, {bank, "balances", balances}, {state, "auth", auth}, {state, "bank", bank}, {genesis, "app_state", state}} {
		if step.in[step.name], err = json.Marshal(step.value); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(genesis); err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}

// furnishPeers gives all nodes the genesis, the settings of a devnet's nodes and the pause of ours.
func (p *peer) furnishPeers() error {
	pause, err := p.options.pause()
	if err != nil {
		return err
	}
	var addresses []string
	for _, node := range p.nodes {
		addresses = append(addresses, node.id+"@"+node.p2p)
	}
	for i, node := range p.nodes {
		if i > 0 {
			for _, name := range []string{"genesis.json", "app.toml", "client.toml"} {
				if err := copyFile(filepath.Join(p.nodes[0].home, "config", name), filepath.Join(node.home, "config", name)); err != nil {
					return err
				}
			}
		}
		config := nodeconfig.DefaultComet()
		config.SetRoot(node.home)
		config.FilterPeers = false // simd admits everybody
		config.RPC.ListenAddress, config.P2P.ListenAddress = "tcp://"+node.rpcAddress, "tcp://"+node.p2p
		config.RPC.PprofListenAddress = ""
		config.P2P.PersistentPeers = strings.Join(append(append([]string{}, addresses[:i]...), addresses[i+1:]...), ",")
		config.P2P.AddrBookStrict, config.P2P.AllowDuplicateIP = false, true
		config.P2P.SendRate, config.P2P.RecvRate, config.P2P.FlushThrottleTimeout = peerBytesPerSecond, peerBytesPerSecond, peerFlush
		config.Consensus.TimeoutCommit = pause
		config.TxIndex.Indexer = "null" // as ours
		config.Mempool.Size = 2 * peerInFlight
		config.Mempool.CacheSize = 2 * config.Mempool.Size
		cmtcfg.WriteConfigFile(filepath.Join(node.home, "config", "config.toml"), config)
	}
	return nil
}

// makeKeys makes a node's keys; the first node's replace those that simd made.
func (n *peerNode) makeKeys() error {
	for _, folder := range []string{"config", dataFolder} {
		if err := os.MkdirAll(filepath.Join(n.home, folder), 0o700); err != nil {
			return err
		}
	}
	key, err := p2p.LoadOrGenNodeKey(filepath.Join(n.home, "config", "node_key.json"))
	if err != nil {
		return err
	}
	n.id = string(key.ID())
	signer := privval.LoadOrGenFilePV(filepath.Join(n.home, "config", "priv_validator_key.json"), filepath.Join(n.home, dataFolder, "priv_validator_state.json"))
	n.consensusKey = signer.Key.PubKey.Bytes()
	return nil
}

// reset forgets all blocks of all nodes.
func (p *peer) reset() error {
	for _, node := range p.nodes {
		if err := clearData(filepath.Join(node.home, dataFolder)); err != nil {
			return err
		}
	}
	return nil
}

// peerAddress writes an address as simd does.
func peerAddress(address sdk.AccAddress) string {
	text, err := bech32.ConvertAndEncode(peerPrefix, address)
	if err != nil {
		panic(fmt.Errorf("write an address of %d bytes: %w", len(address), err)) // 20 bytes are always an address
	}
	return text
}

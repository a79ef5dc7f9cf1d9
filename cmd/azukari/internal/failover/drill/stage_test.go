package drill

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/etcd"
)

// patience bounds each wait.
const patience = 3 * time.Minute

// stage is a zone whose validators' keys are with signers.
type stage struct {
	*devnet.Network
	t   *testing.T
	ctx context.Context
	dir string
	// store is the store's address as a host sees it, and flags what `azukari signer init` needs beside it.
	store func(host devnet.Host) string
	flags []string
	// cluster is the store's members; nil where it is a file.
	cluster *etcd.Cluster
}

// signerPlace is one signer: its folder, where it runs, and the node that it signs for.
type signerPlace struct {
	name, dir string
	host      devnet.Host
	node      *devnet.Node
	address   string // priv_validator_laddr of the node
	process   *devnet.Process
}

// run runs a program to its end and returns what it says. It must succeed.
func (s *stage) run(program string, arguments ...string) string {
	s.t.Helper()
	output, err := s.try(program, arguments...)
	require.NoError(s.t, err, output)
	return output
}

func (s *stage) try(program string, arguments ...string) (string, error) {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.Financial().Binary()), program)
	output, err := exec.CommandContext(s.ctx, path, arguments...).CombinedOutput()
	return string(output), err
}

// place prepares a signer for a node. It does not run yet.
func (s *stage) place(name string, host devnet.Host, node *devnet.Node, keyFile string, arguments ...string) *signerPlace {
	s.t.Helper()
	one := &signerPlace{
		name: name, dir: filepath.Join(s.dir, name), host: host, node: node,
		address: fmt.Sprintf("127.0.0.1:%d", devnet.TakePorts(s.t, 1)[0]),
	}
	require.NoError(s.t, os.Mkdir(one.dir, 0o700))
	key := filepath.Join(one.dir, "priv_validator_key.json")
	raw, err := os.ReadFile(keyFile)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(key, raw, 0o600))
	s.t.Log(s.run("azukari", append(append([]string{
		"signer", "init", "--signer", one.dir, "--name", name, "--chain-id", s.Financial().ChainID(), "--key-file", key,
		"--node", "tcp://" + node.ID() + "@" + one.address, "--store", s.store(host),
	}, s.flags...), arguments...)...))
	return one
}

// start starts the signer.
func (s *stage) start(one *signerPlace) {
	s.t.Helper()
	program := filepath.Join(filepath.Dir(s.Financial().Binary()), "azukari")
	process, err := devnet.Run(one.host, one.name, one.log(), program, "signer", "start", "--signer", one.dir)
	require.NoError(s.t, err)
	one.process = process
	s.t.Cleanup(func() { require.NoError(s.t, process.Kill()) })
}

func (p *signerPlace) log() string { return filepath.Join(p.dir, "log") }

// waitEnded waits for a signer to end by itself, and returns its last words.
func (s *stage) waitEnded(one *signerPlace) string {
	s.t.Helper()
	select {
	case <-one.process.Done():
		return one.process.Failure().Error()
	case <-s.ctx.Done():
		s.t.Fatalf("expected signer %s to end, and it runs", one.name)
		return ""
	}
}

// migrate takes a validator's key away from its node and gives it to a signer.
func (s *stage) migrate(name string, host devnet.Host, node *devnet.Node) *signerPlace {
	s.t.Helper()
	require.NoError(s.t, node.Stop())
	home := node.Endpoints().Home
	keyFile := filepath.Join(home, "config", "priv_validator_key.json")
	one := s.place(name, host, node, keyFile, "--state", filepath.Join(home, "data", "priv_validator_state.json"))
	require.NoError(s.t, os.Remove(keyFile))
	s.run("fzd", "configure", "validator", "--home", home, "--signer-address", "tcp://"+one.address,
		"--signer-id", strings.TrimSpace(s.run("azukari", "signer", "id", "--signer", one.dir)))
	require.NoError(s.t, node.StartAs(devnet.RoleValidator))
	s.start(one)
	return one
}

// standBy prepares a signer in another region for a listener there.
func (s *stage) standBy(name string, host devnet.Host, listener *devnet.Node, active *signerPlace) *signerPlace {
	s.t.Helper()
	return s.place(name, host, listener, filepath.Join(active.dir, "priv_validator_key.json"))
}

// key reads a signer's public key.
func (s *stage) key(one *signerPlace) crypto.PubKey {
	s.t.Helper()
	raw, err := os.ReadFile(filepath.Join(one.dir, "priv_validator_key.json"))
	require.NoError(s.t, err)
	var key privval.FilePVKey
	require.NoError(s.t, cmtjson.Unmarshal(raw, &key))
	return key.PubKey
}

// height asks a node.
func (s *stage) height(node *devnet.Node) int64 {
	s.t.Helper()
	height, err := node.Client().Height(s.ctx)
	require.NoError(s.t, err)
	return height
}

// pass waits until a node has some more blocks.
func (s *stage) pass(node *devnet.Node, blocks int64) {
	s.t.Helper()
	require.NoError(s.t, node.Client().WaitHeight(s.ctx, s.height(node)+blocks))
}

// halted waits until a node has had no new block for a while, and returns its height.
func (s *stage) halted(node *devnet.Node, quiet time.Duration) int64 {
	s.t.Helper()
	last, since := s.height(node), time.Now()
	require.NoError(s.t, nodeclient.Poll(s.ctx, "the zone to halt", func() (bool, error) {
		if now := s.height(node); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > quiet, nil
	}))
	return last
}

// Package etcd runs a store of several real etcd processes for tests.
package etcd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// BinaryVariable names the environment variable with the path of etcd; without it, build/tools/etcd of the source tree is run,
// which `make tools` builds.
const BinaryVariable = "AZUKARI_ETCD"

// readyTimeout bounds how long members may take to agree on a leader.
const readyTimeout = 30 * time.Second

// Cluster is a store of several members.
type Cluster struct {
	Members []*Member
	// Secured has the files of a signer; empty where everything is on one machine.
	Secured Files
}

// Member is one etcd process.
type Member struct {
	name, binary, dir, log string
	host                   devnet.Host
	client, peer           string // host:port
	arguments              []string
	process                *devnet.Process
}

// Start runs one member on each host until the test ends, and returns when they have a leader. On hosts other than this
// machine they speak TLS, and know their clients by certificate.
func Start(t testing.TB, hosts ...devnet.Host) *Cluster {
	t.Helper()
	dir := t.TempDir()
	binary, err := findBinary()
	require.NoError(t, err)
	cluster := &Cluster{}
	scheme := "http"
	if hosts[0] != devnet.Loopback() {
		scheme = "https"
		cluster.Secured = writeCertificates(t, dir, hosts)
	}
	var peers []string
	ports := devnet.TakePorts(t, 2*len(hosts))
	for i, host := range hosts {
		name := fmt.Sprintf("etcd-%d", i+1)
		member := &Member{
			name: name, binary: binary, dir: filepath.Join(dir, name), log: filepath.Join(dir, name+".log"), host: host,
			client: address(host, ports[2*i]), peer: address(host, ports[2*i+1]),
		}
		cluster.Members = append(cluster.Members, member)
		peers = append(peers, name+"="+scheme+"://"+member.peer)
	}
	for _, member := range cluster.Members {
		member.configure(scheme, strings.Join(peers, ","), cluster.Secured)
		require.NoError(t, member.Start())
		t.Cleanup(func() { require.NoError(t, member.Kill()) })
	}
	cluster.waitReady(t)
	return cluster
}

// configure chooses what a member is started with.
func (m *Member) configure(scheme, cluster string, files Files) {
	m.arguments = []string{
		"--name", m.name, "--data-dir", m.dir,
		"--listen-client-urls", scheme + "://" + m.client, "--advertise-client-urls", scheme + "://" + m.client,
		"--listen-peer-urls", scheme + "://" + m.peer, "--initial-advertise-peer-urls", scheme + "://" + m.peer,
		"--initial-cluster", cluster, "--initial-cluster-state", "new", "--initial-cluster-token", "azukari", "--log-level", "warn",
	}
	if files.CA != "" {
		m.arguments = append(m.arguments,
			"--client-cert-auth", "--trusted-ca-file", files.CA, "--cert-file", files.Certificate, "--key-file", files.Key,
			"--peer-client-cert-auth", "--peer-trusted-ca-file", files.CA, "--peer-cert-file", files.Certificate, "--peer-key-file", files.Key)
	}
}

// Address is the store's, with the member on the host first.
func (c *Cluster) Address(nearest devnet.Host) string {
	var addresses []string
	for _, member := range c.Members {
		if member.host == nearest {
			addresses = append([]string{member.client}, addresses...)
			continue
		}
		addresses = append(addresses, member.client)
	}
	return "etcd://" + strings.Join(addresses, ",")
}

// Start starts a member that does not run; its data is as it was.
func (m *Member) Start() (err error) {
	m.process, err = devnet.Run(m.host, m.name, m.log, m.binary, m.arguments...)
	return err
}

// Kill ends the member as kill -9 does.
func (m *Member) Kill() error { return m.process.Kill() }

// waitReady returns when every member listens.
func (c *Cluster) waitReady(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyTimeout)
	defer cancel()
	for _, member := range c.Members {
		for {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", member.client)
			if err == nil {
				require.NoError(t, conn.Close())
				break
			}
			if !member.process.Running() {
				require.NoError(t, member.process.Failure())
			}
			require.NoError(t, ctx.Err(), err)
			time.Sleep(20 * time.Millisecond)
		}
	}
}

func address(host devnet.Host, port int) string {
	return net.JoinHostPort(host.Address(), strconv.Itoa(port))
}

func findBinary() (string, error) {
	if given := os.Getenv(BinaryVariable); given != "" {
		return given, nil
	}
	dir, err := os.Getwd()
	for parent := ""; err == nil && dir != parent; parent, dir = dir, filepath.Dir(dir) {
		binary := filepath.Join(dir, "build", "tools", "etcd")
		if _, err := os.Stat(binary); err == nil {
			return binary, nil
		}
	}
	return "", errors.Join(err, fmt.Errorf("expected etcd at build/tools/etcd of the source tree, got none: run `make tools`, or set %s", BinaryVariable))
}

// Client returns a client of the store that lives as long as the test.
func (c *Cluster) Client(t testing.TB) *clientv3.Client {
	t.Helper()
	config := clientv3.Config{DialTimeout: readyTimeout, Logger: zap.NewNop()}
	scheme := "http://"
	if c.Secured != (Files{}) {
		scheme = "https://"
		config.TLS = c.Secured.config(t)
	}
	for _, member := range c.Members {
		config.Endpoints = append(config.Endpoints, scheme+member.client)
	}
	client, err := clientv3.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// History returns every value that a key ever had, oldest first.
func (c *Cluster) History(ctx context.Context, t testing.TB, key string) [][]byte {
	t.Helper()
	client := c.Client(t)
	now, err := client.Get(ctx, key)
	require.NoError(t, err)
	require.NotEmpty(t, now.Kvs, key)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var history [][]byte
	for answer := range client.Watch(ctx, key, clientv3.WithRev(now.Kvs[0].CreateRevision)) {
		require.NoError(t, answer.Err())
		for _, event := range answer.Events {
			history = append(history, event.Kv.Value)
			if event.Kv.ModRevision >= now.Kvs[0].ModRevision {
				return history
			}
		}
	}
	require.NoError(t, ctx.Err())
	return history
}

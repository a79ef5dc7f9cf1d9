package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	reflection "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// guarded is a zone whose listener answers clients from outside.
type guarded struct {
	network  *devnet.Network
	listener *devnet.Node
	// address of the listener's gate, and of the validator's RPC.
	address, validator string
	// keys is the home of the operator's own client, folder that of the certificates.
	keys, folder string
}

// guard opens a listener's gate as its operator does.
func guard(t *testing.T) *guarded {
	t.Helper()
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS, manifest.Zones = "gate", 300, nil
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 1, ValidatorsPerBank: 1, Listeners: 1}
	network := devnet.Start(t, manifest)
	zone := network.Financial()
	free, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	require.NoError(t, err)
	require.NoError(t, free.Close())
	g := &guarded{
		network: network, listener: zone.Node("listener-1"), address: free.Addr().String(),
		validator: strings.Replace(zone.Node("bank-a").Endpoints().RPC, "http", "tcp", 1),
		keys:      t.TempDir(), folder: t.TempDir(),
	}
	require.NoError(t, g.listener.Stop())
	home := g.listener.Endpoints().Home
	require.Contains(t, g.fzd(t, "", "configure", "listener", "--home", home, "--queries-address", g.address), "is configured as a listener")
	require.Contains(t, g.fzd(t, "", "start", "--home", home), "Error: queries.address in app.toml: expected off, got")
	require.NoError(t, g.listener.Start())
	require.NoError(t, g.listener.Client().WaitHeight(t.Context(), g.height(t)+1))
	key := network.Keys().Operator("bank-a", membershiptypes.RoleNode)
	require.Contains(t, g.fzd(t, key.Mnemonic+"\n", "keys", "add", "node", "--recover", "--keyring-backend", "test", "--home", g.keys), key.String())
	return g
}

// fzd runs the zone's program and returns what it says; how it ended is in that.
func (g *guarded) fzd(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), g.network.Financial().Binary(), arguments...)
	cmd.Stdin = strings.NewReader(input)
	output, _ := cmd.CombinedOutput()
	return string(output)
}

// tx runs a command of `fzd tx` as bank-a's node operator through a node, and waits for its block.
func (g *guarded) tx(t *testing.T, node string, words ...string) {
	t.Helper()
	said := g.fzd(t, "", append(words, "--from", "node", "--node", node, "--keyring-backend", "test", "--home", g.keys,
		"--chain-id", "financial-1", "--yes", "--output", "json")...)
	var sent struct {
		Code   uint32 `json:"code"`
		TxHash string `json:"txhash"`
	}
	require.NoError(t, json.Unmarshal([]byte(said), &sent), said)
	require.Zero(t, sent.Code, said)
	response, err := g.network.Financial().Client().WaitTx(t.Context(), sent.TxHash)
	require.NoError(t, err)
	require.Zero(t, response.Code, response.RawLog)
	// The listener has it a moment later.
	require.NoError(t, g.listener.Client().WaitHeight(t.Context(), response.Height+1))
}

func (g *guarded) height(t *testing.T) int64 {
	t.Helper()
	height, err := g.network.Financial().Client().Height(t.Context())
	require.NoError(t, err)
	return height
}

// certificate makes one and returns the words that the node operator is told to type, its fingerprint the fourth of them.
func (g *guarded) certificate(t *testing.T, organization, name string) []string {
	t.Helper()
	cmd, stdout, stderr := command(t, "certificate", "new", "--organization", organization, "--name", name, "--out", g.folder)
	require.NoError(t, cmd.Run(), stderr.String())
	words := regexp.MustCompile(`fzd (tx membership register-certificate [0-9a-f]{64}) "(\S+)" (\S+) --from node`).FindStringSubmatch(stdout.String())
	require.NotEmpty(t, words, stdout.String())
	return append(strings.Fields(words[1]), words[2:]...)
}

// files are the flags for a certificate.
func (g *guarded) files(name string) []string {
	return []string{"--certificate", filepath.Join(g.folder, name+".crt"), "--key", filepath.Join(g.folder, name+".key")}
}

// connect runs `azukari connect` and returns where it listens.
func (g *guarded) connect(t *testing.T, name string) string {
	t.Helper()
	cmd, _, stderr := command(t, append([]string{"connect", "--to", g.address, "--node-id", g.listener.ID(), "--listen", "127.0.0.1:0"}, g.files(name)...)...)
	cmd.Stdout = nil
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	t.Cleanup(func() {
		require.ErrorIs(t, cmd.Wait(), context.Canceled)
		require.True(t, cmd.ProcessState.Success(), "it ends by Ctrl-C: %s", stderr.String())
	})
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), stderr.String())
	require.Contains(t, lines.Text(), "financial-1 at height ")
	require.True(t, lines.Scan(), stderr.String())
	return regexp.MustCompile(`at (\S+), until`).FindStringSubmatch(lines.Text())[1]
}

// ask gets the organizations by REST straight from the gate, and returns status and body, or how the connection failed.
func (g *guarded) ask(t *testing.T, config *tls.Config) (int, string, error) {
	t.Helper()
	config.InsecureSkipVerify = true
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+g.address+"/azukari/membership/v1/organizations", nil)
	require.NoError(t, err)
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

func (g *guarded) load(t *testing.T, name string) *tls.Config {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(g.folder, name+".crt"), filepath.Join(g.folder, name+".key"))
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// refused waits until a certificate is refused with the words.
func (g *guarded) refused(ctx context.Context, t *testing.T, name string, words ...string) {
	t.Helper()
	config := g.load(t, name)
	require.NoError(t, nodeclient.Poll(ctx, name+" to be refused", func() (bool, error) {
		status, body, err := g.ask(t, config)
		for _, word := range append(words, `"code":7`, "certificate is not admitted") {
			if !strings.Contains(body, word) {
				return false, fmt.Errorf("got %d %s %w", status, body, err)
			}
		}
		return status == http.StatusForbidden, err
	}))
}

// From certificate to query, to its end: what an operator types, and what a client sees.
func TestMembersAskAListener(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	g := guard(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	treasury := g.certificate(t, "bank-a", "treasury")
	cmd, _, stderr := command(t, append([]string{"connect", "--to", g.address, "--node-id", g.listener.ID()}, g.files("treasury")...)...)
	require.Error(t, cmd.Run())
	require.Equal(t, "Error: "+g.address+" refuses the certificate with fingerprint "+treasury[3]+" (tls: bad certificate): expected one that a member "+
		"registered; `azukari certificate show FILE` says how to\n", stderr.String())
	g.tx(t, g.validator, treasury...)
	wrong := strings.Repeat("0", 40)
	cmd, _, stderr = command(t, append([]string{"connect", "--to", g.address, "--node-id", wrong}, g.files("treasury")...)...)
	require.Error(t, cmd.Run())
	require.Contains(t, stderr.String(), "another server answers: expected node "+wrong+", got node "+g.listener.ID())

	local := g.connect(t, "treasury")
	g.everythingWorks(ctx, t, local)

	// What comes after the first certificate goes by `azukari connect` too.
	node := "tcp://" + local
	archive, brief := g.certificate(t, "bank-a", "archive"), g.certificate(t, "bank-a", "brief")
	brief[5] = time.Now().Add(8 * time.Second).UTC().Format(time.RFC3339)
	g.tx(t, node, brief...)
	status, body, err := g.ask(t, g.load(t, "brief"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, body)
	g.tx(t, node, archive...)
	require.Contains(t, g.fzd(t, "", "query", "membership", "certificates", "--organization", "bank-a", "--node", node), archive[3])
	agent := g.agent(ctx, t)

	t.Run("strangers", func(t *testing.T) { g.strangers(t) })

	open := g.open(ctx, t, local)
	g.tx(t, node, "tx", "membership", "revoke-certificate", treasury[3])
	open.cut(ctx, t)
	g.refused(ctx, t, "treasury", `expected a valid certificate, got \"treasury\" of bank-a, revoked at `)
	require.Contains(t, g.fzd(t, "", "query", "membership", "organizations", "--node", node), "revoked at", "a client of the RPC is told too")
	g.refused(ctx, t, "brief", `got \"brief\" of bank-a, expired at `+brief[5])

	g.suspendAgent(ctx, t)
	g.refused(ctx, t, agent, "got \\\"agent\\\" of settlement-agent, which is suspended: ask the members")
	status, body, err = g.ask(t, g.load(t, "archive"))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, body)
	raw, err := os.ReadFile(g.listener.Endpoints().Log)
	require.NoError(t, err)
	require.Regexp(t, `refuse a client.*client=127\.0\.0\.1:\d+.*fingerprint=`, string(raw))
	require.Regexp(t, `refuse a client.*organization=bank-a.*revoked at`, string(raw))
	require.Regexp(t, `cut a client off.*organization=bank-a.*revoked at`, string(raw))
}

// everythingWorks asks by each protocol through one local port.
func (g *guarded) everythingWorks(ctx context.Context, t *testing.T, local string) {
	t.Helper()
	zone := g.network.Financial()
	client, err := nodeclient.New(nodeclient.Config{
		ChainID: "financial-1", Encoding: zone.Client().Encoding(), Nodes: []nodeclient.Node{{GRPC: local, RPC: "http://" + local}},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	answer, err := membershiptypes.NewQueryClient(client.GRPC()).Organization(ctx, &membershiptypes.QueryOrganizationRequest{Id: "bank-a"})
	require.NoError(t, err)
	require.Equal(t, "bank-a", answer.Organization.Id)
	_, err = membershiptypes.NewQueryClient(client.GRPC()).Organization(ctx, &membershiptypes.QueryOrganizationRequest{Id: "bank-z"})
	require.ErrorContains(t, err, "code = NotFound", "trailers come through")
	operator := g.network.Keys().Operator("bank-a", membershiptypes.RoleNode)
	_, err = client.Send(ctx, operator, &membershiptypes.MsgRegisterNode{Operator: operator.String(), NodeId: strings.Repeat("0a", 20)})
	require.NoError(t, err)
	require.NoError(t, client.RPC().Start())
	events, err := client.RPC().Subscribe(ctx, "test", "tm.event = 'NewBlock'")
	require.NoError(t, err)
	<-events
	require.NoError(t, client.RPC().Stop())

	response, err := http.Get("http://" + local + "/azukari/membership/v1/organizations/bank-a") //nolint:noctx // bounded by the test
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), `"id":"bank-a"`)
}

// agent registers a certificate of the settlement agent.
func (g *guarded) agent(ctx context.Context, t *testing.T) string {
	t.Helper()
	client, keys := g.network.Financial().Client(), g.network.Keys()
	representative, operator := keys.Operator(devnet.SettlementAgentID, membershiptypes.RoleRepresentative), keys.Holder("its node operator")
	_, err := client.Send(ctx, representative, &membershiptypes.MsgSetOperator{
		Representative: representative.String(), Address: operator.String(), Roles: []membershiptypes.Role{membershiptypes.RoleNode},
	})
	require.NoError(t, err)
	words := g.certificate(t, devnet.SettlementAgentID, "agent")
	expires, err := time.Parse(time.RFC3339, words[5])
	require.NoError(t, err)
	_, err = client.Send(ctx, operator, &membershiptypes.MsgRegisterCertificate{
		Operator: operator.String(), Fingerprint: words[3], Name: words[4], ExpiresAt: expires,
	})
	require.NoError(t, err)
	require.NoError(t, nodeclient.Poll(ctx, "the agent to be admitted", func() (bool, error) {
		status, _, err := g.ask(t, g.load(t, "agent"))
		return status == http.StatusOK, err
	}))
	return "agent"
}

// suspendAgent has the members suspend the settlement agent.
func (g *guarded) suspendAgent(ctx context.Context, t *testing.T) {
	t.Helper()
	client, keys := g.network.Financial().Client(), g.network.Keys()
	packed, err := codectypes.NewAnyWithValue(&membershiptypes.MsgSuspendOrganization{
		Authority: authtypes.NewModuleAddress(membershiptypes.ModuleName).String(), Id: devnet.SettlementAgentID, Reason: "its keys leaked",
	})
	require.NoError(t, err)
	proposer, voter := keys.Operator("bank-a", membershiptypes.RoleRepresentative), keys.Operator(devnet.SettlementAgentID, membershiptypes.RoleRepresentative)
	response, err := client.Send(ctx, proposer, &membershiptypes.MsgSubmitProposal{
		Proposer: proposer.String(), Title: "Suspend", Summary: "Leaked keys.", Messages: []*codectypes.Any{packed},
	})
	require.NoError(t, err)
	var submitted membershiptypes.MsgSubmitProposalResponse
	require.NoError(t, devnet.DecodeResponse(response, &submitted))
	_, err = client.Send(ctx, voter, &membershiptypes.MsgCastVote{Voter: voter.String(), Proposal: submitted.Id, Option: membershiptypes.VoteOptionYes})
	require.NoError(t, err)
}

// strangers do not get past the handshake.
func (g *guarded) strangers(t *testing.T) {
	t.Helper()
	g.certificate(t, "bank-a", "stranger")
	member := g.load(t, "treasury")
	old := member.Clone()
	old.MaxVersion = tls.VersionTLS12
	for name, tc := range map[string]struct {
		config *tls.Config
		want   string
	}{
		"stranger's certificate": {g.load(t, "stranger"), "remote error: tls: bad certificate"},
		"no certificate":         {&tls.Config{}, "remote error: tls: certificate required"},
		"TLS 1.2":                {old, "remote error: tls: protocol version not supported"},
	} {
		_, _, err := g.ask(t, tc.config)
		require.ErrorContains(t, err, tc.want, name)
	}
	status, body, err := g.ask(t, member)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, body)
}

// opened is a websocket and a stream.
type opened struct {
	events *websocket.Conn
	stream reflection.ServerReflection_ServerReflectionInfoClient
}

func (g *guarded) open(ctx context.Context, t *testing.T, local string) opened {
	t.Helper()
	events, answer, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+local+"/websocket", nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	t.Cleanup(func() { _ = events.Close() })
	require.NoError(t, events.WriteJSON(map[string]any{
		"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": map[string]string{"query": "tm.event = 'NewBlock'"},
	}))
	for range 2 {
		_, message, err := events.ReadMessage()
		require.NoError(t, err)
		require.NotContains(t, string(message), "error")
	}
	client, err := nodeclient.New(nodeclient.Config{
		Encoding: g.network.Financial().Client().Encoding(), Nodes: []nodeclient.Node{{GRPC: local, RPC: "http://" + local}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	stream, err := reflection.NewServerReflectionClient(client.GRPC()).ServerReflectionInfo(ctx)
	require.NoError(t, err)
	for range 2 { // both ways, one after the other
		require.NoError(t, stream.Send(&reflection.ServerReflectionRequest{MessageRequest: &reflection.ServerReflectionRequest_ListServices{}}))
		services, err := stream.Recv()
		require.NoError(t, err)
		require.NotEmpty(t, services.GetListServicesResponse().Service)
	}
	return opened{events, stream}
}

// cut waits for both to end, which nobody but the gate makes them.
func (o opened) cut(ctx context.Context, t *testing.T) {
	t.Helper()
	for {
		if _, _, err := o.events.ReadMessage(); err != nil {
			require.True(t, websocket.IsUnexpectedCloseError(err) || errors.Is(err, io.ErrUnexpectedEOF), err)
			break
		}
	}
	_, err := o.stream.Recv()
	require.Error(t, err)
	require.NoError(t, ctx.Err(), "the gate cuts it, and nobody else: %s", err)
}

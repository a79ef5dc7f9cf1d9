package cli_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/messages"
	"github.com/azukari-network/azukari/x/membership/client/cli"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

const chainID = "financial-1"

// terminal runs the module's commands as fzd would, up to the unsigned transaction, against a keeper served by gRPC.
type terminal struct {
	*keepertest.Fixture
	context client.Context
	node    sdk.AccAddress
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	messages.Register(fixture.InterfaceRegistry)
	node := keepertest.Address("node")
	members := keeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Account)
	genesis := types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 1,
		Organizations: []types.Organization{
			{Id: "bank-a", Name: "Bank A", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive},
		},
		Operators:  []types.Operator{{Address: node.String(), Organization: "bank-a", Roles: []types.Role{types.RoleNode}}},
		Validators: []types.Validator{{Organization: "bank-a", ConsensusKey: bytes.Repeat([]byte{1}, 32), Power: 10}},
	}
	genesis.Params.UnbondingTime, genesis.Params.HistoricalEntries = time.Hour, 5
	_, err := members.InitGenesis(fixture.Ctx, genesis)
	require.NoError(t, err)

	server := grpc.NewServer(grpc.ForceServerCodec(codec.NewProtoCodec(fixture.InterfaceRegistry).GRPCCodec()), grpc.UnaryInterceptor(
		func(_ context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			return handler(fixture.Ctx, request)
		},
	))
	types.RegisterQueryServer(server, keeper.NewQueryServer(members))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec.NewProtoCodec(fixture.InterfaceRegistry).GRPCCodec())))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connection.Close()) })

	clientContext := client.Context{}.
		WithCodec(fixture.Codec).WithInterfaceRegistry(fixture.InterfaceRegistry).WithTxConfig(fixture.TxConfig).
		WithChainID(chainID).WithGRPCClient(connection).WithHomeDir(t.TempDir()).
		WithAccountRetriever(client.MockAccountRetriever{ReturnAccNum: 1, ReturnAccSeq: 1})
	return &terminal{Fixture: fixture, context: clientContext, node: node}
}

// run runs one command and returns the message of the transaction that it made.
func (c *terminal) run(t *testing.T, input string, arguments ...string) (sdk.Msg, error) {
	t.Helper()
	var output bytes.Buffer
	clientContext := c.context.WithOutput(&output)
	command := cli.NewTxCommand()
	command.SetContext(context.WithValue(t.Context(), client.ClientContextKey, &clientContext))
	command.SetIn(strings.NewReader(input))
	command.SetOut(&output)
	command.SetErr(&output)
	command.SilenceUsage = true
	command.SetArgs(append(arguments,
		"--"+flags.FlagFrom, c.node.String(), "--"+flags.FlagGenerateOnly,
		"--"+flags.FlagAccountNumber, "1", "--"+flags.FlagSequence, "1",
	))
	if err := command.Execute(); err != nil {
		return nil, err
	}
	transaction, err := c.TxConfig.TxJSONDecoder()(output.Bytes())
	require.NoError(t, err, output.String())
	require.Len(t, transaction.GetMsgs(), 1)
	return transaction.GetMsgs()[0], nil
}

func TestPropose(t *testing.T) {
	c := newTerminal(t)
	const proposal = `{"title":"T","summary":"S","messages":[{"@type":"/cosmos.upgrade.v1beta1.MsgCancelUpgrade"}]}`
	name := filepath.Join(t.TempDir(), "proposal.json")
	require.NoError(t, os.WriteFile(name, []byte(proposal), 0o600))

	for _, from := range []struct{ input, argument string }{{"", name}, {proposal, "-"}} {
		sent, err := c.run(t, from.input, "propose", from.argument)
		require.NoError(t, err)
		msg, ok := sent.(*types.MsgSubmitProposal)
		require.True(t, ok, "%T", sent)
		require.Equal(t, c.node.String(), msg.Proposer)
		require.Equal(t, "T", msg.Title)
		require.Equal(t, []string{"/cosmos.upgrade.v1beta1.MsgCancelUpgrade"}, typeURLs(msg.Messages))
	}

	_, err := c.run(t, "", "propose", filepath.Join(t.TempDir(), "absent.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = c.run(t, "{", "propose", "-")
	require.ErrorContains(t, err, "expected JSON with title, summary and messages")
	_, err = c.run(t, "", "propose")
	require.ErrorContains(t, err, "accepts 1 arg(s)")
}

func TestRotateKey(t *testing.T) {
	c := newTerminal(t)
	old, fresh := ed25519.GenPrivKey(), ed25519.GenPrivKey()
	// The old key's machine may be lost: its public key is enough.
	oldFile := keyFile(t, privval.FilePVKey{Address: old.PubKey().Address(), PubKey: old.PubKey()})
	freshFile := keyFile(t, privval.FilePVKey{Address: fresh.PubKey().Address(), PubKey: fresh.PubKey(), PrivKey: fresh})

	sent, err := c.run(t, "", "rotate-key", oldFile, freshFile)
	require.NoError(t, err)
	msg, ok := sent.(*types.MsgRotateValidatorKey)
	require.True(t, ok, "%T", sent)
	require.Equal(t, c.node.String(), msg.Operator)
	require.Equal(t, old.PubKey().Bytes(), msg.OldKey)
	require.Equal(t, fresh.PubKey().Bytes(), msg.NewKey)
	require.True(t, fresh.PubKey().VerifySignature(types.RotationBytes(chainID, "bank-a", msg.OldKey, msg.NewKey), msg.Proof))

	_, err = c.run(t, "", "rotate-key", freshFile, oldFile)
	require.ErrorContains(t, err, "new key: expected its private key, got none")
	_, err = c.run(t, "", "rotate-key", filepath.Join(t.TempDir(), "absent.json"), freshFile)
	require.ErrorIs(t, err, os.ErrNotExist)
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"pub_key": 1}`), 0o600))
	_, err = c.run(t, "", "rotate-key", oldFile, broken)
	require.ErrorContains(t, err, "expected a priv_validator_key.json file")
	_, err = c.run(t, "", "rotate-key", oldFile, keyFile(t, privval.FilePVKey{PrivKey: fresh}))
	require.ErrorContains(t, err, "new key: expected an ed25519 public key")
	_, err = c.run(t, "", "rotate-key", keyFile(t, privval.FilePVKey{}), freshFile)
	require.ErrorContains(t, err, "old key: expected an ed25519 public key")

	c.node = keepertest.Address("stranger")
	_, err = c.run(t, "", "rotate-key", oldFile, freshFile)
	require.ErrorContains(t, err, c.node.String(), "only an operator of an organization moves its power")
}

func keyFile(t *testing.T, key privval.FilePVKey) string {
	t.Helper()
	raw, err := cmtjson.Marshal(key)
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "priv_validator_key.json")
	require.NoError(t, os.WriteFile(name, raw, 0o600))
	return name
}

func typeURLs(packed []*codectypes.Any) []string {
	urls := make([]string, len(packed))
	for i, one := range packed {
		urls[i] = one.TypeUrl
	}
	return urls
}

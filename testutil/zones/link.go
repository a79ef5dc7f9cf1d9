package zones

import (
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// End is one zone's end of a link.
type End struct {
	Zone       *Zone
	Client     string
	Connection string
	Zonelink   string
	Transfer   string

	relayer  cryptotypes.PrivKey
	trusting time.Duration
}

// Link joins the Financial Zone and one Business Zone by light clients, one connection and the two channels.
type Link struct {
	Financial *End
	Business  *End
}

func (e *End) address() string {
	return sdk.AccAddress(e.relayer.PubKey().Address()).String()
}

// Relay sends messages as the relayer; they must succeed.
func (e *End) Relay(messages ...sdk.Msg) *abci.ExecTxResult {
	e.Zone.t.Helper()
	return e.Zone.MustSend(e.relayer, messages...)
}

// TryRelay sends messages as the relayer and returns why they were refused.
func (e *End) TryRelay(messages ...sdk.Msg) (*abci.ExecTxResult, error) {
	e.Zone.t.Helper()
	return e.Zone.Send(e.relayer, messages...)
}

// NewClient makes one more light client of the other end's zone, from its newest block, and returns its id.
func (e *End) NewClient(other *End) string {
	e.Zone.t.Helper()
	unbonding, err := other.Zone.App.Membership.UnbondingTime(other.Zone.Ctx())
	require.NoError(e.Zone.t, err)
	height := other.Zone.App.LastBlockHeight()
	header := other.Zone.headers[height]
	state := ibctm.NewClientState(
		other.Zone.ChainID, ibctm.DefaultTrustLevel, e.trusting, unbonding, 10*time.Second,
		other.Zone.revision(height), commitmenttypes.GetSDKSpecs(), []string{"upgrade", "upgradedIBCState"},
	)
	consensus := ibctm.NewConsensusState(header.time, commitmenttypes.NewMerkleRoot(header.appHash), header.nextValid)
	message, err := clienttypes.NewMsgCreateClient(state, consensus, e.address())
	require.NoError(e.Zone.t, err)
	return attribute(e.Relay(message).Events, clienttypes.EventTypeCreateClient, clienttypes.AttributeKeyClientID)
}

// Update makes a block on the other zone and returns the message that shows it to this end's light client, with the
// height at which proofs of all that the other zone had committed before are checked.
func (e *End) Update(other *End) (sdk.Msg, clienttypes.Height) {
	e.Zone.t.Helper()
	other.Zone.Block()
	height := other.Zone.App.LastBlockHeight()
	trusted, ok := e.clientState().GetLatestHeight().(clienttypes.Height)
	require.True(e.Zone.t, ok)
	message, err := clienttypes.NewMsgUpdateClient(e.Client, other.Zone.clientHeader(height, trusted), e.address())
	require.NoError(e.Zone.t, err)
	return message, other.Zone.revision(height)
}

func (e *End) clientState() exported.ClientState {
	e.Zone.t.Helper()
	state, ok := e.Zone.App.IBC.Core.ClientKeeper.GetClientState(e.Zone.Ctx(), e.Client)
	require.True(e.Zone.t, ok)
	return state
}

// connect runs the connection handshake; a starts it.
func connect(a, b *End) {
	a.Zone.t.Helper()
	versions := connectiontypes.GetCompatibleVersions()
	prefix := commitmenttypes.NewMerklePrefix([]byte(exported.StoreKey))
	result := a.Relay(connectiontypes.NewMsgConnectionOpenInit(a.Client, b.Client, prefix, versions[0], 0, a.address()))
	a.Connection = attribute(result.Events, connectiontypes.EventTypeConnectionOpenInit, connectiontypes.AttributeKeyConnectionID)

	update, height := b.Update(a)
	client := a.clientState()
	consensusHeight := client.GetLatestHeight().(clienttypes.Height)
	packed, err := clienttypes.PackClientState(client)
	require.NoError(a.Zone.t, err)
	result = b.Relay(update, &connectiontypes.MsgConnectionOpenTry{
		ClientId: b.Client, ClientState: packed,
		Counterparty:         connectiontypes.NewCounterparty(a.Client, a.Connection, prefix),
		CounterpartyVersions: versions, ProofHeight: height, ConsensusHeight: consensusHeight, Signer: b.address(),
		ProofInit:      a.Zone.proof(host.ConnectionKey(a.Connection), height),
		ProofClient:    a.Zone.proof(host.FullClientStateKey(a.Client), height),
		ProofConsensus: a.Zone.proof(host.FullConsensusStateKey(a.Client, consensusHeight), height),
	})
	b.Connection = attribute(result.Events, connectiontypes.EventTypeConnectionOpenTry, connectiontypes.AttributeKeyConnectionID)

	update, height = a.Update(b)
	client = b.clientState()
	consensusHeight = client.GetLatestHeight().(clienttypes.Height)
	packed, err = clienttypes.PackClientState(client)
	require.NoError(a.Zone.t, err)
	a.Relay(update, &connectiontypes.MsgConnectionOpenAck{
		ConnectionId: a.Connection, CounterpartyConnectionId: b.Connection, Version: versions[0], ClientState: packed,
		ProofHeight: height, ConsensusHeight: consensusHeight, Signer: a.address(),
		ProofTry:       b.Zone.proof(host.ConnectionKey(b.Connection), height),
		ProofClient:    b.Zone.proof(host.FullClientStateKey(b.Client), height),
		ProofConsensus: b.Zone.proof(host.FullConsensusStateKey(b.Client, consensusHeight), height),
	})

	update, height = b.Update(a)
	b.Relay(update, connectiontypes.NewMsgConnectionOpenConfirm(
		b.Connection, a.Zone.proof(host.ConnectionKey(a.Connection), height), height, b.address(),
	))
}

// OpenChannel runs a channel handshake on the link's connection, started by a, and returns both channel ids. It
// stops at the first step that is refused.
func OpenChannel(a, b *End, port, version string, order channeltypes.Order) (channelA, channelB string, err error) {
	a.Zone.t.Helper()
	result, err := a.TryRelay(channeltypes.NewMsgChannelOpenInit(port, version, order, []string{a.Connection}, port, a.address()))
	if err != nil {
		return "", "", err
	}
	channelA = attribute(result.Events, channeltypes.EventTypeChannelOpenInit, channeltypes.AttributeKeyChannelID)

	update, height := b.Update(a)
	result, err = b.TryRelay(update, channeltypes.NewMsgChannelOpenTry(
		port, version, order, []string{b.Connection}, port, channelA, version,
		a.Zone.proof(host.ChannelKey(port, channelA), height), height, b.address(),
	))
	if err != nil {
		return channelA, "", err
	}
	channelB = attribute(result.Events, channeltypes.EventTypeChannelOpenTry, channeltypes.AttributeKeyChannelID)

	update, height = a.Update(b)
	if _, err = a.TryRelay(update, channeltypes.NewMsgChannelOpenAck(
		port, channelA, channelB, version, b.Zone.proof(host.ChannelKey(port, channelB), height), height, a.address(),
	)); err != nil {
		return channelA, channelB, err
	}
	update, height = b.Update(a)
	_, err = b.TryRelay(update, channeltypes.NewMsgChannelOpenConfirm(
		port, channelB, a.Zone.proof(host.ChannelKey(port, channelA), height), height, b.address(),
	))
	return channelA, channelB, err
}

// openChannels opens the zone link and then ICS-20.
func (l *Link) openChannels() {
	t := l.Financial.Zone.t
	t.Helper()
	var err error
	l.Financial.Zonelink, l.Business.Zonelink, err = OpenChannel(
		l.Financial, l.Business, zonelinktypes.PortID, zonelinktypes.Version, channeltypes.UNORDERED,
	)
	require.NoError(t, err)
	l.Financial.Transfer, l.Business.Transfer, err = OpenChannel(
		l.Financial, l.Business, transfertypes.PortID, transfertypes.Version, channeltypes.UNORDERED,
	)
	require.NoError(t, err)
}

// proof returns the Merkle proof of what IBC stores at a key, to be checked at a height.
func (z *Zone) proof(key []byte, height clienttypes.Height) []byte {
	z.t.Helper()
	_, raw := z.StoreProof(exported.StoreKey, key, height)
	return raw
}

// StoreProof returns what a store has at a key, empty if it has nothing, and the Merkle proof of that, to be checked at a height.
func (z *Zone) StoreProof(store string, key []byte, height clienttypes.Height) (value, proof []byte) {
	z.t.Helper()
	response, err := z.App.Query(z.t.Context(), &abci.RequestQuery{
		Path: "store/" + store + "/key", Height: int64(height.RevisionHeight) - 1, Data: key, Prove: true,
	})
	require.NoError(z.t, err)
	require.Zero(z.t, response.Code, response.Log)
	merkle, err := commitmenttypes.ConvertProofs(response.ProofOps)
	require.NoError(z.t, err)
	raw, err := z.App.Encoding.Codec.Marshal(&merkle)
	require.NoError(z.t, err)
	return response.Value, raw
}

// ShowState shows the other zone's newest state to this end's light client, and returns at which height proofs of it are
// checked.
func (e *End) ShowState(other *End) clienttypes.Height {
	e.Zone.t.Helper()
	message, height := e.Update(other)
	e.Relay(message)
	return height
}

// revision returns a height of this zone as IBC writes it.
func (z *Zone) revision(height int64) clienttypes.Height {
	return clienttypes.NewHeight(clienttypes.ParseChainID(z.ChainID), uint64(height))
}

// attribute returns the first value of an attribute of an event type; empty if there is none.
func attribute(events []abci.Event, kind, key string) string {
	for _, event := range events {
		if event.Type != kind {
			continue
		}
		for _, candidate := range event.Attributes {
			if candidate.Key == key {
				return strings.TrimSpace(candidate.Value)
			}
		}
	}
	return ""
}

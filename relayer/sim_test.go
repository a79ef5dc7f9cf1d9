package relayer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/relayer/chain"
)

// simChain is a chain that keeps IBC's rules for clients, proofs, packets, sequences and timeouts, without
// signatures and Merkle trees. It makes a block every second of (synthetic) time.
type simChain struct {
	id string

	mu       sync.Mutex
	genesis  time.Time
	height   int64
	blocks   []chain.Block // blocks[i] has height i+1
	watchers []chan chain.Head
	down     bool // answers nothing and makes no blocks

	sequence uint64              // committed
	next     uint64              // sequence of the next packet
	sends    []chain.PacketEvent // of the next block
	mempool  []simTx
	state    simState
	history  []map[string]bool // provable keys after each height
	changes  map[int64]bool    // heights whose header changes the validators

	bad       map[uint64]bool // packets that no transaction may hold
	silent    bool            // refuse at delivery, with the message's index, instead of at broadcast
	lost      map[int64]bool  // heights whose results the node does not have
	maxMsgs   int             // transactions with more messages are too large; 0 for no bound
	gasPerMsg uint64          // what a message uses
	txs       int
	resent    int // packet messages that changed nothing
	updates   []int64
}

type simTx struct {
	sequence uint64
	gas      uint64
	msgs     []*codectypes.Any
}

// simState is what a transaction may change.
type simState struct {
	keys    map[string]bool // provable: commitments, receipts, acknowledgements
	trusted map[int64]bool  // heights of the other chain that the client trusts
	other   *simChain
	latest  int64
}

const (
	simPort    = "transfer"
	simChannel = "channel-0"
	simClient  = "07-tendermint-0"
)

func newSimChain(id string) *simChain {
	c := &simChain{
		id: id, genesis: time.Now(), changes: map[int64]bool{}, bad: map[uint64]bool{}, lost: map[int64]bool{}, gasPerMsg: 1_000,
		next: 1, state: simState{keys: map[string]bool{}, trusted: map[int64]bool{}},
	}
	c.commit()
	c.commit()
	return c
}

func connectSims(a, b *simChain) {
	for _, pair := range [][2]*simChain{{a, b}, {b, a}} {
		pair[0].state.other = pair[1]
		pair[0].state.latest = pair[1].height
		pair[0].state.trusted[pair[1].height] = true
	}
}

// produce makes blocks until ctx ends.
func (c *simChain) produce(ctx context.Context) {
	for sleep(ctx, time.Second) {
		c.mu.Lock()
		if !c.down {
			c.commit()
		}
		c.mu.Unlock()
	}
}

func (c *simChain) epoch(height int64) int {
	n := 0
	for h := range c.changes {
		if h < height {
			n++
		}
	}
	return n
}

func (c *simChain) headAt(height int64) chain.Head {
	return chain.Head{
		Height: height, Time: c.genesis.Add(time.Duration(height) * time.Second),
		ValidatorsHash: fmt.Sprintf("%02X", c.epoch(height)), NextValidatorsHash: fmt.Sprintf("%02X", c.epoch(height+1)),
	}
}

func (c *simChain) commit() {
	c.height++
	block := chain.Block{Head: c.headAt(c.height), Events: c.sends}
	for _, e := range c.sends {
		c.state.keys[string(host.PacketCommitmentKey(simPort, simChannel, e.Packet.Sequence))] = true
	}
	c.sends = nil
	for _, tx := range c.mempool {
		c.sequence++
		c.txs++
		outcome := chain.TxOutcome{Sequence: tx.sequence, GasUsed: int64(c.gasPerMsg) * int64(len(tx.msgs))}
		before := c.state.clone()
		events, err := c.execute(tx)
		if err != nil {
			c.state = before
			outcome.Code, outcome.Space, outcome.Log = err.Code, err.Space, err.Log
		} else {
			block.Events = append(block.Events, events...)
		}
		block.Txs = append(block.Txs, outcome)
	}
	c.mempool = nil
	c.blocks = append(c.blocks, block)
	c.history = append(c.history, maps.Clone(c.state.keys))
	for _, w := range c.watchers {
		select {
		case <-w:
		default:
		}
		w <- block.Head
	}
}

func (s simState) clone() simState {
	s.keys, s.trusted = maps.Clone(s.keys), maps.Clone(s.trusted)
	return s
}

// send puts packets on their way; they are committed with the next block.
func (c *simChain) send(n int, timeout time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range n {
		p := channeltypes.Packet{
			Sequence: c.next, SourcePort: simPort, SourceChannel: simChannel, DestinationPort: simPort,
			DestinationChannel: simChannel, Data: []byte("data"), TimeoutTimestamp: uint64(c.headAt(c.height).Time.Add(timeout).UnixNano()),
		}
		c.next++
		c.sends = append(c.sends, chain.PacketEvent{Kind: chain.Sent, Packet: p})
	}
}

func refusal(space string, code uint32, format string, args ...any) *chain.TxError {
	return &chain.TxError{Space: space, Code: code, Log: fmt.Sprintf(format, args...)}
}

func (c *simChain) execute(tx simTx) ([]chain.PacketEvent, *chain.TxError) {
	if uint64(len(tx.msgs))*c.gasPerMsg > tx.gas {
		return nil, refusal(sdkerrors.RootCodespace, sdkerrors.ErrOutOfGas.ABCICode(), "out of gas")
	}
	var events []chain.PacketEvent
	for i, packed := range tx.msgs {
		produced, err := c.executeMsg(packed)
		if err != nil {
			err.Log = fmt.Sprintf("failed to execute message; message index: %d: %s", i, err.Log)
			return nil, err
		}
		events = append(events, produced...)
	}
	return events, nil
}

func (c *simChain) executeMsg(packed *codectypes.Any) ([]chain.PacketEvent, *chain.TxError) {
	switch msg := packed.GetCachedValue().(type) {
	case *clienttypes.MsgUpdateClient:
		return nil, c.updateClient(msg)
	case *channeltypes.MsgRecvPacket:
		return c.receive(msg)
	case *channeltypes.MsgAcknowledgement:
		key := string(host.PacketCommitmentKey(simPort, simChannel, msg.Packet.Sequence))
		ack := string(host.PacketAcknowledgementKey(simPort, simChannel, msg.Packet.Sequence))
		if err := c.verify(msg.ProofAcked, msg.ProofHeight, ack, true); err != nil {
			return nil, err
		}
		return c.end(key, chain.PacketEvent{Kind: chain.Acknowledged, Packet: msg.Packet}), nil
	case *channeltypes.MsgTimeout:
		key := string(host.PacketCommitmentKey(simPort, simChannel, msg.Packet.Sequence))
		receipt := string(host.PacketReceiptKey(simPort, simChannel, msg.Packet.Sequence))
		if err := c.verify(msg.ProofUnreceived, msg.ProofHeight, receipt, false); err != nil {
			return nil, err
		}
		proven := c.state.other.headAt(int64(msg.ProofHeight.RevisionHeight)).Time
		if uint64(proven.UnixNano()) < msg.Packet.TimeoutTimestamp {
			return nil, refusal("channel", 18, "packet timeout not reached")
		}
		return c.end(key, chain.PacketEvent{Kind: chain.TimedOut, Packet: msg.Packet}), nil
	default:
		return nil, refusal("sim", 1, "unknown message %T", msg)
	}
}

func (c *simChain) end(commitment string, e chain.PacketEvent) []chain.PacketEvent {
	if !c.state.keys[commitment] {
		c.resent++
	}
	delete(c.state.keys, commitment)
	return []chain.PacketEvent{e}
}

func (c *simChain) receive(msg *channeltypes.MsgRecvPacket) ([]chain.PacketEvent, *chain.TxError) {
	p := msg.Packet
	key := string(host.PacketCommitmentKey(simPort, simChannel, p.Sequence))
	if err := c.verify(msg.ProofCommitment, msg.ProofHeight, key, true); err != nil {
		return nil, err
	}
	if c.bad[p.Sequence] {
		return nil, refusal("app", 7, "packet %d is bad", p.Sequence)
	}
	if uint64(c.headAt(c.height).Time.UnixNano()) >= p.TimeoutTimestamp {
		return nil, refusal("channel", 17, "packet timeout elapsed")
	}
	received := chain.PacketEvent{Kind: chain.Received, Packet: p}
	receipt := string(host.PacketReceiptKey(simPort, simChannel, p.Sequence))
	if c.state.keys[receipt] {
		c.resent++
		return []chain.PacketEvent{received}, nil
	}
	c.state.keys[receipt] = true
	c.state.keys[string(host.PacketAcknowledgementKey(simPort, simChannel, p.Sequence))] = true
	return []chain.PacketEvent{received, {Kind: chain.AckWritten, Packet: p, Ack: []byte("ok")}}, nil
}

func (c *simChain) updateClient(msg *clienttypes.MsgUpdateClient) *chain.TxError {
	unpacked, err := clienttypes.UnpackClientMessage(msg.ClientMessage)
	if err != nil {
		return refusal("client", 2, "%s", err)
	}
	header := unpacked.(*tendermint.Header)
	height, base := header.Header.Height, int64(header.TrustedHeight.RevisionHeight)
	if !c.state.trusted[base] {
		return refusal("client", 3, "height %d is not trusted", base)
	}
	if c.state.other.epoch(base+1) != c.state.other.epoch(height) {
		return refusal("client", 4, "validators changed between %d and %d", base, height)
	}
	c.state.trusted[height] = true
	c.state.latest = max(c.state.latest, height)
	c.updates = append(c.updates, height)
	return nil
}

// verify checks a proof, which in this world is a sentence.
func (c *simChain) verify(proof []byte, height clienttypes.Height, key string, present bool) *chain.TxError {
	if !c.state.trusted[int64(height.RevisionHeight)] {
		return refusal("client", 5, "no consensus state at %d", height.RevisionHeight)
	}
	if want := simProof(c.state.other.id, int64(height.RevisionHeight)-1, key, present); string(proof) != want {
		return refusal("commitment", 2, "expected proof %q, got %q", want, proof)
	}
	return nil
}

func simProof(id string, height int64, key string, present bool) string {
	return fmt.Sprintf("%s@%d: %s is %t", id, height, key, present)
}

// What follows implements Chain.

var errDown = fmt.Errorf("sim: %w", chain.ErrUnreachable)

func (c *simChain) lock() (unlock func(), err error) {
	c.mu.Lock()
	if c.down {
		c.mu.Unlock()
		return nil, errDown
	}
	return c.mu.Unlock, nil
}

func (c *simChain) ChainID() string                         { return c.id }
func (*simChain) Address() string                           { return "signer" }
func (c *simChain) CheckEndpoints(context.Context) error    { return c.ping() }
func (c *simChain) CheckAdmission(context.Context) error    { return c.ping() }
func (c *simChain) Earliest(context.Context) (int64, error) { return 1, c.ping() }
func (*simChain) ForgetSequence()                           {}
func (*simChain) Height(height int64) clienttypes.Height {
	return clienttypes.NewHeight(1, uint64(height))
}

func (c *simChain) Limits(context.Context) (chain.Limits, error) {
	return chain.Limits{MaxBytes: 1 << 20, MaxGas: -1}, c.ping()
}

func (c *simChain) ping() error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	unlock()
	return nil
}

func (c *simChain) Latest(context.Context) (chain.Head, error) {
	unlock, err := c.lock()
	if err != nil {
		return chain.Head{}, err
	}
	defer unlock()
	return c.headAt(c.height), nil
}

func (c *simChain) Watch(ctx context.Context) <-chan chain.Head {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := make(chan chain.Head, 1)
	c.watchers = append(c.watchers, w)
	context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.watchers = slices.DeleteFunc(c.watchers, func(x chan chain.Head) bool { return x == w })
	})
	return w
}

func (c *simChain) Block(_ context.Context, height int64) (chain.Block, error) {
	unlock, err := c.lock()
	if err != nil {
		return chain.Block{}, err
	}
	defer unlock()
	if height < 1 || height > c.height {
		return chain.Block{}, fmt.Errorf("no block %d", height)
	}
	if c.lost[height] {
		return chain.Block{}, fmt.Errorf("sim: %w", &chain.RPCError{Code: -32603, Message: "could not find results"})
	}
	return c.blocks[height-1], nil
}

func (c *simChain) Headers(_ context.Context, from, to int64) ([]chain.Head, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	var out []chain.Head
	for h := from; h <= min(to, c.height); h++ {
		out = append(out, c.headAt(h))
	}
	return out, nil
}

func (c *simChain) Proofs(_ context.Context, keys [][]byte, height int64) ([]chain.Proof, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if height > c.height {
		return nil, fmt.Errorf("no state at %d", height)
	}
	out := make([]chain.Proof, len(keys))
	for i, key := range keys {
		present := c.history[height-1][string(key)]
		out[i].Proof = []byte(simProof(c.id, height, string(key), present))
		if present {
			out[i].Value = []byte{1}
		}
	}
	return out, nil
}

func (c *simChain) UpdateHeader(_ context.Context, height, trusted int64, _ string) (*tendermint.Header, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if height > c.height {
		return nil, fmt.Errorf("no header at %d", height)
	}
	head := c.headAt(height)
	return &tendermint.Header{
		SignedHeader:      &cmtproto.SignedHeader{Header: &cmtproto.Header{Height: height, Time: head.Time}, Commit: &cmtproto.Commit{}},
		ValidatorSet:      &cmtproto.ValidatorSet{},
		TrustedHeight:     c.Height(trusted),
		TrustedValidators: &cmtproto.ValidatorSet{},
	}, nil
}

func (c *simChain) LightClient(context.Context, string) (chain.LightClient, error) {
	unlock, err := c.lock()
	if err != nil {
		return chain.LightClient{}, err
	}
	defer unlock()
	return chain.LightClient{
		ID: simClient, ChainID: c.state.other.id, Status: "Active", Latest: c.Height(c.state.latest),
		TrustingPeriod: 3 * time.Hour, Time: c.state.other.headAt(c.state.latest).Time,
	}, nil
}

func (c *simChain) Commitments(_ context.Context, port, channel string) ([]uint64, int64, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, 0, err
	}
	defer unlock()
	return c.sequences(host.PacketCommitmentPrefixPath(port, channel)), c.height, nil
}

// sequences lists the packets with a key of a kind. The caller holds mu.
func (c *simChain) sequences(kind string) []uint64 {
	var out []uint64
	for key := range c.state.keys {
		if !strings.HasPrefix(key, kind) {
			continue
		}
		var n uint64
		if _, err := fmt.Sscanf(key[strings.LastIndex(key, "/")+1:], "%d", &n); err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (c *simChain) UnreceivedPackets(_ context.Context, port, channel string, sequences []uint64) ([]uint64, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	received := toSet(c.sequences("receipts/ports/" + port + "/channels/" + channel))
	return slices.DeleteFunc(slices.Clone(sequences), func(s uint64) bool { return received[s] }), nil
}

func (c *simChain) WrittenAcks(_ context.Context, port, channel string, sequences []uint64) ([]uint64, error) {
	unlock, err := c.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	written := toSet(c.sequences(host.PacketAcknowledgementPrefixPath(port, channel)))
	return slices.DeleteFunc(slices.Clone(sequences), func(s uint64) bool { return !written[s] }), nil
}

func (c *simChain) Send(_ context.Context, msgs []*codectypes.Any, gas uint64, signed func(chain.TxRef) error) (chain.TxRef, error) {
	unlock, err := c.lock()
	if err != nil {
		return chain.TxRef{}, err
	}
	defer unlock()
	ref := chain.TxRef{Sequence: c.sequence + uint64(len(c.mempool)), Hash: fmt.Sprint(c.txs, len(c.mempool))}
	if err := signed(ref); err != nil {
		return ref, err
	}
	if c.maxMsgs > 0 && len(msgs) > c.maxMsgs {
		return ref, chain.ErrTooLarge
	}
	if !c.silent {
		for _, packed := range msgs {
			if recv, ok := packed.GetCachedValue().(*channeltypes.MsgRecvPacket); ok && c.bad[recv.Packet.Sequence] {
				return ref, refusal("app", 7, "a packet is bad")
			}
		}
	}
	c.mempool = append(c.mempool, simTx{ref.Sequence, gas, msgs})
	return ref, nil
}

// count returns how many keys of a kind the chain holds.
func (c *simChain) count(kind string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sequences(kind))
}

func (c *simChain) set(change func(*simChain)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(c)
}

// The link between two simulated chains is open from the beginning.

func (c *simChain) LightClients(context.Context, string) ([]chain.LightClientState, error) {
	return []chain.LightClientState{{ID: simClient, State: &tendermint.ClientState{}}}, c.ping()
}

func (c *simChain) Connections(context.Context) ([]*connectiontypes.IdentifiedConnection, error) {
	return []*connectiontypes.IdentifiedConnection{{
		Id: "connection-0", ClientId: simClient, State: connectiontypes.OPEN,
		Counterparty: connectiontypes.Counterparty{ClientId: simClient, ConnectionId: "connection-0"},
	}}, c.ping()
}

func (c *simChain) Channels(context.Context, string) ([]*channeltypes.IdentifiedChannel, error) {
	var out []*channeltypes.IdentifiedChannel
	for i, want := range wantedChannels {
		id := fmt.Sprintf("channel-%d", len(wantedChannels)-1-i)
		out = append(out, &channeltypes.IdentifiedChannel{
			PortId: want.port, ChannelId: id, Version: want.version, State: channeltypes.OPEN, Ordering: channeltypes.UNORDERED,
			Counterparty: channeltypes.Counterparty{PortId: want.port, ChannelId: id},
		})
	}
	return out, c.ping()
}

func (*simChain) ClientParams(context.Context) (chain.ClientParams, error) {
	return chain.ClientParams{}, errors.New("no client is made here")
}

func (*simChain) SelfClient(context.Context, int64, chain.ClientParams) (*tendermint.ClientState, *tendermint.ConsensusState, error) {
	return nil, nil, errors.New("no client is made here")
}

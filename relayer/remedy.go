package relayer

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/relayer/chain"
)

const (
	badPacketFirst = 2 * time.Second
	badPacketMost  = 2 * time.Minute
	logBytes       = 300
)

// errAllRefused says that every transaction of a batch was refused: it is not one packet's fault.
var errAllRefused = errors.New("every transaction of the batch was refused")

// trouble is what a failed transaction calls for.
type trouble int

const (
	troubleChain     trouble = iota // the chain or the account: all later
	troubleClient                   // the light client: look at it, all later
	troubleRedundant                // all done by others: compare with the chain
	troubleGas                      // estimate too low: again with more
	troubleSize                     // too large: smaller
	troublePacket                   // one of the packets: find it
)

// registered is a module's registered error.
type registered interface {
	Codespace() string
	ABCICode() uint32
}

// diagnose reads why a transaction failed.
func diagnose(err error) trouble {
	if errors.Is(err, chain.ErrTooLarge) {
		return troubleSize
	}
	var tx *chain.TxError
	if errors.Is(err, errAllRefused) || !errors.As(err, &tx) {
		return troubleChain
	}
	is := func(sentinel registered) bool {
		return tx.Space == sentinel.Codespace() && tx.Code == sentinel.ABCICode()
	}
	switch {
	case is(sdkerrors.ErrOutOfGas):
		return troubleGas
	case is(sdkerrors.ErrTxTooLarge):
		return troubleSize
	case is(sdkerrors.ErrWrongSequence), is(sdkerrors.ErrMempoolIsFull), is(sdkerrors.ErrUnauthorized), tx.Space == "membership":
		return troubleChain
	case is(channeltypes.ErrRedundantTx):
		return troubleRedundant
	case tx.Space == clienttypes.SubModuleName, tx.Space == exported.Tendermint:
		return troubleClient
	default:
		return troublePacket
	}
}

// reason is a short label of a failure for metrics.
func reason(err error) string {
	var tx *chain.TxError
	switch {
	case errors.As(err, &tx):
		return tx.Space + "/" + strconv.FormatUint(uint64(tx.Code), 10)
	case errors.Is(err, chain.ErrTooLarge):
		return "too_large"
	case errors.Is(err, chain.ErrMempoolFull):
		return "mempool_full"
	case errors.Is(err, errLost):
		return "lost"
	case errors.Is(err, chain.ErrUnreachable):
		return "unreachable"
	default:
		return "other"
	}
}

// remedy decides what to do about a chunk whose transaction failed: it returns smaller or the same chunks to send
// at once, or gives the packets back for later. An error ends the batch: the chain takes nothing now.
func (d *direction) remedy(ctx context.Context, u update, c chunk, err error) ([]chunk, error) {
	switch diagnose(err) {
	case troubleGas:
		if d.size.raiseGas() {
			return d.chunks(u, c.msgs), nil
		}
		return d.search(c.msgs, u, err), nil
	case troubleSize:
		d.size.shrink(packedBytes(c.msgs))
		if smaller := d.chunks(u, c.msgs); len(smaller) > 1 {
			return smaller, nil
		}
		return d.search(c.msgs, u, err), nil
	case troubleRedundant:
		d.log.Debug("already delivered by others", "packets", len(c.msgs))
		d.giveBack(works(c.msgs), 2*d.to.zone.BlockTime)
		d.path.sweepSoon()
		return nil, nil
	case troubleClient:
		d.giveBack(works(c.msgs), retryFirst)
		return nil, errors.Join(err, d.client.refresh(ctx))
	case troublePacket:
		return d.search(c.msgs, u, err), nil
	case troubleChain:
	}
	d.giveBack(works(c.msgs), retryFirst)
	return nil, err
}

func (d *direction) chunks(u update, msgs []message) []chunk {
	var out []chunk
	for _, part := range d.size.split(msgs, u.msgs, d.to.blockLimits()) {
		out = append(out, chunk{msgs: part})
	}
	return out
}

// search finds the bad packet: alone it is set aside for a while; a failure that names its message sets that one
// aside; otherwise both halves are tried.
func (d *direction) search(msgs []message, u update, err error) []chunk {
	if len(msgs) == 1 {
		d.setAside(msgs[0], err)
		return nil
	}
	if at, ok := failedMessage(err); ok && at >= len(u.msgs) && at < len(u.msgs)+len(msgs) {
		at -= len(u.msgs)
		d.setAside(msgs[at], err)
		rest := append(append([]message{}, msgs[:at]...), msgs[at+1:]...)
		return []chunk{{msgs: rest}}
	}
	half := len(msgs) / 2
	return []chunk{{msgs: msgs[:half]}, {msgs: msgs[half:]}}
}

func (d *direction) setAside(m message, err error) {
	text := err.Error()
	if len(text) > logBytes {
		text = text[:logBytes]
	}
	delay := backoff(m.attempts+1, badPacketFirst, badPacketMost)
	d.log.Warn("packet refused; set aside", "kind", m.kind, "packet", m.record.Key, "err", text, "retry_in", delay)
	d.path.metrics.refused(d.from.zone.ID, d.to.zone.ID)
	d.path.ledger.retry(m.work, delay, true)
	d.path.sweepSoon()
}

var failedMessagePattern = regexp.MustCompile(`message index: (\d+)`)

// failedMessage reads which message of a transaction failed, where the SDK says so.
func failedMessage(err error) (int, bool) {
	m := failedMessagePattern.FindStringSubmatch(err.Error())
	if m == nil {
		return 0, false
	}
	at, convErr := strconv.Atoi(m[1])
	return at, convErr == nil
}

func packedBytes(msgs []message) int {
	total := 0
	for _, m := range msgs {
		total += m.size()
	}
	return total
}

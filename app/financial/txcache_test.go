package financial_test

import (
	"bytes"
	"math/rand"
	"slices"
	"sync"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// payments makes transactions for a zone whose node decodes them once.
type payments struct {
	*zones.Zone

	random   *rand.Rand
	holders  []devnet.Key
	gateways []devnet.Key
	next     uint64
}

func newPayments(t *testing.T) *payments {
	t.Helper()
	n := zones.New(t, zones.Manifest(2))
	p := &payments{Zone: n.Financial, random: rand.New(rand.NewSource(7))}
	for _, bank := range n.Manifest.BankIDs() {
		p.holders = append(p.holders, n.Keys.Account(bank, 0), n.Keys.Account(bank, 1))
		p.gateways = append(p.gateways, n.Keys.Operator(bank, membershiptypes.RoleGateway))
	}
	return p
}

func (p *payments) holder() devnet.Key { return p.holders[p.random.Intn(len(p.holders))] }

// coin is now and then more than anybody has.
func (p *payments) coin() sdk.Coin {
	if p.random.Intn(6) == 0 {
		return zones.Yen(100_000_000)
	}
	return zones.Yen(1 + p.random.Int63n(5_000))
}

// by returns any message of a holder, of types that are shared by all who decode it, and of one that is not.
func (p *payments) by(payer devnet.Key) sdk.Msg {
	p.next++
	switch p.random.Intn(4) {
	case 0:
		return banktypes.NewMsgSend(payer.Address(), p.holder().Address(), sdk.Coins{p.coin()})
	case 1:
		return &paymenttypes.MsgPay{Payer: payer.String(), Payee: p.holder().String(), Amount: p.coin(), MemoHash: bytes.Repeat([]byte{3}, 32)}
	case 2:
		return &paymenttypes.MsgPay{Payer: payer.String(), Payee: p.holder().String(), Amount: p.coin(), Reference: reference(p.next / 2), MaxFee: sdkInt(3)}
	}
	return &paymenttypes.MsgPayBatch{Payer: payer.String(), Lines: []paymenttypes.BatchLine{{Payee: p.holder().String(), Amount: p.coin(), MaxFee: sdkInt(0)}}}
}

func reference(n uint64) string { return "r" + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) }

// bundle has orders with and without references, nonces that are used, and forgeries.
func (p *payments) bundle(t *testing.T, gateway devnet.Key) sdk.Msg {
	t.Helper()
	bundle := &paymenttypes.MsgExecuteOrders{Gateway: gateway.String()}
	for range 1 + p.random.Intn(12) {
		p.next++
		payer := p.holder()
		order := paymenttypes.PaymentOrder{
			Payer: payer.Address(), Payee: p.holder().Address(), Amount: p.coin().Amount.Uint64(), MaxFee: 50, MemoHash: bytes.Repeat([]byte{9}, 32),
			ExpiresAt: uint64(p.Ctx().BlockTime().Unix()) + 3_600, Nonce: p.next - uint64(p.random.Intn(2)), PublicKey: payer.PubKey().Bytes(),
		}
		if p.random.Intn(3) == 0 {
			order.Reference = reference(p.next / 2)
		}
		signature, err := payer.SignBytes(order.SignBytes(p.ChainID, "jpy"))
		require.NoError(t, err)
		if p.random.Intn(10) == 0 {
			order.Amount++
		}
		bundle.Orders = append(bundle.Orders, paymenttypes.SignedPaymentOrder{Order: order, Signature: signature})
	}
	return bundle
}

// decode returns what the node decodes the bytes to, and whether it is shared by all who ask.
func (p *payments) decode(t *testing.T, raw []byte) (tx sdk.Tx, shared bool) {
	t.Helper()
	tx, err := p.App.TxDecode(raw)
	require.NoError(t, err)
	again, err := p.App.TxDecode(raw)
	require.NoError(t, err)
	return tx, tx == again
}

// protoTx is the SDK's transaction.
type protoTx interface{ GetProtoTx() *txtypes.Tx }

// requireUnchanged compares a transaction that was carried out with one that is decoded anew: every field of every message, in both forms.
func (p *payments) requireUnchanged(t *testing.T, raw []byte, used sdk.Tx) {
	t.Helper()
	fresh, err := p.App.Encoding.TxConfig.TxDecoder()(raw)
	require.NoError(t, err)
	require.Equal(t, fresh.(protoTx).GetProtoTx(), used.(protoTx).GetProtoTx())
	want, err := fresh.GetMsgsV2()
	require.NoError(t, err)
	got, err := used.GetMsgsV2()
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, protov2.Equal(want[i], got[i]))
	}
}

// Random blocks of payments, good and bad ones, that came through the mempool or not, give the same results, gas, events and hashes on
// a node that decodes each transaction once as on one that decodes it anew each time. No handler changes a message that others may read.
func TestDecodedOnceOrAnew(t *testing.T) {
	p := newPayments(t)
	shared, done, refused := 0, 0, 0
	for range 60 {
		var block [][]byte
		for _, payer := range p.holders {
			block = append(block, p.Sign(payer.PrivKey(), p.by(payer)))
		}
		for _, gateway := range p.gateways {
			block = append(block, p.Sign(gateway.PrivKey(), p.bundle(t, gateway)))
		}
		p.random.Shuffle(len(block), func(i, j int) { block[i], block[j] = block[j], block[i] })
		flipped := slices.Clone(block[0])
		flipped[p.random.Intn(len(flipped))] ^= 1 << p.random.Intn(8)
		decoded := make([]sdk.Tx, len(block))
		for i, raw := range block {
			var once bool
			if decoded[i], once = p.decode(t, raw); once {
				shared++
			}
			if p.random.Intn(2) == 0 {
				_, err := p.App.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType(p.random.Intn(2))})
				require.NoError(t, err)
			}
			if p.random.Intn(3) == 0 {
				_, _, _ = p.App.Simulate(raw)
			}
		}
		p.Block(append(slices.Clone(block), flipped, block[1], []byte{0xff}, nil)...)
		for _, result := range p.Results {
			if result.IsOK() {
				done++
			} else {
				refused++
			}
		}
		require.Equal(t, sdkerrors.ErrTxDecode.ABCICode(), p.Results[len(block)+2].Code)
		for i, raw := range block {
			p.requireUnchanged(t, raw, decoded[i])
			if again, _ := p.decode(t, raw); again == decoded[i] {
				t.Fatal("expected the block's transactions to be forgotten, got one that is still known")
			}
		}
	}
	require.Greater(t, shared, 200)
	require.Greater(t, done, 200)
	require.Greater(t, refused, 200)
	p.RequireTwins()
}

// Only what is known to be read alone is shared.
func TestOtherMessagesAreDecodedAnew(t *testing.T) {
	p := newPayments(t)
	payer, gateway := p.holders[0], p.gateways[0]
	send := banktypes.NewMsgSend(payer.Address(), p.holders[1].Address(), sdk.Coins{zones.Yen(5)})
	batch := &paymenttypes.MsgPayBatch{Payer: payer.String()}
	for name, check := range map[string]struct {
		raw    []byte
		shared bool
	}{
		"send":             {p.Sign(payer.PrivKey(), send), true},
		"pay":              {p.Sign(payer.PrivKey(), &paymenttypes.MsgPay{Payer: payer.String(), Payee: p.holders[1].String(), Amount: zones.Yen(5)}), true},
		"bundle":           {p.Sign(gateway.PrivKey(), p.bundle(t, gateway)), true},
		"batch":            {p.Sign(payer.PrivKey(), batch), false},
		"batch and a send": {p.Sign(payer.PrivKey(), send, batch), false},
	} {
		t.Run(name, func(t *testing.T) {
			_, shared := p.decode(t, check.raw)
			require.Equal(t, check.shared, shared)
		})
	}
}

// The SDK panics over a transaction without a fee when it is asked who pays. A proposer can put one into a block: it must be refused there,
// and must not stop the node where the block's transactions are decoded.
func TestTransactionWithoutFeeStopsNobody(t *testing.T) {
	p := newPayments(t)
	payer, other := p.holders[0], p.holders[1]
	send := func(from, to devnet.Key) []byte {
		return p.Sign(from.PrivKey(), banktypes.NewMsgSend(from.Address(), to.Address(), sdk.Coins{zones.Yen(5)}))
	}
	var whole txtypes.Tx
	require.NoError(t, whole.Unmarshal(send(payer, other)))
	whole.AuthInfo.Fee = nil
	withoutFee, err := whole.Marshal()
	require.NoError(t, err)
	p.Block(withoutFee, send(other, payer))
	require.Equal(t, sdkerrors.ErrPanic.Codespace(), p.Results[0].Codespace)
	require.Equal(t, sdkerrors.ErrPanic.ABCICode(), p.Results[0].Code)
	require.Zero(t, p.Results[1].Code, p.Results[1].Log)
}

// While a block carries transactions out, the mempool checks them and clients simulate them: all on the same decoded messages, which -race
// watches.
func TestDecodedTransactionsInManyHands(t *testing.T) {
	p := newPayments(t)
	for range 3 {
		var block [][]byte
		for _, gateway := range p.gateways {
			block = append(block, p.Sign(gateway.PrivKey(), p.bundle(t, gateway)))
		}
		for _, payer := range p.holders {
			block = append(block, p.Sign(payer.PrivKey(), p.by(payer)))
		}
		decoded := make([]sdk.Tx, len(block))
		for i, raw := range block {
			decoded[i], _ = p.decode(t, raw)
		}
		var hands sync.WaitGroup
		for range 4 {
			hands.Go(func() {
				for _, raw := range block {
					_, _, _ = p.App.Simulate(raw)
				}
			})
		}
		hands.Go(func() {
			for _, raw := range block {
				_, err := p.App.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
				assert.NoError(t, err)
			}
		})
		response, err := p.App.FinalizeBlock(&abci.RequestFinalizeBlock{
			Height: p.App.LastBlockHeight() + 1, Time: p.Ctx().BlockTime(), Txs: block,
		})
		hands.Wait()
		require.NoError(t, err)
		require.Len(t, response.TxResults, len(block))
		_, err = p.App.Commit()
		require.NoError(t, err)
		for i, raw := range block {
			p.requireUnchanged(t, raw, decoded[i])
		}
	}
}

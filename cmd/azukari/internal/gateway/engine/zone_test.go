package engine

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand"
	"sync"
	"time"

	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/azukari-network/azukari/app/nodeclient"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// testZone is a zone with x/payment's rules of nonces and quotas and with a mempool that loses transactions. Amounts above 1,000 are
// refused for lack of funds.
type testZone struct {
	mu      sync.Mutex
	random  *rand.Rand
	faults  bool
	blocks  []nodeclient.Block // from height 1
	mempool []testTx
	nonces  map[string]paymenttypes.OrderNonces
	// paid counts payments by order, decided the orders that used up their nonce.
	paid, decided map[string]int
	now           time.Time
	offered       int
}

// testTx is a transaction in the mempool.
type testTx struct {
	raw     []byte
	orders  []paymenttypes.SignedPaymentOrder
	timeout int64
}

func newTestZone(seed int64) *testZone {
	return &testZone{
		random: rand.New(rand.NewSource(seed)), nonces: map[string]paymenttypes.OrderNonces{}, paid: map[string]int{}, decided: map[string]int{},
		now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
	}
}

const testChain = "zone-1"

func (*testZone) ChainID() string                     { return testChain }
func (*testZone) Yen(context.Context) (string, error) { return registrytypes.YenDenom, nil }
func (*testZone) Gateway() sdk.AccAddress             { return sdk.AccAddress("gateway-of-the-tests") }

func (z *testZone) StateHeight(context.Context) (int64, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	return int64(len(z.blocks)), nil
}

func (z *testZone) Block(_ context.Context, height int64) (nodeclient.Block, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if height < 1 || z.fails(5) {
		return nodeclient.Block{}, nodeclient.ErrUnreachable
	}
	return z.blocks[height-1], nil
}

func (*testZone) Params(context.Context) (paymenttypes.Params, error) {
	return paymenttypes.Params{BundleOrdersMax: 50, PayerOrdersPerBlock: 10, GatewayOrdersPerBlock: 200}, nil
}

func (*testZone) OrderKeys(_ context.Context, payer sdk.AccAddress) ([]registrytypes.OrderKey, error) {
	return nil, registrytypes.ErrAccountNotFound.Wrapf("expected an account at %s, got none", payer)
}

func (z *testZone) Nonces(_ context.Context, payer sdk.AccAddress, _ int64) (paymenttypes.OrderNonces, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.fails(4) {
		return paymenttypes.OrderNonces{}, nodeclient.ErrUnreachable
	}
	return z.nonces[string(payer)], nil
}

// Find is an index of all transactions.
func (z *testZone) Find(_ context.Context, payer sdk.AccAddress, nonce uint64) (found []nodeclient.Block, err error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	for _, block := range z.blocks {
		for _, tx := range block.Txs {
			bundles, err := bundlesOf(tx.Raw)
			if err != nil {
				return nil, err
			}
			for _, message := range bundles {
				for _, one := range message.Orders {
					if one.Order.Nonce == nonce && payer.Equals(sdk.AccAddress(one.Order.Payer)) {
						found = append(found, nodeclient.Block{Height: block.Height, Txs: []nodeclient.BlockTx{tx}})
					}
				}
			}
		}
	}
	return found, nil
}

// fails says once in so many calls that something goes wrong. The lock is held.
func (z *testZone) fails(once int) bool { return z.faults && z.random.Intn(once) == 0 }

func (z *testZone) Offer(_ context.Context, orders []paymenttypes.SignedPaymentOrder, _ uint64) (nodeclient.Sent, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.fails(4) {
		return nodeclient.Sent{}, sdkerrors.ErrMempoolIsFull.Wrap("mempool is full")
	}
	z.offered++
	one := testTx{raw: rawBundle(z.Gateway().String(), orders, z.offered), orders: orders, timeout: int64(len(z.blocks)) + timeoutBlocks}
	if !z.fails(4) { // else the node has it and is restarted
		z.mempool = append(z.mempool, one)
	}
	return nodeclient.Sent{Hash: hashOf(one.raw), TimeoutHeight: one.timeout}, nil
}

// bring is another gateway's bundle.
func (z *testZone) bring(orders ...paymenttypes.SignedPaymentOrder) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.offered++
	z.mempool = append(z.mempool, testTx{raw: rawBundle("another", orders, z.offered), orders: orders, timeout: 1 << 40})
}

func rawBundle(gateway string, orders []paymenttypes.SignedPaymentOrder, memo int) []byte {
	message, err := codectypes.NewAnyWithValue(&paymenttypes.MsgExecuteOrders{Gateway: gateway, Orders: orders})
	if err != nil {
		panic(err)
	}
	return must((&txtypes.TxRaw{BodyBytes: must((&txtypes.TxBody{Messages: []*codectypes.Any{message}, Memo: fmt.Sprint(memo)}).Marshal())}).Marshal())
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

// block makes a block of what is in the mempool, or of a part of it.
func (z *testZone) block() {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.now = z.now.Add(time.Second)
	block := nodeclient.Block{Height: int64(len(z.blocks)) + 1, Time: z.now}
	var later []testTx
	load := map[string]int{}
	for _, one := range z.mempool {
		switch {
		case block.Height > one.timeout: // dropped
		case z.fails(5):
			later = append(later, one)
		case z.fails(8):
			block.Txs = append(block.Txs, nodeclient.BlockTx{Raw: one.raw, Code: sdkerrors.ErrOutOfGas.ABCICode(), Codespace: sdkerrors.RootCodespace})
		default:
			block.Txs = append(block.Txs, z.execute(one, load))
		}
	}
	z.mempool = later
	z.blocks = append(z.blocks, block)
}

// execute carries out a bundle. The lock is held.
func (z *testZone) execute(one testTx, load map[string]int) nodeclient.BlockTx {
	answer := &paymenttypes.MsgExecuteOrdersResponse{Results: make([]paymenttypes.OrderResult, len(one.orders))}
	var events []nodeclient.BlockEvent
	for i, signed := range one.orders {
		used, err := z.order(signed.Order, load)
		if err == nil {
			continue
		}
		codespace, code, _ := errorsmod.ABCIInfo(err, false)
		answer.Results[i] = paymenttypes.OrderResult{Codespace: codespace, Code: code}
		text, quoteErr := json.Marshal(err.Error())
		events = append(events, nodeclient.BlockEvent{Type: refusedEvent, Attributes: []nodeclient.BlockAttribute{
			{Key: "error", Value: string(must(text, quoteErr))},
			{Key: "index", Value: fmt.Sprint(i)},
			{Key: "nonce_used", Value: fmt.Sprint(used)},
			{Key: messageIndex, Value: "0"},
		}})
	}
	packed, err := codectypes.NewAnyWithValue(answer)
	if err != nil {
		panic(err)
	}
	raw, err := json.Marshal(events)
	return nodeclient.BlockTx{
		Raw: one.raw, RawEvents: must(raw, err), Data: must(proto.Marshal(&sdk.TxMsgData{MsgResponses: []*codectypes.Any{packed}})),
	}
}

func (z *testZone) order(order paymenttypes.PaymentOrder, load map[string]int) (used bool, err error) {
	if err := order.CheckTime(z.now); err != nil {
		return false, err
	}
	nonces, err := z.nonces[string(order.Payer)].Use(order.Nonce)
	if err != nil {
		return false, err
	}
	if load[string(order.Payer)]++; load[string(order.Payer)] > 10 {
		return false, paymenttypes.ErrTooManyOrders.Wrap("in this block")
	}
	z.nonces[string(order.Payer)] = nonces
	z.decided[keyOf(order)]++
	if order.Amount > 1_000 {
		return true, sdkerrors.ErrInsufficientFunds.Wrap("insufficient funds")
	}
	z.paid[keyOf(order)]++
	return true, nil
}

// testPayer signs orders with the key of its address.
func testPayer(i int) *secp256k1.PrivKey {
	secret := sha256.Sum256(fmt.Append(nil, "payer", i))
	return secp256k1.GenPrivKeyFromSecret(secret[:])
}

func testOrder(key *secp256k1.PrivKey, nonce, amount, expires uint64) paymenttypes.SignedPaymentOrder {
	order := paymenttypes.PaymentOrder{
		Payer: key.PubKey().Address(), Payee: []byte("payee-of-the-tests--"), Amount: amount, Nonce: nonce, ExpiresAt: expires, PublicKey: key.PubKey().Bytes(),
	}
	return paymenttypes.SignedPaymentOrder{Order: order, Signature: must(key.Sign(order.SignBytes(testChain, registrytypes.YenDenom)))}
}

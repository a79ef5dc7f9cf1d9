package txcache

import (
	"errors"
	"fmt"
	"math/rand"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"

	txsigning "cosmossdk.io/x/tx/signing"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// suite makes transactions, and decodes them as the SDK does.
type suite struct {
	encoding.Config

	random   *rand.Rand
	key      *secp256k1.PrivKey
	sequence uint64
	// decodings counts what the SDK's decoder was asked.
	decodings atomic.Int64
}

func newSuite(t testing.TB) *suite {
	t.Helper()
	s := &suite{Config: encoding.Make(), random: rand.New(rand.NewSource(1)), key: secp256k1.GenPrivKeyFromSecret([]byte("payer"))}
	for _, register := range []func(codectypes.InterfaceRegistry){banktypes.RegisterInterfaces, paymenttypes.RegisterInterfaces} {
		register(s.InterfaceRegistry)
	}
	return s
}

// decode is the SDK's decoder.
func (s *suite) decode(raw []byte) (sdk.Tx, error) {
	s.decodings.Add(1)
	return s.TxConfig.TxDecoder()(raw)
}

func (s *suite) payer() string { return sdk.AccAddress(s.key.PubKey().Address()).String() }

func (s *suite) bytes(length int) []byte {
	out := make([]byte, length)
	s.random.Read(out)
	return out
}

func (s *suite) coins() sdk.Coins {
	return sdk.NewCoins(sdk.NewInt64Coin("jpy", 1+s.random.Int63n(1_000)))
}

func (s *suite) send() sdk.Msg {
	return &banktypes.MsgSend{FromAddress: s.payer(), ToAddress: sdk.AccAddress(s.bytes(20)).String(), Amount: s.coins()}
}

// pay leaves the most that the payer would bear as a fee out, or agrees to one.
func (s *suite) pay() sdk.Msg {
	pay := &paymenttypes.MsgPay{Payer: s.payer(), Payee: sdk.AccAddress(s.bytes(20)).String(), Amount: s.coins()[0], MemoHash: s.bytes(32)}
	if s.random.Intn(2) == 0 {
		pay.MaxFee = sdk.NewInt64Coin("jpy", 5).Amount
	}
	return pay
}

func (s *suite) batch() sdk.Msg {
	return &paymenttypes.MsgPayBatch{Payer: s.payer()}
}

// bundle has orders as holders sign them for the trial.
func (s *suite) bundle(orders int) sdk.Msg {
	bundle := &paymenttypes.MsgExecuteOrders{Gateway: s.payer(), Orders: make([]paymenttypes.SignedPaymentOrder, orders)}
	for i := range bundle.Orders {
		bundle.Orders[i] = paymenttypes.SignedPaymentOrder{Signature: s.bytes(64), Order: paymenttypes.PaymentOrder{
			Payer: s.bytes(20), Payee: s.bytes(20), Amount: 1 + uint64(s.random.Intn(1_000)), Reference: "invoice/2026/000000001", MemoHash: s.bytes(32),
			ExpiresAt: 1_800_000_000, Nonce: uint64(i) + 1, KeyId: "phone",
		}}
	}
	return bundle
}

// sign returns the bytes of a transaction of the suite's key.
func (s *suite) sign(t testing.TB, messages ...sdk.Msg) []byte {
	t.Helper()
	return s.signWith(t, s.key, messages...)
}

func (s *suite) signWith(t testing.TB, key cryptotypes.PrivKey, messages ...sdk.Msg) []byte {
	t.Helper()
	s.sequence++
	signed, err := simtestutil.GenSignedMockTx(
		s.random, s.TxConfig, messages, nil, 400_000_000, "zone", []uint64{7}, []uint64{s.sequence}, key,
	)
	require.NoError(t, err)
	raw, err := s.TxConfig.TxEncoder()(signed)
	require.NoError(t, err)
	return raw
}

// known says how many transactions a cache remembers.
func known(cache *Cache) int {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	return cache.known.Len()
}

// sum is what a cache's transactions are counted for.
func sum(cache *Cache) int {
	total := 0
	for _, one := range cache.known.Values() {
		total += one.memory
	}
	return total
}

// heap is what is in use of the memory, in bytes.
func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// signed is what a node reads of a transaction.
type signed interface {
	transaction
	authsigning.Tx
	authsigning.V2AdaptableTx
}

// view is all that a node reads of a transaction.
type view struct {
	whole      *txtypes.Tx
	messages   []sdk.Msg
	signBytes  txsigning.TxData
	signers    [][]byte
	keys       []cryptotypes.PubKey
	signatures []signing.SignatureV2
	payer      []byte
	// secondForm are the bytes of the messages as descriptors know them.
	secondForm [][]byte
	invalid    error
}

func viewOf(tx sdk.Tx) (view, error) {
	one, ok := tx.(signed)
	if !ok {
		return view{}, fmt.Errorf("expected a signed transaction, got %T", tx)
	}
	v := view{
		whole: one.GetProtoTx(), messages: one.GetMsgs(), signBytes: one.GetSigningTxData(), payer: one.FeePayer(), invalid: one.ValidateBasic(),
	}
	var signersErr, keysErr, signaturesErr error
	v.signers, signersErr = one.GetSigners()
	v.keys, keysErr = one.GetPubKeys()
	v.signatures, signaturesErr = one.GetSignaturesV2()
	for _, key := range v.keys {
		v.payer = append(v.payer, key.Address()...)
	}
	messages, err := one.GetMsgsV2()
	for _, message := range messages {
		raw, err := protov2.MarshalOptions{Deterministic: true}.Marshal(message)
		if err != nil {
			return view{}, err
		}
		v.secondForm = append(v.secondForm, raw)
	}
	return v, errors.Join(err, signersErr, keysErr, signaturesErr)
}

// requireSame requires that a decoder's transaction is another's.
func requireSame(t testing.TB, want, got sdk.Tx) {
	t.Helper()
	wanted, err := viewOf(want)
	require.NoError(t, err)
	gotten, err := viewOf(got)
	require.NoError(t, err)
	require.Equal(t, wanted, gotten)
}

// changed returns a transaction with another body or other authentication.
func changed(t testing.TB, raw []byte, change func(body *txtypes.TxBody, auth *txtypes.AuthInfo)) []byte {
	t.Helper()
	var whole txtypes.Tx
	require.NoError(t, whole.Unmarshal(raw))
	change(whole.Body, whole.AuthInfo)
	bz, err := whole.Marshal()
	require.NoError(t, err)
	return bz
}

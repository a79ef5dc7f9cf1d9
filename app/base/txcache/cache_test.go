package txcache

import (
	"slices"
	"sync"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// A transaction of messages that are only read is decoded once, and is what the SDK's decoder returns.
func TestTransactionsAreDecodedOnce(t *testing.T) {
	s := newSuite(t)
	for name, messages := range map[string][]sdk.Msg{
		"send": {s.send()}, "pay": {s.pay()}, "bundle": {s.bundle(20)}, "all of them": {s.send(), s.bundle(3), s.pay(), s.pay()},
	} {
		t.Run(name, func(t *testing.T) {
			raw := s.sign(t, messages...)
			want, err := s.TxConfig.TxDecoder()(raw)
			require.NoError(t, err)
			cache, before := New(s.decode), s.decodings.Load()
			first, err := cache.Decode(raw)
			require.NoError(t, err)
			second, err := cache.Decode(slices.Clone(raw))
			require.NoError(t, err)
			require.Same(t, first, second)
			require.Equal(t, before+1, s.decodings.Load())
			requireSame(t, want, first)
		})
	}
}

// What is kept of a transaction is none of the bytes that it came in, which belong to the caller.
func TestBytesStayTheCallers(t *testing.T) {
	s := newSuite(t)
	raw := s.sign(t, s.bundle(2), s.pay())
	want, err := s.TxConfig.TxDecoder()(slices.Clone(raw))
	require.NoError(t, err)
	got, err := New(s.decode).Decode(raw)
	require.NoError(t, err)
	clear(raw)
	requireSame(t, want, got)
}

// Every bit counts: with one changed a transaction is another one, or the same error as without a cache.
func TestEveryBitCounts(t *testing.T) {
	s := newSuite(t)
	cache := New(s.decode)
	raw := s.sign(t, s.send(), s.pay(), s.bundle(2))
	original, err := cache.Decode(raw)
	require.NoError(t, err)
	decoded, failed := 0, 0
	for bit := range 8 * len(raw) {
		changed := slices.Clone(raw)
		changed[bit/8] ^= 1 << (bit % 8)
		want, wantErr := s.TxConfig.TxDecoder()(changed)
		for range 2 {
			got, err := cache.Decode(changed)
			require.Equal(t, wantErr == nil, err == nil, "bit %d", bit)
			if err != nil {
				require.Equal(t, wantErr.Error(), err.Error())
				require.Nil(t, got)
				failed++
				continue
			}
			require.NotSame(t, original, got)
			require.Equal(t, want.(signed).GetProtoTx(), got.(signed).GetProtoTx(), "bit %d", bit)
			decoded++
		}
	}
	require.Greater(t, decoded, 1_000)
	require.Greater(t, failed, 1_000)
	again, err := cache.Decode(raw)
	require.NoError(t, err)
	require.Same(t, original, again)
}

// Errors are the SDK's, and nothing is remembered of them.
func TestErrorsAreNotRemembered(t *testing.T) {
	s := newSuite(t)
	cache, whole := New(s.decode), s.sign(t, s.send())
	for name, raw := range map[string][]byte{
		"garbage": {0xff, 1, 2}, "cut": whole[:len(whole)-1], "longer": append(slices.Clone(whole), 0),
		"no type of a message": changed(t, whole, func(body *txtypes.TxBody, _ *txtypes.AuthInfo) {
			body.Messages[0].TypeUrl, body.Messages[0].Value = "", nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			_, want := s.TxConfig.TxDecoder()(raw)
			require.Error(t, want)
			for range 2 {
				before := s.decodings.Load()
				tx, err := cache.Decode(raw)
				require.Equal(t, want.Error(), err.Error())
				require.Nil(t, tx)
				require.Equal(t, before+1, s.decodings.Load())
			}
			require.Zero(t, known(cache))
		})
	}
}

// What somebody may change, or what has no signers to be found ahead, is decoded anew for each who asks. Among it are transactions
// over which the SDK panics when it is asked for signers.
func TestOnlyReadOnlyTransactionsAreShared(t *testing.T) {
	s := newSuite(t)
	r1, err := secp256r1.GenPrivKey()
	require.NoError(t, err)
	for name, raw := range map[string][]byte{
		"another message":     s.sign(t, s.batch()),
		"another one at last": s.sign(t, s.send(), s.batch()),
		"no message":          s.sign(t),
		"a key with a memory": s.signWith(t, r1, s.send()),
		"nobody's message":    s.sign(t, &paymenttypes.MsgPay{Amount: s.coins()[0]}),
		"a fee":               changed(t, s.sign(t, s.send()), func(_ *txtypes.TxBody, auth *txtypes.AuthInfo) { auth.Fee.Amount = s.coins() }),
		"two signers": changed(t, s.sign(t, s.send()), func(_ *txtypes.TxBody, auth *txtypes.AuthInfo) {
			auth.SignerInfos = append(auth.SignerInfos, auth.SignerInfos[0])
		}),
		"many signatures": append(s.sign(t, s.send()), 0x1a, 0, 0x1a, 0),
		"many modes": changed(t, s.sign(t, s.send()), func(_ *txtypes.TxBody, auth *txtypes.AuthInfo) {
			auth.SignerInfos[0].ModeInfo = &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Multi_{Multi: &txtypes.ModeInfo_Multi{}}}
		}),
		"a tip":   changed(t, s.sign(t, s.send()), func(_ *txtypes.TxBody, auth *txtypes.AuthInfo) { auth.Tip = &txtypes.Tip{Amount: s.coins()} }), //nolint:staticcheck // it still decodes
		"no fee":  changed(t, s.sign(t, s.send()), func(_ *txtypes.TxBody, auth *txtypes.AuthInfo) { auth.Fee = nil }),
		"nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			cache := New(s.decode)
			want, err := s.TxConfig.TxDecoder()(raw)
			require.NoError(t, err)
			first, err := cache.Decode(raw)
			require.NoError(t, err)
			second, err := cache.Decode(raw)
			require.NoError(t, err)
			require.NotSame(t, first, second)
			require.Zero(t, known(cache))
			require.Equal(t, want.(signed).GetProtoTx(), first.(signed).GetProtoTx())
		})
	}
}

// The oldest go when they take too much memory or are too many.
func TestCacheIsBounded(t *testing.T) {
	s := newSuite(t)
	all, memory := make([][]byte, 6), 0
	for i := range all {
		all[i] = s.sign(t, s.send())
		if i >= 4 {
			memory += memoryPerByte*len(all[i]) + 2*memoryPerPart // a message and a coin
		}
	}
	for name, check := range map[string]struct{ memory, transactions, want int }{
		"memory":          {memory: memory, transactions: 100, want: 2},
		"one byte less":   {memory: memory - 1, transactions: 100, want: 1},
		"transactions":    {memory: 1 << 20, transactions: 3, want: 3},
		"none fits":       {memory: 10, transactions: 3, want: 0},
		"room for all":    {memory: 1 << 20, transactions: 6, want: 6},
		"both are enough": {memory: memory, transactions: 2, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			cache := newBounded(s.decode, check.memory, check.transactions)
			for range 2 {
				for _, raw := range all {
					_, err := cache.Decode(raw)
					require.NoError(t, err)
				}
			}
			require.Equal(t, check.want, known(cache))
			for _, raw := range all[len(all)-check.want:] {
				before := s.decodings.Load()
				_, err := cache.Decode(raw)
				require.NoError(t, err)
				require.Equal(t, before, s.decodings.Load(), "the newest are kept")
			}
			require.Equal(t, sum(cache), cache.memory)
		})
	}
}

// What a transaction is counted for is no less than what it takes, whatever it is made of: nobody can fill a node's memory.
func TestMemoryIsBounded(t *testing.T) {
	const transactions, parts = 5, 3_000
	s := newSuite(t)
	short := paymenttypes.SignedPaymentOrder{Signature: []byte{1}, Order: paymenttypes.PaymentOrder{
		Payer: []byte{1}, Payee: []byte{1}, Denom: "y", Amount: 1, Reference: "r", Invoice: "i", MemoHash: []byte{1}, MaxFee: 1, ExpiresAt: 1,
		Nonce: 1, KeyId: "k", PublicKey: []byte{1},
	}}
	for name, messages := range map[string]func() []sdk.Msg{
		"bundle": func() []sdk.Msg { return []sdk.Msg{s.bundle(parts)} },
		"short orders": func() []sdk.Msg {
			return []sdk.Msg{&paymenttypes.MsgExecuteOrders{Gateway: s.payer(), Orders: slices.Repeat([]paymenttypes.SignedPaymentOrder{short}, parts)}}
		},
		"empty orders": func() []sdk.Msg {
			return []sdk.Msg{&paymenttypes.MsgExecuteOrders{Gateway: s.payer(), Orders: make([]paymenttypes.SignedPaymentOrder, parts)}}
		},
		"empty coins": func() []sdk.Msg {
			return []sdk.Msg{&banktypes.MsgSend{FromAddress: s.payer(), Amount: make(sdk.Coins, parts)}}
		},
		"sends":       func() []sdk.Msg { return slices.Repeat([]sdk.Msg{s.send()}, parts) },
		"empty sends": func() []sdk.Msg { return slices.Repeat([]sdk.Msg{&banktypes.MsgSend{FromAddress: s.payer()}}, parts) },
		"pays":        func() []sdk.Msg { return slices.Repeat([]sdk.Msg{s.pay()}, parts) },
	} {
		t.Run(name, func(t *testing.T) {
			cache := New(s.decode)
			before := heap()
			for range transactions {
				_, err := cache.Decode(s.sign(t, messages()...))
				require.NoError(t, err)
			}
			taken := int(heap()) - int(before)
			t.Logf("%d MB, counted as %d", taken>>20, cache.memory>>20)
			require.Equal(t, transactions, known(cache))
			require.Less(t, taken, cache.memory)
		})
	}
}

// A block's transactions are forgotten, whether they were known or not; others stay.
func TestBlocksAreForgotten(t *testing.T) {
	s := newSuite(t)
	cache := New(s.decode)
	waiting, done := s.sign(t, s.send()), s.sign(t, s.bundle(3))
	for _, raw := range [][]byte{waiting, done} {
		_, err := cache.Decode(raw)
		require.NoError(t, err)
	}
	block := abci.RequestFinalizeBlock{Txs: [][]byte{done, s.sign(t, s.send()), {1, 2}, done}}
	require.NoError(t, cache.ListenFinalizeBlock(t.Context(), block, abci.ResponseFinalizeBlock{}))
	require.NoError(t, cache.ListenCommit(t.Context(), abci.ResponseCommit{}, nil))
	require.Equal(t, 1, known(cache))
	require.Equal(t, sum(cache), cache.memory)
	before := s.decodings.Load()
	_, err := cache.Decode(waiting)
	require.NoError(t, err)
	require.Equal(t, before, s.decodings.Load())
}

// Many read the same transactions at once, while others come and go: nothing writes to them, which -race finds.
func TestSharedTransactionsAreOnlyRead(t *testing.T) {
	s := newSuite(t)
	all, want := make([][]byte, 12), make([]view, 12)
	for i := range all {
		all[i] = s.sign(t, []sdk.Msg{s.send(), s.pay(), s.bundle(5)}[i%3])
		tx, err := s.TxConfig.TxDecoder()(all[i])
		require.NoError(t, err)
		want[i], err = viewOf(tx)
		require.NoError(t, err)
	}
	cache := newBounded(s.decode, 1<<20, 8)
	var readers sync.WaitGroup
	for reader := range 16 {
		readers.Go(func() {
			for i := range 60 {
				n := (reader + i) % len(all)
				tx, err := cache.Decode(all[n])
				if !assert.NoError(t, err) {
					return
				}
				got, err := viewOf(tx)
				assert.NoError(t, err)
				assert.Equal(t, want[n], got)
				if i%20 == 19 {
					block := abci.RequestFinalizeBlock{Txs: all[n : n+1]}
					assert.NoError(t, cache.ListenFinalizeBlock(t.Context(), block, abci.ResponseFinalizeBlock{}))
				}
			}
		})
	}
	readers.Wait()
	require.Equal(t, sum(cache), cache.memory)
}

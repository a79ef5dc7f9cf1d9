package financial_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"math/rand"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var (
	orderAccounts = flag.Int("order-accounts", 5_000, "accounts per bank in BenchmarkOrderBlocks, of four banks")
	orderBundles  = flag.Int("order-bundles", 4, "bundles of 1,000 orders in a block of BenchmarkOrderBlocks")
)

const (
	bundleOrders = 1_000
	orderKeyID   = "bench"
)

// orderLedger is the Financial Zone in this process with many accounts that sign payment orders.
type orderLedger struct {
	app      *financial.App
	chainID  string
	now      time.Time
	accounts []orderAccount
	gateway  devnet.Key
	sequence uint64
	nonce    uint64
	random   *rand.Rand
}

type orderAccount struct {
	address sdk.AccAddress
	key     cmted25519.PrivKey
}

// BenchmarkOrderBlocks is what one node spends on a payment order: to check the transactions of a block, to carry them out and to
// commit, on memiavl, with payers and payees anywhere among the accounts of four banks. Nothing is skipped.
func BenchmarkOrderBlocks(b *testing.B) {
	ledger := newOrderLedger(b)
	var check, finalize, commit time.Duration
	var txBytes, eventBytes, gas int
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		transactions := ledger.bundles(b, *orderBundles)
		b.StartTimer()
		begin := b.Elapsed()
		for _, raw := range transactions {
			response, err := ledger.app.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
			require.NoError(b, err)
			require.True(b, response.IsOK(), response.Log)
		}
		checked := b.Elapsed()
		response, finalized := ledger.block(b, transactions...)
		check, finalize, commit = check+checked-begin, finalize+finalized-checked, commit+b.Elapsed()-finalized
		b.StopTimer()
		for i, result := range response.TxResults {
			require.Zero(b, result.Code, result.Log)
			for _, event := range result.Events {
				eventBytes += event.Size()
			}
			gas += int(result.GasUsed)
			txBytes += len(transactions[i])
			requirePaid(b, result)
		}
		b.StartTimer()
	}
	orders := float64(b.N * *orderBundles * bundleOrders)
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1_000 / orders }
	b.ReportMetric(per(check), "check-µs/order")
	b.ReportMetric(per(finalize), "finalize-µs/order")
	b.ReportMetric(per(commit), "commit-µs/order")
	b.ReportMetric(float64(txBytes)/orders, "tx-bytes/order")
	b.ReportMetric(float64(eventBytes)/orders, "event-bytes/order")
	b.ReportMetric(float64(gas)/orders, "gas/order")
}

func requirePaid(b *testing.B, result *abci.ExecTxResult) {
	b.Helper()
	var data sdk.TxMsgData
	require.NoError(b, data.Unmarshal(result.Data))
	var response paymenttypes.MsgExecuteOrdersResponse
	require.NoError(b, response.Unmarshal(data.MsgResponses[0].Value))
	for _, one := range response.Results {
		require.Zero(b, one.Code, one.Codespace)
	}
}

func newOrderLedger(b *testing.B) *orderLedger {
	b.Helper()
	manifest := devnet.DefaultManifest()
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: *orderAccounts, BalanceYen: 1_000_000}
	keys := devnet.NewKeys(manifest.Seed)
	l := &orderLedger{
		chainID: manifest.ChainID(devnet.FinancialID), now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		gateway: keys.Operator(manifest.BankIDs()[0], membershiptypes.RoleGateway), random: rand.New(rand.NewSource(1)),
	}
	l.app = financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, simtestutil.AppOptionsMap{
		flags.FlagHome: b.TempDir(), nodeconfig.KeyStateStore: commitstore.KindMemIAVL,
	}, baseapp.SetChainID(l.chainID))
	b.Cleanup(func() { require.NoError(b, l.app.Close()) })
	genesis, err := devnet.Genesis(manifest, keys, devnet.FinancialID, l.app.DefaultGenesis(), func(zone, name string) []byte {
		return cmted25519.GenPrivKeyFromSecret([]byte(zone + name)).PubKey().Bytes()
	}, l.now)
	require.NoError(b, err)
	params := genesis.Consensus.Params.ToProto()
	_, err = l.app.InitChain(&abci.RequestInitChain{
		ChainId: l.chainID, Time: genesis.GenesisTime, ConsensusParams: &params, AppStateBytes: l.withOrderKeys(b, genesis.AppState), InitialHeight: 1,
	})
	require.NoError(b, err)
	l.block(b)
	return l
}

// block makes a block and commits it, and returns when it was finalized.
func (l *orderLedger) block(b *testing.B, transactions ...[]byte) (response *abci.ResponseFinalizeBlock, finalized time.Duration) {
	b.Helper()
	l.now = l.now.Add(time.Second)
	response, err := l.app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: l.app.LastBlockHeight() + 1, Time: l.now, Txs: transactions})
	require.NoError(b, err)
	finalized = b.Elapsed()
	_, err = l.app.Commit()
	require.NoError(b, err)
	return response, finalized
}

// withOrderKeys gives each account of a genesis an order key, and gateways room.
func (l *orderLedger) withOrderKeys(b *testing.B, raw []byte) []byte {
	b.Helper()
	var state map[string]json.RawMessage
	require.NoError(b, json.Unmarshal(raw, &state))
	var registry registrytypes.GenesisState
	codec := l.app.Encoding.Codec
	codec.MustUnmarshalJSON(state[registrytypes.ModuleName], &registry)
	for i := range registry.Accounts {
		address, err := registrytypes.ParseAddress(registry.Accounts[i].Address)
		require.NoError(b, err)
		secret := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("order key"), uint64(i)))
		key := cmted25519.GenPrivKeyFromSecret(secret[:])
		registry.Accounts[i].OrderKeys = []registrytypes.OrderKey{{Id: orderKeyID, Type: registrytypes.OrderKeyTypeEd25519, PublicKey: key.PubKey().Bytes()}}
		l.accounts = append(l.accounts, orderAccount{address: address, key: key})
	}
	state[registrytypes.ModuleName] = codec.MustMarshalJSON(&registry)
	var payment paymenttypes.GenesisState
	codec.MustUnmarshalJSON(state[paymenttypes.ModuleName], &payment)
	payment.Params.GatewayOrdersPerBlock = paymenttypes.GatewayOrdersMax
	state[paymenttypes.ModuleName] = codec.MustMarshalJSON(&payment)
	raw, err := json.Marshal(state)
	require.NoError(b, err)
	return raw
}

// bundles signs orders of random payers to random payees.
func (l *orderLedger) bundles(b *testing.B, count int) [][]byte {
	b.Helper()
	transactions := make([][]byte, count)
	for i := range transactions {
		message := &paymenttypes.MsgExecuteOrders{Gateway: l.gateway.String(), Orders: make([]paymenttypes.SignedPaymentOrder, bundleOrders)}
		for j := range message.Orders {
			l.nonce++
			payer, payee := l.accounts[l.random.Intn(len(l.accounts))], l.accounts[l.random.Intn(len(l.accounts))]
			if payer.address.Equals(payee.address) {
				payee = l.accounts[(l.random.Intn(len(l.accounts)-1)+1)%len(l.accounts)]
			}
			order := paymenttypes.PaymentOrder{
				Payer: payer.address, Payee: payee.address, Amount: 1, ExpiresAt: uint64(l.now.Add(time.Minute).Unix()), Nonce: l.nonce, KeyId: orderKeyID,
			}
			signature, err := payer.key.Sign(order.SignBytes(l.chainID, registrytypes.YenDenom))
			require.NoError(b, err)
			message.Orders[j] = paymenttypes.SignedPaymentOrder{Order: order, Signature: signature}
		}
		transactions[i] = l.sign(b, message)
	}
	return transactions
}

func (l *orderLedger) sign(b *testing.B, message sdk.Msg) []byte {
	b.Helper()
	account := l.app.Account.GetAccount(l.app.NewContext(true), l.gateway.Address())
	require.NotNil(b, account)
	signed, err := simtestutil.GenSignedMockTx(
		l.random, l.app.Encoding.TxConfig, []sdk.Msg{message}, nil, 400_000_000, l.chainID, []uint64{account.GetAccountNumber()}, []uint64{l.sequence}, l.gateway.PrivKey(),
	)
	require.NoError(b, err)
	l.sequence++
	raw, err := l.app.Encoding.TxConfig.TxEncoder()(signed)
	require.NoError(b, err)
	return raw
}

package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/jsonpb"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/testutil/devnet"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// desk is where a bank's operators work: the command with the bank's profile, on a network of two banks.
type desk struct {
	profile string
	bank    string
}

// run runs a command of the bank and returns its exit code and what it printed.
func (d desk) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd, out, errOut := command(t, append([]string{"bank", "--profile", d.profile}, args...)...)
	if err := cmd.Run(); cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String()
}

// ask runs a command that must end with a code, and reads its JSON.
func (d desk) ask(t *testing.T, code int, answer any, args ...string) {
	t.Helper()
	got, stdout, stderr := d.run(t, append(args, "--output", "json")...)
	require.Equal(t, code, got, "%s: %s", args, stderr)
	if message, ok := answer.(gogoproto.Message); ok {
		require.NoError(t, jsonpb.UnmarshalString(stdout, message), stdout)
		return
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), answer), stdout)
}

var codecs = sync.OnceValue(func() encoding.Config {
	options := simtestutil.NewAppOptionsWithFlagHome(os.TempDir())
	return financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options).Encoding
})

func (d desk) key(t *testing.T, name string) profile.Key {
	t.Helper()
	one, err := profile.Load(d.profile)
	require.NoError(t, err)
	keys, err := one.OpenKeys(codecs().Codec, strings.NewReader(""))
	require.NoError(t, err)
	key, err := keys.Named(name)
	require.NoError(t, err)
	return key
}

// pay pays as the bank's customer, which is nothing for its operators, and returns the transaction's hash.
func (d desk) pay(t *testing.T, payee desk, yen int64) string {
	t.Helper()
	one, err := profile.Load(d.profile)
	require.NoError(t, err)
	client, err := one.Client(codecs())
	require.NoError(t, err)
	defer func() { require.NoError(t, client.Close()) }()
	payer := d.key(t, "account-0")
	answer, err := client.Send(t.Context(), payer, &banktypes.MsgSend{
		FromAddress: payer.Address().String(), ToAddress: payee.key(t, "account-0").Address().String(),
		Amount: sdk.NewCoins(sdk.NewInt64Coin(registrytypes.YenDenom, yen)),
	})
	require.NoError(t, err)
	return answer.TxHash
}

// file writes rows of CSV.
func file(t *testing.T, rows ...[]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	out, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, csv.NewWriter(out).WriteAll(rows))
	require.NoError(t, out.Close())
	return path
}

// lineSummary is what the JSON of commands about many lines begins with.
type lineSummary struct {
	Summary struct{ Lines, Done, Already, Refused int }
	Batches []string
	Lines   []struct{ Reference, Outcome, Code, Reason string }
}

// dayAccounts is how many accounts each bank has in genesis.
const dayAccounts = 20

// TestBankDay is a bank's day: orders in batches, payments to another bank, a recall, reconciliation and the close.
func TestBankDay(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "network")
	manifest := devnet.DefaultManifest()
	manifest.Name = "bankday"
	manifest.BlockTimeMS = 200
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 2, ValidatorsPerBank: 1}
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: dayAccounts, BalanceYen: 1_000_000}
	up, _, stderr := command(t, "devnet", "up", "--detach", "--bank-profile", "--dir", dir, "-m", writeManifest(t, manifest))
	require.NoError(t, up.Run(), stderr.String())
	t.Cleanup(func() {
		if err := devnet.Down(context.WithoutCancel(t.Context()), dir); err != nil {
			t.Errorf("end the network: %v", err)
		}
	})
	deskOf := func(bank string) desk { return desk{filepath.Join(dir, "banks", bank, "bank.yaml"), bank} }
	a, b := deskOf("bank-a"), deskOf("bank-b")
	account, stranger := a.key(t, "account-0").Address().String(), a.key(t, "maker").Address().String()

	a.openAccounts(t)

	// 1,001 orders in two batches, one of them for somebody who has no account.
	rows := [][]string{{"reference", "account", "amount"}}
	var accounts []string
	for i := range dayAccounts {
		accounts = append(accounts, a.key(t, fmt.Sprintf("account-%d", i)).Address().String())
	}
	for i := range 1_000 {
		rows = append(rows, []string{fmt.Sprintf("I-%d", i), accounts[i%dayAccounts], "10"})
	}
	orders := file(t, append(rows, []string{"I-x", stranger, "5"})...)
	var submitted, decided lineSummary
	a.ask(t, 3, &submitted, "issue", orders)
	require.Equal(t, 1_000, submitted.Summary.Done)
	require.Equal(t, 1, submitted.Summary.Refused)
	require.Equal(t, "registry/7", submitted.Lines[1_000].Code)
	require.Len(t, submitted.Batches, 2)
	a.ask(t, 3, &submitted, "issue", orders)
	require.Equal(t, 1_000, submitted.Summary.Already, "the same file again")
	code, _, errOut := b.run(t, "approve", submitted.Batches[0])
	require.Equal(t, 1, code, "another bank's batch")
	require.Contains(t, errOut, "batch")
	a.ask(t, 0, &decided, "approve", submitted.Batches[0])
	require.Equal(t, 1_000, decided.Summary.Done)
	a.ask(t, 0, &decided, "approve", submitted.Batches[0])
	require.Equal(t, 1_000, decided.Summary.Already)

	a.payAndRecall(t, b)

	// What a checker refuses goes back to the customer.
	a.ask(t, 0, &submitted, "redeem", file(t, []string{"reference", "account", "amount"}, []string{"R-1", account, "300"}, []string{"R-2", account, "400"}))
	a.ask(t, 3, new(lineSummary), "approve", "--reference", "R-1", "--reference", "R-9")
	var open bankpb.ListOrdersResponse
	a.ask(t, 0, &open, "orders", "--status", "open")
	require.Len(t, open.Orders, 1)
	var closed map[string]any
	a.ask(t, 3, &closed, "close-day")
	require.Equal(t, false, closed["closed"], "an order waits")
	code, _, errOut = a.run(t, "reject", "--reference", "R-2", "--code", "taste", "--reason", "names differ")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "reject_code: expected insufficient_deposit")
	a.ask(t, 3, &decided, "reject", submitted.Batches[0], "--code", "name_mismatch", "--reason", "names differ")
	require.Equal(t, 1, decided.Summary.Done)
	require.Equal(t, 1, decided.Summary.Refused, "R-1 is approved")

	a.reconcileAndClose(t, account)
	a.serve(t)
}

// openAccounts opens a thousand accounts and another with limits of its own; the maker's address is refused.
func (d desk) openAccounts(t *testing.T) {
	t.Helper()
	hash := strings.Repeat("ab", 32)
	rows := [][]string{{"reference", "address", "kind", "identity_hash", "per_payment", "per_day", "balance"}}
	holder := func(i int) string { return sdk.AccAddress(fmt.Appendf(nil, "holder of account %02d", i)[:20]).String() }
	for i := range 1_000 {
		address := sdk.AccAddress(fmt.Appendf(nil, "holder-%013d", i)).String()
		rows = append(rows, []string{fmt.Sprintf("A-%d", i), address, "individual", hash, "", "", ""})
	}
	rows = append(rows,
		[]string{"A-own", holder(1), "business", hash, "1000", "2000", "3000"},
		[]string{"A-op", d.key(t, "maker").Address().String(), "individual", hash, "", "", ""})
	applications := file(t, rows...)
	var lines lineSummary
	d.ask(t, 3, &lines, "accounts", "open", applications)
	require.Equal(t, 1_001, lines.Summary.Done)
	require.Equal(t, "refused", lines.Lines[1_001].Outcome)
	require.NotEmpty(t, lines.Lines[1_001].Reason)
	d.ask(t, 3, &lines, "accounts", "open", applications)
	require.Equal(t, 1_001, lines.Summary.Already, "the same file again")
	d.ask(t, 0, &lines, "accounts", "approve", "A-0")
	d.ask(t, 0, &lines, "accounts", "approve")
	require.Equal(t, 1_000, lines.Summary.Done, "the others")
	d.ask(t, 0, &lines, "accounts", "approve", "A-0")
	require.Equal(t, 1, lines.Summary.Already)
	var list bankpb.ListAccountsResponse
	d.ask(t, 0, &list, "accounts", "list", "--status", "open")
	require.Len(t, list.Accounts, 1_001)
	var account bankpb.ShowAccountResponse
	d.ask(t, 0, &account, "accounts", "show", holder(1))
	require.Equal(t, &bankpb.AccountLimits{PerPayment: "1000", PerDay: "2000", Balance: "3000"}, account.Account.Limits)
	var history bankpb.AccountHistoryResponse
	d.ask(t, 0, &history, "accounts", "history", holder(1))
	require.Len(t, history.Changes, 2)
	require.Equal(t, "opened", history.Changes[1].Kind)

	wrong := file(t, rows[0], []string{"A 1", "x", "person", "00", "", "-1", ""})
	code, _, stderr := d.run(t, "accounts", "open", wrong)
	require.Equal(t, 2, code)
	for _, column := range []string{"reference", "address", "kind", "identity_hash", "per_payment", "per_day", "balance"} {
		require.Contains(t, stderr, "rows.csv:2: "+column+": expected", "every fault is named")
	}
}

// payAndRecall pays to another bank by mistake and gets the yen back with the payee's consent.
func (d desk) payAndRecall(t *testing.T, other desk) {
	t.Helper()
	payment := d.pay(t, other, 30_000)
	var positions bankpb.PositionsResponse
	d.ask(t, 0, &positions, "positions")
	require.Equal(t, "19980000", positions.Liability, "20,000,000 of genesis, 10,000 issued, 30,000 paid")
	require.Len(t, positions.Counterparties, 1)
	require.Equal(t, other.bank, positions.Counterparties[0].Bank)
	require.Contains(t, []string{positions.Counterparties[0].Sent, positions.Counterparties[0].SentByReserve}, "30000")
	code, table, _ := d.run(t, "report", "1", "--output", "csv")
	require.Zero(t, code)
	require.Contains(t, table, "flow,1,")
	code, _, stderr := d.run(t, "report")
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "the first one is open; ask for cycle 1")

	var recall bankpb.RecallResponse
	d.ask(t, 0, &recall, "recall", "request", "RC-1", payment, "sent twice")
	require.Equal(t, "requested", recall.Recall.Status)
	code, _, stderr = other.run(t, "recall", "return", d.bank, "RC-1")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "consented")
	other.ask(t, 0, &recall, "recall", "consent", d.bank, "RC-1", "--key", "account-0")
	var day bankpb.CloseDayResponse
	other.ask(t, 3, &day, "close-day")
	require.Len(t, day.OpenRecalls, 1, "the yen waits to be returned")
	other.ask(t, 0, &recall, "recall", "return", d.bank, "RC-1")
	require.Equal(t, "returned", recall.Recall.Status)
	d.ask(t, 0, &positions, "positions")
	require.Equal(t, "20010000", positions.Liability)
}

// reconcileAndClose matches the core ledger and ends the date.
func (d desk) reconcileAndClose(t *testing.T, account string) {
	t.Helper()
	var all bankpb.ListOrdersResponse
	d.ask(t, 0, &all, "orders", "--status", "approved")
	core := [][]string{{"reference", "date", "account", "direction", "amount"}}
	for _, order := range all.Orders {
		core = append(core, []string{order.Reference, order.DecidedDate, order.Account, order.Kind, order.ApprovedAmount})
	}
	var statement bankpb.StatementResponse
	d.ask(t, 0, &statement, "statement", account)
	require.True(t, statement.CheckedWithChain)
	require.Equal(t, "1000200", statement.ClosingBalance, "50 orders of 10 yen, 300 redeemed")

	var matched bankpb.ReconcileResponse
	d.ask(t, 0, &matched, "reconcile", file(t, core...))
	require.Equal(t, uint32(len(all.Orders)), matched.Matched) // #nosec G115 -- some thousand
	incomplete := file(t, core[:len(core)-1]...)
	d.ask(t, 3, &matched, "reconcile", incomplete)
	require.Len(t, matched.Breaks, 1)
	require.Equal(t, "missing_in_core", matched.Breaks[0].Kind)
	var day bankpb.CloseDayResponse
	d.ask(t, 3, &day, "close-day", "--core", incomplete)
	require.False(t, day.Closed)
	d.ask(t, 0, &day, "close-day", "--core", file(t, core...))
	require.True(t, day.Closed)
	require.Equal(t, "20009700", day.Liability)
	closing := day.TxHash
	require.NotEmpty(t, closing)
	d.ask(t, 0, &day, "close-day", day.Date)
	require.Equal(t, "", day.TxHash, "it was closed before")
}

// serve does the same over gRPC: each key once.
func (d desk) serve(t *testing.T) {
	t.Helper()
	cmd, stdout, stderr := command(t, "bank", "--profile", d.profile, "serve", "--listen", "127.0.0.1:0")
	require.NoError(t, cmd.Start())
	defer func() {
		require.NoError(t, cmd.Process.Signal(os.Interrupt))
		require.NoError(t, cmd.Wait(), stderr.String())
	}()
	var address string
	require.Eventually(t, func() bool {
		_, rest, found := strings.Cut(stdout.String(), " at ")
		address, _, _ = strings.Cut(rest, ";")
		return found && strings.Contains(rest, ";")
	}, 30*time.Second, 20*time.Millisecond)
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	client := bankpb.NewBankClient(conn)
	request := &bankpb.SubmitOrdersRequest{
		IdempotencyKey: "k-1", Kind: "issue", Batch: "by-grpc",
		Orders: []*bankpb.OrderLine{{Reference: "G-1", Account: d.key(t, "account-0").Address().String(), Amount: "7"}},
	}
	for range 2 {
		answer, err := client.SubmitOrders(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, "done", answer.Lines[0].Outcome, "a second call gets the first one's answer")
	}
	request.Orders[0].Amount = "8"
	_, err = client.SubmitOrders(t.Context(), request)
	require.Equal(t, codes.AlreadyExists, status.Code(err), err)
	request.IdempotencyKey = "k-2"
	_, err = client.SubmitOrders(t.Context(), request)
	require.Equal(t, codes.FailedPrecondition, status.Code(err), "the chain has the batch with other lines: %v", err)
	decided, err := client.DecideOrders(t.Context(), &bankpb.DecideOrdersRequest{IdempotencyKey: "k-3", Decision: "approve", Batch: "by-grpc"})
	require.NoError(t, err)
	require.Equal(t, uint32(1), decided.Summary.Done)
}

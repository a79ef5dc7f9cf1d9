package statement

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base/address"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) {
	address.Configure()
	flag.Parse()
	os.Exit(m.Run())
}

func account(i byte) string {
	raw := make([]byte, 20)
	raw[19] = i
	return sdk.AccAddress(raw).String()
}

func module(name string) string { return authtypes.NewModuleAddress(name).String() }

func yen(amount int64) sdk.Coin { return sdk.NewInt64Coin("jpy", amount) }

// moved is x/bank's event, with the message that it comes from.
func moved(message, from, to, coins string) abci.Event {
	event := abci.Event{Type: "transfer", Attributes: []abci.EventAttribute{
		{Key: "recipient", Value: to}, {Key: "sender", Value: from}, {Key: "amount", Value: coins},
	}}
	if message == "BeginBlock" {
		event.Attributes = append(event.Attributes, abci.EventAttribute{Key: "mode", Value: message})
	} else {
		event.Attributes = append(event.Attributes, abci.EventAttribute{Key: "msg_index", Value: message})
	}
	return event
}

func typed(t *testing.T, message string, msg proto.Message) abci.Event {
	t.Helper()
	event, err := sdk.TypedEventToEvent(msg)
	require.NoError(t, err)
	result := abci.Event(event)
	key := "msg_index"
	if message == "BeginBlock" {
		key = "mode"
	}
	result.Attributes = append(result.Attributes, abci.EventAttribute{Key: key, Value: message})
	return result
}

// Each kind of movement of the first account, as modules report it: some before the coins move, some after.
func TestExtract(t *testing.T) {
	me, other, escrow := account(1), account(2), account(9)
	hold, deposit := module("hold"), module("deposit")
	placed := func(amount int64, purpose string) proto.Message {
		return &holdtypes.EventHoldPlaced{Id: 1, Owner: me, Amount: yen(amount), Purpose: purpose}
	}
	for name, test := range map[string]struct {
		events []abci.Event
		want   []Movement
	}{
		"payments": {
			[]abci.Event{
				moved("0", me, other, "10jpy"), moved("0", other, me, "7jpy"), moved("0", other, account(3), "5jpy"),
				moved("1", me, other, "3points"), moved("2", me, me, "4jpy"), moved("3", other, me, "3points,9jpy"),
			},
			[]Movement{
				{Message: 0, Kind: Payment, Amount: math.NewInt(-10), Counterparty: other},
				{Message: 0, Kind: Payment, Amount: math.NewInt(7), Counterparty: other},
				{Message: 2, Kind: Payment, Amount: math.ZeroInt(), Counterparty: me},
				{Message: 3, Kind: Payment, Amount: math.NewInt(9), Counterparty: other},
			},
		},
		"two issues of one amount to one account, and one to another": {
			[]abci.Event{
				moved("0", deposit, me, "10jpy"),
				typed(t, "0", &deposittypes.EventOrderApproved{Kind: deposittypes.OrderKindIssue, Account: me, Reference: "a", Amount: yen(10)}),
				moved("0", deposit, other, "10jpy"),
				typed(t, "0", &deposittypes.EventOrderApproved{Kind: deposittypes.OrderKindIssue, Account: other, Reference: "b", Amount: yen(10)}),
				moved("0", deposit, me, "10jpy"),
				typed(t, "0", &deposittypes.EventOrderApproved{Kind: deposittypes.OrderKindIssue, Account: me, Reference: "c", Amount: yen(10)}),
			},
			[]Movement{
				{Kind: Issue, Amount: math.NewInt(10), Counterparty: deposit, Reference: "a"},
				{Kind: Issue, Amount: math.NewInt(10), Counterparty: deposit, Reference: "c"},
			},
		},
		"holds": {
			[]abci.Event{
				typed(t, "0", placed(5, "redeem/w1")), moved("0", me, hold, "5jpy"),
				typed(t, "1", placed(6, "recall/bank-a/r/1")), moved("1", me, hold, "6jpy"),
				typed(t, "2", placed(7, "trade/1")), moved("2", me, hold, "7jpy"),
			},
			[]Movement{
				{Message: 0, Kind: RedeemHold, Amount: math.NewInt(-5), Counterparty: hold, Reference: "redeem/w1"},
				{Message: 1, Kind: RecallHold, Amount: math.NewInt(-6), Counterparty: hold, Reference: "recall/bank-a/r/1"},
				{Message: 2, Kind: Hold, Amount: math.NewInt(-7), Counterparty: hold, Reference: "trade/1"},
			},
		},
		"a hold that expired": {
			[]abci.Event{
				moved("BeginBlock", hold, me, "5jpy"),
				typed(t, "BeginBlock", &holdtypes.EventHoldReleased{Id: 1, Owner: me, Amount: yen(5), Purpose: "trade/1", Expired: true}),
			},
			[]Movement{{Message: -1, Kind: Release, Amount: math.NewInt(5), Counterparty: hold, Reference: "trade/1"}},
		},
		"captures for two payees": {
			[]abci.Event{
				moved("0", hold, me, "5jpy"), moved("0", hold, other, "5jpy"),
				typed(t, "0", &holdtypes.EventHoldCaptured{Id: 1, Owner: account(3), Payee: me, Amount: yen(5), Purpose: "recall/bank-a/r"}),
				typed(t, "0", &holdtypes.EventHoldCaptured{Id: 1, Owner: account(3), Payee: other, Amount: yen(5), Purpose: "recall/bank-a/r"}),
				moved("1", hold, me, "2jpy"),
				typed(t, "1", &holdtypes.EventHoldCaptured{Id: 2, Owner: account(4), Payee: me, Amount: yen(2), Purpose: "trade/1"}),
			},
			[]Movement{
				{Message: 0, Kind: RecallReturn, Amount: math.NewInt(5), Counterparty: account(3), Reference: "recall/bank-a/r"},
				{Message: 1, Kind: Capture, Amount: math.NewInt(2), Counterparty: account(4), Reference: "trade/1"},
			},
		},
		"a charge beside a payment of the same amount": {
			[]abci.Event{
				moved("0", me, other, "5jpy"), moved("1", me, escrow, "5jpy"),
				typed(t, "1", &financialtypes.EventChargeSent{Zone: "retail", Address: me, Bank: "bank-a", Amount: yen(5)}),
				moved("2", escrow, me, "5jpy"),
				typed(t, "2", &financialtypes.EventChargeRefunded{Zone: "retail", Address: me, Bank: "bank-a", Amount: yen(5)}),
				moved("3", escrow, me, "1jpy"),
				typed(t, "3", &financialtypes.EventDischargeReceived{Zone: "retail", Address: me, Bank: "bank-a", Amount: yen(1)}),
			},
			[]Movement{
				{Message: 0, Kind: Payment, Amount: math.NewInt(-5), Counterparty: other},
				{Message: 1, Kind: Charge, Amount: math.NewInt(-5), Counterparty: escrow, Reference: "retail"},
				{Message: 2, Kind: ChargeRefund, Amount: math.NewInt(5), Counterparty: escrow, Reference: "retail"},
				{Message: 3, Kind: Discharge, Amount: math.NewInt(1), Counterparty: escrow, Reference: "retail"},
			},
		},
		"with a module, unexplained": {
			[]abci.Event{
				moved("0", deposit, me, "3jpy"),
				typed(t, "0", &deposittypes.EventOrderApproved{Kind: deposittypes.OrderKindRedeem, Account: me, Reference: "a", Amount: yen(3)}),
			},
			[]Movement{{Kind: Transfer, Amount: math.NewInt(3), Counterparty: deposit}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Extract(me, test.events)
			require.NoError(t, err)
			require.Equal(t, asJSON(t, test.want), asJSON(t, got))
		})
	}
}

func TestExtractRefusesWhatItCannotRead(t *testing.T) {
	for name, event := range map[string]abci.Event{
		"amount":  moved("0", account(1), account(2), "ten"),
		"message": moved("x", account(1), account(2), "1jpy"),
		"event": {Type: "azukari.hold.v1.EventHoldPlaced", Attributes: []abci.EventAttribute{
			{Key: "owner", Value: `{`},
		}},
	} {
		_, err := Extract(account(1), []abci.Event{event})
		require.Error(t, err, name)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.MarshalIndent(value, "", "  ")
	require.NoError(t, err)
	return string(raw)
}

// A day's arithmetic, against a golden file.
func TestBalances(t *testing.T) {
	day := Day{
		Account: account(1), Date: "2026-04-01", First: 100, Last: 200, Opening: math.NewInt(500), Closing: math.NewInt(420),
		Movements: []Movement{
			{Height: 101, Kind: Issue, Amount: math.NewInt(100), Reference: "i-1"},
			{Height: 101, Message: 1, Kind: Payment, Amount: math.NewInt(-600), Counterparty: account(2)},
			{Height: 150, Message: -1, Kind: Release, Amount: math.NewInt(420), Reference: "trade/1"},
			{Height: 151, Kind: Payment, Amount: math.ZeroInt(), Counterparty: account(1)},
		},
		Complete: true,
	}
	require.NoError(t, day.Balance())
	in, out := day.Totals()
	require.Equal(t, "520 600", in.String()+" "+out.String())
	golden(t, "day.json", asJSON(t, day))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o700))
		require.NoError(t, os.WriteFile(path, []byte(got+"\n"), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got+"\n")
}

func TestStatementsThatDoNotAddUp(t *testing.T) {
	day := Day{Account: account(1), Date: "2026-04-01", Opening: math.NewInt(5), Closing: math.NewInt(4)}
	require.ErrorContains(t, day.Balance(), "from 5 to the closing balance 4, got 5")
	day.Movements = []Movement{{Height: 7, Amount: math.NewInt(-6)}, {Height: 8, Amount: math.NewInt(5)}}
	require.ErrorContains(t, day.Balance(), "of 0 or more, got -1 after block 7")
	day.Movements = []Movement{{Height: 7, Amount: math.NewInt(-1)}}
	require.NoError(t, day.Balance())
}

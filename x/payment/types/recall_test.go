package types_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/x/payment/types"
)

func TestMain(m *testing.M) {
	address.Configure()
	os.Exit(m.Run())
}

var start = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func someone(i byte) string { return sdk.AccAddress(bytes.Repeat([]byte{i}, 20)).String() }

func step(status types.RecallStatus, minutes int, by, reason string) types.RecallStep {
	return types.RecallStep{Status: status, By: by, At: start.Add(time.Duration(minutes) * time.Minute), Reason: reason}
}

func recall() types.Recall {
	return types.Recall{
		PayerBank: "alpha", Reference: "R-1", Payer: someone(1), Payee: someone(2), PayeeBank: "beta",
		Amount: sdk.NewInt64Coin("jpy", 5), TxHash: bytes.Repeat([]byte{7}, 32), ExpiresAt: start.Add(time.Hour),
	}.With(step(types.RecallStatusRequested, 0, someone(3), "sent twice"))
}

func consented() types.Recall {
	one := recall().With(step(types.RecallStatusConsented, 1, someone(2), ""))
	one.HoldId = 4
	return one
}

func TestValidRecalls(t *testing.T) {
	released := consented()
	released.HoldId = 0
	for _, valid := range []types.Recall{
		recall(), consented(),
		released.With(step(types.RecallStatusReturned, 2, someone(4), "")),
		released.With(step(types.RecallStatusRefused, 2, someone(2), "no")),
		released.With(step(types.RecallStatusExpired, 70, "", "")),
		recall().With(step(types.RecallStatusCancelled, 0, someone(3), "no")),
		recall().With(step(types.RecallStatusExpired, 99, "", "")),
	} {
		require.NoError(t, valid.Validate(), valid.Status.Word())
	}
}

func TestInvalidRecalls(t *testing.T) {
	for name, test := range map[string]struct {
		change func(r *types.Recall)
		says   string
	}{
		"payer bank":        {func(r *types.Recall) { r.PayerBank = "" }, "payer_bank"},
		"payee bank":        {func(r *types.Recall) { r.PayeeBank = "B" }, "payee_bank"},
		"reference":         {func(r *types.Recall) { r.Reference = "" }, "reference"},
		"payer":             {func(r *types.Recall) { r.Payer = "x" }, "payer"},
		"same parties":      {func(r *types.Recall) { r.Payee = r.Payer }, "another payee"},
		"amount":            {func(r *types.Recall) { r.Amount = sdk.NewInt64Coin("jpy", 0) }, "amount"},
		"hash":              {func(r *types.Recall) { r.TxHash = nil }, "tx_hash of 32 bytes, got 0"},
		"no steps":          {func(r *types.Recall) { r.Steps = nil }, "last step"},
		"status":            {func(r *types.Recall) { r.Status = types.RecallStatusReturned }, "status of its last step, requested, got returned"},
		"first step":        {func(r *types.Recall) { r.Steps[0].Status = types.RecallStatusConsented }, "a status that follows unspecified"},
		"step out of order": {func(r *types.Recall) { *r = r.With(step(types.RecallStatusReturned, 1, someone(4), "")) }, "a status that follows requested"},
		"step after end": {
			func(r *types.Recall) {
				*r = r.With(step(types.RecallStatusCancelled, 1, someone(3), "x")).With(step(types.RecallStatusConsented, 2, someone(2), ""))
			}, "a status that follows cancelled",
		},
		"step in the past":    {func(r *types.Recall) { *r = r.With(step(types.RecallStatusCancelled, -1, someone(3), "x")) }, "at or after the step before"},
		"step without time":   {func(r *types.Recall) { r.Steps[0].At = time.Time{} }, "time"},
		"step by nobody":      {func(r *types.Recall) { r.Steps[0].By = "" }, "address"},
		"expiry by somebody":  {func(r *types.Recall) { *r = r.With(step(types.RecallStatusExpired, 70, someone(3), "")) }, "by nobody"},
		"refused, no reason":  {func(r *types.Recall) { *r = r.With(step(types.RecallStatusRefused, 1, someone(2), "")) }, "reason"},
		"consent with reason": {func(r *types.Recall) { *r = consented(); r.Steps[1].Reason = "x" }, "no reason with consented"},
		"consent, no hold":    {func(r *types.Recall) { *r = consented(); r.HoldId = 0 }, "expected a hold exactly while"},
		"request with hold":   {func(r *types.Recall) { r.HoldId = 1 }, "expected a hold exactly while"},
		"expiry too late":     {func(r *types.Recall) { r.ExpiresAt = start.Add(types.MaxRecallDuration + 1) }, "at most 90 days"},
		"expiry too early":    {func(r *types.Recall) { r.ExpiresAt = start }, "expected an expiry after"},
		"the year 2300": {func(r *types.Recall) {
			r.ExpiresAt = start.AddDate(300, 0, 0)
			r.Steps[0].At = start.AddDate(300, 0, -1)
		}, "2262"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := recall()
			test.change(&bad)
			require.ErrorContains(t, bad.Validate(), test.says)
		})
	}
}

func TestGenesisOrderAndUniqueness(t *testing.T) {
	second := recall()
	second.Reference, second.MessageIndex = "R-2", 1
	require.NoError(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{recall(), second}}.Validate())
	require.ErrorIs(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{second, recall()}}.Validate(), types.ErrInvalidGenesis)
	require.ErrorIs(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{recall(), recall()}}.Validate(), types.ErrInvalidGenesis)

	same := second
	same.MessageIndex = 0
	require.ErrorIs(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{recall(), same}}.Validate(), types.ErrInvalidGenesis)
	ended := recall().With(step(types.RecallStatusCancelled, 1, someone(3), "no"))
	require.NoError(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{ended, same}}.Validate())

	held := consented()
	held.Reference, held.MessageIndex = "R-3", 1
	require.ErrorIs(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{consented(), held}}.Validate(), types.ErrInvalidGenesis)
	held.HoldId++
	require.NoError(t, types.GenesisState{Params: types.DefaultParams(), Recalls: []types.Recall{consented(), held}}.Validate())
}

func TestWith(t *testing.T) {
	first := recall()
	second, third := first.With(step(types.RecallStatusCancelled, 1, someone(3), "x")), first.With(step(types.RecallStatusExpired, 70, "", ""))
	require.Len(t, first.Steps, 1)
	require.Equal(t, types.RecallStatusCancelled, second.Steps[1].Status)
	require.Equal(t, types.RecallStatusExpired, third.Steps[1].Status)
	require.Empty(t, types.Recall{}.RequestedBy())
}

func TestPurpose(t *testing.T) {
	bank, reference, err := types.ParseRecallPurpose(types.RecallPurpose("alpha", "2026/04/1"))
	require.NoError(t, err)
	require.Equal(t, []string{"alpha", "2026/04/1"}, []string{bank, reference})
}

func TestStatusWords(t *testing.T) {
	for value := range types.RecallStatus_name {
		require.NotEmpty(t, types.RecallStatus(value).Word())
	}
	require.Equal(t, "unspecified", types.RecallStatus(99).Word())
}

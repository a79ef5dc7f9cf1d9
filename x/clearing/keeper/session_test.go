package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/internal/overlay"
)

// Of the flows of a session one event for each pair of banks and way tells the sum; what was undone is in none, and what was told
// before is not told again.
func TestFlowsOfASessionAreToldTogether(t *testing.T) {
	const hybrid = types.SettlementModeHybrid
	w := newWorld(t, inMode(hybrid))
	w.issue(alpha, 700)
	require.NoError(t, w.pay(alpha, beta, 100))
	w.Ctx = w.Ctx.WithEventManager(sdk.NewEventManager())

	ctx, session := overlay.Begin(w.Ctx)
	flow := func(payer, payee string, yen int64) {
		session.Step()
		require.NoError(t, w.Clearing.RecordFlow(ctx, payer, payee, amount(yen)))
	}
	flow(alpha, beta, 200)
	flow(alpha, beta, 300)
	flow(alpha, beta, 50)
	session.Undo()
	flow(alpha, beta, 400) // more than is left of the reserve
	flow(beta, alpha, 30)
	require.Empty(t, w.Ctx.EventManager().Events())
	require.NoError(t, session.Flush())
	require.Equal(t, flowEvents(t,
		types.EventFlowSettled{PayerBank: alpha, PayeeBank: beta, Amount: amount(500), SettledBy: types.SettledByReserve},
		types.EventFlowSettled{PayerBank: alpha, PayeeBank: beta, Amount: amount(400), SettledBy: types.SettledByPosition},
		types.EventFlowSettled{PayerBank: beta, PayeeBank: alpha, Amount: amount(30), SettledBy: types.SettledByReserve},
	), w.Ctx.EventManager().Events())
	w.requireReserves(130, 570)
	w.requirePositions(-400, 400)

	require.NoError(t, session.Flush())
	require.Len(t, w.Ctx.EventManager().Events(), 3)
	flow(beta, alpha, 5)
	require.NoError(t, session.Flush())
	require.Len(t, w.Ctx.EventManager().Events(), 4)
}

func flowEvents(t *testing.T, flows ...types.EventFlowSettled) sdk.Events {
	t.Helper()
	var events sdk.Events
	for _, flow := range flows {
		flow.Cycle = 1
		one, err := event.Of(&flow)
		require.NoError(t, err)
		events = append(events, one)
	}
	return events
}

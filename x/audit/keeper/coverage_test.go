package keeper_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/audit/keeper"
	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// attest has a bank submit an attestation and, if told so, confirm it.
func (w world) attest(t *testing.T, reference string, age time.Duration, deposits, reserve int64, confirm bool) time.Time {
	t.Helper()
	asOf := w.Ctx.BlockTime().Add(-age).Truncate(time.Second)
	_, err := w.DepositMsgs.SubmitAttestation(w.Ctx, &deposittypes.MsgSubmitAttestation{
		Operator: moneytest.Operator("alpha", "maker"), Reference: reference, AsOf: asOf,
		Deposits: math.NewInt(deposits), ReserveAssets: math.NewInt(reserve), DocumentHash: bytes.Repeat([]byte{1}, 32),
	})
	require.NoError(t, err)
	if confirm {
		_, err = w.DepositMsgs.ConfirmAttestation(w.Ctx, &deposittypes.MsgConfirmAttestation{
			Operator: moneytest.Operator("alpha", "checker"), Reference: reference,
		})
		require.NoError(t, err)
	}
	return asOf
}

// Alpha owes 990 and beta 60; see sound.
func TestCoverage(t *testing.T) {
	tests := map[string]struct {
		deposits, reserve int64
		covered           bool
	}{
		"exactly":       {990, 990, true},
		"more":          {991, 5000, true},
		"few deposits":  {989, 990, false},
		"few assets":    {990, 1, false},
		"nothing there": {0, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g, _ := sound(t)
			w := loaded(t, g)
			w.attest(t, "old", time.Hour, 5000, 5000, true)
			asOf := w.attest(t, "new", time.Minute, test.deposits, test.reserve, true)
			w.attest(t, "unconfirmed", time.Second, 5000, 5000, false)

			response, err := keeper.NewQueryServer(w.audit).Coverage(w.Ctx, &types.QueryCoverageRequest{})
			require.NoError(t, err)
			require.Equal(t, w.Ctx.BlockHeight(), response.Height)
			require.Equal(t, []types.Coverage{
				{
					Bank: "alpha", Liability: math.NewInt(990), Covered: test.covered,
					DepositsShortfall: math.NewInt(max(0, 990-test.deposits)), ReserveShortfall: math.NewInt(max(0, 990-test.reserve)),
					Reference: "new", AsOf: &asOf, AgeSeconds: 60,
				},
				{
					Bank: "beta", Liability: math.NewInt(60),
					DepositsShortfall: math.NewInt(60), ReserveShortfall: math.NewInt(60),
				},
			}, response.Banks)
		})
	}
}

func TestCoverageOfNothing(t *testing.T) {
	w := newWorld(t, nil, "alpha", "beta")
	coverage, err := w.audit.Coverage(w.Ctx)
	require.NoError(t, err)
	require.Empty(t, coverage.Banks)

	server := keeper.NewQueryServer(w.audit)
	_, err = server.Coverage(w.Ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

// A Business Zone has no deposits.
func TestCoverageOfBusinessZone(t *testing.T) {
	w := newBusinessWorld(t)
	_, err := keeper.NewQueryServer(w.audit).Coverage(w.Ctx, &types.QueryCoverageRequest{})
	require.ErrorIs(t, err, types.ErrNoDeposits)
	require.Equal(t, codes.Unimplemented, status.Code(err))
}

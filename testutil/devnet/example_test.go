package devnet_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// TestIssueOnAFinancialZone shows how a test uses a network: two banks and nothing else, one account, one order.
func TestIssueOnAFinancialZone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := devnet.DefaultManifest()
	manifest.Name = "issue"
	manifest.BlockTimeMS = 300
	manifest.Financial.Banks = 2
	manifest.Financial.Listeners = 0
	manifest.Zones = nil
	network := devnet.Start(t, manifest)

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client := network.Financial().Client()
	maker := network.Keys().Operator("bank-a", membershiptypes.RoleMaker)
	checker := network.Keys().Operator("bank-a", membershiptypes.RoleChecker)
	holder := network.Keys().Holder("aoi")

	bound := math.NewInt(1_000_000)
	_, err := client.Send(ctx, maker, &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: "aoi", Address: holder.String(), Kind: registrytypes.AccountKindIndividual,
		IdentityHash: make([]byte, 32),
		Limits:       &registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
	})
	require.NoError(t, err)
	_, err = client.Send(ctx, checker, &registrytypes.MsgApproveRequest{Operator: checker.String(), Reference: "aoi"})
	require.NoError(t, err)
	_, err = client.Send(ctx, holder, &registrytypes.MsgActivateAccount{Holder: holder.String()})
	require.NoError(t, err)
	request := &deposittypes.MsgRequestIssue{
		Requester: maker.String(), Account: holder.String(), Amount: yen(50_000), Reference: "A-1",
	}
	_, err = client.Send(ctx, maker, request)
	require.NoError(t, err)
	_, err = client.Send(ctx, checker, &deposittypes.MsgApprove{Operator: checker.String(), Reference: "A-1"})
	require.NoError(t, err)

	balance, err := banktypes.NewQueryClient(client.GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{
		Address: holder.String(), Denom: registrytypes.YenDenom,
	})
	require.NoError(t, err)
	require.Equal(t, "50000jpy", balance.Balance.String())

	// Refusals are the modules' own errors.
	_, err = client.Send(ctx, maker, request)
	require.ErrorIs(t, err, deposittypes.ErrReferenceUsed)
	var refused *devnet.TxError
	require.ErrorAs(t, err, &refused)
	require.Positive(t, refused.Height)
	_, err = client.Send(ctx, network.Keys().Holder("stranger"), request)
	require.Error(t, err)
}

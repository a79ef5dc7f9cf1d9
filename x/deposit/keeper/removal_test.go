package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func TestABankThatOwesStaysAMember(t *testing.T) {
	s := newSetup(t)
	require.ErrorIs(t, s.Deposit.MayRemove(s.Ctx, "alpha"), membershiptypes.ErrOrganizationInUse)
	require.NoError(t, s.Deposit.MayRemove(s.Ctx, "beta"), "it never issued")
	require.NoError(t, s.Pay(s.alice, s.bob, 1_000))
	require.NoError(t, s.Deposit.MayRemove(s.Ctx, "alpha"), "its depositors are beta's now")
	require.ErrorIs(t, s.Deposit.MayRemove(s.Ctx, "beta"), membershiptypes.ErrOrganizationInUse)
}

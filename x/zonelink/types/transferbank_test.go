package types_test

import (
	"context"
	"errors"
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

var errRefused = errors.New("refused")

// spy is a send restriction that keeps the cause, and refuses when it is told to.
type spy struct {
	cause  registrytypes.CauseKind
	refuse bool
}

func (s *spy) restrict(ctx context.Context, _, to sdk.AccAddress, _ sdk.Coins) (sdk.AccAddress, error) {
	s.cause = registrytypes.CauseOf(ctx).Kind
	if s.refuse {
		return nil, errRefused
	}
	return to, nil
}

func newBank(t *testing.T) (*keepertest.Fixture, *spy, types.TransferBank) {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{
		ModuleAccounts: map[string][]string{transfertypes.ModuleName: {authtypes.Minter, authtypes.Burner}},
	})
	restriction := &spy{}
	fixture.Bank.AppendSendRestriction(restriction.restrict)
	return fixture, restriction, types.NewTransferBank(fixture.Bank)
}

func TestTransferBankGivesCauses(t *testing.T) {
	fixture, spied, bank := newBank(t)
	holder, escrow := keepertest.Address("holder"), transfertypes.GetEscrowAddress(transfertypes.PortID, "channel-1")
	coins := sdk.NewCoins(sdk.NewInt64Coin("jpy", 5))
	fixture.Fund(t, holder, sdk.NewInt64Coin("jpy", 100))
	refund := sdk.UnwrapSDKContext(registrytypes.WithCause(fixture.Ctx, registrytypes.Cause{Kind: registrytypes.CauseRefund}))

	require.NoError(t, bank.SendCoins(fixture.Ctx, holder, escrow, coins))
	require.Equal(t, registrytypes.CauseCharge, spied.cause)
	require.NoError(t, bank.SendCoins(refund, escrow, holder, coins))
	require.Equal(t, registrytypes.CauseRefund, spied.cause, "what the middleware says stays")

	require.NoError(t, bank.SendCoinsFromAccountToModule(fixture.Ctx, holder, transfertypes.ModuleName, coins))
	require.Equal(t, registrytypes.CauseDischarge, spied.cause)
	require.NoError(t, bank.SendCoinsFromModuleToAccount(refund, transfertypes.ModuleName, holder, coins))
	require.Equal(t, registrytypes.CauseRefund, spied.cause)
}

func TestTransferBankRemembersRefusals(t *testing.T) {
	fixture, spied, bank := newBank(t)
	holder, escrow := keepertest.Address("holder"), transfertypes.GetEscrowAddress(transfertypes.PortID, "channel-1")
	coins := sdk.NewCoins(sdk.NewInt64Coin("jpy", 5))
	fixture.Fund(t, holder, sdk.NewInt64Coin("jpy", 100))
	fixture.Fund(t, escrow, sdk.NewInt64Coin("jpy", 100))

	ctx, refusal := types.WithRefusal(fixture.Ctx)
	require.NoError(t, bank.SendCoins(ctx, escrow, holder, coins))
	require.NoError(t, refusal.Err())
	spied.refuse = true
	require.ErrorIs(t, bank.SendCoins(ctx, escrow, holder, coins), errRefused)
	require.ErrorIs(t, refusal.Err(), errRefused)
	require.ErrorIs(t, bank.SendCoins(fixture.Ctx, escrow, holder, coins), errRefused, "nobody asked to remember")
}

func TestTransferBankKeepsMetadata(t *testing.T) {
	fixture, _, bank := newBank(t)
	first := banktypes.Metadata{Base: "ibc/AB", Display: "ibc/AB", Name: "Yen", Symbol: "JPY"}
	bank.SetDenomMetaData(fixture.Ctx, first)
	bank.SetDenomMetaData(fixture.Ctx, banktypes.Metadata{Base: "ibc/AB", Name: "IBC token"})
	kept, found := fixture.Bank.GetDenomMetaData(fixture.Ctx, "ibc/AB")
	require.True(t, found)
	require.Equal(t, first, kept)
}

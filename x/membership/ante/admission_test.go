package ante_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"
	"cosmossdk.io/x/tx/signing"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/messages"
	"github.com/azukari-network/azukari/x/membership/ante"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	msgSend    = "/cosmos.bank.v1beta1.MsgSend"
	msgApprove = "/azukari.deposit.v1.MsgApprove"
)

// suite is the decorator on real keepers of membership and registry.
type suite struct {
	*keepertest.Fixture
	membership *keeper.Keeper
	decorator  ante.AdmissionDecorator
}

func newSuite(t *testing.T) *suite {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey, registrytypes.StoreKey}})
	messages.Register(fixture.InterfaceRegistry)
	membership := keeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Account)
	_, err := membership.InitGenesis(fixture.Ctx, genesis())
	require.NoError(t, err)
	registry := registrykeeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[registrytypes.StoreKey]),
		fixture.Account, fixture.Bank, membership)
	require.NoError(t, registry.InitGenesis(fixture.Ctx, accounts()))
	return &suite{
		Fixture: fixture, membership: membership,
		decorator: ante.NewAdmissionDecorator(fixture.Codec, membership, registry),
	}
}

func genesis() types.GenesisState {
	address.Configure()
	gs := types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 1,
		Organizations: []types.Organization{{Id: "bank-a", Name: "Bank A", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive}},
		Validators:    []types.Validator{{Organization: "bank-a", ConsensusKey: bytes.Repeat([]byte{1}, 32), Power: 1}},
	}
	for _, role := range types.Roles() {
		gs.Operators = append(gs.Operators, types.Operator{
			Address: operator(role).String(), Organization: "bank-a", Roles: []types.Role{role},
		})
	}
	slices.SortFunc(gs.Operators, func(a, b types.Operator) int {
		return bytes.Compare(sdk.MustAccAddressFromBech32(a.Address), sdk.MustAccAddressFromBech32(b.Address))
	})
	return gs
}

func operator(role types.Role) sdk.AccAddress { return keepertest.Address("bank-a " + role.Word()) }

func holder(status registrytypes.AccountStatus) sdk.AccAddress {
	return keepertest.Address("holder " + status.String())
}

// accounts has one account in each status.
func accounts() registrytypes.GenesisState {
	limits := registrytypes.Limits{PerPayment: math.NewInt(1), PerDay: math.NewInt(1), Balance: math.NewInt(1)}
	state := *registrytypes.DefaultGenesis()
	for _, status := range []registrytypes.AccountStatus{
		registrytypes.AccountStatusOpen, registrytypes.AccountStatusActive, registrytypes.AccountStatusFrozen,
		registrytypes.AccountStatusApplied,
		registrytypes.AccountStatusClosed, registrytypes.AccountStatusUnlinked,
	} {
		state.Accounts = append(state.Accounts, registrytypes.Account{
			Address: holder(status).String(), Bank: "bank-a", Status: status,
			Kind: registrytypes.AccountKindIndividual, IdentityHash: bytes.Repeat([]byte{1}, 32), Limits: limits, Revision: 1,
		})
	}
	return state
}

// run passes messages through the decorator at CheckTx, and says whether the next handler was reached.
func (s *suite) run(t *testing.T, change func(client.TxBuilder), msgs ...sdk.Msg) error {
	t.Helper()
	builder := s.TxConfig.NewTxBuilder()
	require.NoError(t, builder.SetMsgs(msgs...))
	if change != nil {
		change(builder)
	}
	reached := false
	_, err := s.decorator.AnteHandle(s.Ctx.WithIsCheckTx(true), builder.GetTx(), false,
		func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) {
			reached = true
			return ctx, nil
		})
	require.Equal(t, err == nil, reached, "the next handler runs if and only if there is no error")
	return err
}

// Every cell of holder × message and of role × message, of every message that a zone can route, as transactions.
func TestAdmissionCellByCell(t *testing.T) {
	s := newSuite(t)
	for _, url := range messages.TypeURLs() {
		permission, inTable := types.FindPermission(url)
		refusal := types.ErrMessageNotAdmitted
		if inTable {
			refusal = types.ErrRoleMissing
		}

		for _, status := range []registrytypes.AccountStatus{
			registrytypes.AccountStatusOpen, registrytypes.AccountStatusActive, registrytypes.AccountStatusFrozen,
		} {
			err := s.run(t, nil, messages.New(t, url, holder(status)))
			if slices.Contains(holderMessages, url) {
				require.NoError(t, err, "%s by a holder", url)
			} else {
				require.ErrorIs(t, err, refusal, "%s by a holder", url)
			}
		}
		for _, stranger := range []sdk.AccAddress{
			keepertest.Address("stranger"), holder(registrytypes.AccountStatusClosed), holder(registrytypes.AccountStatusUnlinked),
			holder(registrytypes.AccountStatusApplied),
		} {
			require.ErrorIs(t, s.run(t, nil, messages.New(t, url, stranger)), types.ErrStranger, url)
		}
		for _, role := range types.Roles() {
			err := s.run(t, nil, messages.New(t, url, operator(role)))
			if inTable && permission.AdmitsOperator(types.OrganizationKindBank, []types.Role{role}) {
				require.NoError(t, err, "%s by %s", url, role)
			} else {
				require.ErrorIs(t, err, refusal, "%s by %s", url, role)
			}
		}
	}
}

// What the holder of a registered account may send.
var holderMessages = []string{
	"/azukari.notary.v1.MsgNotarize",
	"/azukari.payment.v1.MsgConsentRecall", "/azukari.payment.v1.MsgRefuseRecall",
	"/azukari.payment.v1.MsgPay",
	"/azukari.payment.v1.MsgAcceptPayment", "/azukari.payment.v1.MsgCancelMandate", "/azukari.payment.v1.MsgCancelPayment",
	"/azukari.payment.v1.MsgCancelRequest", "/azukari.payment.v1.MsgCancelSchedule", "/azukari.payment.v1.MsgGrantMandate",
	"/azukari.payment.v1.MsgPayBatch", "/azukari.payment.v1.MsgPayRequest", "/azukari.payment.v1.MsgPaySplit",
	"/azukari.payment.v1.MsgPullPayment", "/azukari.payment.v1.MsgRefundPayment", "/azukari.payment.v1.MsgRefusePayment",
	"/azukari.payment.v1.MsgRejectRequest", "/azukari.payment.v1.MsgRequestPayment", "/azukari.payment.v1.MsgRevokeMandate",
	"/azukari.payment.v1.MsgSchedulePayment", "/azukari.payment.v1.MsgSetConsent",
	msgSend, "/ibc.applications.transfer.v1.MsgTransfer", "/azukari.deposit.v1.MsgRequestRedeem",
	"/azukari.deposit.v1.MsgRequestIssue", "/azukari.deposit.v1.MsgCancelOrder",
	"/azukari.zonelink.financial.v1.MsgRequestLink", "/azukari.zonelink.financial.v1.MsgCharge",
	"/azukari.zonelink.financial.v1.MsgClaim", "/azukari.zonelink.financial.v1.MsgProveFlows",
	"/azukari.asset.v1.MsgAcceptClass", "/azukari.asset.v1.MsgAllowHolders", "/azukari.asset.v1.MsgAnnotateUnit", "/azukari.asset.v1.MsgCreateClass",
	"/azukari.asset.v1.MsgFreezeUnits", "/azukari.asset.v1.MsgIssueAmounts", "/azukari.asset.v1.MsgIssueUnits", "/azukari.asset.v1.MsgOfferClass",
	"/azukari.asset.v1.MsgRecallUnits", "/azukari.asset.v1.MsgRedeemUnits", "/azukari.asset.v1.MsgSetManager", "/azukari.asset.v1.MsgTransfer",
	"/azukari.asset.v1.MsgUnfreezeUnits", "/azukari.asset.v1.MsgUpdateMetadata", "/azukari.asset.v1.MsgUpdateRules",
	"/azukari.zonelink.financial.v1.MsgUnlink", "/azukari.zonelink.business.v1.MsgDischarge", "/azukari.zonelink.business.v1.MsgHop",
	"/azukari.settlement.v1.MsgCreateTrade", "/azukari.settlement.v1.MsgConfirmTrade", "/azukari.settlement.v1.MsgCancelTrade",
	"/azukari.settlement.v1.MsgRefuseTrade", "/azukari.settlement.v1.MsgAbortTrade", "/azukari.settlement.v1.MsgReleaseTrade",
	"/azukari.settlement.v1.MsgPresentDocument",
	"/azukari.clearing.v1.MsgQueuePayment", "/azukari.clearing.v1.MsgCancelQueuedPayment",
	"/azukari.registry.v1.MsgActivateAccount",
	"/azukari.registry.v1.MsgConsentMove", "/azukari.registry.v1.MsgDeclineMove",
	"/azukari.registry.v1.MsgReplaceOrderKeys", "/azukari.registry.v1.MsgObjectOrderKeys",
	"/azukari.registry.v1.MsgProposePayment", "/azukari.registry.v1.MsgApprovePayment", "/azukari.registry.v1.MsgWithdrawPayment",
}

func TestAdmissionErrorsSayWhatToDo(t *testing.T) {
	s := newSuite(t)
	stranger, active, maker := keepertest.Address("stranger"), holder(registrytypes.AccountStatusActive), operator(types.RoleMaker)

	require.EqualError(t, s.run(t, nil, messages.New(t, msgSend, stranger)),
		"expected the holder of a registered account, an operator or a relayer, got "+stranger.String()+
			": ask a bank to open an account for it: stranger")
	require.EqualError(t, s.run(t, nil, messages.New(t, msgApprove, active)),
		msgApprove+": expected checker of a bank, got "+active.String()+" (holder of a registered account): role missing")
	require.EqualError(t, s.run(t, nil, messages.New(t, msgApprove, maker)),
		msgApprove+": expected checker of a bank, got "+maker.String()+" (maker of bank bank-a): role missing")
	require.EqualError(t, s.run(t, nil, messages.New(t, "/cosmos.bank.v1beta1.MsgMultiSend", active)),
		"expected a message of the permission table, got /cosmos.bank.v1beta1.MsgMultiSend: "+
			"query membership permissions for the table: message not admitted")
}

func TestAdmissionChecksEveryMessage(t *testing.T) {
	s := newSuite(t)
	active, checker := holder(registrytypes.AccountStatusActive), operator(types.RoleChecker)
	require.NoError(t, s.run(t, nil, messages.New(t, msgSend, active), messages.New(t, msgApprove, checker)))
	require.ErrorIs(t, s.run(t, nil, messages.New(t, msgSend, active), messages.New(t, msgApprove, active)), types.ErrRoleMissing)
	require.ErrorIs(t, s.run(t, nil,
		messages.New(t, msgSend, active), messages.New(t, msgSend, keepertest.Address("stranger"))), types.ErrStranger)
}

func TestAdmissionRefusesFees(t *testing.T) {
	s := newSuite(t)
	active, frozen := holder(registrytypes.AccountStatusActive), holder(registrytypes.AccountStatusFrozen)
	for name, tc := range map[string]struct {
		change func(client.TxBuilder)
		text   string
	}{
		"fee": {func(b client.TxBuilder) { b.SetFeeAmount(sdk.NewCoins(sdk.NewInt64Coin("jpy", 3))) }, "expected no fee, got 3jpy"},
		"negative fee": {func(b client.TxBuilder) {
			b.SetFeeAmount(sdk.Coins{{Denom: "jpy", Amount: math.NewInt(-3)}})
		}, "expected no fee, got -3jpy"},
		"granter": {func(b client.TxBuilder) { b.SetFeeGranter(frozen) }, "expected no fee granter, got " + frozen.String()},
		"payer":   {func(b client.TxBuilder) { b.SetFeePayer(frozen) }, "expected no fee payer beside the signers, got " + frozen.String()},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.run(t, tc.change, messages.New(t, msgSend, active))
			require.ErrorIs(t, err, types.ErrFee)
			require.ErrorContains(t, err, tc.text)
		})
	}
	for name, change := range map[string]func(client.TxBuilder){
		"gas only":          func(b client.TxBuilder) { b.SetGasLimit(100_000) },
		"the signer itself": func(b client.TxBuilder) { b.SetFeePayer(active) },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, s.run(t, change, messages.New(t, msgSend, active)))
		})
	}
}

// messagesOnly is a transaction without a fee field.
type messagesOnly struct{ sdk.Tx }

func TestAdmissionRefusesOtherTransactions(t *testing.T) {
	s := newSuite(t)
	builder := s.TxConfig.NewTxBuilder()
	require.NoError(t, builder.SetMsgs(messages.New(t, msgSend, holder(registrytypes.AccountStatusActive))))
	_, err := s.decorator.AnteHandle(s.Ctx, messagesOnly{builder.GetTx()}, false, nil)
	require.ErrorIs(t, err, sdkerrors.ErrTxDecode)

	require.NoError(t, builder.SetMsgs(&banktypes.MsgSend{FromAddress: "nobody"}))
	_, err = s.decorator.AnteHandle(s.Ctx, builder.GetTx(), false, nil)
	require.ErrorIs(t, err, sdkerrors.ErrTxDecode)
}

func TestAdmissionRefusesSignersOfOtherPrefixes(t *testing.T) {
	s := newSuite(t)
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec: addresscodec.NewBech32Codec("cosmos"), ValidatorAddressCodec: addresscodec.NewBech32Codec("cosmosvaloper"),
		},
	})
	require.NoError(t, err)
	s.decorator = ante.NewAdmissionDecorator(codec.NewProtoCodec(registry), s.membership, brokenAccounts{})
	err = s.run(t, nil, messages.New(t, msgSend, holder(registrytypes.AccountStatusActive)))
	require.ErrorIs(t, err, sdkerrors.ErrInvalidRequest)
	require.ErrorContains(t, err, "signers of "+msgSend)
}

// brokenAccounts is a registry whose store cannot be read.
type brokenAccounts struct{ err error }

func (b brokenAccounts) IsAdmitted(context.Context, sdk.AccAddress) (bool, error) {
	return false, b.err
}

func TestAdmissionPassesStoreErrorsOn(t *testing.T) {
	s := newSuite(t)
	broken := errors.New("store closed")
	s.decorator = ante.NewAdmissionDecorator(s.Codec, s.membership, brokenAccounts{broken})
	require.ErrorIs(t, s.run(t, nil, messages.New(t, msgSend, keepertest.Address("stranger"))), broken)
}

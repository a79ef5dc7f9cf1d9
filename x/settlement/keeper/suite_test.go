package keeper_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	assetkeeper "github.com/azukari-network/azukari/x/asset/keeper"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/settlement"
	"github.com/azukari-network/azukari/x/settlement/keeper"
	"github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const (
	bond  = "asset/bond"
	share = "asset/share/7"
)

var yen = businesstest.Yen

// suite is a Business Zone with customers of two banks, who have 10,000 yen each, and of which ann has 100 bonds, too.
type suite struct {
	*businesstest.World

	settlement *keeper.Keeper
	msgs       types.MsgServer
	queries    types.QueryServer
	module     settlement.AppModule
	asset      *assetkeeper.Keeper
	issuer     assettypes.MsgServer
	// units counts those that newLeg has made.
	units int
	// ann and cho bank at alpha, bob and dan at beta. eve, at beta, is nobody's counterparty.
	ann, bob, cho, dan, eve string
}

func newSuite(t testing.TB) *suite {
	t.Helper()
	return newSuiteWithCaps(t, nil)
}

func newSuiteWithCaps(t testing.TB, caps []zonelinktypes.BankCap) *suite {
	t.Helper()
	s := newEmpty(t, caps)
	s.ann, s.cho = s.Open(t, "alpha", "ann"), s.Open(t, "alpha", "cho")
	s.bob, s.dan, s.eve = s.Open(t, "beta", "bob"), s.Open(t, "beta", "dan"), s.Open(t, "beta", "eve")
	for _, account := range s.accounts() {
		s.Charge(t, account, 10_000)
	}
	s.makeClass(t, "bond", assettypes.ClassKindFungible)
	require.NoError(t, s.issue(&assettypes.MsgIssueAmounts{
		Manager: s.ann, Class: "bond", Lines: []assettypes.AmountLine{{Account: s.ann, Amount: math.NewInt(100)}},
	}))
	s.makeClass(t, "share", assettypes.ClassKindUnique)
	s.makeClass(t, "ticket", assettypes.ClassKindUnique)
	return s
}

// makeClass makes a class that ann issues, and whose units everybody may hold.
func (s *suite) makeClass(t testing.TB, id string, kind assettypes.ClassKind) {
	t.Helper()
	_, err := s.issuer.CreateClass(s.Ctx, &assettypes.MsgCreateClass{
		Issuer: s.ann, Class: id, Kind: kind, Metadata: assettypes.Metadata{Name: id, Symbol: "X"}, History: kind == assettypes.ClassKindUnique,
		Rules: assettypes.Rules{Transfers: assettypes.TransfersFree, Freezable: true, Cap: math.ZeroInt()},
	})
	require.NoError(t, err)
}

func (s *suite) issue(msg *assettypes.MsgIssueAmounts) error {
	return s.Do(func(ctx context.Context) error { _, err := s.issuer.IssueAmounts(ctx, msg); return err })
}

// issueUnits gives ann units of a class, of which the names are numbers from first on.
func (s *suite) issueUnits(t testing.TB, class string, first, count int) {
	t.Helper()
	lines := make([]assettypes.UnitLine, count)
	for i := range lines {
		lines[i] = assettypes.UnitLine{Account: s.ann, Unit: strconv.Itoa(first + i)}
	}
	_, err := s.issuer.IssueUnits(s.Ctx, &assettypes.MsgIssueUnits{Manager: s.ann, Class: class, Lines: lines})
	require.NoError(t, err)
}

// freeze lets ann freeze a class of hers, or if the holder is not empty that holder of it.
func (s *suite) freeze(class, holder string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.issuer.FreezeUnits(ctx, &assettypes.MsgFreezeUnits{Manager: s.ann, Class: class, Holder: holder, Reason: "inquiry"})
		return err
	})
}

func (s *suite) unfreeze(class string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.issuer.UnfreezeUnits(ctx, &assettypes.MsgUnfreezeUnits{Manager: s.ann, Class: class, Reason: "ended"})
		return err
	})
}

func newEmpty(t testing.TB, caps []zonelinktypes.BankCap) *suite {
	t.Helper()
	s := &suite{
		World: businesstest.New(t, businesstest.Options{
			Banks: []string{"alpha", "beta"}, Stores: []string{types.StoreKey, assettypes.StoreKey}, Caps: caps,
			ModuleAccounts: map[string][]string{assettypes.ModuleName: {authtypes.Minter, authtypes.Burner}},
		}),
	}
	s.asset = assetkeeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[assettypes.StoreKey]), s.Bank, s.Registry)
	s.Bank.AppendSendRestriction(s.asset.SendRestriction)
	s.issuer = assetkeeper.NewMsgServer(s.asset)
	s.settlement = keeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[types.StoreKey]),
		s.Registry, s.asset, s.Hold, s.Bank, s.Link)
	s.Link.SetUnlinkGuards(s.settlement)
	s.msgs, s.queries = keeper.NewMsgServer(s.settlement), keeper.NewQueryServer(s.settlement)
	s.module = settlement.NewAppModule(s.Codec, s.settlement)
	require.NoError(t, s.settlement.InitGenesis(s.Ctx, *types.DefaultGenesis()))
	return s
}

func (s *suite) accounts() []string { return []string{s.ann, s.bob, s.cho, s.dan, s.eve} }

func leg(from, to string, amount sdk.Coin) types.Leg {
	return types.Leg{From: from, To: to, Amount: amount}
}

func bonds(amount int64) sdk.Coin { return sdk.NewInt64Coin(bond, amount) }

// terms are those of a trade that must be agreed on within a day.
func (s *suite) terms(legs ...types.Leg) types.Terms {
	return types.Terms{Legs: legs, Deadline: s.Ctx.BlockTime().Add(24 * time.Hour)}
}

// dvp is ann's 10 bonds for bob's 1,000 yen.
func (s *suite) dvp() types.Terms {
	return s.terms(leg(s.ann, s.bob, bonds(10)), leg(s.bob, s.ann, yen(1_000)))
}

// create proposes terms as ann.
func (s *suite) create(reference string, terms types.Terms) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CreateTrade(ctx, &types.MsgCreateTrade{Creator: s.ann, Reference: reference, Terms: terms})
		return err
	})
}

func (s *suite) mustCreate(t require.TestingT, reference string, terms types.Terms) types.Trade {
	require.NoError(t, s.create(reference, terms))
	return s.trade(t, reference)
}

// confirm agrees to the terms of a trade of ann's.
func (s *suite) confirm(party, reference string) error {
	return s.Do(func(ctx context.Context) error {
		trade, err := s.settlement.GetTrade(ctx, s.ann, reference)
		if err != nil {
			return err
		}
		_, err = s.msgs.ConfirmTrade(ctx, &types.MsgConfirmTrade{
			Party: party, Creator: s.ann, Reference: reference, TermsHash: trade.TermsHash,
		})
		return err
	})
}

func (s *suite) cancel(signer, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CancelTrade(ctx, &types.MsgCancelTrade{Signer: signer, Creator: s.ann, Reference: reference, Reason: "a mistake"})
		return err
	})
}

func (s *suite) refuse(party, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RefuseTrade(ctx, &types.MsgRefuseTrade{Party: party, Creator: s.ann, Reference: reference, Reason: "too dear"})
		return err
	})
}

func (s *suite) abort(agent, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.AbortTrade(ctx, &types.MsgAbortTrade{Agent: agent, Creator: s.ann, Reference: reference, Reason: "default"})
		return err
	})
}

func (s *suite) release(agent, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.ReleaseTrade(ctx, &types.MsgReleaseTrade{Agent: agent, Creator: s.ann, Reference: reference})
		return err
	})
}

func (s *suite) present(presenter, reference, name string, hash []byte) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.PresentDocument(ctx, &types.MsgPresentDocument{
			Presenter: presenter, Creator: s.ann, Reference: reference, Name: name, Hash: hash,
		})
		return err
	})
}

// block ends a block, as the zone link does, and begins the next, as the module does.
func (s *suite) block(t require.TestingT, elapsed time.Duration) {
	require.NoError(t, s.Link.SendFlowReport(s.Ctx))
	s.NextBlock(elapsed)
	require.NoError(t, s.module.BeginBlock(s.Ctx))
}

func (s *suite) trade(t require.TestingT, reference string) types.Trade {
	trade, err := s.settlement.GetTrade(s.Ctx, s.ann, reference)
	require.NoError(t, err)
	return trade
}

func (s *suite) requireStatus(t require.TestingT, reference string, status types.TradeStatus) {
	require.Equal(t, status.Word(), s.trade(t, reference).Status.Word())
}

// holds returns the open holds as owner and amount, in ascending order of id.
func (s *suite) holds(t require.TestingT) []string {
	var open []string
	require.NoError(t, s.Hold.IterateHolds(s.Ctx, func(hold holdtypes.Hold) (bool, error) {
		open = append(open, hold.Owner+" "+hold.Amount.String()+" "+hold.Purpose)
		return false, nil
	}))
	return open
}

// reserved returns what is reserved for each bank.
func (s *suite) reserved(t require.TestingT) map[string]int64 {
	all := map[string]int64{}
	require.NoError(t, s.Link.IterateReserved(s.Ctx, func(one businesstypes.ReservedFlow) (bool, error) {
		all[one.Bank] = one.Amount.Int64()
		return false, nil
	}))
	return all
}

// flows returns what passed between banks, by "payer>payee".
func (s *suite) flows(t require.TestingT) map[string]int64 {
	all := map[string]int64{}
	require.NoError(t, s.Link.IterateFlows(s.Ctx, func(flow businesstypes.FlowTotal) (bool, error) {
		all[flow.PayerBank+">"+flow.PayeeBank] = flow.Total.Int64()
		return false, nil
	}))
	return all
}

// capped are caps that bound both banks.
func capped(alpha, beta int64) []zonelinktypes.BankCap {
	return []zonelinktypes.BankCap{{Bank: "alpha", Limit: math.NewInt(alpha)}, {Bank: "beta", Limit: math.NewInt(beta)}}
}

// setCaps lets newer caps arrive from the Financial Zone.
func (s *suite) setCaps(t require.TestingT, revision uint64, caps []zonelinktypes.BankCap) {
	known, err := s.Link.ReceiveCapUpdate(s.Ctx, businesstest.ZonelinkChannel, zonelinktypes.CapUpdate{Revision: revision, Caps: caps})
	require.NoError(t, err)
	require.Equal(t, revision, known)
}

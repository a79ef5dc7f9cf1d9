package settlement_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const (
	bankA  = "bank-a"
	bankB  = "bank-b"
	retail = "retail"
)

// network is a Financial Zone and a Business Zone in real applications. aoi, a business at bank-a, has 100,000 yen there; so has
// ken, at bank-b.
type network struct {
	*zones.Network
	t        testing.TB
	zone     *zones.Zone
	aoi, ken devnet.Key
}

func newNetwork(t testing.TB) *network {
	t.Helper()
	linked := zones.NewLinked(t, zones.Manifest(2, retail))
	n := &network{
		Network: linked, t: t, zone: linked.Business[0],
		aoi: linked.Keys.Holder("aoi"), ken: linked.Keys.Account(bankB, 0),
	}
	n.OpenAccountAs(bankA, n.aoi, registrytypes.AccountKindBusiness, zones.Unlimited())
	n.Issue(bankA, n.aoi, 1_000_000)
	n.LinkAccount(bankA, n.aoi, retail, zones.LinkLimits(1_000_000))
	n.LinkAccount(bankB, n.ken, retail, zones.LinkLimits(1_000_000))
	require.NoError(t, n.Charge(n.aoi, retail, 100_000))
	require.NoError(t, n.Charge(n.ken, retail, 100_000))
	n.Rest()
	return n
}

// makeBonds lets aoi issue 1,000 bonds to itself.
func (n *network) makeBonds() {
	n.t.Helper()
	n.zone.MustSend(n.aoi.PrivKey(),
		&assettypes.MsgCreateClass{
			Issuer: n.aoi.String(), Class: "bond", Kind: assettypes.ClassKindFungible,
			Metadata: assettypes.Metadata{Name: "Bond", Symbol: "BOND"},
			Rules:    assettypes.Rules{Transfers: assettypes.TransfersFree, Cap: math.ZeroInt()},
		},
		&assettypes.MsgIssueAmounts{
			Manager: n.aoi.String(), Class: "bond", Lines: []assettypes.AmountLine{{Account: n.aoi.String(), Amount: math.NewInt(1_000)}},
		})
}

// dvp is 10 of aoi's bonds for 7,000 yen of ken's.
func (n *network) dvp() types.Terms {
	return types.Terms{
		Legs: []types.Leg{
			{From: n.aoi.String(), To: n.ken.String(), Amount: sdk.NewInt64Coin("asset/bond", 10)},
			{From: n.ken.String(), To: n.aoi.String(), Amount: n.zone.Yen(7_000)},
		},
		Deadline: n.Clock.Now.Add(24 * time.Hour),
	}
}

// agree lets aoi propose terms and confirm them at once, and then ken confirm.
func (n *network) agree(reference string, terms types.Terms) {
	n.t.Helper()
	hash, err := terms.Hash(n.zone.ChainID, n.aoi.String(), reference)
	require.NoError(n.t, err)
	confirm := func(party string) *types.MsgConfirmTrade {
		return &types.MsgConfirmTrade{Party: party, Creator: n.aoi.String(), Reference: reference, TermsHash: hash}
	}
	n.zone.MustSend(n.aoi.PrivKey(),
		&types.MsgCreateTrade{Creator: n.aoi.String(), Reference: reference, Terms: terms}, confirm(n.aoi.String()))
	n.zone.MustSend(n.ken.PrivKey(), confirm(n.ken.String()))
}

func (n *network) trade(reference string) types.Trade {
	n.t.Helper()
	trade, err := n.zone.Business.Settlement.GetTrade(n.zone.Ctx(), n.aoi.String(), reference)
	require.NoError(n.t, err)
	return trade
}

// position returns what bank-b has in retail, as the Financial Zone sees it.
func (n *network) position() financialtypes.ZonePosition {
	n.t.Helper()
	response, err := financialkeeper.NewQueryServer(n.Financial.Financial.Zonelink).ZonePositions(
		n.Financial.Ctx(), &financialtypes.QueryZonePositionsRequest{Zone: retail})
	require.NoError(n.t, err)
	for _, position := range response.Positions {
		if position.Bank == bankB {
			return position
		}
	}
	return financialtypes.ZonePosition{}
}

// Delivery against payment between customers of two banks: the Financial Zone books the flow, and nothing of the bonds.
func TestDeliveryAgainstPaymentBetweenBanks(t *testing.T) {
	n := newNetwork(t)
	n.makeBonds()
	n.agree("T-1", n.dvp())
	require.Equal(t, types.TradeStatusSettled, n.trade("T-1").Status)
	require.EqualValues(t, 107_000, n.zone.Balance(n.aoi))
	require.EqualValues(t, 93_000, n.zone.Balance(n.ken))
	require.EqualValues(t, 10, n.zone.App.Bank.GetBalance(n.zone.Ctx(), n.ken.Address(), "asset/bond").Amount.Int64())
	n.RequireLaws()
	n.Rest()
	require.Equal(t, "7000", n.position().Sent.String())
	require.Equal(t, "0", n.position().Received.String())
	n.RequireLaws()

	t.Log("what it was paid with is aoi's at home, too")
	require.NoError(t, n.Discharge(n.zone, n.aoi, 107_000))
	n.Rest()
	require.EqualValues(t, 1_007_000, n.Financial.Balance(n.aoi))
	n.RequireLaws()
}

// A confirmed trade waits for its value date. Meanwhile the Financial Zone freezes both, lowers the bank's slice to nothing and
// asks to end a link: the trade settles, and its flow is booked.
func TestConfirmedTradeOutlivesTheFinancialZonesMind(t *testing.T) {
	n := newNetwork(t)
	n.makeBonds()
	terms := n.dvp()
	at := n.Clock.Now.Add(time.Hour)
	terms.SettleAt = &at
	n.agree("T-1", terms)
	require.Equal(t, types.TradeStatusConfirmed, n.trade("T-1").Status)
	n.RequireLaws()

	compliance := n.Keys.Operator(bankB, membershiptypes.RoleCompliance)
	nothing := math.ZeroInt()
	n.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &nothing})
	n.Freeze(bankA, n.aoi)
	n.Freeze(bankB, n.ken)
	n.Rest()
	require.Equal(t, "7000", n.position().Reserved.String(), "what is reserved stays set aside of all that the slice was")
	n.RequireLaws()

	n.Clock.Advance(time.Hour)
	n.zone.Block()
	require.Equal(t, types.TradeStatusSettled, n.trade("T-1").Status)
	n.Rest()
	require.Equal(t, "7000", n.position().Sent.String())
	require.Equal(t, "0", n.position().Reserved.String())
	zone, err := n.Financial.Financial.Zonelink.GetZone(n.Financial.Ctx(), retail)
	require.NoError(t, err)
	require.Equal(t, financialtypes.ZoneStatusActive, zone.Status)
	account, err := n.zone.App.Registry.GetAccount(n.zone.Ctx(), n.aoi.Address())
	require.NoError(t, err)
	require.Equal(t, registrytypes.AccountStatusFrozen, account.Status)
	n.RequireLaws()
}

// An account that only receives has nothing here but its word. It stays linked until the trade ends.
func TestUnlinkWaitsForTheTrade(t *testing.T) {
	n := newNetwork(t)
	require.NoError(t, n.Discharge(n.zone, n.aoi, 100_000))
	n.Rest()
	at := n.Clock.Now.Add(24 * time.Hour)
	n.agree("T-1", types.Terms{
		Legs:     []types.Leg{{From: n.ken.String(), To: n.aoi.String(), Amount: n.zone.Yen(10)}},
		Deadline: at.Add(time.Second), SettleAt: &at,
	})
	unlink := func() registrytypes.Account {
		n.Financial.MustSend(n.aoi.PrivKey(), &financialtypes.MsgUnlink{Signer: n.aoi.String(), Address: n.aoi.String(), Zone: retail})
		n.Settle()
		account, err := n.Financial.App.Registry.GetAccount(n.Financial.Ctx(), n.aoi.Address())
		require.NoError(t, err)
		return account
	}
	require.Equal(t, registrytypes.LinkStatusActive, unlink().Links[0].Status)
	n.Clock.Advance(23 * time.Hour)
	n.Rest()
	n.Clock.Advance(time.Hour)
	n.zone.Block()
	require.Equal(t, types.TradeStatusSettled, n.trade("T-1").Status)
	n.RequireLaws()
	require.NoError(t, n.Discharge(n.zone, n.aoi, 10))
	n.Rest()
	require.Empty(t, unlink().Links)
}

// blockGas is what a block of the zone may cost.
func (n *network) blockGas() uint64 {
	n.t.Helper()
	params, err := n.zone.App.Consensus.ParamsStore.Get(n.zone.Ctx())
	require.NoError(n.t, err)
	require.Positive(n.t, params.Block.MaxGas)
	return uint64(params.Block.MaxGas)
}

// The largest trade there is, 999 units for yen, is proposed, confirmed and settled in one block, within the block's gas.
func TestThousandLegsSettleInOneBlock(t *testing.T) {
	n := newNetwork(t)
	aoi, ken := n.aoi.String(), n.ken.String()
	lines := make([]assettypes.UnitLine, types.MaxLegs-1)
	terms := types.Terms{Deadline: n.Clock.Now.Add(time.Hour)}
	for i := range lines {
		unit := fmt.Sprintf("%03d", i)
		lines[i] = assettypes.UnitLine{Account: aoi, Unit: unit}
		terms.Legs = append(terms.Legs, types.Leg{From: aoi, To: ken, Amount: assettypes.UnitCoin("ticket", unit)})
	}
	terms.Legs = append(terms.Legs, types.Leg{From: ken, To: aoi, Amount: n.zone.Yen(50_000)})
	n.zone.MustSend(n.aoi.PrivKey(),
		&assettypes.MsgCreateClass{
			Issuer: aoi, Class: "ticket", Kind: assettypes.ClassKindUnique, Metadata: assettypes.Metadata{Name: "Ticket", Symbol: "T"},
			Rules: assettypes.Rules{Transfers: assettypes.TransfersFree, Cap: math.ZeroInt()},
		},
		&assettypes.MsgIssueUnits{Manager: aoi, Class: "ticket", Lines: lines})

	hash, err := terms.Hash(n.zone.ChainID, aoi, "T")
	require.NoError(t, err)
	confirm := func(key cryptotypes.PrivKey, party string) []byte {
		return n.zone.Sign(key, &types.MsgConfirmTrade{Party: party, Creator: aoi, Reference: "T", TermsHash: hash})
	}
	proposed := n.zone.Sign(n.aoi.PrivKey(),
		&types.MsgCreateTrade{Creator: aoi, Reference: "T", Terms: terms},
		&types.MsgConfirmTrade{Party: aoi, Creator: aoi, Reference: "T", TermsHash: hash})
	n.zone.Block(proposed, confirm(n.ken.PrivKey(), ken))
	total := uint64(0)
	for i, result := range n.zone.Results {
		require.True(t, result.IsOK(), result.Log)
		total += uint64(result.GasUsed)
		t.Logf("transaction %d: %d gas", i, result.GasUsed)
	}
	t.Logf("block: %d of %d gas", total, n.blockGas())
	require.Less(t, total, n.blockGas())
	require.Equal(t, types.TradeStatusSettled, n.trade("T").Status)
	require.EqualValues(t, 150_000, n.zone.Balance(n.aoi))
	for _, leg := range terms.Legs[:types.MaxLegs-1] {
		require.True(t, n.zone.App.Bank.HasBalance(n.zone.Ctx(), n.ken.Address(), leg.Amount), leg.Amount)
	}
	n.RequireLaws()
}

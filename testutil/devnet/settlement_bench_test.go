//go:build bench

package devnet_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// rounds is how many payments and trades are measured, in turn.
const rounds = 40

// counter is where aoi, a business at bank-a, sells bonds to ken, at bank-b, in the zone retail.
type counter struct {
	*devnet.Network
	t        testing.TB
	ctx      context.Context //nolint:containedctx // that of the test
	aoi, ken devnet.Key
	yen      string
}

// How long a delivery against payment takes, as its parties see it, beside a plain payment in the same zone and the same minutes.
func TestDeliveryAgainstPayment(t *testing.T) {
	manifest := devnet.DefaultManifest()
	manifest.Name = "dvp"
	manifest.Financial.Banks, manifest.Financial.Listeners = 2, 0
	manifest.Zones = []devnet.ZoneManifest{{ID: "retail", ChainID: "retail-1", Validators: 2}}
	manifest.Accounts = devnet.AccountsManifest{PerBank: 1, BalanceYen: 1_000_000}
	c := open(t, manifest)

	var payments, confirmations, trades []time.Duration
	first := c.block()
	for round := range rounds {
		began := time.Now()
		c.send(c.ken, banktypes.NewMsgSend(c.ken.Address(), c.aoi.Address(), sdk.NewCoins(c.amount(10))))
		payments = append(payments, time.Since(began))

		reference := fmt.Sprintf("T-%d", round)
		terms := settlementtypes.Terms{
			Legs: []settlementtypes.Leg{
				{From: c.aoi.String(), To: c.ken.String(), Amount: sdk.NewInt64Coin("asset/bond", 1)},
				{From: c.ken.String(), To: c.aoi.String(), Amount: c.amount(1_000)},
			},
			Deadline: time.Now().Add(time.Hour).UTC(),
		}
		hash, err := terms.Hash("retail-1", c.aoi.String(), reference)
		require.NoError(t, err)
		confirm := func(party devnet.Key) *settlementtypes.MsgConfirmTrade {
			return &settlementtypes.MsgConfirmTrade{Party: party.String(), Creator: c.aoi.String(), Reference: reference, TermsHash: hash}
		}
		began = time.Now()
		c.send(c.aoi, &settlementtypes.MsgCreateTrade{Creator: c.aoi.String(), Reference: reference, Terms: terms}, confirm(c.aoi))
		confirming := time.Now()
		var response settlementtypes.MsgConfirmTradeResponse
		require.NoError(t, devnet.DecodeResponse(c.send(c.ken, confirm(c.ken)), &response))
		require.Equal(t, settlementtypes.TradeStatusSettled, response.Status)
		confirmations, trades = append(confirmations, time.Since(confirming)), append(trades, time.Since(began))
	}
	last := c.block()
	blockTime := last.at.Sub(first.at) / time.Duration(last.height-first.height)
	t.Logf("%d rounds, blocks of %.2f s", rounds, blockTime.Seconds())
	for _, one := range []struct {
		name string
		took []time.Duration
	}{
		{"payment, from submission to its block", payments},
		{"last confirmation, from submission to settled", confirmations},
		{"trade, from its proposal to settled", trades},
	} {
		p50, p95 := percentile(one.took, 50), percentile(one.took, 95)
		t.Logf("%-46s p50 %.2f s (%.1f blocks)  p95 %.2f s (%.1f blocks)", one.name,
			p50.Seconds(), p50.Seconds()/blockTime.Seconds(), p95.Seconds(), p95.Seconds()/blockTime.Seconds())
	}
}

// percentile returns a percentile by nearest rank.
func percentile(took []time.Duration, percent int) time.Duration {
	slices.Sort(took)
	return took[(len(took)*percent+99)/100-1]
}

// open starts the network and gives aoi its bonds and ken its yen in retail.
func open(t testing.TB, manifest devnet.Manifest) *counter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	t.Cleanup(cancel)
	c := &counter{Network: devnet.Start(t, manifest), t: t, ctx: ctx}
	c.aoi, c.ken = c.Keys().Holder("aoi"), c.Keys().Account("bank-b", 0)
	c.openBusiness("bank-a", c.aoi)
	c.link("bank-a", c.aoi)
	c.link("bank-b", c.ken)
	answer, err := businesstypes.NewQueryClient(c.retail().GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(t, err)
	c.yen = answer.YenDenom
	c.home(c.ken, &financialtypes.MsgCharge{
		Holder: c.ken.String(), Zone: "retail", Amount: sdk.NewInt64Coin(registrytypes.YenDenom, 100_000),
	})
	c.until("the yen to arrive", func() bool {
		balance, err := banktypes.NewQueryClient(c.retail().GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: c.ken.String(), Denom: c.yen})
		return err == nil && balance.Balance.Amount.IsPositive()
	})
	c.until("ken's bank to have room for what he pays", func() bool {
		caps, err := businesstypes.NewQueryClient(c.retail().GRPC()).Caps(ctx, &businesstypes.QueryCapsRequest{})
		return err == nil && slices.ContainsFunc(caps.Banks, func(use businesstypes.BankUse) bool { return use.Bank == "bank-b" && use.Room.IsPositive() })
	})
	c.send(c.aoi,
		&assettypes.MsgCreateClass{
			Issuer: c.aoi.String(), Class: "bond", Kind: assettypes.ClassKindFungible,
			Metadata: assettypes.Metadata{Name: "Bond", Symbol: "BOND"},
			Rules:    assettypes.Rules{Transfers: assettypes.TransfersFree, Cap: math.ZeroInt()},
		},
		&assettypes.MsgIssueAmounts{
			Manager: c.aoi.String(), Class: "bond", Lines: []assettypes.AmountLine{{Account: c.aoi.String(), Amount: math.NewInt(1_000)}},
		})
	return c
}

func (c *counter) openBusiness(bank string, holder devnet.Key) {
	c.t.Helper()
	maker, checker := c.Keys().Operator(bank, membershiptypes.RoleMaker), c.Keys().Operator(bank, membershiptypes.RoleChecker)
	identity := sha256.Sum256([]byte(holder.Name))
	limits := limits()
	c.home(maker, &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: "open", Address: holder.String(), Kind: registrytypes.AccountKindBusiness,
		IdentityHash: identity[:], Limits: &limits,
	})
	c.home(checker, &registrytypes.MsgApproveRequest{Operator: checker.String(), Reference: "open"})
	c.home(holder, &registrytypes.MsgActivateAccount{Holder: holder.String()})
}

func (c *counter) link(bank string, holder devnet.Key) {
	c.t.Helper()
	checker := c.Keys().Operator(bank, membershiptypes.RoleChecker)
	c.home(holder, &financialtypes.MsgRequestLink{Holder: holder.String(), Zone: "retail"})
	c.home(checker, &financialtypes.MsgApproveLink{Operator: checker.String(), Address: holder.String(), Zone: "retail", Limits: limits()})
	// The Financial Zone lets the holder charge once the zone has acknowledged the account.
	c.until("the link to be active", func() bool {
		answer, err := registrytypes.NewQueryClient(c.Financial().Client().GRPC()).Account(c.ctx, &registrytypes.QueryAccountRequest{Address: holder.String()})
		return err == nil && slices.ContainsFunc(answer.Account.Links, func(link registrytypes.Link) bool { return link.Status == registrytypes.LinkStatusActive })
	})
}

func limits() registrytypes.Limits {
	bound := math.NewInt(1_000_000)
	return registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound}
}

func (c *counter) retail() *devnet.Client { return c.Zone("retail").Client() }

func (c *counter) amount(yen int64) sdk.Coin { return sdk.NewInt64Coin(c.yen, yen) }

// home sends messages to the Financial Zone, send to retail; both wait for the block.
func (c *counter) home(key devnet.Key, messages ...sdk.Msg) {
	c.t.Helper()
	_, err := c.Financial().Client().Send(c.ctx, key, messages...)
	require.NoError(c.t, err)
}

func (c *counter) send(key devnet.Key, messages ...sdk.Msg) *sdk.TxResponse {
	c.t.Helper()
	response, err := c.retail().Send(c.ctx, key, messages...)
	require.NoError(c.t, err)
	return response
}

func (c *counter) until(what string, done func() bool) {
	c.t.Helper()
	require.Eventually(c.t, done, 2*time.Minute, 100*time.Millisecond, what)
}

// header is the height and the time of a block.
type header struct {
	height int64
	at     time.Time
}

func (c *counter) block() header {
	c.t.Helper()
	status, err := c.retail().Status(c.ctx)
	require.NoError(c.t, err)
	return header{status.SyncInfo.LatestBlockHeight, status.SyncInfo.LatestBlockTime}
}

package keeper_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func book(issued, redeemed, recalled, expired int64) types.Book {
	return types.Book{
		Issued: math.NewInt(issued), Redeemed: math.NewInt(redeemed), Recalled: math.NewInt(recalled), Expired: math.NewInt(expired),
	}
}

func TestIssueTransferRedeemAndRecallAmounts(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", all())
	require.NoError(t, s.issueBatch("coupon", "campaign/1",
		types.AmountLine{Account: s.ann, Amount: math.NewInt(70)}, types.AmountLine{Account: s.ben, Amount: math.NewInt(30)}))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsIssued{
		Class: "coupon", Holder: s.ben, Amount: coin(30, "coupon"), By: s.street, Reference: "campaign/1",
	})
	require.ErrorIs(t, s.issueBatch("coupon", "campaign/1", types.AmountLine{Account: s.ann, Amount: math.OneInt()}), types.ErrReferenceUsed)

	hash := bytes.Repeat([]byte{7}, 32)
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.Transfer(ctx, &types.MsgTransfer{
			Holder: s.ann, Recipient: s.ben, Amount: sdk.NewCoins(coin(20, "coupon")), Reference: "gift", DocumentHash: hash,
		})
		return err
	}))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsTransferred{
		Holder: s.ann, Recipient: s.ben, Amount: sdk.NewCoins(coin(20, "coupon")), Reference: "gift", DocumentHash: hash,
	})
	require.NoError(t, s.Send(s.ben, s.ann, coin(5, "coupon")), "a plain transfer")
	require.NoError(t, s.redeem(s.ben, "order/17", coin(15, "coupon")))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsRedeemed{
		Holder: s.ben, Amount: sdk.NewCoins(coin(15, "coupon")), Reference: "order/17",
	})
	require.ErrorIs(t, s.redeem(s.ben, "order/17", coin(1, "coupon")), types.ErrReferenceUsed)
	require.NoError(t, s.recall(s.street, s.ann, coin(4, "coupon")))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsRecalled{
		Holder: s.ann, Amount: sdk.NewCoins(coin(4, "coupon")), By: s.street, Reason: "issued twice",
	})

	require.Equal(t, int64(51), s.BalanceOf(s.ann, "asset/coupon"))
	require.Equal(t, int64(30), s.BalanceOf(s.ben, "asset/coupon"))
	require.Equal(t, book(100, 15, 4, 0), s.book(t, "coupon"))
	require.Equal(t, coin(81, "coupon"), s.Bank.GetSupply(s.Ctx, "asset/coupon"))

	operation, err := s.assets.GetOperation(s.Ctx, address(s.ann), "gift")
	require.NoError(t, err)
	require.Equal(t, types.Operation{
		Signer: s.ann, Reference: "gift", Kind: types.OperationKindTransfer, Counterparty: s.ben,
		Amount: sdk.NewCoins(coin(20, "coupon")), At: s.Ctx.BlockTime(), DocumentHash: hash,
	}, operation)
	issued, err := s.assets.GetOperation(s.Ctx, address(s.street), "campaign/1")
	require.NoError(t, err)
	require.Equal(t, sdk.NewCoins(coin(100, "coupon")), issued.Amount)
	_, err = s.assets.GetOperation(s.Ctx, address(s.ben), "gift")
	require.ErrorIs(t, err, types.ErrOperationNotFound)
}

func TestIssueAmountsRefused(t *testing.T) {
	s := newSuite(t)
	rules := all()
	rules.Cap = math.NewInt(100)
	rules.ExpiresAt = at(s, time.Hour)
	rules.HolderKinds = []registrytypes.AccountKind{registrytypes.AccountKindIndividual}
	s.class(t, "coupon", rules)
	s.unique(t, "ticket", free())
	frozen := s.OpenAs(t, "alpha", "frozen", registrytypes.AccountKindIndividual)
	s.SetStatus(t, frozen, registrytypes.AccountStatusFrozen)
	require.NoError(t, s.issue("coupon", s.ann, 60))
	require.NoError(t, s.issue("coupon", s.street, 1), "the issuer may hold whatever its kind")

	line := func(account string, amount int64) types.AmountLine {
		return types.AmountLine{Account: account, Amount: math.NewInt(amount)}
	}
	require.ErrorIs(t, s.issueBatch("coupon", "", line(s.ann, 39), line(s.ben, 1)), types.ErrOverCap)
	require.ErrorIs(t, s.issueBatch("coupon", ""), types.ErrInvalidOperation)
	require.ErrorIs(t, s.issueBatch("coupon", "", make([]types.AmountLine, 1_001)...), types.ErrInvalidOperation)
	require.ErrorIs(t, s.issueBatch("coupon", "a b", line(s.ann, 1)), registrytypes.ErrInvalidReference)
	require.ErrorIs(t, s.issueBatch("none", "", line(s.ann, 1)), types.ErrClassNotFound)
	require.ErrorIs(t, s.issueBatch("ticket", "", line(s.ann, 1)), types.ErrInvalidOperation)
	for _, amount := range []int64{0, -1} {
		require.ErrorIs(t, s.issue("coupon", s.ann, amount), types.ErrInvalidOperation)
	}
	require.ErrorIs(t, s.issueBatch("coupon", "", types.AmountLine{Account: s.ann}), types.ErrInvalidOperation)
	err := s.issueBatch("coupon", "", line(s.ann, 1), line(s.shop, 1))
	require.ErrorIs(t, err, types.ErrNotEligible)
	require.ErrorContains(t, err, "line 2: ")
	err = s.issueBatch("coupon", "", line(s.ann, 1), line(frozen, 1))
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen)
	require.ErrorContains(t, err, "line 2: ")
	require.ErrorIs(t, s.issueBatch("coupon", "", line(stranger, 1)), registrytypes.ErrAccountNotFound)
	require.ErrorIs(t, s.issueBatch("coupon", "", line("ann", 1)), registrytypes.ErrInvalidAccount)
	require.NoError(t, s.freeze("coupon", s.ben, ""))
	require.ErrorIs(t, s.issue("coupon", s.ben, 1), types.ErrFrozen)
	require.NoError(t, s.freeze("coupon", "", ""))
	require.ErrorIs(t, s.issue("coupon", s.ann, 1), types.ErrFrozen)
	require.NoError(t, s.unfreeze("coupon", "", ""))
	s.NextBlock(time.Hour)
	require.ErrorIs(t, s.issue("coupon", s.ann, 1), types.ErrExpired)
	require.Equal(t, book(61, 0, 0, 0), s.book(t, "coupon"))
	require.Equal(t, coin(61, "coupon"), s.Bank.GetSupply(s.Ctx, "asset/coupon"), "nothing half done")
}

func TestThousandLines(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", free())
	s.unique(t, "ticket", free())
	amounts, units := make([]types.AmountLine, types.MaxLines), make([]types.UnitLine, types.MaxLines)
	for i := range amounts {
		amounts[i] = types.AmountLine{Account: s.ann, Amount: math.NewInt(int64(i + 1))}
		units[i] = types.UnitLine{Account: s.ben, Unit: fmt.Sprintf("seat-%04d", i)}
	}
	require.NoError(t, s.issueBatch("coupon", "", amounts...))
	require.NoError(t, s.issueUnits("ticket", "", units...))
	require.Equal(t, int64(500_500), s.BalanceOf(s.ann, "asset/coupon"))
	require.Equal(t, book(1_000, 0, 0, 0), s.book(t, "ticket"))
	require.Equal(t, int64(1), s.BalanceOf(s.ben, "asset/ticket/seat-0999"))
}

// A unit's history tells of every movement, whatever moved it, and stays when the unit has ended.
func TestUniqueUnits(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "beans", all())
	hash := bytes.Repeat([]byte{9}, 32)
	line := types.UnitLine{
		Account: s.ann, Unit: "lot-7", Uri: "https://farm.example/7", UriHash: hash,
		Attributes: []types.Attribute{{Key: "altitude", Value: "1800 m"}, {Key: "farm", Value: "Finca Sol"}},
	}
	require.NoError(t, s.issueUnits("beans", "harvest", line))
	require.ErrorIs(t, s.issueUnits("beans", "", line), types.ErrUnitExists)
	require.Equal(t, types.Unit{
		Class: "beans", Id: "lot-7", Status: types.UnitStatusLive, Holder: s.ann, Uri: line.Uri, UriHash: hash,
		Attributes: line.Attributes, HistoryLength: 1,
	}, s.unit(t, "beans", "lot-7").Unit)

	lot := types.UnitCoin("beans", "lot-7")
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.Transfer(ctx, &types.MsgTransfer{
			Holder: s.ann, Recipient: s.ben, Amount: sdk.NewCoins(lot), Reference: "ship/1", Note: "container 12", DocumentHash: hash,
		})
		return err
	}))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitMoved{
		Class: "beans", Unit: "lot-7", Kind: types.CustodyKindTransferred, From: s.ann, To: s.ben,
	})
	require.NoError(t, s.Send(s.ben, s.rival, lot))
	require.NoError(t, s.Send(s.rival, s.rival, lot), "to oneself: nothing to tell")
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.AnnotateUnit(ctx, &types.MsgAnnotateUnit{Signer: s.rival, Class: "beans", Unit: "lot-7", Note: "roasted", DocumentHash: hash})
		return err
	}))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitAnnotated{Class: "beans", Unit: "lot-7", By: s.rival, Note: "roasted", DocumentHash: hash})
	hold := s.hold(t, s.rival, lot)
	require.True(t, s.unit(t, "beans", "lot-7").Held)
	require.Equal(t, s.rival, s.unit(t, "beans", "lot-7").Unit.Holder, "the owner's until it is captured")
	require.NoError(t, s.Hold.Capture(s.Ctx, hold, payout(s.shop, lot)))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitMoved{
		Class: "beans", Unit: "lot-7", Kind: types.CustodyKindSettled, From: s.rival, To: s.shop,
	})
	require.NoError(t, s.redeem(s.shop, "cup/1", lot))

	require.Equal(t, []string{
		"ISSUED - ann", "TRANSFERRED ann ben", "TRANSFERRED ben rival", "NOTED rival rival", //nolint:dupword // who has it notes it
		"SETTLED rival shop", "REDEEMED shop -",
	}, s.trace(t, "beans", "lot-7"))
	response, err := s.queries.Trace(s.Ctx, &types.QueryTraceRequest{Class: "beans", Unit: "lot-7"})
	require.NoError(t, err)
	require.Equal(t, types.Custody{
		Sequence: 2, Kind: types.CustodyKindTransferred, From: s.ann, To: s.ben, At: s.Ctx.BlockTime(), Height: s.Ctx.BlockHeight(),
		Reference: "ship/1", Note: "container 12", DocumentHash: hash,
	}, response.History[1])
	require.Equal(t, types.UnitStatusRedeemed, s.unit(t, "beans", "lot-7").Unit.Status)
	require.True(t, s.Bank.GetSupply(s.Ctx, lot.Denom).IsZero())
	require.ErrorIs(t, s.issueUnits("beans", "", line), types.ErrUnitExists, "an id is used once")
	require.ErrorIs(t, s.transfer(s.shop, s.ann, lot), types.ErrUnitNotFound)
	require.Equal(t, book(1, 1, 0, 0), s.book(t, "beans"))
}

// Without a history nothing is left of a unit that ended.
func TestUniqueUnitsWithoutHistory(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CreateClass(ctx, &types.MsgCreateClass{
			Issuer: s.street, Class: "ticket", Kind: types.ClassKindUnique, Metadata: metadata, Rules: all(),
		})
		return err
	}))
	line := types.UnitLine{Account: s.ann, Unit: "A-1"}
	require.NoError(t, s.issueUnits("ticket", "", line))
	require.NoError(t, s.transfer(s.ann, s.ben, types.UnitCoin("ticket", "A-1")))
	require.Empty(t, s.trace(t, "ticket", "A-1"))
	require.ErrorIs(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.AnnotateUnit(ctx, &types.MsgAnnotateUnit{Signer: s.ben, Class: "ticket", Unit: "A-1", Note: "seen"})
		return err
	}), types.ErrRuleForbids)
	require.NoError(t, s.recall(s.street, s.ben, types.UnitCoin("ticket", "A-1")))
	_, err := s.assets.GetUnit(s.Ctx, "ticket", "A-1")
	require.ErrorIs(t, err, types.ErrUnitNotFound)
	require.NoError(t, s.issueUnits("ticket", "", line), "the seat is free again")
	require.Equal(t, book(2, 0, 1, 0), s.book(t, "ticket"))
}

func TestIssueUnitsRefused(t *testing.T) {
	s := newSuite(t)
	rules := free()
	rules.Cap, rules.ExpiresAt = math.NewInt(2), at(s, time.Hour)
	s.unique(t, "ticket", rules)
	s.class(t, "coupon", free())
	attributes := func(n int) []types.Attribute {
		list := make([]types.Attribute, n)
		for i := range list {
			list[i] = types.Attribute{Key: fmt.Sprintf("%02d", i)}
		}
		return list
	}
	valid := types.UnitLine{Account: s.ann, Unit: "A-1", Attributes: attributes(16), ExpiresAt: at(s, time.Hour)}
	tests := map[string]struct {
		change func(line *types.UnitLine)
		want   error
	}{
		"no id":             {func(line *types.UnitLine) { line.Unit = "" }, types.ErrInvalidUnit},
		"slash in the id":   {func(line *types.UnitLine) { line.Unit = "A/1" }, types.ErrInvalidUnit},
		"long id":           {func(line *types.UnitLine) { line.Unit = strings.Repeat("x", 65) }, types.ErrInvalidUnit},
		"long uri":          {func(line *types.UnitLine) { line.Uri = strings.Repeat("x", 257) }, types.ErrInvalidUnit},
		"hash":              {func(line *types.UnitLine) { line.UriHash = []byte{1} }, types.ErrInvalidUnit},
		"17 attributes":     {func(line *types.UnitLine) { line.Attributes = attributes(17) }, types.ErrInvalidUnit},
		"attribute twice":   {func(line *types.UnitLine) { line.Attributes = []types.Attribute{{Key: "a"}, {Key: "a"}} }, types.ErrInvalidUnit},
		"attribute unnamed": {func(line *types.UnitLine) { line.Attributes = []types.Attribute{{Value: "a"}} }, types.ErrInvalidUnit},
		"long attribute": {func(line *types.UnitLine) {
			line.Attributes = []types.Attribute{{Key: "a", Value: strings.Repeat("x", 129)}}
		}, types.ErrInvalidUnit},
		"expired":            {func(line *types.UnitLine) { line.ExpiresAt = at(s, 0) }, types.ErrInvalidUnit},
		"after the class":    {func(line *types.UnitLine) { line.ExpiresAt = at(s, 2*time.Hour) }, types.ErrInvalidUnit},
		"expiry in 2300":     {func(line *types.UnitLine) { line.ExpiresAt = at(s, 290*365*24*time.Hour) }, types.ErrInvalidUnit},
		"unknown account":    {func(line *types.UnitLine) { line.Account = stranger }, registrytypes.ErrNotRegistered},
		"malformed account":  {func(line *types.UnitLine) { line.Account = "ann" }, registrytypes.ErrInvalidAccount},
		"one unit in 2 rows": {func(line *types.UnitLine) { line.Unit = "A-0" }, types.ErrUnitExists},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			line := valid
			test.change(&line)
			err := s.issueUnits("ticket", "", types.UnitLine{Account: s.ann, Unit: "A-0"}, line)
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, "line 2: ")
		})
	}
	require.ErrorIs(t, s.issueUnits("ticket", ""), types.ErrInvalidOperation)
	require.ErrorIs(t, s.issueUnits("coupon", "", valid), types.ErrInvalidOperation)
	require.ErrorIs(t, s.issueUnits("ticket", "", make([]types.UnitLine, 3)...), types.ErrOverCap)
	require.NoError(t, s.issueUnits("ticket", "", valid))
}

func TestTransferRefused(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", free())
	s.unique(t, "ticket", free())
	require.NoError(t, s.issue("coupon", s.ann, 5))
	require.NoError(t, s.issueUnits("ticket", "", types.UnitLine{Account: s.ann, Unit: "A-1"}))
	ticket := types.UnitCoin("ticket", "A-1")

	s.both(t, s.ann, s.ben, coin(6, "coupon"), sdkerrors.ErrInsufficientFunds)
	s.both(t, s.ben, s.ann, ticket, sdkerrors.ErrInsufficientFunds)
	s.both(t, s.ann, stranger, coin(1, "coupon"), registrytypes.ErrNotRegistered)
	s.both(t, s.ann, s.ben, types.UnitCoin("ticket", "A-2"), types.ErrUnitNotFound)
	s.both(t, s.ann, s.ben, coin(1, "ticket"), types.ErrInvalidOperation)
	s.both(t, s.ann, s.ben, coin(1, "none"), types.ErrClassNotFound)
	s.both(t, s.ann, s.ben, types.UnitCoin("coupon", "A-1"), types.ErrInvalidOperation)
	s.Charge(t, s.ann, 100)
	require.ErrorIs(t, s.transfer(s.ann, s.ben, s.yen(1)), types.ErrInvalidOperation, "yen is no asset")
	require.ErrorIs(t, s.transfer(s.ann, s.ben), types.ErrInvalidOperation)
	require.ErrorIs(t, s.transfer(s.ann, s.ben, make(sdk.Coins, 101)...), types.ErrInvalidOperation)
	require.ErrorIs(t, s.transfer(s.ann, s.ben, ticket, coin(1, "coupon")), types.ErrInvalidOperation, "out of order")
	require.ErrorIs(t, s.transfer(s.ann, s.ben, sdk.NewInt64Coin(ticket.Denom, 2)), types.ErrInvalidOperation)
	require.ErrorIs(t, s.transfer(s.ann, "ben", ticket), registrytypes.ErrInvalidAccount)
	require.ErrorIs(t, s.transfer(stranger, s.ben, ticket), registrytypes.ErrAccountNotFound)
	for _, statement := range []types.MsgTransfer{
		{Note: strings.Repeat("x", 257)}, {Note: "\xff"}, {DocumentHash: []byte{1}},
	} {
		statement.Holder, statement.Recipient, statement.Amount = s.ann, s.ben, sdk.NewCoins(ticket)
		require.ErrorIs(t, s.Do(func(ctx context.Context) error {
			_, err := s.msgs.Transfer(ctx, &statement)
			return err
		}), types.ErrInvalidOperation)
	}
	// Several at once, all or none.
	require.ErrorIs(t, s.transfer(s.ann, s.ben, coin(6, "coupon"), ticket), sdkerrors.ErrInsufficientFunds)
	require.Equal(t, s.ann, s.unit(t, "ticket", "A-1").Unit.Holder)
	require.NoError(t, s.transfer(s.ann, s.ben, coin(5, "coupon"), ticket))
	require.Equal(t, s.ben, s.unit(t, "ticket", "A-1").Unit.Holder)
	require.NoError(t, s.Send(s.ben, s.ann, coin(1, "coupon"), ticket))
}

func TestRedeemAndRecallRefused(t *testing.T) {
	s := newSuite(t)
	rules := all()
	rules.ExpiresAt = at(s, time.Hour)
	s.class(t, "coupon", rules)
	s.class(t, "fixed", free())
	require.NoError(t, s.issue("coupon", s.ann, 10))
	require.NoError(t, s.issue("fixed", s.ann, 10))
	s.hold(t, s.ann, coin(4, "coupon"))

	require.ErrorIs(t, s.redeem(s.ann, "", coin(7, "coupon")), sdkerrors.ErrInsufficientFunds, "the rest is in a hold")
	require.ErrorIs(t, s.recall(s.street, s.ann, coin(7, "coupon")), sdkerrors.ErrInsufficientFunds)
	require.ErrorIs(t, s.recall(s.street, s.ann, coin(1, "fixed")), types.ErrRuleForbids)
	require.ErrorIs(t, s.recall(s.rival, s.ann, coin(1, "coupon")), types.ErrNotEntitled)
	require.ErrorIs(t, s.recall(s.street, "ann", coin(1, "coupon")), registrytypes.ErrInvalidAccount)
	require.ErrorIs(t, s.recall(s.street, s.ann), types.ErrInvalidOperation)
	for _, msg := range []*types.MsgRecallUnits{{Reason: ""}, {Reason: "x", Reference: "a b"}} {
		msg.Manager, msg.Holder, msg.Amount = s.street, s.ann, sdk.NewCoins(coin(1, "coupon"))
		require.Error(t, s.Do(func(ctx context.Context) error {
			_, err := s.msgs.RecallUnits(ctx, msg)
			return err
		}))
	}
	require.ErrorIs(t, s.redeem(s.ann, "a b", coin(1, "coupon")), registrytypes.ErrInvalidReference)
	require.ErrorIs(t, s.redeem(stranger, "", coin(1, "coupon")), registrytypes.ErrAccountNotFound)

	// A frozen account keeps its units, and its issuer may take them back all the same.
	s.SetStatus(t, s.ann, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, s.redeem(s.ann, "", coin(1, "coupon")), registrytypes.ErrAccountFrozen)
	require.NoError(t, s.recall(s.street, s.ann, coin(1, "coupon")))
	s.SetStatus(t, s.ann, registrytypes.AccountStatusActive)
	require.NoError(t, s.freeze("coupon", s.ann, ""))
	require.ErrorIs(t, s.redeem(s.ann, "", coin(1, "coupon")), types.ErrFrozen)
	require.NoError(t, s.recall(s.street, s.ann, coin(1, "coupon")))
	require.NoError(t, s.unfreeze("coupon", s.ann, ""))
	s.NextBlock(time.Hour)
	require.ErrorIs(t, s.redeem(s.ann, "", coin(1, "coupon")), types.ErrExpired)
	require.ErrorIs(t, s.recall(s.street, s.ann, coin(1, "coupon")), types.ErrExpired)
	require.Equal(t, book(10, 0, 2, 0), s.book(t, "coupon"))
}

func TestAnnotateRefused(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "beans", free())
	require.NoError(t, s.issueUnits("beans", "", types.UnitLine{Account: s.ann, Unit: "lot-7"}))
	annotate := func(signer, class, unit, note string, hash []byte) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.AnnotateUnit(ctx, &types.MsgAnnotateUnit{Signer: signer, Class: class, Unit: unit, Note: note, DocumentHash: hash})
			return err
		})
	}
	require.ErrorIs(t, annotate(s.ben, "beans", "lot-7", "x", nil), types.ErrNotEntitled)
	require.ErrorIs(t, annotate(stranger, "beans", "lot-7", "x", nil), registrytypes.ErrAccountNotFound)
	require.ErrorIs(t, annotate(s.ann, "none", "lot-7", "x", nil), types.ErrClassNotFound)
	require.ErrorIs(t, annotate(s.ann, "beans", "lot-8", "x", nil), types.ErrUnitNotFound)
	require.ErrorIs(t, annotate(s.ann, "beans", "lot-7", "", nil), types.ErrInvalidOperation)
	require.ErrorIs(t, annotate(s.ann, "beans", "lot-7", "x", []byte{1}), types.ErrInvalidOperation)
	require.NoError(t, annotate(s.street, "beans", "lot-7", "inspected", nil), "the issuer")
	require.NoError(t, annotate(s.ann, "beans", "lot-7", "", bytes.Repeat([]byte{1}, 32)))
	require.Equal(t, []string{"ISSUED - ann", "NOTED ann street", "NOTED ann ann"}, s.trace(t, "beans", "lot-7")) //nolint:dupword // who has it notes it
}

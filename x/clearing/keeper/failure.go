package keeper

import (
	"context"
	"errors"
	stdmath "math"
	"slices"
	"strings"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// ObligationsPerBlock bounds how many obligations that are due one block enforces.
const ObligationsPerBlock = 20

// enforceDue settles obligations that are due from their debtors' reserves; a debtor that has not enough fails. The
// oldest are first.
func (k *Keeper) enforceDue(ctx context.Context) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano()
	due := new(collections.Range[collections.Pair[int64, uint64]]).EndInclusive(collections.Join(now, uint64(stdmath.MaxUint64)))
	var ids []uint64
	err := k.obligationsDue.Walk(ctx, due, func(key collections.Pair[int64, uint64]) (bool, error) {
		ids = append(ids, key.K2())
		return len(ids) == ObligationsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		obligation, err := k.openObligation(ctx, id)
		if err != nil {
			return err
		}
		if k.Reserve(ctx, obligation.Debtor).GTE(obligation.Amount) {
			err = k.payObligation(ctx, obligation)
		} else {
			err = k.meetDefault(ctx, obligation)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// meetDefault stops a bank that has not met an obligation, and meets the obligation for it: from its reserve, then from
// its pledge, then from the other banks. No payment of its customers is touched.
func (k *Keeper) meetDefault(ctx context.Context, obligation types.Obligation) error {
	if err := k.fail(ctx, obligation); err != nil {
		return err
	}
	debtor := obligation.Debtor
	obligation.FromReserve = math.MinInt(k.Reserve(ctx, debtor), obligation.Amount)
	obligation.FromPledge = math.MinInt(k.Pledge(ctx, debtor), obligation.Amount.Sub(obligation.FromReserve))
	obligation.Shared = obligation.Amount.Sub(obligation.FromReserve).Sub(obligation.FromPledge)

	if err := k.collect(ctx, debtor, obligation.FromReserve); err != nil {
		return err
	}
	if obligation.FromPledge.IsPositive() {
		if err := k.move(ctx, types.PledgeAddress(debtor), pot, obligation.FromPledge); err != nil {
			return err
		}
	}
	paid := types.Allocate(obligation.FromReserve.Add(obligation.FromPledge), obligation.Credits())
	if err := k.payCreditors(ctx, obligation, paid); err != nil {
		return err
	}
	err := event.Emit(ctx, &types.EventShortfallMet{
		ObligationId: obligation.Id, Debtor: debtor,
		FromReserve: obligation.FromReserve, FromPledge: obligation.FromPledge, Shared: obligation.Shared,
	})
	if err != nil {
		return err
	}
	if obligation.Shared.IsPositive() {
		if err := k.shareLoss(ctx, obligation, paid); err != nil {
			return err
		}
	}
	return k.endObligation(ctx, obligation, types.ObligationStatusDefaulted)
}

// fail stops the outgoing payments of a bank, once.
func (k *Keeper) fail(ctx context.Context, obligation types.Obligation) error {
	participant, err := k.participant(ctx, obligation.Debtor)
	if err != nil || participant.IsFailed() {
		return err
	}
	participant.Status = types.BankStatusFailed
	if err := k.participants.Set(ctx, participant.Bank, participant); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventBankFailed{Bank: participant.Bank, ObligationId: obligation.Id})
}

// shareLoss has the other banks meet what the creditors of an obligation have not been paid. What each is owed and what
// each bears are netted, so that a bank that is owed as much as it bears pays nothing; who bears more than it has in
// reserve owes the rest. The defaulter owes each bank what it bears.
func (k *Keeper) shareLoss(ctx context.Context, obligation types.Obligation, paid []math.Int) error {
	unpaid := make([]types.Credit, len(obligation.Creditors))
	for i, credit := range obligation.Creditors {
		unpaid[i] = types.Credit{Bank: credit.Bank, Amount: credit.Amount.Sub(paid[i])}
	}
	losses, err := k.losses(ctx, obligation, unpaid)
	if err != nil {
		return err
	}
	for _, loss := range losses {
		if err := k.addClaim(ctx, obligation.Debtor, loss); err != nil {
			return err
		}
		err := event.Emit(ctx, &types.EventLossShared{
			ObligationId: obligation.Id, Debtor: obligation.Debtor, Bank: loss.Bank, Amount: loss.Amount,
		})
		if err != nil {
			return err
		}
	}
	nets := netsOf(unpaid, losses)
	if err := k.settleNets(ctx, nets); err != nil {
		return err
	}
	due, err := k.dueAt(ctx)
	if err != nil {
		return err
	}
	return k.createObligations(ctx, nets, types.Obligation{Cycle: obligation.Cycle, DueAt: due, LossOf: obligation.Id})
}

// losses says how much of a loss each bank bears: by the loss-sharing key among those that have not failed, or, without
// one, each creditor what it has not been paid.
func (k *Keeper) losses(ctx context.Context, obligation types.Obligation, unpaid []types.Credit) ([]types.Credit, error) {
	var (
		banks   []string
		weights []math.Int
	)
	err := k.lossShares.Walk(ctx, nil, func(bank string, share types.LossShare) (bool, error) {
		participant, err := k.participant(ctx, bank)
		if err != nil {
			return true, err
		}
		if bank != obligation.Debtor && !participant.IsFailed() {
			banks, weights = append(banks, bank), append(weights, math.NewInt(int64(share.Weight)))
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	losses := make([]types.Credit, 0, max(len(banks), len(unpaid)))
	if len(banks) == 0 {
		for _, credit := range unpaid {
			if credit.Amount.IsPositive() {
				losses = append(losses, credit)
			}
		}
		return losses, nil
	}
	for i, share := range types.Allocate(obligation.Shared, weights) {
		if share.IsPositive() {
			losses = append(losses, types.Credit{Bank: banks[i], Amount: share})
		}
	}
	return losses, nil
}

// netsOf returns what each bank is owed less what it bears, in ascending order of bank.
func netsOf(owed, losses []types.Credit) []net {
	var nets []net
	add := func(bank string, amount math.Int) {
		i, found := slices.BinarySearchFunc(nets, bank, func(one net, bank string) int { return strings.Compare(one.bank, bank) })
		if found {
			nets[i] = newNet(bank, nets[i].amount.Add(amount))
			return
		}
		nets = slices.Insert(nets, i, newNet(bank, amount))
	}
	for _, credit := range owed {
		add(credit.Bank, credit.Amount)
	}
	for _, loss := range losses {
		add(loss.Bank, loss.Amount.Neg())
	}
	return nets
}

func (k *Keeper) addClaim(ctx context.Context, debtor string, loss types.Credit) error {
	key := collections.Join(debtor, loss.Bank)
	claim, err := k.claims.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		claim = types.Claim{Debtor: debtor, Creditor: loss.Bank, Amount: math.ZeroInt()}
	} else if err != nil {
		return err
	}
	claim.Amount = claim.Amount.Add(loss.Amount)
	return k.claims.Set(ctx, key, claim)
}

// claimsOn returns what a failed bank owes, in ascending order of creditor.
func (k *Keeper) claimsOn(ctx context.Context, debtor string) ([]types.Claim, error) {
	var claims []types.Claim
	ofDebtor := collections.NewPrefixedPairRange[string, string](debtor)
	err := k.claims.Walk(ctx, ofDebtor, func(_ collections.Pair[string, string], claim types.Claim) (bool, error) {
		claims = append(claims, claim)
		return false, nil
	})
	return claims, err
}

// repayClaim pays a creditor back from the failed bank's reserve.
func (k *Keeper) repayClaim(ctx context.Context, debtor, creditor string, amount math.Int) error {
	key := collections.Join(debtor, creditor)
	claim, err := k.claims.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return types.ErrClaimNotFound.Wrapf("expected a bank that has a claim on %s, got %q; query claims", debtor, creditor)
	}
	if err != nil {
		return err
	}
	if amount.IsNil() || !amount.IsPositive() || amount.GT(claim.Amount) {
		return types.ErrInvalidClaim.Wrapf("expected an amount from 1 to %s, what is left of the claim of %s, got %s",
			claim.Amount, creditor, amount)
	}
	if err := k.requireReserve(ctx, debtor, amount); err != nil {
		return err
	}
	if err := k.pay(ctx, debtor, creditor, amount); err != nil {
		return err
	}
	claim.Amount = claim.Amount.Sub(amount)
	if claim.Amount.IsZero() {
		err = k.claims.Remove(ctx, key)
	} else {
		err = k.claims.Set(ctx, key, claim)
	}
	if err != nil {
		return err
	}
	if err := k.markDirty(ctx, creditor); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventClaimRepaid{Debtor: debtor, Creditor: creditor, Amount: amount})
}

// reinstate lets a failed bank's customers pay others again.
func (k *Keeper) reinstate(ctx context.Context, bank string, writeOff bool) error {
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return err
	}
	if !participant.IsFailed() {
		return types.ErrBankNotFailed.Wrapf("expected a bank that has failed, got %s (%s)", bank, participant.Status)
	}
	if participant.Owed.IsPositive() {
		return types.ErrBankInDebt.Wrapf("expected no open obligation of %s, got %s yen; settle or confirm them first", bank, participant.Owed)
	}
	claims, err := k.claimsOn(ctx, bank)
	if err != nil {
		return err
	}
	if len(claims) > 0 && !writeOff {
		return types.ErrBankInDebt.Wrapf("expected no claims on %s, got %d, the first of %s for %s yen; repay them or write them off",
			bank, len(claims), claims[0].Creditor, claims[0].Amount)
	}
	for _, claim := range claims {
		if err := k.claims.Remove(ctx, collections.Join(claim.Debtor, claim.Creditor)); err != nil {
			return err
		}
		err := event.Emit(ctx, &types.EventClaimWrittenOff{Debtor: claim.Debtor, Creditor: claim.Creditor, Amount: claim.Amount})
		if err != nil {
			return err
		}
	}
	participant.Status = types.BankStatusActive
	if err := k.participants.Set(ctx, bank, participant); err != nil {
		return err
	}
	if err := k.markDirty(ctx, bank); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventBankReinstated{Bank: bank})
}

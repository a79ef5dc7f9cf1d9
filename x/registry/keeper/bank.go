package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// GetParams returns what the members decided.
func (k *Keeper) GetParams(ctx context.Context) (types.Params, error) {
	params, err := k.params.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return types.DefaultParams(), nil
	}
	return params, err
}

// GetBank returns a bank's policy and whether it is paused. A bank that decided nothing has neither tiers nor a pause.
func (k *Keeper) GetBank(ctx context.Context, bank string) (types.BankState, error) {
	rules, err := k.rulesOf(ctx, bank)
	return rules.State(bank), err
}

// CheckBankOperating returns types.ErrBankPaused while a bank is paused.
func (k *Keeper) CheckBankOperating(ctx context.Context, bank string) error {
	rules, err := k.rulesOf(ctx, bank)
	if err != nil {
		return err
	}
	return checkOperating(bank, rules)
}

func checkOperating(bank string, rules types.Rules) error {
	if rules.Paused {
		return errorsmod.Wrapf(types.ErrBankPaused, "expected bank %s to operate, got paused (%s); wait until it goes on", bank, rules.PauseReason)
	}
	return nil
}

func (k *Keeper) rulesOf(ctx context.Context, bank string) (types.Rules, error) {
	rules, err := k.rules.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Rules{}, nil
	}
	return rules, err
}

// bankRules returns the rules of an account's bank. A Business Zone has none: the limits of the link say it all.
func (k *Keeper) bankRules(ctx context.Context, standing types.Standing) (types.Rules, error) {
	if standing.Replica {
		return types.Rules{}, nil
	}
	return k.rulesOf(ctx, standing.Bank)
}

// pause stops a bank.
func (k *Keeper) pause(ctx context.Context, bank, reason string) error {
	rules, err := k.rulesOf(ctx, bank)
	if err != nil {
		return err
	}
	if err := checkOperating(bank, rules); err != nil {
		return err
	}
	rules.Paused, rules.PauseReason = true, reason
	return k.rules.Set(ctx, bank, rules)
}

// checkPaused checks that there is a pause to end.
func (k *Keeper) checkPaused(ctx context.Context, bank string) (types.Rules, error) {
	rules, err := k.rulesOf(ctx, bank)
	if err != nil {
		return types.Rules{}, err
	}
	if !rules.Paused {
		return types.Rules{}, errorsmod.Wrapf(types.ErrBankNotPaused, "expected bank %s paused, got operating", bank)
	}
	return rules, nil
}

func (k *Keeper) unpause(ctx context.Context, bank string) error {
	rules, err := k.checkPaused(ctx, bank)
	if err != nil {
		return err
	}
	rules.Paused, rules.PauseReason = false, ""
	return k.rules.Set(ctx, bank, rules)
}

// checkPolicy checks a policy that a bank wants: within what the members allow, and with every tier that it had, because
// accounts may have no other limits.
func (k *Keeper) checkPolicy(ctx context.Context, bank string, policy types.BankPolicy) error {
	if err := policy.Validate(); err != nil {
		return err
	}
	params, err := k.GetParams(ctx)
	if err != nil {
		return err
	}
	for _, tier := range policy.Tiers {
		if err := types.BoundsOf(tier.Limits).CheckWithin(params.Highest(tier.Kind), "the members' highest"); err != nil {
			return errorsmod.Wrapf(err, "tier of %s", tier.Kind)
		}
	}
	now, err := k.rulesOf(ctx, bank)
	if err != nil {
		return err
	}
	wanted := types.RulesOf(types.BankState{Policy: policy})
	for i, had := range now.HasTier {
		if had && !wanted.HasTier[i] {
			return errorsmod.Wrapf(types.ErrInvalidPolicy,
				"expected a tier of every kind that had one, got none of %s; lower it to 0 instead", types.AccountKind(i+1))
		}
	}
	return nil
}

// setPolicy puts a policy into force.
func (k *Keeper) setPolicy(ctx context.Context, bank string, policy types.BankPolicy) error {
	if err := k.checkPolicy(ctx, bank, policy); err != nil {
		return err
	}
	now, err := k.rulesOf(ctx, bank)
	if err != nil {
		return err
	}
	return k.rules.Set(ctx, bank, types.RulesOf(types.BankState{Policy: policy, Paused: now.Paused, PauseReason: now.PauseReason}))
}

// checkLimits checks limits that an account of a kind shall have: its own, or with nil those of the bank's tier.
func (k *Keeper) checkLimits(ctx context.Context, bank string, kind types.AccountKind, own *types.Limits) (types.Bounds, error) {
	if own == nil {
		rules, err := k.rulesOf(ctx, bank)
		if err != nil {
			return types.Bounds{}, err
		}
		if types.ValidateKind(kind) != nil || !rules.HasTier[kind-1] {
			return types.Bounds{}, errorsmod.Wrapf(types.ErrInvalidLimits,
				"expected limits, got none, and bank %s has no tier of %s; give limits or request a policy with a tier", bank, kind)
		}
		return rules.Tier(kind), nil
	}
	if err := own.Validate(); err != nil {
		return types.Bounds{}, err
	}
	params, err := k.GetParams(ctx)
	if err != nil {
		return types.Bounds{}, err
	}
	bounds := types.BoundsOf(*own)
	return bounds, bounds.CheckWithin(params.Highest(kind), "the members' highest")
}

func thisHour(ctx context.Context) uint64 {
	return types.JapanHour(sdk.UnwrapSDKContext(ctx).BlockTime())
}

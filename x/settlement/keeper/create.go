package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// create stores a trade that an active account proposes, and returns it.
func (k *Keeper) create(ctx context.Context, creator, reference string, terms types.Terms) (types.Trade, error) {
	now := blockTime(ctx)
	if err := terms.Validate(now); err != nil {
		return types.Trade{}, err
	}
	if err := k.checkYen(ctx, terms); err != nil {
		return types.Trade{}, err
	}
	hash, err := terms.Hash(sdk.UnwrapSDKContext(ctx).ChainID(), creator, reference)
	if err != nil {
		return types.Trade{}, err
	}
	sides := types.Sides(terms.Legs)
	trade := types.Trade{
		Creator: creator, Reference: reference, TermsHash: hash, Status: types.TradeStatusProposed, CreatedAt: now,
		Deadline: terms.Deadline, SettleAt: terms.SettleAt, Agent: terms.Agent, AgentReleases: terms.AgentReleases,
		MemoHash:  terms.MemoHash,
		LegsCount: uint32(len(terms.Legs)), PartiesCount: uint32(len(sides)), // #nosec G115 -- at most MaxLegs, and twice that
	}
	for _, document := range terms.Documents {
		trade.Documents = append(trade.Documents, types.RequiredDocument{Document: document})
	}
	if err := k.checkAccounts(ctx, trade, partiesOf(sides)); err != nil {
		return types.Trade{}, err
	}
	if trade.Id, err = k.nextID.Next(ctx); err != nil {
		return types.Trade{}, err
	}
	if err := k.insert(ctx, trade, sides); err != nil {
		return types.Trade{}, err
	}
	return trade, event.Emit(ctx, &types.EventTradeCreated{
		TradeId: trade.Id, Creator: creator, Reference: reference, TermsHash: hash, LegsCount: trade.LegsCount,
		PartiesCount: trade.PartiesCount, Deadline: trade.Deadline, SettleAt: trade.SettleAt, Agent: trade.Agent,
	})
}

// checkUnused refuses a reference that the creator has used before, whatever became of that trade.
func (k *Keeper) checkUnused(ctx context.Context, creator sdk.AccAddress, reference string) error {
	if err := registrytypes.ValidateReference(reference); err != nil {
		return err
	}
	used, err := k.references.Has(ctx, collections.Join(reference, creator))
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got %q; choose a new one", creator, reference)
	}
	return nil
}

// checkYen refuses coins that are neither the zone's yen nor an asset's units.
func (k *Keeper) checkYen(ctx context.Context, terms types.Terms) error {
	yen := k.link.YenDenom(ctx)
	for i, leg := range terms.Legs {
		if denom := leg.Amount.Denom; types.IsYen(denom) && denom != yen {
			return types.ErrInvalidTrade.Wrapf("legs[%d]: expected the zone's yen %q or an asset, got %s", i, yen, denom)
		}
	}
	return nil
}

// checkAccounts refuses a trade that names somebody who could never act in it.
func (k *Keeper) checkAccounts(ctx context.Context, trade types.Trade, parties []types.Party) error {
	for _, account := range trade.Accounts(parties) {
		address, err := registrytypes.ParseAddress(account)
		if err != nil {
			return err
		}
		admitted, err := k.registry.IsAdmitted(ctx, address)
		if err != nil {
			return err
		}
		if !admitted {
			return errorsmod.Wrapf(registrytypes.ErrNotRegistered, "expected accounts of this zone, got %s; link it first", account)
		}
	}
	return nil
}

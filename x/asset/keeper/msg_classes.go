package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

type msgServer struct {
	keeper *Keeper
}

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the module's message service.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// CreateClass makes a class whose issuer the signer is.
func (s msgServer) CreateClass(ctx context.Context, msg *types.MsgCreateClass) (*types.MsgCreateClassResponse, error) {
	_, account, err := s.keeper.activeAccount(ctx, msg.Issuer)
	if err != nil {
		return nil, err
	}
	if err := checkIssuer(account); err != nil {
		return nil, err
	}
	class := types.Class{
		Id: msg.Class, Kind: msg.Kind, Issuer: msg.Issuer, Rules: msg.Rules.Complete(), Changeable: msg.Changeable,
		History: msg.History, CreatedAt: blockTime(ctx),
	}
	if err := class.Validate(); err != nil {
		return nil, err
	}
	if err := msg.Metadata.Validate(); err != nil {
		return nil, err
	}
	if err := checkFuture(ctx, class.Rules); err != nil {
		return nil, err
	}
	taken, err := s.keeper.classes.Has(ctx, class.Id)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, types.ErrClassExists.Wrapf("expected a new class, got %q; choose another id", class.Id)
	}
	if err := s.keeper.addClass(ctx, class, msg.Metadata, types.NewBook()); err != nil {
		return nil, err
	}
	s.keeper.publish(ctx, class, msg.Metadata)
	return &types.MsgCreateClassResponse{}, event.Emit(ctx, &types.EventClassCreated{
		Class: class.Id, Kind: class.Kind, Issuer: class.Issuer, Name: msg.Metadata.Name, Rules: class.Rules, Changeable: class.Changeable,
	})
}

func checkFuture(ctx context.Context, rules types.Rules) error {
	if now := blockTime(ctx); rules.ExpiresAt != nil && !rules.ExpiresAt.After(now) {
		return types.ErrInvalidClass.Wrapf("expected an expiry after the block time %s, got %s", now.UTC(), rules.ExpiresAt.UTC())
	}
	return nil
}

// UpdateMetadata changes what people read of a class.
func (s msgServer) UpdateMetadata(ctx context.Context, msg *types.MsgUpdateMetadata) (*types.MsgUpdateMetadataResponse, error) {
	class, err := s.keeper.ownClass(ctx, msg.Issuer, msg.Class)
	if err != nil {
		return nil, err
	}
	if !class.CanChange(types.RuleNameMetadata) {
		return nil, types.ErrRuleFixed.Wrapf("expected a class that declared %s changeable, got %s", types.RuleNameMetadata, class.Id)
	}
	if err := msg.Metadata.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.metadata.Set(ctx, class.Id, msg.Metadata); err != nil {
		return nil, err
	}
	s.keeper.publish(ctx, class, msg.Metadata)
	return &types.MsgUpdateMetadataResponse{}, event.Emit(ctx, &types.EventMetadataUpdated{Class: class.Id, Metadata: msg.Metadata})
}

// UpdateRules loosens the rules of a class, or changes those that it declared changeable.
func (s msgServer) UpdateRules(ctx context.Context, msg *types.MsgUpdateRules) (*types.MsgUpdateRulesResponse, error) {
	class, err := s.keeper.ownClass(ctx, msg.Issuer, msg.Class)
	if err != nil {
		return nil, err
	}
	rules := msg.Rules.Complete()
	if err := class.CheckChange(rules, msg.Changeable); err != nil {
		return nil, err
	}
	if now := blockTime(ctx); class.IsExpired(now) {
		return nil, types.ErrExpired.Wrapf("expected class %s before %s, got block time %s", class.Id, class.Rules.ExpiresAt.UTC(), now.UTC())
	}
	if err := checkFuture(ctx, rules); err != nil {
		return nil, err
	}
	book, err := s.keeper.books.Get(ctx, class.Id)
	if err != nil {
		return nil, err
	}
	if supply := book.Supply(); rules.Cap.IsPositive() && supply.GT(rules.Cap) {
		return nil, types.ErrOverCap.Wrapf("expected a cap of at least the %s units of class %s, got %s", supply, class.Id, rules.Cap)
	}
	if err := s.keeper.replaceRules(ctx, class, rules, msg.Changeable); err != nil {
		return nil, err
	}
	return &types.MsgUpdateRulesResponse{}, event.Emit(ctx, &types.EventRulesUpdated{Class: class.Id, Rules: rules, Changeable: msg.Changeable})
}

// SetManager gives an account rights in a class.
func (s msgServer) SetManager(ctx context.Context, msg *types.MsgSetManager) (*types.MsgSetManagerResponse, error) {
	class, err := s.keeper.ownClass(ctx, msg.Issuer, msg.Class)
	if err != nil {
		return nil, err
	}
	manager := types.Manager{Account: msg.Account, Rights: msg.Rights}
	if err := manager.Validate(); err != nil {
		return nil, err
	}
	address, err := registrytypes.ParseAddress(msg.Account)
	if err != nil {
		return nil, err
	}
	if msg.Account == class.Issuer {
		return nil, types.ErrInvalidOperation.Wrapf("expected another account than the issuer %s, who has every right", class.Issuer)
	}
	key := collections.Join(class.Id, address)
	if len(msg.Rights) == 0 {
		known, err := s.keeper.managers.Has(ctx, key)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, types.ErrInvalidOperation.Wrapf("expected a manager of class %s, got %s; it has no rights to lose", class.Id, msg.Account)
		}
		if err := s.keeper.managers.Remove(ctx, key); err != nil {
			return nil, err
		}
	} else {
		if _, err := s.keeper.registry.KindOf(ctx, address); err != nil {
			return nil, err
		}
		if err := s.keeper.managers.Set(ctx, key, manager); err != nil {
			return nil, err
		}
	}
	return &types.MsgSetManagerResponse{}, event.Emit(ctx, &types.EventManagerSet{Class: class.Id, Account: msg.Account, Rights: msg.Rights})
}

// OfferClass offers a class to another issuer, or takes the offer back.
func (s msgServer) OfferClass(ctx context.Context, msg *types.MsgOfferClass) (*types.MsgOfferClassResponse, error) {
	class, err := s.keeper.ownClass(ctx, msg.Issuer, msg.Class)
	if err != nil {
		return nil, err
	}
	if msg.NewIssuer == "" {
		if class.OfferedTo == "" {
			return nil, types.ErrNotOffered.Wrapf("expected class %s to be offered, got one that is not", class.Id)
		}
	} else {
		if msg.NewIssuer == class.Issuer {
			return nil, types.ErrInvalidOperation.Wrapf("expected another account than the issuer %s", class.Issuer)
		}
		_, account, err := s.keeper.activeAccount(ctx, msg.NewIssuer)
		if err != nil {
			return nil, err
		}
		if err := checkIssuer(account); err != nil {
			return nil, err
		}
	}
	class.OfferedTo = msg.NewIssuer
	if err := s.keeper.classes.Set(ctx, class.Id, class); err != nil {
		return nil, err
	}
	return &types.MsgOfferClassResponse{}, event.Emit(ctx, &types.EventClassOffered{Class: class.Id, Issuer: class.Issuer, NewIssuer: msg.NewIssuer})
}

// AcceptClass makes the signer the issuer of a class that it was offered.
func (s msgServer) AcceptClass(ctx context.Context, msg *types.MsgAcceptClass) (*types.MsgAcceptClassResponse, error) {
	address, account, err := s.keeper.activeAccount(ctx, msg.NewIssuer)
	if err != nil {
		return nil, err
	}
	class, err := s.keeper.GetClass(ctx, msg.Class)
	if err != nil {
		return nil, err
	}
	if class.OfferedTo != msg.NewIssuer {
		return nil, types.ErrNotOffered.Wrapf("expected class %s to be offered to %s, got offered to %q; ask its issuer %s",
			class.Id, msg.NewIssuer, class.OfferedTo, class.Issuer)
	}
	// Its kind may have changed since the offer.
	if err := checkIssuer(account); err != nil {
		return nil, err
	}
	if err := s.keeper.handOver(ctx, class, address); err != nil {
		return nil, err
	}
	return &types.MsgAcceptClassResponse{}, event.Emit(ctx, &types.EventClassHandedOver{
		Class: class.Id, OldIssuer: class.Issuer, NewIssuer: msg.NewIssuer,
	})
}

// AllowHolders writes the allow list of a class.
func (s msgServer) AllowHolders(ctx context.Context, msg *types.MsgAllowHolders) (*types.MsgAllowHoldersResponse, error) {
	class, _, err := s.keeper.managedClass(ctx, msg.Manager, msg.Class, types.RightAllow)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateLineCount(len(msg.Add) + len(msg.Remove)); err != nil {
		return nil, err
	}
	for _, text := range msg.Add {
		address, err := registrytypes.ParseAddress(text)
		if err != nil {
			return nil, err
		}
		if err := s.keeper.allowed.Set(ctx, collections.Join(class.Id, address)); err != nil {
			return nil, err
		}
	}
	for _, text := range msg.Remove {
		address, err := registrytypes.ParseAddress(text)
		if err != nil {
			return nil, err
		}
		if err := s.keeper.allowed.Remove(ctx, collections.Join(class.Id, address)); err != nil {
			return nil, err
		}
	}
	return &types.MsgAllowHoldersResponse{}, event.Emit(ctx, &types.EventHoldersAllowed{
		Class: class.Id, By: msg.Manager, Added: msg.Add, Removed: msg.Remove,
	})
}

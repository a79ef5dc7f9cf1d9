package keeper

import (
	"context"
	"encoding/hex"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// checkIssuer checks that an account may answer for a class: its bank verified that it is no private person's.
func checkIssuer(account registrytypes.Account) error {
	switch account.Kind {
	case registrytypes.AccountKindBusiness, registrytypes.AccountKindBankOwn:
		return nil
	case registrytypes.AccountKindIndividual, registrytypes.AccountKindUnspecified:
	}
	return types.ErrNotEntitled.Wrapf("expected an issuer of kind business or bank own, got %s of kind %s", account.Address, account.Kind)
}

// ownClass returns a class whose issuer the signer is. Its account is active.
func (k *Keeper) ownClass(ctx context.Context, issuer, id string) (types.Class, error) {
	address, _, err := k.activeAccount(ctx, issuer)
	if err != nil {
		return types.Class{}, err
	}
	class, err := k.GetClass(ctx, id)
	if err != nil {
		return types.Class{}, err
	}
	if class.Issuer != address.String() {
		return types.Class{}, types.ErrNotEntitled.Wrapf("expected the issuer %s of class %s, got %s", class.Issuer, id, issuer)
	}
	return class, nil
}

// managedClass returns a class in which the signer has a right, and the signer's address. Its account is active.
func (k *Keeper) managedClass(ctx context.Context, signer, id string, right types.Right) (types.Class, sdk.AccAddress, error) {
	address, _, err := k.activeAccount(ctx, signer)
	if err != nil {
		return types.Class{}, nil, err
	}
	class, err := k.GetClass(ctx, id)
	if err != nil {
		return types.Class{}, nil, err
	}
	return class, address, k.checkRight(ctx, class, address, right)
}

// addClass stores a new class with its book and index entries.
func (k *Keeper) addClass(ctx context.Context, class types.Class, metadata types.Metadata, book types.Book) error {
	key, err := issuerKey(class.Issuer, class.Id)
	if err != nil {
		return err
	}
	if err := k.classesByIssuer.Set(ctx, key); err != nil {
		return err
	}
	if err := k.books.Set(ctx, class.Id, book); err != nil {
		return err
	}
	if book.Supply().IsPositive() {
		if err := k.outstanding.Set(ctx, key); err != nil {
			return err
		}
	}
	if class.Rules.ExpiresAt != nil {
		if err := k.expiries.Set(ctx, classExpiry(class)); err != nil {
			return err
		}
	}
	if err := k.metadata.Set(ctx, class.Id, metadata); err != nil {
		return err
	}
	return k.classes.Set(ctx, class.Id, class)
}

// replaceRules stores a class with other rules, and moves its expiry.
func (k *Keeper) replaceRules(ctx context.Context, class types.Class, rules types.Rules, changeable []types.RuleName) error {
	if class.Rules.ExpiresAt != nil {
		if err := k.expiries.Remove(ctx, classExpiry(class)); err != nil {
			return err
		}
	}
	class.Rules, class.Changeable = rules, changeable
	if rules.ExpiresAt != nil {
		if err := k.expiries.Set(ctx, classExpiry(class)); err != nil {
			return err
		}
	}
	return k.classes.Set(ctx, class.Id, class)
}

func classExpiry(class types.Class) expiry {
	return collections.Join3(class.Rules.ExpiresAt.UnixNano(), types.ClassDenom(class.Id), "")
}

// handOver makes an account the issuer of a class.
func (k *Keeper) handOver(ctx context.Context, class types.Class, to sdk.AccAddress) error {
	old, err := issuerKey(class.Issuer, class.Id)
	if err != nil {
		return err
	}
	if err := k.classesByIssuer.Remove(ctx, old); err != nil {
		return err
	}
	has, err := k.outstanding.Has(ctx, old)
	if err != nil {
		return err
	}
	if err := k.outstanding.Remove(ctx, old); err != nil {
		return err
	}
	class.Issuer, class.OfferedTo = to.String(), ""
	if err := k.classesByIssuer.Set(ctx, collections.Join(to, class.Id)); err != nil {
		return err
	}
	if has {
		if err := k.outstanding.Set(ctx, collections.Join(to, class.Id)); err != nil {
			return err
		}
	}
	// The issuer has every right already.
	if err := k.managers.Remove(ctx, collections.Join(class.Id, to)); err != nil {
		return err
	}
	return k.classes.Set(ctx, class.Id, class)
}

// publish tells x/bank's readers what the fungible units of a class are. Unique units have no entries there: each is a denom of its
// own, and Unit tells what it is.
func (k *Keeper) publish(ctx context.Context, class types.Class, metadata types.Metadata) {
	if class.Kind != types.ClassKindFungible {
		return
	}
	denom := types.ClassDenom(class.Id)
	k.bankKeeper.SetDenomMetaData(ctx, banktypes.Metadata{
		Description: metadata.Description, DenomUnits: []*banktypes.DenomUnit{{Denom: denom}},
		Base: denom, Display: denom, Name: metadata.Name, Symbol: metadata.Symbol,
		URI: metadata.Uri, URIHash: hex.EncodeToString(metadata.UriHash),
	})
}

// MayUnlink refuses to end the link of an account that answers for units of a class, with zonelinktypes.ErrNotEmpty.
func (k *Keeper) MayUnlink(ctx context.Context, issuer sdk.AccAddress) error {
	var first string
	err := k.outstanding.Walk(ctx, collections.NewPrefixedPairRange[sdk.AccAddress, string](issuer), func(key issuerClass) (bool, error) {
		first = key.K2()
		return true, nil
	})
	if err == nil && first != "" {
		return zonelinktypes.ErrNotEmpty.Wrapf("expected no units of classes of issuer %s, got some of %s; hand the class over first", issuer, first)
	}
	return err
}

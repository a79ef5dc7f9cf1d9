package keeper

import (
	"context"
	"errors"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// addRepresentative makes a free address a representative of an organization.
func (k *Keeper) addRepresentative(ctx context.Context, organization, address string) error {
	operator := types.Operator{Address: address, Organization: organization, Roles: []types.Role{types.RoleRepresentative}}
	known, err := k.freeOrOwn(ctx, operator)
	if err != nil {
		return err
	}
	if known != nil {
		roles := append(slices.Clone(known.Roles), types.RoleRepresentative)
		slices.Sort(roles)
		operator.Roles = slices.Compact(roles)
	}
	return k.writeOperator(ctx, operator)
}

// setOperator gives an address roles for an organization, or ends its acting with none.
func (k *Keeper) setOperator(ctx context.Context, operator types.Operator) error {
	known, err := k.freeOrOwn(ctx, operator)
	if err != nil {
		return err
	}
	if len(operator.Roles) == 0 && known == nil {
		return types.ErrNotOperator.Wrapf("expected an operator of %s to remove, got %s", operator.Organization, operator.Address)
	}
	others, err := k.operatorsOf(ctx, operator.Organization)
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(other types.Operator) bool { return other.Address == operator.Address })
	if len(others) >= types.MaxOperatorsPerOrganization {
		return types.ErrTooMany.Wrapf("expected at most %d operators of %s, got %s as one more: remove one first",
			types.MaxOperatorsPerOrganization, operator.Organization, operator.Address)
	}
	represents := func(operator types.Operator) bool { return slices.Contains(operator.Roles, types.RoleRepresentative) }
	if !represents(operator) && !slices.ContainsFunc(others, represents) {
		return types.ErrLastRepresentative.Wrapf("expected a representative of %s to stay, got %s without the role: appoint another first",
			operator.Organization, operator.Address)
	}
	return k.writeOperator(ctx, operator)
}

// freeOrOwn checks an operator to be written, and that its address is free or acts for the same organization; then that
// operator is returned.
func (k *Keeper) freeOrOwn(ctx context.Context, operator types.Operator) (*types.Operator, error) {
	checked := operator
	if len(checked.Roles) == 0 {
		checked.Roles = []types.Role{types.RoleMaker} // no roles are a removal, whose other fields are checked all the same
	}
	if err := checked.Validate(); err != nil {
		return nil, err
	}
	address := sdk.MustAccAddressFromBech32(operator.Address)
	known, err := k.GetOperator(ctx, address)
	switch {
	case errors.Is(err, types.ErrNotOperator):
		if k.operatorGuard == nil {
			return nil, nil
		}
		return nil, k.operatorGuard(ctx, address)
	case err != nil:
		return nil, err
	case known.Organization != operator.Organization:
		return nil, types.ErrAddressTaken.Wrapf("expected a free address, got %s, which acts for %s: make a new key",
			operator.Address, known.Organization)
	}
	return &known, nil
}

// writeOperator stores an operator, or removes one without roles. A new one gets an x/auth account, so that it can sign.
func (k *Keeper) writeOperator(ctx context.Context, operator types.Operator) error {
	address := sdk.MustAccAddressFromBech32(operator.Address)
	var err error
	if len(operator.Roles) == 0 {
		err = k.operators.Remove(ctx, address)
	} else {
		err = k.initOperator(ctx, operator)
	}
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOperatorChanged{
		Organization: operator.Organization, Address: operator.Address, Roles: operator.Roles,
	})
}

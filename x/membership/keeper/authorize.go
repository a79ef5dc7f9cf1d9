package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/membership/types"
)

// Authorize returns the organization for which signer, a bech32 address, may send msg as an operator.
//
// It returns ErrInvalidAddress of the SDK if signer is no address, ErrNotOperator if it acts for nobody,
// ErrMessageNotAdmitted if nobody may send msg, and ErrRoleMissing if others may: other roles, operators of other
// kinds of organization, or holders only. ErrOrganizationNotActive if the organization has not its rights now.
func (k *Keeper) Authorize(ctx context.Context, signer string, msg sdk.Msg) (types.Organization, error) {
	address, err := k.addressCodec.StringToBytes(signer)
	if err != nil {
		return types.Organization{}, sdkerrors.ErrInvalidAddress.Wrapf("signer: expected bech32, got %q: %s", signer, err)
	}
	operator, err := k.GetOperator(ctx, address)
	if err != nil {
		return types.Organization{}, err
	}
	organization, err := k.GetOrganization(ctx, operator.Organization)
	if err != nil {
		return types.Organization{}, err
	}
	url := sdk.MsgTypeURL(msg)
	if err := organization.CheckMaySend(url); err != nil {
		return types.Organization{}, err
	}
	permission, found := types.FindPermission(url)
	if !found {
		return types.Organization{}, types.ErrMessageNotAdmitted.Wrapf(
			"expected a message of the permission table, got %s: query membership permissions for the table", url)
	}
	if !permission.AdmitsOperator(organization.Kind, operator.Roles) {
		return types.Organization{}, types.ErrRoleMissing.Wrapf("%s: expected %s, got %s", url, permission.Senders(), describe(operator, organization))
	}
	return organization, nil
}

// RequireAuthority returns ErrNotAuthority unless the address is that of the members together: handlers of messages that
// only a proposal may send ask it first.
func (k *Keeper) RequireAuthority(address string) error {
	if address != k.authority {
		return types.ErrNotAuthority.Wrapf("expected %s, got %s: submit a proposal", k.authority, address)
	}
	return nil
}

// describe says who an operator is, such as "azu1… (maker, checker of bank bank-a)".
func describe(operator types.Operator, organization types.Organization) string {
	roles := ""
	for i, role := range operator.Roles {
		if i > 0 {
			roles += ", "
		}
		roles += role.Word()
	}
	return operator.Address + " (" + roles + " of " + organization.Kind.Word() + " " + organization.Id + ")"
}

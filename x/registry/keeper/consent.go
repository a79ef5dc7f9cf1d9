package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// MarkConsent says whether payments to an account wait for its holder's consent. The mark is in what every payment to the account
// reads anyway, and stays whatever else becomes of the account; the module that is the ConsentSource keeps the rest, and has the
// mark in its genesis. It returns types.ErrAccountNotFound.
func (k *Keeper) MarkConsent(ctx context.Context, address sdk.AccAddress, needed bool) error {
	standing, err := k.standing(ctx, address)
	if err != nil {
		return err
	}
	standing.Consent = needed
	return k.standings.Set(ctx, address, standing)
}

// CheckConsent returns types.ErrConsentNeeded for a payment to an account whose holder wants to be asked, and not only about other
// payers. Of an address that is no account it says nothing.
func (k *Keeper) CheckConsent(ctx context.Context, payer, payee sdk.AccAddress) error {
	standing, err := k.standings.Get(ctx, payee)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return k.checkConsent(ctx, payer, party{Standing: standing, address: payee})
}

// checkConsent refuses a payment that its payee has not agreed to and that does not wait for that.
func (k *Keeper) checkConsent(ctx context.Context, payer sdk.AccAddress, payee party) error {
	if !payee.Consent || payer.Equals(payee.address) {
		return nil
	}
	if k.consents != nil {
		admitted, err := k.consents.AdmitsPayer(ctx, payee.address, payer)
		if err != nil || admitted {
			return err
		}
	}
	return errorsmod.Wrapf(types.ErrConsentNeeded,
		"expected a payment that waits for the consent of %s, got one that does not; pay with a message of the payment module, or ask the payee to admit %s",
		payee.address, payer)
}

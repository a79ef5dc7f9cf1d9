package base

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// anteAccounts is x/auth's keeper for the decorators of one transaction: its parameters and each of its signers are read once, where the
// SDK's decorators read the parameters four times and a signer five times. What they write is written at once.
type anteAccounts struct {
	ante.AccountKeeper
}

type anteKnownKey struct{}

// anteKnown is what the decorators of one transaction have read. A transaction's decorators run one after the other.
type anteKnown struct {
	params  *authtypes.Params
	signers []anteSigner
}

type anteSigner struct {
	address sdk.AccAddress
	account sdk.AccountI
}

// AnteHandle implements sdk.AnteDecorator: it begins a transaction.
func (anteAccounts) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	return next(ctx.WithValue(anteKnownKey{}, &anteKnown{}), tx, simulate)
}

func knownTo(ctx context.Context) *anteKnown {
	known, ok := ctx.Value(anteKnownKey{}).(*anteKnown)
	if !ok {
		return &anteKnown{}
	}
	return known
}

// GetParams implements ante.AccountKeeper.
func (a anteAccounts) GetParams(ctx context.Context) authtypes.Params {
	known := knownTo(ctx)
	if known.params == nil {
		params := a.AccountKeeper.GetParams(ctx)
		known.params = &params
	}
	return *known.params
}

// GetAccount implements ante.AccountKeeper. As every decorator sets what it changes, all may have the same account.
func (a anteAccounts) GetAccount(ctx context.Context, address sdk.AccAddress) sdk.AccountI {
	known := knownTo(ctx)
	for _, signer := range known.signers {
		if signer.address.Equals(address) {
			return signer.account
		}
	}
	account := a.AccountKeeper.GetAccount(ctx, address)
	if account != nil {
		known.signers = append(known.signers, anteSigner{address: address, account: account})
	}
	return account
}

// SetAccount implements ante.AccountKeeper.
func (a anteAccounts) SetAccount(ctx context.Context, account sdk.AccountI) {
	a.AccountKeeper.SetAccount(ctx, account)
	known, address := knownTo(ctx), account.GetAddress()
	for i := range known.signers {
		if known.signers[i].address.Equals(address) {
			known.signers[i].account = account
			return
		}
	}
	known.signers = append(known.signers, anteSigner{address: address, account: account})
}

package base

import (
	"context"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// anteAccounts is x/auth's keeper for the decorators of one transaction: its parameters and each of its signers are read once, where the
// SDK's decorators read the parameters four times and a signer five times. What they write is written at once.
//
// x/auth writes its index of account numbers with each change of an account, though a number never changes: an entry is read, removed, and
// written as it was. Here an account that was read is written alone.
type anteAccounts struct {
	ante.AccountKeeper

	// rows are those of x/auth's Accounts, without their index.
	rows collections.Map[sdk.AccAddress, sdk.AccountI]
}

func newAnteAccounts(keeper ante.AccountKeeper, cdc codec.BinaryCodec, store corestore.KVStoreService) anteAccounts {
	builder := collections.NewSchemaBuilder(store)
	return anteAccounts{AccountKeeper: keeper, rows: collections.NewMap(builder, authtypes.AddressStoreKeyPrefix, "accounts", sdk.AccAddressKey,
		codec.CollInterfaceValue[sdk.AccountI](cdc))}
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
	// number is what the stored account has.
	number uint64
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
		known.signers = append(known.signers, anteSigner{address: address, account: account, number: account.GetAccountNumber()})
	}
	return account
}

// SetAccount implements ante.AccountKeeper. It panics as x/auth's does, if the account cannot be written.
func (a anteAccounts) SetAccount(ctx context.Context, account sdk.AccountI) {
	known, address := knownTo(ctx), account.GetAddress()
	for i := range known.signers {
		signer := &known.signers[i]
		if !signer.address.Equals(address) {
			continue
		}
		if signer.number != account.GetAccountNumber() {
			a.AccountKeeper.SetAccount(ctx, account)
		} else if err := a.rows.Set(ctx, address, account); err != nil {
			panic(err)
		}
		signer.account, signer.number = account, account.GetAccountNumber()
		return
	}
	a.AccountKeeper.SetAccount(ctx, account)
	known.signers = append(known.signers, anteSigner{address: address, account: account, number: account.GetAccountNumber()})
}

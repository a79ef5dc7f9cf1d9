package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/address"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// pot is the module account. Reserve passes through it when one bank's payment is shared among several; between two
// messages it is empty.
var pot = authtypes.NewModuleAddress(types.ModuleName)

// Reserve returns what a bank has at the settlement agent, in yen, without what it has pledged.
func (k *Keeper) Reserve(ctx context.Context, bank string) math.Int {
	return k.bankKeeper.GetBalance(ctx, k.reserveAddress(bank), types.ReserveDenom).Amount
}

// Pledge returns what of its reserve a bank has set aside as collateral, in yen.
func (k *Keeper) Pledge(ctx context.Context, bank string) math.Int {
	return k.bankKeeper.GetBalance(ctx, types.PledgeAddress(bank), types.ReserveDenom).Amount
}

// IsReserveAddress says whether an address is the reserve or the pledge of a bank: no account, and out of every key's
// reach. It reads the store only for addresses of the length that such addresses have. It panics if the store cannot be
// read.
func (k *Keeper) IsReserveAddress(ctx context.Context, candidate sdk.AccAddress) bool {
	if len(candidate) != address.Len {
		return false
	}
	known, err := k.reserveAccounts.Has(ctx, candidate)
	if err != nil {
		panic(err)
	}
	return known
}

// IterateReserveBanks calls visit with every bank that has reserve accounts, in ascending order, until it says stop.
func (k *Keeper) IterateReserveBanks(ctx context.Context, visit func(bank string) (stop bool, err error)) error {
	return k.reserveBanks.Walk(ctx, nil, func(bank string, _ collections.NoValue) (bool, error) { return visit(bank) })
}

// ensureReserve makes the addresses of a bank's reserve and pledge known before anything reaches them.
func (k *Keeper) ensureReserve(ctx context.Context, bank string) error {
	known, err := k.reserveBanks.Has(ctx, bank)
	if err != nil {
		return err
	}
	if known {
		if _, remembered := k.reserveAddresses.Load(bank); !remembered {
			k.reserveAddresses.Store(bank, types.ReserveAddress(bank))
		}
		return nil
	}
	for _, sub := range []sdk.AccAddress{types.ReserveAddress(bank), types.PledgeAddress(bank)} {
		if err := k.reserveAccounts.Set(ctx, sub, collections.NoValue{}); err != nil {
			return err
		}
	}
	return k.reserveBanks.Set(ctx, bank, collections.NoValue{})
}

// reserveAddress is types.ReserveAddress.
func (k *Keeper) reserveAddress(bank string) sdk.AccAddress {
	if known, found := k.reserveAddresses.Load(bank); found {
		return known.(sdk.AccAddress) //nolint:errcheck,forcetypeassert // ensureReserve puts nothing else there
	}
	return types.ReserveAddress(bank)
}

// move moves a positive amount of reserve between two addresses that hold reserve.
func (k *Keeper) move(ctx context.Context, from, to sdk.AccAddress, amount math.Int) error {
	return k.moveTelling(ctx, from, to, amount, registrytypes.AllEvents)
}

func (k *Keeper) moveTelling(ctx context.Context, from, to sdk.AccAddress, amount math.Int, events registrytypes.Events) error {
	cause := registrytypes.Cause{Kind: registrytypes.CauseReserve, Events: events}
	return registrytypes.Under(ctx, cause, func(ctx context.Context) error {
		return k.bankKeeper.SendCoins(ctx, from, to, reserveCoins(amount))
	})
}

// pay moves reserve from one bank to another. The caller tells of it.
func (k *Keeper) pay(ctx context.Context, payer, payee string, amount math.Int) error {
	if err := k.ensureReserve(ctx, payee); err != nil {
		return err
	}
	return k.moveTelling(ctx, k.reserveAddress(payer), k.reserveAddress(payee), amount, registrytypes.NoEvents)
}

// collect brings a bank's reserve into the pot.
func (k *Keeper) collect(ctx context.Context, bank string, amount math.Int) error {
	if amount.IsZero() {
		return nil
	}
	return k.move(ctx, types.ReserveAddress(bank), pot, amount)
}

// distribute pays banks out of the pot.
func (k *Keeper) distribute(ctx context.Context, bank string, amount math.Int) error {
	if amount.IsZero() {
		return nil
	}
	if err := k.ensureReserve(ctx, bank); err != nil {
		return err
	}
	return k.move(ctx, pot, types.ReserveAddress(bank), amount)
}

// issue makes reserve in the pot.
func (k *Keeper) issue(ctx context.Context, amount math.Int) error {
	return k.bankKeeper.MintCoins(ctx, types.ModuleName, reserveCoins(amount))
}

// redeem destroys a bank's reserve.
func (k *Keeper) redeem(ctx context.Context, bank string, amount math.Int) error {
	if err := k.collect(ctx, bank, amount); err != nil {
		return err
	}
	return k.bankKeeper.BurnCoins(ctx, types.ModuleName, reserveCoins(amount))
}

// requireReserve refuses a movement of more reserve than a bank has, before x/bank refuses it in words about addresses.
func (k *Keeper) requireReserve(ctx context.Context, bank string, amount math.Int) error {
	if reserve := k.Reserve(ctx, bank); reserve.LT(amount) {
		return errorsmod.Wrapf(types.ErrInsufficientReserve,
			"expected %s to have %s yen of reserve, got %s; have reserve issued first", bank, amount, reserve)
	}
	return nil
}

func reserveCoins(amount math.Int) sdk.Coins {
	return sdk.Coins{sdk.Coin{Denom: types.ReserveDenom, Amount: amount}}
}

// reserveMetadata says how people read reserve.
func reserveMetadata() banktypes.Metadata {
	return banktypes.Metadata{
		Description: "Settlement money of the banks at the settlement agent, in yen. It is never in anybody's account.",
		Base:        types.ReserveDenom, Display: types.ReserveDenom, Name: "Reserve", Symbol: "RESERVE",
		DenomUnits: []*banktypes.DenomUnit{{Denom: types.ReserveDenom, Exponent: 0}},
	}
}

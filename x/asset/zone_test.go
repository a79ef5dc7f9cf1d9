package asset_test

import (
	"fmt"
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	"github.com/azukari-network/azukari/x/asset/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// town is a network of real applications with assets in its Business Zone: the street is a business of bank-a, aoi and ken are people.
type town struct {
	*zones.Network
	retail           *zones.Zone
	street, aoi, ken devnet.Key
}

// newTown has 100 coupons that expire in a day and one deed with aoi, and 1,000 yen of aoi in retail.
func newTown(t *testing.T) town {
	t.Helper()
	n := zones.NewLinked(t, zones.Manifest(2, "retail"))
	w := town{
		Network: n, retail: n.Business[0],
		street: n.Keys.Holder("street"), aoi: n.Keys.Account("bank-a", 0), ken: n.Keys.Account("bank-b", 0),
	}
	w.OpenAccountAs("bank-a", w.street, registrytypes.AccountKindBusiness, zones.Unlimited())
	for holder, bank := range map[devnet.Key]string{w.street: "bank-a", w.aoi: "bank-a", w.ken: "bank-b"} {
		w.LinkAccount(bank, holder, "retail", zones.LinkLimits(50_000))
	}
	require.NoError(t, w.Charge(w.aoi, "retail", 1_000))
	w.Settle()

	tomorrow := w.Clock.Now.Add(24 * time.Hour)
	create := func(class string, kind types.ClassKind, rules types.Rules) {
		w.retail.MustSend(w.street.PrivKey(), &types.MsgCreateClass{
			Issuer: w.street.String(), Class: class, Kind: kind, Rules: rules, Metadata: types.Metadata{Name: class, Symbol: "X"},
		})
	}
	create("coupon", types.ClassKindFungible, types.Rules{Transfers: types.TransfersFree, Cap: math.ZeroInt(), ExpiresAt: &tomorrow})
	create("deed", types.ClassKindUnique, types.Rules{Transfers: types.TransfersFree, Cap: math.ZeroInt()})
	w.retail.MustSend(w.street.PrivKey(), &types.MsgIssueAmounts{
		Manager: w.street.String(), Class: "coupon", Lines: []types.AmountLine{{Account: w.aoi.String(), Amount: math.NewInt(100)}},
	}, &types.MsgIssueUnits{
		Manager: w.street.String(), Class: "deed", Lines: []types.UnitLine{{Account: w.aoi.String(), Unit: "house-1"}},
	})
	return w
}

func (w town) coupons(holder devnet.Key) int64 {
	return w.retail.App.Bank.GetBalance(w.retail.Ctx(), holder.Address(), "asset/coupon").Amount.Int64()
}

// Whatever aoi signs, what she has of assets does not become yen, nor leaves the zone: no message, no ICS-20 transfer, no address of a
// module or an escrow takes it.
func TestCouponNeverBecomesYen(t *testing.T) {
	w := newTown(t)
	link := w.Links[0].Business
	coupon, deed := sdk.NewInt64Coin("asset/coupon", 10), types.UnitCoin("deed", "house-1")
	timeout := uint64(w.Clock.Now.Add(time.Hour).UnixNano())
	aoi, ken := w.aoi.String(), w.ken.String()
	messages := map[string]sdk.Msg{}
	for name, coin := range map[string]sdk.Coin{"coupon": coupon, "deed": deed} {
		messages["ics-20 of own "+name] = &transfertypes.MsgTransfer{
			SourcePort: transfertypes.PortID, SourceChannel: link.Transfer, Token: coin, Sender: aoi, Receiver: aoi, TimeoutTimestamp: timeout,
		}
		messages["ics-20 to another "+name] = &transfertypes.MsgTransfer{
			SourcePort: transfertypes.PortID, SourceChannel: link.Transfer, Token: coin, Sender: aoi, Receiver: ken, TimeoutTimestamp: timeout,
		}
		messages["discharge "+name] = &businesstypes.MsgDischarge{Holder: aoi, Amount: coin}
		messages["hop "+name] = &businesstypes.MsgHop{Holder: aoi, Amount: coin, Zone: "retail", Payee: ken}
		for _, module := range []string{"hold", "transfer", "asset", "membership"} {
			address := authtypes.NewModuleAddress(module)
			messages["send to "+module+" "+name] = banktypes.NewMsgSend(w.aoi.Address(), address, sdk.NewCoins(coin))
			messages["transfer to "+module+" "+name] = &types.MsgTransfer{Holder: aoi, Recipient: address.String(), Amount: sdk.NewCoins(coin)}
		}
		escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, link.Transfer)
		messages["send to the escrow "+name] = banktypes.NewMsgSend(w.aoi.Address(), escrow, sdk.NewCoins(coin))
	}
	before := w.retail.App.Bank.ExportGenesis(w.retail.Ctx())
	for name, msg := range messages {
		_, err := w.retail.Send(w.aoi.PrivKey(), msg)
		require.Error(t, err, name)
	}
	for _, coin := range []sdk.Coin{coupon, deed} {
		_, err := w.retail.Send(w.aoi.PrivKey(), &transfertypes.MsgTransfer{
			SourcePort: transfertypes.PortID, SourceChannel: link.Transfer, Token: coin, Sender: aoi, Receiver: aoi, TimeoutTimestamp: timeout,
		})
		require.ErrorIs(t, err, registrytypes.ErrNotRegistered, "no escrow is an account here, and the link refuses all but yen")
	}
	require.Equal(t, before, w.retail.App.Bank.ExportGenesis(w.retail.Ctx()))

	// A payment of coupons is one, and brings no yen with it.
	w.retail.MustSend(w.aoi.PrivKey(), &paymenttypes.MsgPay{Payer: aoi, Payee: ken, Amount: coupon, MaxFee: math.ZeroInt()})
	w.retail.MustSend(w.aoi.PrivKey(), banktypes.NewMsgSend(w.aoi.Address(), w.ken.Address(), sdk.NewCoins(deed)))
	w.retail.MustSend(w.ken.PrivKey(), &types.MsgRedeemUnits{Holder: ken, Amount: sdk.NewCoins(coupon, deed)})
	w.Settle()
	require.EqualValues(t, 1_000, w.retail.Balance(w.aoi))
	require.Zero(t, w.retail.Balance(w.ken))
	require.EqualValues(t, 90, w.coupons(w.aoi))
	w.RequireLaws()
}

// A batch of the most lines is one transaction of the most gas that a block of a devnet leaves to five like it.
func TestThousandLinesInOneTransaction(t *testing.T) {
	w := newTown(t)
	units, amounts := make([]types.UnitLine, types.MaxLines), make([]types.AmountLine, types.MaxLines)
	for i := range units {
		units[i] = types.UnitLine{Account: w.aoi.String(), Unit: fmt.Sprintf("plot-%04d", i)}
		amounts[i] = types.AmountLine{Account: w.aoi.String(), Amount: math.OneInt()}
	}
	for _, msg := range []sdk.Msg{
		&types.MsgIssueUnits{Manager: w.street.String(), Class: "deed", Lines: units, Reference: "plots"},
		&types.MsgIssueAmounts{Manager: w.street.String(), Class: "coupon", Lines: amounts, Reference: "coupons"},
	} {
		result := w.retail.MustSend(w.street.PrivKey(), msg)
		t.Logf("%s of %d lines: %d gas", sdk.MsgTypeURL(msg), types.MaxLines, result.GasUsed)
	}
	require.EqualValues(t, 1_100, w.coupons(w.aoi))
	w.retail.RequireLaws()
}

// The application destroys what expired.
func TestExpiryInTheApplication(t *testing.T) {
	w := newTown(t)
	w.retail.Block()
	require.EqualValues(t, 100, w.coupons(w.aoi))
	w.Clock.Advance(24 * time.Hour)
	w.retail.Block()
	require.Zero(t, w.coupons(w.aoi))
	w.retail.RequireLaws()
}

// Who answers for units stays linked to the zone until somebody else does.
func TestIssuerStaysLinked(t *testing.T) {
	w := newTown(t)
	status := func() registrytypes.AccountStatus {
		account, err := w.retail.App.Registry.GetAccount(w.retail.Ctx(), w.street.Address())
		require.NoError(t, err)
		return account.Status
	}
	ask := func() {
		w.Financial.MustSend(w.street.PrivKey(), &financialtypes.MsgUnlink{
			Signer: w.street.String(), Address: w.street.String(), Zone: "retail",
		})
		w.Settle()
	}
	ask()
	require.Equal(t, registrytypes.AccountStatusActive, status())
	w.retail.MustSend(w.aoi.PrivKey(), &types.MsgRedeemUnits{
		Holder: w.aoi.String(), Amount: sdk.NewCoins(sdk.NewInt64Coin("asset/coupon", 100), types.UnitCoin("deed", "house-1")),
	})
	ask()
	require.Equal(t, registrytypes.AccountStatusUnlinked, status())
}

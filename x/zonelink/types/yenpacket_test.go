package types_test

import (
	"strings"
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func TestParseYenPacket(t *testing.T) {
	holder := keepertest.Address("holder")
	valid := transfertypes.NewFungibleTokenPacketData("jpy", "1000", holder.String(), holder.String(), "")
	yen, err := types.ParseYenPacket(valid.GetBytes(), "jpy")
	require.NoError(t, err)
	require.Equal(t, types.YenPacket{Account: holder, Amount: math.NewInt(1000)}, yen)

	encode := func(change func(*transfertypes.FungibleTokenPacketData)) []byte {
		data := valid
		change(&data)
		return data.GetBytes()
	}
	for name, data := range map[string][]byte{
		"no JSON":          []byte("\x0a\x03jpy"),
		"another denom":    encode(func(d *transfertypes.FungibleTokenPacketData) { d.Denom = "points" }),
		"yen with a trace": encode(func(d *transfertypes.FungibleTokenPacketData) { d.Denom = "transfer/channel-0/jpy" }),
		"no receiver":      encode(func(d *transfertypes.FungibleTokenPacketData) { d.Receiver = "retail" }),
		"no address": encode(func(d *transfertypes.FungibleTokenPacketData) {
			d.Sender, d.Receiver = "retail", "retail"
		}),
		"upper-case address": encode(func(d *transfertypes.FungibleTokenPacketData) {
			d.Sender, d.Receiver = strings.ToUpper(holder.String()), strings.ToUpper(holder.String())
		}),
		"no amount":         encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "" }),
		"zero":              encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "0" }),
		"less than zero":    encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "-1" }),
		"hexadecimal":       encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "0x10" }),
		"leading zero":      encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "010" }),
		"more than allowed": encode(func(d *transfertypes.FungibleTokenPacketData) { d.Amount = "1000000000000001" }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := types.ParseYenPacket(data, "jpy")
			require.ErrorIs(t, err, types.ErrInvalidTransfer)
		})
	}
	require.ErrorIs(t, types.ValidateAmount(math.Int{}), types.ErrInvalidTransfer)

	other := encode(func(d *transfertypes.FungibleTokenPacketData) { d.Receiver = keepertest.Address("other").String() })
	yen, err = types.ParseYenPacket(other, "jpy")
	require.NoError(t, err)
	require.Equal(t, keepertest.Address("other"), yen.Payee)
	require.ErrorIs(t, yen.CheckOwn(), types.ErrInvalidTransfer)
	require.ErrorIs(t, yen.CheckPlain(), types.ErrInvalidTransfer)

	noted, err := types.WithMemo(valid.GetBytes(), "x")
	require.NoError(t, err)
	yen, err = types.ParseYenPacket(noted, "jpy")
	require.NoError(t, err)
	require.NoError(t, yen.CheckOwn())
	require.ErrorIs(t, yen.CheckPlain(), types.ErrInvalidTransfer)
	_, err = types.WithMemo([]byte("x"), "")
	require.ErrorIs(t, err, types.ErrInvalidTransfer)
}

func TestCheckTimeout(t *testing.T) {
	ctx := sdk.Context{}.WithBlockTime(keepertest.Start)
	for name, test := range map[string]struct {
		timestamp uint64
		ok        bool
	}{
		"none":           {0, false},
		"in ten minutes": {types.TimeoutAfter(ctx, 10*time.Minute), true},
		"at the bound":   {types.TimeoutAfter(ctx, types.MaxTimeout), true},
		"past the bound": {types.TimeoutAfter(ctx, types.MaxTimeout) + 1, false},
		"for ever":       {1<<64 - 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := types.CheckTimeout(ctx, test.timestamp); test.ok {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, types.ErrInvalidTransfer)
			}
		})
	}
}

func TestValidateTransfers(t *testing.T) {
	valid := types.Transfer{
		ChannelId: "channel-1", Sequence: 1, Account: keepertest.Address("holder").String(), Bank: "bank-a", Amount: math.NewInt(5),
	}
	with := func(change func(*types.Transfer)) types.Transfer {
		transfer := valid
		change(&transfer)
		return transfer
	}
	second := with(func(tr *types.Transfer) { tr.Sequence = 2 })
	tenth := with(func(tr *types.Transfer) { tr.ChannelId = "channel-10" })
	require.NoError(t, types.ValidateTransfers([]types.Transfer{valid, second, tenth}))

	for name, transfers := range map[string][]types.Transfer{
		"no channel":         {with(func(tr *types.Transfer) { tr.ChannelId = "" })},
		"no sequence":        {with(func(tr *types.Transfer) { tr.Sequence = 0 })},
		"no account":         {with(func(tr *types.Transfer) { tr.Account = "" })},
		"no bank":            {with(func(tr *types.Transfer) { tr.Bank = "" })},
		"no amount":          {with(func(tr *types.Transfer) { tr.Amount = math.Int{} })},
		"twice":              {valid, valid},
		"descending":         {second, valid},
		"channels by number": {tenth, second},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, types.ValidateTransfers(transfers), types.ErrInvalidGenesis)
		})
	}
}

package financial_test

import (
	"testing"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/zones"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Everyone who may not send a message is told so at CheckTx, before the transaction can take room in a block.
func TestAdmissionAtCheckTx(t *testing.T) {
	n := zones.New(t, zones.Manifest(2))
	stranger, holder := n.Keys.Holder("stranger"), n.Keys.Account("bank-a", 0)
	maker := n.Keys.Operator("bank-a", membershiptypes.RoleMaker)
	auditor := n.Keys.Operator("auditor", membershiptypes.RoleAuditor)
	pay := func(from sdk.AccAddress) sdk.Msg {
		return banktypes.NewMsgSend(from, holder.Address(), sdk.NewCoins(zones.Yen(1)))
	}
	for _, tc := range []struct {
		name    string
		send    func() error
		want    error
		message string
	}{
		{
			name: "a stranger pays",
			send: func() error { _, err := n.Financial.Send(stranger.PrivKey(), pay(stranger.Address())); return err },
			want: membershiptypes.ErrStranger, message: stranger.String(),
		},
		{
			name: "an operator pays as if it were a holder",
			send: func() error { _, err := n.Financial.Send(maker.PrivKey(), pay(maker.Address())); return err },
			want: membershiptypes.ErrRoleMissing, message: "MsgSend",
		},
		{
			name: "an auditor approves an order",
			send: func() error {
				_, err := n.Financial.Send(auditor.PrivKey(), &deposittypes.MsgApprove{Operator: auditor.String(), Reference: "r1"})
				return err
			},
			want: membershiptypes.ErrRoleMissing, message: "MsgApprove",
		},
		{
			name: "a maker relays a packet",
			send: func() error {
				_, err := n.Financial.Send(maker.PrivKey(), channeltypes.NewMsgRecvPacket(
					channeltypes.NewPacket([]byte{1}, 1, "transfer", "channel-0", "transfer", "channel-0", clienttypes.NewHeight(1, 9), 0), []byte{1}, clienttypes.NewHeight(1, 1), maker.String()))
				return err
			},
			want: membershiptypes.ErrRoleMissing, message: "MsgRecvPacket",
		},
		{
			name: "a holder changes bank parameters",
			send: func() error {
				_, err := n.Financial.Send(holder.PrivKey(), &banktypes.MsgUpdateParams{
					Authority: holder.String(), Params: banktypes.DefaultParams(),
				})
				return err
			},
			want: membershiptypes.ErrMessageNotAdmitted, message: "MsgUpdateParams",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			height := n.Financial.App.LastBlockHeight()
			err := tc.send()
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.message)
			require.ErrorContains(t, err, "CheckTx")
			require.Equal(t, height, n.Financial.App.LastBlockHeight())
		})
	}
}

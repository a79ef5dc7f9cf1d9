package business

import (
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/business/keeper"
	"github.com/azukari-network/azukari/x/zonelink/internal/handshake"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

var _ porttypes.IBCModule = IBCModule{}

// IBCModule is a Business Zone's end of the zonelink channel. It does not implement porttypes.UpgradableModule, so IBC's
// core refuses every upgrade of it.
type IBCModule struct {
	handshake.Module
	keeper *keeper.Keeper
}

// NewIBCModule returns the application of the zonelink port.
func NewIBCModule(keeper *keeper.Keeper) IBCModule {
	return IBCModule{
		Module: handshake.NewModule(handshake.Channel{
			Side:    handshake.Business,
			PortID:  types.PortID,
			Version: types.Version,
			Check:   keeper.CheckZonelinkConnection,
			Bind:    keeper.BindZonelinkChannel,
			Closed:  keeper.ChannelClosed,
		}, keeper.ClaimChannel),
		keeper: keeper,
	}
}

// OnRecvPacket implements porttypes.IBCModule. What is refused is refused by an error acknowledgement, upon which IBC's
// core drops whatever was written.
func (m IBCModule) OnRecvPacket(ctx sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) exported.Acknowledgement {
	revision, err := m.keeper.ReceiveAccountUpdate(ctx, packet.DestinationChannel, packet.Data)
	if err != nil {
		return types.NewRefusal(err)
	}
	acknowledgement, err := types.NewAcknowledgement(revision)
	if err != nil {
		return types.NewRefusal(err)
	}
	return acknowledgement
}

// OnAcknowledgementPacket implements porttypes.IBCModule. A Business Zone sends nothing over this channel yet.
func (IBCModule) OnAcknowledgementPacket(_ sdk.Context, packet channeltypes.Packet, _ []byte, _ sdk.AccAddress) error {
	return errNothingSent(packet)
}

// OnTimeoutPacket implements porttypes.IBCModule. A Business Zone sends nothing over this channel yet.
func (IBCModule) OnTimeoutPacket(_ sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) error {
	return errNothingSent(packet)
}

func errNothingSent(packet channeltypes.Packet) error {
	return errorsmod.Wrapf(types.ErrInvalidPacket, "expected no packet from this zone, got %s/%d", packet.SourceChannel, packet.Sequence)
}

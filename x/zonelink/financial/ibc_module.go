package financial

import (
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	"github.com/azukari-network/azukari/x/zonelink/internal/handshake"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

var _ porttypes.IBCModule = IBCModule{}

// IBCModule is the Financial Zone's end of the zonelink channels. It does not implement porttypes.UpgradableModule, so
// IBC's core refuses every upgrade of them.
type IBCModule struct {
	handshake.Module
	keeper *keeper.Keeper
}

// NewIBCModule returns the application of the zonelink port.
func NewIBCModule(keeper *keeper.Keeper) IBCModule {
	return IBCModule{
		Module: handshake.NewModule(handshake.Channel{
			Side:    handshake.Financial,
			PortID:  types.PortID,
			Version: types.Version,
			Check:   keeper.CheckZonelinkConnection,
			Bind:    keeper.BindZonelinkChannel,
			Closed:  keeper.ChannelClosed,
		}, keeper.ClaimChannel),
		keeper: keeper,
	}
}

// OnRecvPacket implements porttypes.IBCModule. Zones send nothing over this channel yet.
func (IBCModule) OnRecvPacket(_ sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) exported.Acknowledgement {
	return types.NewRefusal(errorsmod.Wrapf(types.ErrInvalidPacket, "expected no packet from a zone, got %d bytes", len(packet.Data)))
}

// OnAcknowledgementPacket implements porttypes.IBCModule.
func (m IBCModule) OnAcknowledgementPacket(ctx sdk.Context, packet channeltypes.Packet, acknowledgement []byte, _ sdk.AccAddress) error {
	return m.keeper.SettleAccountUpdate(ctx, packet.SourceChannel, packet.Sequence, packet.Data, types.DecodeAcknowledgement(acknowledgement))
}

// OnTimeoutPacket implements porttypes.IBCModule.
func (m IBCModule) OnTimeoutPacket(ctx sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) error {
	return m.keeper.SettleAccountUpdate(ctx, packet.SourceChannel, packet.Sequence, packet.Data, types.Outcome{TimedOut: true})
}

package business

import (
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

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
	revision, err := m.receive(ctx, packet)
	if err != nil {
		return types.NewRefusal(err)
	}
	acknowledgement, err := types.NewAcknowledgement(revision)
	if err != nil {
		return types.NewRefusal(err)
	}
	return acknowledgement
}

func (m IBCModule) receive(ctx sdk.Context, packet channeltypes.Packet) (revision uint64, err error) {
	received, err := types.DecodePacket(packet.Data)
	if err != nil {
		return 0, err
	}
	switch kind := received.Packet.(type) {
	case *types.PacketData_AccountUpdate:
		return m.keeper.ReceiveAccountUpdate(ctx, packet.DestinationChannel, *kind.AccountUpdate)
	case *types.PacketData_CapUpdate:
		return m.keeper.ReceiveCapUpdate(ctx, packet.DestinationChannel, *kind.CapUpdate)
	}
	return 0, types.UnexpectedKind(received)
}

// OnAcknowledgementPacket implements porttypes.IBCModule.
func (m IBCModule) OnAcknowledgementPacket(ctx sdk.Context, packet channeltypes.Packet, acknowledgement []byte, _ sdk.AccAddress) error {
	return m.settle(ctx, packet, types.DecodeAcknowledgement(acknowledgement))
}

// OnTimeoutPacket implements porttypes.IBCModule.
func (m IBCModule) OnTimeoutPacket(ctx sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) error {
	return m.settle(ctx, packet, types.Outcome{TimedOut: true})
}

func (m IBCModule) settle(ctx sdk.Context, packet channeltypes.Packet, outcome types.Outcome) error {
	sent, err := types.DecodePacket(packet.Data)
	if err != nil {
		return err
	}
	report := sent.GetFlowReport()
	if report == nil {
		return types.UnexpectedKind(sent)
	}
	return m.keeper.SettleFlowReport(ctx, packet.Sequence, *report, outcome)
}

package financial

import (
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

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

// OnRecvPacket implements porttypes.IBCModule. What is refused is refused by an error acknowledgement.
func (m IBCModule) OnRecvPacket(ctx sdk.Context, packet channeltypes.Packet, _ sdk.AccAddress) exported.Acknowledgement {
	version, err := m.receive(ctx, packet)
	if err != nil {
		return types.Refuse(err)
	}
	acknowledgement, err := types.NewAcknowledgement(version)
	if err != nil {
		return types.NewRefusal(err)
	}
	return acknowledgement
}

func (m IBCModule) receive(ctx sdk.Context, packet channeltypes.Packet) (version uint64, err error) {
	received, err := types.DecodePacket(packet.Data)
	if err != nil {
		return 0, err
	}
	report := received.GetFlowReport()
	if report == nil {
		return 0, types.UnexpectedKind(received)
	}
	return m.keeper.ReceiveFlowReport(ctx, packet.DestinationChannel, *report)
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
	switch kind := sent.Packet.(type) {
	case *types.PacketData_AccountUpdate:
		return m.keeper.SettleAccountUpdate(ctx, packet.SourceChannel, packet.Sequence, *kind.AccountUpdate, outcome)
	case *types.PacketData_CapUpdate:
		return m.keeper.SettleCapUpdate(ctx, packet.SourceChannel, packet.Sequence, *kind.CapUpdate, outcome)
	}
	return types.UnexpectedKind(sent)
}

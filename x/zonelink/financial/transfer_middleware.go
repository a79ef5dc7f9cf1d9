package financial

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	"github.com/azukari-network/azukari/x/zonelink/internal/handshake"
	"github.com/azukari-network/azukari/x/zonelink/internal/yen"
)

// NewTransferMiddleware puts the ledger of charges and discharges above the transfer module, whose keeper must send
// through the zonelink keeper.
func NewTransferMiddleware(app porttypes.IBCModule, keeper *keeper.Keeper) porttypes.IBCModule {
	channel := handshake.Channel{
		Side:    handshake.Financial,
		PortID:  transfertypes.PortID,
		Version: transfertypes.Version,
		Check:   keeper.CheckTransferConnection,
		Bind:    keeper.BindTransferChannel,
		Closed:  keeper.ChannelClosed,
	}
	return yen.NewMiddleware(app, keeper, channel, registrytypes.CauseDischarge)
}

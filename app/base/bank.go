package base

import (
	"github.com/cosmos/gogoproto/grpc"
	googlegrpc "google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	paymentbank "github.com/azukari-network/azukari/x/payment/bank"
)

// bankModule is x/bank with plain sends carried out by the keeper that payments have. Its own message server accepts no keeper but x/bank's.
type bankModule struct {
	bank.AppModule

	keeper paymentbank.Keeper
}

// RegisterServices implements module.HasServices.
func (m bankModule) RegisterServices(configurator module.Configurator) {
	m.AppModule.RegisterServices(sendConfigurator{Configurator: configurator, keeper: m.keeper})
}

type sendConfigurator struct {
	module.Configurator

	keeper paymentbank.Keeper
}

// MsgServer implements module.Configurator.
func (c sendConfigurator) MsgServer() grpc.Server {
	return sendServer{Server: c.Configurator.MsgServer(), keeper: c.keeper}
}

type sendServer struct {
	grpc.Server

	keeper paymentbank.Keeper
}

// RegisterService implements grpc.Server.
func (s sendServer) RegisterService(service *googlegrpc.ServiceDesc, handler any) {
	if server, is := handler.(banktypes.MsgServer); is {
		handler = paymentbank.NewMsgServer(server, s.keeper)
	}
	s.Server.RegisterService(service, handler)
}

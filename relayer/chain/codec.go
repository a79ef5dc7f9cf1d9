package chain

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	ibctypes "github.com/cosmos/ibc-go/v8/modules/core/types"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// Codec decodes every interface that the relayer meets: accounts, keys, light clients, IBC messages.
var Codec = newCodec()

func newCodec() *codec.ProtoCodec {
	registry := codectypes.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	authtypes.RegisterInterfaces(registry)
	ibctypes.RegisterInterfaces(registry)
	tendermint.RegisterInterfaces(registry)
	transfertypes.RegisterInterfaces(registry)
	return codec.NewProtoCodec(registry)
}

package base

import (
	"encoding/json"
	"errors"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
)

// ErrZeroHeightExport is returned for an export that would start the chain's heights again.
var ErrZeroHeightExport = errors.New("expected an export at the chain's own height, got --for-zero-height: " +
	"light clients in other zones hold this chain's heights; leave the flag out")

// ExportAppStateAndValidators exports the last committed state as genesis. Importing it and exporting again gives
// the same JSON. modules limits the export to some modules; empty exports all.
func (app *App) ExportAppStateAndValidators(
	forZeroHeight bool, _, modules []string,
) (servertypes.ExportedApp, error) {
	if forZeroHeight {
		return servertypes.ExportedApp{}, ErrZeroHeightExport
	}
	height := app.LastBlockHeight()
	ctx := app.NewContextLegacy(true, cmtproto.Header{Height: height})
	genesis, err := app.ModuleManager.ExportGenesisForModules(ctx, app.Encoding.Codec, modules)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	state, err := json.MarshalIndent(genesis, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	validators, err := app.Membership.GenesisValidators(ctx)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	return servertypes.ExportedApp{
		AppState:        state,
		Validators:      validators,
		Height:          height + 1,
		ConsensusParams: app.GetConsensusParams(ctx),
	}, nil
}

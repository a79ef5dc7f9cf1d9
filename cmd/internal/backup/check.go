package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	cmtdb "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/crypto/ed25519"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Finding is one thing that was checked and holds.
type Finding struct {
	// Check is one word.
	Check string `json:"check"`
	// Found is one line.
	Found string `json:"found"`
}

// unpacked is a home of a backup with its databases open.
type unpacked struct {
	home        string
	manifest    Manifest
	blockDB     cmtdb.DB
	stateDB     cmtdb.DB
	application dbm.DB
	blocks      *store.BlockStore
	states      sm.Store
}

func open(home string, manifest Manifest) (u *unpacked, err error) {
	u = &unpacked{home: home, manifest: manifest}
	defer func() {
		if err != nil {
			err = errors.Join(err, u.close())
		}
	}()
	folder := filepath.Join(home, dataFolder)
	if u.blockDB, err = cmtdb.NewGoLevelDB(blockstore, folder); err != nil {
		return nil, err
	}
	if u.stateDB, err = cmtdb.NewGoLevelDB(chainState, folder); err != nil {
		return nil, err
	}
	if u.application, err = dbm.NewGoLevelDB(Application, folder, nil); err != nil {
		return nil, err
	}
	u.blocks, u.states = store.NewBlockStore(u.blockDB), sm.NewStore(u.stateDB, sm.StoreOptions{})
	return u, nil
}

func (u *unpacked) close() error {
	var errs []error
	if u.blockDB != nil {
		errs = append(errs, u.blockDB.Close())
	}
	if u.stateDB != nil {
		errs = append(errs, u.stateDB.Close())
	}
	if u.application != nil {
		errs = append(errs, u.application.Close())
	}
	return errors.Join(errs...)
}

// Check checks what is in the home of a backup: that its blocks follow each other and are signed, and that the application's
// state has the hash that they give it. It calls found for each check that holds, in order, and returns the first that does
// not.
func Check(ctx context.Context, home string, manifest Manifest, found func(Finding)) (err error) {
	u, err := open(home, manifest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.close()) }()
	proven, err := checkBlocks(ctx, u.blocks, u.states, manifest.ChainID)
	if err != nil {
		return err
	}
	if u.blocks.Base() != manifest.FirstBlock || u.blocks.Height() != manifest.LastBlock || !bytes.Equal(proven.last.Hash(), manifest.LastBlockHash) {
		return damaged("expected blocks %d to %d, the last %s, got %d to %d, the last %s",
			manifest.FirstBlock, manifest.LastBlock, manifest.LastBlockHash, u.blocks.Base(), u.blocks.Height(), proven.last.Hash())
	}
	found(Finding{"blocks", fmt.Sprintf(
		"%d to %d, each behind the one before and signed by more than two thirds of the power that it announced; %d of %d power signed the last, %s",
		manifest.FirstBlock, manifest.LastBlock, proven.power, proven.total, manifest.LastBlockHash)})
	if err := u.checkGenesis(proven.first, found); err != nil {
		return err
	}
	if err := u.checkState(ctx, found); err != nil {
		return err
	}
	return u.checkConsensus(found)
}

// checkGenesis checks that the validators of genesis sign the first block, if the backup reaches back so far.
func (u *unpacked) checkGenesis(first *cmttypes.ValidatorSet, found func(Finding)) error {
	genesis, err := genutiltypes.AppGenesisFromFile(filepath.Join(u.home, configFolder, configFiles[0]))
	if err != nil {
		return damaged("genesis: %w", err)
	}
	if genesis.ChainID != u.manifest.ChainID {
		return damaged("genesis: expected chain %s, got %s", u.manifest.ChainID, genesis.ChainID)
	}
	if genesis.InitialHeight != u.manifest.FirstBlock {
		found(Finding{"genesis", fmt.Sprintf("not compared: the first block here is %d and not %d; compare the last one with a node that you trust (--node)",
			u.manifest.FirstBlock, genesis.InitialHeight)})
		return nil
	}
	voting, err := genesisValidators(genesis)
	if err != nil {
		return damaged("genesis: %w", err)
	}
	if !bytes.Equal(voting.Hash(), first.Hash()) {
		return damaged("genesis: expected the %d validators that sign the first block, got %d others", first.Size(), voting.Size())
	}
	found(Finding{"genesis", fmt.Sprintf("its %d validators sign block %d", voting.Size(), u.manifest.FirstBlock)})
	return nil
}

// genesisValidators are those whom x/membership makes validators of the first block.
func genesisValidators(genesis *genutiltypes.AppGenesis) (*cmttypes.ValidatorSet, error) {
	var modules, members map[string]json.RawMessage
	if err := json.Unmarshal(genesis.AppState, &modules); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(modules[membershiptypes.ModuleName], &members); err != nil {
		return nil, err
	}
	// Proposals carry messages of any module, which nobody need know here.
	delete(members, "proposals")
	raw, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	var state membershiptypes.GenesisState
	if err := encoding.Make().Codec.UnmarshalJSON(raw, &state); err != nil {
		return nil, err
	}
	active := map[string]bool{}
	for _, organization := range state.Organizations {
		active[organization.Id] = organization.IsActive()
	}
	var voting []*cmttypes.Validator
	for _, validator := range state.Validators {
		if active[validator.Organization] {
			voting = append(voting, cmttypes.NewValidator(ed25519.PubKey(validator.ConsensusKey), validator.Power))
		}
	}
	return cmttypes.NewValidatorSet(voting), nil
}

// checkState computes the application's hash from its keys and values, and finds the same in a signed header. A node that did
// not run when it was backed up has a state that no block has signed yet; then the one before is checked too.
func (u *unpacked) checkState(ctx context.Context, found func(Finding)) error {
	height := u.manifest.StateHeight
	hash, stores, keys, err := hashState(ctx, u.home, u.application, height)
	if err != nil {
		return err
	}
	if !bytes.Equal(hash, u.manifest.AppHash) {
		return damaged("application at %d: expected hash %s, got %X", height, u.manifest.AppHash, hash)
	}
	of := fmt.Sprintf("%d keys in %d stores have the hash %X", keys, stores, hash)
	if next := u.blocks.LoadBlockMeta(height + 1); next != nil {
		if !bytes.Equal(next.Header.AppHash, hash) {
			return damaged("application at %d: expected the hash %s of block %d, got %X", height, next.Header.AppHash, height+1, hash)
		}
		found(Finding{"state", fmt.Sprintf("height %d: %s, and so has block %d", height, of, height+1)})
		return nil
	}
	header := u.blocks.LoadBlockMeta(height)
	if header == nil {
		return damaged("application at %d: expected a block that has its hash, got none", height)
	}
	before, _, _, err := hashState(ctx, u.home, u.application, height-1)
	if err != nil {
		return fmt.Errorf("no block has signed the state at %d yet, and the one before is not here: %w", height, err)
	}
	if !bytes.Equal(header.Header.AppHash, before) {
		return damaged("application at %d: expected the hash %s of block %d, got %X", height-1, header.Header.AppHash, height, before)
	}
	found(Finding{"state", fmt.Sprintf("height %d: %s, which the next block will have; height %d has the hash that block %d has", height, of, height-1, height)})
	return nil
}

// checkConsensus checks that consensus can go on from what it has written down.
func (u *unpacked) checkConsensus(found func(Finding)) error {
	state, err := u.states.Load()
	if err != nil {
		return damaged("consensus: %w", err)
	}
	meta := u.blocks.LoadBlockMeta(u.manifest.ConsensusHeight)
	switch {
	case state.ChainID != u.manifest.ChainID || state.LastBlockHeight != u.manifest.ConsensusHeight || state.Validators == nil:
		return damaged("consensus: expected %s at %d, got %s at %d", u.manifest.ChainID, u.manifest.ConsensusHeight, state.ChainID, state.LastBlockHeight)
	case meta == nil:
		// A state sync leaves no block; the first one after it has been checked.
	case !state.LastBlockID.Equals(meta.BlockID):
		return damaged("consensus: expected it behind %v, got behind %v", meta.BlockID, state.LastBlockID)
	case !bytes.Equal(state.Validators.Hash(), meta.Header.NextValidatorsHash):
		return damaged("consensus: expected the validators that block %d announced, got others", state.LastBlockHeight)
	case state.LastBlockHeight == u.manifest.StateHeight && !bytes.Equal(state.AppHash, u.manifest.AppHash):
		return damaged("consensus: expected the application's hash %s, got %X", u.manifest.AppHash, state.AppHash)
	}
	found(Finding{"consensus", fmt.Sprintf("goes on behind block %d with %d validators", u.manifest.LastBlock, state.Validators.Size())})
	return nil
}

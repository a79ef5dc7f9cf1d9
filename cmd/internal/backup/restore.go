package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	"github.com/syndtr/goleveldb/leveldb/storage"
)

// keyFile is a validator's key.
const keyFile = "priv_validator_key.json"

// Restore says what to make of a backup.
type Restore struct {
	// File is the backup, and Home where the node is to live. Keys and configuration that are there stay.
	File, Home string
	// Force moves a node's data aside that is there already.
	Force bool
	// Halted says that the zone makes no blocks, and that all its validators are restored from this same file; then consensus
	// goes on behind ResumeRound, which is the same for all.
	Halted      bool
	ResumeRound int32
	// RunningHeight is the height of the zone that goes on without this node; 0 if nobody has said.
	RunningHeight int64
}

// Restored says what has become of it.
type Restored struct {
	Manifest Manifest `json:"manifest"`
	// SignsAbove is from where the validator of this home may sign, nil if the home has no memory of it and was given none.
	SignsAbove *LastSign `json:"signs_above,omitempty"`
	// Aside are the files and folders that were there before, under their new names.
	Aside []string `json:"aside,omitempty"`
}

// Run restores. Nothing in the home changes unless everything in the backup was found in order; check is told of each finding,
// and may refuse, with its own checks of the unpacked home, at the end.
func (r Restore) Run(ctx context.Context, found func(Finding), further func(home string, manifest Manifest) error) (restored Restored, err error) {
	remembered, err := r.prepare()
	if err != nil {
		return Restored{}, err
	}
	work, err := os.MkdirTemp(r.Home, ".restoring-")
	if err != nil {
		return Restored{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	restored.Manifest, err = Extract(r.File, work)
	if err != nil {
		return Restored{}, err
	}
	if err := r.sameChain(restored.Manifest.ChainID); err != nil {
		return Restored{}, err
	}
	if err := Check(ctx, work, restored.Manifest, found); err != nil {
		return Restored{}, err
	}
	if remembered == nil && !r.Halted && r.RunningHeight == 0 {
		if err := r.refuseForgetful(work, restored.Manifest); err != nil {
			return Restored{}, err
		}
	}
	if err := further(work, restored.Manifest); err != nil {
		return Restored{}, err
	}
	if err := r.convert(work, restored.Manifest.StateHeight); err != nil {
		return Restored{}, err
	}
	if err := r.setSigning(work, restored.Manifest, remembered); err != nil {
		return Restored{}, err
	}
	if restored.SignsAbove, err = ReadLastSign(work); err != nil {
		return Restored{}, err
	}
	restored.Aside, err = r.moveIn(work)
	return restored, err
}

// prepare refuses a home that must not be touched, and returns what its validator remembers.
func (r Restore) prepare() (*LastSign, error) {
	if r.Halted && r.RunningHeight > 0 {
		return nil, errors.New("expected a zone that runs or one that is halted, got both")
	}
	if err := os.MkdirAll(filepath.Join(r.Home, configFolder), 0o700); err != nil {
		return nil, err
	}
	for _, name := range databaseNames {
		folder := databaseFolder(r.Home, name)
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		if !r.Force {
			return nil, fmt.Errorf("expected a home without data, got %s: choose another home, or move the data aside with --force", folder)
		}
		lock, err := storage.OpenFile(folder, true)
		if err != nil {
			return nil, fmt.Errorf("expected a node that does not run, got %s in use: stop it: %w", folder, err)
		}
		if err := lock.Close(); err != nil {
			return nil, err
		}
	}
	remembered, err := ReadLastSign(r.Home)
	if err != nil || remembered == nil || *remembered == (LastSign{}) {
		return nil, err // `init` writes a memory of nothing
	}
	return remembered, nil
}

// refuseForgetful refuses a home with a validator's key and without a memory of what it signed last. Other keys, such as `init`
// makes, do no harm: without such a memory CometBFT does not start as a validator.
func (r Restore) refuseForgetful(work string, manifest Manifest) (err error) {
	file := filepath.Join(r.Home, configFolder, keyFile)
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var key privval.FilePVKey
	if err := cmtjson.Unmarshal(raw, &key); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	u, err := open(work, manifest)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.close()) }()
	state, err := u.states.Load()
	if err != nil {
		return err
	}
	if !state.Validators.HasAddress(key.Address) && !state.NextValidators.HasAddress(key.Address) {
		return nil
	}
	return fmt.Errorf("expected a validator that knows what it signed last, got a key that votes in %s and no such memory: say --running-zone URL "+
		"if the zone makes blocks without it, --halted-zone if all its validators are restored from this file, or move the key away", file)
}

// setSigning writes into the unpacked home from where on its validator may sign: never below what it remembers.
func (r Restore) setSigning(work string, manifest Manifest, remembered *LastSign) error {
	if remembered != nil {
		raw, err := os.ReadFile(filepath.Join(r.Home, dataFolder, signFile))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(work, dataFolder, signFile), raw, 0o600); err != nil {
			return err
		}
	}
	switch {
	case r.Halted:
		limit, err := HaltedZone(manifest.LastBlock, r.ResumeRound, remembered)
		if err != nil {
			return err
		}
		if err := writeLastSign(work, limit); err != nil {
			return err
		}
		return writeResume(work, manifest.LastBlock, r.ResumeRound)
	case r.RunningHeight > 0:
		return writeLastSign(work, RunningZone(r.RunningHeight))
	default:
		return nil
	}
}

// moveIn gives the unpacked data and the missing configuration their places, and returns what it has put aside.
func (r Restore) moveIn(work string) (aside []string, err error) {
	suffix := ".before-restore-" + time.Now().UTC().Format("20060102T150405Z")
	moveAside := func(path string) error {
		err := os.Rename(path, path+suffix)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			aside = append(aside, path+suffix)
		}
		return err
	}
	for _, name := range configFiles {
		from, to := filepath.Join(work, configFolder, name), filepath.Join(r.Home, configFolder, name)
		taken, err := os.ReadFile(from)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return aside, err
		}
		present, err := os.ReadFile(to)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return aside, err
		case name != configFiles[0] || bytes.Equal(present, taken):
			continue // the home's own configuration stays
		default:
			if err := moveAside(to); err != nil {
				return aside, err
			}
		}
		if err := os.Rename(from, to); err != nil {
			return aside, err
		}
	}
	data := filepath.Join(r.Home, dataFolder)
	remains, err := os.ReadDir(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return aside, err
	}
	if len(remains) == 1 && remains[0].Name() == signFile {
		// The new data has it already, unless it says nothing.
		if err := os.RemoveAll(data); err != nil {
			return aside, err
		}
	}
	if err := moveAside(data); err != nil {
		return aside, err
	}
	return aside, errors.Join(os.Rename(filepath.Join(work, dataFolder), data), syncFolder(r.Home))
}

// sameChain refuses a home of another chain. A genesis of the same chain is replaced: `init` writes one that nobody has agreed
// to.
func (r Restore) sameChain(chainID string) error {
	file := filepath.Join(r.Home, configFolder, configFiles[0])
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var genesis struct {
		ChainID string `json:"chain_id"`
	}
	if err := json.Unmarshal(raw, &genesis); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if genesis.ChainID != chainID {
		return fmt.Errorf("%s: expected chain %s, as in the backup, got %s: choose another home", file, chainID, genesis.ChainID)
	}
	return nil
}

package receipt

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// later is when receipts are verified.
var later = start.Add(30 * 24 * time.Hour)

// From any pin, below, at or above it, a receipt that was fetched for that pin proves what was notarized.
func TestReceiptsFromEveryPin(t *testing.T) {
	w := newWorld(t)
	for height := int64(1); height <= w.height; height++ {
		trust := w.pin(height)
		receipt := w.receipt(trust, 14, contract)
		proof, err := Verify(receipt, trust, DefaultTrustingPeriod, later)
		require.NoError(t, err, height)
		require.Equal(t, &Notarization{
			Notary: shop.String(), Hash: "", Label: "contract 7", Time: w.timeOf(12), Height: 12,
		}, withoutHash(proof.Notarization))
		require.EqualValues(t, 15, proof.Root.Height)
		require.Equal(t, height, proof.Path[0])
		require.EqualValues(t, 15, proof.Path[len(proof.Path)-1])
		require.Equal(t, height > 15, proof.Backward)
	}
}

func withoutHash(one *Notarization) *Notarization {
	copied := *one
	copied.Hash = ""
	return &copied
}

// A receipt that was fetched for nobody leads from the node's oldest block; whoever has pinned another block on its way
// can prove it as well.
func TestReceiptForAnybody(t *testing.T) {
	w := newWorld(t)
	receipt := w.receipt(nil, 0, contract)
	require.EqualValues(t, 1, receipt.LightBlocks[0].Height)
	require.Greater(t, len(receipt.LightBlocks), 3, "six validators change two by two")
	proof, err := Verify(receipt, w.pin(1), DefaultTrustingPeriod, later)
	require.NoError(t, err)
	require.EqualValues(t, 20, proof.Root.Height, "the newest state")
	for _, block := range receipt.LightBlocks {
		_, err := Verify(receipt, w.pin(block.Height), DefaultTrustingPeriod, later)
		require.NoError(t, err)
	}
}

// The blocks of a path are less than the trusting period apart, also where the validators have not changed.
func TestTrustingPeriod(t *testing.T) {
	w := newWorld(t)
	trust := w.pin(13)
	trust.TrustingPeriod = Period(blockTime + time.Minute)
	receipt := w.receipt(trust, 17, contract)
	require.Len(t, receipt.LightBlocks, 5, "each block from 14 to 18")
	_, err := Verify(receipt, trust, time.Duration(trust.TrustingPeriod), later)
	require.NoError(t, err)

	_, err = Verify(receipt, trust, blockTime, later)
	require.ErrorContains(t, err, "trust path: block 14 cannot be trusted from block 13: expected them less than the trusting period of 1h0m0s apart, got 1h0m0s")
	far := w.receipt(w.pin(13), 17, contract)
	require.Len(t, far.LightBlocks, 2, "the validators of block 18 are too new")
	_, err = Verify(far, trust, blockTime, later)
	require.ErrorContains(t, err, "fetch the receipt again with --trust")
	_, err = Verify(far, trust, 0, later)
	require.NoError(t, err, "without a bound")
}

// Whatever one byte of a receipt is changed to: it proves what it proved before, or nothing.
func TestNoByteCanBeChanged(t *testing.T) {
	w := newWorld(t)
	trust := w.pin(4)
	receipt := w.receipt(trust, 14, contract)
	proven, err := Verify(receipt, trust, DefaultTrustingPeriod, later)
	require.NoError(t, err)
	raw, err := encode(receipt)
	require.NoError(t, err)
	rapid.Check(t, func(r *rapid.T) {
		changed := append([]byte(nil), raw...)
		at := rapid.IntRange(0, len(raw)-1).Draw(r, "at")
		changed[at] = rapid.Byte().Draw(r, "byte")
		var read Receipt
		if cmtjson.Unmarshal(changed, &read) != nil {
			return
		}
		again, err := Verify(&read, trust, DefaultTrustingPeriod, later)
		if err == nil {
			require.Equal(r, proven.Notarization, again.Notarization)
			require.Equal(r, proven.Row.Value, again.Row.Value)
			require.Equal(r, proven.Root.Hash(), again.Root.Hash())
		}
	})
}

// forge is a world whose receipt of the contract, from pin 4 to root 15, somebody has changed.
type forge struct {
	*world

	trust   *Trust
	receipt *Receipt
}

func (f *forge) root() *cmttypes.LightBlock {
	return f.receipt.LightBlocks[len(f.receipt.LightBlocks)-1]
}

func (f *forge) setRoot(block *cmttypes.LightBlock) {
	f.receipt.LightBlocks[len(f.receipt.LightBlocks)-1] = block
}

// resign replaces the root by a header that somebody else signed.
func (f *forge) resign(set *cmttypes.ValidatorSet, names ...string) {
	header := *f.root().Header
	header.ValidatorsHash = set.Hash()
	header.ProposerAddress = set.Proposer.Address
	f.setRoot(sign(f.t, &header, set, names...))
}

func TestForgedReceipts(t *testing.T) {
	attackers := []string{"x", "y", "z", "w"}
	for _, test := range []struct {
		name, want string
		forge      func(*forge)
	}{
		{"another chain", `chain: expected "retail-1", which is pinned, got a receipt of "energy-1"`, func(f *forge) {
			f.receipt.ChainID = "energy-1"
		}},
		{"a block of another chain", `light blocks: block 15: invalid signed header: header belongs to another chain "energy-1", not "retail-1"`, func(f *forge) {
			f.root().ChainID = "energy-1"
		}},
		{"a forged header", "light blocks: block 15: invalid signed header: commit signs block", func(f *forge) { f.root().AppHash[0]++ }},
		{"a header signed by others", "trust path: block 15 cannot be trusted from block 12: cant trust new val set", func(f *forge) {
			f.root().AppHash[0]++
			f.resign(validators(attackers...), attackers...)
		}},
		{"a header signed by others, as the pin's neighbour", "expected old header next validators", func(f *forge) {
			f.trust = f.pin(14)
			f.receipt = f.world.receipt(f.trust, 14, contract)
			f.resign(validators(attackers...), attackers...)
		}},
		{"all blocks signed by others", "trust path: block 6 cannot be trusted from block 4", func(f *forge) {
			for i, block := range f.receipt.LightBlocks {
				header, set := *block.Header, validators(attackers...)
				header.ValidatorsHash = set.Hash()
				f.receipt.LightBlocks[i] = sign(f.t, &header, set, attackers...)
			}
		}},
		{"swapped validators", "light blocks: block 15: expected validator hash of header to match validator set hash", func(f *forge) {
			f.root().ValidatorSet = validators(attackers...)
		}},
		{"a validator with more power", "light blocks: block 15: expected validator hash of header to match validator set hash", func(f *forge) {
			f.root().ValidatorSet.Validators[0].VotingPower = 1_000
		}},
		{"a validator under another's address", "light blocks: block 15: invalid validator set: invalid validator #0", func(f *forge) {
			f.root().ValidatorSet.Validators[0].Address = key("x").PubKey().Address()
		}},
		{"more power than there can be", "light blocks: block 15: total voting power", func(f *forge) {
			set := validators(attackers...)
			for _, validator := range set.Validators {
				validator.VotingPower = math.MaxInt64 / 8
			}
			set = &cmttypes.ValidatorSet{Validators: set.Validators, Proposer: set.Proposer}
			f.resign(set, attackers...)
		}},
		{"too little power", "light blocks: block 15: expected signatures of more than 2/3 of its validators' power: invalid commit -- insufficient voting power: got 40, needed more than 40", func(f *forge) {
			for _, i := range []int{1, 4} {
				f.root().Commit.Signatures[i] = cmttypes.NewCommitSigAbsent()
			}
		}},
		{"a signature twice", "light blocks: block 15: expected signatures of more than 2/3 of its validators' power", func(f *forge) {
			f.root().Commit.Signatures[1] = f.root().Commit.Signatures[0]
		}},
		{"a signature under another's address", "light blocks: block 15: expected signatures of more than 2/3 of its validators' power: wrong signature", func(f *forge) {
			f.root().Commit.Signatures[1].Signature = f.root().Commit.Signatures[0].Signature
		}},
		{"a bad signature beyond two thirds", "light blocks: block 15: expected signatures of more than 2/3 of its validators' power: wrong signature (#5)", func(f *forge) {
			f.root().Commit.Signatures[5].Signature[0]++
		}},
		{"the path cut", "trust path: block 15 cannot be trusted from block 4: cant trust new val set: invalid commit -- insufficient voting power: got 0, needed more than 20; fetch the receipt again with --trust", func(f *forge) {
			f.receipt.LightBlocks = f.receipt.LightBlocks[len(f.receipt.LightBlocks)-1:]
		}},
		{"blocks in disorder", "light blocks: expected ascending heights, got 6 after 9", func(f *forge) {
			f.receipt.LightBlocks[0], f.receipt.LightBlocks[1] = f.receipt.LightBlocks[1], f.receipt.LightBlocks[0]
		}},
		{"no blocks", "light blocks: expected 1 to 1000", func(f *forge) { f.receipt.LightBlocks = nil }},
		{"an empty block", "light blocks: expected a header with its commit and validators, got none", func(f *forge) { f.receipt.LightBlocks[0] = &cmttypes.LightBlock{} }},
		{"no block", "light blocks: expected a header with its commit and validators, got none", func(f *forge) { f.receipt.LightBlocks[0] = nil }},
		{"a fork at the pin", "trust path: expected block 4 with hash", func(f *forge) {
			header := *f.blocks[4].Header
			header.AppHash = contract
			fork := sign(f.t, &header, f.blocks[4].ValidatorSet, generation(1)...)
			f.receipt.LightBlocks = append([]*cmttypes.LightBlock{fork}, f.receipt.LightBlocks...)
		}},
		{"the root of another block", "light blocks: expected block 14 as the last one, which has the root of the state after block 13, got block 15", func(f *forge) {
			f.receipt.Row.Height = 13
		}},
		{"the block before, which has another root", "row: expected a proof of the row from app hash", func(f *forge) {
			old := f.world.receipt(f.trust, 12, contract)
			f.receipt.LightBlocks, f.receipt.Row.Height = old.LightBlocks, 12
		}},
		{"a block of the future", "light blocks: expected a block of the past, got block 15", func(f *forge) {
			header, set := *f.root().Header, f.root().ValidatorSet
			header.Time = later.Add(time.Hour)
			f.setRoot(sign(f.t, &header, set, generation(5)...))
		}},
		{"the proof of another key", "row: expected a proof of the row from app hash", func(f *forge) {
			f.receipt.Row.Proof = f.world.receipt(f.trust, 14, invoice).Row.Proof
		}},
		{"the key of another row", "row: expected a proof of the row from app hash", func(f *forge) {
			other := f.world.receipt(f.trust, 14, invoice)
			f.receipt.Row.Key, f.receipt.Notarization = other.Row.Key, other.Notarization
		}},
		{"another value", "row: expected a proof of the row from app hash", func(f *forge) { f.receipt.Row.Value[4]++ }},
		{"another store", "row: expected a proof of the row from app hash", func(f *forge) { f.receipt.Row.Store = banktypes.StoreKey }},
		{"no proof", "row: expected a proof of the row from app hash", func(f *forge) { f.receipt.Row.Proof = nil }},
		{"half a proof", "row: proof: expected a MerkleProof of ibc-go", func(f *forge) { f.receipt.Row.Proof = f.receipt.Row.Proof[:40] }},
		{"an absent key", "row: expected a store, a key and a value, got one of them empty", func(f *forge) { f.absent() }},
		{"an absent key with a value", "row: expected a proof of the row from app hash", func(f *forge) {
			value := f.receipt.Row.Value
			f.absent()
			f.receipt.Row.Value = value
		}},
		{"another time told", "notarization: expected what the row says", func(f *forge) {
			f.receipt.Notarization.Time = f.receipt.Notarization.Time.Add(-time.Hour)
		}},
		{"another notary told", "notarization: expected what the row says", func(f *forge) {
			f.receipt.Notarization.Notary = keepertest.Address("x").String()
		}},
		{"nothing told", "notarization: expected what the row says, for a row of the notary and for no other", func(f *forge) { f.receipt.Notarization = nil }},
		{"headers missing", "trust path: expected the headers from 16 to 19, which is pinned, got 2 of them", func(f *forge) {
			f.above()
			f.receipt.Headers = f.receipt.Headers[:2]
		}},
		{"no header", "trust path: expected header 17, got none", func(f *forge) {
			f.above()
			f.receipt.Headers[1] = nil
		}},
		{"a forged header below the pin", "trust path: block 17 is not the one before block 18: invalid header: older header hash", func(f *forge) {
			f.above()
			f.receipt.Headers[1].AppHash[0]++
		}},
		{"a root that the headers do not lead to", "trust path: block 15 is not the one before block 16: invalid header: older header hash", func(f *forge) {
			f.above()
			header := *f.root().Header
			header.AppHash = contract
			f.setRoot(sign(f.t, &header, f.root().ValidatorSet, generation(5)...))
		}},
		{"a pin among the headers of a fork", "trust path: expected block 17 with hash", func(f *forge) {
			f.above()
			f.receipt.Headers[1].AppHash[0]++
			f.trust = f.pin(17)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &forge{world: newWorld(t)}
			f.trust = f.pin(4)
			f.receipt = f.world.receipt(f.trust, 14, contract)
			_, err := Verify(f.receipt, f.trust, DefaultTrustingPeriod, later)
			require.NoError(t, err, "before")
			test.forge(f)
			_, err = Verify(f.receipt, f.trust, DefaultTrustingPeriod, later)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// A row of the notary's index, and bytes that the module does not write, are no notarization.
func TestParseNotarizationRefuses(t *testing.T) {
	valid, err := NotarizationKey(shop, contract)
	require.NoError(t, err)
	for _, test := range []struct {
		name, want string
		key, value []byte
	}{
		{"index", "it is of the notary's index", append([]byte{1, 32}, contract...), []byte{1}},
		{"no key", "expected a row of notarizations", nil, nil},
		{"short key", "expected the key of a notarization", valid[:5], nil},
		{"short hash", "expected SHA-256", valid[:len(valid)-1], nil},
		{"value", "expected a notarization as value", valid, []byte{0xff}},
		{"no height", "expected the time of its block", valid, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseNotarization(test.key, test.value)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// absent makes it a receipt that proves that there is no such row.
func (f *forge) absent() {
	key, err := NotarizationKey(shop, later.AppendFormat(nil, "20060102150405.000000000-0700MST")[:32])
	require.NoError(f.t, err)
	row, err := f.Row(f.t.Context(), notarytypes.StoreKey, key, 14)
	require.NoError(f.t, err)
	f.receipt.Row = row
}

// above makes it a receipt for a pin above.
func (f *forge) above() {
	f.trust = f.pin(19)
	f.receipt = f.world.receipt(f.trust, 14, contract)
	require.Len(f.t, f.receipt.Headers, 3)
}

func TestPinnedHeaderAgreesWithItself(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name, want string
		change     func(*Trust)
	}{
		{"valid", "", func(*Trust) {}},
		{"format", `expected format "azukari/trust" of version 1, got "azukari/receipt" of version 1`, func(trust *Trust) { trust.Format = ReceiptFormat }},
		{"version", "of version 2", func(trust *Trust) { trust.Version = 2 }},
		{"chain", "chain_id: expected what the zone calls itself", func(trust *Trust) { trust.ChainID = "" }},
		{"no block", "light_block: expected a header", func(trust *Trust) { trust.LightBlock = nil }},
		{"height", "light_block: expected that of height 5, got 4", func(trust *Trust) { trust.Height = 5 }},
		{"hash", "light_block: expected the header with hash", func(trust *Trust) { trust.HeaderHash[0]++ }},
		{"validators", "light_block: expected validators with hash", func(trust *Trust) { trust.ValidatorsHash = contract }},
		{"signatures", "light_block: block 4: expected signatures", func(trust *Trust) { trust.LightBlock.Commit.Signatures[0].Signature[0]++ }},
	} {
		t.Run(test.name, func(t *testing.T) {
			trust := w.pin(4)
			test.change(trust)
			path := filepath.Join(t.TempDir(), "trust.json")
			require.NoError(t, write(nil, path, trust))
			read, err := ReadTrust(path)
			if test.want == "" {
				require.NoError(t, err)
				require.Equal(t, copyOf(t, trust).LightBlock.Hash(), read.LightBlock.Hash())
				require.Equal(t, trust.TrustingPeriod, read.TrustingPeriod)
				return
			}
			require.ErrorContains(t, err, path+": ")
			require.ErrorContains(t, err, test.want)
		})
	}
	path := filepath.Join(t.TempDir(), "trust.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"format":"azukari/trust","version":1,"trusting_period":"-1h"}`), 0o600))
	_, err := ReadTrust(path)
	require.ErrorContains(t, err, `expected a duration of 0 or more, as 336h, got "-1h"`)
}

package zones

import (
	"time"

	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"
)

// signedHeader is a block's header with the validators' signatures, as CometBFT would have made it.
type signedHeader struct {
	proto     *cmtproto.SignedHeader
	signedBy  *cmttypes.ValidatorSet
	time      time.Time
	appHash   []byte
	nextValid []byte
}

// sign builds the header of the block at a height. Its app hash is that of the block before, as in CometBFT. What light
// clients do not read is filled with fixed bytes.
func (z *Zone) sign(height int64, appHash []byte) signedHeader {
	z.t.Helper()
	set, next := z.validators[height], z.validators[height+1]
	filler := tmhash.Sum([]byte("not read by light clients"))
	header := cmttypes.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol},
		ChainID: z.ChainID, Height: height, Time: z.clock.Now,
		LastBlockID:    cmttypes.BlockID{Hash: filler, PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: filler}},
		LastCommitHash: filler, DataHash: filler, ConsensusHash: filler, LastResultsHash: filler, EvidenceHash: filler,
		ValidatorsHash: set.Hash(), NextValidatorsHash: next.Hash(), AppHash: appHash,
		ProposerAddress: set.GetProposer().Address,
	}
	blockID := cmttypes.BlockID{Hash: header.Hash(), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: filler}}
	signers := make([]cmttypes.PrivValidator, len(set.Validators))
	for i, validator := range set.Validators {
		signers[i] = z.signers[validator.Address.String()]
	}
	votes := cmttypes.NewVoteSet(z.ChainID, height, 1, cmtproto.PrecommitType, set)
	commit, err := cmttypes.MakeExtCommit(blockID, height, 1, votes, signers, header.Time, false)
	require.NoError(z.t, err)
	return signedHeader{
		proto:    &cmtproto.SignedHeader{Header: header.ToProto(), Commit: commit.ToCommit().ToProto()},
		signedBy: set, time: header.Time, appHash: appHash, nextValid: next.Hash(),
	}
}

// clientHeader returns the header at a height for a light client that trusts an earlier one.
func (z *Zone) clientHeader(height int64, trusted clienttypes.Height) *ibctm.Header {
	z.t.Helper()
	header := z.headers[height]
	set, err := header.signedBy.ToProto()
	require.NoError(z.t, err)
	trustedSet, err := z.validators[int64(trusted.RevisionHeight)+1].ToProto()
	require.NoError(z.t, err)
	return &ibctm.Header{
		SignedHeader: header.proto, ValidatorSet: set, TrustedHeight: trusted, TrustedValidators: trustedSet,
	}
}

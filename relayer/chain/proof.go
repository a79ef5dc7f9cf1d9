package chain

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"golang.org/x/sync/errgroup"
)

const storePath = "store/" + exported.StoreKey + "/key"

// Proofs proves the values of IBC store keys, or their absence, in the state after block height. A verifier
// needs the header of height+1. Requests go out in parallel, bounded by the client's workers.
func (c *Client) Proofs(ctx context.Context, keys [][]byte, height int64) ([]Proof, error) {
	out := make([]Proof, len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for from := 0; from < len(keys); from += batchSize {
		to := min(from+batchSize, len(keys))
		group.Go(func() error { return c.proveBatch(ctx, keys[from:to], height, out[from:to]) })
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("zone %s: prove %d keys at height %d: %w", c.zone.ID, len(keys), height, err)
	}
	return out, nil
}

func (c *Client) proveBatch(ctx context.Context, keys [][]byte, height int64, out []Proof) error {
	answers := make([]abciJSON, len(keys))
	calls := make([]call, len(keys))
	for i, key := range keys {
		calls[i] = call{"abci_query", abciParams(storePath, key, height, true), &answers[i]}
	}
	if err := c.rpc.batch(ctx, calls); err != nil {
		return err
	}
	for i, a := range answers {
		if err := a.err(storePath); err != nil {
			return err
		}
		if a.Response.ProofOps == nil || a.Response.Height != height {
			return fmt.Errorf("expected a proof at height %d, got one at %d", height, a.Response.Height)
		}
		var proof []byte
		for _, op := range a.Response.ProofOps.Ops {
			proof = appendCommitmentProof(proof, op.Data)
		}
		out[i] = Proof{Value: a.Response.Value, Proof: proof}
	}
	return nil
}

// appendCommitmentProof appends one encoded ics23 CommitmentProof to an encoded MerkleProof, which is nothing
// but a repeated field 1 of them: decoding only to encode again would cost more than all else here.
func appendCommitmentProof(merkle, commitment []byte) []byte {
	const fieldOneBytes = 1<<3 | 2
	merkle = append(merkle, fieldOneBytes)
	merkle = binary.AppendUvarint(merkle, uint64(len(commitment)))
	return append(merkle, commitment...)
}

package failover

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/cometbft/cometbft/crypto"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
)

const (
	rpcTimeout = 3 * time.Second
	// commitsBack is how many of the last commits are searched for the validator's signature.
	commitsBack = 20
)

// Chain is what one node knows of its chain.
type Chain struct {
	// Error is why the node told nothing; empty if it did.
	Error string `json:"error,omitempty"`
	// Lives says that a block was made while we watched. Otherwise the chain has halted, as far as this node sees.
	Lives  bool  `json:"lives"`
	Height int64 `json:"height"`
	// Time of the last block.
	Time time.Time `json:"time"`
	// Voting is the power whose votes the node has seen in the last block, or in the round that does not end; Total is all.
	Voting int64 `json:"voting"`
	Total  int64 `json:"total"`
	// Signed is the last commit with the validator's signature among those searched; zero if none has it.
	Signed signer.Position `json:"signed"`
}

// look asks a node for a block more than it has now, for no longer than watch.
func look(ctx context.Context, url, chainID string, key crypto.PubKey, watch time.Duration) Chain {
	chain, err := ask(ctx, url, chainID, key, watch)
	if err != nil {
		chain.Error = err.Error()
	}
	return chain
}

func ask(ctx context.Context, url, chainID string, key crypto.PubKey, watch time.Duration) (Chain, error) {
	const tcp = "tcp://"
	if len(url) > len(tcp) && url[:len(tcp)] == tcp {
		url = "http://" + url[len(tcp):]
	}
	client, err := rpchttp.NewWithTimeout(url, "/websocket", uint(rpcTimeout/time.Second))
	if err != nil {
		return Chain{}, fmt.Errorf("expected the RPC URL of a node, got %q: %w", url, err)
	}
	first, err := client.Status(ctx)
	if err != nil {
		return Chain{}, err
	}
	if got := first.NodeInfo.Network; got != chainID {
		return Chain{}, fmt.Errorf("expected a node of %s at %s, got one of %s", chainID, url, got)
	}
	chain := Chain{Height: first.SyncInfo.LatestBlockHeight, Time: first.SyncInfo.LatestBlockTime}
	waiting, cancel := context.WithTimeout(ctx, watch)
	defer cancel()
	err = nodeclient.Poll(waiting, "a block", func() (bool, error) {
		now, err := client.Status(waiting)
		if err != nil {
			return false, err
		}
		chain.Lives = now.SyncInfo.LatestBlockHeight > chain.Height
		if chain.Lives {
			chain.Height, chain.Time = now.SyncInfo.LatestBlockHeight, now.SyncInfo.LatestBlockTime
		}
		return chain.Lives, nil
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return chain, err
	}
	return chain, chain.count(ctx, client, key.Address())
}

// count finds who votes, and the last signature of the validator.
func (c *Chain) count(ctx context.Context, client *rpchttp.HTTP, validator cmttypes.Address) error {
	for height := c.Height; height > 0 && height > c.Height-commitsBack; height-- {
		answer, err := client.Commit(ctx, &height)
		if err != nil {
			return err
		}
		if height == c.Height && c.Lives {
			if err := c.countCommit(ctx, client, answer.Commit); err != nil {
				return err
			}
		}
		if signed(answer.Commit, validator) {
			const precommit = 3
			c.Signed = signer.Position{Height: height, Round: answer.Commit.Round, Step: precommit}
			break
		}
	}
	if c.Lives {
		return nil
	}
	state, err := client.ConsensusState(ctx)
	if err != nil {
		return err
	}
	c.Voting, c.Total, err = votesOf(state.RoundState)
	return err
}

func signed(commit *cmttypes.Commit, validator cmttypes.Address) bool {
	for _, signature := range commit.Signatures {
		if signature.BlockIDFlag != cmttypes.BlockIDFlagAbsent && bytes.Equal(signature.ValidatorAddress, validator) {
			return true
		}
	}
	return false
}

func (c *Chain) countCommit(ctx context.Context, client *rpchttp.HTTP, commit *cmttypes.Commit) error {
	page, perPage := 1, 100
	answer, err := client.Validators(ctx, &commit.Height, &page, &perPage)
	if err != nil {
		return err
	}
	for _, validator := range answer.Validators {
		c.Total += validator.VotingPower
		if signed(commit, validator.Address) {
			c.Voting += validator.VotingPower
		}
	}
	return nil
}

// bitArray is how CometBFT writes who has voted: "BA{4:xx__} 20/40 = 0.50".
var bitArray = regexp.MustCompile(`(\d+)/(\d+) = `)

// votesOf returns the most power that has voted in the last round of a state of consensus that has votes at all.
func votesOf(raw json.RawMessage) (voting, total int64, err error) {
	var state struct {
		Rounds []struct {
			Prevotes   string `json:"prevotes_bit_array"`
			Precommits string `json:"precommits_bit_array"`
		} `json:"height_vote_set"`
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		return 0, 0, fmt.Errorf("state of consensus: %w", err)
	}
	for i := len(state.Rounds) - 1; i >= 0 && voting == 0; i-- {
		for _, text := range []string{state.Rounds[i].Prevotes, state.Rounds[i].Precommits} {
			match := bitArray.FindStringSubmatch(text)
			if match == nil {
				return 0, 0, fmt.Errorf("state of consensus: expected votes as 20/40 = 0.50, got %q", text)
			}
			voted, err := strconv.ParseInt(match[1], 10, 64)
			if err != nil {
				return 0, 0, err
			}
			if total, err = strconv.ParseInt(match[2], 10, 64); err != nil {
				return 0, 0, err
			}
			voting = max(voting, voted)
		}
	}
	return voting, total, nil
}

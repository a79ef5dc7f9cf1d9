package node

import (
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
)

const (
	// snapshotInterval is the number of blocks between two state-sync snapshots, and snapshotsKept how many stay.
	snapshotInterval = 1_000
	snapshotsKept    = 2
	// transactionBytesMax bounds one transaction in the mempool and in an RPC request. A relayer's transaction of
	// some hundred packets with proofs has one to two megabytes; base64 and JSON add a third.
	transactionBytesMax = 8 << 20
	requestBytesMax     = 12 << 20
	// blockTime is the pause after a commit. Together with the rounds of consensus it makes the block time.
	blockTime = time.Second
)

// appConfig returns the defaults of app.toml: snapshots and the APIs on, loopback only, no fee demanded.
func appConfig() (template string, config serverconfig.Config) {
	config = *serverconfig.DefaultConfig()
	// Empty is refused by the server, and nothing is paid for gas in any zone.
	config.MinGasPrices = "0jpy"
	config.StateSync.SnapshotInterval = snapshotInterval
	config.StateSync.SnapshotKeepRecent = snapshotsKept
	config.API.Enable = true
	config.GRPC.Enable = true
	config.GRPCWeb.Enable = false
	return serverconfig.DefaultConfigTemplate, config
}

// cometConfig returns the defaults of config.toml.
func cometConfig() *cmtcfg.Config {
	config := cmtcfg.DefaultConfig()
	config.Consensus.TimeoutCommit = blockTime
	config.Mempool.MaxTxBytes = transactionBytesMax
	config.RPC.MaxBodyBytes = requestBytesMax
	return config
}

package backupcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/internal/backup"
)

// blockTimeout bounds how long a running zone may take to make a block.
const blockTimeout = 30 * time.Second

func restoreCommand() *cobra.Command {
	var how backup.Restore
	var running string
	var with comparisons
	var o output
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a node of a backup that was checked",
		Long: `Make a node of a backup. Everything that verify checks is checked first, and nothing in the home changes before. Keys and
configuration that are in the home stay; what is missing of the configuration comes from the backup.

A validator never signs what it may have signed before. If its home still has data/priv_validator_state.json, that stays. If not,
say what has become of the zone:
  --running-zone URL  it makes blocks without this validator, which then stays silent for the next ten
  --halted-zone       it makes none, and all its validators are restored from this same file; they go on in a round of consensus
                      in which none can have voted`,
		Example: "azukari backup restore /backup/financial-1-120.backup.tar.zst --home ~/.fzd",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			how.File = args[0]
			home, err := filepath.Abs(how.Home)
			if err != nil {
				return err
			}
			how.Home = home
			if running != "" {
				if how.RunningHeight, err = heightOf(cmd.Context(), running); err != nil {
					return err
				}
			}
			report := &report{out: cmd.OutOrStdout(), output: o}
			restored, err := how.Run(cmd.Context(), report.found, func(unpacked string, manifest backup.Manifest) error {
				return with.compare(cmd, unpacked, manifest, report.found)
			})
			if err != nil {
				return err
			}
			report.Manifest, report.Restored = restored.Manifest, &restored
			return o.write(report.out, report, func() { tell(report.out, how, restored) })
		},
	}
	cmd.Flags().StringVar(&how.Home, flagHome, "", "Home of the node, such as ~/.fzd")
	cmd.Flags().BoolVar(&how.Force, "force", false, "Move data aside that is in the home already")
	cmd.Flags().BoolVar(&how.Halted, flagHalted, false, "The zone makes no blocks, and all its validators are restored from this same file")
	cmd.Flags().Int32Var(&how.ResumeRound, flagResume, backup.ResumeRound, "With --"+flagHalted+": no validator has voted in a round above this; the same for all")
	cmd.Flags().StringVar(&running, flagRunning, "", "RPC address of a node of the zone, which makes blocks without this validator")
	cmd.MarkFlagsMutuallyExclusive(flagHalted, flagRunning)
	requireFlags(cmd, flagHome)
	with.flags(cmd)
	o.flag(cmd)
	return cmd
}

// heightOf returns a zone's height once it has seen it make a block.
func heightOf(ctx context.Context, url string) (int64, error) {
	node, err := client.NewClientFromNode(url)
	if err != nil {
		return 0, fmt.Errorf("--%s: expected an RPC address such as https://node:26657, got %q: %w", flagRunning, url, err)
	}
	status, err := node.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("--%s: ask %s: %w", flagRunning, url, err)
	}
	first := status.SyncInfo.LatestBlockHeight
	height := first
	ctx, cancel := context.WithTimeoutCause(ctx, blockTimeout, errors.New("expected a zone that makes blocks, got none in half a minute: see --"+flagHalted))
	defer cancel()
	err = nodeclient.Poll(ctx, url+" to have a new block", func() (bool, error) {
		status, err := node.Status(ctx)
		if err != nil {
			return false, err
		}
		if status.SyncInfo.CatchingUp {
			return false, errors.New("it catches up itself")
		}
		height = status.SyncInfo.LatestBlockHeight
		return height > first, nil
	})
	return height, err
}

// tell writes what was done and what is to be done.
func tell(out io.Writer, how backup.Restore, restored backup.Restored) {
	for _, aside := range restored.Aside {
		fmt.Fprintf(out, "moved aside  %s\n", aside)
	}
	fmt.Fprintf(out, "restored     %s at block %d in %s\n", restored.Manifest.ChainID, restored.Manifest.LastBlock, how.Home)
	if restored.SignsAbove != nil {
		fmt.Fprintf(out, "signs        above %s\n", restored.SignsAbove)
	}
	if how.Halted {
		fmt.Fprintf(out, "next         restore every validator of %s from this same file with --%s, then start all; they go on with block %d in round %d\n",
			restored.Manifest.ChainID, flagHalted, restored.Manifest.LastBlock+1, how.ResumeRound+1)
		return
	}
	fmt.Fprintln(out, "next         start the node; it takes the blocks that it lacks from its peers")
}

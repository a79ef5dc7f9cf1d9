package failover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

const (
	promoteLong = `Make a signer the holder of a validator in place of another one, and its listener the validator's node.

The store says who holds the validator. Once it says so of this signer, whatever the one before asks the store for fails, even
if that one lives: so nothing is signed twice. Without a majority of the store's members nothing is changed. The command can be
run again at any time, and goes on where it ended.`

	defaultWait = 2 * time.Minute
)

// NewCommand returns `azukari failover`.
func NewCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "failover", Short: "Move a validator from a lost region to a listener in another one"}
	cmd.AddCommand(statusCommand(), promoteCommand())
	return cmd
}

type promoteOptions struct {
	dir, from, home, node, start string
	watch, wait                  time.Duration
}

func promoteCommand() *cobra.Command {
	var o promoteOptions
	cmd := &cobra.Command{
		Use:   "promote",
		Short: "Take a validator over from a signer of another region",
		Long:  promoteLong,
		Example: "  azukari failover promote --signer /etc/azukari/osaka-a --from tokyo-a --home ~/.fzd \\\n" +
			"    --start 'systemctl stop fzd-listener && systemctl start fzd-validator azukari-signer@osaka-a'",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	signer.AddDirFlag(cmd, &o.dir)
	flags := cmd.Flags()
	flags.StringVar(&o.from, "from", "", "Name of the signer that is replaced, as 'azukari failover status' shows it")
	flags.StringVar(&o.home, "home", "", "Home of the listener that becomes the validator's node; leave it out if that is on another machine")
	flags.StringVar(&o.node, "node", "", "RPC URL of a node to ask for the validator's last signatures (default: that of --home)")
	flags.StringVar(&o.start, "start", "", "Shell command that stops the listener and starts validator and signer; without it, they are yours to start")
	flags.DurationVar(&o.watch, "watch", time.Second, "How long to watch that node for a block")
	flags.DurationVar(&o.wait, "wait", defaultWait, "How long to wait for the first signature after --start")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func (o promoteOptions) run(cmd *cobra.Command) (err error) {
	config, err := signer.LoadConfig(o.dir)
	if err != nil {
		return err
	}
	if config.Name == o.from {
		return fmt.Errorf("--from: expected the signer that is replaced, got %s, which would replace itself", o.from)
	}
	identity, err := config.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, identity.Store.Close()) }()
	var one node
	if o.home != "" {
		if one, err = openNode(o.home, config); err != nil {
			return err
		}
	}
	p := promotion{promoteOptions: o, config: config, identity: identity, steps: terminal.NewSteps(cmd.ErrOrStderr()), out: cmd.OutOrStdout()}
	ctx := cmd.Context()
	if err := p.step("the store answers, and knows of all that the validator has signed", func() error { return p.check(ctx, one) }); err != nil {
		return err
	}
	if err := p.step(fmt.Sprintf("%s takes %s over from %s", config.Name, identity.PubKey.Address(), o.from), func() error { return p.takeOver(ctx) }); err != nil {
		return err
	}
	if o.home != "" {
		if err := p.step(o.home+" is configured as the validator's node", func() error { return one.write(p.after) }); err != nil {
			return err
		}
	}
	return p.finish(ctx)
}

// promotion is one run of the command.
type promotion struct {
	promoteOptions
	config   signer.Config
	identity signer.Identity
	steps    *terminal.Steps
	out      io.Writer
	// after is the record with the new holder.
	after signer.Record
}

func (p *promotion) step(name string, run func() error) error {
	end := p.steps.Step(name)
	err := run()
	end(err)
	return err
}

// check refuses what would be wrong after the takeover.
func (p *promotion) check(ctx context.Context, one node) error {
	where := p.node
	if where == "" {
		where = one.rpc
	}
	// The chain first: what it has, the store had before.
	var chain Chain
	if where != "" {
		chain = look(ctx, where, p.config.ChainID, p.identity.PubKey, p.watch)
	}
	asking, cancel := context.WithTimeout(ctx, p.config.StoreTimeout)
	defer cancel()
	record, err := p.identity.Load(asking)
	if errors.Is(err, signer.ErrUnavailable) {
		return fmt.Errorf("%w: nothing was changed: %s", err, explainNoQuorum)
	}
	if err != nil {
		return err
	}
	if err := p.config.Local().Check(record); err != nil {
		return err
	}
	if chain.Error != "" {
		// A node that does not run tells nothing; the store alone decides who signs.
		fmt.Fprintf(p.out, "the chain was not asked for the validator's last signatures: %s\n", chain.Error)
	}
	return chain.checkAgainst(record)
}

func (p *promotion) takeOver(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, p.config.StoreTimeout)
	defer cancel()
	before, after, err := p.identity.TakeOver(asking, p.config.Name, p.from, time.Now())
	switch {
	case errors.Is(err, signer.ErrUnavailable):
		return fmt.Errorf("%w: run again: whether %s is the holder, the store will say", err, p.config.Name)
	case err != nil:
		return err
	}
	p.after = after
	if before.Epoch == after.Epoch {
		fmt.Fprintf(p.out, "%s holds the validator since %s, epoch %d\n", after.Holder, after.TakenAt.Format(time.RFC3339), after.Epoch)
		return nil
	}
	fmt.Fprintf(p.out, "holder: %s, epoch %d -> %s, epoch %d; signed up to %s\n", before.Holder, before.Epoch, after.Holder, after.Epoch, after.Position)
	return nil
}

// finish starts the validator, or says what is left to do.
func (p *promotion) finish(ctx context.Context) error {
	if p.start == "" {
		return p.printNext()
	}
	if err := p.step(p.start, func() error { return p.runStart(ctx) }); err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, p.wait)
	defer cancel()
	return p.step(p.config.Name+" signs", func() error {
		return nodeclient.Poll(waiting, "the first signature", func() (bool, error) {
			now, err := p.identity.Load(waiting)
			return err == nil && now.Compare(p.after.Position) > 0, err
		})
	})
}

func (p *promotion) runStart(ctx context.Context) error {
	run := exec.CommandContext(ctx, "sh", "-c", p.start)
	run.Stdout, run.Stderr = os.Stderr, os.Stderr
	if err := run.Run(); err != nil {
		return fmt.Errorf("--start: %w: %s holds the validator now: start its node and signer, or run again", err, p.config.Name)
	}
	return nil
}

func (p *promotion) printNext() error {
	home := p.home
	if home == "" {
		address, _, err := p.config.NodeAddress()
		if err != nil {
			return err
		}
		id, err := p.config.ConnectionID()
		if err != nil {
			return err
		}
		home = "NODE-HOME"
		height, block := lockOf(p.after)
		fmt.Fprintf(p.out, "next: fzd configure validator --home %s --signer-address %s --signer-id %s --lock-height %d --lock-block %q\n",
			home, address, id, height, block)
	}
	fmt.Fprintf(p.out, "next: stop the listener, then: fzd start --home %s --validator\nnext: azukari signer start --signer %s\n", home, p.dir)
	return nil
}

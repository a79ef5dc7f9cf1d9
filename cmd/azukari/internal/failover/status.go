package failover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
)

const (
	defaultNode  = "http://127.0.0.1:26657"
	defaultWatch = 10 * time.Second
)

// Status is all that decides which way is open.
type Status struct {
	Validator string `json:"validator"`
	ChainID   string `json:"chain_id"`
	// Signer is the name of the signer that would take over.
	Signer string `json:"signer"`
	// Record is the store's; nil if the store did not tell.
	Record *signer.Record `json:"record,omitempty"`
	// Store is why the store did not tell; empty if it did.
	Store   string         `json:"store_error,omitempty"`
	Members []MemberStatus `json:"members"`
	Chain   Chain          `json:"chain"`
	// Promotion and Rotation are the two ways.
	Promotion Way `json:"promotion"`
	Rotation  Way `json:"rotation"`
}

// MemberStatus is one copy of the store.
type MemberStatus struct {
	Address string `json:"address"`
	Error   string `json:"error,omitempty"`
}

// Way is one way to bring a validator's vote back.
type Way struct {
	Open bool   `json:"open"`
	Why  string `json:"why"`
	// Command that goes it; empty if it is not open.
	Command string `json:"command,omitempty"`
}

type statusOptions struct {
	dir, node, output string
	watch             time.Duration
}

func statusCommand() *cobra.Command {
	var o statusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Who signs for a validator, whether the store and the chain live, and which way is open",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.output != "table" && o.output != "json" {
				return fmt.Errorf("--output: expected table or json, got %q", o.output)
			}
			status, err := o.gather(cmd.Context())
			if err != nil {
				return err
			}
			if o.output == "json" {
				encoder := json.NewEncoder(cmd.OutOrStdout())
				encoder.SetIndent("", "  ")
				return encoder.Encode(status)
			}
			return status.print(cmd.OutOrStdout())
		},
	}
	signer.AddDirFlag(cmd, &o.dir)
	cmd.Flags().StringVar(&o.node, "node", defaultNode, "RPC URL of a node of the zone that lives, best one in another region")
	cmd.Flags().DurationVar(&o.watch, "watch", defaultWatch, "How long to wait for a block before the chain counts as halted")
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table or json")
	return cmd
}

func (o statusOptions) gather(ctx context.Context) (status Status, err error) {
	config, err := signer.LoadConfig(o.dir)
	if err != nil {
		return Status{}, err
	}
	identity, err := config.Open()
	if err != nil {
		return Status{}, err
	}
	defer func() { err = errors.Join(err, identity.Store.Close()) }()
	status = Status{Validator: identity.PubKey.Address().String(), ChainID: config.ChainID, Signer: config.Name}
	for _, member := range identity.Store.Members(ctx) {
		entry := MemberStatus{Address: member.Address}
		if member.Err != nil {
			entry.Error = member.Err.Error()
		}
		status.Members = append(status.Members, entry)
	}
	// The chain first: what it has, the store had before.
	status.Chain = look(ctx, o.node, config.ChainID, identity.PubKey, o.watch)
	asking, cancel := context.WithTimeout(ctx, config.StoreTimeout)
	defer cancel()
	record, storeError := identity.Load(asking)
	if storeError == nil {
		status.Record = &record
		storeError = config.Local().Check(record)
	}
	if storeError == nil {
		storeError = status.Chain.checkAgainst(record)
	}
	if storeError != nil {
		status.Store = storeError.Error()
	}
	status.Promotion = promotionWay(config.Name, o.dir, record, storeError)
	status.Rotation = rotationWay(status.Chain)
	return status, nil
}

// checkAgainst returns ErrStoreBehind if the chain has a signature of the validator that the store does not know of.
func (c Chain) checkAgainst(record signer.Record) error {
	if c.Signed.Compare(record.Position) <= 0 {
		return nil
	}
	return fmt.Errorf("%w: it is at %s, and a block has the validator's signature at %s: another process signs with this key "+
		"without the store: find it and end it first", signer.ErrStoreBehind, record.Position, c.Signed)
}

const explainNoQuorum = "without a majority of the store's members nobody can tell whether the signer before still signs, and " +
	"waiting fences nobody: bring members back"

// promotionWay says whether the signer can take over.
func promotionWay(name, dir string, record signer.Record, storeError error) Way {
	switch {
	case errors.Is(storeError, signer.ErrUnavailable):
		return Way{Why: explainNoQuorum}
	case storeError != nil:
		return Way{Why: storeError.Error()}
	case record.Holder == name:
		return Way{Why: name + " holds the validator already"}
	default:
		return Way{
			Open: true,
			Why: fmt.Sprintf("the store has a quorum: once it says that %s holds the validator, %s gets no signature any more, even if it lives",
				name, record.Holder),
			Command: fmt.Sprintf("azukari failover promote --signer %s --from %s --home NODE-HOME", dir, record.Holder),
		}
	}
}

// rotationWay says whether the members can move the power to another key.
func rotationWay(chain Chain) Way {
	switch {
	case chain.Error != "":
		return Way{Why: "whether the chain lives is unknown: " + chain.Error}
	case !chain.Lives:
		return Way{Why: fmt.Sprintf("the chain makes no blocks, so nothing can be sent to it: %d of %d power votes, more than 2/3 is needed",
			chain.Voting, chain.Total)}
	default:
		return Way{
			Open:    true,
			Why:     fmt.Sprintf("the chain lives: %d of %d power votes", chain.Voting, chain.Total),
			Command: "fzd tx membership rotate-key OLD/priv_validator_key.json NEW/priv_validator_key.json --from node",
		}
	}
}

func (s Status) print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "VALIDATOR\t%s of %s\n", s.Validator, s.ChainID)
	if s.Record != nil {
		fmt.Fprintf(table, "HOLDER\t%s, epoch %d, since %s\n", s.Record.Holder, s.Record.Epoch, s.Record.TakenAt.Format(time.RFC3339))
		fmt.Fprintf(table, "SIGNED\tup to %s\n", s.Record.Position)
	}
	var silent []string
	for _, member := range s.Members {
		if member.Error != "" {
			silent = append(silent, fmt.Sprintf("\t%s: %s\n", member.Address, member.Error))
		}
	}
	fmt.Fprintf(table, "STORE\t%d of %d members answer\n%s", len(s.Members)-len(silent), len(s.Members), strings.Join(silent, ""))
	if s.Store != "" {
		fmt.Fprintf(table, "\t%s\n", s.Store)
	}
	fmt.Fprintf(table, "CHAIN\t%s\n", s.Chain)
	for _, way := range []struct {
		name string
		Way
	}{{"PROMOTION", s.Promotion}, {"ROTATION", s.Rotation}} {
		word := "closed"
		if way.Open {
			word = "open"
		}
		fmt.Fprintf(table, "%s\t%s: %s\n", way.name, word, way.Why)
		if way.Command != "" {
			fmt.Fprintf(table, "\t%s\n", way.Command)
		}
	}
	return table.Flush()
}

// String says in one line how the chain does.
func (c Chain) String() string {
	if c.Error != "" {
		return "unknown: " + c.Error
	}
	word := "halted"
	if c.Lives {
		word = "lives"
	}
	return fmt.Sprintf("%s at height %d of %s, %d of %d power votes", word, c.Height, c.Time.Format(time.RFC3339), c.Voting, c.Total)
}

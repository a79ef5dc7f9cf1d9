// Package backupcmd is the command `azukari backup`.
package backupcmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/cmd/internal/backup"
)

const (
	outputText = "text"
	outputJSON = "json"

	flagHome         = "home"
	flagHalted       = "halted-zone"
	flagRunning      = "running-zone"
	flagResume       = "resume-round"
	flagCounterparty = "counterparty"
)

// New returns the command.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Back up a node while it runs, check a backup, and make a node of it",
		Long: `Back up a node while it runs, check a backup, and make a node of it. A backup has the zone's genesis, the node's
configuration, all its blocks, its state and its index of transactions, as they were at one moment between two blocks. It has
no key: keys have a safe of their own.`,
	}
	cmd.AddCommand(createCommand(), verifyCommand(), restoreCommand())
	return cmd
}

// output says how results are written.
type output struct{ format string }

func (o *output) flag(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.format, "output", "o", outputText, "text or json")
}

func (o *output) check() error {
	if o.format != outputText && o.format != outputJSON {
		return fmt.Errorf("--output: expected text or json, got %q", o.format)
	}
	return nil
}

// write writes a result as JSON, or calls text.
func (o *output) write(out io.Writer, result any, text func()) error {
	if o.format == outputText {
		text()
		return nil
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}

func createCommand() *cobra.Command {
	var home, out string
	var o output
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Write a node as it is between two blocks into one file; the node goes on",
		Long: `Write a node as it is between two blocks into one file. A node that runs is asked to, and goes on: it waits for nothing
but the few milliseconds in which all its databases are frozen together. The file is read back and checked before it gets its name.
Back up listeners; reading everything takes time from a validator's votes.`,
		Example: "azukari backup create --home ~/.fzd --out /backup",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			end := terminal.NewSteps(cmd.ErrOrStderr()).Step("Copy " + home + " and read the copy back")
			created, err := backup.Create(cmd.Context(), home, out)
			end(err)
			if err != nil {
				return err
			}
			text := cmd.OutOrStdout()
			return o.write(text, created, func() {
				describe(text, created.Manifest)
				fmt.Fprintf(text, "file         %s, %s bytes\n", created.File, grouped(created.Size))
				fmt.Fprintf(text, "SHA-256      %s (keep it elsewhere)\n", created.SHA256)
			})
		},
	}
	cmd.Flags().StringVar(&home, flagHome, "", "Home of the node, such as ~/.fzd")
	cmd.Flags().StringVar(&out, "out", "", "New file for the backup, or a folder, where it gets a name of its own")
	requireFlags(cmd, flagHome, "out")
	o.flag(cmd)
	return cmd
}

// requireFlags makes flags required. It panics on a name that is none.
func requireFlags(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
}

// describe writes what a backup is of.
func describe(out io.Writer, m backup.Manifest) {
	fmt.Fprintf(out, "zone         %s, blocks %d to %d (%s)\n", m.ChainID, m.FirstBlock, m.LastBlock, m.LastBlockTime.UTC().Format("2006-01-02 15:04:05 UTC"))
	fmt.Fprintf(out, "state        height %d, application hash %s\n", m.StateHeight, m.AppHash)
	fmt.Fprintf(out, "node         %s\n", m.NodeID)
	fmt.Fprintf(out, "made         %s by %s %s\n", m.Time.Format("2006-01-02 15:04:05 UTC"), m.MadeBy, m.Version)
	fmt.Fprintf(out, "content      %d files, %s bytes\n", len(m.Files), grouped(m.Size()))
}

func grouped(number int64) string { return terminal.Grouped(strconv.FormatInt(number, 10)) }

// comparisons are the nodes that a backup is compared with.
type comparisons struct {
	node           string
	counterparties []string
}

func (c *comparisons) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.node, "node", "", "RPC address of a node of the zone that you trust: it must have the same last block")
	cmd.Flags().StringSliceVar(&c.counterparties, flagCounterparty, nil,
		"RPC address of a node of another zone that you trust: the light clients that it has of this zone must know nothing that the backup lacks (may be repeated)")
}

// compare compares a backup that is unpacked in a home.
func (c *comparisons) compare(cmd *cobra.Command, home string, manifest backup.Manifest, found func(backup.Finding)) error {
	if c.node != "" {
		finding, err := backup.CompareNode(cmd.Context(), home, manifest, c.node)
		if err != nil {
			return err
		}
		found(finding)
	}
	for _, url := range c.counterparties {
		findings, err := backup.CompareCounterparty(cmd.Context(), home, manifest, url)
		if err != nil {
			return err
		}
		for _, finding := range findings {
			found(finding)
		}
	}
	return nil
}

func verifyCommand() *cobra.Command {
	var temp string
	var with comparisons
	var o output
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Unpack a backup beside, and check it against the signatures of the zone's validators",
		Long: `Unpack a backup beside, and check it against the signatures of the zone's validators: that every file is as it was
written, that every block follows the one before and was signed by more than two thirds of the power, and that all keys and values
of the state have the application hash that a signed block has. It takes the room of the node's data for a while.`,
		Example: "azukari backup verify /backup/financial-1-120.backup.tar.zst --counterparty https://listener.retail.example:26657",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := o.check(); err != nil {
				return err
			}
			folder, err := os.MkdirTemp(temp, "azukari-backup-")
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
			manifest, err := backup.Extract(args[0], folder)
			if err != nil {
				return err
			}
			report := newReport(cmd.OutOrStdout(), o, manifest)
			if err := backup.Check(cmd.Context(), folder, manifest, report.found); err != nil {
				return err
			}
			if err := with.compare(cmd, folder, manifest, report.found); err != nil {
				return err
			}
			return report.end("the backup is good")
		},
	}
	cmd.Flags().StringVar(&temp, "temp-dir", "", "Folder to unpack in, on a disk with room for the node's data (default: the system's)")
	with.flags(cmd)
	o.flag(cmd)
	return cmd
}

// report writes findings as they come, or all of them as JSON at the end.
type report struct {
	out      io.Writer
	output   output
	Manifest backup.Manifest  `json:"manifest"`
	Findings []backup.Finding `json:"findings"`
	// Restored is what became of a restore.
	Restored *backup.Restored `json:"restored,omitempty"`
}

func newReport(out io.Writer, o output, manifest backup.Manifest) *report {
	if o.format == outputText {
		describe(out, manifest)
	}
	return &report{out: out, output: o, Manifest: manifest}
}

func (r *report) found(finding backup.Finding) {
	r.Findings = append(r.Findings, finding)
	if r.output.format == outputText {
		fmt.Fprintf(r.out, "%s %-10s %s\n", terminal.Tick, finding.Check, finding.Found)
	}
}

func (r *report) end(verdict string) error {
	return r.output.write(r.out, r, func() { fmt.Fprintln(r.out, verdict) })
}

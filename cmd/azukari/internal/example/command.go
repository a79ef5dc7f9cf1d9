package example

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// DefaultFolder is where the examples are, from the top of the repository.
const DefaultFolder = "examples"

// NewCommand returns the command `azukari example`.
func NewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "example",
		Short: "Run a worked scenario on a new network, and compare it with its transcript",
	}
	cmd.AddCommand(newListCommand(), newRunCommand())
	return cmd
}

func newListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list [FOLDER]", Short: "List the examples in a folder", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := DefaultFolder
			if len(args) > 0 {
				folder = args[0]
			}
			names, err := Names(folder)
			if err != nil {
				return err
			}
			for _, name := range names {
				title, err := Title(filepath.Join(folder, name))
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%-12s %s\n", name, title)
			}
			return nil
		},
	}
}

// Names lists the examples in a folder, in ascending order.
func Names(folder string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(folder, "*", TranscriptFile))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("expected examples in %s, got none: run it at the top of the repository, or name the folder", folder)
	}
	names := make([]string, len(found))
	for i, path := range found {
		names[i] = filepath.Base(filepath.Dir(path))
	}
	return names, nil
}

type settings struct {
	binaries string
}

func newRunCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "run NAME|FOLDER",
		Short: "Start a network, run an example on it, and end the network",
		Long: "Start a network of its own, carry out each directive of the example's transcript by real transactions to its nodes, and show\n" +
			"what they answered. The exit code is 0 only if every answer is that of the transcript.",
		Example: "  azukari example run securities",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&s.binaries, "bin", "", "folder of fzd, bzd and azrelay (default: "+devnet.BinariesVariable+", or beside azukari)")
	return cmd
}

func (s settings) run(ctx context.Context, name string, out, errOut io.Writer) error {
	dir := name
	if !strings.ContainsRune(name, filepath.Separator) {
		dir = filepath.Join(DefaultFolder, name)
	}
	// Everything that can be wrong with the transcript is found before anything is started.
	directives, err := ReadTranscript(filepath.Join(dir, TranscriptFile))
	if err != nil {
		return fmt.Errorf("%w; 'azukari example list' shows what there is", err)
	}
	for _, one := range directives {
		if _, err := findWord(one.Word); err != nil {
			return fmt.Errorf("line %d: %w", one.Line, err)
		}
	}
	title, err := Title(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n\n", title)
	differences, err := s.play(ctx, filepath.Base(filepath.Clean(dir)), directives, out)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing was left running")
		}
		return errors.Join(err, devnetcmd.PrintFailure(errOut, err))
	}
	if differences > 0 {
		return fmt.Errorf("expected the answers of the transcript, got %d that differ: see the crosses above", differences)
	}
	return nil
}

// play runs the directives on a network of their own, and returns how many answers differ.
func (s settings) play(ctx context.Context, name string, directives []Directive, out io.Writer) (differences int, err error) {
	temporary, err := os.MkdirTemp("", "azukari-example-")
	if err != nil {
		return 0, err
	}
	network, err := devnet.New(ctx, Manifest(), devnet.Options{
		Dir: filepath.Join(temporary, "network"), Binaries: s.binaries, Progress: terminal.NewSteps(out),
	})
	if err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, network.Close())
		if err == nil && differences == 0 {
			err = os.RemoveAll(temporary)
			return
		}
		fmt.Fprintf(out, "the network's files and logs are in %s\n", temporary)
	}()
	stage, err := NewStage(ctx, network, name)
	if err != nil {
		return 0, err
	}
	for _, one := range directives {
		if err := ctx.Err(); err != nil {
			return differences, err
		}
		same, err := stage.show(ctx, one, out)
		if err != nil {
			return differences, fmt.Errorf("line %d: %w", one.Line, err)
		}
		if !same {
			differences++
		}
	}
	fmt.Fprintf(out, "\n%s %d of %d answers are those of the transcript\n", mark(differences == 0), len(directives)-differences, len(directives))
	return differences, nil
}

// show carries a directive out and tells it: what the transcript says about it, the directive, and its answer.
func (s *Stage) show(ctx context.Context, one Directive, out io.Writer) (same bool, err error) {
	if len(one.Comment) > 0 {
		fmt.Fprintf(out, "\n%s\n\n", strings.Join(one.Comment, "\n"))
	}
	fmt.Fprintf(out, "  %s\n", one.Text)
	for line := range strings.Lines(one.Input) {
		fmt.Fprintf(out, "      %s\n", strings.TrimRight(line, "\n"))
	}
	answer, err := s.Do(ctx, one)
	if err != nil {
		return false, err
	}
	same = answer == one.Expected
	for line := range strings.Lines(answer) {
		fmt.Fprintf(out, "    %s %s\n", mark(same), strings.TrimRight(line, "\n"))
	}
	if !same {
		for line := range strings.Lines(one.Expected) {
			fmt.Fprintf(out, "      expected: %s\n", strings.TrimRight(line, "\n"))
		}
	}
	return same, nil
}

func mark(good bool) string {
	if good {
		return terminal.Tick
	}
	return terminal.Cross
}

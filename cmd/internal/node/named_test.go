package node

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/business"
	"github.com/azukari-network/azukari/app/financial"
)

var namedCommand = regexp.MustCompile(`\b(fzd|bzd) (tx|query) ([a-z][a-z-]+) ([a-z][a-z-]+)`)

// Every command that a page or a program tells people to type is one.
func TestCommandsThatAreNamedExist(t *testing.T) {
	roots := map[string]*cobra.Command{}
	for name, build := range map[string]NewApp{
		financial.Name: func(
			logger log.Logger, db dbm.DB, trace io.Writer, latest bool, options servertypes.AppOptions, more ...func(*baseapp.BaseApp),
		) *base.App {
			return financial.New(logger, db, trace, latest, options, more...).App
		},
		business.Name: func(
			logger log.Logger, db dbm.DB, trace io.Writer, latest bool, options servertypes.AppOptions, more ...func(*baseapp.BaseApp),
		) *base.App {
			return business.New(logger, db, trace, latest, options, more...).App
		},
	} {
		root, err := newRoot(Spec{Name: name, New: build})
		require.NoError(t, err)
		roots[name] = root
	}
	top := filepath.Join("..", "..", "..")
	named := 0
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != top || entry.Name() == "build" {
			if entry.IsDir() && err == nil {
				return fs.SkipDir
			}
			return err
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".md") && !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		raw, err := os.ReadFile(path) //nolint:gosec // files of this repository
		if err != nil {
			return err
		}
		for _, match := range namedCommand.FindAllStringSubmatch(string(raw), -1) {
			named++
			found, _, err := roots[match[1]].Find(match[2:])
			require.NoError(t, err, "%s: %s", path, match[0])
			require.Equal(t, match[4], found.Name(), "%s: %s", path, match[0])
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, named, 50, "expected to find the commands of the modules' pages")
}

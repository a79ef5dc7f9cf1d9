package nodeconfig

import (
	"fmt"
	"strconv"

	pruningtypes "cosmossdk.io/store/pruning/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

const (
	// logMiB is a log of the state's default size, and logMiBMin and logMiBMax bound it.
	logMiB    = commitstore.DefaultLogBytes >> 20
	logMiBMin = 16
	logMiBMax = 64 << 10

	// KeyStateStore is a setting by which the application finds its store.
	KeyStateStore = "state.store"
	// KeyStateLog is the other one.
	KeyStateLog = "state.log-mib"
)

// State is how a node keeps the application's state.
type State struct {
	// Store is commitstore.KindMemIAVL or commitstore.KindIAVL.
	Store string `mapstructure:"store"`
	// LogMiB is how large memiavl's log grows before a new snapshot of the state, in MiB.
	LogMiB int64 `mapstructure:"log-mib"`
}

const stateTemplate = `
###############################################################################
###                         State                                           ###
###############################################################################

[state]
# "memiavl" has the state in memory, and on the disk as a snapshot with a log: fast, and it keeps up to 1000 past states. "iavl" has
# it in a database and keeps as many past states as pruning says. A node cannot change from one to the other with its data.
store = {{ printf "%q" .State.Store }}
# How large, in MiB, memiavl's log grows before it writes a new snapshot in the background. Twice as much may be replayed at a start.
log-mib = {{ .State.LogMiB }}
`

func defaultState() State { return State{Store: commitstore.KindMemIAVL, LogMiB: logMiB} }

// earlierState is that of an app.toml without a section for it, from before there was a choice.
func earlierState() State { return State{Store: commitstore.KindIAVL, LogMiB: logMiB} }

// validateState checks the section, and that the store can keep the past states that are asked for.
func (a App) validateState() error {
	if a.State.Store != commitstore.KindMemIAVL && a.State.Store != commitstore.KindIAVL {
		return fmt.Errorf("state.store: expected %s or %s, got %q", commitstore.KindMemIAVL, commitstore.KindIAVL, a.State.Store)
	}
	if a.State.LogMiB < logMiBMin || a.State.LogMiB > logMiBMax {
		return fmt.Errorf("state.log-mib: expected %d to %d, got %d", logMiBMin, logMiBMax, a.State.LogMiB)
	}
	if states, chosen := a.PastStates(); chosen && a.State.Store == commitstore.KindMemIAVL && !memiavlKeeps(states) {
		return fmt.Errorf("pruning: expected fewer than %d past states with state.store %q, got %s: keep fewer, or use %q",
			commitstore.VersionsMax, a.State.Store, states, commitstore.KindIAVL)
	}
	return nil
}

func memiavlKeeps(states string) bool {
	keep, err := strconv.ParseUint(states, 10, 63)
	return err == nil && keep < commitstore.VersionsMax
}

// ChooseStore chooses the store of a node: that of the data which it has, or else the fast one if it can keep the past states.
func (a *App) ChooseStore(home string) error {
	found, err := commitstore.KindOf(home)
	if err != nil {
		return err
	}
	states, chosen := a.PastStates()
	switch {
	case found != "":
		a.State.Store = found
	case a.Pruning == pruningtypes.PruningOptionNothing, chosen && !memiavlKeeps(states):
		a.State.Store = commitstore.KindIAVL
	default:
		a.State.Store = commitstore.KindMemIAVL
	}
	return a.validateState()
}

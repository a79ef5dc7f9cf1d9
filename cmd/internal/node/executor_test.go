package node

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
)

// application executes blocks as it is told.
type application struct {
	abci.BaseApplication

	execute func() error
}

// FinalizeBlock implements abci.Application.
func (a application) FinalizeBlock(context.Context, *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	if err := a.execute(); err != nil {
		return nil, err
	}
	return &abci.ResponseFinalizeBlock{AppHash: []byte("hash")}, nil
}

// What waits for the moment between two blocks runs just before the next one, and once.
func TestExecutorRunsATaskBeforeABlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newExecutor()
		var order []string
		app := e.guard(application{execute: func() error {
			order = append(order, "block")
			return nil
		}})
		block := func() {
			response, err := app.FinalizeBlock(t.Context(), &abci.RequestFinalizeBlock{Height: 7})
			require.NoError(t, err)
			require.Equal(t, []byte("hash"), response.AppHash)
		}
		block()
		go func() { e.tasks <- func() { order = append(order, "task") } }()
		synctest.Wait()
		block()
		block()
		require.Equal(t, []string{"block", "task", "block", "block"}, order)
	})
}

// A node that can execute no more blocks ends with the reason, after it has let its peers have what it has; any later reason is
// a consequence of the first.
func TestExecutorEndsTheNode(t *testing.T) {
	due := errors.New("UPGRADE \"v2\" NEEDED at height: 7")
	for name, execute := range map[string]func() error{
		"error": func() error { return due },
		"panic": func() error { panic(due) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := newExecutor()
				app := e.guard(application{execute: execute})
				for _, height := range []int64{7, 8} {
					func() {
						// A panic is consensus' to handle.
						defer func() { require.Equal(t, name == "panic", recover() != nil) }()
						_, err := app.FinalizeBlock(t.Context(), &abci.RequestFinalizeBlock{Height: height})
						require.ErrorIs(t, err, due)
					}()
				}
				begin := time.Now()
				require.EqualError(t, e.wait(t.Context()), "block 7: "+due.Error())
				require.Equal(t, farewell, time.Since(begin))
			})
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, newExecutor().wait(ctx), "a signal is no failure")
}

package journal

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// writeVariable makes the test binary write into the journal that it names until it is killed.
const writeVariable = "AZUKARI_TEST_JOURNAL"

func TestMain(m *testing.M) {
	if path := os.Getenv(writeVariable); path != "" {
		if err := writeForever(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func entry(payer byte, nonce uint64, status gatewaypb.OrderStatus) *gatewaypb.JournalEntry {
	return &gatewaypb.JournalEntry{
		Sender:  "shop",
		Order:   paymenttypes.SignedPaymentOrder{Order: paymenttypes.PaymentOrder{Payer: bytes.Repeat([]byte{payer}, 20), Nonce: nonce, Amount: nonce}},
		Outcome: gatewaypb.OrderOutcome{Nonce: nonce, Status: status},
	}
}

func open(t interface {
	require.TestingT
	Helper()
}, path string,
) (*Journal, []*gatewaypb.JournalEntry) {
	t.Helper()
	book, entries, err := Open(path, func(time.Duration) {})
	require.NoError(t, err)
	return book, entries
}

// What was put is there, also after the journal is opened again, and open orders are those without an outcome.
func TestJournalIsAMap(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, rapid.StringMatching(`[a-z0-9]{16}`).Draw(t, "name"))
		book, entries := open(t, path)
		require.Empty(t, entries)
		model := map[string]*gatewaypb.JournalEntry{}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				status := rapid.SampledFrom([]gatewaypb.OrderStatus{gatewaypb.OrderStatusPending, gatewaypb.OrderStatusPaid, gatewaypb.OrderStatusRefused})
				one := entry(rapid.ByteMax(3).Draw(t, "payer"), rapid.Uint64Range(1, 4).Draw(t, "nonce"), status.Draw(t, "status"))
				require.NoError(t, book.Put(one))
				model[string(Key(one.Order.Order.Payer, one.Order.Order.Nonce))] = one
			},
			"reopen": func(t *rapid.T) {
				require.NoError(t, book.Close())
				book, entries = open(t, path)
				pending := 0
				for _, one := range model {
					if one.Outcome.Status == gatewaypb.OrderStatusPending {
						pending++
						require.Contains(t, entries, one)
					}
				}
				require.Len(t, entries, pending)
			},
			"prune": func(t *rapid.T) {
				ended := 0
				for key, one := range model {
					if one.Outcome.Status != gatewaypb.OrderStatusPending {
						ended++
						delete(model, key)
					}
				}
				pruned, err := book.Prune(time.Now().Add(time.Minute))
				require.NoError(t, err)
				require.Equal(t, ended, pruned)
			},
			"": func(t *rapid.T) {
				for payer := range byte(4) {
					for nonce := uint64(1); nonce <= 4; nonce++ {
						got, err := book.Get(bytes.Repeat([]byte{payer}, 20), nonce)
						require.NoError(t, err)
						require.Equal(t, model[string(Key(bytes.Repeat([]byte{payer}, 20), nonce))], got)
					}
				}
			},
		})
		require.NoError(t, book.Close())
	})
}

func TestPruneKeepsWhatIsYoung(t *testing.T) {
	book, _ := open(t, filepath.Join(t.TempDir(), "journal.db"))
	require.NoError(t, book.Put(entry(1, 1, gatewaypb.OrderStatusPaid), entry(1, 2, gatewaypb.OrderStatusPending)))
	pruned, err := book.Prune(time.Now().Add(-time.Minute))
	require.NoError(t, err)
	require.Zero(t, pruned)
	require.NoError(t, book.Close())
	require.NoError(t, book.Close())
	require.ErrorIs(t, book.Put(entry(1, 3, gatewaypb.OrderStatusPaid)), ErrClosed)
}

// writeForever puts orders of many writers, first open and then paid, and says of each when it is on disk.
func writeForever(path string) error {
	book, _, err := Open(path, func(time.Duration) {})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	for payer := range byte(8) {
		group.Go(func() {
			for nonce := uint64(time.Now().UnixNano()); ; nonce++ {
				for _, status := range []gatewaypb.OrderStatus{gatewaypb.OrderStatusPending, gatewaypb.OrderStatusPaid} {
					if book.Put(entry(payer, nonce, status)) != nil {
						return
					}
					mu.Lock()
					fmt.Printf("%d %d %d\n", payer, nonce, status)
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	return book.Close()
}

// Killed at any moment, the journal has all that it said to have, and opens again.
func TestKilled(t *testing.T) {
	const kills = 12
	path := filepath.Join(t.TempDir(), "journal.db")
	told := map[[2]uint64]int{}
	for i := range kills {
		var out bytes.Buffer
		cmd := exec.CommandContext(t.Context(), os.Args[0]) // #nosec G204 -- this very binary
		cmd.Env = append(os.Environ(), writeVariable+"="+path)
		cmd.Stdout = &out
		require.NoError(t, cmd.Start())
		time.Sleep(time.Duration(20+37*i) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())
		whole := out.String()[:strings.LastIndexByte(out.String(), '\n')+1]
		for line := range strings.Lines(whole) {
			var words [3]uint64
			for j, word := range strings.Fields(line) {
				value, err := strconv.ParseUint(word, 10, 64)
				require.NoError(t, err, line)
				words[j] = value
			}
			told[[2]uint64{words[0], words[1]}] = int(words[2])
		}
		book, _ := open(t, path)
		for key, status := range told {
			got, err := book.Get(bytes.Repeat([]byte{byte(key[0])}, 20), key[1])
			require.NoError(t, err)
			require.NotNil(t, got, "%v was said to be on disk", key)
			require.GreaterOrEqual(t, int(got.Outcome.Status), status)
		}
		require.NoError(t, book.Close())
	}
	require.Greater(t, len(told), kills)
}

// Another process, a torn end and a damaged middle are told apart from a good journal.
func TestOpenRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	book, _ := open(t, path)
	_, _, err := Open(path, func(time.Duration) {})
	require.ErrorIs(t, err, ErrLocked)
	marked := entry(7, 77, gatewaypb.OrderStatusPaid)
	marked.Sender = "a-sender-that-is-easy-to-find"
	require.NoError(t, book.Put(marked))
	require.NoError(t, book.Close())
	raw, err := os.ReadFile(path)
	require.NoError(t, err)

	at := bytes.LastIndex(raw, []byte(marked.Sender))
	require.Positive(t, at)
	damaged := bytes.ReplaceAll(raw, []byte(marked.Sender), []byte("A-sender-that-is-easy-to-find"))
	require.NoError(t, os.WriteFile(path, damaged, 0o600))
	_, _, err = Open(path, func(time.Duration) {})
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorContains(t, err, "move it away")

	// What was written beyond the last commit counts for nothing.
	require.NoError(t, os.WriteFile(path, append(raw, bytes.Repeat([]byte{0xff}, 5_000)...), 0o600))
	book, _ = open(t, path)
	got, err := book.Get(marked.Order.Order.Payer, 77)
	require.NoError(t, err)
	require.Equal(t, marked.Sender, got.Sender)
	require.NoError(t, book.Close())
}

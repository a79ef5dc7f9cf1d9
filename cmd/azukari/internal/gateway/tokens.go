package gateway

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"gopkg.in/yaml.v3"

	"github.com/azukari-network/azukari/app/strictyaml"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
)

const (
	tokenPrefix = "azgw_"
	tokenBytes  = 32
	// tokenCheck is how often the file is looked at for changes.
	tokenCheck = time.Second
)

var senderName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// tokenFile is tokens.yaml.
type tokenFile struct {
	Tokens []tokenEntry `yaml:"tokens"`
}

// tokenEntry is one sender. The token has 256 random bits: its plain hash tells nobody anything.
type tokenEntry struct {
	Name string `yaml:"name"`
	// SHA256 of the token, in hex.
	SHA256 string `yaml:"sha256"`
	// OrdersPerSecond bounds new orders; a second's worth may come at once.
	OrdersPerSecond float64 `yaml:"orders_per_second"`
	// OpenOrders bounds orders without an outcome.
	OpenOrders int `yaml:"open_orders"`
}

func (t tokenEntry) validate() error {
	if !senderName.MatchString(t.Name) {
		return fmt.Errorf("name: expected 1 to 63 lower-case letters, digits, dots, hyphens or underscores, got %q", t.Name)
	}
	if raw, err := hex.DecodeString(t.SHA256); err != nil || len(raw) != sha256.Size {
		return fmt.Errorf("%s: sha256: expected %d hex digits, got %q", t.Name, 2*sha256.Size, t.SHA256)
	}
	if !(t.OrdersPerSecond > 0) || t.OrdersPerSecond > 1e6 {
		return fmt.Errorf("%s: orders_per_second: expected more than 0 and at most 1000000, got %g", t.Name, t.OrdersPerSecond)
	}
	if t.OpenOrders < 1 || t.OpenOrders > 1e7 {
		return fmt.Errorf("%s: open_orders: expected 1 to 10000000, got %d", t.Name, t.OpenOrders)
	}
	return nil
}

func readTokens(path string) (tokenFile, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return tokenFile{}, nil
	}
	if err != nil {
		return tokenFile{}, err
	}
	var file tokenFile
	if err := strictyaml.Decode(raw, &file); err != nil {
		return tokenFile{}, fmt.Errorf("%s: %w", path, err)
	}
	seen := map[string]bool{}
	for _, one := range file.Tokens {
		if err := one.validate(); err != nil {
			return tokenFile{}, fmt.Errorf("%s: %w", path, err)
		}
		if seen[one.Name] || seen[one.SHA256] {
			return tokenFile{}, fmt.Errorf("%s: expected one token for each name, got %s twice: remove one", path, one.Name)
		}
		seen[one.Name], seen[one.SHA256] = true, true
	}
	return file, nil
}

// newToken makes a token for a sender, writes its hash into the file and returns it: nobody can read it again.
func newToken(path string, entry tokenEntry) (string, error) {
	file, err := readTokens(path)
	if err != nil {
		return "", err
	}
	secret := make([]byte, tokenBytes)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	token := tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	entry.SHA256 = hashToken(token)
	if err := entry.validate(); err != nil {
		return "", err
	}
	for _, one := range file.Tokens {
		if one.Name == entry.Name {
			return "", fmt.Errorf("expected a name without a token, got %s: remove it from %s first, or choose another name", entry.Name, path)
		}
	}
	file.Tokens = append(file.Tokens, entry)
	raw, err := yaml.Marshal(file)
	if err != nil {
		return "", err
	}
	const mode = 0o600
	if err := os.WriteFile(path+".new", raw, mode); err != nil {
		return "", err
	}
	return token, os.Rename(path+".new", path)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// senders knows the senders of a file of tokens. Safe for concurrent use.
type senders struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	byHash  map[string]engine.Sender
	checked time.Time
	changed time.Time // of the file, when it was read
}

func openSenders(path string, log *slog.Logger) (*senders, error) {
	s := &senders{path: path, log: log, byHash: map[string]engine.Sender{}}
	return s, s.read(time.Now())
}

// Sender returns the sender of a token, and false if there is none. The file is read again when it has changed; a file that cannot be
// read leaves the senders as they were.
func (s *senders) Sender(token string) (engine.Sender, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.checked) >= tokenCheck {
		if err := s.read(now); err != nil {
			s.log.Error("tokens are not read again; those that were known stay", "error", err)
		}
	}
	sender, known := s.byHash[hashToken(token)]
	return sender, known
}

func (s *senders) read(now time.Time) error {
	s.checked = now
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		clear(s.byHash)
		return nil
	}
	if err != nil || info.ModTime().Equal(s.changed) {
		return err
	}
	file, err := readTokens(s.path)
	if err != nil {
		return err
	}
	s.changed = info.ModTime()
	byHash := map[string]engine.Sender{}
	for _, one := range file.Tokens {
		sender := engine.Sender{Name: one.Name, OpenOrders: one.OpenOrders}
		limit, burst := rate.Limit(one.OrdersPerSecond), max(int(one.OrdersPerSecond), 1)
		if known, found := s.byHash[one.SHA256]; found && known.Rate.Limit() == limit {
			sender.Rate = known.Rate
		} else {
			sender.Rate = rate.NewLimiter(limit, burst)
		}
		byHash[one.SHA256] = sender
	}
	s.byHash = byHash
	return nil
}

package example

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// word is one word of the language.
type word struct {
	name string
	// usage are its arguments, as examples/README.md writes them.
	usage string
	// help says what it does.
	help string
	run  func(*call) (string, error)
}

// findWord returns the word with a name, or an error that lists all.
func findWord(name string) (word, error) {
	all := vocabulary()
	at := slices.IndexFunc(all, func(one word) bool { return one.name == name })
	if at >= 0 {
		return all[at], nil
	}
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.name
	}
	return word{}, fmt.Errorf("expected one of %s, got %q", strings.Join(names, ", "), name)
}

// call is a word with its arguments. A mistake in them is found when they are asked for, and what nobody asked for at the end.
type call struct {
	*Stage

	ctx   context.Context // a call lives as long as its context
	word  word
	args  []datadriven.CmdArg
	input string
}

func (c *call) mistake(format string, args ...any) error {
	return fmt.Errorf("%s; usage: %s %s", fmt.Sprintf(format, args...), c.word.name, c.word.usage)
}

// leftover returns an error for arguments that the word does not have.
func (c *call) leftover() error {
	if len(c.args) > 0 {
		return c.mistake("expected nothing more, got %s", c.args[0])
	}
	return nil
}

// next takes the next argument without a value.
func (c *call) next(what string) (string, error) {
	at := slices.IndexFunc(c.args, func(arg datadriven.CmdArg) bool { return len(arg.Vals) == 0 })
	if at < 0 {
		return "", c.mistake("expected %s, got none", what)
	}
	name := c.args[at].Key
	c.args = slices.Delete(c.args, at, at+1)
	return name, nil
}

// more says whether there is another argument without a value.
func (c *call) more() bool {
	return slices.ContainsFunc(c.args, func(arg datadriven.CmdArg) bool { return len(arg.Vals) == 0 })
}

// option takes the values of key=value or key=(a, b), and none if the key is not there.
func (c *call) option(key string) []string {
	at := slices.IndexFunc(c.args, func(arg datadriven.CmdArg) bool { return arg.Key == key && len(arg.Vals) > 0 })
	if at < 0 {
		return nil
	}
	values := c.args[at].Vals
	c.args = slices.Delete(c.args, at, at+1)
	return values
}

// text takes key=(some words) as one text.
func (c *call) text(key string) string { return strings.Join(c.option(key), ", ") }

// flag takes a word that is there or not.
func (c *call) flag(name string) bool {
	at := slices.IndexFunc(c.args, func(arg datadriven.CmdArg) bool { return arg.Key == name && len(arg.Vals) == 0 })
	if at < 0 {
		return false
	}
	c.args = slices.Delete(c.args, at, at+1)
	return true
}

// person takes the next argument as somebody's name.
func (c *call) person() (person, error) {
	name, err := c.next("a name")
	if err != nil {
		return person{}, err
	}
	return c.personNamed(name)
}

func (c *call) personNamed(name string) (person, error) {
	one, known := c.people[name]
	if !known {
		return person{}, c.mistake("expected somebody of 'accounts', got %q", name)
	}
	return one, nil
}

// amount takes the next argument as an amount.
func (c *call) amount() (sdk.Coin, error) {
	text, err := c.next("an amount")
	if err != nil {
		return sdk.Coin{}, err
	}
	return c.coin(text)
}

// amounts takes all that is left without a value as amounts.
func (c *call) amounts() (sdk.Coins, error) {
	var coins sdk.Coins
	for c.more() || len(coins) == 0 {
		coin, err := c.amount()
		if err != nil {
			return nil, err
		}
		coins = coins.Add(coin)
	}
	return coins, nil
}

// after takes key=DURATION as a time from now on, by the zone's clock; none if the key is not there.
func (c *call) after(key string) (*time.Time, error) {
	text := c.text(key)
	if text == "" {
		return nil, nil //nolint:nilnil // no time is a choice
	}
	duration, err := time.ParseDuration(text)
	if err != nil {
		return nil, c.mistake("%s: expected a time from now, as 10s, got %q", key, text)
	}
	status, err := c.zone.Client().Status(c.ctx)
	if err != nil {
		return nil, err
	}
	at := status.SyncInfo.LatestBlockTime.Add(duration)
	return &at, nil
}

// document returns SHA-256 of a document that 'document' wrote.
func (c *call) document(name string) ([]byte, error) {
	content, known := c.documents[name]
	if !known {
		return nil, c.mistake("expected a document of 'document', got %q", name)
	}
	sum := sha256.Sum256([]byte(content))
	return sum[:], nil
}

// documentOption takes document=NAME; none if it is not there.
func (c *call) documentOption() ([]byte, error) {
	name := c.text("document")
	if name == "" {
		return nil, nil
	}
	return c.document(name)
}

// lines are those of the input, in words.
func (c *call) lines() [][]string {
	var lines [][]string
	for line := range strings.Lines(c.input) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, words)
		}
	}
	return lines
}

func hexOf(hash []byte) string { return hex.EncodeToString(hash) }
